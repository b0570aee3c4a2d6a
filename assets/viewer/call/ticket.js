/** Who draws a number, and goes away for a while, sees at the return whether somebody has drawn one since. */
export function ticket() {
  let number = 0;
  return { next: () => (number += 1), holds: (/** @type {number} */ drawn) => drawn === number };
}
