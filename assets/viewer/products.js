/** The products of the show in its order, each a door to its sheet; in a replay, also to where it was shown. */

import { button, element } from './elements.js';
import { clock } from './missed.js';
import { picture, priceLine, stockLine } from './product-view.js';

export class ProductList {
  heading = element('h2');
  list = element('ul', { class: 'cards' });
  root = element('section', { class: 'products', hidden: '' }, this.heading, this.list);
  drawn = '';

  /** @param {import('./show-shop.js').ShopFloor} floor @param {(film_ms: number) => void} jump */
  constructor(floor, jump) {
    this.floor = floor;
    this.jump = jump;
  }

  /** @param {any[]} products @param {string[]} pins @param {Map<string, number>} shown when in the film, in ms */
  fill(products, pins, shown) {
    const { speech } = this.floor;
    const drawn = JSON.stringify([products, pins, [...shown], speech.language]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.heading.textContent = speech.say('products');
    this.root.setAttribute('aria-label', speech.say('products'));
    this.root.hidden = !products.length;
    const focused = /** @type {HTMLElement|null} */ (/** @type {ShadowRoot} */ (this.root.getRootNode()).activeElement ?? null)?.dataset?.key;
    this.list.replaceChildren(...products.flatMap((product) => this.whole(product, pins, shown.get(product.id))));
    if (focused) /** @type {HTMLElement|null} */ (this.list.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus({ preventScroll: true });
  }

  /** A product that cannot be shown (a currency nobody knows) must not take the others with it. @param {any} product @param {string[]} pins @param {number} [shown_ms] */
  whole(product, pins, shown_ms) {
    try {
      return [this.item(product, pins.includes(product.id), shown_ms)];
    } catch {
      return [];
    }
  }

  /** @param {any} product @param {boolean} pinned @param {number} [shown_ms] @returns {HTMLElement} */
  item(product, pinned, shown_ms) {
    const { speech } = this.floor;
    const words = element('span', { class: 'words' }, element('span', { class: 'name' }, product.title), priceLine(product, speech));
    if (pinned) words.append(element('p', { class: 'stock now' }, speech.say('shown_now')));
    else words.append(...[stockLine(product, speech)].filter((line) => line !== null));
    const card = element('button', { type: 'button', class: pinned ? 'card now' : 'card' }, picture(product.image, speech.home, 56), words);
    card.dataset.key = `card ${product.id}`;
    card.addEventListener('click', () => this.floor.look(product.id));
    if (shown_ms === undefined) return element('li', {}, card);
    const there = button('there', 'play', () => this.jump(shown_ms));
    there.dataset.key = `there ${product.id}`;
    there.append(speech.say('replay_shown_at', { time: clock(shown_ms) }), element('span', { class: 'unseen' }, `: ${product.title}`));
    return element('li', { class: 'shown' }, card, there);
  }
}
