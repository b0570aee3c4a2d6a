/** The four ways to talk, as buttons. */

import { button, element } from '../elements.js';
import { KINDS } from './kinds.js';

/** @typedef {import('./kinds.js').Kind} Kind */

/**
 * @param {import('../strings.js').Say} say @param {(kind: Kind) => void} chosen @param {Kind|null} [now] the way that it is now
 * @returns {HTMLElement}
 */
export function ways(say, chosen, now = null) {
  const list = element('ul', { class: 'ways' });
  for (const kind of /** @type {Kind[]} */ (Object.keys(KINDS))) {
    const way = button('way', KINDS[kind].icon, () => chosen(kind));
    way.dataset.kind = kind;
    way.append(element('span', { class: 'words' }, element('b', {}, say(`call_kind_${kind}`)), element('small', {}, say(`call_why_${kind}`))));
    if (kind === now) way.setAttribute('aria-current', 'true');
    list.append(element('li', {}, way));
  }
  return list;
}
