/** The brand's rules in their one order: the first that fits somebody is what they are shown. */

import { element } from '../viewer/elements.js';
import { field, number, press, valueOf } from './form.js';
import { RuleForm } from './rule-form.js';
import { actionWords, ruleWords } from './relation-words.js';
import { _, whole } from './words.js';

/** @param {import('./console.js').Desk} desk */
export function rulesPanel(desk) {
  const { relation } = desk.link.state;
  const byId = Object.fromEntries(relation.segments.map((/** @type {any} */ now) => [now.segment.id, now.segment]));
  const names = relation.rules.map((/** @type {any} */ now) => now.rule.id);
  const open = (/** @type {any} */ rule) => new RuleForm(desk, rule).open();
  const move = (/** @type {number} */ place, /** @type {number} */ by) => {
    const order = [...names];
    [order[place], order[place + by]] = [order[place + by], order[place]];
    desk.run('rule.order', { rules: order });
  };
  const rows = relation.rules.map((/** @type {any} */ now, /** @type {number} */ place) => {
    const { rule } = now;
    const on = rule.on ?? true;
    const name = press(rule.name, () => open(rule), { kind: 'name', tip: _('Change {name}', rule) });
    const { version, ...kept } = rule;
    const turn = press(on ? _('On') : _('Off'), () => desk.run('rule.save', { rule: { ...kept, on: !on }, since: version ?? 1 }), {
      kind: on ? 'small' : 'small off',
      tip: _('Switch {name} on or off', rule),
    });
    turn.setAttribute('aria-label', `${on ? _('On') : _('Off')}: ${rule.name}`);
    const up = press('↑', () => move(place, -1), { kind: 'icon', name: _('{name} before the one above', rule), disabled: place === 0 });
    const down = press('↓', () => move(place, 1), { kind: 'icon', name: _('{name} after the one below', rule), disabled: place === names.length - 1 });
    for (const [control, key] of [[name, 'open'], [turn, 'turn'], [up, 'up'], [down, 'down']]) /** @type {HTMLElement} */ (control).dataset.key = `rule-${rule.id}-${key}`;
    const problem = now.problem ? [element('small', { class: 'warn' }, _(now.problem))] : [];
    return element(
      'li',
      {},
      element('div', { class: 'top' }, name, turn, up, down),
      element('small', {}, `${ruleWords(rule, byId)} · ${actionWords(rule.variants[0].action, desk.titles)}`),
      element('small', {}, shownWords(now)),
      ...problem,
    );
  });
  const add = press(`+ ${_('Rule')}`, () => open(null), { kind: 'small', tip: _('Show somebody something') });
  add.dataset.key = 'rule-new';
  const held = _('Of everybody, held back from all rules, per cent');
  const holdback = number(held, Math.round(relation.holdback), 0, 90);
  holdback.dataset.key = 'holdback';
  holdback.addEventListener('change', () => desk.run('relation.measure', { holdback: valueOf(holdback) }));
  const empty = _('A rule shows a product, an information or a message to a segment: on a page of the shop, or in the show.');
  return [
    element('header', {}, element('h2', {}, _('Rules')), add),
    rows.length ? element('ol', { class: 'rows' }, ...rows) : element('p', { class: 'muted empty' }, empty),
    element('footer', { class: 'muted' }, _('The first rule that fits is shown; rules with an end come first.'), field(held, holdback)),
  ];
}

/** @param {any} now */
function shownWords(now) {
  const sum = (/** @type {Record<string, number>} */ counts) => Object.values(counts).reduce((total, count) => total + count, 0);
  const [shown, clicked] = [sum(now.shown), sum(now.clicked)];
  const share = shown ? ` (${Math.round((100 * clicked) / shown)} %)` : '';
  const words = _('shown {shown} ×, followed {clicked} ×', { shown: whole(shown), clicked: whole(clicked) }) + share;
  return now.held ? `${words} · ${_('held back {count} ×', { count: whole(now.held) })}` : words;
}
