/** Hearts that rise over the picture: one's own at once, the others' once a second. They cover nothing for long. */

import { element } from './elements.js';

const SEND_MS = 500;
const MOST_AT_ONCE = 8;
const IN_SIGHT = 30;

export class Reactions {
  root = element('div', { class: 'hearts', 'aria-hidden': 'true' });
  mine = 0;
  /** Sent and not yet told back. */
  sent = 0;
  /** @type {number|undefined} */
  timer = undefined;

  /** @param {(times: number) => void} send */
  constructor(send) {
    this.send = send;
  }

  love() {
    this.rise(1);
    this.mine += 1;
    this.timer ??= window.setTimeout(() => {
      this.timer = undefined;
      const times = Math.min(10, this.mine);
      this.mine = 0;
      this.sent += times;
      this.send(times);
    }, SEND_MS);
  }

  /** The others' too. @param {number} count */
  told(count) {
    const others = Math.max(0, count - this.sent);
    this.sent = Math.max(0, this.sent - count);
    for (let place = 0; place < Math.min(MOST_AT_ONCE, others); place += 1) window.setTimeout(() => this.rise(1), place * (900 / MOST_AT_ONCE));
  }

  /** @param {number} count */
  rise(count) {
    for (let place = 0; place < count && this.root.childElementCount < IN_SIGHT; place += 1) {
      const heart = element('span', { class: 'rising', 'data-icon': 'heart' });
      heart.style.setProperty('--drift', `${Math.round(Math.random() * 48 - 24)}px`);
      heart.addEventListener('animationend', () => heart.remove());
      this.root.append(heart);
    }
  }

  close() {
    window.clearTimeout(this.timer);
    this.timer = undefined;
  }
}
