/** A time to talk: one of the days that have free ones, one of its times, and who comes. */

import '../common.js';
import { store } from '../store.js';
import { button, element } from '../elements.js';
import { agreed, ask, regret } from './answers.js';
import { clip } from './clip.js';
import { KINDS, kindOf } from './kinds.js';
import { daysOf, readable, zones } from './slots.js';
import { ticket } from './ticket.js';
import { clock, date, locale } from './times.js';
import { Who } from './contact-form.js';

const PAGE_MAX = 500;

export class BookTime {
  /** @type {import('./slots.js').Slots|null} */
  free = null;
  chosen = 0;
  day = 0;
  days = /** @type {HTMLFieldSetElement} */ (element('fieldset', { class: 'days' }));
  times = element('div', { class: 'times', role: 'group' });
  zone = element('p', { class: 'fine' });
  note = element('p', { class: 'regret', role: 'alert', hidden: '' });
  when = element('div', { class: 'scroll' });
  at = element('p', { class: 'headline', tabindex: '-1' });
  length = element('p', { class: 'fine' });
  other;
  kinds = /** @type {HTMLFieldSetElement} */ (element('fieldset', { class: 'segments two' }));
  who;
  told = element('p', { class: 'fine' });
  wrong = element('p', { class: 'regret', role: 'alert', hidden: '' });
  book = /** @type {HTMLButtonElement} */ (element('button', { type: 'submit', class: 'primary', 'data-icon': 'calendar' }));
  form = element('form', { class: 'sheet', novalidate: '' });
  root = element('section', { class: 'book' }, this.when, this.form);
  /** @type {import('./kinds.js').Kind} */
  kind = 'video';
  busy = false;
  turns = ticket();

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.who = new Who(floor, 'call-book', 'email');
    this.other = button('choice', '', () => this.back());
    const head = element('div', { class: 'chosen' }, element('div', {}, this.at, this.length), this.other);
    this.form.append(element('div', { class: 'scroll' }, element('div', { class: 'stack' }, head, this.kinds, this.who.root, this.told)), element('footer', {}, this.wrong, this.book));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  begin() {
    const { say } = this.floor;
    this.who.begin();
    const legend = element('legend', {}, say('call_how'));
    this.kinds.replaceChildren(legend, .../** @type {import('./kinds.js').Kind[]} */ (Object.keys(KINDS)).map((kind) => this.segment(kind)));
    this.told.textContent = say('call_stored_booking');
    this.other.textContent = say('call_book_other');
    this.book.textContent = say('call_book_do');
    this.step(0);
    this.load('');
  }

  /** @param {import('./kinds.js').Kind} kind */
  segment(kind) {
    const input = /** @type {HTMLInputElement} */ (element('input', { type: 'radio', name: 'call-book-kind', value: kind }));
    input.checked = kind === this.kind;
    input.addEventListener('change', () => (this.kind = kindOf(input.value) ?? 'video'));
    return element('label', { class: 'segment' }, input, element('span', { class: 'picture', 'data-icon': KINDS[kind].icon, 'aria-hidden': 'true' }), element('span', {}, this.floor.say(`call_kind_${kind}`)));
  }

  /** Which times are free now. @param {string} note what is said above them */
  async load(note) {
    const { say } = this.floor;
    const turn = this.turns.next();
    if (!this.free) this.when.replaceChildren(element('p', { class: 'fine', role: 'status' }, say('call_ringing')));
    const { status, body } = await ask(new URL('api/calls/slots', this.floor.home));
    if (!this.turns.holds(turn)) return;
    this.free = status === 200 ? readable(body) : null;
    this.offer(note);
  }

  /** @param {string} note */
  offer(note) {
    const { say, language, hours } = this.floor;
    const days = daysOf(this.free?.slots ?? []);
    if (!this.free || !days.length) {
      const lost = !this.free;
      const again = button('choice', '', () => this.load(''));
      again.textContent = say('call_again');
      const out = element('div', { class: 'outcome', role: 'status' }, element('span', { class: 'picture', 'data-icon': 'calendar', 'aria-hidden': 'true' }), element('p', { class: 'headline' }, say(lost ? 'call_book_lost' : 'call_book_none')), element('p', {}, say(lost ? 'call_send_offline' : 'call_book_none_why')));
      this.when.replaceChildren(out, lost ? element('div', { class: 'row middle' }, again) : hours.offers(['message']));
      return;
    }
    this.note.textContent = note;
    this.note.hidden = !note;
    const day = days.find((one) => one.date.getTime() === this.day) ?? days[0];
    this.days.replaceChildren(element('legend', {}, say('call_book_when')), element('div', { class: 'strip' }, ...days.map((one) => this.dayOf(one, one === day))));
    const zone = zones(this.free.zone, day.slots[0], language);
    this.zone.textContent = zone ? say('call_book_zone', zone) : '';
    this.zone.hidden = !zone;
    this.when.replaceChildren(element('div', { class: 'stack' }, this.note, this.days, this.times, this.zone));
    this.show(day);
  }

  /** @param {import('./slots.js').Day} day @param {boolean} checked */
  dayOf(day, checked) {
    const { language } = this.floor;
    const input = /** @type {HTMLInputElement} */ (element('input', { type: 'radio', name: 'call-day', value: String(day.date.getTime()), 'aria-label': date(day.date.getTime(), language) }));
    input.checked = checked;
    input.addEventListener('change', () => this.show(day));
    const part = (/** @type {Intl.DateTimeFormatOptions} */ format) => new Intl.DateTimeFormat(locale(language), format).format(day.date).replace('.', '');
    return element('label', { class: 'day' }, input, element('span', {}, part({ weekday: 'short' })), element('b', {}, String(day.date.getDate())), element('span', {}, part({ month: 'short' })));
  }

  /** @param {import('./slots.js').Day} day */
  show(day) {
    const { language } = this.floor;
    this.day = day.date.getTime();
    this.times.setAttribute('aria-label', date(this.day, language));
    const title = element('h3', { class: 'small-head' }, date(this.day, language));
    const times = day.slots.map((at) => {
      const time = button('time-choice', '', () => this.choose(at));
      time.textContent = clock(at, language);
      if (at === this.chosen) time.setAttribute('aria-current', 'true');
      return time;
    });
    this.times.replaceChildren(title, element('div', { class: 'grid' }, ...times));
  }

  /** @param {number} at_ms */
  choose(at_ms) {
    const { say, language } = this.floor;
    this.chosen = at_ms;
    this.at.textContent = say('call_book_at', { date: date(at_ms, language), time: clock(at_ms, language) });
    this.length.textContent = say('call_book_minutes', { count: this.free?.minutes ?? 0 });
    this.regret('');
    this.step(1);
    this.at.focus();
  }

  /** @param {0|1} step when; who */
  step(step) {
    this.when.hidden = step === 1;
    this.form.hidden = step === 0;
  }

  draw() {
    this.book.disabled = this.busy;
  }

  /** @param {string} words empty: nothing is the matter */
  regret(words) {
    this.wrong.textContent = words;
    this.wrong.hidden = !words;
  }

  async submit() {
    if (this.busy) return;
    const wrong = this.who.check();
    if (wrong) return wrong.input.focus();
    const { floor, kind, chosen } = this;
    const { values } = this.who;
    const name = clip(values.name, 40);
    const body = JSON.stringify({ ...values, name, begins_ms: chosen, kind, page: clip(location.href, PAGE_MAX), visitor: store.visitor });
    this.busy = true;
    this.regret('');
    this.draw();
    const answer = await ask(new URL('api/calls/bookings', floor.home), { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
    this.busy = false;
    this.draw();
    if (agreed(answer)) {
      const { token, begins_ms, ends_ms } = answer.body;
      this.chosen = 0;
      floor.hours.made(String(token), { begins_ms: Number(begins_ms), ends_ms: Number(ends_ms), kind, name, topic: values.topic });
    } else if (answer.status === 409) {
      this.chosen = 0;
      this.step(0);
      await this.load(floor.say('call_book_taken'));
      /** @type {HTMLElement|null} */ (this.days.querySelector('input:checked'))?.focus();
    } else this.regret(regret(floor.say, answer));
  }

  rest() {}

  /** One step back. @returns {boolean} whether there was one */
  back() {
    if (this.form.hidden) return false;
    this.step(0);
    this.floor.panel.title.focus();
    return true;
  }

  close() {
    this.turns.next();
  }
}
