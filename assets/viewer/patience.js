/** `AbortSignal.timeout` for browsers that lack it (Chrome before 103, Safari before 16). @param {number} ms @returns {AbortSignal} */
export function within(ms) {
  const controller = new AbortController();
  window.setTimeout(() => controller.abort(), ms);
  return controller.signal;
}
