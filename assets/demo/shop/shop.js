/** What every page has: header, cart badge, footer, language, advice. */

import { advice } from './advice.js';
import { CartStore } from './cart-store.js';
import { catalogue } from './data.js';
import { element, link, main } from './dom.js';
import { address, language, say, translation } from './language.js';

export const cart = new CartStore();

/** @type {Record<string, string>} the categories of the feed, and our words for them */
export const GROUPS = { Ansigt: 'face', Krop: 'body' };

/**
 * Begin a page: dress it, wait for the products, let it draw itself. What breaks is said instead of a white page.
 * @param {string} here file name of the page
 * @param {(products: import('./data.js').Catalogue) => void} draw
 */
export async function page(here, draw) {
  document.documentElement.lang = language;
  document.body.prepend(element('a', { class: 'skip', href: '#main' }, say('skip')), header(here));
  document.body.append(footer());
  try {
    draw(await catalogue());
  } catch (error) {
    console.error(error);
    main().prepend(element('p', { class: 'notice', role: 'alert' }, say('broken')));
  }
  advice(cart, here === 'live.html').catch(console.warn);
  main().removeAttribute('aria-busy');
}

/** @param {string} words before the brand's name */
export function title(words) {
  document.title = words ? `${words} · ${say('brand')}` : say('brand');
}

/** @param {string} here */
function header(here) {
  const group = new URLSearchParams(location.search).get('group');
  /** @type {[string, string, boolean][]} */
  const entries = Object.entries(GROUPS).map(([name, key]) => [say(key), address('index.html', { group: name }), here === 'index.html' && group === name]);
  entries.push([say('live'), address('live.html'), here === 'live.html']);
  const menu = element('nav', { class: 'menu', 'aria-label': say('menu') }, ...entries.map((entry) => current(...entry)));
  const badge = current(say('cart'), address('cart.html'), here === 'cart.html');
  badge.classList.add('badge');
  const count = () => (badge.textContent = cart.count ? say('cart_count', { count: cart.count }) : say('cart'));
  cart.addEventListener('change', count);
  count();
  const other = translation();
  const tongue = element('a', { class: 'tongue', href: other.href, hreflang: other.language, lang: other.language }, say('other_language'));
  return element('header', { class: 'top' }, link(address('index.html'), 'brand', say('brand')), menu, tongue, badge);
}

/** @param {string} words @param {string} href @param {boolean} here */
function current(words, href, here) {
  return element('a', here ? { href, 'aria-current': 'page' } : { href }, words);
}

function footer() {
  return element('footer', { class: 'bottom' }, element('p', {}, say('footer')));
}
