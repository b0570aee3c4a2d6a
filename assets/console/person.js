/** One person: what they agreed to, where they stand, what they did, and what they are shown with the gate of each other rule. */

import { element } from '../viewer/elements.js';
import { choice, line, press } from './form.js';
import { GATES, KINDS, PURPOSES, deedLine, slotWords } from './relation-words.js';
import { _, moment, sentence, whole } from './words.js';

const DEEDS = 20;

/** Asks for one person at a time; it is written down who looked. */
export class PersonPanel {
  /** @param {import('./console.js').Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.by = choice(
      _('Look up by'),
      [[_('Customer number'), 'customer'], [_('E-mail'), 'email'], [_('Visitor'), 'visitor'], [_('Profile'), 'profile']],
      'customer',
    );
    this.who = line(_('Who'), '', { placeholder: _('Who'), maxlength: '254', autocomplete: 'off' });
    const go = /** @type {HTMLButtonElement} */ (element('button', { type: 'submit', title: _('Who looked is written down') }, _('Look up')));
    const form = element('form', { class: 'find' }, this.by, this.who, go);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const find = this.who.value.trim();
      if (find) this.look({ find, by: this.by.value });
    });
    this.found = element('div', { class: 'person', 'aria-live': 'polite' });
    const empty = _('Look somebody up to see what is known of them, and why they are shown what they are shown.');
    this.found.append(element('p', { class: 'muted empty' }, empty));
    this.nodes = [element('header', {}, element('h2', {}, _('Person'))), form, this.found];
  }

  /** Somebody is asked for beside their page. @param {string} visitor empty: of whom nothing may be known */
  waits(visitor) {
    this.by.value = 'visitor';
    this.who.value = visitor;
    const nobody = _('This page knows nobody: whoever looks at it has not agreed to anything.');
    this.found.replaceChildren(element('p', { class: 'muted empty' }, visitor ? '…' : nobody));
  }

  /** @param {Record<string, string>} whom */
  async look(whom) {
    try {
      this.show(await this.desk.ask('profile.look', whom), whom);
    } catch (error) {
      const { message, params } = /** @type {any} */ (error);
      this.found.replaceChildren(element('p', { class: 'warn' }, _(message, params)));
    }
  }

  /** @param {any} person @param {Record<string, string>} whom */
  show(person, whom) {
    const heading = (/** @type {string} */ words) => element('h3', {}, words);
    const lines = (/** @type {(HTMLElement | string)[]} */ rows, /** @type {string} */ none) =>
      rows.length ? element('ul', { class: 'plain' }, ...rows.map((row) => (typeof row === 'string' ? element('li', {}, row) : row))) : element('p', { class: 'muted' }, none);
    /** @type {Record<string, string>} */
    const marks = { true: '✓', false: '–', null: '?' };
    const segments = person.segments.map((/** @type {any} */ one) => {
      const due = one.due_ms === null ? '' : ` · ${_('changes by itself {when}', { when: moment(one.due_ms) })}`;
      return `${marks[String(one.inside)]} ${one.name}: ${sentence(one.reason)}${due}`;
    });
    const personas = person.personas.map(this.personaLine, this);
    const again = press(_('Look again'), () => this.look(whom), { kind: 'small' });
    this.found.replaceChildren(
      this.facts(person),
      heading(_('Segments')),
      lines(segments, _('none')),
      ...(personas.length ? [heading(_('Personas')), lines(personas, '')] : []),
      heading(_('What they are shown')),
      lines(person.slots.map(slotRow), _('no rule yet')),
      heading(_('What they did last')),
      lines(person.deeds.slice(0, DEEDS).map(deedLine), _('nothing yet')),
      again,
    );
  }

  /** Who is active, and the points of each with what is needed. @param {any} now */
  personaLine(now) {
    const group = this.desk.link.state.relation?.personas.find((/** @type {any} */ one) => one.id === now.group);
    const named = (/** @type {string} */ id) => group?.personas.find((/** @type {any} */ one) => one.id === id)?.name ?? id;
    const points = Object.entries(now.points).map(([id, count]) => `${named(id)} ${count}/${now.threshold}`);
    return `${group?.name ?? now.group}: ${now.active ? named(now.active) : _('nobody yet')} (${points.join(', ')})`;
  }

  /** @param {any} person */
  facts(person) {
    const agreed = Object.entries(PURPOSES).filter(([purpose]) => person.consents[purpose]).map(([, name]) => _(name));
    const likes = (person.likes.category ?? []).slice(0, 3).map((/** @type {[string, number]} */ [what, share]) => `${what} ${Math.round(100 * share)} %`);
    const devices = Object.values(person.devices).filter(Boolean).sort();
    const facts = /** @type {[string, string][]} */ ([
      [_('Agrees to'), agreed.join(', ') || _('nothing')],
      [_('Is'), _(KINDS[person.kind]) + (person.why ? ` (${person.why})` : '')],
      [_('Devices'), devices.join(', ') || '–'],
      [_('Visits'), whole(person.sessions)],
      [_('Orders'), whole(person.orders)],
      [_('Likes'), likes.join(', ') || '–'],
      [_('Known by'), person.identifiers.map((/** @type {string[]} */ [, value]) => value).join(', ') || _('nothing')],
    ]);
    return element('dl', {}, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
  }
}

/** What they are shown in a place, and which gate each other rule stopped at. @param {any} slot */
function slotRow(slot) {
  const row = element('li', {}, `${slotWords(slot.slot)}: ${slot.rule || _('the default')} (${sentence(slot.reason)})`);
  const stopped = slot.stopped.map((/** @type {[string, string, any]} */ [name, gate, reason]) => element('li', {}, `✕ ${name}, ${_(GATES[gate] ?? gate)}: ${sentence(reason)}`));
  if (stopped.length) row.append(element('ul', { class: 'plain' }, ...stopped));
  return row;
}
