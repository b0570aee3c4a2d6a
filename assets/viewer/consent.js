/**
 * What the visitor has agreed to, from whoever asks: the page's own consent tool (`vitrine.consent`, or Google's Consent Mode
 * v2, which most of them speak), or our bar for pages that have none. Nothing is agreed to until somebody says so.
 *
 * Event: `changed` (detail: the choices), here or in another tab.
 */

import { store } from './store.js';

/** @typedef {import('./vitrine.d.ts').Choices} Choices */

const NOTHING = { analytics: false, personalisation: false, marketing: false };

/** Whether two answers agree to the same; no answer agrees to nothing. @param {Choices|null|undefined} one @param {Choices|null|undefined} other */
export function agreesWith(one, other) {
  return /** @type {(keyof Choices)[]} */ (Object.keys(NOTHING)).every((kind) => (one?.[kind] ?? false) === (other?.[kind] ?? false));
}

class Consents extends EventTarget {
  /** We are telling Google's tags, and need not hear ourselves. */
  telling = false;
  /** We hear Google's consent updates already. */
  hearing = false;
  /** What was told last. */
  told = store.choices;

  constructor() {
    super();
    store.addEventListener('changed', () => this.tell());
  }

  /** @returns {Choices|null} */
  get choices() {
    return store.choices;
  }

  /** @param {Choices} choices */
  choose(choices) {
    const clean = { analytics: choices.analytics === true, personalisation: choices.personalisation === true, marketing: choices.marketing === true };
    if (!store.choices || !agreesWith(clean, store.choices)) store.choose(clean);
  }

  /** What is remembered has changed: perhaps what was agreed to. */
  tell() {
    const { choices } = store;
    if (!choices || (this.told && agreesWith(choices, this.told))) return;
    this.told = choices;
    this.tellGoogle(choices);
    this.dispatchEvent(new CustomEvent('changed', { detail: choices }));
  }

  /** Tags that were told `denied` by default hear of the choice. @param {Choices} choices */
  tellGoogle(choices) {
    const gtag = /** @type {any} */ (window).gtag;
    if (typeof gtag !== 'function' || this.telling) return;
    const word = (/** @type {boolean} */ given) => (given ? 'granted' : 'denied');
    this.telling = true;
    try {
      gtag('consent', 'update', {
        analytics_storage: word(choices.analytics),
        personalization_storage: word(choices.personalisation),
        ad_storage: word(choices.marketing),
        ad_user_data: word(choices.marketing),
        ad_personalization: word(choices.marketing),
      });
    } finally {
      this.telling = false;
    }
  }

  /** Hear what the page's consent tool tells Google's tags, now and later. What it said before is heard once, or it would undo newer answers. */
  hearGoogle() {
    if (this.hearing) return;
    this.hearing = true;
    const page = /** @type {any} */ (window);
    const layer = (page.dataLayer ??= []);
    const take = (/** @type {any} */ entry) => {
      if (this.telling || entry?.[0] !== 'consent' || entry[1] !== 'update' || !entry[2]) return;
      const said = entry[2];
      const before = this.choices ?? NOTHING;
      const given = (/** @type {string} */ name, /** @type {boolean} */ was) => (said[name] === undefined ? was : said[name] === 'granted');
      this.choose({
        analytics: given('analytics_storage', before.analytics),
        personalisation: given('personalization_storage', before.personalisation),
        marketing: given('ad_storage', before.marketing) && said.ad_user_data !== 'denied',
      });
    };
    for (const entry of layer) take(entry);
    const push = layer.push.bind(layer);
    layer.push = (/** @type {any[]} */ ...entries) => {
      const length = push(...entries);
      for (const entry of entries) take(entry);
      return length;
    };
  }
}

export const consents = new Consents();
