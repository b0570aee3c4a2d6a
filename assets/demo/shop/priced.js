/** What the cart costs: the shop's own sums, from its own prices. */

import { limit } from './cart-store.js';
import { withCode } from './codes.js';
import { fullTitle, offerOf } from './data.js';
import { CURRENCY } from './money.js';

/** @typedef {import('./cart-store.js').Line} Line */

/**
 * @typedef {object} Priced
 * @property {Line} line
 * @property {import('./data.js').Product} product
 * @property {import('./data.js').Offer} offer
 * @property {number} each_minor with the line's code
 * @property {number} total_minor
 * @property {number} saved_minor by the code
 */

/** Lines whose product is no longer sold are left out. @param {Line[]} lines @param {import('./data.js').Catalogue} products @returns {Priced[]} */
export function priced(lines, products) {
  return lines.flatMap((line) => {
    const product = products.get(line.product);
    const offer = offerOf(product, line.variant);
    if (!product || !offer) return [];
    const each_minor = withCode(line.code, product.id, offer.price_minor);
    const saved_minor = (offer.price_minor - each_minor) * line.quantity;
    return [{ line, product, offer, each_minor, total_minor: each_minor * line.quantity, saved_minor }];
  });
}

/** @param {Priced[]} lines */
export function total(lines) {
  return lines.reduce((sum, one) => sum + one.total_minor, 0);
}

/** How many one may have in the cart. @param {import('./data.js').Catalogue} products @returns {(line: Line) => number} */
export function most(products) {
  return (line) => limit(offerOf(products.get(line.product), line.variant)?.stock ?? 0);
}

/** The cart in the words of the page API. @param {Line[]} lines @param {import('./data.js').Catalogue} products @returns {import('../../viewer/vitrine.d.ts').Cart} */
export function summary(lines, products) {
  const known = priced(lines, products);
  const rows = known.map(({ line: { product: id, variant, quantity }, product, offer, each_minor }) => {
    return { product: id, variant, title: fullTitle(product, offer), quantity, price_minor: each_minor };
  });
  return { count: known.reduce((sum, one) => sum + one.line.quantity, 0), total_minor: total(known), currency: CURRENCY, lines: rows };
}
