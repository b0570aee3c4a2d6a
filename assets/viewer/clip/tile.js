/** One clip in a row: its picture, which moves silently while it is seen, and a door to the player. */

import { button, element } from '../elements.js';
import { clock } from '../missed.js';
import { picture, pictureAddress } from '../product-view.js';

/** How much of it must be seen for it to move. */
const SEEN = 0.6;

export class Tile {
  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', loop: '', preload: 'none', tabindex: '-1', 'aria-hidden': 'true' }));
  root;
  button;
  seen = false;
  resting = false;
  /** @type {IntersectionObserver|null} */
  observer = null;
  still = window.matchMedia('(prefers-reduced-motion: reduce)');
  stir = () => this.move();

  /** @param {import('./vitrine-clip.js').Clip} clip @param {import('../product-view.js').Speech} speech @param {() => void} opened */
  constructor(clip, speech, opened) {
    const { say, home } = speech;
    this.clip = clip;
    this.address = new URL(clip.src, home).href;
    this.video.muted = true;
    this.button = button('tile', '', opened);
    const poster = pictureAddress(clip.poster, home);
    const image = element('img', { class: 'poster', alt: '', decoding: 'async', ...(poster && { src: poster }) });
    image.hidden = !poster;
    const length = element('span', { class: 'length' }, clock(clip.length_ms));
    const words = element('span', { class: 'words' }, element('span', { class: 'name' }, clip.title));
    const [product] = clip.products;
    if (product) words.append(element('span', { class: 'product' }, picture(product.image, home, 32), element('span', {}, product.title)));
    this.button.append(image, this.video, element('span', { class: 'unseen' }, say('film_play')), words, length);
    this.button.style.setProperty('--shape', `${clip.width || 9} / ${clip.height || 16}`);
    this.button.classList.toggle('wide', clip.width > clip.height);
    this.video.addEventListener('playing', () => this.button.classList.add('moving'));
    this.root = element('li', {}, this.button);
  }

  watch() {
    this.observer = new IntersectionObserver(
      ([entry]) => {
        this.seen = entry.intersectionRatio >= SEEN;
        this.move();
      },
      { threshold: [0, SEEN] },
    );
    this.observer.observe(this.button);
    this.still.addEventListener('change', this.stir);
  }

  /** @param {boolean} resting while one is seen large, none moves */
  rest(resting) {
    this.resting = resting;
    this.move();
  }

  /** Nobody's data is spent, and nothing moves, against their will. */
  get allowed() {
    return !this.still.matches && !(/** @type {any} */ (navigator).connection?.saveData);
  }

  move() {
    if (!this.seen || this.resting || !this.allowed) {
      this.video.pause();
      if (!this.allowed) this.button.classList.remove('moving');
      return;
    }
    if (!this.video.hasAttribute('src')) this.video.src = this.address;
    this.video.play().catch(() => {});
  }

  close() {
    this.observer?.disconnect();
    this.still.removeEventListener('change', this.stir);
    this.video.pause();
    this.video.removeAttribute('src');
    this.video.load();
  }
}
