/** A call lives in one tab. A tab that was duplicated remembers it as well, and must leave it where it is. */

import { within } from '../patience.js';

const PATIENCE_MS = 2000;

export class CallLock {
  release = () => {};

  /** @param {string} call @returns {Promise<boolean>} whether the call is ours now; waits until a page that is going has gone */
  hold(call) {
    this.release();
    if (!navigator.locks || !call) return Promise.resolve(true);
    return new Promise((done) => {
      const held = new Promise((released) => {
        this.release = () => released(undefined);
      });
      navigator.locks
        .request(`vitrine.call.${call}`, { signal: within(PATIENCE_MS) }, () => {
          done(true);
          return held;
        })
        .catch(() => done(false));
    });
  }
}
