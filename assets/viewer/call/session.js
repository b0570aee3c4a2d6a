/**
 * A call from its customer's side: the socket, what the server says of the call, what goes out and what is remembered.
 * It knows nothing of what is drawn.
 * Events: `changed` (anything), `state` (the call's state), `welcome`, `point` (detail: places), `cart` (detail: the message).
 */

import { agreesWith } from '../consent.js';
import { listen } from '../elements.js';
import { CallLock } from './call-lock.js';
import { CallSocket } from './call-socket.js';
import { clip } from './clip.js';
import { KINDS, kindOf } from './kinds.js';
import { Legs } from './legs.js';
import { Lines } from './lines.js';
import { Media } from './media.js';
import { Memory } from './memory.js';
import { Permissions } from './permission.js';

const CARD_MS = 300;
/** What the browser permits is known at once, or waited for this long. */
const KNOWN_MS = 1000;
const LINE_MAX = 1000;

/** @typedef {'waiting'|'ringing'|'live'|'away'|'ended'} CallState */
/** @typedef {'camera'|'microphone'|'screen'|'recording'|'air'} Ask */

/**
 * @typedef {object} Call
 * @property {string} id
 * @property {CallState} state
 * @property {import('./kinds.js').Kind} kind
 * @property {number|null} place
 * @property {number|null} wait_s
 * @property {{peer: string, name: string}[]} people
 * @property {boolean} held
 * @property {any} shown
 * @property {{ask: Ask, yes: boolean|null}[]} asked
 * @property {boolean} again
 * @property {string} ending
 */

/** @param {any} told @returns {Call} */
function readable(told) {
  const list = (/** @type {unknown} */ value) => (Array.isArray(value) ? value : []);
  return {
    id: String(told.id ?? ''),
    state: told.state,
    kind: kindOf(told.kind) ?? 'text',
    place: Number.isFinite(told.place) ? told.place : null,
    wait_s: Number.isFinite(told.wait_s) ? told.wait_s : null,
    people: list(told.people).filter((one) => typeof one?.peer === 'string').map(({ peer, name }) => ({ peer, name: String(name ?? '') })),
    held: told.held === true,
    shown: told.shown && typeof told.shown === 'object' ? told.shown : null,
    asked: list(told.asked).map(({ ask, yes }) => ({ ask, yes: yes ?? null })),
    again: told.again === true,
    ending: String(told.ending ?? ''),
  };
}

export class Session extends EventTarget {
  /** @type {Call|null} */
  call = null;
  /** Trying to reach the server again: which attempt. */
  lost = 0;
  memory = new Memory();
  lock = new CallLock();
  permissions = new Permissions();
  lines = new Lines((text) => this.socket.ask({ t: 'say', text: clip(text, LINE_MAX) }));
  /** Somebody has answered it. */
  answered = false;
  /** The call that each hello names. */
  named = { call: '', secret: '' };
  /** Hung up where nobody heard it: said as soon as somebody does. */
  leaving = false;
  /** The card as the server was last told. */
  told = '';
  /** What the browser permits is known. @type {Promise<void>} */
  known = Promise.resolve();
  /** @type {number|undefined} */
  cardTimer = undefined;

  /**
   * @param {URL} address of the socket
   * @param {object} ways
   * @param {() => string} ways.visitor the token that says who we are
   * @param {(visitor: string) => void} ways.visited keep it
   * @param {import('./desk.js').Desk} ways.desk
   * @param {() => any} ways.card what the advisor may see now
   * @param {() => import('../vitrine.d.ts').Choices|null} ways.choices what the visitor agrees to
   */
  constructor(address, ways) {
    super();
    this.ways = ways;
    this.socket = new CallSocket(address.href, () => ({ visitor: ways.visitor(), ...this.named }));
    this.legs = new Legs(
      (message) => this.socket.send(message),
      () => this.socket.ready,
      this.memory,
    );
    this.media = new Media(this.permissions, this.memory, this.legs);
    listen(this.socket, 'welcome', (detail) => this.welcome(detail));
    listen(this.socket, 'desk', (detail) => ways.desk.tell(detail));
    listen(this.socket, 'call', (detail) => this.adopt(detail));
    listen(this.socket, 'line', ({ line }) => this.lines.heard(line));
    listen(this.socket, 'signal', (detail) => this.legs.heard(detail));
    listen(this.socket, 'cart', (detail) => this.dispatchEvent(new CustomEvent('cart', { detail })));
    listen(this.socket, 'down', ({ attempt }) => {
      this.lost = attempt;
      this.tell();
    });
    listen(this.legs, 'point', (detail) => this.dispatchEvent(new CustomEvent('point', { detail })));
    for (const part of [this.legs, this.media, this.lines]) part.addEventListener('changed', () => this.tell());
    this.permissions.addEventListener('changed', () => this.cardNews());
  }

  /** In line or answered. */
  get active() {
    return this.call !== null && this.call.state !== 'ended';
  }

  get live() {
    return this.call?.state === 'live' || (this.call?.state === 'away' && this.call.people.length > 0);
  }

  /** In the show's programme now: everybody who watches it sees and hears us. */
  get onAir() {
    return this.active && [...this.legs.partners.values()].some(({ sends }) => sends.air);
  }

  /** Begin to listen. A call that is remembered is come back to. */
  open() {
    if (!this.socket.closed) return;
    this.permissions.close();
    this.known = this.permissions.watch();
    this.media.devices.watch();
    this.socket.open();
  }

  /** Come back to the call that this tab had, unless another tab has it now. @returns {Promise<boolean>} */
  async back() {
    if (!this.memory.remembers) return false;
    const { call, secret } = this.memory.values;
    if (!(await this.lock.hold(call))) {
      this.memory.forget();
      return false;
    }
    this.named = { call, secret };
    this.open();
    return true;
  }

  /** @param {any} detail */
  welcome(detail) {
    this.lost = 0;
    if (typeof detail.visitor === 'string' && detail.visitor) this.ways.visited(detail.visitor);
    if (detail.desk) this.ways.desk.tell(detail.desk);
    const choices = this.ways.choices();
    if (choices && !agreesWith(choices, detail.consent)) this.chose(choices);
    this.legs.configure(detail.ice);
    this.told = '';
    if (this.leaving) {
      this.leaving = false;
      if (detail.call) this.socket.send({ t: 'hang_up' });
      if (!this.call) this.leave();
    } else if (detail.call) {
      this.legs.resume();
      this.adopt(detail.call);
      this.lines.welcome(detail.call.lines ?? []);
      this.cardNews();
    } else if (this.active) this.adopt({ ...this.call, state: 'ended', ending: 'left' });
    else if (!this.call) this.unknown();
    this.dispatchEvent(new Event('welcome'));
    this.tell();
  }

  /** What the visitor agrees to goes with the call. @param {import('../vitrine.d.ts').Choices} choices */
  chose(choices) {
    this.socket.send({ t: 'consent', ...choices });
  }

  /** There is no such call any more. */
  unknown() {
    this.named = { call: '', secret: '' };
    this.memory.forget();
    this.lock.release();
  }

  /** @param {any} told the whole call, as the server has it now */
  adopt(told) {
    const before = this.call;
    const call = readable(told);
    this.call = call;
    if (typeof told.secret === 'string' && told.secret) {
      this.named = { call: call.id, secret: told.secret };
      this.memory.keep({ ...this.named, entered: Date.now() });
      this.lock.hold(call.id);
    }
    if (call.state === 'ended') this.finish();
    else this.follow(call, before);
    if (before?.state !== call.state || before.id !== call.id) this.dispatchEvent(new Event('state'));
    this.tell();
  }

  /** @param {Call} call @param {Call|null} before */
  follow(call, before) {
    const { media, legs } = this;
    if (call.state === 'live' && !this.memory.values.since) this.memory.keep({ since: Date.now() });
    this.answered ||= call.state === 'live' || call.again;
    media.held = call.held;
    if (before?.kind !== call.kind || before.state === 'ended') media.ready(call.kind);
    media.begin();
    if (call.kind === 'text') {
      legs.waste();
      legs.meet([]);
      return;
    }
    if (!call.people.length) legs.prepare();
    legs.meet(call.people);
  }

  finish() {
    this.media.end();
    this.memory.forget();
    this.lock.release();
  }

  /**
   * Get into the line.
   * @param {{kind: import('./kinds.js').Kind, topic: string, language: string, name: string, booking?: string}} wish `booking`: the
   * token of the call that is booked
   * @returns {Promise<any>} the server's answer; null when there was none
   */
  async ring({ kind, topic, language, name, booking }) {
    if (!(await this.socket.welcomed())) return null;
    await Promise.race([this.known, new Promise((done) => window.setTimeout(done, KNOWN_MS))]);
    this.answered = false;
    this.lines.clear();
    this.media.ready(kind);
    if (KINDS[kind].microphone) this.legs.prepare();
    const card = this.ways.card();
    this.told = JSON.stringify(card);
    const answer = await this.socket.ask({ t: 'ring', kind, topic, language: /^[a-z]{2}$/.test(language) ? language : null, name: clip(name, 40), card, ...(booking && { booking }) });
    if (!answer || answer.refused) this.legs.waste();
    return answer;
  }

  /** Go on in another way. @param {import('./kinds.js').Kind} kind */
  change(kind) {
    if (!this.active || kind === this.call?.kind) return;
    if (KINDS[kind].camera) this.memory.keep({ cameraOff: false });
    this.socket.send({ t: 'kind', kind });
  }

  /** @param {Ask} ask @param {boolean} yes */
  agree(ask, yes) {
    this.socket.send({ t: 'agree', ask, yes });
  }

  hangUp() {
    if (this.socket.send({ t: 'hang_up' }) || !this.call) return;
    this.leaving = true;
    this.adopt({ ...this.call, state: 'ended', ending: 'hung_up' });
  }

  /** @param {number} stars @param {string} text @returns {Promise<boolean>} */
  async rate(stars, text) {
    const answer = await this.socket.ask({ t: 'rate', stars, text: clip(text, LINE_MAX) });
    return Boolean(answer && !answer.refused);
  }

  /** @param {number} n @param {string} status @param {string} message */
  carted(n, status, message) {
    const said = { status: clip(status, 20), message: clip(message, 200) };
    this.memory.keep({ carted: { ...this.memory.values.carted, [n]: said } });
    this.socket.send({ t: 'carted', n, ...said });
  }

  /** Something that the card tells may have changed. */
  cardNews() {
    if (!this.active) return;
    window.clearTimeout(this.cardTimer);
    this.cardTimer = window.setTimeout(() => {
      const card = this.ways.card();
      const told = JSON.stringify(card);
      if (this.active && told !== this.told && this.socket.send({ t: 'card', card })) this.told = told;
    }, CARD_MS);
  }

  /** We are somebody else now. A call that goes on stays whose it was. */
  renew() {
    if (this.active || this.socket.closed) return;
    this.socket.close();
    this.socket.open();
  }

  /** Done with the call that has ended. */
  leave() {
    const had = this.call !== null;
    this.call = null;
    this.lines.clear();
    if (!this.leaving) {
      this.named = { call: '', secret: '' };
      this.socket.close();
    }
    if (had) this.dispatchEvent(new Event('state'));
    this.tell();
  }

  tell() {
    this.dispatchEvent(new Event('changed'));
  }

  close() {
    window.clearTimeout(this.cardTimer);
    this.media.close();
    this.permissions.close();
    this.socket.close();
    this.lock.release();
  }
}
