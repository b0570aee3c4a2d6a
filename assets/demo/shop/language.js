/** Which language the visitor reads, and links that remember it. */

import { speaker } from './strings.js';

const query = new URLSearchParams(location.search);
const asked = query.get('lang');
const chosen = asked === 'da' || asked === 'en' ? asked : null;

/** @type {import('./strings.js').Language} */
export const language = chosen ?? (/^da\b/i.test(navigator.language) ? 'da' : 'en');
export const say = speaker(language);

/**
 * A page of the shop, in the language that was asked for.
 * @param {string} page file name @param {Record<string, string>} [values] of its query
 */
export function address(page, values = {}) {
  const link = new URLSearchParams(chosen ? { ...values, lang: chosen } : values);
  return link.size ? `${page}?${link}` : page;
}

/** This page in the other language. */
export function translation() {
  const other = language === 'da' ? 'en' : 'da';
  const link = new URLSearchParams(location.search);
  link.set('lang', other);
  return { language: other, href: `?${link}` };
}
