/** What the codes of a show are worth. Only the shop decides that. */

/** @type {Record<string, {percent: number, products: string[]}>} */
const CODES = {
  AFTEN10: { percent: 10, products: ['night-cream', 'clay-mask'] },
};

/** @param {string} code @param {string} product its id @param {number} price_minor @returns {number} øre, the same without a valid code */
export function withCode(code, product, price_minor) {
  const worth = Object.hasOwn(CODES, code.toUpperCase()) ? CODES[code.toUpperCase()] : null;
  return worth?.products.includes(product) ? price_minor - Math.round((price_minor * worth.percent) / 100) : price_minor;
}
