/** What waits to be told: for as long as the tab is open, over its pages. Only with consent is anything written down. */

import { allowed } from './deeds.js';

const NAME = 'vitrine.deeds';
const MOST = 200;

/** One behaviour on its way. @typedef {{id: string, name: string, at: number, page: string} & import('./deeds.js').Facts} Deed */

/** @returns {Deed[]} */
export function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(NAME) ?? '[]');
    return allowed() && Array.isArray(found) ? found.slice(-MOST) : [];
  } catch {
    return [];
  }
}

/** @param {Deed[]} deeds */
export function keep(deeds) {
  try {
    if (allowed() && deeds.length) sessionStorage.setItem(NAME, JSON.stringify(deeds.slice(-MOST)));
    else sessionStorage.removeItem(NAME);
  } catch {
    // full or forbidden: it is told from this page, or not at all
  }
}
