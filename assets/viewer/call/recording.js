/** To speak instead of writing: see and hear oneself, record, play it back, do it again. */

import { button, element } from '../elements.js';
import { show } from './mirror.js';
import { Meter } from './meter.js';
import { Playback } from './playback.js';
import { Recorder } from './recorder.js';
import { elapsed } from './times.js';
import { trouble } from './trouble.js';

const LAST_MS = 10_000;

export class Recording {
  recorder;
  playback;
  meter = new Meter();
  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', autoplay: '', class: 'mirrored' }));
  placeholder = element('p', { class: 'placeholder' });
  clock = element('span', { role: 'timer' });
  left = element('span', { class: 'fine' });
  running = element('p', { class: 'running' }, element('span', { class: 'dot', 'aria-hidden': 'true' }), this.clock, this.left);
  hint = element('p', { class: 'fine hint' });
  troubles = element('div', { class: 'stack troubles' });
  /** Said, not shown: the clock says it to who sees. */
  told = element('p', { class: 'unseen', role: 'status' });
  record;
  stop;
  again;
  discard;
  buttons = element('div', { class: 'row even' });
  root;
  drawn = '';

  /**
   * @param {import('./vitrine-call.js').Floor} floor @param {import('./recorder.js').RecordingKind} kind @param {() => void} changed
   * @param {() => void} written they rather write
   */
  constructor(floor, kind, changed, written) {
    this.floor = floor;
    this.kind = kind;
    const { permissions, memory } = floor.session;
    this.recorder = new Recorder(kind, permissions, memory);
    this.playback = new Playback(kind);
    this.record = button('choice', kind === 'video' ? 'camera' : 'record', () => this.press());
    this.stop = button('danger', 'stop', () => this.recorder.stop());
    this.again = button('choice', 'record', () => this.press());
    this.discard = button('choice', '', () => this.drop());
    this.write = button('choice', 'pen', written);
    this.video.muted = true;
    const picture = element('div', { class: 'preview' }, this.video, this.playback.media, this.placeholder);
    this.buttons.append(this.record, this.stop, this.again, this.discard, this.write);
    this.root = element('div', { class: 'recording stack', 'data-kind': kind, role: 'group' }, ...(kind === 'video' ? [picture] : [this.playback.media]), this.meter.root, this.meter.words, this.running, this.playback.root, this.troubles, this.hint, this.buttons, this.told);
    this.recorder.addEventListener('tick', () => this.tick());
    this.recorder.addEventListener('changed', () => {
      this.draw();
      changed();
    });
  }

  /** @returns {Blob|null} */
  get file() {
    return this.recorder.state === 'done' ? this.recorder.file : null;
  }

  /** A voice is recorded at once; who is seen looks first. */
  async press() {
    const { recorder } = this;
    if (recorder.state === 'ready') recorder.start();
    else if ((await recorder.prepare()) && this.kind === 'voice') recorder.start();
    this.focus();
  }

  drop() {
    this.recorder.drop();
    this.focus();
  }

  /** The keyboard stays where one goes on, though the button that was pressed is gone. */
  focus() {
    const next = [this.stop, this.record, this.playback.press, this.write].find((one) => one.checkVisibility?.() ?? !one.hidden);
    next?.focus();
  }

  draw() {
    const { say } = this.floor;
    const { recorder, kind } = this;
    const { state, problems, devices, failed, full } = recorder;
    const { camera, microphone } = devices.tracks;
    show(this.video, state === 'ready' || state === 'recording' ? camera : null);
    this.meter.follow(say, state === 'ready' || state === 'recording' ? microphone : null);
    const drawn = JSON.stringify([state, problems, failed, full, this.floor.language]);
    if (drawn === this.drawn) return;
    const [before] = JSON.parse(this.drawn || '[""]');
    this.drawn = drawn;
    const focused = /** @type {ShadowRoot} */ (this.root.getRootNode()).activeElement === this.stop;
    this.root.dataset.state = state;
    this.root.setAttribute('aria-label', say(`call_as_${kind}`));
    if (state === 'done' || before === 'done') this.playback.begin(say, this.file, recorder.length_ms);
    this.video.hidden = state !== 'ready' && state !== 'recording';
    this.playback.media.hidden = kind === 'video' && state !== 'done';
    this.playback.root.hidden = state !== 'done';
    this.placeholder.hidden = state !== 'empty' && state !== 'asking';
    this.placeholder.textContent = say(state === 'asking' ? 'call_allow' : 'call_record_seen');
    this.running.hidden = state !== 'recording';
    const lacking = recorder.lacking.length > 0;
    this.record.hidden = lacking || state === 'recording' || state === 'done';
    this.write.hidden = !lacking;
    this.write.textContent = say('call_rather_text');
    this.record.disabled = state === 'asking';
    this.record.dataset.icon = kind === 'video' && state !== 'ready' ? 'camera' : 'record';
    this.record.textContent = say(kind === 'video' && state !== 'ready' ? 'call_camera_on' : 'call_record');
    this.record.className = state === 'ready' ? 'danger' : 'choice';
    this.stop.hidden = state !== 'recording';
    this.stop.textContent = say('call_record_stop');
    this.again.hidden = this.discard.hidden = state !== 'done';
    this.again.textContent = say('call_record_again');
    this.discard.textContent = say('call_record_discard');
    this.troubles.replaceChildren(...recorder.lacking.map((device) => trouble(say, device, problems[device], () => this.press())));
    this.troubles.hidden = !lacking;
    const time = elapsed(recorder.most_ms);
    const asks = state === 'asking' && kind === 'voice';
    this.hint.textContent = failed ? say('call_record_failed') : full ? say('call_record_full') : asks ? say('call_allow') : say('call_record_most', { time });
    this.hint.hidden = lacking || state === 'recording' || (state === 'done' && !full);
    this.told.textContent = state === 'recording' ? say('call_record_on') : state === 'done' ? say('call_recorded', { time: elapsed(recorder.length_ms) }) : '';
    this.tick();
    if (focused && state === 'done') this.focus();
  }

  tick() {
    const { say } = this.floor;
    const { state, elapsed_ms, most_ms } = this.recorder;
    const left_ms = most_ms - elapsed_ms;
    const left = say('call_record_left', { time: elapsed(Math.ceil(left_ms / 1000) * 1000) });
    this.clock.textContent = elapsed(elapsed_ms);
    this.left.textContent = left;
    const last = state === 'recording' && left_ms <= LAST_MS;
    if (last && !this.running.classList.contains('last')) this.told.textContent = left;
    this.running.classList.toggle('last', last);
  }

  /** What was recorded stays; nothing goes on. */
  rest() {
    this.recorder.stop();
    this.playback.media.pause();
  }

  close() {
    this.recorder.close();
    this.playback.close();
    this.meter.close();
    show(this.video, null);
  }
}
