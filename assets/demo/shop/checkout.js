/** A checkout without payment. What a real shop's confirmation page does for Vitrine is `report`, and nothing else. */

import { button, element, link, main } from './dom.js';
import { fullTitle } from './data.js';
import { address, say } from './language.js';
import { CURRENCY, money } from './money.js';
import { most, priced, total } from './priced.js';
import { cart, page, title } from './shop.js';
import { sums } from './sums.js';
import { vitrine } from './vitrine.js';

/** @typedef {import('./priced.js').Priced} Priced */

page('checkout.html', (products) => {
  title(say('checkout'));
  vitrine(); // fetched now, so that an order is told at once
  const reduced = cart.reconcile(most(products));
  const lines = priced(cart.lines, products);
  if (!lines.length) return main().append(empty());
  if (reduced) main().append(element('p', { class: 'notice' }, say('cart_reduced')));
  main().append(form(lines));
});

function empty() {
  const back = link(address('index.html'), 'button primary', say('to_products'));
  return element('section', { class: 'empty' }, element('h1', {}, say('cart_empty')), element('p', {}, say('cart_empty_words')), back);
}

/** @param {Priced[]} lines */
function form(lines) {
  const demo = element('section', { class: 'demo' }, element('h2', {}, say('demo_title')), element('p', {}, say('demo_words')));
  const place = button('button primary wide', say('place_order'), () => order(lines));
  const back = link(address('cart.html'), 'quiet', say('back_to_cart'));
  const panel = element('section', { class: 'panel' }, element('h2', {}, say('your_order')), items(lines), sums(lines), place, back);
  return element('div', { class: 'narrow' }, element('h1', {}, say('checkout')), demo, panel);
}

/** @param {Priced[]} lines */
function items(lines) {
  const rows = lines.map((one) => {
    const name = element('span', {}, fullTitle(one.product, one.offer), ' ', element('span', { class: 'muted' }, say('times', { count: one.line.quantity })));
    return element('li', {}, name, element('span', { class: 'sum' }, money(one.total_minor + one.saved_minor)));
  });
  return element('ul', { class: 'items' }, ...rows);
}

/** @param {Priced[]} lines */
function order(lines) {
  const number = orderNumber();
  report(number, lines);
  cart.clear();
  title(say('receipt'));
  const heading = element('h1', { tabindex: '-1' }, say('thanks'));
  const told = element('p', { class: 'number' }, `${say('order_number')} `, element('strong', {}, number));
  const on = link(address('index.html'), 'button primary', say('continue'));
  const panel = element('section', { class: 'panel' }, element('h2', {}, say('receipt')), items(lines), sums(lines));
  main().replaceChildren(element('div', { class: 'narrow receipt' }, heading, told, element('p', {}, say('thanks_words')), panel, on));
  window.scrollTo(0, 0);
  heading.focus();
}

/** Tell the show what was bought. The order stands whether or not this arrives. @param {string} number @param {Priced[]} lines */
async function report(number, lines) {
  const last = lines.findLast(({ line }) => line.attribution);
  const show = await vitrine();
  await show
    ?.order({
      number,
      value_minor: total(lines),
      currency: CURRENCY,
      lines: lines.map(({ line: { product, variant, quantity, attribution }, total_minor }) => ({
        ...{ product, variant, quantity, value_minor: total_minor },
        ...(attribution && { attribution }),
      })),
      ...(last?.line.attribution && { attribution: last.line.attribution }),
    })
    .catch(console.warn);
}

function orderNumber() {
  const [random] = crypto.getRandomValues(new Uint32Array(1));
  return `M-${String(random % 1e8).padStart(8, '0')}`;
}
