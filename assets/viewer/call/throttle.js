/** So many messages a second and no more; what is too much waits, in its order. */

const SECOND_MS = 1000;
/** A connection that sends this much at once is broken anyway. */
const WAITING_MAX = 200;

export class Throttle {
  /** When the last ones went. @type {number[]} */
  sent = [];
  /** @type {object[]} */
  waiting = [];
  /** @type {number|undefined} */
  timer = undefined;

  /** @param {number} most a second @param {(message: object) => boolean} pass */
  constructor(most, pass) {
    this.most = most;
    this.pass = pass;
  }

  /** @param {object} message */
  send(message) {
    if (this.waiting.length < WAITING_MAX) this.waiting.push(message);
    this.flush();
  }

  flush() {
    window.clearTimeout(this.timer);
    const now = performance.now();
    this.sent = this.sent.filter((at) => now - at < SECOND_MS);
    while (this.waiting.length && this.sent.length < this.most) {
      this.sent.push(now);
      this.pass(/** @type {object} */ (this.waiting.shift()));
    }
    if (this.waiting.length) this.timer = window.setTimeout(() => this.flush(), SECOND_MS - (now - this.sent[0]) + 1);
  }

  close() {
    window.clearTimeout(this.timer);
    this.waiting = [];
  }
}
