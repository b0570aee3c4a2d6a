/**
 * `<vitrine-slot name="banner">…</vitrine-slot>`: a place on a page of the shop where the brand's rules show a product, an
 * information or a message to whom it fits. What stands in it is the default, and stays where no rule says otherwise.
 *
 * Attributes: `name` (of the slot), `lang`; it says itself `filled` when a rule shows something. Events: `vitrine:slot` (detail: rule, variant, action) when something is shown.
 * The page dresses it by the custom properties of docs/page.md, `::part(card)` and `::part(action)`.
 */

import '../common.js';
import { consents } from '../consent.js';
import { button, element } from '../elements.js';
import { HOME } from '../home.js';
import { money } from '../money.js';
import { shopAddress } from '../shop-bridge.js';
import { speaker, wordless, wordsIn } from '../strings.js';
import { style } from '../styles.js';
import { SLOT } from '../words/slot.js';
import { close, isClosed } from './closed.js';
import { decide } from './decisions.js';
import { did } from './deeds.js';

/** It was seen when half of it was in the window for so long. */
const SEEN_MS = 1000;
const ASK_LEAST_MS = 15_000;
const ASK_MOST_MS = 10 * 60_000;

export class VitrineSlot extends HTMLElement {
  static observedAttributes = ['name', 'lang'];

  say = wordless;
  language = 'en';
  /** @type {import('./decisions.js').Decision|null} */
  decision = null;
  /** Those that were seen, so that each is told once. @type {Set<string>} */
  seen = new Set();
  /** @type {number|undefined} */
  timer;
  /** @type {number|undefined} */
  seeing;
  /** @type {IntersectionObserver|null} */
  watcher = null;
  onChoice = () => this.load();

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: 'open' });
    this.watcher = new IntersectionObserver((entries) => this.look(entries.some((one) => one.intersectionRatio >= 0.5)), { threshold: [0, 0.5] });
    consents.addEventListener('changed', this.onChoice);
    this.draw();
    this.load();
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
    this.watcher = null;
    window.clearTimeout(this.timer);
    window.clearTimeout(this.seeing);
    consents.removeEventListener('changed', this.onChoice);
  }

  attributeChangedCallback() {
    if (this.watcher) this.load();
  }

  /** Ask, and ask again when what was decided no longer holds. */
  async load() {
    window.clearTimeout(this.timer);
    this.language = (this.getAttribute('lang') || document.documentElement.lang || navigator.language).slice(0, 2);
    this.say = speaker(this.language, SLOT);
    const name = this.getAttribute('name') ?? '';
    const decided = name ? await decide(name, this.language) : null;
    const found = isClosed(decided?.rule) ? null : decided;
    if (!this.watcher || name !== this.getAttribute('name')) return;
    const left = found ? found.valid_until - Date.now() : ASK_MOST_MS;
    this.timer = window.setTimeout(() => this.load(), Math.min(ASK_MOST_MS, Math.max(ASK_LEAST_MS, left)));
    const same = (/** @type {import('./decisions.js').Decision|null} */ one) => JSON.stringify([one?.rule, one?.version, one?.variant, one?.action, one?.held?.map(({ rule, version }) => [rule, version])]);
    if (same(found) === same(this.decision)) return;
    this.decision = found;
    this.draw();
  }

  draw() {
    const action = this.decision?.action;
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    this.toggleAttribute('filled', Boolean(action));
    this.watcher?.disconnect();
    if (this.decision) this.watcher?.observe(this);
    if (!action) {
      root.replaceChildren(element('slot'));
      return;
    }
    const { kind } = action;
    const sheet = element('link', { rel: 'stylesheet', href: style('relation/vitrine-slot.css', HOME) });
    const card = element('article', { class: `card ${kind}`, part: 'card', lang: wordsIn(this.language), 'aria-label': action.title || this.say(`slot_${kind}`) }, ...this.content(action), this.foot());
    const close = button('close', '', () => this.dismiss());
    close.textContent = '×';
    close.setAttribute('aria-label', this.say('slot_close'));
    card.append(close);
    root.replaceChildren(sheet, card);
    const { rule, variant } = /** @type {import('./decisions.js').Decision} */ (this.decision);
    this.dispatchEvent(new CustomEvent('vitrine:slot', { detail: { rule, variant, action }, bubbles: true, composed: true }));
  }

  /** @param {any} action @returns {Node[]} */
  content(action) {
    const words = element('div', { class: 'words' });
    if (action.kind === 'product' && action.product) {
      const { product } = action;
      words.append(element('h3', {}, action.title || product.title));
      if (action.title) words.append(element('p', { class: 'name' }, product.title));
      if (action.text) words.append(element('p', {}, action.text));
      words.append(element('p', { class: 'price' }, money(product.price_minor, product.currency, this.language)));
      const link = shopAddress(product.url);
      if (link) words.append(this.link(link, this.say('slot_see')));
      return [...this.picture(product.image), words];
    }
    if (action.title) words.append(element('h3', {}, action.title));
    if (action.text) words.append(element('p', {}, action.text));
    const link = shopAddress(action.link);
    if (link) words.append(this.link(link, action.link_text || this.say('slot_more')));
    return [...this.picture(action.picture), words];
  }

  /** @param {string|undefined} address @returns {Node[]} */
  picture(address) {
    if (!address) return [];
    const picture = element('img', { src: new URL(address, HOME).href, alt: '', loading: 'lazy' });
    picture.addEventListener('error', () => picture.remove());
    return [picture];
  }

  /** @param {string} address @param {string} words */
  link(address, words) {
    const link = element('a', { href: address, class: 'action', part: 'action' }, words);
    link.addEventListener('click', () => this.tell('Rule Clicked'));
    return link;
  }

  /** Why, and how to be left alone. */
  foot() {
    const personal = this.decision?.personal;
    const reason = personal ? this.say('slot_because', { reason: this.decision?.reason ?? '' }) : this.say('slot_everybody');
    const why = element('details', { class: 'why' }, element('summary', {}, this.say('slot_why')), element('p', {}, reason));
    if (personal && this.decision?.action.product) why.append(this.press('slot_not_for_me', () => this.refuse()));
    if (personal) why.append(this.press('slot_off', () => this.turnOff()));
    return why;
  }

  /** @param {string} words @param {() => void} pressed */
  press(words, pressed) {
    const made = button('plain', '', pressed);
    made.textContent = this.say(words);
    return made;
  }

  /** @param {boolean} inView */
  look(inView) {
    window.clearTimeout(this.seeing);
    const fresh = () => [this.decision, ...(this.decision?.held ?? [])].filter((one) => one?.decision && !this.seen.has(one.decision));
    if (!inView || !fresh().length) return;
    this.seeing = window.setTimeout(() => {
      if (document.visibilityState !== 'visible') return;
      for (const one of fresh()) {
        this.seen.add(one?.decision ?? '');
        this.tell('Rule Shown', one);
      }
    }, SEEN_MS);
  }

  /** @param {string} name @param {any} [what] */
  tell(name, what = this.decision) {
    const { decision = '', rule = '', version = 0, variant = '', action } = what ?? {};
    const products = action?.product ? [{ product_id: action.product.id }] : [];
    did(name, { products, props: { decision, rule, version, variant, slot: this.getAttribute('name') ?? '' } });
  }

  dismiss() {
    this.tell('Rule Dismissed');
    this.away();
  }

  refuse() {
    this.tell('Item Refused');
    this.away();
  }

  /** Back to what everybody sees; whoever works with the keyboard stays here. */
  away() {
    close(this.decision?.rule);
    this.decision = null;
    this.draw();
    this.tabIndex = -1;
    this.focus({ preventScroll: true });
  }

  turnOff() {
    const { analytics = false, marketing = false } = consents.choices ?? {};
    consents.choose({ analytics, personalisation: false, marketing });
    this.decision = null;
    this.draw();
  }
}

if (!customElements.get('vitrine-slot')) customElements.define('vitrine-slot', VitrineSlot);
