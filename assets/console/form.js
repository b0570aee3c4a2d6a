/** Small makers of form controls. Each has a name that is read out. */

import { element } from '../viewer/elements.js';

/** A control with its words before it. @param {string} words @param {HTMLElement} control @param {string} [hint] */
export function field(words, control, hint = '') {
  const said = hint ? [element('small', {}, hint)] : [];
  return element('label', { class: 'field' }, element('span', {}, words), control, ...said);
}

/**
 * A choice of one of several.
 * @param {string} name @param {[string, string][]} options words and value @param {string} chosen @returns {HTMLSelectElement}
 */
export function choice(name, options, chosen) {
  const there = options.some(([, value]) => value === chosen);
  const all = there || chosen === '' ? options : [...options, /** @type {[string, string]} */ ([chosen, chosen])];
  const made = /** @type {HTMLSelectElement} */ (
    element('select', { 'aria-label': name }, ...all.map(([words, value]) => element('option', { value }, words)))
  );
  made.value = chosen;
  if (made.selectedIndex < 0) made.selectedIndex = 0;
  return made;
}

/** @param {string} name @param {string} value @param {Record<string, string>} [more] @returns {HTMLInputElement} */
export function line(name, value, more = {}) {
  const made = /** @type {HTMLInputElement} */ (element('input', { 'aria-label': name, type: 'text', ...more }));
  made.defaultValue = value;
  return made;
}

/** @param {string} name @param {string} value @param {number} longest @returns {HTMLTextAreaElement} */
export function text(name, value, longest) {
  const made = /** @type {HTMLTextAreaElement} */ (element('textarea', { 'aria-label': name, rows: '3', maxlength: String(longest) }));
  made.value = value;
  return made;
}

/** @param {string} name @param {number} value @param {number} low @param {number} high @param {string} [step] @returns {HTMLInputElement} */
export function number(name, value, low, high, step = '1') {
  return line(name, String(value), { type: 'number', min: String(low), max: String(high), step, inputmode: 'decimal', required: '' });
}

/** What a number control says; nothing is its lowest. A form that is saved has looked at it. @param {HTMLInputElement} control */
export const valueOf = (control) => (Number.isNaN(control.valueAsNumber) ? Number(control.min) : control.valueAsNumber);

/** @param {string} words @param {boolean} on @returns {[HTMLLabelElement, HTMLInputElement]} */
export function tick(words, on) {
  const box = /** @type {HTMLInputElement} */ (element('input', { type: 'checkbox' }));
  box.checked = on;
  return [/** @type {HTMLLabelElement} */ (element('label', { class: 'tick' }, box, element('span', {}, words))), box];
}

/**
 * @param {string} words @param {() => void} pressed
 * @param {{kind?: string, tip?: string, name?: string, disabled?: boolean}} [more] `tip` says more; `name` is read out instead of a sign
 * @returns {HTMLButtonElement}
 */
export function press(words, pressed, { kind = '', tip = '', name = '', disabled = false } = {}) {
  const said = { ...(tip || name ? { title: tip || name } : {}), ...(name ? { 'aria-label': name } : {}) };
  const made = /** @type {HTMLButtonElement} */ (element('button', { type: 'button', class: kind, ...said }, words));
  made.disabled = disabled;
  made.addEventListener('click', pressed);
  return made;
}
