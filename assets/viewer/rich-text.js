/**
 * Descriptions are HTML that the server has cleaned. Here they are read as a document that runs nothing and loads nothing, and
 * what is on the list is built anew: two sieves, neither of which trusts the other.
 */

const KEPT = new Set(['P', 'BR', 'UL', 'OL', 'LI', 'B', 'STRONG', 'I', 'EM', 'H3', 'H4', 'A']);
const DROPPED = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'IFRAME', 'OBJECT', 'SVG', 'MATH']);

/** @param {string} html @returns {DocumentFragment} */
export function richText(html) {
  const read = new DOMParser().parseFromString(html, 'text/html');
  const made = document.createDocumentFragment();
  copy(read.body, made);
  return made;
}

/** @param {Node} from @param {Node} into */
function copy(from, into) {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) into.appendChild(document.createTextNode(child.nodeValue ?? ''));
    if (!(child instanceof Element) || DROPPED.has(child.tagName.toUpperCase())) continue;
    if (!KEPT.has(child.tagName)) {
      copy(child, into);
      continue;
    }
    const made = document.createElement(child.tagName);
    if (child.tagName === 'A') link(child, made);
    copy(child, made);
    into.appendChild(made);
  }
}

/** @param {Element} from @param {HTMLElement} made */
function link(from, made) {
  const address = from.getAttribute('href') ?? '';
  if (!/^(https?:\/\/|mailto:)/i.test(address)) return;
  made.setAttribute('href', address);
  made.setAttribute('target', '_blank');
  made.setAttribute('rel', 'noopener noreferrer nofollow');
}
