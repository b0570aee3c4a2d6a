/** A price with the one before it. */

import { element } from './dom.js';
import { say } from './language.js';
import { money } from './money.js';

/** @param {import('./data.js').Offer} offer @param {boolean} [from] whether others cost more @param {string} [kind] a further CSS class */
export function priceTag(offer, from = false, kind = '') {
  const price = money(offer.price_minor);
  const now = element('strong', {}, from ? say('from', { price }) : price);
  const tag = element('p', { class: `price ${kind}`.trim() }, now);
  if (offer.before_minor) {
    const was = money(offer.before_minor);
    tag.classList.add('reduced');
    tag.append(' ', element('s', {}, element('span', { class: 'unseen' }, say('was', { price: was })), element('span', { 'aria-hidden': 'true' }, was)));
  }
  return tag;
}

/** @param {number} stock */
export function stockLine(stock) {
  if (!stock) return element('p', { class: 'stock none' }, say('sold_out'));
  if (stock <= 8) return element('p', { class: 'stock few' }, say('few_left', { count: stock }));
  return element('p', { class: 'stock' }, say('in_stock', { count: stock }));
}
