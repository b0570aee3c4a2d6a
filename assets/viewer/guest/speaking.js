/** Whether somebody speaks into a microphone: not a single knock, and not the breath between two words. */

import { Level } from '../call/level.js';

const LOUD = 0.45;
/** Of so many looks, ten a second … */
const LOOKS = 20;
/** … so many have to be loud. */
const ENOUGH = 4;
/** It is true for this many looks more. */
const LASTS = 40;

export class Speaking {
  now = false;
  /** @type {boolean[]} */
  looks = [];
  quiet = 0;
  level = new Level((value) => this.look(value));

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
  }

  /** @param {MediaStreamTrack|null} track null: nobody is listened to */
  follow(track) {
    if (track === this.level.track) return;
    this.looks = [];
    this.set(false);
    this.level.follow(track);
  }

  /** @param {number} level */
  look(level) {
    this.looks = [...this.looks, level >= LOUD].slice(-LOOKS);
    this.quiet = level >= LOUD ? 0 : this.quiet + 1;
    if (this.now) this.set(this.quiet < LASTS);
    else this.set(this.looks.filter(Boolean).length >= ENOUGH);
  }

  /** @param {boolean} now */
  set(now) {
    if (now === this.now) return;
    this.now = now;
    this.changed();
  }

  close() {
    this.follow(null);
  }
}
