/** All that the shop's pages do for a show. The listeners stand before the show's script comes. */

import { add, ask, cart } from './shop.js';
import { SHOW, VITRINE } from './settings.js';

const BATCH = 100; // what Vendure gives at once
const LIVE = `query ($ids: [String!], $take: Int!) { products(options: { filter: { id: { in: $ids } }, take: $take }) {
  items { id slug variants { id priceWithTax currencyCode stockLevel } } } }`;
const MESSAGES = { 'sold-out': 'It has just been sold out', stock: 'There are not so many left' };

document.addEventListener('vitrine:product-data', ({ detail }) => detail.answer(live(detail.products.map(({ id }) => id))));
document.addEventListener('vitrine:add-to-cart', ({ detail }) => detail.answer(put(detail.lines, detail.attribution)));
document.addEventListener('vitrine:checkout', ({ detail }) => detail.answer({ url: '/cart.html' }));
const show = document.querySelector('vitrine-show');
show?.setAttribute('show', SHOW);
import(`${VITRINE}/embed.js`).then(
  ({ vitrine }) => cart().then((order) => vitrine.cart(summary(order))),
  () => show?.remove(), // the shop works without it
);

/** What the shop says of its products now. @param {string[]} ids */
async function live(ids) {
  const answers = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    const { products } = await ask(LIVE, { ids: ids.slice(at, at + BATCH), take: BATCH });
    answers.push(...products.items.filter((one) => one.variants.length).map(answer));
  }
  return answers;
}

function answer({ id, slug, variants }) {
  const options = variants.map((one) => ({ id: one.id, price_minor: one.priceWithTax, sold_out: one.stockLevel === 'OUT_OF_STOCK' }));
  return {
    ...{ id, options, currency: variants[0].currencyCode, price_minor: Math.min(...options.map((one) => one.price_minor)) },
    sold_out: options.every((one) => one.sold_out),
    url: new URL(`/product.html?slug=${encodeURIComponent(slug)}`, location.href).href,
  };
}

/** Into Vendure's cart, one line after the other: it is one order. */
async function put(lines, attribution) {
  const failed = [];
  for (const { product, variant, quantity } of lines) {
    try {
      await add(variant, quantity, attribution);
    } catch (error) {
      if (error.errorCode !== 'INSUFFICIENT_STOCK_ERROR') throw error;
      failed.push({ product, variant, reason: error.quantityAvailable ? 'stock' : 'sold-out' });
    }
  }
  const status = !failed.length ? 'ok' : failed.length < lines.length ? 'partial' : 'out-of-stock';
  return { status, failed, message: MESSAGES[failed[0]?.reason], cart: summary(await cart()) };
}

/** @param {object|null} order Vendure's cart, as the show understands it */
export function summary(order) {
  if (!order) return { count: 0 };
  const lines = order.lines.map(({ quantity, unitPriceWithTax, productVariant: { id, name, product } }) => {
    return { product: product.id, variant: id, title: name, quantity, price_minor: unitPriceWithTax };
  });
  return { count: order.totalQuantity, total_minor: order.subTotalWithTax, currency: order.currencyCode, lines };
}
