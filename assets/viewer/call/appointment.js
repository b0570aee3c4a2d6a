/** The booked call, as its customer sees it: when it is, how to come back, and when it is time, the way in. */

import '../common.js';
import { button, element } from '../elements.js';
import { regret } from './answers.js';
import { ahead, clock, date } from './times.js';

/** @typedef {'asking'|'lost'|'unknown'|'cancelled'|'held'|'past'|'now'|'fresh'|'coming'} Look */

/** What is said of each, above the time and under it; empty: nothing. @type {Record<Look, [string, string]>} */
const WORDS = {
  asking: ['call_ringing', ''],
  lost: ['call_booked_lost', 'call_send_offline'],
  unknown: ['call_booked_unknown', 'call_booked_unknown_why'],
  cancelled: ['call_booked_cancelled', 'call_booked_cancelled_why'],
  held: ['call_booked_held', ''],
  past: ['call_booked_past', 'call_booked_past_why'],
  now: ['call_booked_now', 'call_booked_now_why'],
  fresh: ['call_booked_done', 'call_booked_link'],
  coming: ['call_booked', 'call_booked_link'],
};

export class Appointment {
  headline = element('p', { class: 'headline', tabindex: '-1' });
  day = element('p', { class: 'date' });
  time = element('p', { class: 'clock' });
  soon = element('p', { class: 'soon' });
  card = element('div', { class: 'appointment-card' }, this.day, this.time, this.soon);
  why = element('p', { class: 'fine' });
  status = element('div', { class: 'told', role: 'status' }, this.headline);
  ring;
  calendar = /** @type {HTMLAnchorElement} */ (element('a', { class: 'choice', 'data-icon': 'calendar', download: 'call.ics' }));
  copy;
  off;
  again;
  links = element('div', { class: 'row even' });
  /** "Cancel the appointment?", where the button stood. */
  ask = element('div', { class: 'asked', role: 'group', hidden: '' });
  keep;
  cancel;
  wrong = element('p', { class: 'regret', role: 'alert', hidden: '' });
  offers = element('div', { class: 'stack' });
  root;
  drawn = '';

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.ring = button('primary', 'phone', () => floor.callBooked());
    this.copy = button('choice', 'link', () => this.copied());
    this.off = button('plain', '', () => this.doubt(true));
    this.again = button('choice', '', () => floor.hours.booking.ask());
    this.keep = button('choice', '', () => this.doubt(false));
    this.cancel = button('danger', '', () => this.cancelled());
    this.question = element('p', { id: 'call-off' });
    this.ask.setAttribute('aria-labelledby', 'call-off');
    this.ask.append(this.question, element('div', { class: 'row even' }, this.keep, this.cancel));
    this.links.append(this.calendar, this.copy);
    const parts = element('div', { class: 'stack' }, this.status, this.card, this.why, this.links, this.off, this.ask, this.wrong, this.again, this.offers);
    this.root = element('section', { class: 'appointment sheet' }, element('div', { class: 'scroll' }, parts), element('footer', {}, this.ring));
  }

  begin() {
    this.doubt(false);
    this.drawn = '';
  }

  /** @returns {Look} */
  get look() {
    const { booking } = this.floor.hours;
    const { booked } = booking;
    if (booking.unknown) return 'unknown';
    if (!booked) return booking.lost ? 'lost' : 'asking';
    if (booked.state === 'cancelled') return 'cancelled';
    if (booked.may_ring) return 'now';
    if (booked.state === 'held_call') return 'held';
    if (!booking.ahead) return 'past';
    return booking.fresh ? 'fresh' : 'coming';
  }

  draw() {
    const { say, language, hours, desk } = this.floor;
    const { booking } = hours;
    const { booked } = booking;
    const { look } = this;
    const left = booked ? ahead(booking.now_ms, booked.begins_ms, language) : '';
    const drawn = JSON.stringify([look, booked, left, language, desk.state?.messages, desk.state?.bookings]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const [headline, why] = WORDS[look];
    const coming = look === 'fresh' || look === 'coming';
    if (this.headline.textContent !== say(headline)) this.headline.textContent = say(headline);
    this.why.textContent = why ? say(why) : '';
    this.why.hidden = !why;
    this.card.hidden = !booked;
    if (booked) this.when(booked, left, coming);
    this.root.dataset.look = look;
    this.ring.textContent = say('call_ring');
    const foot = /** @type {HTMLElement} */ (this.ring.parentElement);
    foot.hidden = look !== 'now';
    this.links.hidden = !coming;
    this.calendar.href = booking.calendar;
    this.calendar.textContent = say('calendar');
    this.copy.textContent = say('call_booked_copy');
    this.off.textContent = say('call_booked_off');
    this.question.textContent = say('call_booked_off_ask');
    this.keep.textContent = say('call_booked_off_no');
    this.cancel.textContent = say('call_booked_off_yes');
    if (!coming && look !== 'now') this.doubt(false);
    this.off.hidden = !this.ask.hidden || !(coming || look === 'now');
    this.again.textContent = say('call_again');
    this.again.hidden = look !== 'lost';
    const over = ['unknown', 'cancelled', 'past', 'held'].includes(look);
    this.offers.replaceChildren(...(over ? [hours.offers(['book', 'message'])] : []));
  }

  /** @param {import('./booking.js').Booked} booked @param {string} left until then @param {boolean} coming */
  when(booked, left, coming) {
    const { say, language } = this.floor;
    this.day.textContent = date(booked.begins_ms, language);
    this.time.textContent = `${clock(booked.begins_ms, language)} – ${clock(booked.ends_ms, language)}`;
    const topic = this.floor.desk.state?.topics.find(({ id }) => id === booked.topic)?.name;
    const from = booked.rings_from_ms < booked.begins_ms ? say('call_booked_from', { time: clock(booked.rings_from_ms, language) }) : '';
    const facts = [coming ? left : '', say(`call_kind_${booked.kind}`), topic ?? '', booked.name].filter(Boolean);
    this.soon.replaceChildren(...facts.map((fact) => element('span', {}, fact)));
    if (coming && from) this.soon.append(element('span', { class: 'wide' }, from));
  }

  /** @param {boolean} doubt whether they can come */
  doubt(doubt) {
    const held = this.ask.contains(/** @type {ShadowRoot} */ (this.root.getRootNode()).activeElement);
    this.ask.hidden = !doubt;
    this.off.hidden = doubt;
    this.regret('');
    if (doubt) this.keep.focus();
    else if (held) this.off.focus();
  }

  /** @param {string} words empty: nothing is the matter */
  regret(words) {
    this.wrong.textContent = words;
    this.wrong.hidden = !words;
  }

  async cancelled() {
    this.cancel.disabled = true;
    const answer = await this.floor.hours.booking.cancel();
    this.cancel.disabled = false;
    if (answer.status === 200 || answer.status === 404 || answer.status === 409) this.headline.focus();
    else this.regret(regret(this.floor.say, answer));
  }

  async copied() {
    const { say, hours } = this.floor;
    const done = await navigator.clipboard?.writeText(hours.booking.link).then(() => true, () => false);
    this.copy.textContent = say(done ? 'call_copied' : 'failed');
    this.floor.panel.tell(say(done ? 'shared' : 'failed'));
  }

  rest() {}

  /** One step back. @returns {boolean} whether there was one */
  back() {
    return false;
  }

  close() {}
}
