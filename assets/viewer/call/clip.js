/** Words that fit: the server counts characters and ends the connection of who says more, or says half a character. */

/** @param {unknown} words @param {number} most characters, as Unicode counts them @returns {string} */
export function clip(words, most) {
  const text = typeof words === 'string' || typeof words === 'number' ? String(words) : '';
  return [...text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '')].slice(0, most).join('');
}
