/**
 * Talk to an advisor, on every page. Everything a shop has to do for it is here: place the element, answer from the shop's own
 * data, and tell what is in the cart. What the customer looks at, the product's page tells.
 */

import { addToCart, productAnswers } from './answers.js';
import { catalogue } from './data.js';
import { element, main } from './dom.js';
import { language, say } from './language.js';
import { summary } from './priced.js';
import { vitrine } from './vitrine.js';

/** @param {import('./cart-store.js').CartStore} cart @param {boolean} inline in the page, where its corner has something else */
export async function advice(cart, inline) {
  const call = element('vitrine-call', { lang: language, inline });
  call.addEventListener('vitrine:product-data', ({ detail }) => {
    detail.answer(catalogue().then((products) => productAnswers(products, detail.products)));
  });
  call.addEventListener('vitrine:add-to-cart', ({ detail }) => {
    const added = catalogue().then((products) => addToCart(products, cart, detail.lines, detail.attribution));
    detail.answer(added.catch(() => /** @type {const} */ ({ status: 'error', message: say('answer_error') })));
  });
  if (inline) main().append(call);
  else document.body.append(call);
  const [told, products] = await Promise.all([vitrine(), catalogue()]);
  const tell = () => told?.cart(summary(cart.lines, products));
  cart.addEventListener('change', tell);
  tell();
}
