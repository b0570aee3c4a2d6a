/**
 * On a bad network the picture goes before the sound. A pure decision, once a second: time and capacity are arguments.
 * While no picture goes out nobody can measure whether one would fit: then it is tried again, each time later.
 */

const POOR_KBPS = 150;
const GOOD_KBPS = 250;
const POOR_S = 4;
const GOOD_S = 5;
const TRIAL_S = [15, 30, 60];

export class PictureBudget {
  paused = false;
  /** Since when it has been poor, while the picture goes out; or good, while it does not. @type {number|null} */
  since = null;
  pausedAt = 0;
  trials = 0;

  /** @param {number|null} kbps what may go out; null: nobody knows @param {number} now_s @returns {boolean} whether the picture is paused */
  judge(kbps, now_s) {
    const tells = kbps !== null && (this.paused ? kbps >= GOOD_KBPS : kbps < POOR_KBPS);
    this.since = tells ? (this.since ?? now_s) : null;
    const lasted = this.since === null ? 0 : now_s - this.since;
    if (!this.paused && lasted >= POOR_S) this.turn(true, now_s);
    else if (this.paused && lasted >= GOOD_S) {
      this.trials = 0;
      this.turn(false, now_s);
    } else if (this.paused && now_s - this.pausedAt >= TRIAL_S[Math.min(this.trials, TRIAL_S.length - 1)]) {
      this.trials += 1;
      this.turn(false, now_s);
    }
    return this.paused;
  }

  /** @param {boolean} paused @param {number} now_s */
  turn(paused, now_s) {
    this.paused = paused;
    this.pausedAt = now_s;
    this.since = null;
  }
}
