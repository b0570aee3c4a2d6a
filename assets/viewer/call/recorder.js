/**
 * A recording that the customer makes here: from asking for the devices to the finished file. Camera and microphone are let go
 * the moment it ends. It knows nothing of what is drawn.
 * Events: `changed`, `tick` (time passes while it records).
 */

import { Devices } from './devices.js';

/** @typedef {'voice'|'video'} RecordingKind */
/** @typedef {'empty'|'asking'|'ready'|'recording'|'done'} RecorderState */

const TICK_MS = 250;
const PIECE_MS = 1000;
/** The server takes 30 MB; what the next second brings must fit as well. */
const BYTES_MAX = 29 << 20;
const PICTURE = { width: { ideal: 640, max: 640 }, height: { ideal: 480, max: 480 }, frameRate: { ideal: 24, max: 30 } };

/** @type {Record<RecordingKind, {camera: boolean, most_ms: number, types: string[]}>} */
export const RECORDINGS = {
  voice: { camera: false, most_ms: 180_000, types: ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg'] },
  video: { camera: true, most_ms: 90_000, types: ['video/webm;codecs=vp8,opus', 'video/mp4'] },
};

/** @param {RecordingKind} kind @returns {string} the first type that this browser records; empty: none */
export function typeOf(kind) {
  if (typeof MediaRecorder === 'undefined') return '';
  return RECORDINGS[kind].types.find((type) => MediaRecorder.isTypeSupported(type)) ?? '';
}

export class Recorder extends EventTarget {
  /** @type {RecorderState} */
  state = 'empty';
  /** What was recorded. @type {Blob|null} */
  file = null;
  /** How long it is. */
  length_ms = 0;
  /** It ended because there was no more room for it. */
  full = false;
  failed = false;
  /** What stands in the way. @type {Record<import('./permission.js').Device, import('./device-problem.js').Problem>} */
  problems = { camera: '', microphone: '' };
  began = 0;
  /** @type {MediaRecorder|null} */
  recorder = null;
  /** @type {number|undefined} */
  timer = undefined;

  /** @param {RecordingKind} kind @param {import('./permission.js').Permissions} permissions @param {import('./memory.js').Memory} memory */
  constructor(kind, permissions, memory) {
    super();
    this.kind = kind;
    this.devices = new Devices(permissions, memory, PICTURE);
    this.devices.addEventListener('changed', () => this.tell());
  }

  get most_ms() {
    return RECORDINGS[this.kind].most_ms;
  }

  get asking() {
    return this.state === 'asking';
  }

  get elapsed_ms() {
    if (this.state === 'recording') return Math.min(this.most_ms, performance.now() - this.began);
    return this.state === 'done' ? this.length_ms : 0;
  }

  /** What cannot be had. @returns {import('./permission.js').Device[]} */
  get lacking() {
    return /** @type {import('./permission.js').Device[]} */ (['microphone', 'camera']).filter((device) => this.problems[device]);
  }

  /** Have the devices. @returns {Promise<boolean>} whether one can begin */
  async prepare() {
    if (this.state === 'asking' || this.state === 'recording') return false;
    this.drop();
    this.become('asking');
    await this.devices.want({ camera: RECORDINGS[this.kind].camera, microphone: true });
    if (!this.asking) return false; // thought better of it while the browser asked
    this.problems = { ...this.devices.problems };
    const ready = !this.lacking.length;
    if (ready) this.become('ready');
    else this.release();
    return ready;
  }

  start() {
    if (this.state !== 'ready') return;
    const { camera, microphone } = this.devices.tracks;
    const tracks = [camera, microphone].filter((track) => track !== null);
    /** @type {Blob[]} */
    const pieces = [];
    let bytes = 0;
    try {
      const recorder = new MediaRecorder(new MediaStream(tracks), { mimeType: typeOf(this.kind), videoBitsPerSecond: 1_000_000, audioBitsPerSecond: 64_000 });
      recorder.ondataavailable = ({ data }) => {
        if (data.size) pieces.push(data);
        bytes += data.size;
        if (bytes > BYTES_MAX) this.stop(true);
      };
      recorder.onstop = () => this.finish(recorder, pieces);
      recorder.onerror = () => this.stop();
      recorder.start(PIECE_MS);
      this.recorder = recorder;
    } catch {
      this.failed = true;
      this.release();
      return this.become('empty');
    }
    this.began = performance.now();
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    this.become('recording');
  }

  tick() {
    if (performance.now() - this.began >= this.most_ms) this.stop(true);
    else this.dispatchEvent(new Event('tick'));
  }

  /** @param {boolean} [full] there is no more room */
  stop(full = false) {
    if (this.state !== 'recording') return this.release();
    window.clearInterval(this.timer);
    this.full = full;
    if (this.recorder?.state === 'recording') this.recorder.stop();
    this.release();
  }

  /** @param {MediaRecorder} recorder @param {Blob[]} pieces */
  finish(recorder, pieces) {
    if (this.recorder !== recorder) return;
    this.length_ms = this.elapsed_ms;
    this.recorder = null;
    window.clearInterval(this.timer);
    const [type] = (recorder.mimeType || typeOf(this.kind)).split(';');
    this.file = pieces.length ? new Blob(pieces, { type }) : null;
    this.failed = !this.file;
    this.release(); // it also ends by itself, when a device goes
    this.become(this.file ? 'done' : 'empty');
  }

  /** Away with what was recorded. */
  drop() {
    this.file = null;
    this.full = this.failed = false;
    this.problems = { camera: '', microphone: '' };
    this.length_ms = 0;
    this.become('empty');
  }

  /** Camera and microphone are let go. */
  release() {
    this.devices.want({ camera: false, microphone: false });
    if (this.state === 'asking' || this.state === 'ready') this.become('empty');
  }

  /** @param {RecorderState} state */
  become(state) {
    this.state = state;
    this.tell();
  }

  tell() {
    this.dispatchEvent(new Event('changed'));
  }

  close() {
    window.clearInterval(this.timer);
    const { recorder } = this;
    this.recorder = null;
    if (recorder?.state === 'recording') recorder.stop();
    this.devices.close();
    this.state = 'empty';
    this.file = null;
  }
}
