/**
 * `<vitrine-clip product="id">`: pieces of shows on any page of the brand, with what they sell. They play silently while they
 * are seen, and large and with sound when one wants to see them. Where there are none, the element takes no space.
 *
 * Attributes: `product` (its newest clips), `show` (a show's), `clip` (this one), `count` (how many at most, 3 at first),
 * `heading` (words over them; empty: none), `server` (default: where this file came from), `key` (of an unlisted show), `lang`.
 * What it says to the page is in vitrine.d.ts.
 */

import '../common.js';
import { HOME } from '../home.js';
import { element } from '../elements.js';
import { cartFollowers } from '../page-api.js';
import { store } from '../store.js';
import { speaker, wordless } from '../strings.js';
import { CLIP } from '../words/clip.js';
import { SHARED } from '../words/shared.js';
import { Counter } from './counter.js';
import { Theatre } from './theatre.js';
import { Tile } from './tile.js';
import { style } from '../styles.js';

/** How near to the window it must be for anything to be fetched. */
const NEAR = '400px';
const COUNT = 3;
const COUNT_MAX = 50;
const PHONE = '(max-width: 560px)';
/** It stands where it stands before its own stylesheet is here, which waits as well. */
const BLOCK = new CSSStyleSheet();
BLOCK.replaceSync(':host { display: block } :host([hidden]) { display: none }');

/** A clip as the server tells of it. @typedef {{id: string, show: string, title: string, src: string, poster: string, length_ms: number, width: number, height: number, products: any[]}} Clip */

export class VitrineClip extends HTMLElement {
  static observedAttributes = ['product', 'show', 'clip', 'count', 'server', 'key', 'heading', 'lang'];

  say = wordless;
  language = 'en';
  home = HOME;
  /** What was fetched, or is on its way. */
  query = '';
  /** @type {Clip[]} */
  clips = [];
  /** @type {Tile[]} */
  tiles = [];
  frame = element('section', { class: 'clips', hidden: '' });
  counter = new Counter(this, () => this.theatre.refresh(), (words) => this.theatre.tell(words), (cart) => this.theatre.setCart(cart));
  theatre = new Theatre(this.counter, (clip) => this.left(clip));
  /** @type {IntersectionObserver|null} */
  near = null;
  phone = window.matchMedia(PHONE);
  fit = () => this.toggleAttribute('phone', this.phone.matches);
  again = () => this.load();
  /** @param {import('../vitrine.d.ts').Cart} cart */
  onCart = (cart) => this.theatre.setCart(cart);

  constructor() {
    super();
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [BLOCK];
  }

  connectedCallback() {
    this.phone.addEventListener('change', this.fit);
    cartFollowers.add(this.onCart);
    const [show, key] = [this.getAttribute('show'), this.getAttribute('key')];
    if (show && key) store.keepKey(show, key);
    this.fit();
    this.speak();
    this.near = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.load(), { rootMargin: NEAR });
    this.near.observe(this);
  }

  disconnectedCallback() {
    this.near?.disconnect();
    this.near = null;
    this.phone.removeEventListener('change', this.fit);
    window.removeEventListener('online', this.again);
    cartFollowers.delete(this.onCart);
    this.close();
    this.counter.close();
    this.draw([]);
  }

  attributeChangedCallback() {
    if (!this.near) return;
    this.close();
    this.draw([]);
    this.speak();
    this.near.unobserve(this); // and again: it is told at once whether it is near
    this.near.observe(this);
  }

  speak() {
    this.language = (this.getAttribute('lang') || document.documentElement.lang || navigator.language).slice(0, 2);
    this.say = speaker(this.language, SHARED, CLIP);
    this.home = new URL(this.getAttribute('server') || HOME, location.href);
    this.theatre.speak(this.say, this.home);
  }

  get speech() {
    return { say: this.say, language: this.language, home: this.home };
  }

  /** What is asked for; empty: nothing. */
  get wanted() {
    const asked = new URLSearchParams();
    for (const name of ['clip', 'product', 'show', 'key']) {
      const value = this.getAttribute(name);
      if (value) asked.set(name, value);
    }
    if (!asked.has('clip') && !asked.has('product') && !asked.has('show')) return '';
    const count = Math.floor(Number(this.getAttribute('count') ?? COUNT));
    asked.set('limit', String(asked.has('clip') ? 1 : Math.min(COUNT_MAX, count > 0 ? count : COUNT)));
    return asked.toString();
  }

  /** It is near: see what there is. What cannot be had is asked for again when it comes near again, or the network is back. */
  async load() {
    const query = this.wanted;
    if (!query || query === this.query || !this.isConnected) return;
    this.query = query;
    const response = await fetch(new URL(`api/clips?${query}`, this.home)).catch(() => null);
    const told = response?.ok ? await response.json().catch(() => null) : null;
    if (query !== this.query) return;
    if (told) return this.draw(told.clips, query);
    this.query = '';
    window.addEventListener('online', this.again, { once: true });
  }

  /** @param {Clip[]} clips @param {string} [query] that they answer */
  draw(clips, query = '') {
    this.query = query;
    this.clips = clips;
    for (const tile of this.tiles) tile.close();
    this.tiles = clips.map((clip, place) => new Tile(clip, this.speech, () => this.open(place)));
    if (!clips.length) return this.shadowRoot?.replaceChildren();
    const sheets = ['vitrine-show.css', 'clip/vitrine-clip.css'].map((name) => element('link', { rel: 'stylesheet', href: style(name, this.home) }));
    const heading = this.getAttribute('heading') ?? (this.hasAttribute('clip') ? '' : this.say('clip_heading'));
    const list = element('ul', { class: this.hasAttribute('clip') ? 'tiles single' : 'tiles' }, ...this.tiles.map((tile) => tile.root));
    this.frame = element('section', { class: 'clips', 'aria-label': heading || this.say('clip'), hidden: '' }, ...(heading ? [element('h2', {}, heading)] : []), list);
    this.shadowRoot?.replaceChildren(...sheets, this.frame, this.theatre.root, this.counter.sheet.root);
    const { frame, tiles } = this;
    Promise.all(sheets.map((sheet) => new Promise((done) => ['load', 'error'].forEach((come) => sheet.addEventListener(come, done))))).then(() => {
      if (frame !== this.frame) return;
      frame.hidden = false;
      for (const tile of tiles) tile.watch();
    });
  }

  /** @param {number} place */
  open(place) {
    for (const tile of this.tiles) tile.rest(true);
    this.theatre.open(this.clips, place);
  }

  /** Put the player away. */
  close() {
    this.theatre.close();
  }

  /** The player is away: one is where one was, at the clip that was seen last. @param {Clip} clip */
  left(clip) {
    for (const tile of this.tiles) tile.rest(false);
    this.tiles[this.clips.indexOf(clip)]?.button.focus();
  }
}

if (!customElements.get('vitrine-clip')) customElements.define('vitrine-clip', VitrineClip);
