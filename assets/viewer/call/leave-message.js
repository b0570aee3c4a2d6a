/**
 * A message for when nobody is there: written, spoken or on video. What was typed and recorded stays until it has arrived.
 */

import '../common.js';
import { store } from '../store.js';
import { button, element } from '../elements.js';
import { agreed, regret } from './answers.js';
import { clip } from './clip.js';
import { Field } from './field.js';
import { Recording } from './recording.js';
import { typeOf } from './recorder.js';
import { Upload } from './upload.js';
import { Who } from './contact-form.js';

/** @typedef {'text'|import('./recorder.js').RecordingKind} Way */

const TEXT_MAX = 2000;
/** @type {Record<Way, string>} */
const ICONS = { text: 'pen', voice: 'microphone', video: 'camera' };

export class LeaveMessage {
  ways = /** @type {HTMLFieldSetElement} */ (element('fieldset', { class: 'segments' }));
  line = element('p', { class: 'fine' });
  text;
  who;
  told = element('p', { class: 'fine' });
  wrong = element('p', { class: 'regret', role: 'alert', hidden: '' });
  progress = /** @type {HTMLProgressElement} */ (element('progress', { max: '100', value: '0' }));
  going = element('p', { class: 'fine' });
  cancel;
  send = /** @type {HTMLButtonElement} */ (element('button', { type: 'submit', class: 'primary', 'data-icon': 'send' }));
  form = element('form', { class: 'sheet', novalidate: '' });
  done = element('div', { class: 'sheet', hidden: '' });
  root = element('section', { class: 'message' }, this.form, this.done);
  upload = new Upload();
  /** @type {Way} */
  way = 'text';
  recordings;

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.text = new Field('call-message-text', /** @type {HTMLTextAreaElement} */ (element('textarea', { rows: '4', maxlength: String(TEXT_MAX) })));
    this.who = new Who(floor, 'call-message', 'contact');
    const possible = /** @type {const} */ (['voice', 'video']).filter((kind) => typeOf(kind));
    this.recordings = new Map(possible.map((kind) => [kind, new Recording(floor, kind, () => this.recorded(), () => this.write())]));
    this.cancel = button('choice', '', () => this.upload.cancel());
    this.sending = element('div', { class: 'upload', hidden: '' }, element('div', { class: 'beside' }, this.going, this.cancel), this.progress);
    const fields = element('div', { class: 'stack' }, this.line, this.ways, ...[...this.recordings.values()].map(({ root }) => root), this.text.root, this.who.root, this.told);
    this.form.append(element('div', { class: 'scroll' }, fields), element('footer', {}, this.wrong, this.sending, this.send));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  begin() {
    const { say } = this.floor;
    this.form.hidden = false;
    this.done.hidden = true;
    this.wrong.hidden = true;
    this.who.begin();
    const ways = /** @type {Way[]} */ (['text', ...this.recordings.keys()]);
    this.ways.replaceChildren(element('legend', {}, say('call_as')), ...ways.map((way) => this.segment(way)));
    this.ways.hidden = ways.length < 2;
    this.told.textContent = say('call_stored_message');
    this.cancel.textContent = say('call_cancel');
    this.progress.setAttribute('aria-label', say('call_sending'));
    this.going.textContent = say('call_sending');
    this.send.textContent = say('call_message_send');
    this.choose(this.way);
  }

  /** @param {Way} way */
  segment(way) {
    const input = /** @type {HTMLInputElement} */ (element('input', { type: 'radio', name: 'call-as', value: way }));
    input.checked = way === this.way;
    input.addEventListener('change', () => this.choose(way));
    return element('label', { class: 'segment' }, input, element('span', { class: 'picture', 'data-icon': ICONS[way], 'aria-hidden': 'true' }), element('span', {}, this.floor.say(`call_as_${way}`)));
  }

  /** Where nothing can be recorded. */
  write() {
    /** @type {HTMLInputElement|null} */ (this.ways.querySelector('[value="text"]'))?.click();
    this.text.input.focus();
  }

  /** @param {Way} way */
  choose(way) {
    this.way = way;
    this.text.speak(this.floor.say(way === 'text' ? 'call_message_text' : 'call_rate_more'));
    this.text.fail('');
    this.regret('');
    for (const [kind, recording] of this.recordings) {
      if (kind !== way) recording.rest();
      recording.root.hidden = kind !== way;
      recording.draw();
    }
  }

  /** @returns {Recording|null} */
  get recording() {
    return this.way === 'text' ? null : (this.recordings.get(this.way) ?? null);
  }

  recorded() {
    if (this.recording?.file) this.regret('');
    this.ready();
  }

  /** While one records there is nothing to send yet. */
  ready() {
    this.send.disabled = this.upload.going || this.recording?.recorder.state === 'recording';
  }

  draw() {
    const { say, session } = this.floor;
    const words = session.call && session.call.state !== 'ended' ? say('call_kept_place') : '';
    if (this.line.textContent !== words) this.line.textContent = words;
    this.line.hidden = !words;
    this.ready();
  }

  /** @param {string} words empty: nothing is the matter */
  regret(words) {
    this.wrong.textContent = words;
    this.wrong.hidden = !words;
  }

  /** @returns {boolean} whether everything is there; the first that is not has the keyboard */
  check() {
    const { say } = this.floor;
    const { recording } = this;
    const unsaid = !recording && !this.text.value;
    this.text.fail(unsaid ? say('call_wrong_text') : '');
    const unrecorded = recording !== null && !recording.file;
    this.regret(unrecorded ? say('call_wrong_recording') : '');
    const wrong = this.who.check();
    if (unrecorded) recording.focus();
    else (unsaid ? this.text : wrong)?.input.focus();
    return !unsaid && !unrecorded && !wrong;
  }

  async submit() {
    if (this.upload.going || !this.check()) return;
    const { values } = this.who;
    const form = new FormData();
    const message = { ...values, name: clip(values.name, 40), text: clip(this.text.value, TEXT_MAX), visitor: store.visitor };
    form.append('message', JSON.stringify(message));
    const file = this.recording?.file;
    if (file) form.append('recording', file, this.way);
    const sent = this.upload.send(new URL('api/calls/messages', this.floor.home), form, (part) => this.progressed(part));
    this.progressed(0);
    this.sending.hidden = false;
    this.send.hidden = true;
    this.cancel.focus();
    const answer = await sent;
    const held = this.cancel.matches(':focus');
    this.sending.hidden = true;
    this.send.hidden = false;
    this.ready();
    if (answer && agreed(answer)) return this.arrived(values.contact);
    if (answer) this.refused(regret(this.floor.say, answer));
    if (held) this.send.focus();
  }

  /** @param {string} words why it did not arrive; who is somewhere else by now hears of it too */
  refused(words) {
    this.regret(words);
    if (!this.root.isConnected) this.floor.panel.tell(words);
  }

  /** @param {number} part 0 … 1 */
  progressed(part) {
    this.progress.value = Math.round(part * 100);
  }

  /** @param {string} contact where they are answered */
  arrived(contact) {
    const { say } = this.floor;
    this.text.input.value = '';
    this.recordings.forEach((recording) => recording.recorder.drop());
    const shut = button('primary', '', () => this.floor.done());
    shut.textContent = say('close');
    const head = element('p', { class: 'headline', tabindex: '-1' }, say('call_sent'));
    const words = element('div', { class: 'outcome', role: 'status' }, element('span', { class: 'picture', 'data-icon': 'message', 'aria-hidden': 'true' }), head, element('p', {}, say('call_sent_why', { contact })));
    this.done.replaceChildren(element('div', { class: 'scroll' }, words), element('footer', {}, shut));
    this.form.hidden = true;
    this.done.hidden = false;
    if (!this.root.isConnected) this.floor.panel.tell(say('call_sent'));
    this.floor.hours.settled();
    head.focus();
  }

  /** Out of sight: nothing is recorded any more, and what was is kept. */
  rest() {
    this.recordings.forEach((recording) => recording.rest());
  }

  /** One step back. @returns {boolean} whether there was one */
  back() {
    return false;
  }

  close() {
    this.upload.cancel();
    this.recordings.forEach((recording) => recording.close());
  }
}
