/**
 * What the page says, in Danish and English. The words stand in `words/`, a file an element: a page loads those of the elements on it.
 * A test fails on a word that is missing, unused, or not loaded by who says it.
 */

/** @typedef {Record<'en'|'da', Record<string, string>>} Words */

/** @typedef {(key: string, values?: Record<string, string|number>) => string} Say */

/** The language of the words that somebody reads. @param {string} language @returns {'da'|'en'} */
export const wordsIn = (language) => (language === 'da' ? 'da' : 'en');

/** Says nothing yet: until an element knows its language. @type {Say} */
export const wordless = (key) => key;

/**
 * @param {string} language
 * @param {...Words} parts
 * @returns {Say} speaks that language, English when it is neither Danish nor English
 */
export function speaker(language, ...parts) {
  /** @type {Record<string, string>} */
  const words = Object.assign({}, ...parts.map((part) => part[wordsIn(language)]));
  return (key, values = {}) => (values.count === 1 && words[`${key}_one`] ? words[`${key}_one`] : words[key]).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}
