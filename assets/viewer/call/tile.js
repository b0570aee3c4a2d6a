/** One person of the call: their picture, or what stands where there is none. Their sound comes with it. */

import { element } from '../elements.js';

export class Tile {
  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', autoplay: '' }));
  initial = element('span', { class: 'initial', 'aria-hidden': 'true' });
  words = element('p');
  cover = element('div', { class: 'cover' }, this.initial, this.words);
  name = element('span', { class: 'pill name' });
  root = element('div', { class: 'tile' }, this.video, this.cover, this.name);
  /** The browser wants a touch before it plays sound. */
  blocked = false;

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.video.addEventListener('resize', () => {
      this.root.classList.toggle('screen', this.screen);
      this.changed();
    });
  }

  screen = false;

  /** @param {import('./partner.js').Partner} partner @param {import('../strings.js').Say} say @param {boolean} picture whether this call has one */
  draw(partner, say, picture) {
    const { leg, status, sends } = partner;
    const name = partner.name || say('call_advisor');
    if (leg && this.video.srcObject !== leg.stream) {
      this.video.srcObject = leg.stream;
      this.play();
    }
    const seen = picture && sends.picture && status === 'connected' && this.video.videoWidth > 0;
    this.screen = sends.screen;
    this.root.classList.toggle('screen', sends.screen);
    this.root.dataset.status = status;
    this.video.classList.toggle('unseen-picture', !seen && !(picture && sends.picture && this.video.videoWidth > 0 && status === 'reconnecting'));
    this.cover.hidden = seen;
    this.initial.textContent = [...name][0]?.toUpperCase() ?? '';
    const words = this.told(partner, say, picture);
    if (this.words.textContent !== words) this.words.textContent = words;
    this.video.setAttribute('aria-label', name);
    this.name.textContent = sends.sound ? name : say('call_is_muted', { name });
  }

  /** What stands where there is no picture. @param {import('./partner.js').Partner} partner @param {import('../strings.js').Say} say @param {boolean} picture */
  told(partner, say, picture) {
    const name = partner.name || say('call_advisor');
    if (partner.status === 'connecting') return say('call_connecting');
    if (partner.status === 'reconnecting') return say('call_reconnecting', { name });
    return picture && !partner.sends.picture ? say('call_no_camera', { name }) : name;
  }

  async play() {
    this.video.muted = false;
    try {
      await this.video.play();
      this.block(false);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'NotAllowedError') return; // another stream came meanwhile
      this.block(true);
      this.video.muted = true; // at least the picture
      this.video.play().catch(() => {});
    }
  }

  /** @param {boolean} blocked */
  block(blocked) {
    if (blocked === this.blocked) return;
    this.blocked = blocked;
    this.changed();
  }

  close() {
    this.video.srcObject = null;
    this.root.remove();
  }
}
