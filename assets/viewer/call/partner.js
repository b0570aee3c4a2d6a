/**
 * One person of the call, and the connection with them, which is made anew for as long as they are in it.
 * Event: `changed` (status, what they send, another stream), `point` (detail: places).
 */

import { Leg } from './leg.js';

const BACK_OFF_MS = [0, 500, 1000, 2000, 4000, 7000];
const CONNECT_MS = 8000;
const INTERRUPTED_MS = 3000;
/** An offer this young may have crossed the word that the last connection is lost. */
const CROSSED_MS = 2000;

/** @typedef {{picture: boolean, sound: boolean, screen: boolean, air: boolean}} Sends `air`: we are in the programme now, everybody sees and hears us */

export class Partner extends EventTarget {
  /** @type {Leg|null} */
  leg = null;
  /** @type {'connecting'|'connected'|'reconnecting'} */
  status = 'connecting';
  /** @type {Sends} */
  sends = { picture: true, sound: true, screen: false, air: false };
  attempt = 0;
  offered = -Infinity;
  closed = false;
  /** @type {number|undefined} */
  timer = undefined;

  /**
   * @param {string} peer @param {string} name
   * @param {object} ways
   * @param {() => Leg} ways.make a connection that is ready to be offered
   * @param {() => number} ways.number of the next one
   * @param {(data: object) => void} ways.signal
   * @param {() => boolean} ways.reachable whether signals arrive now
   * @param {(leg: Leg) => void} ways.dress give the connection what goes out
   * @param {() => void} ways.say what goes out
   */
  constructor(peer, name, ways) {
    super();
    this.peer = peer;
    this.name = name;
    this.ways = ways;
  }

  start() {
    window.clearTimeout(this.timer);
    if (this.closed || !this.ways.reachable()) return; // `resume` comes when we are heard again
    const leg = this.ways.make();
    this.leg = leg;
    leg.addEventListener('state', (event) => {
      if (leg === this.leg) this.heard(/** @type {CustomEvent} */ (event).detail);
    });
    this.ways.dress(leg);
    leg.offer(this.ways.number(), this.ways.signal).then(() => {
      if (leg !== this.leg) return;
      this.offered = performance.now();
      this.ways.say();
    });
    this.timer = window.setTimeout(() => this.renew(), CONNECT_MS);
    this.tell();
  }

  /** @param {'connected'|'interrupted'|'lost'} state */
  heard(state) {
    window.clearTimeout(this.timer);
    if (state === 'connected') {
      this.status = 'connected';
      this.attempt = 0;
      this.ways.say();
    } else {
      this.status = 'reconnecting';
      if (state === 'lost') this.renew();
      else this.timer = window.setTimeout(() => this.renew(), INTERRUPTED_MS);
    }
    this.tell();
  }

  /** This connection is given up for the next. */
  renew() {
    this.end();
    this.status = 'reconnecting';
    const pause = BACK_OFF_MS[Math.min(this.attempt, BACK_OFF_MS.length - 1)];
    this.attempt += 1;
    this.timer = window.setTimeout(() => this.start(), pause);
    this.tell();
  }

  /** Signals arrive again. A connection that works is left alone. */
  resume() {
    if (this.leg?.connected) return this.ways.say();
    this.attempt = 0;
    this.renew();
  }

  /** @param {any} data of a signal */
  signal(data) {
    switch (data?.type) {
      case 'answer':
        if (this.leg && data.leg === this.leg.number && typeof data.sdp === 'string') this.leg.answer(data.sdp);
        return;
      case 'again':
        if (this.leg && !this.leg.answered && performance.now() - this.offered < CROSSED_MS) return;
        this.attempt = 0;
        return this.renew();
      case 'sends':
        this.sends = { picture: data.picture === true, sound: data.sound === true, screen: data.screen === true, air: data.air === true };
        return this.tell();
      case 'point':
        this.dispatchEvent(new CustomEvent('point', { detail: Array.isArray(data.places) ? data.places : [] }));
        return;
      case 'bye':
        if (this.leg && data.leg === this.leg.number) this.end(false); // whoever goes is soon none of the call's people
    }
  }

  /** @param {boolean} [say] tell them */
  end(say = true) {
    window.clearTimeout(this.timer);
    const { leg } = this;
    this.leg = null;
    if (leg && say && leg.number) this.ways.signal({ type: 'bye', leg: leg.number });
    leg?.close();
  }

  tell() {
    if (!this.closed) this.dispatchEvent(new Event('changed'));
  }

  close() {
    this.end();
    this.closed = true;
  }
}
