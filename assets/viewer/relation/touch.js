/** What led to this page: a campaign in its address, or the site that somebody came from. The rest of an address is nobody's business. */

const MOST = 100;
const KINDS = /** @type {const} */ (['source', 'medium', 'campaign', 'term', 'content']);

/** @returns {Record<string, string>} nothing for who was on the shop's pages before */
export function touch() {
  const asked = new URLSearchParams(location.search);
  /** @type {Record<string, string>} */
  const found = {};
  for (const kind of KINDS) {
    const value = asked.get(`utm_${kind}`);
    if (value) found[kind] = value.slice(0, MOST);
  }
  try {
    const { host } = new URL(document.referrer);
    if (host !== location.host) found.referrer = host.slice(0, MOST);
  } catch {
    // they typed the address
  }
  return found;
}
