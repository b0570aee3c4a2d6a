/** Where a stylesheet is: beside the bundle, named by its content, or as it is written. */

/** What packaging/bundle.py has made of them. @type {Record<string, string>} */
const BUILT = typeof VITRINE_STYLES === 'undefined' ? {} : JSON.parse(VITRINE_STYLES);

/** @param {string} name below assets/viewer @param {URL} home @returns {string} */
export function style(name, home) {
  return new URL(BUILT[name] ? `assets/page/${BUILT[name]}` : `assets/viewer/${name}`, home).href;
}
