/**
 * The last resort, for networks that let no WebRTC through: fragmented MP4 over the page's own socket, into MediaSource.
 * It behaves like a `WhepPlayer`: whoever made it listens to `lost` and makes another.
 */

const FIRST_MS = 10000;
const STALLED_MS = 5000;
const CHECK_MS = 250;
/** Seconds of picture that are kept ahead: less stutters, more is late. */
const AHEAD = 0.4;
const TOO_LATE = 2;
/** The newest picture lasts so long in the buffer, until the next one cuts it (`HOLD_NS` in studio/server/socket_peer.py). */
const HOLD = 0.2;
const KEEP = 10;

export class SocketPlayer extends EventTarget {
  /** @param {import('./audience.js').AudienceSocket} socket */
  constructor(socket) {
    super();
    this.socket = socket;
    this.session = '';
    this.closed = false;
    this.suspected = false;
    this.source = SocketPlayer.make();
    /** @type {SourceBuffer|null} */
    this.buffer = null;
    /** @type {(ArrayBuffer|string)[]} what waits for the buffer; a string is the MIME type of what follows */
    this.waiting = [];
    /** @type {HTMLVideoElement|null} */
    this.video = null;
    this.progress = performance.now();
    this.time = -1;
    this.started = false;
    /** @type {number|undefined} */
    this.watch = undefined;
    this.onMedia = (/** @type {any} */ event) => this.take(event.detail);
    this.onDown = () => this.lose('network');
    this.onWelcome = () => this.socket.send({ t: 'media', on: true });
    this.onFull = () => this.lose('full');
    /** @type {(() => void)|null} */
    this.onError = null;
  }

  /** Safari on phones has its own kind of MediaSource. @returns {MediaSource} */
  static make() {
    const Kind = window.MediaSource ?? /** @type {any} */ (window).ManagedMediaSource;
    return new Kind();
  }

  /** Whether this browser could play it at all. */
  static get possible() {
    return 'MediaSource' in window || 'ManagedMediaSource' in window;
  }

  /** @param {HTMLVideoElement} video */
  attach(video) {
    this.video = video;
    video.disableRemotePlayback = true;
    video.src = URL.createObjectURL(this.source);
    this.onError = () => {
      if (this.source.readyState !== 'closed' || this.closed) return;
      console.warn("vitrine: the page's Content-Security-Policy needs media-src blob:");
      this.lose('page');
    };
    video.addEventListener('error', this.onError);
  }

  /** @param {HTMLVideoElement} video */
  detach(video) {
    if (this.onError) video.removeEventListener('error', this.onError);
    URL.revokeObjectURL(video.src);
    video.removeAttribute('src');
    video.load();
  }

  async start() {
    this.source.addEventListener('sourceopen', () => this.feed());
    this.socket.addEventListener('media', this.onMedia);
    this.socket.addEventListener('binary', this.onMedia);
    this.socket.addEventListener('full', this.onFull);
    this.socket.addEventListener('down', this.onDown);
    this.socket.addEventListener('welcome', this.onWelcome);
    this.onWelcome();
    this.watch = window.setInterval(() => this.check(), CHECK_MS);
  }

  /** @param {any} detail a binary message, or the one that says what follows */
  take(detail) {
    this.waiting.push(detail instanceof ArrayBuffer ? detail : detail.mime);
    this.feed();
  }

  /** Give the buffer what waits, all at once. @returns {void} */
  feed() {
    if (this.closed || this.source.readyState !== 'open' || this.buffer?.updating || !this.waiting.length) return;
    if (typeof this.waiting[0] === 'string') {
      const mime = /** @type {string} */ (this.waiting.shift());
      try {
        if (!this.buffer) {
          this.buffer = this.source.addSourceBuffer(mime);
          this.buffer.addEventListener('updateend', () => this.follow());
        } else this.buffer.changeType(mime);
      } catch {
        return this.lose('codec'); // H.264 or Opus in MP4 is missing here as well
      }
      return this.feed();
    }
    const next = this.waiting.findIndex((item) => typeof item === 'string');
    const parts = /** @type {ArrayBuffer[]} */ (this.waiting.splice(0, next < 0 ? this.waiting.length : next));
    try {
      this.buffer?.appendBuffer(joined(parts));
    } catch {
      this.lose('stalled');
    }
  }

  /** Stay close to the live edge, and forget what was seen. */
  follow() {
    const { buffer, video } = this;
    if (!buffer || !video || this.closed) return;
    const ranges = buffer.buffered;
    if (ranges.length) {
      const [start, end] = [ranges.start(ranges.length - 1), ranges.end(ranges.length - 1) - HOLD];
      const late = end - video.currentTime;
      if (this.started && video.paused && !document.hidden) video.play().catch(() => {}); // WebKit pauses it after a jump
      if (!this.started || late > TOO_LATE || video.currentTime < start) {
        if (end - start > AHEAD) {
          video.currentTime = Math.max(start, end - AHEAD);
          this.started = true;
          video.play().catch(() => {});
        }
      } else video.playbackRate = late > AHEAD * 2 ? 1.05 : 1;
      if (video.currentTime - ranges.start(0) > KEEP * 2 && !buffer.updating) {
        buffer.remove(0, video.currentTime - KEEP);
        return;
      }
    }
    this.feed();
  }

  /** A picture that stands still for seconds is a lost one. */
  check() {
    const now = performance.now();
    const time = this.video?.currentTime ?? 0;
    if (time !== this.time) {
      this.time = time;
      this.progress = now;
    } else if (now - this.progress > (this.started ? STALLED_MS : FIRST_MS)) this.lose('stalled');
  }

  /** @param {'network'|'stalled'|'full'|'codec'|'page'} reason */
  lose(reason) {
    if (this.closed) return;
    this.close();
    this.dispatchEvent(new CustomEvent('lost', { detail: reason }));
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    window.clearInterval(this.watch);
    this.socket.removeEventListener('media', this.onMedia);
    this.socket.removeEventListener('binary', this.onMedia);
    this.socket.removeEventListener('full', this.onFull);
    this.socket.removeEventListener('down', this.onDown);
    this.socket.removeEventListener('welcome', this.onWelcome);
    this.socket.send({ t: 'media', on: false });
  }
}

/** @param {ArrayBuffer[]} parts */
function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return all;
}
