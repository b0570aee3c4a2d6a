/**
 * Where one is in a film, to be moved with finger, mouse or keys. Marks show where something begins; their names stand over
 * the bar while one points at it.
 */

import { element } from './elements.js';
import { clock } from './missed.js';
import { lastBefore } from './replay-spans.js';

const STEP_MS = 5000;
const PAGE_MS = 60000;
/** How near a mark one has to point for its name rather than the time's. */
const NEAR_PX = 8;

/** @typedef {{film_ms: number, title: string, product?: string}} Mark */

export class SeekBar {
  played = element('span', { class: 'played' });
  loaded = element('span', { class: 'loaded' });
  marks = element('span', { class: 'marks' });
  knob = element('span', { class: 'knob' });
  bubble = element('span', { class: 'bubble', hidden: '' });
  track = element('div', { class: 'seek', role: 'slider', tabindex: '0', 'aria-valuemin': '0' }, element('span', { class: 'track' }, this.loaded, this.played), this.marks, this.knob, this.bubble);
  now = element('span', { class: 'time', 'aria-hidden': 'true' });
  end = element('span', { class: 'time', 'aria-hidden': 'true' });
  root = element('div', { class: 'seeking' }, this.now, this.track, this.end);
  length_ms = 0;
  film_ms = 0;
  /** @type {Mark[]} */
  all = [];
  /** Somebody has it by the knob. */
  held = false;
  /** @type {import('./strings.js').Say} */
  say = (key) => key;

  /** @param {(film_ms: number, done: boolean) => void} seek `done`: it is let go there */
  constructor(seek) {
    this.seek = seek;
    this.track.addEventListener('keydown', (event) => this.key(event));
    this.track.addEventListener('pointerdown', (event) => this.take(event));
    this.track.addEventListener('pointermove', (event) => this.point(event));
    this.track.addEventListener('pointerup', (event) => this.leave(event, true));
    this.track.addEventListener('pointercancel', (event) => this.leave(event, false));
    this.track.addEventListener('pointerleave', () => this.held || (this.bubble.hidden = true));
  }

  /** @param {import('./strings.js').Say} say */
  speak(say) {
    this.say = say;
    this.track.setAttribute('aria-label', say('film_where'));
  }

  /** @param {number} length_ms @param {Mark[]} marks in their order */
  load(length_ms, marks) {
    this.length_ms = length_ms;
    this.all = marks;
    this.end.textContent = clock(length_ms);
    this.track.setAttribute('aria-valuemax', String(Math.round(length_ms / 1000)));
    const drawn = marks.filter(({ film_ms }) => film_ms > 0).map(({ film_ms, product }) => {
      const mark = element('span', { class: product ? 'mark product' : 'mark' });
      mark.style.left = this.percent(film_ms);
      return mark;
    });
    this.marks.replaceChildren(...drawn);
    this.draw(0, 0);
  }

  /** @param {number} ms */
  percent(ms) {
    return `${this.length_ms ? Math.min(100, (ms / this.length_ms) * 100).toFixed(3) : 0}%`;
  }

  /** @param {number} film_ms where the film is @param {number} loaded_ms up to where it has come from the network */
  draw(film_ms, loaded_ms) {
    this.loaded.style.width = this.percent(loaded_ms);
    if (!this.held) this.show(film_ms);
  }

  /** @param {number} film_ms */
  show(film_ms) {
    this.film_ms = film_ms;
    this.played.style.width = this.knob.style.left = this.percent(film_ms);
    const words = clock(film_ms);
    if (this.now.textContent === words) return;
    this.now.textContent = words;
    this.track.setAttribute('aria-valuenow', String(Math.round(film_ms / 1000)));
    const title = this.titleAt(film_ms);
    this.track.setAttribute('aria-valuetext', `${this.say('film_of', { time: words, length: clock(this.length_ms) })}${title && `, ${title}`}`);
  }

  /** @param {number} film_ms @returns {string} the name of what had begun by then */
  titleAt(film_ms) {
    return this.all[lastBefore(this.all, 'film_ms', film_ms)]?.title ?? '';
  }

  /** @param {PointerEvent} event @returns {number} */
  at(event) {
    const { left, width } = this.track.getBoundingClientRect();
    return Math.round(Math.min(1, Math.max(0, (event.clientX - left) / (width || 1))) * this.length_ms);
  }

  /** @param {PointerEvent} event */
  take(event) {
    if (event.button) return;
    this.held = true;
    this.track.setPointerCapture(event.pointerId);
    this.track.classList.add('held');
    this.point(event);
  }

  /** @param {PointerEvent} event */
  point(event) {
    const film_ms = this.at(event);
    this.name(film_ms);
    if (!this.held) return;
    this.show(film_ms);
    this.seek(film_ms, false);
  }

  /** @param {PointerEvent} event @param {boolean} there whether it was let go, not taken from us */
  leave(event, there) {
    if (!this.held) return;
    this.held = false;
    this.track.classList.remove('held');
    if (there) this.seek(this.at(event), true);
    if (event.pointerType !== 'mouse') this.bubble.hidden = true;
  }

  /** Say what is there. @param {number} film_ms */
  name(film_ms) {
    const near = (NEAR_PX / (this.track.clientWidth || 1)) * this.length_ms;
    const mark = this.all.findLast((one) => Math.abs(one.film_ms - film_ms) <= near);
    const title = mark?.title ?? this.titleAt(film_ms);
    this.bubble.replaceChildren(element('b', {}, clock(film_ms)), ...(title ? [' ', title] : []));
    this.bubble.hidden = false;
    const room = this.track.clientWidth;
    const half = this.bubble.offsetWidth / 2;
    const wanted = (film_ms / (this.length_ms || 1)) * room;
    this.bubble.style.left = `${Math.round(Math.max(half, Math.min(room - half, wanted)))}px`;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: -STEP_MS, ArrowDown: -STEP_MS, ArrowRight: STEP_MS, ArrowUp: STEP_MS, PageDown: -PAGE_MS, PageUp: PAGE_MS, Home: -Infinity, End: Infinity };
    const move = moves[/** @type {keyof typeof moves} */ (event.key)];
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.seek(Math.min(this.length_ms, Math.max(0, this.film_ms + move)), true);
  }
}
