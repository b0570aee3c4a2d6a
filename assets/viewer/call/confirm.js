/** "End the call?", and the like: asked where the button stands, so that it is also asked in a window of its own. */

import { button, element } from '../elements.js';

export class Confirm {
  words = element('p', { id: 'call-confirm' });
  stay;
  end;
  root = element('div', { class: 'confirm', role: 'alertdialog', 'aria-labelledby': 'call-confirm', hidden: '' });
  /** What had the keyboard before. @type {HTMLElement|null} */
  before = null;

  /** @param {() => void} confirmed */
  constructor(confirmed) {
    this.stay = button('choice', '', () => this.close());
    this.end = button('danger', '', () => {
      this.close();
      confirmed();
    });
    this.root.append(this.words, element('div', { class: 'row' }, this.stay, this.end));
    this.root.addEventListener('keydown', (event) => this.key(event));
  }

  /** @param {string} ask @param {string} stay @param {string} end */
  speak(ask, stay, end) {
    this.words.textContent = ask;
    this.stay.textContent = stay;
    this.end.textContent = end;
  }

  /** @param {HTMLElement} from */
  open(from) {
    this.before = from;
    this.root.hidden = false;
    this.stay.focus();
  }

  /** The keyboard stays in here. @param {KeyboardEvent} event */
  key(event) {
    const root = /** @type {ShadowRoot} */ (this.root.getRootNode());
    if (event.key === 'Tab') (root.activeElement === this.stay ? this.end : this.stay).focus();
    else if (event.key === 'Escape') this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    if (this.root.hidden) return;
    this.root.hidden = true;
    this.before?.focus();
  }
}
