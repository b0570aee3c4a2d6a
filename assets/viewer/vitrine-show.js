/**
 * `<vitrine-show show="id">`: the live show on any page of the brand. It plays, says in words what is going on, draws
 * its own curtains, and comes back by itself from everything that breaks.
 *
 * Attributes: `show` (id), `server` (default: where this file came from), `key` (for rehearsals), `lang`, `poster`.
 */

import { AudienceSocket } from './audience.js';
import { Curtain } from './curtain.js';
import { DelayMeter } from './delay.js';
import { button, element, listen } from './elements.js';
import { ProductList } from './products.js';
import { Sound } from './sound.js';
import { SocketPlayer } from './socket-player.js';
import { speaker } from './strings.js';
import { WhepPlayer, WhepRefused } from './whep.js';

const HOME = new URL('../../', import.meta.url);
const IDLE_MS = 3500;
const RETRY_S = [0.2, 0.5, 1, 2, 4];

class VitrineShow extends HTMLElement {
  say = speaker('en');
  language = 'en';
  home = HOME;
  query = '';
  base = '';
  /** The show as the server told it. @type {any} */
  show = null;
  onAir = false;
  /** @type {RTCIceServer[]} */
  iceServers = [];
  shown = false;
  everShown = false;
  attempt = 0;
  /** @type {WhepPlayer|SocketPlayer|null} */
  player = null;
  /** Whether WebRTC does not come through this network. */
  blocked = false;
  /** @type {AudienceSocket|null} */
  socket = null;
  /** @type {Sound|null} */
  sound = null;
  /** @type {number|undefined} */
  retryTimer = undefined;
  /** @type {number|undefined} */
  idleTimer = undefined;
  delay = new DelayMeter();
  /** Seconds behind the studio; null until known. @type {number|null} */
  delaySeconds = null;

  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', autoplay: '' }));
  stage = element('div', { class: 'stage', tabindex: '0', role: 'group' });
  livePill = element('span', { class: 'pill air', hidden: '' });
  viewersPill = element('span', { class: 'pill', hidden: '' });
  delayPill = element('span', { class: 'pill delay', hidden: '' });
  status = element('p', { class: 'status', role: 'status', 'aria-live': 'polite', hidden: '' });
  prompt = button('prompt', 'sound-off', () => this.sound?.turnOn());
  muteButton = button('round', 'sound-off', () => this.sound?.toggle());
  fullButton = button('round', 'full', () => this.toggleFullscreen());
  curtain = new Curtain();
  products = new ProductList();

  constructor() {
    super();
    this.attachShadow({ mode: 'open' });
    this.video.muted = true;
    this.stage.addEventListener('keydown', (event) => this.key(event));
    for (const stirred of ['pointermove', 'pointerdown', 'keydown', 'focusin']) this.stage.addEventListener(stirred, () => this.wake());
    this.stage.addEventListener('fullscreenchange', () => this.fullscreenChanged());
    this.video.addEventListener('resize', () => this.toggleAttribute('portrait', this.video.videoHeight > this.video.videoWidth));
  }

  connectedCallback() {
    this.language = (this.getAttribute('lang') || document.documentElement.lang || navigator.language).slice(0, 2);
    this.say = speaker(this.language);
    this.home = new URL(this.getAttribute('server') || HOME, location.href);
    const key = this.getAttribute('key');
    this.query = key ? `?key=${encodeURIComponent(key)}` : '';
    this.base = new URL(`shows/${encodeURIComponent(this.getAttribute('show') ?? '')}`, this.home).href;
    this.build();
    this.sound = new Sound(this.video, () => this.soundChanged());
    this.socket = new AudienceSocket(`${this.base.replace(/^http/, 'ws')}/ws${this.query}`);
    this.follow(this.socket);
    this.socket.open();
    this.wake();
    this.refresh();
  }

  disconnectedCallback() {
    window.clearTimeout(this.retryTimer);
    window.clearTimeout(this.idleTimer);
    this.retryTimer = undefined;
    this.socket?.close();
    this.stopPlayer();
    this.sound?.close();
    this.curtain.close();
    this.show = null;
  }

  /** Lay the parts out and give them their words. */
  build() {
    const say = this.say;
    this.curtain.speak(say, this.language, this.getAttribute('poster') ?? '', this.home);
    this.products.speak(say, this.language, this.home);
    this.stage.setAttribute('aria-label', say('player'));
    this.video.setAttribute('aria-label', say('player'));
    this.prompt.replaceChildren(element('span', {}, say('tap_for_sound')));
    this.name(this.fullButton, say('fullscreen'), 'F');
    this.name(this.muteButton, say('unmute'), 'M');
    this.stage.replaceChildren(
      this.video,
      this.curtain.root,
      element('div', { class: 'top' }, this.livePill, this.viewersPill, this.delayPill),
      this.status,
      this.prompt,
      element('div', { class: 'controls' }, this.muteButton, element('span', { class: 'grow' }), this.fullButton),
    );
    const sheet = element('link', { rel: 'stylesheet', href: new URL('assets/viewer/vitrine-show.css', this.home).href });
    const frame = element('div', { class: 'frame', hidden: '' }, this.stage, this.products.root);
    sheet.addEventListener('load', () => (frame.hidden = false));
    this.shadowRoot?.replaceChildren(sheet, frame);
  }

  /** @param {HTMLElement} control @param {string} words @param {string} key */
  name(control, words, key) {
    control.setAttribute('aria-label', words);
    control.title = `${words} (${key})`;
  }

  /** @param {AudienceSocket} socket */
  follow(socket) {
    listen(socket, 'welcome', (detail) => {
      this.show = detail.show;
      this.onAir = detail.show.on_air;
      this.iceServers = detail.ice ?? [];
      this.tell(playable() ? '' : this.say('no_webrtc'));
      this.setViewers(detail.viewers);
      this.refresh();
      this.products.fill(detail.show.products);
      if (this.player && this.shown) this.requestSound(this.player);
    });
    listen(socket, 'event', (detail) => this.happened(detail.event));
    listen(socket, 'clock', (detail) => {
      this.delay.clock = detail;
      this.delay.reset();
      this.onAir = detail.on_air;
      this.refresh();
    });
    listen(socket, 'compared', () => this.delay.reset());
    listen(socket, 'viewers', (detail) => this.setViewers(detail.count));
    listen(socket, 'down', (detail) => {
      if (this.player) this.player.suspected = true;
      if (detail.attempt > 1) {
        this.tell(this.say('lost_server', { seconds: Math.max(1, Math.round(detail.seconds)), attempt: detail.attempt }));
      }
      if (!this.show && detail.attempt === 1) this.lookForShow();
    });
  }

  /** Is it the network, or is there no such show? */
  async lookForShow() {
    const response = await fetch(new URL(`api/shows/${encodeURIComponent(this.getAttribute('show') ?? '')}${this.query}`, this.home)).catch(() => null);
    if (response?.status === 404) {
      this.socket?.close();
      this.tell(this.say('gone'));
    }
  }

  /** @param {any} event one logged event */
  happened(event) {
    if (!this.show) return;
    switch (event.data.type) {
      case 'show.started':
      case 'show.resumed':
        this.show.state = 'live';
        break;
      case 'show.paused':
        this.show.state = 'paused';
        break;
      case 'show.ended':
        this.show.state = 'ended';
        break;
      case 'show.renamed':
        this.show.title = event.data.title;
        break;
      case 'stream.started':
        this.onAir = true;
        break;
      case 'stream.lost':
      case 'stream.stopped':
        this.onAir = false;
        break;
    }
    this.dispatchEvent(new CustomEvent('vitrine-event', { detail: event, bubbles: true, composed: true }));
    this.refresh();
  }

  /** Whether there is a programme for this visitor now. */
  get wanted() {
    const showing = this.show?.state === 'live' || this.show?.state === 'rehearsal';
    return showing && this.onAir && playable();
  }

  /** Make the picture what the state says: player, curtain, pills. */
  refresh() {
    if (this.wanted && !this.player && this.retryTimer === undefined) this.startPlayer();
    if (!this.wanted) {
      window.clearTimeout(this.retryTimer);
      this.retryTimer = undefined;
      this.attempt = 0;
      this.stopPlayer();
    }
    this.curtain.draw(this.curtainName(), this.show);
    const live = this.show?.state === 'live' || this.show?.state === 'rehearsal';
    this.livePill.textContent = this.say(this.show?.state === 'rehearsal' ? 'rehearsal' : 'live');
    this.livePill.hidden = !live;
    this.viewersPill.hidden = !live;
    if (!this.shown) this.delayPill.hidden = true;
    this.prompt.hidden = !this.shown || this.sound?.on !== false;
    this.setAttribute('state', this.curtain.name || 'playing');
  }

  /** @returns {''|'before'|'connecting'|'back'|'paused'|'ended'} */
  curtainName() {
    if (!this.show) return 'connecting';
    if (this.show.state === 'draft') return 'before';
    if (this.show.state === 'paused') return 'paused';
    if (this.show.state === 'ended') return 'ended';
    if (this.shown && this.wanted) return '';
    return this.everShown || !this.onAir ? 'back' : 'connecting';
  }

  newPlayer() {
    if (this.socket && (this.blocked || typeof RTCPeerConnection === 'undefined')) return new SocketPlayer(this.socket);
    const wait = this.sound ? '&sound=wait' : '';
    return new WhepPlayer(`${this.base}/whep${this.query || '?'}${wait}`, this.iceServers);
  }

  startPlayer() {
    const player = this.newPlayer();
    this.player = player;
    listen(player, 'lost', (detail) => {
      if (player !== this.player) return;
      if (detail === 'full') return this.playerLost(this.say('full', { seconds: 2 }), 2);
      // What never came through this network by WebRTC comes over the socket next time.
      if (detail === 'network' && !this.shown && player instanceof WhepPlayer) this.blocked = SocketPlayer.possible;
      this.playerLost(this.say(detail === 'stalled' || this.everShown ? 'lost_picture' : 'blocked', { seconds: 1 }));
    });
    player.attach(this.video);
    this.video.play().catch(() => {});
    this.followFrames(player);
    player.start().catch((error) => {
      if (player === this.player) this.refused(error);
    });
  }

  /** @param {unknown} error */
  refused(error) {
    const seconds = RETRY_S[Math.min(this.attempt, RETRY_S.length - 1)];
    if (error instanceof WhepRefused && error.status === 503) {
      this.playerLost(this.say('full', { seconds: error.retryAfter || 2 }), error.retryAfter || 2);
    } else if (error instanceof WhepRefused && error.status === 404) {
      this.playerLost(this.say('gone'), 10);
    } else this.playerLost('', seconds);
  }

  /** @param {string} words why @param {number} [seconds] until the next attempt */
  playerLost(words, seconds) {
    this.stopPlayer();
    const wait = seconds ?? RETRY_S[Math.min(this.attempt, RETRY_S.length - 1)];
    this.attempt += 1;
    if (words) this.tell(words);
    this.retryTimer = window.setTimeout(() => {
      this.retryTimer = undefined;
      this.refresh();
    }, wait * 1000);
    this.refresh();
  }

  stopPlayer() {
    const player = this.player;
    this.player = null;
    this.shown = false;
    this.delaySeconds = null;
    this.delay.reset();
    if (player) {
      player.close();
      player.detach(this.video);
    }
  }

  /** Measure every frame that reaches the screen; the first one lifts the curtain. @param {WhepPlayer|SocketPlayer} player */
  followFrames(player) {
    const video = this.video;
    /** @param {number} _ @param {any} frame */
    const onFrame = (_, frame) => {
      if (player !== this.player) return;
      if (!this.shown) this.firstFrame(player);
      if (frame.rtpTimestamp !== undefined) {
        this.delaySeconds = this.delay.measure(frame.rtpTimestamp, frame.expectedDisplayTime, this.socket?.offset ?? null);
        this.showDelay();
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
    this.requestSound(player);
    this.refresh();
    this.dispatchEvent(new CustomEvent('vitrine-playing', { bubbles: true, composed: true }));
  }

  /** Sound is sent once our output runs: before that it would queue up and drag the picture late. @param {WhepPlayer|SocketPlayer} player */
  async requestSound(player) {
    if (await this.sound?.running()) {
      if (player === this.player) this.socket?.send({ t: 'sound', session: player.session, on: true });
    }
  }

  soundChanged() {
    if (this.sound?.on && this.player && this.shown) this.requestSound(this.player);
    const words = this.say(this.sound?.on ? 'mute' : 'unmute');
    this.name(this.muteButton, words, 'M');
    this.muteButton.dataset.icon = this.sound?.on ? 'sound-on' : 'sound-off';
    this.refresh();
  }

  showDelay() {
    if (this.delaySeconds === null) return;
    const seconds = new Intl.NumberFormat(this.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(this.delaySeconds);
    const words = this.say('delay', { seconds });
    if (this.delayPill.textContent !== words) this.delayPill.textContent = words;
    this.delayPill.hidden = false;
  }

  /** @param {number} count */
  setViewers(count) {
    this.viewersPill.textContent = this.say('watching', { count: new Intl.NumberFormat(this.language).format(count) });
  }

  /** @param {string} words */
  tell(words) {
    if (this.status.textContent !== words) this.status.textContent = words;
    this.status.hidden = !words;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'm' || event.key === 'M') this.sound?.toggle();
    else if (event.key === 'f' || event.key === 'F') this.toggleFullscreen();
    else return;
    event.preventDefault();
  }

  /** Somebody is there: show the controls, and let them go again after a while so that nothing covers the picture. */
  wake() {
    this.stage.classList.remove('idle');
    window.clearTimeout(this.idleTimer);
    this.idleTimer = window.setTimeout(() => this.stage.classList.add('idle'), IDLE_MS);
  }

  toggleFullscreen() {
    const video = /** @type {any} */ (this.video);
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.stage.requestFullscreen) this.stage.requestFullscreen().catch(() => {});
    else if (video.webkitEnterFullscreen) video.webkitEnterFullscreen();
  }

  fullscreenChanged() {
    const words = this.say(document.fullscreenElement ? 'fullscreen_leave' : 'fullscreen');
    this.name(this.fullButton, words, 'F');
  }
}

/** Whether this browser can play live video in any way. */
function playable() {
  return typeof RTCPeerConnection !== 'undefined' || SocketPlayer.possible;
}

if (!customElements.get('vitrine-show')) customElements.define('vitrine-show', VitrineShow);
