/**
 * One connection with one person: we offer, they answer; sound and pictures both ways until it breaks. It never comes back by
 * itself: whoever made it listens to `state` and makes another.
 * Event: `state` (detail: 'connected', 'interrupted' or 'lost').
 */

import { preferred, resilientSound } from './codecs.js';

const PICTURE_BPS = 2_500_000;

export class Leg extends EventTarget {
  number = 0;
  closed = false;
  answered = false;
  connected = false;
  /** What the other end sends. */
  stream = new MediaStream();
  /** Candidates that come after the offer. @type {(candidate: RTCIceCandidate) => void} */
  found = () => {};

  /** @param {RTCIceServer[]} iceServers */
  constructor(iceServers) {
    super();
    this.connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', iceServers });
    const streams = [new MediaStream()]; // one, so that lips and voice are kept together
    this.sound = this.connection.addTransceiver('audio', { direction: 'sendrecv', streams, sendEncodings: [{ priority: 'high', networkPriority: 'high' }] });
    this.picture = this.connection.addTransceiver('video', { direction: 'sendrecv', streams, sendEncodings: [{ maxBitrate: PICTURE_BPS }] });
    const codecs = preferred(RTCRtpReceiver.getCapabilities?.('video')?.codecs ?? []);
    if (codecs.length) this.picture.setCodecPreferences?.(codecs);
    this.stream.addTrack(this.sound.receiver.track);
    this.stream.addTrack(this.picture.receiver.track);
    this.connection.addEventListener('connectionstatechange', () => this.changed());
    this.connection.addEventListener('icecandidate', ({ candidate }) => candidate?.candidate && this.found(candidate));
    this.prepared = this.prepare();
  }

  /** Everything that needs nobody else, so that an answer is all that is missing. */
  async prepare() {
    const offer = await this.connection.createOffer();
    const ours = { type: offer.type, sdp: resilientSound(offer.sdp ?? '') };
    await this.connection.setLocalDescription(ours).catch(() => this.connection.setLocalDescription(offer));
    this.sound.sender.transport?.addEventListener('statechange', () => {
      if (this.sound.sender.transport?.state === 'closed') this.tell('lost'); // the other end has said goodbye
    });
  }

  /** @param {number} number @param {(data: object) => void} tell the other end @returns {Promise<void>} */
  async offer(number, tell) {
    this.number = number;
    await this.prepared;
    if (this.closed) return;
    this.found = ({ candidate, sdpMid }) => tell({ type: 'candidate', leg: number, candidate, mid: sdpMid ?? '0' });
    tell({ type: 'offer', leg: number, sdp: this.connection.localDescription?.sdp ?? '' });
  }

  /** @param {string} sdp */
  async answer(sdp) {
    if (this.closed || this.answered) return;
    this.answered = true;
    try {
      await this.connection.setRemoteDescription({ type: 'answer', sdp });
    } catch {
      this.tell('lost');
    }
  }

  /** What goes out from here now; null: nothing. @param {MediaStreamTrack|null} sound @param {MediaStreamTrack|null} picture */
  async send(sound, picture) {
    const changes = [];
    if (this.sound.sender.track !== sound) changes.push(this.sound.sender.replaceTrack(sound));
    if (this.picture.sender.track !== picture) changes.push(this.picture.sender.replaceTrack(picture), this.tune(picture));
    await Promise.all(changes).catch(() => {}); // it was closed meanwhile
  }

  /** Letters of a screen stay sharp; of a camera picture both sharpness and motion give way. @param {MediaStreamTrack|null} picture */
  async tune(picture) {
    const { sender } = this.picture;
    const parameters = sender.getParameters();
    parameters.degradationPreference = picture?.contentHint === 'detail' ? 'maintain-resolution' : 'balanced';
    await sender.setParameters(parameters).catch(() => {}); // a browser that cannot does what it can
  }

  changed() {
    switch (this.connection.connectionState) {
      case 'connected':
        this.connected = true;
        return this.tell('connected');
      case 'disconnected':
        this.connected = false;
        return this.tell('interrupted');
      case 'failed':
      case 'closed':
        this.connected = false;
        return this.tell('lost');
    }
  }

  /** @param {'connected'|'interrupted'|'lost'} state */
  tell(state) {
    if (!this.closed) this.dispatchEvent(new CustomEvent('state', { detail: state }));
  }

  /** What may go out, in kbit/s; null: nobody knows yet. @returns {Promise<number|null>} */
  async capacity() {
    let bps = NaN;
    if (this.connected) {
      (await this.connection.getStats()).forEach((report) => {
        if (report.type === 'candidate-pair' && report.nominated) bps = report.availableOutgoingBitrate ?? NaN;
      });
    }
    return Number.isFinite(bps) ? bps / 1000 : null;
  }

  close() {
    this.closed = true;
    this.connected = false;
    this.connection.close();
  }
}
