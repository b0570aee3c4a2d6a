/** A recording, to be heard and seen before it is sent. */

import { button, element } from '../elements.js';
import { elapsed } from './times.js';

export class Playback {
  press;
  bar = element('span', { class: 'bar' });
  time = element('span', { class: 'fine', 'aria-hidden': 'true' });
  root;
  length_ms = 0;
  address = '';

  /** @param {'voice'|'video'} kind */
  constructor(kind) {
    this.media = /** @type {HTMLMediaElement} */ (element(kind === 'video' ? 'video' : 'audio', { playsinline: '' }));
    this.press = button('round-choice', 'play', () => this.toggle());
    this.root = element('div', { class: 'playback' }, this.press, element('span', { class: 'track', 'aria-hidden': 'true' }, this.bar), this.time);
    for (const event of ['play', 'pause', 'timeupdate', 'ended']) this.media.addEventListener(event, () => this.draw());
  }

  /** @param {import('../strings.js').Say} say @param {Blob|null} file @param {number} length_ms a recording does not know it itself */
  begin(say, file, length_ms) {
    this.close();
    this.say = say;
    this.length_ms = length_ms;
    if (file) {
      this.address = URL.createObjectURL(file);
      this.media.src = this.address;
    }
    this.draw();
  }

  toggle() {
    if (this.media.paused) this.media.play().catch(() => {});
    else this.media.pause();
  }

  draw() {
    const { paused, ended, currentTime } = this.media;
    const words = this.say?.(paused ? 'call_record_play' : 'call_record_pause') ?? '';
    this.press.dataset.icon = paused ? 'play' : 'pause';
    this.press.setAttribute('aria-label', words);
    this.press.title = words;
    const at_ms = ended ? 0 : Math.min(currentTime * 1000, this.length_ms);
    this.bar.style.setProperty('--level', String(this.length_ms ? at_ms / this.length_ms : 0));
    this.time.textContent = `${elapsed(at_ms)} / ${elapsed(this.length_ms)}`;
  }

  close() {
    if (!this.address) return;
    this.media.pause();
    this.media.removeAttribute('src');
    this.media.load();
    URL.revokeObjectURL(this.address);
    this.address = '';
  }
}
