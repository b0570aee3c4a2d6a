/** Small makers of elements. Text is always text: nothing here, or anywhere on the page, parses HTML. */

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * @param {string} kind a CSS class
 * @param {string} words its accessible name
 * @param {string} icon drawn by the stylesheet
 * @param {() => void} pressed
 * @returns {HTMLButtonElement}
 */
export function button(kind, words, icon, pressed) {
  const made = /** @type {HTMLButtonElement} */ (element('button', { type: 'button', class: kind, 'aria-label': words, title: words }));
  made.dataset.icon = icon;
  made.addEventListener('click', pressed);
  return made;
}
