/**
 * Whether somebody is there: asked for once a minute while somebody looks at the page, and told by the socket while it is open.
 * Event: `changed`.
 */

import { ticket } from './ticket.js';

const EVERY_MS = 60_000;

/**
 * @typedef {object} DeskState
 * @property {boolean} open
 * @property {number|null} change_ms when it closes, or opens; null: never
 * @property {number} now_ms the server's clock
 * @property {number} waiting
 * @property {number|null} wait_s null: nobody knows
 * @property {boolean} free an advisor could answer at once
 * @property {{id: string, name: string}[]} topics
 * @property {boolean} messages one can be left
 * @property {boolean} bookings a time can be booked
 */

/** @param {any} told @returns {DeskState} */
function readable(told) {
  const number = (/** @type {unknown} */ value) => (Number.isFinite(value) ? /** @type {number} */ (value) : null);
  const topics = Array.isArray(told.topics) ? told.topics : [];
  return {
    open: told.open === true,
    change_ms: number(told.change_ms),
    now_ms: number(told.now_ms) ?? Date.now(),
    waiting: number(told.waiting) ?? 0,
    wait_s: number(told.wait_s),
    free: Number(told.free) > 0,
    topics: topics.filter((/** @type {any} */ topic) => typeof topic?.id === 'string' && typeof topic.name === 'string'),
    messages: told.messages === true,
    bookings: told.bookings === true,
  };
}

export class Desk extends EventTarget {
  /** Null until somebody has told. @type {DeskState|null} */
  state = null;
  asked = -Infinity;
  /** Every question and every word of the socket makes older answers worthless. */
  turns = ticket();
  /** @type {number|undefined} */
  timer = undefined;
  look = () => {
    if (!document.hidden && performance.now() - this.asked >= EVERY_MS) this.ask();
  };

  /** @param {URL} address */
  constructor(address) {
    super();
    this.address = address;
  }

  open() {
    document.addEventListener('visibilitychange', this.look);
    this.timer = window.setInterval(this.look, EVERY_MS);
    this.ask();
  }

  async ask() {
    const turn = this.turns.next();
    this.asked = performance.now();
    const response = await fetch(this.address, { cache: 'no-store' }).catch(() => null);
    const told = response?.ok ? await response.json().catch(() => null) : null;
    if (told && this.turns.holds(turn)) this.tell(told);
  }

  /** @param {any} told */
  tell(told) {
    this.turns.next();
    this.asked = performance.now();
    this.state = readable(told);
    this.dispatchEvent(new Event('changed'));
  }

  close() {
    this.turns.next();
    document.removeEventListener('visibilitychange', this.look);
    window.clearInterval(this.timer);
  }
}
