/** The wish list: product ids, most lately wished last. */

import { load, save } from './storage.js';

const KEY = 'matilde.wishes';

/** @returns {string[]} */
export function wishes() {
  const stored = load(KEY);
  return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
}

/** @param {import('../../viewer/vitrine.d.ts').Wish} wish */
export function wish({ product, wished }) {
  const others = wishes().filter((id) => id !== product);
  save(KEY, wished ? [...others, product] : others);
}
