/**
 * What the brand's rules say for whoever watches a show: another card than the pinned one, and a line to them. The server says it before
 * anything is pinned, so that the card is there as soon as everybody's; one that is on the screen is not changed under a finger.
 */

import { consents } from '../consent.js';
import { button, element } from '../elements.js';
import { close, isClosed } from './closed.js';
import { did } from './deeds.js';

const SEEN_MS = 1000;
const PIN_SEEN_MS = 3000;
const CHANGE_MS = 30_000;
/** Whatever is pinned. */
const ANY = '*';

/** @typedef {import('./decisions.js').Decision} Decision */
/** @typedef {import('./decisions.js').Held} Held */
/** @typedef {{pins: Record<string, Decision>, message: Decision|null, held?: {pins: Record<string, Held[]>, message: Held[]|null}}} Slots */

/** @type {Slots} */
const NOTHING = { pins: {}, message: null };

export class ShowSlots {
  /** What holds now. @type {Slots} */
  now = NOTHING;
  /** What will hold with the next pin. @type {Slots|null} */
  next = null;
  /** @type {number|undefined} */
  timer;
  /** Decisions and pins that were told as seen. @type {Set<string>} */
  seen = new Set();
  drawn = 'null';
  root = element('div', { class: 'line', hidden: '', role: 'status' });

  /** @param {import('../vitrine-show.js').VitrineShow} host */
  constructor(host) {
    this.host = host;
  }

  /** @param {Slots} slots */
  told(slots) {
    window.clearTimeout(this.timer);
    if (Object.keys(this.now.pins).some((id) => !slots.pins[id]) || !this.host.shelf.pins.length) return this.take(slots); // taken back: at once
    this.now = { ...this.now, message: slots.message };
    this.drawMessage();
    this.missed(slots);
    this.next = slots;
    this.timer = window.setTimeout(() => this.take(slots), CHANGE_MS);
  }

  /** @param {Slots} slots */
  take(slots) {
    window.clearTimeout(this.timer);
    this.now = slots;
    this.next = null;
    this.missed(slots);
    this.drawMessage();
    this.host.drawCards();
  }

  /** Lines that they were held back from. @param {Slots} slots */
  missed(slots) {
    for (const one of slots.held?.message ?? []) this.later(one.decision, SEEN_MS, () => this.tell('Rule Shown', one));
  }

  /** Something else was pinned: what waited holds from here. */
  pinned() {
    if (this.next) this.take(this.next);
  }

  /** @param {any[]} products that are pinned, the newest first @returns {any[]} those that this person sees in their place */
  instead(products) {
    const shown = products.map((product) => {
      const decision = [this.now.pins[product.id], this.now.pins[ANY]].find((one) => one && !isClosed(one.rule));
      const other = decision && this.host.shelf.get(decision.action?.product?.id);
      return other && !other.sold_out ? { ...other, decision, pinned: product.id } : product;
    });
    return shown.filter((product, place) => shown.findIndex((one) => one.id === product.id) === place);
  }

  /** Cards are on the screen. @param {any[]} shown */
  look(shown) {
    for (const product of shown) {
      const { decision } = product;
      const held = this.now.held?.pins[product.pinned ?? product.id] ?? this.now.held?.pins[ANY] ?? []; // from what they would see in its place
      for (const one of [...(decision ? [decision] : []), ...held]) this.later(one.decision, SEEN_MS, () => this.tell('Rule Shown', one, product.id));
      this.later(`pin ${product.id}`, PIN_SEEN_MS, () => did('Pin Seen', { ...this.where, products: [{ product_id: product.id }] }));
    }
  }

  /** @param {string} name @param {number} ms @param {() => void} then */
  later(name, ms, then) {
    if (this.seen.has(name)) return;
    this.seen.add(name);
    window.setTimeout(() => {
      if (document.visibilityState === 'visible') then();
      else this.seen.delete(name);
    }, ms);
  }

  get where() {
    const media_ms = this.host.mediaMs;
    return { show: this.host.show?.id ?? '', part: this.host.seenAs, ...(media_ms === null ? {} : { media_ms: Math.max(0, Math.round(media_ms)) }) };
  }

  /** @param {string} name @param {Decision|Held} decision @param {string} [product] */
  tell(name, decision, product = '') {
    const { decision: id = '', rule = '', version = 0, variant = '' } = decision;
    const products = product ? [{ product_id: product }] : [];
    did(name, { ...this.where, products, props: { decision: id, rule, version, variant, slot: product ? 'pin' : 'message' } });
  }

  /** Why a card is another than others see, and how to be left alone. @param {any} product @returns {HTMLElement} */
  why(product) {
    const { say } = this.host;
    /** @param {string} words @param {() => void} pressed */
    const press = (words, pressed) => {
      const made = button('choice', '', pressed);
      made.textContent = say(words);
      return made;
    };
    const not = press('not_for_me', () => {
      this.tell('Item Refused', product.decision, product.id);
      close(product.decision.rule);
      this.host.drawCards();
    });
    const off = press('personal_off', () => {
      const { analytics = false, marketing = false } = consents.choices ?? {};
      consents.choose({ analytics, personalisation: false, marketing });
    });
    const reason = element('p', {}, say('because', { reason: product.decision.reason ?? '' }));
    return element('details', { class: 'for-you' }, element('summary', { title: say('why_this') }, say('for_you')), reason, element('div', { class: 'row' }, not, off));
  }

  drawMessage() {
    const message = this.now.message && !isClosed(this.now.message.rule) ? this.now.message : null;
    const drawn = JSON.stringify(message && [message.rule, message.version, message.action]);
    if (drawn === this.drawn) return; // it is read once, and keeps the focus
    this.drawn = drawn;
    this.root.hidden = !message;
    if (!message) return this.root.replaceChildren();
    const { action } = message;
    const parts = [element('p', {}, ...(action.title ? [element('b', {}, action.title), ' '] : []), action.text ?? '')];
    const address = /^(https?:\/\/|\/)/.test(action.link ?? '') ? action.link : '';
    if (address) {
      const link = element('a', { href: address, target: '_blank', rel: 'noopener' }, action.link_text || this.host.say('more'));
      link.addEventListener('click', () => this.tell('Rule Clicked', message));
      parts.push(link);
    }
    const shut = button('close', 'close', () => {
      this.tell('Rule Dismissed', message);
      close(message.rule);
      this.drawMessage();
    });
    shut.setAttribute('aria-label', this.host.say('close'));
    this.root.replaceChildren(...parts, shut);
    this.later(message.decision ?? '', SEEN_MS, () => this.tell('Rule Shown', message));
  }

  /** Another connection: what holds is said anew. */
  begin() {
    this.take(NOTHING);
  }

  /** @param {string} id of a card that was opened, or whose product was put into the cart */
  chosen(id) {
    const decision = Object.values(this.now.pins).find((one) => one.action?.product?.id === id);
    if (decision && this.host.shelf.pins.length) this.tell('Rule Clicked', decision, id);
    if (this.instead(this.host.shelf.pinned).some((product) => product.id === id)) did('Pin Clicked', { ...this.where, products: [{ product_id: id }] });
  }

  close() {
    window.clearTimeout(this.timer);
  }
}
