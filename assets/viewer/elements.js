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
 * @param {string} icon drawn by the stylesheet
 * @param {() => void} pressed
 * @returns {HTMLButtonElement}
 */
export function button(kind, icon, pressed) {
  const made = /** @type {HTMLButtonElement} */ (element('button', { type: 'button', class: kind }));
  if (icon) made.dataset.icon = icon;
  made.addEventListener('click', pressed);
  return made;
}

/**
 * @param {EventTarget} target
 * @param {string} name of a CustomEvent
 * @param {(detail: any) => void} heard
 */
export function listen(target, name, heard) {
  target.addEventListener(name, (event) => heard(/** @type {CustomEvent} */ (event).detail));
}
