/**
 * Gets the programme onto the screen and keeps it there: over WebRTC, over the page's own socket where a network lets that
 * through only, again and again until it is there.
 *
 * Events: `changed` (whether a picture is shown), `tell` (detail: words for the viewer, empty when all is well), `delay`
 * (detail: seconds behind the studio), `playing` (the first frame is on the screen).
 */

import { DelayMeter } from './delay.js';
import { listen } from './elements.js';
import { SocketPlayer } from './socket-player.js';
import { wordless } from './strings.js';
import { WhepPlayer, WhepRefused } from './whep.js';

/** Seconds until it is tried again where nothing suggests that it will go better. */
const HOPELESS_S = 30;
/** So many attempts without a word. */
const PATIENCE = 3;
const RETRY_S = [0.2, 0.5, 1, 2, 4];
/** How long a player that was made before the relays were known may try to connect without them. */
const WITHOUT_RELAY_MS = 2500;

export class Playback extends EventTarget {
  /** Whether a frame of this programme is on the screen. */
  shown = false;
  everShown = false;
  wanted = false;
  attempt = 0;
  /** @type {WhepPlayer|SocketPlayer|null} */
  player = null;
  /** Asked for before anybody knew whether there is a programme. @type {WhepPlayer|null} */
  early = null;
  /** Whether WebRTC does not come through this network. */
  blocked = false;
  /** @type {RTCIceServer[]} */
  iceServers = [];
  /** @type {number|undefined} */
  retryTimer = undefined;
  delay = new DelayMeter();
  /** RTP timestamp of the frame on the screen. @type {number|null} */
  frame = null;
  /** @type {import('./strings.js').Say} */
  say = wordless;

  /**
   * @param {HTMLVideoElement} video
   * @param {string} whep address of the endpoint, with a `?` in it
   * @param {import('./audience.js').AudienceSocket} socket
   * @param {import('./sound.js').Sound} sound
   */
  constructor(video, whep, socket, sound) {
    super();
    this.video = video;
    this.whep = whep;
    this.socket = socket;
    this.sound = sound;
  }

  /** Whether this browser can play live video in any way. */
  static get possible() {
    return Playback.webrtc || SocketPlayer.possible;
  }

  /** Whether WebRTC is there, and decodes our pictures. */
  static get webrtc() {
    return typeof RTCPeerConnection !== 'undefined' && (WhepPlayer.decodes || !SocketPlayer.possible);
  }

  /** @param {boolean} wanted whether there is a programme for this viewer now */
  want(wanted) {
    this.wanted = wanted;
    if (wanted && !this.player && this.retryTimer === undefined) this.start();
    if (!wanted) {
      window.clearTimeout(this.retryTimer);
      this.retryTimer = undefined;
      this.attempt = 0;
      this.cancel();
      this.stop();
    }
  }

  /**
   * Ask for the programme while the socket still asks whether there is one: who comes to a live show sees it a round trip or two
   * sooner. `want` says what becomes of it; that a show is not on air costs one short answer.
   */
  anticipate() {
    if (!Playback.webrtc || this.early || this.player) return;
    let player;
    try {
      player = new WhepPlayer(`${this.whep}&sound=wait&early=1`);
    } catch {
      return; // a browser that is told to let nobody connect: what comes of it is said when the picture is due
    }
    this.early = player;
    player.start().catch(() => this.early === player && this.cancel());
  }

  cancel() {
    this.early?.close();
    this.early = null;
  }

  /** Milliseconds of the show clock that this viewer sees now; null when that is not known. @returns {number|null} */
  get mediaMs() {
    const clock = this.delay.clock;
    if (!clock) return null;
    if (this.shown && this.frame !== null) return Math.max(0, Math.round(this.delay.mediaMs(this.frame) ?? 0));
    const passed = clock.on_air && this.socket.offset !== null ? performance.now() + this.socket.offset - clock.at_ms : 0;
    return Math.max(0, Math.round(clock.media_ms + passed));
  }

  /** How the picture comes: `webrtc`, or `socket` where that does not. */
  get via() {
    return this.player instanceof SocketPlayer ? 'socket' : this.player ? 'webrtc' : '';
  }

  /** @returns {WhepPlayer|SocketPlayer} */
  make() {
    const early = this.early;
    this.early = null;
    if (early && !early.closed) return early;
    if (this.blocked || !Playback.webrtc) return new SocketPlayer(this.socket);
    return new WhepPlayer(`${this.whep}&sound=wait`, this.iceServers);
  }

  start() {
    const player = this.make();
    this.player = player;
    listen(player, 'lost', (detail) => {
      if (player !== this.player) return;
      if (detail === 'full') return this.lost(this.say('full', { seconds: 2 }), 2);
      // What never came by WebRTC, through this network or out of this decoder, comes over the socket next time.
      if (['network', 'undecoded'].includes(detail) && !this.shown && player instanceof WhepPlayer) this.blocked = SocketPlayer.possible;
      if (detail === 'page' || detail === 'codec') return this.lost(this.say(detail === 'page' ? 'held_back' : 'no_codec'), HOPELESS_S);
      this.lost(this.say(detail === 'stalled' || this.everShown ? 'lost_picture' : 'blocked', { seconds: 1 }));
    });
    player.attach(this.video);
    this.video.play().catch(() => {});
    this.followFrames(player);
    player.start().then(
      () => player instanceof WhepPlayer && this.relayLater(player),
      (error) => player === this.player && this.refused(error),
    );
  }

  /** One that was made early knows of no relay: where it does not connect without, another one tries with. @param {WhepPlayer} player */
  relayLater(player) {
    if (player.iceServers === this.iceServers || !this.iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)))) return;
    window.setTimeout(() => {
      if (player === this.player && player.connection.connectionState !== 'connected') this.lost('', 0);
    }, WITHOUT_RELAY_MS);
  }

  /** @param {unknown} error */
  refused(error) {
    const seconds = RETRY_S[Math.min(this.attempt, RETRY_S.length - 1)];
    if (error instanceof WhepRefused && error.status === 503) {
      this.lost(this.say('full', { seconds: error.retryAfter || 2 }), error.retryAfter || 2);
    } else if (error instanceof WhepRefused && error.status === 409) {
      this.lost('', error.retryAfter || seconds); // a server that has just come back waits for the studio itself
    } else if (error instanceof WhepRefused && error.status === 404) {
      this.lost(this.say('gone'), 10);
    } else if (error instanceof WhepRefused && error.status >= 400 && error.status < 500 && error.status !== 429) {
      // Another offer would be answered in the same way: it is said why, and the socket is tried.
      console.warn(`vitrine: the show server refused WebRTC (${error.status})`);
      this.blocked = SocketPlayer.possible;
      this.lost(this.blocked ? '' : this.say('no_codec'), this.blocked ? seconds : HOPELESS_S);
    } else {
      // While the socket is down too, it is the server that is away, not a network that lets WebRTC not through.
      if (!(error instanceof WhepRefused) && this.attempt >= PATIENCE && this.socket.connected) this.blocked = SocketPlayer.possible;
      this.lost(this.attempt >= PATIENCE && !this.everShown ? this.say('blocked', { seconds: Math.round(seconds) || 1 }) : '', seconds);
    }
  }

  /** @param {string} words why @param {number} [seconds] until the next attempt */
  lost(words, seconds) {
    this.stop();
    const wait = seconds ?? RETRY_S[Math.min(this.attempt, RETRY_S.length - 1)];
    this.attempt += 1;
    if (words) this.tell(words);
    this.retryTimer = window.setTimeout(() => {
      this.retryTimer = undefined;
      this.want(this.wanted);
      this.dispatchEvent(new Event('changed'));
    }, wait * 1000);
    this.dispatchEvent(new Event('changed'));
  }

  stop() {
    const player = this.player;
    this.player = null;
    this.shown = false;
    this.frame = null;
    this.delay.reset();
    if (player) {
      player.close();
      player.detach(this.video);
    }
  }

  /** Measure every frame that reaches the screen; the first one is what everybody waits for. @param {WhepPlayer|SocketPlayer} player */
  followFrames(player) {
    const video = this.video;
    /** @param {number} _ @param {any} frame */
    const onFrame = (_, frame) => {
      if (player !== this.player) return;
      if (!this.shown) this.firstFrame(player);
      if (frame.rtpTimestamp !== undefined) {
        this.frame = frame.rtpTimestamp;
        const seconds = this.delay.measure(frame.rtpTimestamp, frame.expectedDisplayTime, this.socket.offset);
        if (seconds !== null) this.dispatchEvent(new CustomEvent('delay', { detail: seconds }));
      }
      video.requestVideoFrameCallback(onFrame);
    };
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(onFrame);
    else /** @type {HTMLVideoElement} */ (video).addEventListener('playing', () => player === this.player && this.firstFrame(player), { once: true });
  }

  /** @param {WhepPlayer|SocketPlayer} player */
  firstFrame(player) {
    this.shown = this.everShown = true;
    this.attempt = 0;
    this.tell('');
    this.hear(player);
    this.dispatchEvent(new Event('changed'));
    this.dispatchEvent(new Event('playing'));
  }

  /** Sound is sent once our output runs: before that it would queue up and drag the picture late. */
  async hear(player = this.player) {
    if (player && this.shown && (await this.sound.running())) {
      if (player === this.player) this.socket.send({ t: 'sound', session: player.session, on: true });
    }
  }

  /** The server was away: a picture that stands still is believed gone sooner. */
  suspect() {
    if (this.player) this.player.suspected = true;
  }

  /** @param {string} words */
  tell(words) {
    this.dispatchEvent(new CustomEvent('tell', { detail: words }));
  }

  close() {
    window.clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.cancel();
    this.stop();
  }
}
