/** In line: how far, how long, and what comes then. One can write already, change one's mind, or leave. */

import { button, element } from '../elements.js';
import { show } from './check.js';
import { wait } from './times.js';

export class Waiting {
  place = element('p', { class: 'headline' });
  expected = element('p');
  next = element('p', { class: 'fine' });
  line = element('div', { class: 'told', role: 'status' }, this.place, this.expected);
  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', autoplay: '', class: 'mirrored' }));
  preview = element('div', { class: 'preview' }, this.video);
  change;
  leave;
  root;

  /** @param {import('./vitrine-call.js').Floor} floor @param {HTMLElement} talk what is written */
  constructor(floor, talk) {
    this.floor = floor;
    this.talk = talk;
    this.video.muted = true;
    this.change = button('choice', 'change', () => floor.changeKind());
    this.leave = button('choice', '', () => floor.leaveLine());
    this.root = element('section', { class: 'waiting' });
  }

  draw() {
    const { say, session } = this.floor;
    const { call, media } = session;
    if (!call) return;
    if (this.talk.parentElement !== this.root) {
      this.root.replaceChildren(element('div', { class: 'top' }, element('div', { class: 'beside' }, this.line, this.preview), this.next, element('div', { class: 'row even' }, this.change, this.leave)), this.talk);
    }
    show(this.video, media.own);
    this.preview.hidden = !media.own;
    this.video.classList.toggle('mirrored', media.mirrored);
    const ringing = call.state === 'ringing';
    const place = ringing ? say('call_now_ringing') : call.place === 1 || call.place === null ? say('call_first') : say('call_place', { count: call.place });
    set(this.place, place);
    set(this.expected, ringing ? say('call_moment') : wait(call.wait_s, say));
    this.next.textContent = say(call.again ? 'call_next_again' : 'call_next');
    this.change.textContent = say('call_change');
    this.leave.textContent = say('call_leave');
  }
}

/** A live region is read again whenever it is written to. @param {HTMLElement} place @param {string} words */
function set(place, words) {
  if (place.textContent !== words) place.textContent = words;
}
