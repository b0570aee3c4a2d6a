/**
 * What the others see of us, in a corner that one chooses: by dragging it there, or with the arrow keys. What the advisor
 * points at is drawn over it, and fades.
 */

import { element } from '../elements.js';
import { show } from './mirror.js';

const FADE_MS = 2000;
const SVG = 'http://www.w3.org/2000/svg';
const DRAG_PX = 6;
const PLACES_MAX = 500;

export class OwnPicture {
  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', autoplay: '' }));
  words = element('p', { class: 'words' });
  drawing = document.createElementNS(SVG, 'svg');
  path = document.createElementNS(SVG, 'path');
  root = element('div', { class: 'own', tabindex: '0', role: 'group' });
  mirrored = true;
  /** @type {number|undefined} */
  timer = undefined;
  /** Where the hand took it. @type {{x: number, y: number, moved: boolean}|null} */
  drag = null;

  constructor() {
    this.video.muted = true;
    this.drawing.setAttribute('viewBox', '0 0 1 1');
    this.drawing.setAttribute('preserveAspectRatio', 'none');
    this.drawing.setAttribute('aria-hidden', 'true');
    this.path.setAttribute('vector-effect', 'non-scaling-stroke');
    this.drawing.append(this.path);
    this.root.append(this.video, this.words);
    this.root.appendChild(this.drawing);
    this.root.dataset.x = 'right';
    this.root.dataset.y = 'top';
    this.video.addEventListener('resize', () => {
      const { videoWidth, videoHeight } = this.video;
      if (videoWidth && videoHeight) this.root.style.aspectRatio = `${videoWidth} / ${videoHeight}`;
    });
    this.root.addEventListener('keydown', (event) => this.key(event));
    this.root.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      this.root.setPointerCapture(event.pointerId);
      this.drag = { x: event.clientX, y: event.clientY, moved: false };
    });
    this.root.addEventListener('pointermove', (event) => this.move(event));
    for (const end of /** @type {const} */ (['pointerup', 'pointercancel'])) this.root.addEventListener(end, (event) => this.drop(event));
  }

  /** @param {import('../strings.js').Say} say @param {import('./media.js').Media} media */
  draw(say, media) {
    const seen = media.held ? null : media.own;
    show(this.video, seen);
    this.mirrored = media.mirrored;
    this.root.classList.toggle('mirrored', media.mirrored);
    this.root.classList.toggle('screen', Boolean(media.screen));
    this.root.classList.toggle('empty', !seen);
    this.root.hidden = !seen;
    this.root.setAttribute('aria-label', say(media.screen ? 'call_own_screen' : 'call_own'));
    const words = media.starved ? say('call_starved_short') : media.screen ? say('call_own_screen') : '';
    this.words.textContent = words;
    this.words.hidden = !words;
    this.root.classList.toggle('starved', media.starved);
  }

  /** @param {unknown[]} places [x, y] from the left and from above, 0 … 1 */
  point(places) {
    window.clearTimeout(this.timer);
    const points = places.slice(0, PLACES_MAX).flatMap((place) => {
      const [x, y] = Array.isArray(place) ? place.map(Number) : [NaN, NaN];
      if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return [];
      return [[this.mirrored ? 1 - x : x, y]];
    });
    const [first, ...others] = points.map(([x, y]) => `${x.toFixed(4)} ${y.toFixed(4)}`);
    // A line that goes nowhere has round ends: a dot.
    this.path.setAttribute('d', first ? `M${first}${others.length ? others.map((at) => `L${at}`).join('') : 'h0.0001'}` : '');
    this.path.classList.toggle('dot', points.length === 1);
    this.root.classList.toggle('pointed', points.length > 0);
    if (points.length) this.timer = window.setTimeout(() => this.point([]), FADE_MS);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { dataset } = this.root;
    if (event.key === 'ArrowLeft') dataset.x = 'left';
    else if (event.key === 'ArrowRight') dataset.x = 'right';
    else if (event.key === 'ArrowUp') dataset.y = 'top';
    else if (event.key === 'ArrowDown') dataset.y = 'bottom';
    else return;
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.drag) return;
    const [x, y] = [event.clientX - this.drag.x, event.clientY - this.drag.y];
    if (Math.hypot(x, y) > DRAG_PX) this.drag.moved = true;
    if (this.drag.moved) this.root.style.translate = `${x}px ${y}px`;
  }

  /** It goes to the corner that it was left nearest to. @param {PointerEvent} event */
  drop(event) {
    if (this.drag?.moved) {
      const stage = /** @type {HTMLElement} */ (this.root.parentElement).getBoundingClientRect();
      this.root.dataset.x = event.clientX < stage.left + stage.width / 2 ? 'left' : 'right';
      this.root.dataset.y = event.clientY < stage.top + stage.height / 2 ? 'top' : 'bottom';
    }
    this.root.style.translate = '';
    this.drag = null;
  }

  close() {
    window.clearTimeout(this.timer);
    this.point([]);
    show(this.video, null);
  }
}
