/** The card that the advisor sees before anybody answers. Without consent it says what the browser permits, and nothing of the visitor. */

import { clip } from './clip.js';

const CART_MAX = 50;
const EXTRA_MAX = 10;
const MINOR_MAX = 1e12;

/** @param {unknown} value @returns {number|null} */
function minor(value) {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MINOR_MAX ? Number(value) : null;
}

/** @param {import('../vitrine.d.ts').Cart|null} cart */
function cartCard(cart) {
  const lines = Array.isArray(cart?.lines) ? cart.lines : [];
  const products = lines.flatMap((line) => {
    const id = clip(line?.product, 65);
    const quantity = Math.min(999, Math.floor(Number(line?.quantity ?? 1)));
    if (!id || [...id].length > 64 || !(quantity >= 1)) return [];
    return [{ id, title: clip(line.title, 300), variant: clip(line.variant, 200), quantity, price_minor: minor(line.price_minor) }];
  });
  const currency = /^[A-Z]{3}$/.test(cart?.currency ?? '') ? cart?.currency : '';
  return { cart: products.slice(0, CART_MAX), cart_minor: minor(cart?.total_minor), currency };
}

/** @param {Record<string, unknown>} extra what the page adds */
function extraCard(extra) {
  const rows = Object.entries(extra).map(([name, value]) => [clip(name, 40), clip(value, 200)]);
  return Object.fromEntries(rows.filter(([name, value]) => name && value).slice(0, EXTRA_MAX));
}

/**
 * @param {object} known
 * @param {boolean} known.consent to personalisation
 * @param {Record<import('./permission.js').Device, import('./permission.js').Permission>} known.permissions
 * @param {import('./visit.js').Seen[]} known.seen
 * @param {import('../vitrine.d.ts').Cart|null} known.cart
 * @param {Record<string, unknown>} known.extra
 */
export function card({ consent, permissions: { camera, microphone }, seen, cart, extra }) {
  if (!consent) return { camera, microphone };
  return {
    page: clip(location.pathname, 500),
    title: clip(document.title, 200),
    seen: seen.map(({ id, title, price_minor }) => ({ id, title, price_minor })),
    ...cartCard(cart),
    extra: extraCard(extra),
    camera,
    microphone,
  };
}
