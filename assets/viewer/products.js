/** The products of the show, as cards in the show's order. */

import { element } from './elements.js';
import { speaker } from './strings.js';

export class ProductList {
  /** @type {import('./strings.js').Say} */
  say = speaker('en');
  language = 'en';
  home = new URL(import.meta.url);
  heading = element('h3');
  list = element('ul', { class: 'cards' });
  root = element('section', { class: 'products', hidden: '' }, this.heading, this.list);

  /** @param {import('./strings.js').Say} say @param {string} language @param {URL} home */
  speak(say, language, home) {
    this.say = say;
    this.language = language;
    this.home = home;
    this.heading.textContent = say('products');
    this.root.setAttribute('aria-label', say('products'));
  }

  /** @param {any[]} products */
  fill(products) {
    this.root.hidden = !products.length;
    this.list.replaceChildren(...products.flatMap((product) => this.whole(product)));
  }

  /** A product that cannot be shown (a currency nobody knows, a broken address) must not take the others with it. @param {any} product */
  whole(product) {
    try {
      return [this.card(product)];
    } catch {
      return [];
    }
  }

  /** @param {any} product @returns {HTMLElement} */
  card(product) {
    const price = element('p', { class: 'price' }, element('strong', {}, this.money(product.price_minor, product.currency)));
    if (product.before_minor) {
      const was = this.money(product.before_minor, product.currency);
      price.append(' ', element('s', { 'aria-label': this.say('was', { price: was }) }, was));
    }
    if (product.stock === 0) price.append(' ', element('span', { class: 'sold' }, this.say('sold_out')));
    const words = element('div', {}, element('p', { class: 'name' }, product.title), price);
    const picture = element('img', { alt: '', loading: 'lazy', width: '56', height: '56' });
    if (product.image) picture.setAttribute('src', new URL(product.image, this.home).href);
    const body = this.link(product.url) ?? element('div', { class: 'card' });
    body.append(picture, words);
    return element('li', {}, body);
  }

  /** Only http(s) leads anywhere. @param {string} url @returns {HTMLElement|null} */
  link(url) {
    if (!/^https?:\/\//i.test(url || '')) return null;
    return element('a', { class: 'card', href: url, target: '_blank', rel: 'noopener' });
  }

  /** @param {number} minor @param {string} currency */
  money(minor, currency) {
    const format = new Intl.NumberFormat(this.language, { style: 'currency', currency });
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    const value = minor / 10 ** digits;
    return Number.isInteger(value)
      ? new Intl.NumberFormat(this.language, { style: 'currency', currency, maximumFractionDigits: 0 }).format(value)
      : format.format(value);
  }
}
