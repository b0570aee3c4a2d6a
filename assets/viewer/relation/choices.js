/** What somebody agrees to holds at once, also on a page without a show: it is told until it is heard. */

import { consents } from '../consent.js';
import { HOME } from '../home.js';
import { store } from '../store.js';

const RETRY_MS = [1000, 3000, 10_000, 30_000];

/** @type {number|undefined} */
let timer;

/** @param {number} [failed] how often */
async function tell(failed = 0) {
  window.clearTimeout(timer);
  const { choices, asked_ms } = store.memory;
  if (!choices || !store.visitor) return;
  const body = JSON.stringify({ choices: { ...choices, at: asked_ms ?? Date.now() }, sent_at: Date.now(), where: location.pathname.slice(0, 300) });
  const headers = { 'Content-Type': 'application/json', Authorization: `Visitor ${store.visitor}` };
  const response = await fetch(new URL('relation/v1/consent', HOME), { method: 'POST', keepalive: true, headers, body }).catch(() => null);
  if (response?.ok || response?.status === 400) return;
  timer = window.setTimeout(() => tell(failed + 1), RETRY_MS[Math.min(failed, RETRY_MS.length - 1)]);
}

consents.addEventListener('changed', () => tell());
