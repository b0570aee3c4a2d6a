/** When a call can be booked: the shop's free times as the days and clocks of whoever looks. Pure functions. */

import { locale } from './times.js';

/** @typedef {{minutes: number, zone: string, slots: number[]}} Slots */
/** @typedef {{date: Date, slots: number[]}} Day */

const SLOTS_MAX = 5000;

/** @param {any} told @returns {Slots|null} null when it is none */
export function readable(told) {
  if (!Array.isArray(told?.slots)) return null;
  const slots = told.slots.filter((/** @type {unknown} */ at) => Number.isSafeInteger(at)).slice(0, SLOTS_MAX);
  return { minutes: Number.isFinite(told.minutes) ? told.minutes : 0, zone: typeof told.zone === 'string' ? told.zone : '', slots: slots.sort((/** @type {number} */ one, /** @type {number} */ other) => one - other) };
}

/** The days that have free times, as this browser's clock divides them. @param {number[]} slots @returns {Day[]} */
export function daysOf(slots) {
  /** @type {Map<number, Day>} */
  const days = new Map();
  for (const at of slots) {
    const midnight = new Date(at).setHours(0, 0, 0, 0);
    const day = days.get(midnight) ?? { date: new Date(midnight), slots: [] };
    day.slots.push(at);
    days.set(midnight, day);
  }
  return [...days.values()];
}

/** "central European time" @param {string|undefined} zone @param {number} at_ms @param {string} language */
function named(zone, at_ms, language) {
  const parts = new Intl.DateTimeFormat(locale(language), { timeZone: zone, timeZoneName: 'longGeneric' }).formatToParts(at_ms);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone ?? '';
}

/** What the zones are called, when the clock is another one here than in the shop; null: it is the same. @param {string} zone of the shop @param {number} at_ms @param {string} language */
export function zones(zone, at_ms, language) {
  const clock = (/** @type {string|undefined} */ timeZone) => new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at_ms);
  try {
    return clock(zone) === clock(undefined) ? null : { ours: named(undefined, at_ms, language), shop: named(zone, at_ms, language) };
  } catch {
    return null; // a zone that this browser does not know
  }
}
