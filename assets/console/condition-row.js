/** One condition of a segment as a row of controls: the same kinds as in the window (ui/dialogs/condition_row.py). */

import { element } from '../viewer/elements.js';
import { choice, line, number, press, valueOf } from './form.js';
import { COMPARED, DEEDS, PROPERTIES, TESTS } from './relation-words.js';
import { N_, _ } from './words.js';

/** @type {Record<string, string>} */
const FORMS = {
  did: N_('did something'),
  affinity: N_('likes a category or brand'),
  property: N_('is somebody'),
  rfm: N_('is a good customer'),
  segment: N_('is in a segment'),
};
/** @type {Record<string, string>} */
const ABOUT = { '': N_('anything'), products: N_('the product'), categories: N_('the category'), brands: N_('the brand') };
const LONGEST = '255';

/** @param {Record<string, string>} table @returns {[string, string][]} */
const options = (table) => Object.entries(table).map(([value, words]) => [_(words), value]);

/** Whether a row can show all of a condition. @param {any} asked */
export function editable(asked) {
  if (asked.kind === 'did') {
    const { match } = asked;
    const about = [match.products, match.categories, match.brands].filter((words) => words?.length);
    const listed = (match.categories?.length ?? 0) > 1 || (match.brands?.length ?? 0) > 1;
    const comma = (match.products ?? []).some((/** @type {string} */ product) => product.includes(','));
    const more = match.shows?.length || match.parts?.length || match.page || (match.least_minor ?? null) !== null;
    return !asked.minutes && !listed && !comma && !more && match.names.length === 1 && match.names[0] in DEEDS && about.length <= 1;
  }
  if (asked.kind === 'affinity') return ['category', 'brand'].includes(asked.of);
  if (asked.kind === 'property') return (asked.compare ?? 'is') in TESTS && asked.name in PROPERTIES;
  return ['rfm', 'segment'].includes(asked.kind);
}

/** @typedef {{controls: HTMLElement[], read: () => any, turn?: () => void}} Part */

/** @param {any} asked @returns {Part} */
function did(asked) {
  const match = asked?.match ?? {};
  const chosen = ['products', 'categories', 'brands'].find((name) => match[name]?.length) ?? '';
  const name = choice(_('What they did'), options(DEEDS), match.names?.[0] ?? 'Product Viewed');
  const about = choice(_('With what'), options(ABOUT), chosen);
  const what = line(_('Which'), chosen ? match[chosen].join(', ') : '', { placeholder: _('Number, or name of the category'), maxlength: LONGEST, required: '' });
  const compare = choice(_('How often'), options(COMPARED), asked?.compare ?? 'at least');
  const times = number(_('Times'), asked?.times ?? 1, 0, 100_000);
  const days = number(_('Days (0: ever)'), asked ? (asked.days ?? 0) : 7, 0, 3650);
  const small = (/** @type {string} */ words) => element('small', {}, words);
  return {
    controls: [name, about, what, compare, times, small(_('times, in the last')), days, small(_('days (0: ever)'))],
    turn: () => (what.hidden = !about.value),
    read() {
      const said = what.value.trim();
      const words = (about.value === 'products' ? said.split(',') : [said]).map((word) => word.trim()).filter(Boolean);
      const which = about.value && words.length ? { [about.value]: words } : {};
      const within = valueOf(days) ? { days: valueOf(days) } : {};
      return { kind: 'did', match: { names: [name.value], ...which }, compare: compare.value, times: valueOf(times), ...within };
    },
  };
}

/** @param {any} asked @returns {Part} */
function affinity(asked) {
  const of = choice(_('What they like'), [[_('the category'), 'category'], [_('the brand'), 'brand']], asked?.of ?? 'category');
  const value = line(_('Which'), asked?.value ?? '', { placeholder: _('Its name'), maxlength: LONGEST, required: '' });
  const percent = number(_('Share, per cent'), asked?.percent ?? 20, 1, 100);
  return {
    controls: [of, value, element('small', {}, _('at least')), percent, element('small', {}, _('% of all that they do here'))],
    read: () => ({ kind: 'affinity', of: of.value, value: value.value.trim() || '?', percent: valueOf(percent) }),
  };
}

/** @param {any} asked @returns {Part} */
function property(asked) {
  const name = choice(_('What about them'), options(PROPERTIES), asked?.name ?? 'campaign');
  const compare = choice(_('How it compares'), options(TESTS), asked?.compare ?? 'is');
  const value = line(_('Value'), asked?.value ?? '', { placeholder: _('Value'), maxlength: '300' });
  return {
    controls: [name, compare, value],
    turn: () => (value.hidden = compare.value === 'is empty'),
    read: () => ({ kind: 'property', name: name.value, compare: compare.value, value: value.value.trim() }),
  };
}

/** @param {any} asked @returns {Part} */
function rfm(asked) {
  const classes = /** @type {[string, string][]} */ ([[_('any'), ''], ...[5, 4, 3, 2, 1].map((one) => [`${one}`, `${one}`])]);
  /** @type {Record<string, HTMLSelectElement>} */
  const boxes = {
    recency: choice(_('bought lately'), classes, String(asked?.recency ?? '')),
    frequency: choice(_('bought often'), classes, String(asked?.frequency ?? '')),
    money: choice(_('bought for much'), classes, String(asked?.money ?? '')),
  };
  const named = Object.values(boxes).flatMap((box) => [element('small', {}, box.getAttribute('aria-label') ?? ''), box]);
  return {
    controls: [...named, element('small', {}, _('5: the best fifth of who bought within a year'))],
    read: () => ({ kind: 'rfm', ...Object.fromEntries(Object.entries(boxes).flatMap(([name, box]) => (box.value ? [[name, Number(box.value)]] : []))) }),
  };
}

/** @param {any} asked @param {[string, string][]} others @returns {Part} */
function segment(asked, others) {
  const inside = choice(_('In it or not'), [[_('is in'), 'in'], [_('is not in'), 'out']], asked?.inside === false ? 'out' : 'in');
  const there = others.length ? others : /** @type {[string, string][]} */ ([[_('there is no other segment'), '']]);
  const which = choice(_('Segment'), there, asked?.segment ?? there[0][1]);
  return {
    controls: [inside, which],
    read: () => ({ kind: 'segment', segment: which.value || 'none', inside: inside.value === 'in' }),
  };
}

export class ConditionRow {
  /**
   * @param {any} asked null: a new one @param {[string, string][]} others other segments: name and id
   * @param {{changed: () => void, removed: (row: ConditionRow) => void}} told
   */
  constructor(asked, others, { changed, removed }) {
    const of = (/** @type {string} */ kind) => (asked?.kind === kind ? asked : null);
    /** @type {Record<string, Part>} */
    this.parts = {
      did: did(of('did')),
      affinity: affinity(of('affinity')),
      property: property(of('property')),
      rfm: rfm(of('rfm')),
      segment: segment(of('segment'), others),
    };
    this.kind = choice(_('Kind of condition'), options(FORMS), asked?.kind ?? 'did');
    this.controls = element('div', { class: 'controls' });
    const gone = press('×', () => removed(this), { kind: 'icon', name: _('Take this condition away') });
    this.node = element('fieldset', { class: 'condition', 'aria-label': _('Condition') }, element('div', { class: 'top' }, this.kind, gone), this.controls);
    this.node.addEventListener('input', () => {
      this.turn();
      changed();
    });
    this.turn();
  }

  /** Show what the kind has. */
  turn() {
    const part = this.parts[this.kind.value];
    if (this.controls.firstChild !== part.controls[0]) this.controls.replaceChildren(...part.controls);
    part.turn?.();
  }

  get condition() {
    return this.parts[this.kind.value].read();
  }
}
