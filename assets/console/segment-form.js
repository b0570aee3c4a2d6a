/** A segment: what its people did, with who would be in it before it is saved. */

import { element } from '../viewer/elements.js';
import { ConditionRow, editable } from './condition-row.js';
import { Dialog } from './dialog.js';
import { choice, field, line, press, tick } from './form.js';
import { conditionWords, idOf } from './relation-words.js';
import { N_, _, sentence } from './words.js';

const LOOK_MS = 400;
const ROWS_MAX = 10;

export class SegmentForm {
  /** @param {import('./console.js').Desk} desk @param {any} before null: a new one */
  constructor(desk, before) {
    this.desk = desk;
    this.before = before;
    const segments = desk.link.state.relation.segments.map((/** @type {any} */ now) => now.segment);
    this.byId = Object.fromEntries(segments.map((/** @type {any} */ one) => [one.id, one]));
    /** @type {[string, string][]} */
    this.others = segments.filter((/** @type {any} */ one) => one.id !== before?.id).map((/** @type {any} */ one) => [one.name, one.id]);
    const title = before ? _('Segment “{name}”', { name: before.name }) : _('New segment');
    this.dialog = new Dialog(title, {
      save: () => this.save(),
      remove: before ? () => desk.act('segment.delete', { segment: before.id }) : null,
      removeTip: _('Only a segment that nothing uses'),
    });
    this.name = line(_('Name'), before?.name ?? '', { placeholder: _('For example: looked at serums this week'), maxlength: '80', required: '', pattern: '.*\\S.*' });
    const whole = before?.condition;
    const linked = ['all', 'any'].includes(whole?.kind);
    this.how = choice(_('How conditions belong together'), [[_('all of these hold'), 'all'], [_('one of these holds'), 'any']], linked ? whole.kind : 'all');
    const [onLabel, on] = tick(_('In use: rules may ask about it'), before?.on ?? true);
    this.onLabel = onLabel;
    this.on = on;
    this.list = element('div', { class: 'conditions' });
    /** @type {ConditionRow[]} */
    this.rows = [];
    /** Conditions that have no form here are kept as they are. @type {any[]} */
    this.kept = [];
    for (const part of whole ? (linked ? (whole.of ?? []) : [whole]) : [null]) {
      if (part === null || (editable(part) && this.rows.length < ROWS_MAX)) this.add(part);
      else this.kept.push(part);
    }
    const words = this.kept.map((part) => conditionWords(part, this.byId)).join(' · ');
    this.elsewhere = words ? [element('p', { class: 'muted' }, _('And, made elsewhere: {words}', { words }))] : [];
    this.preview = element('p', { class: 'muted', role: 'status' });
    this.examples = element('ul', { class: 'examples' });
    this.how.addEventListener('input', () => this.changed());
  }

  open() {
    const more = press(`+ ${_('Condition')}`, () => this.add(null, true), { kind: 'small', tip: _('One more thing that they did') });
    this.dialog.show(
      field(_('Name'), this.name),
      field(_('Everybody for whom'), this.how),
      this.list,
      ...this.elsewhere,
      more,
      this.onLabel,
      this.preview,
      this.examples,
    );
    this.changed();
  }

  /** @param {any} asked @param {boolean} [focus] */
  add(asked, focus = false) {
    if (this.rows.length >= ROWS_MAX) return;
    const row = new ConditionRow(asked, this.others, { changed: () => this.changed(), removed: (gone) => this.remove(gone) });
    this.rows.push(row);
    this.list.append(row.node);
    if (focus) row.kind.focus();
    this.changed();
  }

  /** @param {ConditionRow} row */
  remove(row) {
    this.rows = this.rows.filter((one) => one !== row);
    row.node.remove();
    this.changed();
  }

  get condition() {
    const parts = [...this.rows.map((row) => row.condition), ...this.kept];
    return parts.length === 1 ? parts[0] : { kind: this.how.value, of: parts };
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), LOOK_MS);
  }

  /** Who would be in it. */
  async look() {
    if (!this.dialog.dialog.isConnected) return;
    if (!this.rows.length && !this.kept.length) {
      this.preview.textContent = _('Without a condition nobody is in it.');
      this.examples.replaceChildren();
      return;
    }
    const asked = JSON.stringify(this.condition);
    const found = await this.desk.ask('segment.preview', { condition: this.condition, segment: this.before?.id ?? '' }).catch((error) => error);
    if (asked !== JSON.stringify(this.condition)) return; // it has changed meanwhile
    if (found instanceof Error) {
      this.preview.textContent = _(found.message, /** @type {any} */ (found).params);
      this.examples.replaceChildren();
      return;
    }
    const words = [_('{members} of {of} people would be in it now', found)];
    if (found.unknown) words.push(_('{count} cannot be known (no consent)', { count: found.unknown }));
    if (this.before) words.push(_('{enters} would enter, {leaves} would leave', found));
    this.preview.textContent = words.join(' · ');
    const rows = found.examples.map((/** @type {any} */ one) => {
      const look = press(sentence(one.reason), () => this.looked(one.profile), { kind: 'link' });
      look.title = _('See everything that is known of this person');
      return element('li', {}, look);
    });
    this.examples.replaceChildren(...rows);
  }

  /** @param {string} profile */
  looked(profile) {
    this.dialog.close();
    this.desk.look({ profile });
  }

  async save() {
    const name = this.name.value.trim();
    if (!this.rows.length && !this.kept.length) throw new Error(N_('Without a condition nobody is in it.'));
    const taken = this.desk.link.state.relation.segments.map((/** @type {any} */ now) => now.segment.id);
    const id = this.before?.id ?? idOf(name, taken);
    const segment = { id, name, condition: this.condition, on: this.on.checked };
    await this.desk.act('segment.save', { segment, since: this.before ? (this.before.version ?? 1) : 0 });
  }
}
