/** Amounts as people read them. */

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {string} language @param {string} currency @param {boolean} whole */
function format(language, currency, whole) {
  const key = `${language} ${currency} ${whole}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.NumberFormat(language, { style: 'currency', currency, ...(whole ? { maximumFractionDigits: 0 } : {}) });
    formats.set(key, made);
  }
  return made;
}

/** `249 kr.` @param {number} minor @param {string} currency @param {string} language @returns {string} */
export function money(minor, currency, language) {
  const exact = format(language, currency, false);
  const value = minor / 10 ** (exact.resolvedOptions().maximumFractionDigits ?? 2);
  return (Number.isInteger(value) ? format(language, currency, true) : exact).format(value);
}
