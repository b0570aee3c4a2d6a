/** Words: the English sentence is the key, as everywhere in the product, and the server has the others. */

/** @typedef {{message: string, params?: Record<string, any>}} Reason */

/** @type {Record<string, string>} */
let known = {};

export const language = () => (document.documentElement.lang === 'da' ? 'da' : 'en');

/** @param {string} asked `da` or `en` */
export async function speak(asked) {
  const answer = asked === 'en' ? null : await fetch(`/console/words?lang=${asked}`).catch(() => null);
  known = answer?.ok ? await answer.json() : {};
  document.documentElement.lang = asked;
}

/** A sentence, with what stands in its fields. @param {string} message @param {Record<string, any>} [fields] */
export function _(message, fields = {}) {
  const words = known[message] ?? message;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
}

/** Mark a sentence; it is translated where it is shown. @param {string} message */
export const N_ = (message) => message;

/** Why something was decided. @param {Reason} reason @returns {string} */
export function sentence(reason) {
  const fields = Object.entries(reason.params ?? {}).map(([name, value]) => [name, said(value)]);
  return _(reason.message, Object.fromEntries(fields));
}

/** @param {any} value */
function said(value) {
  if (value !== null && typeof value === 'object' && 'message' in value) return sentence(value);
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);
}

/** How numbers and days are written: English as in Europe, by 24 hours. */
const locale = () => (language() === 'da' ? 'da' : 'en-GB');

/** With one digit, as people write it here. @param {number} value @param {boolean} [signed] */
export const decimal = (value, signed = false) =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: signed ? 'always' : 'auto' }).format(value);

/** @param {number} value */
export const whole = (value) => new Intl.NumberFormat(locale()).format(value);

/** Day and minute. @param {number} ms Unix */
export function moment(ms) {
  return new Intl.DateTimeFormat(locale(), { day: '2-digit', month: '2-digit', hour: '2-digit', minute: '2-digit' }).format(ms);
}

/** @param {number} ms Unix */
export const day = (ms) => new Intl.DateTimeFormat(locale(), { day: '2-digit', month: '2-digit', year: 'numeric' }).format(ms);

/** @param {number} minor @param {string} currency */
export function money(minor, currency) {
  const form = new Intl.NumberFormat(locale(), { style: 'currency', currency });
  return form.format(minor / 10 ** (form.resolvedOptions().maximumFractionDigits ?? 2));
}
