/** A value that outlives the page, where the browser lets us: private windows and full disks do not. */

/** @param {string} key @returns {unknown} null when there is nothing, or nothing readable */
export function load(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/** @param {string} key @param {unknown} value @returns {boolean} whether it will be there on the next page */
export function save(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
