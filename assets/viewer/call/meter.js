/** The microphone's level, to be seen: that one is heard before one rings. */

import { element } from '../elements.js';
import { Level } from './level.js';

const HEARD = 0.35;

export class Meter {
  bar = element('span', { class: 'bar' });
  root = element('div', { class: 'meter', role: 'meter', 'aria-valuemin': '0', 'aria-valuemax': '100' }, element('span', { class: 'picture', 'data-icon': 'microphone', 'aria-hidden': 'true' }), element('span', { class: 'track' }, this.bar));
  words = element('p', { class: 'fine' });
  heard = false;
  level = new Level((value) => this.draw(value));

  /** @param {import('../strings.js').Say} say @param {MediaStreamTrack|null} track */
  follow(say, track) {
    this.say = say;
    this.root.hidden = this.words.hidden = !track;
    this.root.setAttribute('aria-label', say('call_level'));
    if (track !== this.level.track) this.heard = false;
    this.level.follow(track);
    if (track) this.speak();
  }

  /** @param {number} value */
  draw(value) {
    this.bar.style.setProperty('--level', String(value));
    this.root.setAttribute('aria-valuenow', String(Math.round(value * 100)));
    if (value < HEARD || this.heard) return;
    this.heard = true;
    this.speak();
  }

  speak() {
    this.words.textContent = this.say?.(this.heard ? 'call_heard' : 'call_speak') ?? '';
  }

  close() {
    this.level.close();
  }
}
