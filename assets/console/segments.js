/** The brand's segments: how many people are in each, and what uses it. */

import { element } from '../viewer/elements.js';
import { press } from './form.js';
import { conditionWords } from './relation-words.js';
import { SegmentForm } from './segment-form.js';
import { _, whole } from './words.js';

/** @param {import('./console.js').Desk} desk */
export function segmentsPanel(desk) {
  const { relation } = desk.link.state;
  const byId = Object.fromEntries(relation.segments.map((/** @type {any} */ now) => [now.segment.id, now.segment]));
  const open = (/** @type {any} */ segment) => new SegmentForm(desk, segment).open();
  const rows = relation.segments.map((/** @type {any} */ { segment, size, uses }) => {
    const used = uses ? _('used by {count}', { count: uses }) : _('not used');
    const name = press(segment.name, () => open(segment), { kind: 'name', tip: _('Change {name}, and see who is in it', segment) });
    name.dataset.key = `segment-${segment.id}`;
    const on = segment.on ?? true;
    const count = element('strong', { title: _('{count} people', { count: whole(size) }) }, on ? whole(size) : _('off'));
    const top = element('div', { class: 'top' }, name, count);
    return element('li', {}, top, element('small', {}, `${conditionWords(segment.condition, byId)} · ${used}`));
  });
  const add = press(`+ ${_('Segment')}`, () => open(null), { kind: 'small', tip: _('People who did something') });
  add.dataset.key = 'segment-new';
  const empty = _('A segment is everybody who did something, such as: looked at serums twice within a week. Rules show them what fits.');
  const standing = [_('{count} people are known', { count: whole(relation.profiles) })];
  if (relation.waiting) standing.push(_('{count} are being counted', { count: whole(relation.waiting) }));
  return [
    element('header', {}, element('h2', {}, _('Segments')), add),
    rows.length ? element('ul', { class: 'rows' }, ...rows) : element('p', { class: 'muted empty' }, empty),
    element('footer', { class: 'muted' }, standing.join(' · ')),
  ];
}
