/** The front page: tonight's show, then everything the shop sells. `?group=` shows one category alone. */

import { stockOf } from './data.js';
import { element, link, main } from './dom.js';
import { address, say } from './language.js';
import { priceTag, stockLine } from './price-tag.js';
import { GROUPS, page, title } from './shop.js';
import { vitrine } from './vitrine.js';
import { wishes } from './wishes.js';

page('index.html', (products) => {
  const asked = new URLSearchParams(location.search).get('group') ?? '';
  const group = Object.hasOwn(GROUPS, asked) ? asked : '';
  title(group ? say(GROUPS[group]) : '');
  const wished = new Set(wishes());
  const shown = [...products.values()].filter((product) => !group || product.group === group);
  const cards = element('ul', { class: 'grid' }, ...shown.map((product) => card(product, wished.has(product.id))));
  const heading = group ? element('h1', {}, say(GROUPS[group])) : element('h2', { id: 'products' }, say('all_products'));
  main().append(...(group ? [] : [teaser(), element('vitrine-slot', { name: 'banner' })]), element('section', { class: 'shelf' }, heading, cards));
  if (!group) main().append(element('vitrine-for-you', {}), element('vitrine-newsletter', {}));
  vitrine();
});

function teaser() {
  const picture = element('img', { src: '/assets/demo/poster.webp', alt: '', width: '1280', height: '720' });
  const words = element(
    'div',
    { class: 'words' },
    element('p', { class: 'eyebrow' }, say('teaser_eyebrow')),
    element('h1', {}, say('teaser_title')),
    element('p', { class: 'lead' }, say('teaser_words')),
    element('p', {}, link(address('live.html'), 'button primary', say('teaser_link'))),
  );
  return element('section', { class: 'teaser' }, picture, words);
}

/** @param {import('./data.js').Product} product @param {boolean} wished */
function card(product, wished) {
  const picture = element('img', { src: product.image, alt: '', width: '600', height: '600', loading: 'lazy' });
  const body = link(address('product.html', { id: product.id }), 'card', element('div', { class: 'picture' }, picture));
  body.append(element('h3', {}, product.title), priceTag(product.offers[0], product.offers.length > 1));
  const stock = stockOf(product);
  if (stock <= 8) body.append(stockLine(stock));
  if (wished) body.append(element('span', { class: 'wish', role: 'img', 'aria-label': say('wished') }, '♥'));
  return element('li', {}, body);
}
