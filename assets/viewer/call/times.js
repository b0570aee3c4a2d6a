/** Hours, waits and clocks, as people say them. */

/** @typedef {import('../strings.js').Say} Say */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Which way of writing times and numbers. @param {string} language */
export const locale = (language) => (language === 'en' ? 'en-GB' : language);

/** "10.00" in Danish, "10:00" in English. @param {number} at_ms @param {string} language */
export function clock(at_ms, language) {
  return new Intl.DateTimeFormat(locale(language), { hour: '2-digit', minute: '2-digit' }).format(at_ms);
}

/** "06:41" @param {number} elapsed_ms */
export function elapsed(elapsed_ms) {
  const seconds = Math.max(0, Math.floor(elapsed_ms / 1000));
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** How many midnights lie between. @param {number} from_ms @param {number} to_ms */
function days(from_ms, to_ms) {
  const midnight = (/** @type {number} */ at) => new Date(at).setHours(0, 0, 0, 0);
  return Math.round((midnight(to_ms) - midnight(from_ms)) / DAY_MS);
}

/** "Tuesday 24 November" @param {number} at_ms @param {string} language */
export function date(at_ms, language) {
  return new Intl.DateTimeFormat(locale(language), { weekday: 'long', day: 'numeric', month: 'long' }).format(at_ms);
}

/** "in 12 minutes", "in 5 hours", "tomorrow", "in 3 days"; empty when it has begun. @param {number} now_ms @param {number} at_ms @param {string} language */
export function ahead(now_ms, at_ms, language) {
  const left_ms = at_ms - now_ms;
  if (left_ms <= 0) return '';
  const format = new Intl.RelativeTimeFormat(locale(language), { numeric: 'auto' });
  if (left_ms < HOUR_MS) return format.format(Math.ceil(left_ms / MINUTE_MS), 'minute');
  if (left_ms < DAY_MS / 2) return format.format(Math.round(left_ms / HOUR_MS), 'hour');
  const midnights = days(now_ms, at_ms);
  return midnights ? format.format(midnights, 'day') : format.format(Math.round(left_ms / HOUR_MS), 'hour');
}

/** When it opens, or until when it is open; empty when nobody knows. @param {import('./desk.js').DeskState} desk @param {Say} say @param {string} language */
export function hours(desk, say, language) {
  const { open, change_ms, now_ms } = desk;
  if (change_ms === null || change_ms <= now_ms) return '';
  const time = clock(change_ms, language);
  const ahead = days(now_ms, change_ms);
  if (open) return ahead === 0 ? say('call_open_until', { time }) : '';
  if (ahead === 0) return say('call_opens', { time });
  if (ahead === 1) return say('call_opens_tomorrow', { time });
  const format = ahead < 7 ? { weekday: /** @type {const} */ ('long') } : { day: /** @type {const} */ ('numeric'), month: /** @type {const} */ ('long') };
  const day = new Intl.DateTimeFormat(locale(language), format).format(change_ms);
  return say('call_opens_day', { day, time });
}

/** @param {number|null} wait_s @param {Say} say */
export function wait(wait_s, say) {
  if (wait_s === null || !Number.isFinite(wait_s)) return say('call_wait_unknown');
  if (wait_s < 60) return say('call_wait_short');
  return say('call_wait', { count: Math.round(wait_s / 60) });
}
