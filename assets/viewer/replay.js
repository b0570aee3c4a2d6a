/**
 * A show that is over, seen again: its film, and what happened in it against the film's clock. It uses the show's own picture,
 * chat and cards; everything it says of a moment comes from the timeline.
 *
 * Events: `changed` (its stage, or whether it plays), `moment` (what is seen of the show is other than before), `doubt` (it may
 * be gone: ask the server), `note` (detail: words for a while).
 */

import { button, element } from './elements.js';
import { clock } from './missed.js';
import { MomentList, momentsOf } from './replay-moments.js';
import { Offer } from './replay-offer.js';
import { filmFrom, lastBefore, mediaAt } from './replay-spans.js';
import { Timeline } from './replay-timeline.js';
import { SeekBar } from './seek-bar.js';
import { store } from './store.js';

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const SKIP_MS = 5000;
const LEAP_MS = 10000;
const KEEP_EVERY_MS = 5000;
/** Who left this near the beginning or the end begins anew. */
const EDGE_MS = 10000;
/** How long nothing may come before it is said, and before one is asked to try again. */
const WAIT_MS = 800;
const LOST_MS = 20000;
/** Less of the show missing between two stretches of film is not worth a word. */
const GAP_MS = 2000;

export class Replay extends EventTarget {
  /** `asking`: what there is comes; `offer`: to be started; `on`: it plays, or stands still. @type {'none'|'asking'|'unheard'|'offer'|'on'} */
  stage = 'none';
  /** @type {any} */
  film = null;
  /** @type {Timeline|null} */
  timeline = null;
  /** Counts what was asked for, so that what comes late is known. */
  round = 0;
  /** Why the film does not play, though it is on. */
  trouble = false;
  keptAt = -Infinity;
  /** Where the film is to begin. */
  begin_ms = 0;
  /** @type {number|undefined} */
  waiting = undefined;
  /** @type {string[]} */
  pins = [];
  /** @type {any} */
  line = null;
  /** @type {any} */
  poll = null;
  count = 0;
  /** The stretch of film that is seen. */
  span = -1;
  /** What the marks were made of. */
  drawn = '';
  /** @type {import('./strings.js').Say} */
  say = (key) => key;
  language = 'en';
  home = new URL(import.meta.url);

  offer = new Offer((film_ms) => this.start(film_ms), () => this.again());
  bar = new SeekBar((film_ms, done) => this.scrub(film_ms, done));
  list = new MomentList((film_ms) => this.jump(film_ms), () => this.listToggled());
  play = button('round', 'pause', () => this.toggle());
  speed = /** @type {HTMLSelectElement} */ (element('select', { class: 'speed' }));
  listButton = button('round', 'list', () => this.list.toggle());

  /**
   * @param {HTMLVideoElement} video
   * @param {() => Promise<any>} fetch what there is to see: null when it is gone, undefined when it cannot be had now
   * @param {(id: string) => any} product
   * @param {() => void} loud sound on: somebody pressed
   */
  constructor(video, fetch, product, loud) {
    super();
    this.video = video;
    this.fetch = fetch;
    this.product = product;
    this.loud = loud;
    this.speed.addEventListener('change', () => (video.playbackRate = Number(this.speed.value)));
    for (const name of ['timeupdate', 'seeking', 'seeked', 'progress', 'loadedmetadata']) this.hear(name, () => this.draw());
    for (const name of ['play', 'pause', 'ended']) this.hear(name, () => this.turned());
    this.hear('seeked', () => this.keep());
    for (const name of ['waiting', 'stalled', 'loadstart']) this.hear(name, () => this.wait());
    for (const name of ['playing', 'canplay']) this.hear(name, () => this.came());
    this.hear('error', () => this.failed());
    this.hear('loadedmetadata', () => this.begin());
    this.leaving = () => this.keep();
    this.online = () => this.trouble && this.again();
  }

  /** @param {string} name of an event of the film @param {() => void} then */
  hear(name, then) {
    this.video.addEventListener(name, () => this.stage === 'on' && then());
  }

  open() {
    window.addEventListener('pagehide', this.leaving);
    window.addEventListener('online', this.online);
  }

  /** @param {import('./strings.js').Say} say @param {string} language @param {URL} home */
  speak(say, language, home) {
    Object.assign(this, { say, language, home });
    for (const part of [this.offer, this.bar, this.list]) part.speak(say);
    name(this.listButton, say('replay_moments'), 'C');
    name(this.speed, say('replay_speed'), '');
    this.speed.replaceChildren(); // named when a film comes: whoever came to a live show would wait 20 ms for the page's first Intl
    this.controls(false);
  }

  nameSpeeds() {
    const number = new Intl.NumberFormat(this.language);
    this.speed.replaceChildren(...SPEEDS.map((rate) => element('option', { value: String(rate) }, `${number.format(rate)}×`)));
    this.speed.value = '1';
  }

  /** Whether the show as it is seen here is the replay's. */
  get here() {
    return this.stage === 'offer' || this.stage === 'on';
  }

  get on() {
    return this.stage === 'on';
  }

  get playing() {
    return this.on && !this.video.paused && !this.video.ended;
  }

  get filmMs() {
    return Math.round(this.video.currentTime * 1000);
  }

  /** Where in the show one is, in ms of the show clock. */
  get mediaMs() {
    return Math.round(mediaAt(this.film?.spans ?? [], this.on ? this.filmMs : this.offer.from_ms));
  }

  /** When in the film each product was first shown. @returns {Map<string, number>} */
  get firsts() {
    /** @type {Map<string, number>} */
    const firsts = new Map();
    if (!this.here) return firsts;
    for (const { product, begins_ms, ends_ms } of this.timeline?.shown ?? []) {
      const film_ms = firsts.has(product) ? null : filmFrom(this.film.spans, begins_ms, ends_ms);
      if (film_ms !== null) firsts.set(product, film_ms);
    }
    return firsts;
  }

  // ── what there is ──────────────────────────────────────────────────────────────────────────────────────────

  /** @param {any} show as it is now, or null */
  follow(show) {
    if (show?.state !== 'ended' || !show.replay) this.stop();
    else if (this.stage === 'none') this.ask(show);
  }

  /** @param {any} show */
  async ask(show) {
    this.become('asking');
    const round = (this.round += 1);
    const told = await this.fetch();
    if (round !== this.round) return;
    if (told === null) return this.become('none', show);
    if (!told?.film) {
      this.offer.load(show.title, show.poster ?? '', 0, this.home);
      this.become('unheard');
      return this.offer.draw('failed', { words: this.say('replay_unheard') });
    }
    this.film = told.film;
    this.timeline = new Timeline(told.events ?? []);
    this.offer.load(show.title, told.film.poster || show.poster || '', told.film.length_ms, this.home);
    this.become('offer');
  }

  /** @param {Replay['stage']} stage @param {any} [show] that has none after all */
  become(stage, show) {
    if (show) show.replay = null;
    this.stage = stage;
    this.controls(stage === 'on');
    if (stage === 'offer') this.offer.draw('offer', { from_ms: this.left });
    else if (stage !== 'on') this.offer.draw('');
    this.dispatchEvent(new Event('changed'));
  }

  /** The products came, or are others: their names stand on the bar. */
  named() {
    if (!this.here || !this.timeline) return;
    const moments = momentsOf(this.film, this.timeline.shown, this.product);
    const drawn = JSON.stringify(moments);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.bar.load(this.film.length_ms, moments);
    this.list.load(moments, this.home);
    this.listButton.hidden = !this.on || !moments.length;
    if (this.on) this.draw();
  }
  /** Where one left it. */
  get left() {
    const left = store.place(this.film.id);
    return left < EDGE_MS || left > this.film.length_ms - EDGE_MS ? 0 : left;
  }

  // ── the player ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Somebody pressed: with sound. @param {number} film_ms */
  start(film_ms) {
    this.become('on');
    this.video.autoplay = false;
    this.video.toggleAttribute('controls', false);
    this.load(film_ms);
    this.loud();
    this.run();
    this.named();
    this.draw();
  }

  /** @param {number} film_ms */
  load(film_ms) {
    this.trouble = false;
    this.offer.draw('coming');
    this.video.src = new URL(this.film.src, this.home).href;
    this.begin_ms = film_ms;
    this.video.currentTime = film_ms / 1000;
    this.video.playbackRate = this.video.defaultPlaybackRate = Number(this.speed.value) || 1;
  }

  /** Safari forgets where to begin when it is told before it knows the film. */
  begin() {
    if (Math.abs(this.filmMs - this.begin_ms) > 500) this.video.currentTime = this.begin_ms / 1000;
  }

  /** A browser that lets nothing be heard without another touch plays it silently. */
  run() {
    this.video.play().catch((error) => {
      if (error.name !== 'NotAllowedError' || !this.on) return;
      this.video.muted = true;
      this.video.play().catch(() => {});
    });
  }

  /** Try again: the film from where one was, or what there is. */
  again() {
    if (this.stage === 'unheard') {
      this.stage = 'none';
      this.dispatchEvent(new Event('changed'));
    } else if (this.on) {
      this.load(this.offer.from_ms);
      this.run();
    }
  }

  toggle() {
    if (this.trouble) return;
    if (!this.video.paused) this.video.pause();
    else {
      if (this.video.ended) this.seek(0);
      this.run();
    }
  }

  /** @param {number} film_ms */
  seek(film_ms) {
    if (!this.on || this.trouble) return;
    const end = Number.isFinite(this.video.duration) ? this.video.duration * 1000 : this.film.length_ms;
    this.video.currentTime = Math.max(0, Math.min(end, film_ms)) / 1000;
    this.draw();
  }

  /** While it is dragged, the picture follows as fast as it can. @param {number} film_ms @param {boolean} done */
  scrub(film_ms, done) {
    if (done || !this.video.seeking) this.seek(film_ms);
  }

  /** Somebody chose a moment: it is seen, whatever there was. @param {number} film_ms */
  jump(film_ms) {
    if (this.stage === 'offer') return this.start(film_ms);
    this.seek(film_ms);
    if (this.video.paused) this.run();
  }

  /** @param {string} key @returns {boolean} whether it was meant for us */
  key(key) {
    if (!this.on) return false;
    /** @type {Record<string, () => void>} */
    const keys = {
      ' ': () => this.toggle(),
      k: () => this.toggle(),
      ArrowLeft: () => this.seek(this.filmMs - SKIP_MS),
      ArrowRight: () => this.seek(this.filmMs + SKIP_MS),
      j: () => this.seek(this.filmMs - LEAP_MS),
      l: () => this.seek(this.filmMs + LEAP_MS),
      c: () => this.listButton.hidden || this.list.toggle(),
    };
    const does = keys[key.length === 1 ? key.toLowerCase() : key];
    does?.();
    return does !== undefined;
  }

  // ── what is seen ───────────────────────────────────────────────────────────────────────────────────────────

  /** Bring everything to where the film is. Cheap when nothing has changed. */
  draw() {
    if (!this.on || !this.timeline || this.trouble) return;
    const film_ms = this.filmMs;
    const { buffered } = this.video;
    let loaded = 0;
    for (let place = 0; place < buffered.length; place += 1) {
      if (buffered.start(place) <= this.video.currentTime + 0.5) loaded = buffered.end(place) * 1000;
    }
    this.bar.draw(film_ms, loaded);
    this.list.draw(film_ms);
    this.tellGap(film_ms);
    this.moment(this.mediaMs);
    if (this.playing && Math.abs(film_ms - this.keptAt) >= KEEP_EVERY_MS) this.keep();
  }

  /** @param {number} media_ms */
  moment(media_ms) {
    const { timeline } = this;
    if (!timeline) return;
    const now = { pins: timeline.pinsAt(media_ms), line: timeline.lineAt(media_ms), poll: timeline.pollAt(media_ms), count: timeline.saidBy(media_ms) };
    if (now.pins === this.pins && now.line === this.line && now.poll === this.poll && now.count === this.count) return;
    Object.assign(this, now);
    this.dispatchEvent(new Event('moment'));
  }

  /** From one stretch of film into the next, when some of the show is missing between them. @param {number} film_ms */
  tellGap(film_ms) {
    const { spans } = this.film;
    const span = lastBefore(spans, 'film_ms', film_ms);
    const before = spans[this.span];
    const into = span === this.span + 1 && this.playing && !this.video.seeking ? spans[span] : null;
    this.span = span;
    const missing = before && into ? into.media_ms - before.media_ms - before.length_ms : 0;
    if (missing >= GAP_MS) this.dispatchEvent(new CustomEvent('note', { detail: this.say('replay_gap', { time: clock(missing) }) }));
  }

  /** A line was taken away since. @param {string} id */
  remove(id) {
    this.timeline?.remove(id);
    if (this.on) this.moment(this.mediaMs);
  }

  turned() {
    const icon = this.video.ended ? 'again' : this.video.paused ? 'play' : 'pause';
    this.play.dataset.icon = icon;
    name(this.play, this.say(icon === 'pause' ? 'film_pause' : icon === 'again' ? 'replay_again' : 'film_play'), 'K');
    if (this.video.paused) this.keep();
    this.draw();
    this.dispatchEvent(new Event('changed'));
  }

  /** Nothing comes: say so soon, and after a while let one try again. */
  wait() {
    if (this.waiting !== undefined || this.trouble) return;
    const since = performance.now();
    this.waiting = window.setInterval(() => {
      if (this.video.readyState > 2) return this.came();
      if (performance.now() - since > LOST_MS) this.failed();
      else if (!this.trouble) this.offer.draw('coming', { bare: this.seen });
    }, WAIT_MS);
  }

  /** Whether there is a picture of the film. */
  get seen() {
    return this.video.readyState > 1;
  }

  came() {
    this.calm();
    if (!this.trouble) this.offer.draw('');
  }

  calm() {
    window.clearInterval(this.waiting);
    this.waiting = undefined;
  }

  failed() {
    this.calm();
    const from_ms = this.bar.film_ms;
    const bare = this.seen && !this.video.error;
    this.trouble = true;
    this.video.pause();
    this.offer.draw('failed', { from_ms, words: this.say('replay_failed'), bare });
    this.dispatchEvent(new Event('doubt'));
    this.dispatchEvent(new Event('changed'));
  }

  /** @param {boolean} on */
  controls(on) {
    if (on && !this.speed.length) this.nameSpeeds();
    for (const part of [this.bar.root, this.play, this.speed]) part.hidden = !on;
    this.listButton.hidden = !on || !this.list.moments.length;
    if (!on) this.list.root.hidden = true;
  }

  listToggled() {
    this.listButton.setAttribute('aria-expanded', String(!this.list.root.hidden));
    if (this.list.root.hidden) this.listButton.focus({ preventScroll: true });
  }

  /** Remember where one is. */
  keep() {
    if (!this.on || this.trouble || !this.video.readyState) return;
    const film_ms = this.filmMs;
    this.keptAt = film_ms;
    const over = film_ms < EDGE_MS || film_ms > this.film.length_ms - EDGE_MS;
    store.keepPlace(this.film.id, over ? 0 : film_ms);
  }

  /** It is not there any more, or the show goes on. */
  stop() {
    if (this.stage === 'none') return;
    this.keep();
    const on = this.on;
    this.round += 1;
    this.calm();
    this.trouble = false;
    this.stage = 'none';
    this.film = this.timeline = null;
    Object.assign(this, { pins: [], line: null, poll: null, count: 0, span: -1, drawn: '', keptAt: -Infinity });
    this.controls(false);
    this.offer.draw('');
    if (on) {
      this.video.pause();
      this.video.removeAttribute('src');
      this.video.load();
      this.video.playbackRate = this.video.defaultPlaybackRate = 1;
      this.video.autoplay = true;
    }
    this.dispatchEvent(new Event('changed'));
  }

  close() {
    window.removeEventListener('pagehide', this.leaving);
    window.removeEventListener('online', this.online);
    this.stop();
  }
}

/** @param {HTMLElement} control @param {string} words @param {string} key */
function name(control, words, key) {
  control.setAttribute('aria-label', words);
  control.title = key ? `${words} (${key})` : words;
}
