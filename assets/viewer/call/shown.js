/** The product that the advisor shows: its picture, its price now, the shop's page of it, and into the cart with it. */

import { element } from '../elements.js';
import { buyButton, picture, priceLine, stockLine } from '../product-view.js';
import { Shelf } from '../shelf.js';
import { shopAddress } from '../shop-bridge.js';

export class Shown {
  root = element('div', { class: 'shown', 'aria-live': 'polite', hidden: '' });
  shelf = new Shelf();
  id = '';
  drawn = '';
  /** Everything shown so far, for the lines: their titles. @type {Map<string, string>} */
  titles = new Map();

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.shelf.addEventListener('changed', () => this.refresh());
  }

  /** @param {any} product as the show's page knows them, or null */
  draw(product) {
    const drawn = JSON.stringify(product);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.id = typeof product?.id === 'string' ? product.id : '';
    if (this.id) {
      this.titles.set(this.id, String(product.title ?? ''));
      this.shelf.put(product);
      this.shelf.arrange([this.id]);
      this.shelf.askShop((products) => this.floor.cart.bridge.productData(products, this.floor.language));
    }
    this.refresh();
  }

  refresh() {
    const product = this.id ? this.shelf.get(this.id) : null;
    this.root.hidden = !product;
    try {
      this.root.replaceChildren(...(product ? [this.card(product)] : []));
    } catch {
      this.root.hidden = true; // a currency nobody knows
    }
  }

  /** @param {any} product @returns {HTMLElement} */
  card(product) {
    const { say, speech } = this.floor;
    const words = element('div', { class: 'words' }, element('p', { class: 'name' }, String(product.title ?? '')), priceLine(product, speech));
    const stock = stockLine(product, speech);
    if (stock) words.append(stock);
    const actions = element('div', { class: 'actions' });
    const several = product.variants > 1;
    const address = shopAddress(product.url);
    if (!several && !product.sold_out && this.floor.cart.bridge.hasCart !== false) {
      actions.append(buyButton(say('add'), say, () => this.floor.cart.buy(product), String(product.title ?? '')));
    }
    if (address) actions.append(element('a', { class: 'choice', href: address }, say(several ? 'choose' : 'call_look')));
    return element('article', { class: 'product', 'data-product': this.id }, picture(product.image, speech.home, 72), words, actions);
  }

  close() {
    this.shelf.close();
  }
}
