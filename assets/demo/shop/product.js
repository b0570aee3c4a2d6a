/** One product: its picture, its words, its kinds, and into the cart with it. */

import { limit, QUANTITY_MAX } from './cart-store.js';
import { clips } from './clips.js';
import { button, description, element, link, main } from './dom.js';
import { address, say } from './language.js';
import { money } from './money.js';
import { priceTag, stockLine } from './price-tag.js';
import { cart, GROUPS, page, title } from './shop.js';
import { vitrine } from './vitrine.js';

/** @typedef {import('./data.js').Offer} Offer */
/** @typedef {import('./data.js').Product} Product */

page('product.html', (products) => {
  const product = products.get(new URLSearchParams(location.search).get('id') ?? '');
  title(product?.title ?? say('missing_title'));
  main().append(...(product ? [trail(product), sheet(product), clips(product.id, cart)] : [missing()]));
  if (product) vitrine().then((told) => told?.seen({ id: product.id, title: product.title, price_minor: product.offers[0].price_minor }));
});

function missing() {
  const back = link(address('index.html'), 'button primary', say('to_products'));
  return element('section', { class: 'empty' }, element('h1', {}, say('missing_title')), element('p', {}, say('missing_words')), back);
}

/** Where we are. @param {Product} product */
function trail(product) {
  const group = link(address('index.html', { group: product.group }), '', say(GROUPS[product.group]));
  return element('p', { class: 'trail' }, link(address('index.html'), '', say('home')), element('span', { 'aria-hidden': 'true' }, '/'), group);
}

/** @param {Product} product */
function sheet(product) {
  const picture = element('img', { src: product.image, alt: product.title, width: '600', height: '600' });
  const offer = element('div', { class: 'offer' });
  const said = element('p', { class: 'said', role: 'status' });
  const pick = (/** @type {Offer} */ chosen) => {
    said.replaceChildren();
    offer.replaceChildren(...terms(chosen), buy(product, chosen, said), said);
  };
  const first = product.offers.find((one) => one.stock) ?? product.offers[0];
  const words = element('div', { class: 'words' }, element('h1', {}, product.title));
  if (product.offers.length > 1) words.append(kinds(product, first, pick));
  words.append(offer, description(product.description));
  pick(first);
  return element('article', { class: 'sheet' }, element('div', { class: 'picture' }, picture), words);
}

/** @param {Product} product @param {Offer} first @param {(offer: Offer) => void} pick */
function kinds(product, first, pick) {
  const choice = element('fieldset', { class: 'kinds' }, element('legend', {}, say('choose', { option: say('size') })));
  for (const offer of product.offers) {
    const box = element('input', { type: 'radio', name: 'kind', value: offer.id, checked: offer === first });
    box.addEventListener('change', () => pick(offer));
    const label = element('label', { class: offer.stock ? 'kind' : 'kind gone' }, box, element('span', {}, offer.title));
    if (!offer.stock) label.append(element('span', { class: 'unseen' }, ` (${say('sold_out')})`));
    choice.append(label);
  }
  return choice;
}

/** @param {Offer} offer */
function terms(offer) {
  const lines = [priceTag(offer, false, 'large')];
  if (offer.before_minor) lines.push(element('p', { class: 'small muted' }, say('lowest', { price: money(offer.before_minor) })));
  const sku = element('p', { class: 'small muted' }, `${say('number')} ${offer.sku}`);
  return [...lines, element('div', { class: 'facts' }, stockLine(offer.stock), sku)];
}

/** @param {Product} product @param {Offer} offer @param {HTMLElement} said */
function buy(product, offer, said) {
  const made = button('button primary wide', say(offer.stock ? 'add' : 'sold_out'), () => {
    const most = limit(offer.stock);
    const added = cart.add({ product: product.id, variant: offer.id, quantity: 1, code: '', attribution: null }, most);
    const words = added ? say('added') : say(most < QUANTITY_MAX ? 'all_in_cart' : 'most_in_cart', { count: most });
    said.replaceChildren(words, ' ', link(address('cart.html'), '', say('see_cart')));
  });
  made.disabled = !offer.stock;
  return made;
}
