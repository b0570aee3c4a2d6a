/** The shop's cart in a call: the customer takes what is shown, or the advisor puts it there. */

import { cartFollowers } from '../page-api.js';
import { cartLine, ShopBridge } from '../shop-bridge.js';
import { visit } from './visit.js';

export class CallCart {
  /** What the advisor put into the cart is on its way there: by number. @type {Set<number>} */
  carting = new Set();

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.bridge = new ShopBridge(floor);
  }

  /** @param {string} product @returns {import('../vitrine.d.ts').Attribution} */
  attribution(product) {
    return { show: '', product, media_ms: 0, part: 'call', call: this.floor.session.call?.id ?? '' };
  }

  /** @param {import('../vitrine.d.ts').CartLine} line @returns {Promise<import('../vitrine.d.ts').CartAnswer|null>} */
  async put(line) {
    const answer = await this.bridge.addToCart([line], this.attribution(line.product));
    const cart = answer?.cart;
    if (cart) {
      visit.carry(cart);
      cartFollowers.forEach((tell) => tell(cart));
    }
    return answer;
  }

  /** The customer takes what is shown. @param {any} product @returns {Promise<'ok'|'failed'|'gone'|'elsewhere'>} */
  async buy(product) {
    const answer = await this.put(cartLine(product));
    if (!answer) {
      this.floor.shown.refresh();
      return 'elsewhere';
    }
    if (answer.status === 'ok') return 'ok';
    this.floor.panel.tell(this.words(answer));
    return answer.status === 'out-of-stock' ? 'gone' : 'failed';
  }

  /** The advisor puts something into the customer's cart. @param {any} message */
  async fill({ n, product, variant, cart_id, sku, gtin, quantity }) {
    const { session, say } = this.floor;
    const said = session.memory.values.carted[n];
    if (said) return session.carted(n, said.status, said.message);
    if (this.carting.has(n)) return;
    this.carting.add(n);
    const shown = session.call?.shown;
    const known = { id: String(product), code: shown?.id === product ? shown.code : '' };
    const kind = { id: String(variant ?? ''), cart_id: String(cart_id ?? ''), sku: String(sku ?? ''), gtin: String(gtin ?? '') };
    const count = Math.max(1, Math.floor(Number(quantity) || 1));
    const answer = await this.put(cartLine(known, kind, count));
    this.carting.delete(n);
    session.carted(n, answer?.status ?? 'error', answer?.message ?? '');
    const name = session.call?.people[0]?.name || say('call_advisor');
    const title = this.floor.titleOf(String(product));
    const done = answer?.status === 'ok';
    const words = done ? say('call_put', { name, title, count }) : `${say('call_put_failed', { name, title })} ${answer ? this.words(answer) : ''}`.trim();
    session.lines.note(words);
    this.floor.panel.tell(words);
  }

  /** @param {import('../vitrine.d.ts').CartAnswer} answer */
  words(answer) {
    const key = { ok: 'added', partial: 'add_partial', 'out-of-stock': 'add_gone', error: 'add_failed' }[answer.status];
    return typeof answer.message === 'string' && answer.message ? answer.message.slice(0, 300) : this.floor.say(key);
  }
}
