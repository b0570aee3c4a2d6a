/** The lines under the products: what they cost, what a code took off, what is to pay. */

import { element } from './dom.js';
import { say } from './language.js';
import { money } from './money.js';
import { total } from './priced.js';

/** @param {import('./priced.js').Priced[]} lines */
export function sums(lines) {
  const sum = total(lines);
  const saved = new Map();
  for (const { line, saved_minor } of lines) {
    if (saved_minor) saved.set(line.code, (saved.get(line.code) ?? 0) + saved_minor);
  }
  const off = [...saved.values()].reduce((all, one) => all + one, 0);
  const rows = [row(say('subtotal'), money(sum + off))];
  for (const [code, minor] of saved) rows.push(row(say('code_used', { code }), money(-minor)));
  rows.push(row(say('delivery'), say('free')), row(say('total'), money(sum), 'total'));
  return element('dl', { class: 'sums' }, ...rows);
}

/** @param {string} name @param {string} value @param {string} [kind] */
function row(name, value, kind = '') {
  return element('div', { class: kind }, element('dt', {}, name), element('dd', {}, value));
}
