/**
 * What the visitor has agreed to, from whoever asks: the page's own consent tool (`vitrine.consent`, or Google's Consent Mode
 * v2, which most of them speak), or our bar for pages that have none. Nothing is agreed to until somebody says so.
 *
 * Event: `changed` (detail: the choices).
 */

import { store } from './store.js';

/** @typedef {import('./vitrine.d.ts').Choices} Choices */

const NOTHING = { analytics: false, personalisation: false, marketing: false };

class Consents extends EventTarget {
  /** We are telling Google's tags, and need not hear ourselves. */
  telling = false;

  /** @returns {Choices|null} */
  get choices() {
    return store.choices;
  }

  /** @param {Choices} choices */
  choose(choices) {
    const clean = { analytics: choices.analytics === true, personalisation: choices.personalisation === true, marketing: choices.marketing === true };
    if (JSON.stringify(clean) === JSON.stringify(store.choices)) return;
    store.choose(clean);
    this.tellGoogle(clean);
    this.dispatchEvent(new CustomEvent('changed', { detail: clean }));
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

  /** Hear what the page's consent tool tells Google's tags, now and later. Returns whether it has said anything. */
  hearGoogle() {
    const page = /** @type {any} */ (window);
    const layer = (page.dataLayer ??= []);
    let heard = false;
    const take = (/** @type {any} */ entry) => {
      if (this.telling || entry?.[0] !== 'consent' || entry[1] !== 'update' || !entry[2]) return;
      heard = true;
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
    return heard;
  }
}

export const consents = new Consents();
