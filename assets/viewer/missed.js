/** What was shown while one was away, or before one came: said once, with a list to look at in peace. */

import { element } from './elements.js';

export class Missed {
  /** @type {{product: string, media_ms: number}[]} */
  pins = [];
  away = false;
  lines = 0;
  root = element('section', { class: 'missed', hidden: '' });

  /** @param {import('./show-shop.js').ShopFloor} floor */
  constructor(floor) {
    this.floor = floor;
    this.onVisibility = () => (document.hidden ? this.leave() : this.come());
  }

  watch() {
    document.addEventListener('visibilitychange', this.onVisibility);
  }

  leave() {
    if (this.away) return;
    this.away = true;
    this.pins = [];
    this.lines = 0;
  }

  come() {
    if (!this.away) return;
    this.away = false;
    this.draw('missed');
  }

  /** An event that has happened. @param {any} event */
  happened(event) {
    if (!this.away) return;
    if (event.data.type === 'product.pinned') this.pins.push({ product: event.data.product, media_ms: event.media_ms });
    if (event.data.type === 'chat.said') this.lines += 1;
  }

  /** What had been shown when we came. @param {{product: string, media_ms: number}[]} pins */
  before(pins) {
    this.pins = pins;
    this.lines = 0;
    this.draw('so_far');
  }

  /** @param {'missed'|'so_far'} words */
  draw(words) {
    const { speech } = this.floor;
    const seen = new Set();
    const shown = [...this.pins].reverse().filter(({ product }) => this.floor.product(product) && !seen.has(product) && seen.add(product));
    this.root.hidden = !shown.length;
    if (!shown.length) return;
    const items = shown.slice(0, 12).map(({ product, media_ms }) => {
      const open = element('button', { type: 'button', class: 'chip' }, element('span', { class: 'when' }, clock(media_ms)), ` ${this.floor.product(product).title}`);
      open.addEventListener('click', () => this.floor.look(product));
      return element('li', {}, open);
    });
    const close = element('button', { type: 'button', class: 'plain' }, speech.say('close'));
    close.addEventListener('click', () => (this.root.hidden = true));
    const lines = this.lines ? ` · ${speech.say('lines_missed', { count: this.lines })}` : '';
    this.root.replaceChildren(element('p', {}, `${speech.say(words)}${lines}`), element('ul', {}, ...items), close);
  }

  close() {
    document.removeEventListener('visibilitychange', this.onVisibility);
  }
}

/** `1:05:09` or `5:09` @param {number} ms */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${h ? `${h}:${String(m).padStart(2, '0')}` : m}:${String(s).padStart(2, '0')}`;
}
