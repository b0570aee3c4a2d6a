/** A phone that is only a camera: its picture, whether it is on air, and nothing else. */

import { Confirm } from '../call/confirm.js';
import { show } from '../call/mirror.js';
import { element } from '../elements.js';
import { Control } from './control.js';
import { Plate } from './plate.js';
import { Torch } from './torch.js';

export class Filming {
  plate = new Plate();
  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', autoplay: '' }));
  banner = element('p', { class: 'banner', role: 'status' });
  torch = new Torch();
  root = element('section', { class: 'green filming' });

  /** @param {import('./vitrine-guest.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    const { session, say } = floor;
    this.video.muted = true;
    this.video.addEventListener('resize', () => floor.soon());
    this.confirm = new Confirm(() => session.leave());
    this.flip = new Control('', () => session.media.devices.flip());
    this.light = new Control('', () => this.torch.toggle().then(() => floor.soon()));
    this.leave = new Control('leave', () => (session.onAir ? this.confirm.open(this.leave.root) : session.leave()));
    const controls = element('div', { class: 'controls', role: 'group', 'aria-label': say('guest_camera') });
    controls.append(...[this.flip, this.light, this.leave].map(({ root }) => root));
    this.root.append(this.plate.root, element('div', { class: 'stage' }, this.video, this.banner), controls, this.confirm.root);
  }

  get heading() {
    return this.plate.heading;
  }

  draw() {
    const { say, session } = this.floor;
    const { media } = session;
    const { camera } = media.devices.tracks;
    this.plate.draw(this.floor);
    show(this.video, camera);
    this.torch.follow(camera);
    this.flip.draw('flip', say('call_flip'), say('call_flip'));
    this.flip.root.hidden = !media.devices.flips;
    this.light.draw('torch', say('guest_torch'), say(this.torch.on ? 'guest_torch_off' : 'guest_torch_on'), { off: this.torch.on });
    this.light.root.hidden = !this.torch.possible;
    this.leave.draw('leave', say('guest_leave'), say('guest_leave'));
    this.confirm.speak(say('guest_leave_ask'), say('guest_stay'), say('guest_leave'));
    if (!session.onAir) this.confirm.close();
    const words = this.words();
    if (this.banner.textContent !== words) this.banner.textContent = words;
    this.banner.classList.toggle('unseen', !words);
  }

  /** @returns {string} */
  words() {
    const { say, session, trouble } = this.floor;
    const { devices, starved } = session.media;
    if (trouble) return trouble;
    if (devices.problems.camera) return say(`call_problem_${devices.problems.camera}`, { device: say('call_the_camera') });
    if (starved) return say('call_starved');
    return this.video.videoHeight > this.video.videoWidth ? say('guest_upright') : '';
  }

  close() {
    show(this.video, null);
    this.torch.follow(null);
    this.confirm.close();
  }
}
