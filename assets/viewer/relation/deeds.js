/**
 * What somebody does on the brand's pages, told to the brand's own server: `did('Product Viewed', {products: [{product_id: '12'}]})`.
 * Nothing is kept, or even remembered, before they agree to analytics; with a browser that says it does not want to be tracked
 * (Global Privacy Control), not before they agree themselves.
 */

import { consents } from '../consent.js';
import './choices.js';

/** A product as Segment's specification has it; amounts in minor units. @typedef {{product_id: string, variant?: string, category?: string, brand?: string, price_minor?: number, quantity?: number}} Item */
/** @typedef {{products?: Item[], value_minor?: number, currency?: string, order_id?: string, show?: string, media_ms?: number, part?: string, props?: Record<string, string|number|boolean>}} Facts */

/** Whether anything may be told now. */
export const allowed = () => consents.choices?.analytics === true;

/** @type {Promise<typeof import('./collector.js')>|null} */
let loading = null;

/** The collector, which is fetched once there is something to tell. */
export function collector() {
  loading ??= import('./collector.js').catch((error) => {
    loading = null; // the next deed tries again
    throw error;
  });
  return loading;
}

/** Products that this page has told of: it is one view, however many say so. @type {Set<string>} */
const viewed = new Set();

/** The page shows a product. @param {Item} product */
export function view(product) {
  if (!allowed() || viewed.has(product.product_id)) return;
  viewed.add(product.product_id);
  did('Product Viewed', { products: [product] });
}

/** The cart is another than it was. @param {import('../vitrine.d.ts').Cart|null} before @param {import('../vitrine.d.ts').Cart} now */
export function cartChanged(before, now) {
  if (!before?.lines || !now.lines) return; // what was in it before this page nobody has told us
  const count = (/** @type {NonNullable<import('../vitrine.d.ts').Cart['lines']>} */ lines) => {
    /** @type {Map<string, number>} */
    const counted = new Map();
    for (const { product, quantity = 1 } of lines) counted.set(product, (counted.get(product) ?? 0) + quantity);
    return counted;
  };
  const [old, fresh] = [count(before.lines), count(now.lines)];
  for (const product_id of new Set([...old.keys(), ...fresh.keys()])) {
    const more = (fresh.get(product_id) ?? 0) - (old.get(product_id) ?? 0);
    if (more) did(more > 0 ? 'Product Added' : 'Product Removed', { products: [{ product_id, quantity: Math.abs(more) }] });
  }
}

/** @param {import('../vitrine.d.ts').Order} order */
export function ordered({ number, value_minor, currency, lines = [] }) {
  const products = lines.map(({ product, variant = '', quantity = 1 }) => ({ product_id: product, variant, quantity }));
  did('Order Completed', { order_id: number, value_minor, currency, products });
}

/** @param {string} name one of docs/relation.md @param {Facts} [facts] */
export function did(name, facts = {}) {
  if (!allowed()) return;
  const at = Date.now();
  collector().then(
    ({ take }) => take(name, at, facts),
    () => {}, // blocked: then the brand does not hear of it
  );
}
