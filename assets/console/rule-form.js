/** A rule: to whom, where, what. Other variants than the first, and what has no control here, are kept as they are. */

import { element } from '../viewer/elements.js';
import { Dialog } from './dialog.js';
import { choice, field, line, number, text, tick, valueOf } from './form.js';
import { idOf, measuredLines, slotWords } from './relation-words.js';
import { _ } from './words.js';

const PLACES = ['pin', 'message', 'banner'];
const OTHER = '…';
const FIND_MS = 200;

export class RuleForm {
  /** @param {import('./console.js').Desk} desk @param {any} before null: a new one */
  constructor(desk, before) {
    const { relation, newsletters } = desk.link.state;
    this.desk = desk;
    this.before = before;
    const title = before ? _('Rule “{name}”', { name: before.name }) : _('New rule');
    this.dialog = new Dialog(title, {
      save: () => this.save(),
      remove: before ? () => desk.act('rule.delete', { rule: before.id }) : null,
      removeTip: _('What it has shown stays counted'),
    });
    const action = before?.variants[0].action ?? { kind: 'information' };
    const cap = before?.cap ?? null;
    const people = relation.segments.map((/** @type {any} */ { segment }) => [segment.name, segment.id]);
    const used = [...relation.rules.map((/** @type {any} */ now) => now.rule.slot), ...(newsletters?.newsletters ?? []).flatMap((/** @type {any} */ one) => one.slots)];
    const places = [...new Set([...PLACES, ...used])];
    this.name = line(_('Name'), before?.name ?? '', { placeholder: _('For example: member price for serum fans'), maxlength: '80', required: '', pattern: '.*\\S.*' });
    this.segment = choice(_('To whom'), [[_('everybody'), ''], ...people], before?.segment ?? '');
    this.place = choice(_('Where'), [...places.map((value) => /** @type {[string, string]} */ ([slotWords(value), value])), [_('Another place on the page …'), OTHER]], before?.slot ?? 'banner');
    this.ownPlace = line(_('Name of the place'), '', { placeholder: _('As in the shop: <vitrine-slot name="…">'), maxlength: '40', autocomplete: 'off', pattern: '[a-z][a-z0-9-]*', required: '' });
    this.replaces = line(_('Instead of'), before?.replaces ?? '', { list: 'products', placeholder: _('whatever is pinned'), autocomplete: 'off' });
    this.kind = choice(_('What'), [[_('a product'), 'product'], [_('an information'), 'information'], [_('a message'), 'message']], action.kind);
    this.product = line(_('Product'), action.kind === 'product' ? action.id : '', { list: 'products', placeholder: _('Search, or its number'), autocomplete: 'off', required: '' });
    this.products = element('datalist', { id: 'products' });
    this.title = line(_('Heading'), action.title ?? '', { maxlength: '120' });
    this.text = text(_('Text'), action.text ?? '', 600);
    this.link = line(_('Link'), action.link ?? '', { placeholder: 'https://…', maxlength: '500', inputmode: 'url', pattern: '(https?://|/).*' });
    this.linkText = line(_('Words of the link'), action.link_text ?? '', { placeholder: _('Read more'), maxlength: '120' });
    this.begins = line(_('From'), before?.begins ?? '', { type: 'datetime-local' });
    this.ends = line(_('Until'), before?.ends ?? '', { type: 'datetime-local' });
    this.times = number(_('At most, times (0: any)'), cap?.times ?? 0, 0, 1000);
    this.days = number(_('in days'), cap?.days ?? 7, 1, 365);
    this.holdback = number(_('Held back, per cent'), before?.holdback ?? 0, 0, 90);
    this.goal = choice(_('Goal'), [[_('they buy'), 'order'], [_('they put something into the cart'), 'cart']], before?.goal ?? 'order');
    this.goalDays = number(_('within days'), before?.goal_days ?? 7, 1, 90);
    this.usual = number(_('Usual rate, per cent'), before?.usual ?? 3, 0.01, 99.99, 'any');
    this.least = number(_('Smallest change worth knowing, points'), before?.least ?? 1, 0.01, 99.99, 'any');
    const [onLabel, on] = tick(_('In use'), before?.on ?? true);
    this.onLabel = onLabel;
    this.on = on;
    this.measured = element('p', { class: 'muted lines' });
  }

  open() {
    const product = field(_('Product'), this.product);
    const link = field(_('Link'), this.link);
    const linkText = field(_('Words of the link'), this.linkText);
    const instead = field(_('Instead of'), this.replaces);
    const own = field(_('Name of the place'), this.ownPlace);
    const turn = () => {
      const shows = this.kind.value === 'product';
      product.hidden = !shows;
      link.hidden = linkText.hidden = shows;
      instead.hidden = this.slot !== 'pin';
      own.hidden = this.place.value !== OTHER;
    };
    const pair = (/** @type {HTMLElement[]} */ ...parts) => element('div', { class: 'pair' }, ...parts);
    const parts = [
      field(_('Name'), this.name),
      pair(field(_('To whom'), this.segment), field(_('Where'), this.place)),
      own,
      instead,
      element('h3', {}, _('What they are shown')),
      field(_('What'), this.kind),
      product,
      field(_('Heading'), this.title),
      field(_('Text'), this.text),
      pair(link, linkText),
      element('h3', {}, _('When, and how often')),
      pair(field(_('From'), this.begins), field(_('Until'), this.ends)),
      pair(field(_('At most, times (0: any)'), this.times), field(_('in days'), this.days)),
      element('h3', {}, _('Measuring')),
      pair(field(_('Held back, per cent'), this.holdback), field(_('Goal'), this.goal), field(_('within days'), this.goalDays)),
      pair(field(_('Usual rate, per cent'), this.usual), field(_('Smallest change worth knowing, points'), this.least)),
      this.onLabel,
      this.products,
    ];
    if (this.before) parts.push(element('h3', {}, _('What it brings')), this.measured);
    this.dialog.show(...parts);
    this.dialog.body.addEventListener('input', turn);
    turn();
    for (const control of [this.product, this.replaces]) control.addEventListener('input', () => this.find(control.value));
    this.find('');
    if (this.before) this.measure();
  }

  async measure() {
    const found = await this.desk.ask('rule.measured', { rule: this.before.id }).catch((error) => error);
    const lines = found instanceof Error ? [_(found.message, /** @type {any} */ (found).params)] : measuredLines(found, this.before);
    this.measured.textContent = lines.join('\n');
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** Products whose titles have these words. @param {string} words */
  find(words) {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const found = await this.desk.ask('catalogue.search', { words, limit: 20 }).catch(() => null);
      if (!found || (words && !found.products.length)) return; // what stands there may be the number of one
      this.desk.named(found.products);
      this.products.replaceChildren(...found.products.map((/** @type {any} */ one) => element('option', { value: one.id }, one.title)));
    }, FIND_MS);
  }

  get slot() {
    return this.place.value === OTHER ? this.ownPlace.value.trim() : this.place.value;
  }

  /** As it is written. */
  get action() {
    const before = this.before?.variants[0].action ?? {};
    const words = { title: this.title.value.trim(), text: this.text.value.trim() };
    if (this.kind.value === 'product') return { kind: 'product', id: this.product.value.trim(), code: before.kind === 'product' ? (before.code ?? '') : '', ...words };
    const kept = before.kind === this.kind.value ? before : {};
    return { ...kept, kind: this.kind.value, ...words, link: this.link.value.trim(), link_text: this.linkText.value.trim() };
  }

  async save() {
    const name = this.name.value.trim();
    const taken = this.desk.link.state.relation.rules.map((/** @type {any} */ now) => now.rule.id);
    const { version, ...before } = this.before ?? { version: 0 };
    const [first, ...others] = before.variants ?? [{ id: 'a' }];
    const { slot } = this;
    const rule = {
      ...before,
      id: before.id ?? idOf(name, taken),
      name,
      slot,
      segment: this.segment.value,
      variants: [{ ...first, action: this.action }, ...others],
      begins: this.begins.value.slice(0, 16),
      ends: this.ends.value.slice(0, 16),
      cap: valueOf(this.times) ? { times: valueOf(this.times), days: valueOf(this.days) } : null,
      holdback: valueOf(this.holdback),
      goal: this.goal.value,
      goal_days: valueOf(this.goalDays),
      usual: valueOf(this.usual),
      least: valueOf(this.least),
      replaces: slot === 'pin' ? this.replaces.value.trim() : '',
      on: this.on.checked,
    };
    await this.desk.act('rule.save', { rule, since: version ?? 1 });
  }
}
