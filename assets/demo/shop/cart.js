/** The cart: how many of what, and what it costs. */

import { button, element, link, main } from './dom.js';
import { fullTitle } from './data.js';
import { address, say } from './language.js';
import { limit } from './cart-store.js';
import { money } from './money.js';
import { most, priced } from './priced.js';
import { cart, page, title } from './shop.js';
import { sums } from './sums.js';

/** @typedef {import('./priced.js').Priced} Priced */

page('cart.html', (products) => {
  title(say('cart'));
  const reduced = cart.reconcile(most(products));
  const notice = element('p', { class: 'notice', hidden: !reduced }, reduced ? say('cart_reduced') : '');
  const fleeting = element('p', { class: 'notice', hidden: true }, say('cart_fleeting'));
  const said = element('p', { class: 'unseen', role: 'status' });
  const place = element('div');
  const draw = () => {
    const focus = document.activeElement?.getAttribute('data-at');
    fleeting.hidden = cart.lasting;
    place.replaceChildren(...content(priced(cart.lines, products), (words) => (said.textContent = words)));
    if (focus) refocus(place, focus);
  };
  cart.addEventListener('change', draw);
  main().append(notice, fleeting, said, place);
  draw();
});

/** The control that was used is drawn anew, or has gone: a keyboard must not fall off the page. @param {HTMLElement} place @param {string} at */
function refocus(place, at) {
  const controls = [.../** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll('button:not(:disabled), a'))];
  const line = at.slice(0, at.lastIndexOf('/') + 1);
  const next = controls.find((one) => one.dataset.at === at) ?? controls.find((one) => one.dataset.at?.startsWith(line)) ?? controls[0];
  next?.focus();
}

/** @param {Priced[]} lines @param {(words: string) => void} tell */
function content(lines, tell) {
  if (!lines.length) return [empty()];
  const list = element('ul', { class: 'lines' }, ...lines.map((one) => row(one, tell)));
  const go = link(address('checkout.html'), 'button primary wide', say('to_checkout'));
  return [element('h1', {}, say('cart')), element('div', { class: 'columns' }, list, element('aside', { class: 'panel' }, element('h2', {}, say('summary')), sums(lines), go))];
}

function empty() {
  const back = link(address('index.html'), 'button primary', say('to_products'));
  return element('section', { class: 'empty' }, element('h1', {}, say('cart_empty')), element('p', {}, say('cart_empty_words')), back);
}

/** @param {Priced} one @param {(words: string) => void} tell */
function row(one, tell) {
  const { line, product, offer } = one;
  const title = fullTitle(product, offer);
  const picture = element('img', { src: product.image, alt: '', width: '96', height: '96' });
  const words = element('div', { class: 'words' }, link(address('product.html', { id: product.id }), 'name', title));
  words.append(element('p', { class: 'small muted' }, say('each', { price: money(one.each_minor) })), marks(one));
  const out = button('plain', say('remove'), () => {
    cart.change(line, 0);
    tell(say('removed', { title }));
  });
  out.setAttribute('aria-label', say('remove_what', { title }));
  out.dataset.at = `${line.product}/${line.variant}/remove`;
  const money_ = element('p', { class: 'sum' }, money(one.total_minor));
  return element('li', {}, picture, words, money_, element('div', { class: 'tools' }, stepper(one, title, tell), out));
}

/** @type {Record<string, string>} where it began, other than in a show that was live */
const FROM = { call: 'from_call', clip: 'from_clip', replay: 'from_replay' };

/** Where it came from, and what the code gave. @param {Priced} one */
function marks(one) {
  const made = element('p', { class: 'marks' });
  if (one.line.attribution) made.append(element('span', { class: 'mark' }, say(FROM[one.line.attribution.part] ?? 'from_show')));
  if (one.saved_minor) made.append(element('span', { class: 'mark' }, say('code_used', { code: one.line.code })));
  made.hidden = !made.childElementCount;
  return made;
}

/** @param {Priced} one @param {string} title @param {(words: string) => void} tell */
function stepper({ line, offer }, title, tell) {
  const step = (/** @type {number} */ by, /** @type {string} */ sign, /** @type {string} */ name) => {
    const made = button('step', sign, () => {
      cart.change(line, line.quantity + by);
      tell(say('quantity_now', { title, count: line.quantity + by }));
    });
    made.setAttribute('aria-label', say(name, { title }));
    made.dataset.at = `${line.product}/${line.variant}/${name}`;
    return made;
  };
  const [fewer, more] = [step(-1, '−', 'fewer'), step(1, '+', 'more')];
  fewer.disabled = line.quantity <= 1;
  more.disabled = line.quantity >= limit(offer.stock);
  const count = element('span', { class: 'count' }, element('span', { class: 'unseen' }, `${say('quantity')}: `), String(line.quantity));
  return element('div', { class: 'stepper' }, fewer, count, more);
}
