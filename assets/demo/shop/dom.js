/** Small makers of elements. Text is always text: no string of a product is ever parsed into the page. */

/**
 * @param {string} name
 * @param {Record<string, string|boolean>} [attributes] true: without a value; false: not there
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

/** @param {string} kind a CSS class @param {string} words @param {() => void} pressed @returns {HTMLButtonElement} */
export function button(kind, words, pressed) {
  const made = /** @type {HTMLButtonElement} */ (element('button', { type: 'button', class: kind }, words));
  made.addEventListener('click', pressed);
  return made;
}

/** @param {string} href @param {string} kind a CSS class @param {...(Node|string)} children */
export function link(href, kind, ...children) {
  return element('a', kind ? { href, class: kind } : { href }, ...children);
}

/** The part of the page that is this page's own. */
export function main() {
  return /** @type {HTMLElement} */ (document.getElementById('main'));
}

const KEPT = new Set(['P', 'UL', 'OL', 'LI', 'STRONG', 'EM', 'BR']);
const DROPPED = new Set(['SCRIPT', 'STYLE', 'TEMPLATE']);

/**
 * A description of the feed as elements: it is parsed in a document of its own, where nothing runs or loads, and rebuilt
 * from the few harmless elements without any attribute.
 * @param {string} html
 */
export function description(html) {
  const made = element('div', { class: 'prose' });
  rebuild(new DOMParser().parseFromString(html, 'text/html').body, made);
  return made;
}

/** @param {Node} from @param {Node} into */
function rebuild(from, into) {
  for (const child of from.childNodes) {
    if (child instanceof Text) into.appendChild(new Text(child.data));
    else if (child instanceof Element && !DROPPED.has(child.tagName)) {
      const place = KEPT.has(child.tagName) ? into.appendChild(document.createElement(child.tagName)) : into;
      rebuild(child, place);
    }
  }
}
