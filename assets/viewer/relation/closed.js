/** What somebody closed stays closed for as long as the tab is open, whatever they agreed to. */

const NAME = 'vitrine.closed';

/** @returns {string[]} */
function read() {
  try {
    const found = JSON.parse(sessionStorage.getItem(NAME) ?? '[]');
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** @param {string|undefined} rule */
export const isClosed = (rule) => rule !== undefined && rule !== '' && read().includes(rule);

/** @param {string|undefined} rule */
export function close(rule) {
  if (!rule) return;
  try {
    sessionStorage.setItem(NAME, JSON.stringify([...new Set([...read(), rule])].slice(-50)));
  } catch {
    // then it is closed on this page alone
  }
}
