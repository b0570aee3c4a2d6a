/** In line: how far, how long, and what comes then. One can write already, change one's mind, or leave. */

import { button, element } from '../elements.js';
import { show } from './mirror.js';
import { wait } from './times.js';

/** Nobody is told to go while the line moves. */
const LONG_S = 300;
const LONG_MS = 60_000;

export class Waiting {
  place = element('p', { class: 'headline' });
  expected = element('p');
  next = element('p', { class: 'fine' });
  line = element('div', { class: 'told', role: 'status' }, this.place, this.expected);
  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', autoplay: '', class: 'mirrored' }));
  preview = element('div', { class: 'preview' }, this.video);
  /** What can be done instead. */
  instead = element('div', { class: 'instead', role: 'status', hidden: '' });
  change;
  leave;
  root;
  offered = '';
  /** @type {number|undefined} */
  timer = undefined;

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
      this.root.replaceChildren(element('div', { class: 'top' }, element('div', { class: 'beside' }, this.line, this.preview), this.next, element('div', { class: 'row even' }, this.change, this.leave), this.instead), this.talk);
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
    this.offer(ringing);
  }

  /** @param {boolean} ringing somebody is about to answer */
  offer(ringing) {
    const { say, language, session, hours } = this.floor;
    const left_ms = session.memory.values.entered + LONG_MS - Date.now();
    const long = left_ms <= 0 || (session.call?.wait_s ?? 0) >= LONG_S;
    if (!long) this.timer ??= window.setTimeout(() => this.late(), left_ms);
    const offered = JSON.stringify([long && !ringing ? hours.allowed : [], language]);
    if (offered === this.offered) return;
    this.offered = offered;
    const links = long && !ringing ? hours.links(true) : [];
    this.instead.replaceChildren(...(links.length ? [element('p', { class: 'fine' }, say('call_instead')), element('div', { class: 'row' }, ...links)] : []));
    this.instead.hidden = !links.length;
  }

  late() {
    this.timer = undefined;
    this.floor.draw();
  }

  close() {
    window.clearTimeout(this.timer);
    this.timer = undefined;
  }
}

/** A live region is read again whenever it is written to. @param {HTMLElement} place @param {string} words */
function set(place, words) {
  if (place.textContent !== words) place.textContent = words;
}
