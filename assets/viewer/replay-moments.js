/** The chapters of a replay, and the products that were shown in it, in their order: each leads there. */

import { button, element } from './elements.js';
import { clock } from './missed.js';
import { picture } from './product-view.js';
import { filmFrom, lastBefore } from './replay-spans.js';

/** A chapter that begins this near a product of the same name is the product. */
const SAME_MS = 5000;

/** @typedef {import('./seek-bar.js').Mark & {image?: string}} Moment */

/**
 * @param {any} film @param {import('./replay-timeline.js').Shown[]} shown @param {(id: string) => any} product
 * @returns {Moment[]}
 */
export function momentsOf(film, shown, product) {
  const chapters = film.chapters.map((/** @type {any} */ { begins_ms, title }) => ({ film_ms: begins_ms, title }));
  const products = shown.flatMap(({ product: id, begins_ms, ends_ms }) => {
    const film_ms = filmFrom(film.spans, begins_ms, ends_ms);
    const known = product(id);
    return film_ms === null || !known ? [] : [{ film_ms, title: known.title, product: id, image: known.image }];
  });
  const kept = chapters.filter((/** @type {Moment} */ one) => !products.some((other) => other.title === one.title && Math.abs(other.film_ms - one.film_ms) < SAME_MS));
  return [...kept, ...products].sort((one, other) => one.film_ms - other.film_ms);
}

export class MomentList {
  heading = element('h2');
  list = element('ol');
  close;
  root;
  /** @type {Moment[]} */
  moments = [];
  /** @type {HTMLElement[]} */
  items = [];
  current = -1;

  /** @param {(film_ms: number) => void} jump @param {() => void} closed */
  constructor(jump, closed) {
    this.jump = jump;
    this.closed = closed;
    this.close = button('round', 'close', () => this.toggle(false));
    this.root = element('section', { class: 'moments', hidden: '' }, element('header', {}, this.heading, this.close), this.list);
    this.root.addEventListener('keydown', (event) => this.key(event));
  }

  /** @param {import('./strings.js').Say} say */
  speak(say) {
    this.heading.textContent = say('replay_moments');
    this.root.setAttribute('aria-label', say('replay_moments'));
    this.close.setAttribute('aria-label', say('close'));
  }

  /** @param {Moment[]} moments @param {URL} home */
  load(moments, home) {
    this.moments = moments;
    this.current = -1;
    this.items = moments.map(({ film_ms, title, product, image }) => {
      const open = button('moment', '', () => this.jump(film_ms));
      open.append(element('span', { class: 'when' }, clock(film_ms)), ' ', ...(product ? [picture(image ?? '', home, 36)] : []), element('span', { class: 'name' }, title));
      return open;
    });
    this.list.replaceChildren(...this.items.map((item) => element('li', {}, item)));
  }

  /** @param {number} film_ms where the film is */
  draw(film_ms) {
    const current = lastBefore(this.moments, 'film_ms', film_ms + 250); // a jump may land a frame early
    if (current === this.current) return;
    this.items[this.current]?.removeAttribute('aria-current');
    this.items[current]?.setAttribute('aria-current', 'true');
    this.current = current;
  }

  /** @param {boolean} [open] */
  toggle(open = this.root.hidden) {
    if (open === !this.root.hidden) return;
    this.root.hidden = !open;
    if (open) (this.items[Math.max(0, this.current)] ?? this.close).focus({ preventScroll: false });
    this.closed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') this.toggle(false);
    else if (move) this.items[this.items.indexOf(/** @type {HTMLElement} */ (event.target)) + move]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
