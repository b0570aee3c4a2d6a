/**
 * `<vitrine-for-you>`: the visitor's own list of this week, each with why it is there; for who agreed to no such thing, what is popular.
 *
 * Attributes: `heading` (words over it; empty: none), `count` (at most 12), `lang`; it says itself `filled` when there is something. Where
 * there is nothing, it takes no space.
 */

import '../common.js';
import { visit } from '../call/visit.js';
import { consents } from '../consent.js';
import { button, element } from '../elements.js';
import { HOME } from '../home.js';
import { money } from '../money.js';
import { shopAddress } from '../shop-bridge.js';
import { store } from '../store.js';
import { speaker, wordless, wordsIn } from '../strings.js';
import { style } from '../styles.js';
import { SLOT } from '../words/slot.js';
import { did } from './deeds.js';

const COUNT = 12;

export class VitrineForYou extends HTMLElement {
  static observedAttributes = ['count', 'heading', 'lang'];

  say = wordless;
  language = 'en';
  here = false;
  onChoice = () => this.load();

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: 'open' });
    this.here = true;
    consents.addEventListener('changed', this.onChoice);
    this.load();
  }

  disconnectedCallback() {
    this.here = false;
    consents.removeEventListener('changed', this.onChoice);
  }

  attributeChangedCallback() {
    if (this.here) this.load();
  }

  async load() {
    this.language = (this.getAttribute('lang') || document.documentElement.lang || navigator.language).slice(0, 2);
    this.say = speaker(this.language, SLOT);
    const cart = (visit.cart?.lines ?? []).map(({ product }) => product).slice(0, 100);
    const response = await fetch(new URL('relation/v1/for-you', HOME), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(store.visitor ? { Authorization: `Visitor ${store.visitor}` } : {}) },
      body: JSON.stringify({ language: this.language, cart, webdriver: navigator.webdriver === true }),
    }).catch(() => null);
    const told = response?.ok ? await response.json().catch(() => null) : null;
    if (told && this.here) this.draw(told);
  }

  /** @param {{personal: boolean, items: any[]}} told */
  draw({ personal, items }) {
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    const count = Math.max(1, Math.min(COUNT, Math.floor(Number(this.getAttribute('count') ?? COUNT)) || COUNT));
    this.toggleAttribute('filled', items.length > 0);
    if (!items.length) return root.replaceChildren();
    const heading = this.getAttribute('heading') ?? this.say(personal ? 'for_you_heading' : 'popular_heading');
    const list = element('ul', { class: 'list' }, ...items.slice(0, count).map((item) => this.item(item)));
    const parts = heading ? [element('h2', {}, heading)] : [];
    const sheet = element('link', { rel: 'stylesheet', href: style('relation/vitrine-slot.css', HOME) });
    root.replaceChildren(sheet, element('section', { class: 'own', lang: wordsIn(this.language), 'aria-label': heading || this.say('for_you_heading') }, ...parts, list));
  }

  /** @param {any} item @returns {HTMLElement} */
  item(item) {
    const address = shopAddress(item.url);
    const name = address ? element('a', { href: address }, item.title) : element('span', {}, item.title);
    name.addEventListener('click', () => did('Product Clicked', { products: [{ product_id: item.id }] }));
    const words = element('div', { class: 'words' }, element('h3', {}, name), element('p', { class: 'price' }, money(item.price_minor, item.currency, this.language)), element('p', { class: 'reason' }, item.reason));
    const made = element('li', { class: 'pick', part: 'pick' });
    if (item.image) made.append(element('img', { src: new URL(item.image, HOME).href, alt: '', loading: 'lazy' }));
    made.append(words);
    if (item.personal) {
      const not = button('plain', '', () => {
        did('Item Refused', { products: [{ product_id: item.id }] });
        made.remove();
      });
      not.textContent = this.say('slot_not_for_me');
      not.setAttribute('aria-label', `${this.say('slot_not_for_me')}: ${item.title}`);
      words.append(not);
    }
    return made;
  }
}

if (!customElements.get('vitrine-for-you')) customElements.define('vitrine-for-you', VitrineForYou);
