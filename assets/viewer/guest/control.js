/** A round button with a word under it. */

import { element } from '../elements.js';

export class Control {
  disc = element('span', { class: 'disc picture', 'aria-hidden': 'true' });
  label = element('span', { class: 'label' });
  root = /** @type {HTMLButtonElement} */ (element('button', { type: 'button', class: 'control' }, element('span', { class: 'round' }, this.disc), this.label));

  /** @param {string} kind a CSS class @param {() => void} pressed @param {string} [key] what does the same on the keyboard */
  constructor(kind, pressed, key = '') {
    this.key = key;
    if (kind) this.root.classList.add(kind);
    this.root.addEventListener('click', pressed);
  }

  /** @param {string} icon @param {string} label @param {string} words what it does @param {{off?: boolean, keys?: boolean}} [how] */
  draw(icon, label, words, { off = false, keys = false } = {}) {
    this.disc.dataset.icon = icon;
    if (this.label.textContent !== label) this.label.textContent = label;
    const title = keys && this.key ? `${words} (${this.key})` : words;
    this.root.classList.toggle('off', off);
    if (this.root.title === title) return;
    this.root.title = title;
    this.root.setAttribute('aria-label', words);
    if (keys && this.key) this.root.setAttribute('aria-keyshortcuts', this.key);
    else this.root.removeAttribute('aria-keyshortcuts');
  }
}
