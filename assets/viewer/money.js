/** Amounts as people read them. */
import { digitsOf } from './minor-units.js';

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {string} language @param {string} currency @param {number} digits */
function format(language, currency, digits) {
  const key = `${language} ${currency} ${digits}`;
  let made = formats.get(key);
  if (!made) {
    const exactly = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    made = new Intl.NumberFormat(language, { style: 'currency', currency, ...exactly });
    formats.set(key, made);
  }
  return made;
}

/** `249 kr.` @param {number} minor @param {string} currency @param {string} language @returns {string} */
export function money(minor, currency, language) {
  const digits = digitsOf(currency);
  const value = minor / 10 ** digits;
  return format(language, currency, Number.isInteger(value) ? 0 : digits).format(value);
}
