/** What the shop answers when the show asks: its live prices and stock, and whether something fits into the cart. */

import { limit, QUANTITY_MAX } from './cart-store.js';
import { withCode } from './codes.js';
import { fullTitle, offerOf, stockOf } from './data.js';
import { address, say } from './language.js';
import { CURRENCY } from './money.js';
import { summary } from './priced.js';

/** @typedef {import('../../viewer/vitrine.d.ts').ProductAnswer} ProductAnswer */
/** @typedef {import('../../viewer/vitrine.d.ts').CartLine} CartLine */
/** @typedef {import('../../viewer/vitrine.d.ts').CartAnswer} CartAnswer */
/** @typedef {import('./data.js').Catalogue} Catalogue */
/** @typedef {'unknown'|'sold-out'|'stock'|'limit'} Reason */

/** Of a product the shop does not know it says nothing. @param {Catalogue} products @param {{id: string, code: string}[]} asked @returns {ProductAnswer[]} */
export function productAnswers(products, asked) {
  return asked.flatMap(({ id, code }) => {
    const product = products.get(id);
    return product ? [answer(product, code)] : [];
  });
}

/** Codes that nobody named stay secret. @param {import('./data.js').Product} product @param {string} code @returns {ProductAnswer} */
function answer(product, code) {
  const [offer] = product.offers;
  const stock = stockOf(product);
  const reduced = withCode(code, product.id, offer.price_minor);
  return {
    id: product.id,
    price_minor: offer.price_minor,
    currency: CURRENCY,
    before_minor: offer.before_minor,
    stock,
    sold_out: !stock,
    url: new URL(address('product.html', { id: product.id }), location.href).href,
    ...(reduced < offer.price_minor && { codes: { [code]: reduced } }),
    ...(offer.id && {
      options: product.offers.map((one) => ({ id: one.id, price_minor: one.price_minor, stock: one.stock, sold_out: !one.stock })),
    }),
  };
}

/**
 * Put the lines of a show into the cart, each whole or not at all.
 * @param {Catalogue} products @param {import('./cart-store.js').CartStore} cart
 * @param {CartLine[]} lines @param {import('../../viewer/vitrine.d.ts').Attribution} attribution
 * @returns {CartAnswer}
 */
export function addToCart(products, cart, lines, attribution) {
  const failed = lines.flatMap((line) => {
    const problem = add(products, cart, line, attribution);
    return problem ? [{ product: line.product, variant: line.variant, ...problem }] : [];
  });
  const full = { cart: summary(cart.lines, products) };
  if (!failed.length) return { status: 'ok', ...full };
  const status = failed.length < lines.length ? 'partial' : failed.every((one) => one.reason === 'unknown') ? 'error' : 'out-of-stock';
  const message = failed.map((one) => one.message).join(' ');
  return { status, failed: failed.map(({ product, variant, reason }) => ({ product, variant, reason })), message, ...full };
}

/**
 * @param {Catalogue} products @param {import('./cart-store.js').CartStore} cart @param {CartLine} line
 * @param {import('../../viewer/vitrine.d.ts').Attribution} attribution
 * @returns {{reason: Reason, message: string}|null} why not
 */
function add(products, cart, line, attribution) {
  const product = products.get(line.product);
  const offer = offerOf(product, line.variant);
  if (!product || !offer || !(line.quantity > 0)) return { reason: 'unknown', message: say('answer_unknown') };
  const title = fullTitle(product, offer);
  if (!offer.stock) return { reason: 'sold-out', message: say('answer_sold_out', { title }) };
  const { variant, quantity, code } = line;
  const most = limit(offer.stock);
  if (cart.add({ product: product.id, variant, quantity, code, attribution }, most)) return null;
  if (most === QUANTITY_MAX) return { reason: 'limit', message: say('answer_most', { title, count: most }) };
  const all = cart.find(product.id, variant)?.quantity === most;
  return { reason: 'stock', message: say(all ? 'answer_had' : 'answer_left', { title, count: most }) };
}
