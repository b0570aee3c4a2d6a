/**
 * What had happened at each moment of a show: pins, the pinned line, the poll, the chat. Made once of the events; a moment is
 * found by halving, so that a jump costs the same in a long show.
 */

import { lastBefore } from './replay-spans.js';

/** From `at` (ms of the show clock) on, `is`. @template T @typedef {{at: number, is: T}} Step */
/** @typedef {{product: string, begins_ms: number, ends_ms: number}} Shown */

/** @template T @param {Step<T>[]} steps @param {number} ms @param {T} before @returns {T} */
const at = (steps, ms, before) => steps[lastBefore(steps, 'at', ms)]?.is ?? before;

export class Timeline {
  /** The lines of the chat, in their order. @type {{at: number, line: any}[]} */
  said = [];
  /** @type {Step<string[]>[]} */
  pinSteps = [];
  /** @type {Step<any>[]} */
  lineSteps = [];
  /** @type {Step<any>[]} */
  pollSteps = [];
  /** When which product was shown. @type {Shown[]} */
  shown = [];

  /** @param {any[]} events in the order of the show */
  constructor(events) {
    const votes = new Map(events.filter(({ data }) => data.type === 'poll.closed').map(({ data }) => [data.poll, data.votes]));
    let now = 0;
    for (const event of events) {
      now = Math.max(now, event.media_ms ?? 0);
      this.take(event, now, votes);
    }
    for (const one of this.shown) if (one.ends_ms === Infinity) one.ends_ms = Math.max(now, one.begins_ms) + 1;
  }

  /** @param {any} event @param {number} now @param {Map<string, number[]>} votes how each poll ended */
  take({ data, line }, now, votes) {
    switch (data.type) {
      case 'product.pinned':
        this.unpin(data.product, now);
        this.shown.push({ product: data.product, begins_ms: now, ends_ms: Infinity });
        this.pin([...this.pinned, data.product], now);
        break;
      case 'product.unpinned':
        this.unpin(data.product, now);
        break;
      case 'chat.said':
        if (line) this.said.push({ at: now, line });
        break;
      case 'chat.pinned':
        this.lineSteps.push({ at: now, is: line ?? this.said.find((one) => one.line.id === data.line)?.line ?? null });
        break;
      case 'poll.opened':
        // Nobody can vote any more: from the beginning it says how it ended. Of one that nobody closed that is not known.
        this.pollSteps.push({ at: now, is: { id: data.poll, question: data.question, answers: data.answers, votes: votes.get(data.poll) ?? null, state: 'closed' } });
        break;
      case 'poll.closed':
      case 'poll.cleared':
        this.pollSteps.push({ at: now, is: null });
        break;
      case 'show.ended':
        for (const product of this.pinned) this.unpin(product, now);
        break;
    }
  }

  /** What is pinned after the newest event. */
  get pinned() {
    return this.pinSteps.at(-1)?.is ?? [];
  }

  /** @param {string[]} pins @param {number} now */
  pin(pins, now) {
    this.pinSteps.push({ at: now, is: pins });
  }

  /** @param {string} product @param {number} now */
  unpin(product, now) {
    if (!this.pinned.includes(product)) return;
    this.pin(this.pinned.filter((one) => one !== product), now);
    const shown = this.shown.findLast((one) => one.product === product);
    if (shown) shown.ends_ms = now;
  }

  /** What was pinned, the newest last. @param {number} ms @returns {string[]} */
  pinsAt(ms) {
    return at(this.pinSteps, ms, []);
  }

  /** @param {number} ms @returns {any} the pinned line, or null */
  lineAt(ms) {
    return at(this.lineSteps, ms, null);
  }

  /** @param {number} ms @returns {any} the poll, as it ended, or null */
  pollAt(ms) {
    return at(this.pollSteps, ms, null);
  }

  /** How many lines had been said. @param {number} ms */
  saidBy(ms) {
    return lastBefore(this.said, 'at', ms) + 1;
  }

  /** A line was taken away since. @param {string} id */
  remove(id) {
    this.said = this.said.filter(({ line }) => line.id !== id);
    for (const step of this.lineSteps) if (step.is?.id === id) step.is = null;
  }
}
