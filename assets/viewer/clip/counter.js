/** What a clip sells: its products at the price of today, and into the shop's cart, by the same contract as in a show. */

import { visit } from '../call/visit.js';
import { Cards } from '../cards.js';
import { consents } from '../consent.js';
import { ProductSheet } from '../sheet.js';
import { Shelf } from '../shelf.js';
import { cartLine, productLink, ShopBridge } from '../shop-bridge.js';
import { store } from '../store.js';

const WISHES = 200;

/** @implements {ShopFloor} */
export class Counter {
  /** @typedef {import('../show-shop.js').ShopFloor} ShopFloor */
  shelf = new Shelf();
  cards = new Cards(this);
  sheet = new ProductSheet(this);
  bridge;
  /** @type {import('./vitrine-clip.js').Clip|null} */
  clip = null;
  /** What led to the cart. @type {import('../vitrine.d.ts').Attribution|null} */
  lastAttribution = null;

  /**
   * @param {import('./vitrine-clip.js').VitrineClip} host
   * @param {() => void} changed
   * @param {(words: string) => void} tell
   * @param {(cart: import('../vitrine.d.ts').Cart) => void} carried
   */
  constructor(host, changed, tell, carried) {
    this.host = host;
    this.tell = tell;
    this.carried = carried;
    this.bridge = new ShopBridge(host);
    this.shelf.addEventListener('changed', () => {
      changed();
      this.sheet.refresh();
    });
  }

  get speech() {
    return this.host.speech;
  }

  /** @param {import('./vitrine-clip.js').Clip} clip that is seen now */
  show(clip) {
    this.clip = clip;
    this.shelf.welcome({ products: clip.products, pins: [], more: false });
    this.ask();
  }

  ask() {
    this.shelf.askShop((products) => this.bridge.productData(products, this.speech.language));
  }

  get products() {
    return this.shelf.products;
  }

  /** @param {string} id */
  product(id) {
    return this.shelf.get(id);
  }

  /** @param {string} id @returns {import('../vitrine.d.ts').Attribution} */
  attribution(id) {
    return { show: this.clip?.show ?? '', product: id, media_ms: 0, part: 'clip' };
  }

  /** @param {string} id @returns {Promise<'elsewhere'>} */
  async look(id) {
    visit.see(this.product(id));
    this.shelf.asked.delete(id); // what it costs now
    this.ask();
    this.sheet.open(id, this.details(id));
    return 'elsewhere';
  }

  /** @param {string} id @returns {Promise<any>} */
  async details(id) {
    const address = new URL(`api/shows/${encodeURIComponent(this.clip?.show ?? '')}/products/${encodeURIComponent(id)}`, this.speech.home);
    const key = this.host.getAttribute('key');
    if (key) address.searchParams.set('key', key);
    const response = await fetch(address).catch(() => null);
    return response?.ok ? response.json().catch(() => null) : null;
  }

  /** @param {string} id */
  link(id) {
    return productLink(this.product(id)?.url ?? '', this.attribution(id));
  }

  /** @param {string} id @param {string} variant @returns {Promise<'ok'|'failed'|'gone'|'elsewhere'>} */
  async buy(id, variant) {
    const { say } = this.speech;
    const product = this.product(id);
    if (!product) return 'failed';
    const option = this.sheet.id === id ? this.sheet.options.find((one) => one.id === variant) : null;
    const attribution = this.attribution(id);
    const answer = await this.bridge.addToCart([cartLine(product, option)], attribution);
    if (answer === null) return this.leaveFor(id);
    if (answer.cart) this.carried(answer.cart);
    if (answer.status === 'ok' || answer.status === 'partial') {
      this.lastAttribution = attribution;
      if (consents.choices?.analytics) store.attribute(attribution);
    }
    if (answer.status === 'ok') return 'ok';
    const words = { partial: 'add_partial', 'out-of-stock': 'add_gone', error: 'add_failed' }[answer.status];
    this.tell(typeof answer.message === 'string' && answer.message ? answer.message.slice(0, 300) : say(words));
    if (answer.status === 'out-of-stock') this.shelf.shopSays([{ ...this.shelf.shop.get(id), id, ...(variant ? {} : { sold_out: true }) }]);
    return answer.status === 'out-of-stock' ? 'gone' : 'failed';
  }

  /** The page has no cart for us: the product's own page is where it is bought. @param {string} id @returns {'elsewhere'|'failed'} */
  leaveFor(id) {
    const link = this.link(id);
    if (link) window.open(link, '_blank', 'noopener');
    else this.tell(this.speech.say('add_failed'));
    return link ? 'elsewhere' : 'failed';
  }

  checkout() {
    return this.bridge.checkout(this.lastAttribution ?? this.attribution(''));
  }

  /** @param {string} id */
  wished(id) {
    return store.memory.wishes?.includes(id) ?? false;
  }

  /** @param {string} id */
  wish(id) {
    const wished = !this.wished(id);
    const others = (store.memory.wishes ?? []).filter((one) => one !== id);
    store.keep({ wishes: wished ? [...others, id].slice(-WISHES) : others });
    this.host.dispatchEvent(new CustomEvent('vitrine:wish', { detail: { product: id, wished }, bubbles: true, composed: true }));
    this.sheet.refresh();
  }

  close() {
    this.shelf.close();
    this.sheet.close();
  }
}
