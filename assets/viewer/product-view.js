/** How a product looks wherever it stands: its picture, its price, and the button that sells it. */

import { element } from './elements.js';
import { money } from './money.js';

/** @typedef {{say: import('./strings.js').Say, language: string, home: URL}} Speech how and where the page speaks */

const DONE_MS = 2500;

/** @param {string} address @param {URL} home @param {number} size @param {string} [alt] @returns {HTMLElement} */
export function picture(address, home, size, alt = '') {
  const image = element('img', { alt, loading: 'lazy', decoding: 'async', width: String(size), height: String(size) });
  const source = pictureAddress(address, home);
  if (source) image.setAttribute('src', source);
  image.addEventListener('error', () => image.removeAttribute('src'), { once: true });
  return image;
}

/** Only pictures from the web or from us. @param {string|undefined} address @param {URL} home @returns {string} */
export function pictureAddress(address, home) {
  if (!address) return '';
  try {
    const url = new URL(address, home);
    return /^https?:$/.test(url.protocol) ? url.href : '';
  } catch {
    return '';
  }
}

/** @param {any} product @param {Speech} speech @returns {HTMLElement} */
export function priceLine(product, { say, language }) {
  const several = product.variants > 1 && !product.chosen;
  const now = money(product.price_minor, product.currency, language);
  const line = element('p', { class: 'price' }, element('strong', {}, several ? say('from', { price: now }) : now));
  if (product.before_minor > product.price_minor) {
    const was = money(product.before_minor, product.currency, language);
    line.append(' ', element('s', {}, element('span', { class: 'unseen' }, `${say('was', { price: '' })} `), was));
  }
  return line;
}

/** What there is to say of its stock, or of the show's code. @param {any} product @param {Speech} speech @returns {HTMLElement|null} */
export function stockLine(product, { say }) {
  if (product.sold_out) return element('p', { class: 'stock sold' }, say('sold_out'));
  if (product.code) return element('p', { class: 'stock code' }, say(product.code_confirmed ? 'code_on' : 'code', { code: product.code }));
  if (typeof product.stock !== 'number') return null;
  return element('p', { class: product.stock <= 5 ? 'stock few' : 'stock' }, say(product.stock <= 5 ? 'few_left' : 'in_stock', { count: product.stock }));
}

/**
 * The button that puts a product into the cart, and says how that went. While it works it can be pressed by nobody.
 * `title` tells it from the others for whoever does not see where it stands.
 * @param {string} words @param {import('./strings.js').Say} say @param {() => Promise<'ok'|'failed'|'gone'|'elsewhere'>} buy @param {string} title
 */
export function buyButton(words, say, buy, title) {
  const button = /** @type {HTMLButtonElement} */ (element('button', { type: 'button', class: 'buy' }));
  /** @param {string} now */
  const read = (now) => {
    button.textContent = now;
    button.setAttribute('aria-label', `${now}: ${title}`);
  };
  read(words);
  button.addEventListener('click', async () => {
    button.disabled = true;
    read(say('adding'));
    const done = await buy();
    button.disabled = done === 'gone';
    read(done === 'ok' ? say('added') : done === 'gone' ? say('sold_out') : words);
    button.classList.toggle('done', done === 'ok');
    if (done === 'ok') {
      window.setTimeout(() => {
        read(words);
        button.classList.remove('done');
      }, DONE_MS);
    }
  });
  return button;
}
