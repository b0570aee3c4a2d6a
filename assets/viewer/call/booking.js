/**
 * The call that is booked: its token is kept for as long as the tab is open, and what the server says of it is asked for again
 * when it changes.
 * Event: `changed`.
 */

import { agreed, ask } from './answers.js';
import { kindOf } from './kinds.js';
import { ticket } from './ticket.js';

const NAME = 'vitrine.booking';
const PARAMETER = 'vitrine-call';
const TOKEN = /^[\w-]{8,64}$/;
const TICK_MS = 1000;
const AGAIN_MS = 10_000;
const JUST_MS = 1000;

/** What the elements of a page know together, before what the tab remembers. @type {string|null} */
let known = null;

/**
 * @typedef {object} Booked
 * @property {number} begins_ms
 * @property {number} ends_ms
 * @property {number} rings_from_ms
 * @property {import('./kinds.js').Kind} kind
 * @property {string} name
 * @property {string} topic
 * @property {'booked'|'cancelled'|'held_call'} state
 * @property {boolean} may_ring
 */

/** @param {any} told @returns {Booked|null} */
function readable(told) {
  const { begins_ms, ends_ms, rings_from_ms, kind, name, topic, state, may_ring } = told ?? {};
  if (!Number.isFinite(begins_ms) || !Number.isFinite(ends_ms) || !['booked', 'cancelled', 'held_call'].includes(state)) return null;
  const from = Number.isFinite(rings_from_ms) ? rings_from_ms : begins_ms;
  return { begins_ms, ends_ms, rings_from_ms: from, kind: kindOf(kind) ?? 'video', name: String(name ?? ''), topic: String(topic ?? ''), state, may_ring: may_ring === true && state !== 'cancelled' };
}

export class Booking extends EventTarget {
  token = '';
  /** What the server said last. @type {Booked|null} */
  booked = null;
  /** The server knows of no such booking. */
  unknown = false;
  /** The server could not be asked. */
  lost = false;
  /** It was made just now, here. */
  fresh = false;
  /** How far the server's clock is ahead of this one. */
  skew_ms = 0;
  asked = -Infinity;
  minute = 0;
  turns = ticket();
  /** @type {number|undefined} */
  timer = undefined;
  look = () => {
    if (document.hidden || this.unknown) return;
    const token = remembered();
    if (token !== this.token) this.follow(token); // made, or forgotten, at another element of the page
    else if (performance.now() - this.asked > JUST_MS) this.ask();
  };

  /** @param {URL} home */
  constructor(home) {
    super();
    this.home = home;
  }

  /** Follow the link that led here, or what this tab remembers. @returns {boolean} whether a link did */
  open() {
    document.addEventListener('visibilitychange', this.look);
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    const address = new URL(location.href);
    const linked = address.searchParams.get(PARAMETER);
    if (linked === null) {
      this.follow(remembered());
      return false;
    }
    address.searchParams.delete(PARAMETER);
    history.replaceState(history.state, '', address); // what stands in the address bar is shared by accident
    this.follow(linked);
    this.unknown = !this.token;
    return true;
  }

  /** @param {string} token */
  follow(token) {
    const possible = TOKEN.test(token);
    this.token = possible ? token : '';
    this.booked = null;
    this.fresh = this.lost = this.unknown = false;
    keep(this.token);
    if (possible) this.ask();
    else this.tell();
  }

  /** It was made here. @param {string} token @param {Omit<Booked, 'state'|'may_ring'|'rings_from_ms'>} booked */
  made(token, booked) {
    this.follow(token);
    this.booked = { ...booked, rings_from_ms: booked.begins_ms, state: 'booked', may_ring: false };
    this.fresh = true;
    this.tell();
  }

  get now_ms() {
    return Date.now() + this.skew_ms;
  }

  /** It is still to come, or going on. */
  get ahead() {
    const { booked } = this;
    return booked !== null && (booked.may_ring || (booked.state === 'booked' && this.now_ms < booked.ends_ms));
  }

  /** @param {string} path */
  address(path) {
    return new URL(`${path}${this.token}`, this.home);
  }

  /** Address of the calendar's file. */
  get calendar() {
    return new URL(`calls/bookings/${this.token}.ics`, this.home).href;
  }

  /** The way back to it, from any device. */
  get link() {
    const address = new URL(location.href);
    address.searchParams.set(PARAMETER, this.token);
    return address.href;
  }

  async ask() {
    if (!this.token) return;
    const turn = this.turns.next();
    this.asked = performance.now();
    const { status, body } = await ask(this.address('api/calls/bookings/'));
    if (!this.turns.holds(turn)) return;
    const booked = status === 200 ? readable(body) : null;
    if (booked) {
      this.booked = booked;
      if (Number.isFinite(body.now_ms)) this.skew_ms = body.now_ms - Date.now();
    }
    this.unknown = status === 404;
    this.lost = !booked && !this.unknown;
    if (this.unknown) this.forget();
    this.tell();
  }

  /** The customer cannot come. @returns {Promise<import('./answers.js').Answer>} */
  async cancel() {
    const answer = await ask(this.address('calls/bookings/'), { method: 'DELETE' });
    if (agreed(answer) && this.booked) this.booked = { ...this.booked, state: 'cancelled', may_ring: false };
    this.fresh = false;
    if (answer.status) await this.ask();
    return answer;
  }

  /** The next page knows nothing of it any more. */
  forget() {
    this.booked = null;
    this.token = '';
    this.fresh = false;
    keep('');
  }

  /** Whether the server would say something else by now. */
  get stale() {
    const { booked, now_ms } = this;
    if (!booked) return this.lost;
    if (booked.may_ring) return now_ms > booked.ends_ms;
    return booked.state === 'booked' && now_ms >= booked.rings_from_ms && now_ms < booked.ends_ms;
  }

  tick() {
    if (!this.token || document.hidden) return;
    if (this.stale && performance.now() - this.asked > AGAIN_MS) return void this.ask();
    const minute = Math.floor(this.now_ms / 60_000);
    if (minute === this.minute) return;
    this.minute = minute;
    this.tell(); // it is so much nearer
  }

  tell() {
    this.dispatchEvent(new Event('changed'));
  }

  close() {
    this.turns.next();
    document.removeEventListener('visibilitychange', this.look);
    window.clearInterval(this.timer);
  }
}

/** @returns {string} */
function remembered() {
  if (known !== null) return known;
  try {
    return sessionStorage.getItem(NAME) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} token */
function keep(token) {
  known = token;
  try {
    if (token) sessionStorage.setItem(NAME, token);
    else sessionStorage.removeItem(NAME);
  } catch {
    // then the next page does not know of it
  }
}
