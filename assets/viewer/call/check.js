/** Before it rings: how one is seen and heard, and what to do when one is not. */

import { button, element } from '../elements.js';
import { Chooser } from './chooser.js';
import { KINDS } from './kinds.js';
import { Meter } from './meter.js';
import { wait } from './times.js';
import { trouble } from './trouble.js';

/** @typedef {import('./kinds.js').Kind} Kind */

export class Check {
  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', autoplay: '', class: 'mirrored' }));
  words = element('p', { class: 'placeholder' });
  preview = element('div', { class: 'preview' }, this.video, this.words);
  meter = new Meter();
  troubles = element('div', { class: 'stack' });
  expected = element('p', { class: 'desk' });
  ring;
  ways = element('div', { class: 'row' });
  chooser;
  root;
  drawn = '';
  /** @type {Kind} */
  kind = 'video';

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.chooser = new Chooser(floor.session.media.devices);
    this.ring = button('primary', 'phone', () => floor.ring(this.possible));
    this.video.muted = true;
    const media = element('div', { class: 'stack' }, this.preview, this.meter.root, this.meter.words, this.troubles, this.chooser.root);
    const foot = element('footer', { class: 'stack' }, this.expected, this.ring, this.ways);
    this.root = element('section', { class: 'check' }, element('div', { class: 'scroll' }, media), foot);
  }

  /** What can be had now of what was chosen. @returns {Kind|null} */
  get possible() {
    const { tracks } = this.floor.session.media.devices;
    const { camera, microphone } = KINDS[this.kind];
    if (microphone && !tracks.microphone) return null;
    return camera && !tracks.camera ? 'watch' : this.kind;
  }

  /** @param {Kind} kind */
  begin(kind) {
    this.kind = kind;
    this.drawn = '';
    this.floor.session.media.ready(kind);
    this.draw();
  }

  draw() {
    const { say, desk, session, busy } = this.floor;
    const { devices } = session.media;
    const { camera, microphone } = devices.tracks;
    const wanted = KINDS[this.kind];
    show(this.video, camera);
    this.preview.hidden = !wanted.camera || Boolean(devices.problems.camera);
    this.video.classList.toggle('mirrored', session.media.mirrored);
    this.words.hidden = Boolean(camera);
    this.words.textContent = devices.asking ? say('call_allow') : '';
    this.meter.follow(say, microphone);
    this.chooser.draw(say, wanted.camera ? ['camera', 'microphone'] : ['microphone']);
    this.expect(desk.state);
    this.ring.disabled = devices.asking || busy || !this.possible;
    const drawn = JSON.stringify([this.kind, this.possible, devices.problems, devices.asking, busy]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const asked = wanted.camera ? /** @type {const} */ (['microphone', 'camera']) : /** @type {const} */ (['microphone']);
    const wrong = asked.filter((device) => devices.problems[device]);
    this.troubles.replaceChildren(...wrong.map((device) => trouble(say, device, devices.problems[device], () => session.media.ready(this.kind))));
    const without = this.kind === 'video' && this.possible === 'watch';
    this.ring.textContent = say(busy ? 'call_ringing' : without ? 'call_ring_unseen' : 'call_ring');
    this.ring.hidden = wrong.includes('microphone');
    this.ways.replaceChildren(...this.others(say, wrong.includes('microphone')));
  }

  /** @param {import('../strings.js').Say} say @param {boolean} silent nobody would hear us */
  others(say, silent) {
    const kinds = /** @type {Kind[]} */ (silent ? ['text'] : this.kind === 'sound' ? ['text'] : ['sound', 'text']);
    return kinds.map((kind) => {
      const way = button('choice', KINDS[kind].icon, () => this.floor.chosen(kind));
      way.append(say(`call_rather_${kind}`));
      return way;
    });
  }

  /** @param {import('./desk.js').DeskState|null} desk */
  expect(desk) {
    const { say } = this.floor;
    const words = !desk?.open ? say('call_closed') : desk.free ? say('call_free') : `${say('call_busy', { count: desk.waiting })} · ${wait(desk.wait_s, say)}`;
    if (this.expected.textContent === words) return;
    this.expected.dataset.tone = desk?.open ? (desk.free ? 'free' : 'busy') : 'closed';
    this.expected.replaceChildren(element('span', { class: 'dot', 'aria-hidden': 'true' }), element('span', {}, words));
  }

  close() {
    this.meter.close();
    show(this.video, null);
  }
}

/** @param {HTMLVideoElement} video @param {MediaStreamTrack|null} track */
export function show(video, track) {
  const now = video.srcObject instanceof MediaStream ? video.srcObject.getTracks()[0] : null;
  if ((now ?? null) !== track) video.srcObject = track ? new MediaStream([track]) : null;
  video.hidden = !track;
}
