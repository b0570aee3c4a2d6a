/** How one is seen and heard: the picture, the level, which devices, and what to do when one is not to be had. */

import { element } from '../elements.js';
import { Chooser } from './chooser.js';
import { Meter } from './meter.js';
import { trouble } from './trouble.js';

/** @typedef {import('./permission.js').Device} Device */

export class Mirror {
  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', autoplay: '', class: 'mirrored' }));
  words = element('p', { class: 'placeholder' });
  preview = element('div', { class: 'preview' }, this.video, this.words);
  meter = new Meter();
  troubles = element('div', { class: 'stack' });
  chooser;
  drawn = '';

  /** @param {import('./media.js').Media} media @param {Partial<Record<import('./device-problem.js').Problem, string>>} [cures] */
  constructor(media, cures = {}) {
    this.media = media;
    this.cures = cures;
    this.chooser = new Chooser(media.devices);
    this.video.muted = true;
  }

  /** @param {import('../strings.js').Say} say @param {Device[]} wanted @param {() => void} again */
  draw(say, wanted, again) {
    const { devices } = this.media;
    const { camera, microphone } = devices.tracks;
    show(this.video, camera);
    this.video.classList.toggle('mirrored', this.media.mirrored);
    this.words.hidden = Boolean(camera);
    this.words.textContent = devices.asking ? say('call_allow') : '';
    this.meter.follow(say, microphone);
    this.chooser.draw(say, wanted);
    const wrong = wanted.filter((device) => devices.problems[device]).reverse(); // who is not heard is helped first
    const drawn = JSON.stringify([wrong, devices.problems]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.troubles.replaceChildren(...wrong.map((device) => trouble(say, device, devices.problems[device], again, this.cures)));
  }

  close() {
    this.meter.close();
    show(this.video, null);
  }
}

/** @param {HTMLVideoElement} video @param {MediaStreamTrack|null} track */
export function show(video, track) {
  const now = video.srcObject instanceof MediaStream ? video.srcObject.getTracks()[0] : null;
  if ((now ?? null) !== track) video.srcObject = track ? new MediaStream([track]) : null;
  video.hidden = !track;
}
