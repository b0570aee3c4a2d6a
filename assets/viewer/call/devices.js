/**
 * The customer's camera and microphone: opened when they are wanted, let go when they are not, and when they cannot be had,
 * why. Event: `changed`.
 */

import { impossible, problemOf } from './device-problem.js';

/** @typedef {import('./permission.js').Device} Device */
/** @typedef {import('./device-problem.js').Problem} Problem */
/** @typedef {{id: string, label: string}} Choice */

/** @type {Device[]} */
const BOTH = ['camera', 'microphone'];
const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export class Devices extends EventTarget {
  /** @type {Record<Device, MediaStreamTrack|null>} */
  tracks = { camera: null, microphone: null };
  /** @type {Record<Device, Problem>} */
  problems = { camera: '', microphone: '' };
  /** @type {Record<Device, boolean>} */
  wanted = { camera: false, microphone: false };
  /** @type {Record<Device, Choice[]>} */
  choices = { camera: [], microphone: [] };
  /** The browser is asking the customer. */
  asking = false;
  facing = 'user';
  /** @type {Promise<void>} */
  queue = Promise.resolve();
  plugged = () => this.list().then(() => this.tell());

  /**
   * @param {import('./permission.js').Permissions} permissions @param {import('./memory.js').Memory} memory which devices were chosen
   * @param {MediaTrackConstraints} [picture] what is wanted of a camera
   */
  constructor(permissions, memory, picture = CAMERA) {
    super();
    this.permissions = permissions;
    this.memory = memory;
    this.picture = picture;
  }

  watch() {
    navigator.mediaDevices?.addEventListener?.('devicechange', this.plugged);
    this.list();
  }

  /** Make it so: one after the other, so that no device is asked for twice. @param {Partial<Record<Device, boolean>>} wanted */
  want(wanted) {
    Object.assign(this.wanted, wanted);
    this.queue = this.queue.then(() => this.settle());
    return this.queue;
  }

  async settle() {
    for (const device of BOTH) if (!this.wanted[device]) this.drop(device);
    const lacking = BOTH.filter((device) => this.wanted[device] && this.tracks[device]?.readyState !== 'live');
    if (lacking.length) {
      this.asking = true;
      this.tell();
      await this.get(lacking);
      this.asking = false;
      await this.list();
    }
    this.tell();
  }

  /** Both in one question where both are wanted; when that fails, each for itself, but nobody is asked twice. @param {Device[]} lacking */
  async get(lacking) {
    const possible = lacking.filter((device) => {
      this.problems[device] = impossible(device);
      return !this.problems[device];
    });
    if (!possible.length) return;
    try {
      this.take(await navigator.mediaDevices.getUserMedia(this.constraints(possible)));
    } catch (error) {
      if (possible.length === 1) return this.fail(possible[0], error);
      const refused = error instanceof Error && error.name === 'NotAllowedError';
      for (const device of possible) {
        if (refused && this.permissions.of(device) !== 'granted') this.fail(device, error);
        else await this.get([device]);
      }
    }
  }

  /** @param {Device[]} devices @returns {MediaStreamConstraints} */
  constraints(devices) {
    const { camera, microphone } = this.memory.values;
    // Of what is there exactly what was chosen: an ideal one would lose against another that comes nearer to the rest.
    const there = (/** @type {string} */ id) => BOTH.some((device) => this.choices[device].some((one) => one.id === id));
    const which = (/** @type {string} */ id) => (id ? { deviceId: there(id) ? { exact: id } : { ideal: id } } : {});
    return {
      ...(devices.includes('camera') && { video: { ...this.picture, ...(camera ? which(camera) : { facingMode: this.facing }) } }),
      ...(devices.includes('microphone') && { audio: { ...SOUND, ...which(microphone) } }),
    };
  }

  /** @param {MediaStream} stream */
  take(stream) {
    for (const track of stream.getTracks()) {
      const device = track.kind === 'video' ? 'camera' : 'microphone';
      if (!this.wanted[device]) {
        track.stop(); // thought better of it while the browser asked
        continue;
      }
      this.tracks[device]?.stop();
      this.tracks[device] = track;
      this.problems[device] = '';
      this.permissions.learn(device, 'granted');
      if (device === 'camera') {
        track.contentHint = 'motion';
        this.facing = track.getSettings().facingMode ?? 'user';
      }
      track.addEventListener('ended', () => this.ended(device, track));
    }
  }

  /** @param {Device} device @param {unknown} error */
  fail(device, error) {
    const problem = problemOf(error, this.permissions.of(device));
    this.problems[device] = problem;
    if (problem === 'missing') this.permissions.learn(device, 'missing');
    if (problem === 'denied' || problem === 'system') this.permissions.learn(device, 'denied');
  }

  /** Unplugged, or taken away: another one may do. @param {Device} device @param {MediaStreamTrack} track */
  ended(device, track) {
    if (this.tracks[device] !== track) return;
    this.tracks[device] = null;
    this.want({});
  }

  /** @param {Device} device @param {string} id */
  choose(device, id) {
    this.memory.keep({ [device]: id });
    this.drop(device);
    return this.want({ [device]: true });
  }

  /** The camera on the other side of the phone, or the next one. */
  async flip() {
    const ids = this.choices.camera.map(({ id }) => id);
    const now = this.tracks.camera?.getSettings() ?? {};
    this.facing = now.facingMode === 'environment' ? 'user' : 'environment';
    await this.choose('camera', now.facingMode ? '' : (ids[(ids.indexOf(now.deviceId ?? '') + 1) % ids.length] ?? ''));
  }

  /** Whether there is another camera to turn to. */
  get flips() {
    return this.choices.camera.length > 1;
  }

  /** Which devices there are; their names come with the permission. */
  async list() {
    const found = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    for (const device of BOTH) {
      const kind = device === 'camera' ? 'videoinput' : 'audioinput';
      const ones = found.filter((one) => one.kind === kind);
      this.choices[device] = ones.filter((one) => one.deviceId).map(({ deviceId, label }) => ({ id: deviceId, label }));
      if (navigator.mediaDevices) this.permissions.learn(device, ones.length ? this.permissions.states[device] : 'missing');
    }
  }

  /** @param {Device} device */
  drop(device) {
    const track = this.tracks[device];
    this.tracks[device] = null;
    track?.stop();
    if (!this.wanted[device]) this.problems[device] = '';
  }

  tell() {
    this.dispatchEvent(new Event('changed'));
  }

  close() {
    navigator.mediaDevices?.removeEventListener?.('devicechange', this.plugged);
    this.wanted = { camera: false, microphone: false };
    for (const device of BOTH) this.drop(device);
  }
}
