/** Before it rings: how one is seen and heard, and what to do when one is not. */

import { button, element } from '../elements.js';
import { KINDS } from './kinds.js';
import { Mirror } from './mirror.js';
import { wait } from './times.js';

/** @typedef {import('./kinds.js').Kind} Kind */

export class Check {
  mirror;
  expected = element('p', { class: 'desk' });
  ring;
  ways = element('div', { class: 'row' });
  root;
  drawn = '';
  /** @type {Kind} */
  kind = 'video';

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.mirror = new Mirror(floor.session.media);
    this.ring = button('primary', 'phone', () => floor.ring(this.possible));
    const { preview, meter, troubles, chooser } = this.mirror;
    const media = element('div', { class: 'stack' }, preview, meter.root, meter.words, troubles, chooser.root);
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
    this.drawn = this.mirror.drawn = '';
    this.floor.session.media.ready(kind);
    this.draw();
  }

  draw() {
    const { say, desk, session, busy } = this.floor;
    const { devices } = session.media;
    const wanted = KINDS[this.kind];
    this.mirror.preview.hidden = !wanted.camera || Boolean(devices.problems.camera);
    this.mirror.draw(say, wanted.camera ? ['camera', 'microphone'] : ['microphone'], () => session.media.ready(this.kind));
    this.expect(desk.state);
    this.ring.disabled = devices.asking || busy || !this.possible;
    const drawn = JSON.stringify([this.kind, this.possible, devices.problems, devices.asking, busy]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const silent = Boolean(devices.problems.microphone);
    const without = this.kind === 'video' && this.possible === 'watch';
    this.ring.textContent = say(busy ? 'call_ringing' : without ? 'call_ring_unseen' : 'call_ring');
    this.ring.hidden = silent;
    this.ways.replaceChildren(...this.others(say, silent));
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
    const booked = this.floor.hours.called;
    const words = booked ? say('call_booked_first') : !desk?.open ? say('call_closed') : desk.free ? say('call_free') : `${say('call_busy', { count: desk.waiting })} · ${wait(desk.wait_s, say)}`;
    if (this.expected.textContent === words) return;
    this.expected.dataset.tone = booked ? 'free' : desk?.open ? (desk.free ? 'free' : 'busy') : 'closed';
    this.expected.replaceChildren(element('span', { class: 'dot', 'aria-hidden': 'true' }), element('span', {}, words));
  }

  close() {
    this.mirror.close();
  }
}
