/** Text in which addresses of the web can be followed. It is built of nodes: nothing in it is ever parsed as HTML. */

import { element } from '../elements.js';

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

/** @param {string} text @returns {(string|HTMLElement)[]} */
export function linked(text) {
  /** @type {(string|HTMLElement)[]} */
  const parts = [];
  let done = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    parts.push(text.slice(done, index), element('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, address));
    done = index + address.length;
  }
  return [...parts, text.slice(done)].filter(Boolean);
}
