/**
 * Loads an element's code when one stands on the page, or comes later. What stands inside somebody else's shadow root is not seen from
 * here: `embed.js?all` loads everything at once.
 */

const AGAIN_S = [1, 3, 10];
const ALL = new URL(import.meta.url).searchParams.has('all');

/** What each element's script needs, itself first (packaging/bundle.py): asked for at once, not one after the other. @type {Record<string, string[]>} */
const FILES = typeof VITRINE_FILES === 'undefined' ? {} : JSON.parse(VITRINE_FILES);

/** @param {string} name */
function preload(name) {
  for (const file of Object.entries(FILES).find(([entry]) => entry.endsWith(`${name}.js`))?.[1] ?? []) {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'modulepreload', href: new URL(`assets/page/${file}`, import.meta.url).href });
    document.head.append(link);
  }
}

/** @type {Map<string, () => Promise<unknown>>} */
const waiting = new Map();

/** @param {() => Promise<unknown>} load @param {number} attempt */
function fetchIt(load, attempt = 0) {
  load().catch((error) => {
    if (attempt < AGAIN_S.length) window.setTimeout(() => fetchIt(load, attempt + 1), AGAIN_S[attempt] * 1000);
    else console.warn('vitrine: a part of the player could not be loaded', error);
  });
}

function look() {
  for (const [name, load] of waiting) {
    if (!ALL && !document.querySelector(name)) continue;
    waiting.delete(name);
    preload(name);
    fetchIt(load);
  }
  if (!waiting.size) seen.disconnect();
}

const seen = new MutationObserver(look);

/** @param {string} name of an element @param {() => Promise<unknown>} load its module */
export function whenThere(name, load) {
  waiting.set(name, load);
  look();
  if (waiting.size) seen.observe(document, { childList: true, subtree: true });
}
