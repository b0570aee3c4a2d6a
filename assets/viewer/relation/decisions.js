/** What the brand's rules say for the places on this page: all of them are asked at once. */

import { HOME } from '../home.js';
import { store } from '../store.js';

/** What would have been shown, were this person not held back from it for measuring. @typedef {{decision: string, rule: string, version: number, variant: string}} Held */
/** @typedef {{decision?: string, rule?: string, version?: number, variant?: string, action: any, reason?: string, personal?: boolean, valid_until: number, held?: Held[]}} Decision */

/** @type {Map<string, ((decision: Decision|null) => void)[]>} */
let asked = new Map();

/** @param {string} slot @param {string} language @returns {Promise<Decision|null>} null: the default stands */
export function decide(slot, language) {
  if (!asked.size) queueMicrotask(() => ask(language));
  return new Promise((done) => asked.set(slot, [...(asked.get(slot) ?? []), done]));
}

/** @param {string} language */
async function ask(language) {
  const now = asked;
  asked = new Map();
  /** @type {Record<string, Decision>} */
  let decisions = {};
  try {
    const response = await fetch(new URL('relation/v1/decide', HOME), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(store.visitor ? { Authorization: `Visitor ${store.visitor}` } : {}) },
      body: JSON.stringify({ slots: [...now.keys()].slice(0, 10), language, webdriver: navigator.webdriver === true }),
    });
    if (response.ok) ({ decisions } = await response.json());
  } catch {
    // the default stands
  }
  for (const [slot, waiting] of now) for (const done of waiting) done(decisions[slot] ?? null);
}
