/**
 * What the browser lets this page have of camera and microphone. Event: `changed`.
 */

/** @typedef {'granted'|'denied'|'prompt'|'missing'|'unknown'} Permission */
/** @typedef {'camera'|'microphone'} Device */

/** @type {Device[]} */
const DEVICES = ['camera', 'microphone'];

export class Permissions extends EventTarget {
  /** @type {Record<Device, Permission>} */
  states = { camera: 'unknown', microphone: 'unknown' };
  /** There is no such device, whatever is permitted. @type {Record<Device, boolean>} */
  missing = { camera: false, microphone: false };
  /** We have had it, whatever the browser says of its questions. @type {Record<Device, boolean>} */
  had = { camera: false, microphone: false };
  /** By our names: Chrome calls a camera's status `video_capture`. @type {Map<Device, PermissionStatus>} */
  watched = new Map();
  changed = () => this.read();

  /** Begin to watch; resolves once it is known what the browser says. */
  async watch() {
    await Promise.all(DEVICES.map((device) => this.follow(device)));
    this.read();
  }

  /** @param {Device} device */
  async follow(device) {
    // Firefox knew these names late: then they stay unknown until somebody has tried.
    const status = await navigator.permissions?.query({ name: /** @type {PermissionName} */ (device) }).catch(() => null);
    if (!status) return;
    status.addEventListener('change', this.changed);
    this.watched.set(device, status);
  }

  read() {
    for (const [device, status] of this.watched) {
      this.states[device] = status.state;
      if (status.state === 'denied') this.had[device] = false;
    }
    this.dispatchEvent(new Event('changed'));
  }

  /** What trying has shown. @param {Device} device @param {Permission} state */
  learn(device, state) {
    this.missing[device] = state === 'missing';
    if (state === 'granted' || state === 'denied') this.had[device] = state === 'granted';
    if (state !== 'missing' && !this.watched.has(device)) this.states[device] = state;
    this.dispatchEvent(new Event('changed'));
  }

  /** @param {Device} device @returns {Permission} */
  of(device) {
    if (this.missing[device]) return 'missing';
    return this.had[device] ? 'granted' : this.states[device];
  }

  close() {
    for (const status of this.watched.values()) status.removeEventListener('change', this.changed);
    this.watched.clear();
  }
}
