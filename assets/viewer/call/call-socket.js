/**
 * The calls' socket: knows which answer belongs to which question.
 * Events: `welcome`, `desk`, `call`, `line`, `signal`, `cart` (detail: the message), and those of `PageSocket`.
 */

import { PageSocket } from './page-socket.js';

const ANSWER_MS = 8000;
const TOLD = ['welcome', 'desk', 'call', 'line', 'signal', 'cart'];

export class CallSocket extends PageSocket {
  number = 0;
  /** Who waits for which answer. @type {Map<number, (answer: any) => void>} */
  asked = new Map();

  /** @param {string} url @param {() => object} hello */
  constructor(url, hello) {
    super(url, hello, TOLD);
  }

  /** Send what is answered. Resolves to the answer, or to null when none came. @param {object} message @returns {Promise<any>} */
  ask(message) {
    this.number += 1;
    const n = this.number;
    if (!this.send({ ...message, n })) return Promise.resolve(null);
    return new Promise((done) => {
      this.asked.set(n, done);
      window.setTimeout(() => this.answered(n, null), ANSWER_MS);
    });
  }

  /** @param {number} n @param {any} answer */
  answered(n, answer) {
    this.asked.get(n)?.(answer);
    this.asked.delete(n);
  }

  /** @param {any} message */
  take(message) {
    if (message?.t === 'answer') this.answered(message.n, message);
    super.take(message);
  }

  /** Nobody will answer any more on this connection. */
  lose() {
    super.lose();
    for (const n of [...this.asked.keys()]) this.answered(n, null);
  }
}
