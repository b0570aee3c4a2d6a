/** The shop in a show: what its parts may ask for; the cart, wishes, and the way to what a product costs now. */

import { visit } from './call/visit.js';
import { consents } from './consent.js';
import { button, element } from './elements.js';
import { ProductSheet } from './sheet.js';
import { cartLine, productLink, ShopBridge } from './shop-bridge.js';
import { store } from './store.js';

/**
 * What the parts that show products may ask for.
 * @typedef {object} ShopFloor
 * @property {import('./product-view.js').Speech} speech
 * @property {(id: string) => any} product
 * @property {(id: string) => Promise<'elsewhere'>} look open its sheet
 * @property {(id: string, variant: string) => Promise<'ok'|'failed'|'gone'|'elsewhere'>} buy
 * @property {(id: string) => void} wish
 * @property {(id: string) => boolean} wished
 * @property {(id: string) => string} link
 */

/** @implements {ShopFloor} */
export class ShowShop {
  /** @type {import('./vitrine.d.ts').Cart|null} */
  cart = null;
  /** What led to the cart, newest last. @type {import('./vitrine.d.ts').Attribution|null} */
  lastAttribution = null;

  /** @param {import('./vitrine-show.js').VitrineShow} show */
  constructor(show) {
    this.host = show;
    this.bridge = new ShopBridge(show);
    this.sheet = new ProductSheet(this);
    this.checkoutButton = button('checkout', 'cart', () => this.checkout());
  }

  get speech() {
    return { say: this.host.say, language: this.host.language, home: this.host.home };
  }

  /** @param {string} id */
  product(id) {
    return this.host.shelf.get(id);
  }

  askShop() {
    this.host.shelf.askShop((products) => this.bridge.productData(products, this.host.language));
  }

  /** @param {string} id @returns {import('./vitrine.d.ts').Attribution} */
  attribution(id) {
    return { show: this.host.show?.id ?? '', product: id, media_ms: this.host.mediaMs ?? 0, part: this.host.seenAs };
  }

  /** @param {string} id @returns {Promise<'elsewhere'>} */
  async look(id) {
    this.host.did('view', id);
    this.host.slots?.chosen(id);
    visit.see(this.product(id));
    this.host.shelf.asked.delete(id); // what it costs now, not when the show began
    this.askShop();
    this.sheet.open(id, this.host.fetchJson(`/products/${encodeURIComponent(id)}`));
    return 'elsewhere';
  }

  /** @param {string} id */
  link(id) {
    return productLink(this.product(id)?.url ?? '', this.attribution(id));
  }

  /** @param {string} id @param {string} variant @returns {Promise<'ok'|'failed'|'gone'|'elsewhere'>} */
  async buy(id, variant) {
    const product = this.product(id);
    if (!product) return 'failed';
    const option = this.sheet.id === id ? this.sheet.options.find((one) => one.id === variant) : null;
    const attribution = this.attribution(id);
    const answer = await this.bridge.addToCart([cartLine(product, option)], attribution);
    if (answer === null) return this.leaveFor(id);
    if (answer.cart) this.setCart(answer.cart);
    if (answer.status === 'ok' || answer.status === 'partial') {
      this.lastAttribution = attribution;
      this.host.did('cart', id);
      if (consents.choices?.analytics) store.attribute(attribution);
    }
    if (answer.status === 'ok') return 'ok';
    const words = { partial: 'add_partial', 'out-of-stock': 'add_gone', error: 'add_failed' }[answer.status];
    this.host.note(typeof answer.message === 'string' && answer.message ? answer.message.slice(0, 300) : this.host.say(words));
    if (answer.status === 'out-of-stock') this.host.shelf.shopSays([{ ...this.host.shelf.shop.get(id), id, ...(variant ? {} : { sold_out: true }) }]);
    return answer.status === 'out-of-stock' ? 'gone' : 'failed';
  }

  /** The page has no cart for us: the product's own page is where it is bought. @param {string} id @returns {'elsewhere'|'failed'} */
  leaveFor(id) {
    const link = this.link(id);
    if (!link) {
      this.host.note(this.host.say('add_failed'));
      return 'failed';
    }
    this.host.did('cart', id);
    window.open(link, '_blank', 'noopener');
    return 'elsewhere';
  }

  /** @param {import('./vitrine.d.ts').Cart} cart */
  setCart(cart) {
    this.cart = cart;
    const count = Math.max(0, Math.floor(Number(cart?.count) || 0));
    this.checkoutButton.hidden = !count;
    const words = this.host.say('checkout', { count });
    this.checkoutButton.dataset.count = String(count);
    this.checkoutButton.setAttribute('aria-label', words);
    this.checkoutButton.replaceChildren(element('span', {}, words));
  }

  async checkout() {
    this.host.did('checkout');
    await this.bridge.checkout(this.lastAttribution ?? this.attribution(''));
  }

  /** @param {string} id */
  wished(id) {
    return store.memory.wishes?.includes(id) ?? false;
  }

  /** @param {string} id */
  wish(id) {
    const wished = !this.wished(id);
    const others = (store.memory.wishes ?? []).filter((one) => one !== id);
    store.keep({ wishes: wished ? [...others, id].slice(-200) : others });
    if (wished) this.host.did('wish', id);
    this.host.dispatchEvent(new CustomEvent('vitrine:wish', { detail: { product: id, wished }, bubbles: true, composed: true }));
    this.sheet.refresh();
  }
}
