/** A field of a form: what it is for, what is written in it, and what is the matter with that. */

import { element } from '../elements.js';

/** @typedef {HTMLInputElement|HTMLTextAreaElement|HTMLSelectElement} Input */

export class Field {
  label = element('label');
  wrong = element('p', { class: 'wrong', hidden: '' });
  root;

  /** @param {string} id @param {Input} input */
  constructor(id, input) {
    this.input = input;
    input.id = id;
    this.label.setAttribute('for', id);
    this.wrong.id = `${id}-wrong`;
    this.root = element('div', { class: 'field' }, this.label, input, this.wrong);
    input.addEventListener('input', () => this.fail(''));
  }

  /** @param {string} label */
  speak(label) {
    this.label.textContent = label;
  }

  get value() {
    return this.input.value.trim();
  }

  /** @param {string} words empty: nothing is the matter */
  fail(words) {
    this.wrong.textContent = words;
    this.wrong.hidden = !words;
    if (words) {
      this.input.setAttribute('aria-invalid', 'true');
      this.input.setAttribute('aria-describedby', this.wrong.id);
      return;
    }
    this.input.removeAttribute('aria-invalid');
    this.input.removeAttribute('aria-describedby');
  }
}
