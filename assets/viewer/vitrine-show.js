/**
 * `<vitrine-show show="id">`: the live show on any page of the brand. It plays, sells and talks, says in words what is going
 * on, draws its own curtains, and comes back by itself from everything that breaks.
 *
 * Attributes: `show` (id), `server` (default: where this file came from), `key` (for rehearsals), `lang`, `poster`,
 * `chat="off"`, `products="off"`, `mini="off"`, `consent="bar"` (we ask) or `"google"` (hear Consent Mode v2).
 * What it says to the page, and what the page can say, is in vitrine.d.ts.
 */

import './common.js';
import { HOME } from './home.js';
import { AudienceSocket } from './audience.js';
import { Cards } from './cards.js';
import { ShowSlots } from './relation/show-slots.js';
import { watching } from './relation/watching.js';
import { Chat } from './chat.js';
import { agreesWith, consents } from './consent.js';
import { dress } from './contrast.js';
import { Curtain } from './curtain.js';
import { button, element, listen } from './elements.js';
import { MiniPlayer } from './mini.js';
import { Missed } from './missed.js';
import { cartFollowers } from './page-api.js';
import { Playback } from './playback.js';
import { PollView } from './poll.js';
import { Privacy } from './privacy.js';
import { ProductList } from './products.js';
import { Reactions } from './reactions.js';
import { Shelf } from './shelf.js';
import { ShowControls } from './show-controls.js';
import { ShowReplay } from './show-replay.js';
import { ShowShop } from './show-shop.js';
import { keepRoom, leaveRoom } from './room.js';
import { Sound } from './sound.js';
import { store } from './store.js';
import { speaker, wordless, wordsIn } from './strings.js';
import { style } from './styles.js';
import { SHARED } from './words/shared.js';
import { SHOW } from './words/show.js';

/** Widths of the element, in CSS pixels, below which the chat comes under the picture, and below which it is laid out for a hand. */
const NARROW = 860;
const PHONE = 560;
/** Pixels beside an element that still fills the window. */
const GUTTERS = 80;
const NOTE_MS = 6000;
/** Until a consent is told again that the server refused without a time. */
const REFUSED_S = 10;

export class VitrineShow extends HTMLElement {
  say = wordless;
  language = 'en';
  home = HOME;
  query = '';
  base = '';
  /** The show as the server told it. @type {any} */
  show = null;
  onAir = false;
  /** @type {Playback|null} */
  playback = null;
  /** @type {AudienceSocket|null} */
  socket = null;
  /** @type {Sound|null} */
  sound = null;
  /** @type {number|undefined} */
  noteTimer = undefined;
  /** @type {number|undefined} */
  consentTimer = undefined;
  /** Seconds behind the studio; null until known. @type {number|null} */
  delaySeconds = null;
  welcomed = false;
  begun = false;
  waiting = false;
  /** Welcomed again, and not yet told everything that happened meanwhile. */
  returning = false;

  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', autoplay: '' }));
  place = element('div', { class: 'place' });
  stage = element('div', { class: 'stage', tabindex: '0', role: 'group' });
  livePill = element('span', { class: 'pill air', hidden: '' });
  viewersPill = element('span', { class: 'pill', hidden: '' });
  delayPill = element('span', { class: 'pill delay', hidden: '' });
  status = element('p', { class: 'status', role: 'status', 'aria-live': 'polite', hidden: '' });
  privacyButton = button('plain privacy-link', '', () => this.privacy.open());
  curtain = new Curtain();
  shelf = new Shelf();
  shop = new ShowShop(this);
  cards = new Cards(this.shop, (product) => this.slots.why(product));
  slots = new ShowSlots(this);
  /** Ends telling that somebody watches. */
  unwatched = () => {};
  products = new ProductList(this.shop, (film_ms) => this.replays.jump(film_ms));
  missed = new Missed(this.shop);
  privacy = new Privacy();
  chat = new Chat((text, name) => this.write(text, name), (name) => store.keep({ name }), () => this.reactions.love());
  reactions = new Reactions((times) => this.socket?.send({ t: 'react', times }));
  poll = new PollView((answer) => this.socket?.ask({ t: 'vote', answer }) ?? Promise.resolve(null));
  replays = new ShowReplay(this);
  replay = this.replays.player;
  mini = new MiniPlayer(this.place, this.stage, this.video, () => this.playback?.shown === true || this.replay.playing);
  controls = new ShowControls(this);
  /** @param {Event} event */
  onConsent = (event) => this.agreed(/** @type {CustomEvent} */ (event).detail);
  onStranger = () => this.socket?.renew();
  /** @param {import('./vitrine.d.ts').Cart} cart */
  onCart = (cart) => this.shop.setCart(cart);

  constructor() {
    super();
    keepRoom(this.attachShadow({ mode: 'open' }));
    this.video.muted = true;
    this.video.addEventListener('resize', () => this.toggleAttribute('portrait', this.video.videoHeight > this.video.videoWidth));
    this.shelf.addEventListener('changed', () => this.shelfChanged());
    this.resized = new ResizeObserver(() => this.fit());
    listen(this.replay, 'note', (words) => this.note(words));
  }

  /** Container queries would do this, but what contains also holds `position: fixed`, and the small player must not be held. */
  fit() {
    this.toggleAttribute('narrow', this.clientWidth < NARROW);
    this.toggleAttribute('phone', this.clientWidth < PHONE);
    // In a narrow column of a wide window it stays in its column.
    this.toggleAttribute('bleed', this.clientWidth < PHONE && window.innerWidth - this.clientWidth < GUTTERS);
    dress(this);
  }

  static get observedAttributes() {
    return ['show', 'key', 'server', 'lang', 'poster', 'chat', 'products', 'mini'];
  }

  /** A page that is made by a program sets what it shows after it is there. @param {string} _name @param {string|null} before @param {string|null} now */
  attributeChangedCallback(_name, before, now) {
    if (before === now || !this.isConnected || !this.begun || this.changing) return;
    this.changing = true; // who sets several in a row begins once
    queueMicrotask(() => {
      this.changing = false;
      if (!this.isConnected) return;
      this.disconnectedCallback();
      this.connectedCallback();
    });
  }

  connectedCallback() {
    this.begun = true;
    if (!this.getAttribute('show')) return this.wait();
    this.waiting = false;
    this.language = (this.getAttribute('lang') || document.documentElement.lang || navigator.language).slice(0, 2);
    this.say = speaker(this.language, SHARED, SHOW);
    this.home = new URL(this.getAttribute('server') || HOME, location.href);
    const key = this.getAttribute('key');
    this.query = key ? `?key=${encodeURIComponent(key)}` : '';
    if (key) store.keepKey(this.getAttribute('show') ?? '', key);
    this.base = new URL(`shows/${encodeURIComponent(this.getAttribute('show') ?? '')}`, this.home).href;
    if (this.getAttribute('consent') === 'google') consents.hearGoogle();
    this.socket = new AudienceSocket(`${this.base.replace(/^http/, 'ws')}/ws${this.query}`, () => store.visitor, this.language);
    this.socket.open();
    this.sound = new Sound(this.video, () => this.controls.soundChanged());
    this.playback = new Playback(this.video, `${this.base}/whep${this.query || '?'}`, this.socket, this.sound);
    this.playback.say = this.say;
    this.playback.anticipate(); // it and the socket are under way while the parts are laid out
    this.build();
    this.follow(this.socket, this.playback);
    consents.addEventListener('changed', this.onConsent);
    store.addEventListener('stranger', this.onStranger);
    cartFollowers.add(this.onCart);
    this.resized.observe(this);
    this.fit();
    this.mini.watch(this.getAttribute('mini') !== 'off');
    this.missed.watch();
    this.unwatched = watching(this);
    this.replay.open();
    this.controls.wake();
    this.refresh();
  }

  /** Nobody has said which show. */
  wait() {
    this.waiting = true;
    this.shadowRoot?.replaceChildren();
    console.warn('vitrine: <vitrine-show> needs its show attribute');
  }

  disconnectedCallback() {
    if (this.waiting) return;
    this.controls.close();
    this.unwatched();
    window.clearTimeout(this.noteTimer);
    window.clearTimeout(this.consentTimer);
    consents.removeEventListener('changed', this.onConsent);
    store.removeEventListener('stranger', this.onStranger);
    cartFollowers.delete(this.onCart);
    this.resized.disconnect();
    this.socket?.close();
    this.playback?.close();
    this.sound?.close();
    for (const part of [this.curtain, this.shelf, this.chat, this.reactions, this.mini, this.missed, this.slots, this.shop.sheet, this.privacy, this.replays]) part.close();
    this.show = null;
    this.welcomed = false;
  }

  /** Lay the parts out and give them their words. */
  build() {
    const say = this.say;
    this.curtain.speak(say, this.language, this.getAttribute('poster') ?? '', this.home);
    this.chat.speak(say, store.memory.name ?? '');
    this.privacy.speak(say, this.language, this.getAttribute('consent') === 'bar');
    this.mini.speak(say);
    this.replay.speak(say, this.language, this.home);
    this.replays.pill.textContent = say('replay');
    this.nameStage();
    this.controls.speak(say);
    this.privacyButton.textContent = say('privacy');
    this.stage.replaceChildren(
      this.video,
      this.curtain.root,
      this.replay.offer.root,
      element('div', { class: 'top' }, this.livePill, this.replays.pill, this.viewersPill, this.delayPill),
      this.status,
      this.reactions.root,
      this.controls.prompt,
      this.cards.root,
      this.controls.row(),
      this.replay.list.root,
      this.mini.back,
      this.mini.leave,
    );
    this.shop.checkoutButton.hidden = true;
    this.place.replaceChildren(this.stage);
    const beside = element('div', { class: 'beside' }, this.poll.root, this.chat.root);
    beside.hidden = this.getAttribute('chat') === 'off';
    this.toggleAttribute('alone', beside.hidden);
    const sheet = element('link', { rel: 'stylesheet', href: style('vitrine-show.css', this.home) });
    const below = element('div', { class: 'below' }, this.slots.root, this.missed.root, this.products.root, element('p', { class: 'fine' }, this.privacyButton));
    const frame = element('div', { class: 'frame', hidden: '' }, element('div', { class: 'hall' }, this.place, beside), below);
    for (const come of ['load', 'error']) sheet.addEventListener(come, () => (frame.hidden = false));
    frame.lang = this.shop.sheet.root.lang = this.privacy.bar.lang = this.privacy.dialog.lang = wordsIn(this.language);
    for (const part of [frame, this.shop.sheet.root, this.privacy.bar, this.privacy.dialog]) part.dir = 'ltr'; // as its words are
    this.shadowRoot?.replaceChildren(sheet, frame, this.shop.sheet.root, this.privacy.bar, this.privacy.dialog);
    this.privacy.refresh(); // it can only be raised where it stands
  }

  /** @param {AudienceSocket} socket @param {Playback} playback */
  follow(socket, playback) {
    listen(socket, 'welcome', (detail) => this.welcome(detail, playback));
    listen(socket, 'happened', (event) => this.happened(event));
    listen(socket, 'products', (detail) => {
      if (String(detail.pins) !== String(this.shelf.pins)) this.slots.pinned();
      this.shelf.change(detail);
    });
    listen(socket, 'slots', (detail) => this.slots.told(detail));
    listen(socket, 'chat', (detail) => {
      if (detail.rules) this.chat.rule(detail.rules.open);
      if ('pinned' in detail && !this.replay.here) this.chat.pin(detail.pinned);
    });
    listen(socket, 'poll', (detail) => this.replay.here || this.poll.draw(detail.poll, this.say));
    listen(socket, 'reactions', (detail) => this.reactions.told(detail.count));
    listen(socket, 'forgotten', (detail) => detail.lines.forEach((/** @type {string} */ line) => this.unsay(line)));
    listen(socket, 'clock', (detail) => {
      playback.delay.clock = detail;
      playback.delay.reset();
      this.onAir = detail.on_air;
      this.refresh();
      if (this.returning && !document.hidden) this.missed.come(); // the server says the clock once all is told that was missed
      this.returning = false;
    });
    listen(socket, 'compared', () => playback.delay.reset());
    listen(socket, 'viewers', (detail) => this.setViewers(detail.count));
    listen(socket, 'down', (detail) => {
      playback.suspect();
      if (!this.show) playback.cancel(); // who is not let in takes no picture
      this.missed.leave();
      store.keep({}); // a page that slept was not told what was answered in another tab: it must not say hello as who it was
      if (detail.attempt > 1 && !this.replay.here) {
        this.tell(this.say('lost_server', { seconds: Math.max(1, Math.round(detail.seconds)), attempt: detail.attempt }));
      }
      if (!this.show && detail.attempt === 1) this.lookForShow();
    });
    listen(playback, 'tell', (words) => this.tell(words));
    listen(playback, 'changed', () => this.refresh());
    listen(playback, 'delay', (seconds) => this.showDelay(seconds));
    listen(playback, 'playing', () => this.dispatchEvent(new CustomEvent('vitrine:playing', { bubbles: true, composed: true })));
  }

  /** @param {any} detail @param {Playback} playback */
  welcome(detail, playback) {
    const again = this.welcomed;
    this.welcomed = true;
    window.requestAnimationFrame(() => leaveRoom(this.shadowRoot)); // what was told is drawn
    this.show = detail.show;
    this.onAir = detail.show.on_air;
    playback.iceServers = detail.ice ?? [];
    store.keep({ visitor: detail.visitor });
    if (consents.choices && !agreesWith(consents.choices, detail.consent)) this.tellConsent();
    this.tell(Playback.possible || detail.show.state === 'ended' ? '' : this.say('no_webrtc'));
    this.setViewers(detail.viewers);
    if (!this.replay.here) {
      this.chat.welcome(detail.chat, this.socket?.catchesUp === true);
      this.poll.draw(detail.poll, this.say);
    }
    this.slots.begin();
    this.shelf.welcome(detail.show);
    this.refresh();
    playback.hear();
    if (detail.show.more) this.fetchProducts();
    this.returning = again;
    if (!again) this.fetchPins();
  }

  /** Is it the network, or is there no such show? */
  async lookForShow() {
    const response = await fetch(this.api(''), {}).catch(() => null);
    if (response?.status === 404) {
      this.socket?.close();
      this.tell(this.say('gone'));
    }
  }

  /** @param {string} path below the show's @returns {URL} */
  api(path) {
    return new URL(`api/shows/${encodeURIComponent(this.getAttribute('show') ?? '')}${path}${this.query}`, this.home);
  }

  /** @param {string} path @returns {Promise<any>} null when it cannot be had */
  async fetchJson(path) {
    const response = await fetch(this.api(path)).catch(() => null);
    return response?.ok ? response.json().catch(() => null) : null;
  }

  async fetchProducts() {
    const all = await this.fetchJson('/products');
    if (all) this.shelf.complete(all.products);
  }

  /** What was shown before we came. */
  async fetchPins() {
    if (this.show?.state !== 'live') return;
    const shown = await this.fetchJson('/pins');
    if (shown?.pins.length > 1) this.missed.before(shown.pins);
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
      case 'curtain.lowered':
      case 'curtain.raised':
        this.show.curtain = event.data.type === 'curtain.lowered';
        break;
      case 'stream.started':
        this.onAir = true;
        break;
      case 'stream.lost':
      case 'stream.stopped':
        this.onAir = false;
        break;
      case 'chat.said':
      case 'chat.whispered':
        if (event.line && !this.replay.here) this.chat.add(event.line);
        break;
      case 'chat.removed':
        this.unsay(event.data.line);
        break;
      case 'film.published':
      case 'film.withdrawn':
        if (event.data.kind === 'replay') this.replays.filmed(event.data);
        break;
    }
    this.missed.happened(event);
    this.dispatchEvent(new CustomEvent('vitrine:event', { detail: event, bubbles: true, composed: true }));
    this.refresh();
  }

  /** A line is gone. @param {string} id */
  unsay(id) {
    this.chat.remove(id);
    this.replay.remove(id);
  }

  /** Whether there is a programme for this visitor now. */
  get wanted() {
    const showing = this.show?.state === 'live' || this.show?.state === 'rehearsal';
    return showing && this.onAir && Playback.possible;
  }

  /** Whether a curtain is down, ours or the one that the studio sends as its picture: its words are all that is read then. */
  get covered() {
    return !this.replay.on && ((this.curtain.name !== '' && this.curtain.name !== 'connecting') || this.show?.curtain === true);
  }

  /** Make the picture what the state says: player, curtain, pills. What belongs to the picture goes with it. */
  refresh() {
    if (this.show) this.playback?.want(this.wanted); // until then nobody knows
    this.replay.follow(this.show);
    this.curtain.draw(this.curtainName(), this.show);
    const live = this.show?.state === 'live' || this.show?.state === 'rehearsal';
    const shown = this.playback?.shown === true;
    this.livePill.textContent = this.say(this.show?.state === 'rehearsal' ? 'rehearsal' : 'live');
    this.livePill.hidden = !live || this.covered;
    this.viewersPill.hidden = !live || this.covered;
    if (!shown || this.covered) this.delayPill.hidden = true;
    this.controls.prompt.hidden = !shown || this.covered || this.sound?.on !== false;
    this.drawCards();
    const name = this.replay.on ? 'replay' : this.replay.stage === 'offer' || this.replay.stage === 'unheard' ? 'ended' : this.curtain.name || 'playing';
    this.setAttribute('state', name);
    this.setAttribute('via', (shown && this.playback?.via) || '');
  }

  /** @returns {''|'unable'|'before'|'connecting'|'back'|'paused'|'ended'} */
  curtainName() {
    if (!Playback.possible && this.show?.state !== 'ended') return 'unable';
    if (!this.show) return 'connecting';
    if (this.show.state === 'draft') return 'before';
    if (this.show.state === 'paused') return 'paused';
    if (['offer', 'unheard', 'on'].includes(this.replay.stage)) return '';
    if (this.show.state === 'ended') return 'ended';
    if (this.playback?.shown && this.wanted) return '';
    return this.playback?.everShown || !this.onAir ? 'back' : 'connecting';
  }

  // ── the shop ───────────────────────────────────────────────────────────────────────────────────────────────

  shelfChanged() {
    if (this.getAttribute('products') !== 'off') this.products.fill(this.shelf.products, this.pins, this.replay.firsts);
    this.drawCards();
    this.replay.named();
    this.shop.sheet.refresh();
    this.shop.askShop();
  }

  /** What is shown now; in a replay, what was shown then, at today's price. @returns {string[]} the newest last */
  get pins() {
    return this.replay.here ? this.replay.pins : this.shelf.pins;
  }

  drawCards() {
    const pinned = this.replay.here ? [...this.pins].reverse().flatMap((id) => this.shelf.get(id) ?? []) : this.slots.instead(this.shelf.pinned);
    const shown = this.replay.on || ['live', 'rehearsal', 'paused'].includes(this.show?.state);
    this.cards.draw(pinned, shown);
    this.cards.root.hidden = this.covered;
    if (shown && !this.covered) this.slots.look(pinned);
  }

  /** @param {string} id */
  product(id) {
    return this.shelf.get(id);
  }

  /** What this visitor sees now, in ms of the show clock; null when that is not known. @returns {number|null} */
  get mediaMs() {
    return this.replay.here ? this.replay.mediaMs : (this.playback?.mediaMs ?? null);
  }

  /** Whether it moves before somebody's eyes. */
  get plays() {
    return this.replay.on || (Boolean(this.playback?.shown) && !this.curtain.name);
  }

  /** @returns {'live'|'replay'} */
  get seenAs() {
    return this.replay.here ? 'replay' : 'live';
  }

  /** @param {string} what @param {string} [product] */
  did(what, product = '') {
    this.socket?.send({ t: 'did', what, product, media_ms: this.mediaMs, part: this.seenAs });
  }

  nameStage() {
    const words = this.say(this.replay.here ? 'replay' : 'player');
    for (const part of [this.stage, this.video]) part.setAttribute('aria-label', words);
  }

  // ── the audience ───────────────────────────────────────────────────────────────────────────────────────────

  /** @param {string} text @param {string} name @returns {Promise<any>} */
  write(text, name) {
    return this.socket?.ask({ t: 'say', text, name, asked: this.chat.questionsOnly }) ?? Promise.resolve(null);
  }

  /** Tell the server what was agreed to. What it refuses, as too often, is said again: a no must arrive. */
  async tellConsent() {
    window.clearTimeout(this.consentTimer);
    const answer = await this.socket?.ask({ t: 'consent', ...consents.choices }, 0);
    if (!answer?.refused || !this.isConnected) return;
    window.clearTimeout(this.consentTimer);
    this.consentTimer = window.setTimeout(() => this.tellConsent(), (answer.wait_s ?? REFUSED_S) * 1000);
  }

  /** Somebody has answered, here or in another tab: ask nobody twice. @param {import('./vitrine.d.ts').Choices} choices */
  agreed(choices) {
    this.privacy.refresh();
    this.tellConsent();
    this.dispatchEvent(new CustomEvent('vitrine:consent', { detail: choices, bubbles: true, composed: true }));
  }

  // ── the player ─────────────────────────────────────────────────────────────────────────────────────────────

  /** @param {number} delay seconds */
  showDelay(delay) {
    this.delaySeconds = delay;
    const seconds = new Intl.NumberFormat(this.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(delay);
    const words = this.say('delay', { seconds });
    if (this.delayPill.textContent !== words) this.delayPill.textContent = words;
    this.delayPill.hidden = this.covered;
  }

  /** @param {number} count */
  setViewers(count) {
    this.viewersPill.textContent = this.say('watching', { count: new Intl.NumberFormat(this.language).format(count) });
  }

  /** @param {string} words that stay until something else is said */
  tell(words) {
    window.clearTimeout(this.noteTimer);
    if (this.status.textContent !== words) this.status.textContent = words;
    this.status.hidden = !words;
  }

  /** @param {string} words that go again by themselves */
  note(words) {
    this.tell(words);
    this.noteTimer = window.setTimeout(() => this.tell(''), NOTE_MS);
  }
}

if (!customElements.get('vitrine-show')) customElements.define('vitrine-show', VitrineShow);
