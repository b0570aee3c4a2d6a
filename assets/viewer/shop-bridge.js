/**
 * The show's side, and the call's, of the cart contract: it asks the shop's page by cancelable events, and waits for the promise that the page
 * answers with. A page that does not answer has no cart of ours: then a product is a link to its page.
 */

const ANSWER_MS = 15000;

/** @typedef {import('./vitrine.d.ts').CartAnswer} CartAnswer */

/** @param {unknown} value @returns {CartAnswer} */
function cartAnswer(value) {
  if (value === true || value === undefined || value === null) return { status: 'ok' };
  if (value === false) return { status: 'error' };
  const answer = /** @type {any} */ (value);
  const known = ['ok', 'partial', 'out-of-stock', 'error'].includes(answer.status);
  return known ? answer : { status: 'error' };
}

export class ShopBridge {
  /** @param {HTMLElement} host dispatches the events */
  constructor(host) {
    this.host = host;
    /** Whether the page has ever answered: until we know, a button stands there and becomes a link when nobody does. @type {boolean|null} */
    this.hasCart = null;
  }

  /**
   * @param {string} name of the event @param {object} detail
   * @returns {{heard: boolean, answer: Promise<any>}} `heard`: somebody answers
   */
  ask(name, detail) {
    /** @type {Promise<any>|null} */
    let answer = null;
    const event = new CustomEvent(name, {
      bubbles: true,
      composed: true,
      cancelable: true,
      detail: {
        ...detail,
        answer: (/** @type {any} */ value) => {
          answer ??= Promise.resolve(value);
          event.preventDefault();
        },
      },
    });
    this.host.dispatchEvent(event);
    if (!answer) return { heard: false, answer: Promise.resolve(undefined) };
    const late = new Promise((_, fail) => window.setTimeout(() => fail(new Error('the shop does not answer')), ANSWER_MS));
    return { heard: true, answer: Promise.race([answer, late]) };
  }

  /**
   * @param {import('./vitrine.d.ts').CartLine[]} lines @param {import('./vitrine.d.ts').Attribution} attribution
   * @returns {Promise<CartAnswer|null>} null: the page has no cart for us
   */
  async addToCart(lines, attribution) {
    const { heard, answer } = this.ask('vitrine:add-to-cart', { lines, attribution });
    this.hasCart = heard;
    if (!heard) return null;
    return answer.then(cartAnswer, () => ({ status: 'error' }));
  }

  /** @param {import('./vitrine.d.ts').Attribution} attribution @returns {Promise<boolean>} whether the page took it from here */
  async checkout(attribution) {
    const { heard, answer } = this.ask('vitrine:checkout', { attribution });
    if (!heard) return false;
    try {
      const value = await answer;
      if (value?.url) window.location.assign(value.url);
      return value !== false;
    } catch {
      return false;
    }
  }

  /**
   * What the shop says of products now; what it does not say stays as it is.
   * @param {any[]} products @param {string} language
   * @returns {Promise<import('./vitrine.d.ts').ProductAnswer[]|null>} null: nobody hears yet
   */
  async productData(products, language) {
    if (!products.length) return [];
    const asked = products.map(({ id, variant = '', cart_id = '', sku = '', gtin = '', url = '', code = '' }) => ({ id, variant, cart_id, sku, gtin, url, code }));
    const { heard, answer } = this.ask('vitrine:product-data', { products: asked, currency: products[0].currency, language });
    if (!heard) return null;
    try {
      const value = await answer;
      return Array.isArray(value) ? value.filter((one) => one && typeof one.id === 'string') : [];
    } catch {
      return [];
    }
  }
}

/**
 * A product, or one of its kinds, as it is put into the cart.
 * @param {any} product @param {any} [option] the chosen kind @param {number} [quantity] @returns {import('./vitrine.d.ts').CartLine}
 */
export function cartLine(product, option = null, quantity = 1) {
  const { sku = '', gtin = '', cart_id = '' } = option ?? product;
  return { product: product.id, variant: option?.id ?? product.variant ?? '', cart_id, sku, gtin, quantity, code: product.code ?? '' };
}

/** The address of a page of the shop. @param {string|undefined} url @returns {string} empty when it leads nowhere */
export function shopAddress(url) {
  try {
    const link = new URL(url ?? '', location.href);
    return /^https?:$/.test(link.protocol) && url ? link.href : '';
  } catch {
    return '';
  }
}

/** The address of a product's page, with what led there. @param {string} url @param {import('./vitrine.d.ts').Attribution} attribution @returns {string} empty when it leads nowhere */
export function productLink(url, attribution) {
  const address = shopAddress(url);
  if (!address) return '';
  const link = new URL(address);
  const { show, product, media_ms, part } = attribution;
  link.searchParams.set('vitrine', [show, product, Math.round(media_ms / 1000), part].join('.'));
  return link.href;
}
