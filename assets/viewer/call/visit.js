/**
 * What the visitor has looked at in this visit, and what is in the cart, for the card of a call. Nothing of it leaves the page,
 * or stays for the next one, without consent to personalisation.
 * Event: `changed`.
 */

import { consents } from '../consent.js';
import { clip } from './clip.js';

const NAME = 'vitrine.seen';
const SEEN_MAX = 20;

/** @typedef {{id: string, title: string, price_minor: number|null}} Seen */

/** @param {any} product @returns {Seen[]} none when it is no product */
function readable(product) {
  const id = clip(product?.id, 65);
  if (!id || [...id].length > 64) return [];
  const price = product.price_minor;
  return [{ id, title: clip(product.title, 300), price_minor: Number.isInteger(price) && price >= 0 && price <= 1e12 ? price : null }];
}

class Visit extends EventTarget {
  /** The newest last. @type {Seen[]} */
  seen = [];
  /** @type {import('../vitrine.d.ts').Cart|null} */
  cart = null;

  constructor() {
    super();
    try {
      const kept = JSON.parse(sessionStorage.getItem(NAME) ?? '[]');
      if (Array.isArray(kept) && this.allowed) this.seen = kept.flatMap(readable).slice(-SEEN_MAX);
    } catch {
      // nothing was kept
    }
    consents.addEventListener('changed', () => {
      if (!this.allowed) this.seen = [];
      this.save();
    });
  }

  get allowed() {
    return consents.choices?.personalisation === true;
  }

  /** @param {unknown} product */
  see(product) {
    for (const one of readable(product)) this.seen = [...this.seen.filter(({ id }) => id !== one.id), one].slice(-SEEN_MAX);
    this.save();
  }

  /** @param {import('../vitrine.d.ts').Cart} cart */
  carry(cart) {
    this.cart = cart;
    this.dispatchEvent(new Event('changed'));
  }

  save() {
    try {
      if (this.allowed && this.seen.length) sessionStorage.setItem(NAME, JSON.stringify(this.seen));
      else sessionStorage.removeItem(NAME);
    } catch {
      // then the next page begins anew
    }
    this.dispatchEvent(new Event('changed'));
  }
}

/** One for the page. */
export const visit = new Visit();
