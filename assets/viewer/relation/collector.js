/**
 * Tells the server what somebody did, in batches, each behaviour once: what cannot be told now waits, and `sent_at` is stamped anew
 * at every try, so that an outage does not move anything in time.
 */

import '../common.js';
import { consents } from '../consent.js';
import { HOME } from '../home.js';
import { store } from '../store.js';
import { allowed } from './deeds.js';
import { keep, kept } from './queue.js';
import { touch } from './touch.js';

const SOON_MS = 1500;
const BATCH = 40;
const RETRY_MS = [2000, 5000, 15000, 60000];
const BEACON_BYTES = 60_000;
/** Told by the server that something is wrong with the batch itself: telling it again would not help. */
const HOPELESS = [400, 413, 415, 422];

/** @type {import('./queue.js').Deed[]} */
let waiting = kept();
/** @type {number|undefined} */
let timer;
let failed = 0;
/** A batch is on its way. */
let sending = false;

/** One of its own: `randomUUID` is only there where the page came safely. */
function id() {
  return crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} name @param {number} at @param {import('./deeds.js').Facts} facts */
export function take(name, at, facts) {
  if (!allowed()) return;
  const products = facts.products?.map((one) => ({ ...one, product_id: String(one.product_id), ...(one.variant === undefined ? {} : { variant: String(one.variant) }) }));
  const order = facts.order_id === undefined ? {} : { order_id: String(facts.order_id) };
  waiting.push({ ...facts, ...(products ? { products } : {}), ...order, id: id(), name, at, page: location.pathname });
  keep(waiting);
  if (waiting.length >= BATCH) flush();
  else later(SOON_MS);
}

/** @param {number} ms */
function later(ms) {
  timer ??= window.setTimeout(() => {
    timer = undefined;
    flush();
  }, ms);
}

/** What goes beside the behaviours. @param {import('./queue.js').Deed[]} behaviours */
function batch(behaviours) {
  const { choices, asked_ms } = store.memory;
  return {
    sent_at: Date.now(),
    behaviours,
    choices: { ...choices, at: asked_ms ?? Date.now() },
    touch: touch(),
    device: matchMedia('(pointer: coarse)').matches ? (Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet') : 'desktop',
    language: navigator.language.slice(0, 16),
    webdriver: navigator.webdriver === true,
  };
}

async function flush() {
  if (sending || !waiting.length || !allowed()) return;
  window.clearTimeout(timer);
  timer = undefined;
  sending = true;
  const now = waiting.slice(0, BATCH);
  const who = store.visitor;
  try {
    const response = await fetch(new URL('relation/v1/behaviours', HOME), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(who ? { Authorization: `Visitor ${who}` } : {}) },
      body: JSON.stringify(batch(now)),
    });
    if (!response.ok && !HOPELESS.includes(response.status)) throw new Error(String(response.status));
    const said = response.ok ? await response.json() : {};
    if (said.visitor && store.visitor === who && allowed()) store.keep({ visitor: said.visitor });
    const told = new Set(now.map(({ id }) => id));
    waiting = waiting.filter(({ id }) => !told.has(id));
    keep(waiting);
    failed = 0;
    sending = false;
    if (waiting.length) later(SOON_MS);
  } catch {
    sending = false;
    later(RETRY_MS[Math.min(failed++, RETRY_MS.length - 1)]);
  }
}

/**
 * The page is put away: what still waits goes with it, as much as a beacon may carry. Nobody answers a beacon, so that the next page tells
 * it again: each counts once.
 */
function leave() {
  if (document.visibilityState !== 'hidden' || !waiting.length || !allowed()) return;
  let count = Math.min(waiting.length, BATCH);
  const body = () => JSON.stringify({ ...batch(waiting.slice(0, count)), visitor: store.visitor });
  while (count > 1 && new Blob([body()]).size > BEACON_BYTES) count = Math.floor(count / 2);
  if (store.visitor) navigator.sendBeacon(new URL('relation/v1/behaviours', HOME), body());
}

/** What was taken back takes what waits with it. */
function chosen() {
  if (!allowed()) waiting = [];
  keep(waiting);
}

document.addEventListener('visibilitychange', leave);
window.addEventListener('online', () => flush());
consents.addEventListener('changed', chosen);
store.addEventListener('stranger', () => {
  waiting = [];
  keep(waiting);
});
if (waiting.length) later(SOON_MS);
