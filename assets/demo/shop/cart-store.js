/** The cart: what was chosen, how many, and where in which show it began. Fires `change`, also when another tab changed it. */

import { load, save } from './storage.js';

/** @typedef {import('../../viewer/vitrine.d.ts').Attribution} Attribution */

/**
 * @typedef {object} Line
 * @property {string} product
 * @property {string} variant empty when there is only one kind
 * @property {number} quantity
 * @property {string} code
 * @property {Attribution|null} attribution
 */

const KEY = 'matilde.cart';
/** Of one kind in one order: the shop sells to people. */
export const QUANTITY_MAX = 10;

/** How many of it one may buy. @param {number} stock */
export function limit(stock) {
  return Math.max(0, Math.min(stock, QUANTITY_MAX));
}

export class CartStore extends EventTarget {
  /** In the order in which they were last added to. @type {Line[]} */
  lines = readable(load(KEY));
  /** Whether the next page will know. */
  lasting = true;

  constructor() {
    super();
    window.addEventListener('storage', (event) => {
      if (event.key === KEY || event.key === null) this.adopt(readable(load(KEY)));
    });
    // A page that comes back from the back/forward cache has slept through the storage events.
    window.addEventListener('pageshow', (event) => event.persisted && this.adopt(readable(load(KEY))));
  }

  get count() {
    return this.lines.reduce((sum, line) => sum + line.quantity, 0);
  }

  /** @param {string} product @param {string} variant */
  find(product, variant) {
    return this.lines.find((line) => line.product === product && line.variant === variant);
  }

  /** All of it or nothing. The newest code and show of a line hold. @param {Line} line @param {number} most @returns {boolean} */
  add(line, most) {
    const had = this.find(line.product, line.variant);
    const quantity = (had?.quantity ?? 0) + line.quantity;
    if (quantity > most) return false;
    const kept = { ...line, quantity, code: line.code || had?.code || '', attribution: line.attribution ?? had?.attribution ?? null };
    this.keep([...this.lines.filter((one) => one !== had), kept]);
    return true;
  }

  /** @param {Line} line @param {number} quantity 0 takes it out */
  change(line, quantity) {
    const lines = this.lines.map((one) => (same(one, line) ? { ...one, quantity } : one));
    this.keep(lines.filter((one) => one.quantity > 0));
  }

  /** Take out what is no longer sold, and no more than there is. @param {(line: Line) => number} most @returns {boolean} whether anything changed */
  reconcile(most) {
    const lines = this.lines.map((line) => ({ ...line, quantity: Math.min(line.quantity, most(line)) })).filter((line) => line.quantity > 0);
    const before = this.count;
    if (lines.reduce((sum, line) => sum + line.quantity, 0) === before) return false;
    this.keep(lines);
    return true;
  }

  clear() {
    this.keep([]);
  }

  /** @param {Line[]} lines */
  keep(lines) {
    this.lasting = save(KEY, lines);
    this.adopt(lines);
  }

  /** @param {Line[]} lines */
  adopt(lines) {
    this.lines = lines;
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {Line} one @param {Line} other */
function same(one, other) {
  return one.product === other.product && one.variant === other.variant;
}

/** What is a cart line of what was stored: an older shop, or somebody's hand, may have written it. @param {unknown} stored @returns {Line[]} */
function readable(stored) {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((one) => {
    if (typeof one?.product !== 'string' || !(Number.isInteger(one.quantity) && one.quantity > 0)) return [];
    const attribution = typeof one.attribution?.show === 'string' ? one.attribution : null;
    return [{ product: one.product, variant: String(one.variant ?? ''), quantity: one.quantity, code: String(one.code ?? ''), attribution }];
  });
}
