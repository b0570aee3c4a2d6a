/**
 * The page with the show. Everything a shop has to do for it is here: listen on the element, and answer from the shop's own
 * data. That the cart changes elsewhere is told on every page, in advice.js.
 */

import { addToCart, productAnswers } from './answers.js';
import { catalogue } from './data.js';
import { element, link, main } from './dom.js';
import { address, language, say } from './language.js';
import { cart, page, title } from './shop.js';
import { vitrine } from './vitrine.js';
import { wish } from './wishes.js';

const show = /** @type {HTMLElement} */ (document.querySelector('vitrine-show'));
const query = new URLSearchParams(location.search);
const asked = query.get('show') ?? '';
const key = query.get('key');
if (/^[a-z0-9-]{1,64}$/.test(asked)) show.setAttribute('show', asked);
if (key) show.setAttribute('key', key);
show.setAttribute('lang', language);

show.addEventListener('vitrine:product-data', ({ detail }) => {
  detail.answer(catalogue().then((products) => productAnswers(products, detail.products)));
});

show.addEventListener('vitrine:add-to-cart', ({ detail }) => {
  const added = catalogue().then((products) => addToCart(products, cart, detail.lines, detail.attribution));
  detail.answer(added.catch(() => /** @type {const} */ ({ status: 'error', message: say('answer_error') })));
});

show.addEventListener('vitrine:checkout', ({ detail }) => {
  detail.answer({ url: new URL(address('cart.html'), location.href).href });
});

show.addEventListener('vitrine:wish', ({ detail }) => wish(detail));

vitrine(); // now that the handlers are in place, whatever the products do

page('live.html', async () => {
  title(say('live_title'));
  document.getElementById('heading')?.append(say('live_title'));
  main().append(element('p', { class: 'muted' }, say('live_words'), ' ', link(address('cart.html'), '', say('your_cart')), '.'));
  if (!(await vitrine())) show.replaceWith(element('p', { class: 'notice' }, say('show_failed')));
});
