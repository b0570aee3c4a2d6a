/** Where in a film the show clock runs: the rules of studio/show/film.py. Times in ms. */

/** @typedef {{film_ms: number, media_ms: number, length_ms: number}} Span */

/** The last of these that begins at or before a moment; -1 when none does. @param {readonly any[]} sorted @param {string} by @param {number} ms @returns {number} */
export function lastBefore(sorted, by, ms) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle][by] <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The show clock at a moment of the film; where it stood still, where it had come to. @param {readonly Span[]} spans @param {number} filmMs @returns {number} */
export function mediaAt(spans, filmMs) {
  const span = spans[lastBefore(spans, 'film_ms', filmMs)];
  if (!span) return spans[0]?.media_ms ?? 0;
  return span.media_ms + Math.min(filmMs - span.film_ms, span.length_ms);
}

/**
 * The first moment of the film in which the show clock is between two times, the second left out.
 * @param {readonly Span[]} spans @param {number} beginsMs @param {number} endsMs @returns {number|null} null: none of it was filmed
 */
export function filmFrom(spans, beginsMs, endsMs) {
  const span = spans.find((one) => one.media_ms + one.length_ms > beginsMs);
  if (!span || span.media_ms >= endsMs) return null;
  return span.film_ms + Math.max(0, beginsMs - span.media_ms);
}
