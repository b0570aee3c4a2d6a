/** The shop's products, read once from the same feed that Vitrine imports. */

import { language } from './language.js';
import { minorUnits } from './money.js';

/**
 * What can be bought: one kind of a product. Without kinds to choose from, `id` is empty.
 * @typedef {object} Offer
 * @property {string} id
 * @property {string} title "50 ml"
 * @property {number} price_minor
 * @property {number|null} before_minor what it cost before, when the shop may say so
 * @property {number} stock
 * @property {string} sku
 * @property {string} gtin
 */

/**
 * @typedef {object} Product
 * @property {string} id
 * @property {string} title
 * @property {string} description HTML
 * @property {string} group the first word of the category
 * @property {string} image
 * @property {Offer[]} offers at least one, the cheapest first
 */

/** @typedef {Map<string, Product>} Catalogue */
/** @typedef {{at: string, price: string}} Point */

const DAY_MS = 24 * 3600 * 1000;
const FEED = new URL('products.json', import.meta.url);
const ENGLISH = new URL('products.en.json', import.meta.url);

/** @type {Promise<Catalogue>|undefined} */
let loading;

/** @returns {Promise<Catalogue>} by id, in the shop's order */
export function catalogue() {
  loading ??= load();
  return loading;
}

/** @returns {Promise<Catalogue>} */
async function load() {
  const [feed, words] = await Promise.all([json(FEED), language === 'en' ? json(ENGLISH) : null]);
  return new Map(feed.products.map((/** @type {any} */ given) => [given.id, product(given, words?.[given.id])]));
}

/** @param {URL} url @returns {Promise<any>} */
async function json(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
  return response.json();
}

/** @param {any} given @param {{title: string, description: string}} [words] @returns {Product} */
function product(given, words) {
  const kinds = given.variants ?? [{ ...given, id: '', options: {} }];
  return {
    id: given.id,
    title: unbroken(words?.title ?? given.title),
    description: words?.description ?? given.description,
    group: given.category.split(' > ')[0],
    image: new URL(given.images[0], FEED).href,
    offers: kinds
      .map((/** @type {any} */ kind) => offer(kind, given.history ?? []))
      .sort((/** @type {Offer} */ one, /** @type {Offer} */ other) => one.price_minor - other.price_minor),
  };
}

/** @param {any} kind @param {Point[]} history @returns {Offer} */
function offer(kind, history) {
  const price_minor = minorUnits(kind.sale_price ?? kind.price);
  return {
    id: kind.id,
    title: unbroken(Object.values(kind.options).join(' / ')),
    price_minor,
    before_minor: kind.sale_price ? lowestBefore(price_minor, history) : null,
    stock: kind.stock,
    sku: kind.sku,
    gtin: kind.gtin,
  };
}

/**
 * The before price is the lowest of the 30 days before the reduction (Directive 98/6/EC, article 6a); without a documented
 * one there is none.
 * @param {number} price_minor @param {Point[]} history in the order of time
 */
export function lowestBefore(price_minor, history) {
  const points = history.map((point) => ({ at: Date.parse(point.at), minor: minorUnits(point.price) }));
  const reduced = points.at(-1);
  if (!reduced || reduced.minor !== price_minor) return null;
  const start = reduced.at - 30 * DAY_MS;
  if (points[0].at > start) return null;
  const lowest = Math.min(...points.slice(0, -1).filter((_, n) => points[n + 1].at > start).map((point) => point.minor));
  return lowest > price_minor ? lowest : null;
}

/** A number stays on the line of its unit. @param {string} title */
function unbroken(title) {
  return title.replace(/(\d) (?=ml|%)|(SPF) (?=\d)/g, '$1$2\u00a0');
}

/** @param {Product} product */
export function stockOf(product) {
  return product.offers.reduce((sum, offer) => sum + offer.stock, 0);
}

/** @param {Product|undefined} product @param {string} variant @returns {Offer|undefined} */
export function offerOf(product, variant) {
  return product?.offers.find((offer) => offer.id === variant);
}

/** "Solcreme SPF 50, 30 ml" @param {Product} product @param {Offer} offer */
export function fullTitle(product, offer) {
  return offer.title ? `${product.title}, ${offer.title}` : product.title;
}
