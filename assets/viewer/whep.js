/**
 * A WHEP player (draft-ietf-wish-whep): one offer, one answer, pictures and sound until it breaks.
 * It never reconnects by itself; whoever made it listens to `lost` and makes another.
 */

import { within } from './patience.js';

/** The server refused: `status` is HTTP's, `retryAfter` in seconds when it said so. */
export class WhepRefused extends Error {
  /** @param {number} status @param {number} retryAfter */
  constructor(status, retryAfter) {
    super(`WHEP ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const CONNECT_MS = 6000;
const STALLED_MS = 3000;
/** When the server has just been away, a picture that stands still is believed gone sooner. */
const SUSPECT_MS = 900;
const CHECK_MS = 250;
let able = false;

export class WhepPlayer extends EventTarget {
  /** @param {string} url of the WHEP endpoint @param {RTCIceServer[]} [iceServers] for networks that let nothing else through */
  constructor(url, iceServers = []) {
    super();
    this.url = url;
    this.iceServers = iceServers;
    /** @type {Promise<void>|null} */
    this.started = null;
    this.stream = new MediaStream();
    this.session = '';
    /** @type {string|null} */
    this.resource = null;
    this.closed = false;
    this.connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', iceServers });
    this.frames = 0;
    this.progress = performance.now();
    this.suspected = false;
    /** @type {number|undefined} */
    this.watch = undefined;
  }

  /** @param {HTMLVideoElement} video */
  attach(video) {
    video.srcObject = this.stream;
  }

  /** @param {HTMLVideoElement} video */
  detach(video) {
    video.srcObject = null;
  }

  /** Whether this browser can decode what we send (Firefox as Debian ships it cannot, until Cisco's plugin has come). */
  static get decodes() {
    if (able) return true; // it takes 3 ms to ask, and is asked whenever anything happens
    const known = window.RTCRtpReceiver?.getCapabilities?.('video')?.codecs;
    able = !known || known.some(({ mimeType }) => mimeType.toLowerCase() === 'video/h264');
    return able;
  }

  /** Ask for the programme, once. Resolves when the answer is applied; rejects with WhepRefused or a TypeError (network). */
  start() {
    this.started ??= this.ask();
    return this.started;
  }

  async ask() {
    const connection = this.connection;
    for (const kind of ['video', 'audio']) {
      const { receiver } = connection.addTransceiver(kind, { direction: 'recvonly' });
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
      this.stream.addTrack(receiver.track);
    }
    connection.addEventListener('connectionstatechange', () => {
      if (connection.connectionState === 'failed' || connection.connectionState === 'closed') this.lose('network');
    });
    const offer = await connection.createOffer();
    // Stereo is only sent to who asks for it (RFC 7587).
    offer.sdp = (offer.sdp ?? '').replace(/(a=fmtp:111 [^\r\n]*)/, '$1;stereo=1');
    await connection.setLocalDescription(offer);
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp' },
      body: connection.localDescription?.sdp ?? offer.sdp,
      signal: within(CONNECT_MS),
    });
    if (response.status !== 201) throw new WhepRefused(response.status, Number(response.headers.get('Retry-After')) || 0);
    this.resource = new URL(response.headers.get('Location') ?? '', response.url).href;
    this.session = this.resource.split('/').pop() ?? '';
    const answer = await response.text();
    if (this.closed) return this.leave();
    await connection.setRemoteDescription({ type: 'answer', sdp: answer });
    this.progress = performance.now();
    this.watch = window.setInterval(() => this.check(), CHECK_MS);
  }

  /** Count decoded frames: a picture that stands still for seconds is a lost one. */
  async check() {
    if (this.closed) return;
    const reports = await this.connection.getStats();
    let frames = 0;
    reports.forEach((report) => {
      if (report.type === 'inbound-rtp' && report.kind === 'video') frames = report.framesDecoded ?? 0;
    });
    const now = performance.now();
    if (frames !== this.frames) {
      this.frames = frames;
      this.progress = now;
      this.suspected = false;
    } else if (this.connection.connectionState !== 'connected') {
      if (now - this.progress > CONNECT_MS) this.lose('network');
    } else if (now - this.progress > (this.suspected ? SUSPECT_MS : STALLED_MS)) this.lose(this.frames ? 'stalled' : 'undecoded');
  }

  /** @param {'network'|'stalled'|'undecoded'} reason `undecoded`: it is connected, and no picture came of it */
  lose(reason) {
    if (this.closed) return;
    this.close();
    this.dispatchEvent(new CustomEvent('lost', { detail: reason }));
  }

  /** Stop, and tell the server. */
  close() {
    if (this.closed) return;
    this.closed = true;
    window.clearInterval(this.watch);
    this.connection.close();
    this.leave();
  }

  leave() {
    if (this.resource) fetch(this.resource, { method: 'DELETE', keepalive: true }).catch(() => {});
    this.resource = null;
  }
}
