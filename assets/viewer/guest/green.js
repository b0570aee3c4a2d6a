/** The green room: the programme large, oneself small, where one is, and what one can do. */

import { Confirm } from '../call/confirm.js';
import { OwnPicture } from '../call/own-picture.js';
import { button, element } from '../elements.js';
import { Control } from './control.js';
import { Plate } from './plate.js';
import { ReturnPicture } from './return-picture.js';
import { Speaking } from './speaking.js';

export class Green {
  plate = new Plate();
  own = new OwnPicture();
  muted = pill('microphone-off');
  unseen = pill('camera-off');
  pills = element('div', { class: 'top' }, this.muted, this.unseen);
  banner = element('p', { class: 'banner', role: 'status' });
  root = element('section', { class: 'green' });

  /** @param {import('./vitrine-guest.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    const { session, say } = floor;
    this.programme = new ReturnPicture(floor);
    this.speaking = new Speaking(() => floor.soon());
    this.confirm = new Confirm(() => session.leave());
    this.unblock = button('prompt', 'sound-off', () => this.programme.play());
    this.unblock.append(say('unmute'));
    this.mute = new Control('', () => floor.toggleSound(), 'M');
    this.camera = new Control('', () => floor.togglePicture(), 'V');
    this.flip = new Control('', () => session.media.devices.flip());
    this.devices = new Control('', () => floor.devices.open());
    this.leave = new Control('leave', () => (session.onAir ? this.confirm.open(this.leave.root) : session.leave()));
    const controls = element('div', { class: 'controls', role: 'group', 'aria-label': say('guest_devices') });
    controls.append(...[this.mute, this.camera, this.flip, this.devices, this.leave].map(({ root }) => root));
    const stage = element('div', { class: 'stage' }, element('div', { class: 'tiles', 'data-count': '1' }, this.programme.root), this.own.root, this.pills, this.banner, this.unblock);
    this.root.append(this.plate.root, stage, controls, this.confirm.root);
  }

  get heading() {
    return this.plate.heading;
  }

  draw() {
    const { say, session, small } = this.floor;
    const { media, partner } = session;
    const { camera, microphone } = media.devices.tracks;
    this.plate.draw(this.floor);
    if (partner) this.programme.draw(partner, say, true);
    else this.programme.wait();
    this.own.draw(say, media);
    this.speaking.follow(media.muted ? microphone : null);
    this.unblock.hidden = !this.programme.blocked;
    word(this.muted, say('guest_muted'));
    this.muted.hidden = !media.muted && Boolean(microphone);
    word(this.unseen, say('guest_camera_is_off'));
    this.unseen.hidden = Boolean(camera);
    const words = this.words();
    if (this.banner.textContent !== words) this.banner.textContent = words;
    this.banner.classList.toggle('unseen', !words || this.covered);
    this.flip.root.hidden = !small || !camera || !media.devices.flips;
    this.floor.drawControls(this);
    this.devices.draw('devices', say('guest_devices'), say('guest_devices'));
    this.leave.draw('leave', say('guest_leave'), say('guest_leave'));
    this.confirm.speak(say('guest_leave_ask'), say('guest_stay'), say('guest_leave'));
    if (!session.onAir) this.confirm.close();
  }

  /** What is the matter stands large where the programme would be. */
  get covered() {
    return !this.programme.cover.hidden && this.words() === this.floor.trouble;
  }

  /** What is the matter; empty: nothing. @returns {string} */
  words() {
    const { say, session, trouble } = this.floor;
    if (trouble) return trouble;
    if (this.speaking.now) return say('guest_unheard');
    return session.media.starved && session.media.own ? say('call_starved') : '';
  }

  close() {
    this.speaking.close();
    this.own.close();
    this.confirm.close();
    this.programme.video.srcObject = null;
    this.programme.block(false);
  }
}

/** @param {string} icon */
function pill(icon) {
  return element('span', { class: 'pill' }, element('span', { class: 'picture', 'data-icon': icon, 'aria-hidden': 'true' }), element('span'));
}

/** @param {HTMLElement} sign @param {string} words */
function word(sign, words) {
  if (sign.lastElementChild) sign.lastElementChild.textContent = words;
}
