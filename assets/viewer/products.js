/** The products of the show in its order, each a door to its sheet. */

import { element } from './elements.js';
import { picture, priceLine, stockLine } from './product-view.js';

export class ProductList {
  heading = element('h2');
  list = element('ul', { class: 'cards' });
  root = element('section', { class: 'products', hidden: '' }, this.heading, this.list);
  drawn = '';

  /** @param {import('./vitrine-show.js').ShopFloor} floor */
  constructor(floor) {
    this.floor = floor;
  }

  /** @param {any[]} products @param {string[]} pins */
  fill(products, pins) {
    const { speech } = this.floor;
    const drawn = JSON.stringify([products, pins, speech.language]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.heading.textContent = speech.say('products');
    this.root.setAttribute('aria-label', speech.say('products'));
    this.root.hidden = !products.length;
    this.list.replaceChildren(...products.flatMap((product) => this.whole(product, pins)));
  }

  /** A product that cannot be shown (a currency nobody knows) must not take the others with it. @param {any} product @param {string[]} pins */
  whole(product, pins) {
    try {
      return [this.item(product, pins.includes(product.id))];
    } catch {
      return [];
    }
  }

  /** @param {any} product @param {boolean} pinned @returns {HTMLElement} */
  item(product, pinned) {
    const { speech } = this.floor;
    const words = element('span', { class: 'words' }, element('span', { class: 'name' }, product.title), priceLine(product, speech));
    if (pinned) words.append(element('p', { class: 'stock now' }, speech.say('shown_now')));
    else words.append(...[stockLine(product, speech)].filter((line) => line !== null));
    const card = element('button', { type: 'button', class: pinned ? 'card now' : 'card' }, picture(product.image, speech.home, 56), words);
    card.addEventListener('click', () => this.floor.look(product.id));
    return element('li', {}, card);
  }
}
