/**
 * `<vitrine-call>`: talk to an advisor, from any page of the shop. It says whether somebody is there, helps with camera and
 * microphone before it rings, keeps one's place in line, and comes back to its call after a reload or on another page.
 *
 * Attributes: `lang`, `topic` (preselected), `base` (default: where this file came from), `label`, `inline` (stands where the
 * element stands; so does an element with content of its own), `corner="left"`.
 * `?vitrine-call=TOKEN` in the page's address is a booked call, and opens the panel.
 * What it says to the page, and what the page can say, is in vitrine.d.ts.
 */

import '../common.js';
import { HOME } from '../home.js';
import { consents } from '../consent.js';
import { element, listen } from '../elements.js';
import { store } from '../store.js';
import { style } from '../styles.js';
import { speaker, wordless } from '../strings.js';
import { CALL } from '../words/call.js';
import { ROOMS } from '../words/rooms.js';
import { SHARED } from '../words/shared.js';
import { AfterHours } from './after-hours.js';
import { After } from './after.js';
import { Agreed } from './agreed.js';
import { Asks } from './asks.js';
import { card } from './card.js';
import { CallCart } from './cart.js';
import { Change } from './change.js';
import { Check } from './check.js';
import { Choose } from './choose.js';
import { Desk } from './desk.js';
import { Ending } from './ending.js';
import { Front } from './front.js';
import { Help } from './help.js';
import { kindOf } from './kinds.js';
import { Launcher } from './launcher.js';
import { Panel } from './panel.js';
import { Quiet } from './mute-shows.js';
import { Room } from './room.js';
import { Sending } from './sending.js';
import { Session } from './session.js';
import { Shown } from './shown.js';
import { Stage } from './stage.js';
import { Talk } from './talk.js';
import { visit } from './visit.js';
import { Waiting } from './waiting.js';

const REFUSALS = ['slow', 'closed', 'blocked', 'full', 'early', 'booking'];

/** @typedef {import('./kinds.js').Kind} Kind */
/** What the parts of the panel may ask for. @typedef {VitrineCall} Floor */

/** A page has one call, however many elements. @type {VitrineCall|null} */
let holder = null;

export class VitrineCall extends HTMLElement {
  say = wordless;
  language = 'en';
  home = HOME;
  /** The server is asked to let us into the line. */
  busy = false;
  /** @type {'choose'|'check'} */
  step = 'choose';
  /** @type {Record<string, unknown>} */
  given = {};
  frame = element('div', { class: 'frame', hidden: '' });
  cart = new CallCart(this);
  sending = new Sending(this);
  front = new Front(this);
  quiet = new Quiet();
  /** @type {Desk} */
  desk;
  /** @type {Session} */
  session;
  /** @type {Launcher} */
  launcher;
  /** @type {Panel} */
  panel;
  /** @type {Talk} */
  talk;
  /** @type {Shown} */
  shown;
  /** @type {Stage} */
  stage;
  /** @type {{choose: Choose, check: Check, waiting: Waiting, room: Room, after: After}} */
  views;
  /** Questions over everything. @type {{asks: Asks, change: Change, help: Help, ending: Ending}} */
  dialogs;
  /** @type {AfterHours} */
  hours;
  /** @type {Agreed} */
  agreed;
  drawing = 0;
  news = () => this.session.cardNews();
  agrees = () => {
    if (consents.choices) this.session.chose(consents.choices);
    this.news();
    this.draw();
  };
  stranger = () => {
    this.session.renew();
    this.hours.booking.ask(); // who is forgotten has no booking any more
  };
  /** @param {string} id */
  titleOf = (id) => this.shown.titles.get(id) || id;

  constructor() {
    super();
    this.attachShadow({ mode: 'open' });
  }

  connectedCallback() {
    if (Object.hasOwn(this, 'extra')) this.adopt();
    const base = this.getAttribute('base') ?? this.getAttribute('server');
    this.home = base ? new URL(base.endsWith('/') ? base : `${base}/`, location.href) : HOME;
    this.language = (this.getAttribute('lang') || document.documentElement.lang || navigator.language).slice(0, 2);
    this.say = speaker(this.language, SHARED, ROOMS, CALL);
    this.begin();
    this.build();
    consents.addEventListener('changed', this.agrees);
    store.addEventListener('stranger', this.stranger);
    visit.addEventListener('changed', this.news);
    /** @type {any} */ (window).navigation?.addEventListener?.('navigatesuccess', this.news);
    this.desk.open();
    holder ??= this;
    const linked = this.hours.booking.open();
    if (holder !== this) return;
    const busy = this.session.memory.remembers;
    this.session.back();
    if (linked && !busy) this.come();
  }

  /** What the page said before this script had run. */
  adopt() {
    const { extra } = this;
    delete (/** @type {any} */ (this).extra);
    this.extra = extra;
  }

  disconnectedCallback() {
    consents.removeEventListener('changed', this.agrees);
    store.removeEventListener('stranger', this.stranger);
    visit.removeEventListener('changed', this.news);
    /** @type {any} */ (window).navigation?.removeEventListener?.('navigatesuccess', this.news);
    window.clearTimeout(this.drawing);
    this.drawing = 0;
    this.quiet.end();
    const { room, check, waiting } = this.views;
    for (const part of [room, check, waiting, this.hours, ...Object.values(this.dialogs), this.shown, this.panel, this.session, this.desk]) part.close();
    if (holder === this) holder = null;
  }

  /** The parts, and what they hear of each other. */
  begin() {
    this.desk = new Desk(new URL('api/calls/desk', this.home));
    const socket = new URL('calls/ws', this.home);
    socket.protocol = socket.protocol === 'http:' ? 'ws:' : 'wss:';
    this.session = new Session(socket, {
      visitor: () => store.visitor,
      visited: (visitor) => store.keep({ visitor }),
      desk: this.desk,
      card: () => this.card,
      choices: () => consents.choices,
    });
    this.launcher = new Launcher(() => this.open());
    this.panel = new Panel(
      () => this.back(),
      () => this.shrink(),
      () => this.shut(),
    );
    this.talk = new Talk(this);
    this.shown = new Shown(this);
    this.stage = new Stage(this);
    const room = new Room(this, this.stage, this.shown, this.talk);
    this.views = { choose: new Choose(this), check: new Check(this), waiting: new Waiting(this, this.talk.root), room, after: new After(this) };
    this.dialogs = { asks: new Asks(this), change: new Change(this), help: new Help(this), ending: new Ending(this) };
    this.agreed = new Agreed(this);
    this.hours = new AfterHours(this);
    this.desk.addEventListener('changed', () => this.draw());
    this.session.addEventListener('changed', () => this.soon());
    this.session.addEventListener('state', () => this.turned());
    listen(this.session, 'point', (places) => this.stage.own.point(places));
    listen(this.session, 'cart', (detail) => this.cart.fill(detail));
  }

  build() {
    const { say } = this;
    const label = this.getAttribute('label') || say('call_title');
    this.launcher.speak(label);
    this.panel.speak(say);
    this.talk.speak();
    this.views.choose.speak(this.getAttribute('topic') ?? '', store.memory.name ?? '');
    this.views.room.speak();
    this.panel.root.append(this.agreed.said);
    this.toggleAttribute('placed', this.hasAttribute('inline') || this.hasContent);
    const sheet = element('link', { rel: 'stylesheet', href: this.sheet });
    for (const come of ['load', 'error']) sheet.addEventListener(come, () => (this.frame.hidden = false));
    this.frame.replaceChildren(this.launcher.root, this.panel.root, ...Object.values(this.dialogs).map(({ root }) => root));
    this.shadowRoot?.replaceChildren(sheet, this.frame);
    this.draw();
  }

  get hasContent() {
    return this.childElementCount > 0 || Boolean(this.textContent?.trim());
  }

  /** Address of the style sheet, here and in a window of its own. */
  get sheet() {
    return style('call/vitrine-call.css', this.home);
  }

  get speech() {
    return { say: this.say, language: this.language, home: this.home };
  }

  get consented() {
    return visit.allowed;
  }

  get unread() {
    return this.talk.unread;
  }

  /** The card as the advisor may see it now. */
  get card() {
    const { permissions } = this.session;
    const states = { camera: permissions.of('camera'), microphone: permissions.of('microphone') };
    return card({ consent: this.consented, permissions: states, seen: visit.seen, cart: visit.cart, extra: this.given });
  }

  // ── what the page may ask and say ──────────────────────────────────────────────────────────────────────────

  /** @returns {'none'|import('./session.js').CallState} */
  get state() {
    return this.session?.call?.state ?? 'none';
  }

  get extra() {
    return this.given;
  }

  set extra(given) {
    this.given = given && typeof given === 'object' ? { ...given } : {};
    this.session?.cardNews();
  }

  /** @param {unknown} [kind] @returns {void} */
  open(kind) {
    const other = holder;
    if (other && other !== this && other.session.call) return other.open(kind);
    holder = this;
    this.session.memory.keep({ small: false });
    if (!this.session.call) this.session.open();
    this.hours.booking.look();
    this.panel.open(false);
    const wanted = kindOf(kind);
    if (wanted && !this.session.call) {
      this.hours.leave();
      this.chosen(wanted);
    }
    this.draw();
  }

  /** A link to a booked call has led here. */
  come() {
    this.open();
    this.hours.open('appointment');
  }

  /** Put the panel away. A call goes on: in the corner, or in line. */
  close() {
    this.shut();
  }

  // ── what the parts may ask for ─────────────────────────────────────────────────────────────────────────────

  /** @param {Kind} kind */
  chosen(kind) {
    if (kind === 'text') return void this.ring(kind);
    this.step = 'check';
    this.views.check.begin(kind);
    this.draw();
  }

  /** Ring for what is booked. */
  callBooked() {
    const { booked } = this.hours.booking;
    if (!booked) return;
    this.hours.leave();
    this.hours.called = true;
    this.chosen(booked.kind);
  }

  /** @param {Kind|null} kind */
  async ring(kind) {
    if (!kind || this.busy) return;
    this.busy = true;
    this.panel.tell('');
    this.draw();
    const { booking, called } = this.hours;
    const wish = { kind, topic: this.views.choose.chosenTopic, language: this.language, name: this.views.choose.name.value.trim() };
    const answer = await this.session.ring(called ? { ...wish, name: wish.name || (booking.booked?.name ?? ''), topic: booking.booked?.topic ?? '', booking: booking.token } : wish);
    this.busy = false;
    if (!answer) this.panel.tell(this.say('call_failed'));
    else if (answer.refused) {
      const why = REFUSALS.includes(answer.refused) ? answer.refused : 'other';
      this.panel.tell(this.say(`call_refused_${why}`, { seconds: Math.ceil(answer.wait_s ?? 10), count: Math.ceil((answer.wait_s ?? 60) / 60) }));
      if (called && ['early', 'booking'].includes(why)) this.uncalled();
    }
    this.draw();
  }

  /** The booked call cannot be rung for: see why. */
  uncalled() {
    this.back();
    this.hours.booking.ask();
  }

  back() {
    if (this.hours.place) {
      this.hours.back();
      return this.draw();
    }
    if (this.hours.called) this.hours.open('appointment');
    this.hours.called = false;
    this.step = 'choose';
    this.views.check.close();
    this.session.media.ready('text');
    this.draw();
  }

  /** @param {string} name */
  named(name) {
    store.keep({ name });
  }

  changeKind() {
    this.dialogs.change.open();
  }

  leaveLine() {
    this.session.hangUp();
  }

  /** A text call has no stage that could ask. */
  endText() {
    this.dialogs.ending.open();
  }

  toggleTalk() {
    this.views.room.open(!this.views.room.talking);
  }

  enlarge() {
    this.open();
  }

  shrink() {
    this.session.memory.keep({ small: true });
    this.panel.open(true);
    this.draw();
  }

  /** The cross: what goes on goes on without the panel. */
  shut() {
    const { session } = this;
    if (session.call?.state === 'ended') return this.done();
    if (session.live && session.call?.kind !== 'text' && !this.stage.pip.open) return this.shrink();
    const inside = this.panel.focused;
    this.hours.rest();
    this.panel.close();
    if (!session.call) this.rest();
    this.draw();
    if (inside) this.launcher.root.focus();
  }

  /** Nothing goes on: let everything go. */
  rest() {
    this.hours.leave();
    this.hours.called = false;
    this.step = 'choose';
    this.views.check.close();
    this.session.media.ready('text');
    this.session.leave();
  }

  /** The call is over, and its panel with it. */
  done() {
    this.panel.close();
    this.rest();
    this.draw();
    this.launcher.root.focus();
  }

  // ── what is seen ───────────────────────────────────────────────────────────────────────────────────────────

  /** The call is in another state: tell the page, and the customer. */
  turned() {
    const { session } = this;
    const { state } = this;
    if (state === 'live') this.quiet.begin();
    else if (state === 'ended' || state === 'none') this.quiet.end();
    if (state === 'live') this.hours.leave();
    if (state === 'ended') this.hours.booking.look();
    this.views.waiting.close();
    if (state !== 'none') {
      this.step = 'choose';
      this.views.check.close();
      const small = session.memory.values.small && state === 'live' && session.call?.kind !== 'text';
      if (state !== 'waiting' && state !== 'ringing') this.panel.open(small, false);
    }
    if (state === 'ended') this.over();
    this.draw();
    this.dispatchEvent(new CustomEvent('vitrine:call', { detail: { state, id: session.call?.id ?? '' }, bubbles: true, composed: true }));
  }

  /** Nothing of a call is left standing open. */
  over() {
    const { change, help, ending } = this.dialogs;
    for (const part of [this.views.room, change, help, ending]) part.close();
  }

  /** Much changes at once: it is drawn once; also where nobody looks, for there somebody may be listening. */
  soon() {
    this.drawing ||= window.setTimeout(() => this.draw(), 0);
  }

  /** @returns {keyof VitrineCall['views']|import('./after-hours.js').Place} */
  get view() {
    const { session, hours } = this;
    if (session.live) return 'room';
    if (hours.place) return hours.place;
    if (session.call?.state === 'ended') return 'after';
    if (session.call) return 'waiting';
    return this.desk.state?.open || hours.called ? this.step : 'choose';
  }

  draw() {
    window.clearTimeout(this.drawing);
    this.drawing = 0;
    const { view, panel } = this;
    const writing = panel.focused === this.talk.input;
    const part = this.hours.part && view === this.hours.place ? this.hours.part : this.views[/** @type {keyof VitrineCall['views']} */ (view)];
    part.draw();
    const changed = panel.root.dataset.view !== view;
    panel.show(part.root, view, changed);
    if (writing && changed) this.talk.input.focus(); // it has moved along with the line that is being written
    panel.root.dataset.kind = this.session.call?.kind ?? '';
    if (view === 'waiting' || view === 'room') this.talk.draw();
    this.agreed.draw();
    const stage = view === 'room' && this.session.call?.kind !== 'text';
    const place = stage ? this.stage.pills : panel.pills;
    if (this.agreed.root.parentElement !== place) place.append(this.agreed.root);
    this.dialogs.asks.draw();
    this.front.head(view);
    this.front.launch();
    this.setAttribute('state', this.state);
    this.setAttribute('view', panel.shown ? view : 'launcher');
  }
}

if (!customElements.get('vitrine-call')) customElements.define('vitrine-call', VitrineCall);
