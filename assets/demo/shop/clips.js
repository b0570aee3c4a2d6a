/**
 * Pieces of the shows in which a product was shown, on the product's own page. Everything a shop has to do for it is here: place
 * the element, and answer from the shop's own data. Where there are none, it takes no space.
 */

import { addToCart, productAnswers } from './answers.js';
import { catalogue } from './data.js';
import { element } from './dom.js';
import { address, language, say } from './language.js';
import { wish } from './wishes.js';

/** @param {string} product its id @param {import('./cart-store.js').CartStore} cart */
export function clips(product, cart) {
  const row = element('vitrine-clip', { product, lang: language });
  row.addEventListener('vitrine:product-data', ({ detail }) => {
    detail.answer(catalogue().then((products) => productAnswers(products, detail.products)));
  });
  row.addEventListener('vitrine:add-to-cart', ({ detail }) => {
    const added = catalogue().then((products) => addToCart(products, cart, detail.lines, detail.attribution));
    detail.answer(added.catch(() => /** @type {const} */ ({ status: 'error', message: say('answer_error') })));
  });
  row.addEventListener('vitrine:checkout', ({ detail }) => {
    detail.answer({ url: new URL(address('cart.html'), location.href).href });
  });
  row.addEventListener('vitrine:wish', ({ detail }) => wish(detail));
  return row;
}
