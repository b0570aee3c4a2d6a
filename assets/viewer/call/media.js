/**
 * What goes out from the customer: microphone, camera or screen; muted, off, on hold, or too much for the network.
 * Event: `changed`.
 */

import { Devices } from './devices.js';
import { KINDS } from './kinds.js';
import { PictureBudget } from './picture-budget.js';

const LOOK_MS = 1000;

export class Media extends EventTarget {
  /** What goes out unless something is in the way. @type {{camera: boolean, microphone: boolean}} */
  needs = KINDS.text;
  held = false;
  /** @type {MediaStreamTrack|null} */
  screen = null;
  budget = new PictureBudget();
  /** @type {number|undefined} */
  timer = undefined;

  /** @param {import('./permission.js').Permissions} permissions @param {import('./memory.js').Memory} memory @param {import('./legs.js').Legs} legs */
  constructor(permissions, memory, legs) {
    super();
    this.memory = memory;
    this.legs = legs;
    this.devices = new Devices(permissions, memory);
    this.devices.addEventListener('changed', () => this.update());
  }

  get muted() {
    return this.memory.values.muted;
  }

  get cameraOff() {
    return this.memory.values.cameraOff;
  }

  /** The network is too slow for a picture from here. */
  get starved() {
    return this.budget.paused;
  }

  /** What we would be seen as. @returns {MediaStreamTrack|null} */
  get own() {
    return this.screen ?? this.devices.tracks.camera;
  }

  /** One's own face is shown as in a mirror; what others are to read is not. */
  get mirrored() {
    return !this.screen && this.devices.facing !== 'environment';
  }

  /** Have ready what this kind of call needs. @param {import('./kinds.js').Kind} kind */
  ready(kind) {
    return this.need(KINDS[kind]);
  }

  /** Have ready what is needed. @param {{camera: boolean, microphone: boolean}} needs */
  need(needs) {
    this.needs = needs;
    return this.devices.want({ camera: needs.camera && !this.cameraOff && !this.screen, microphone: needs.microphone });
  }

  /** A call goes on: look after its picture. */
  begin() {
    this.timer ??= window.setInterval(() => this.look(), LOOK_MS);
    this.update();
  }

  /** @param {boolean} held */
  hold(held) {
    this.held = held;
    this.update();
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.memory.keep({ muted });
    this.update();
  }

  /** @param {boolean} off @returns {Promise<void>} */
  async turnCamera(off) {
    this.memory.keep({ cameraOff: off });
    await this.need(this.needs);
    this.update();
  }

  static get canShare() {
    return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
  }

  /** @returns {Promise<boolean>} whether the screen is shown now */
  async share() {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
      const [track] = stream.getVideoTracks();
      track.contentHint = 'detail';
      track.addEventListener('ended', () => this.unshare());
      this.screen = track;
      await this.need(this.needs);
      this.update();
      return true;
    } catch {
      return false; // they thought better of it
    }
  }

  async unshare() {
    const { screen } = this;
    if (!screen) return;
    this.screen = null;
    screen.stop();
    await this.need(this.needs);
    this.update();
  }

  async look() {
    if (!this.own) return;
    const capacities = await Promise.all([...this.legs.partners.values()].map((partner) => partner.leg?.capacity() ?? null));
    const known = capacities.filter((kbps) => kbps !== null);
    const before = this.starved;
    this.budget.judge(known.length ? Math.min(...known) : null, performance.now() / 1000);
    if (before !== this.starved) this.update();
  }

  /** Make what goes out what the state says. */
  update() {
    const { microphone } = this.devices.tracks;
    const { needs } = this;
    const sound = this.held || this.muted || !needs.microphone ? null : microphone;
    const picture = this.held || this.starved || !(needs.camera || needs.microphone) ? null : this.own;
    this.legs.send(sound, picture, Boolean(this.screen));
    this.dispatchEvent(new Event('changed'));
  }

  /** The call is over: camera and microphone are let go. */
  end() {
    window.clearInterval(this.timer);
    this.timer = undefined;
    this.screen?.stop();
    this.screen = null;
    this.held = false;
    this.budget = new PictureBudget();
    this.legs.close();
    this.devices.want({ camera: false, microphone: false });
  }

  close() {
    this.end();
    this.devices.close();
  }
}
