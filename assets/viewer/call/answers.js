/** What the server answers to what is sent by request, and what a customer is told when it is not a yes. */

import { within } from '../patience.js';

/**
 * @typedef {object} Answer
 * @property {number} status of HTTP; 0: there was none
 * @property {any} body
 * @property {number} retry_s when to try again; 0: the server does not say
 */

const PATIENCE_MS = 15_000;
const SOON_S = 60;

/** @param {string|null} header `Retry-After` @returns {number} */
export function retryOf(header) {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

/** @param {URL} address @param {RequestInit} [options] @returns {Promise<Answer>} */
export async function ask(address, options = {}) {
  const response = await fetch(address, { cache: 'no-store', signal: within(PATIENCE_MS), ...options }).catch(() => null);
  if (!response) return { status: 0, body: null, retry_s: 0 };
  const body = await response.json().catch(() => null);
  return { status: response.status, body, retry_s: retryOf(response.headers.get('Retry-After')) };
}

/** @param {Answer} answer @returns {boolean} */
export function agreed({ status, body }) {
  return status === 200 && body?.ok === true;
}

/** @param {import('../strings.js').Say} say @param {Answer} answer that is no yes @returns {string} */
export function regret(say, { status, retry_s }) {
  if (!status) return say('call_send_offline');
  if (status === 429) return say('call_send_slow', { count: Math.max(1, Math.ceil((retry_s || SOON_S) / 60)) });
  return say(status === 409 ? 'call_send_closed' : 'call_send_failed');
}
