/**
 * What a customer can do when nobody answers: see when somebody does, leave a message, book a time, come back for it. What is
 * needed for that is loaded when it is wanted.
 */

import { button, element } from '../elements.js';
import { Booking } from './booking.js';
import { ticket } from './ticket.js';
import { ahead, clock, date, hours } from './times.js';

/** @typedef {'message'|'book'|'appointment'} Place */
/** @typedef {{root: HTMLElement, begin: () => void, draw: () => void, rest: () => void, back: () => boolean, close: () => void}} Part */
/** @typedef {import('./vitrine-call.js').Floor} Floor */

/** @type {Record<Place, (floor: Floor) => Promise<Part>>} */
const PARTS = {
  message: async (floor) => new (await import('./leave-message.js')).LeaveMessage(floor),
  book: async (floor) => new (await import('./book-time.js')).BookTime(floor),
  appointment: async (floor) => new (await import('./appointment.js')).Appointment(floor),
};
/** @type {Record<'message'|'book', string>} */
const ICONS = { message: 'message', book: 'calendar' };

export class AfterHours {
  /** Where the customer is; empty: nowhere here. @type {Place|''} */
  place = '';
  /** What has been needed so far. @type {Partial<Record<Place, Part>>} */
  parts = {};
  /** They ring for what is booked. */
  called = false;
  turns = ticket();
  booking;

  /** @param {Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.booking = new Booking(floor.home);
    this.booking.addEventListener('changed', () => floor.soon());
  }

  /** @returns {Part|null} */
  get part() {
    return this.place ? (this.parts[this.place] ?? null) : null;
  }

  /** What the desk allows now. @returns {('message'|'book')[]} */
  get allowed() {
    const { state } = this.floor.desk;
    return /** @type {const} */ (['message', 'book']).filter((what) => (what === 'message' ? state?.messages : state?.bookings && !this.booking.ahead));
  }

  /** @param {Place} place */
  async open(place) {
    const turn = this.turns.next();
    const part = this.parts[place] ?? (await PARTS[place](this.floor).catch(() => null));
    if (!this.turns.holds(turn)) return;
    if (!part) return this.floor.panel.tell(this.floor.say('call_failed'));
    this.part?.rest();
    this.parts[place] = part;
    this.place = place;
    part.begin();
    this.floor.draw();
  }

  /** One step back, and at last out of here. */
  back() {
    if (!this.part?.back()) this.leave();
  }

  /** Out of here; what was typed and recorded stays for whoever comes back. */
  leave() {
    this.turns.next();
    this.rest();
    this.place = '';
  }

  /** Nothing is recorded or played any more. */
  rest() {
    this.part?.rest();
  }

  /** What was to be done instead of waiting is done: the place in line is free. */
  settled() {
    const state = this.floor.state;
    if (state === 'waiting' || state === 'ringing') this.floor.leaveLine();
  }

  /** @param {string} token @param {Parameters<Booking['made']>[1]} booked */
  made(token, booked) {
    this.booking.made(token, booked);
    this.settled();
    this.open('appointment');
  }

  /** When somebody is here again, and what can be done until then. @returns {HTMLElement} */
  closed() {
    const { say, language, desk } = this.floor;
    const opens = desk.state ? hours(desk.state, say, language) : '';
    const notice = element(
      'div',
      { class: 'after-hours' },
      element('span', { class: 'picture', 'data-icon': 'clock', 'aria-hidden': 'true' }),
      element('p', { class: 'headline' }, opens || say('call_closed')),
      element('p', {}, say(opens ? 'call_closed_until' : 'call_closed_why')),
    );
    return element('div', {}, notice, this.offers(['message', 'book']));
  }

  /** What of this can be done, as large buttons. @param {('message'|'book')[]} wanted @returns {HTMLElement} */
  offers(wanted) {
    const { say } = this.floor;
    const list = element('ul', { class: 'ways' });
    for (const what of wanted.filter((one) => this.allowed.includes(one))) {
      const way = button('way', ICONS[what], () => this.open(what));
      way.dataset.what = what;
      way.append(element('span', { class: 'words' }, element('b', {}, say(`call_do_${what}`)), element('small', {}, say(`call_do_why_${what}`))));
      list.append(element('li', {}, way));
    }
    list.hidden = !list.childElementCount;
    return list;
  }

  /** The same in passing, beside something else. @param {boolean} instead of waiting @returns {HTMLElement[]} */
  links(instead) {
    const { say } = this.floor;
    return this.allowed.map((what) => {
      const link = button('choice', ICONS[what], () => this.open(what));
      link.dataset.what = what;
      link.textContent = say(instead ? `call_instead_${what}` : `call_do_${what}`);
      return link;
    });
  }

  /** What of the appointment the beginning shows; empty: there is none. @returns {string} */
  get brief() {
    const { say, language } = this.floor;
    const { booked, now_ms } = this.booking;
    if (!booked || !this.booking.ahead) return '';
    if (booked.may_ring) return say('call_booked_now_short');
    const when = say('call_book_at', { date: date(booked.begins_ms, language), time: clock(booked.begins_ms, language) });
    return [when, ahead(now_ms, booked.begins_ms, language)].filter(Boolean).join(' · ');
  }

  /** The appointment, to be opened. @returns {HTMLElement[]} none: there is none */
  card() {
    const { brief } = this;
    if (!brief) return [];
    const way = button('way booked', 'calendar', () => this.open('appointment'));
    way.append(element('span', { class: 'words' }, element('b', {}, this.floor.say('call_booked')), element('small', {}, brief)));
    return [way];
  }

  close() {
    this.turns.next();
    this.booking.close();
    for (const part of Object.values(this.parts)) part.close();
    this.parts = {};
    this.place = '';
  }
}
