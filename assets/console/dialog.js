/** A form in front of everything: it saves, or says why it cannot. */

import { element } from '../viewer/elements.js';
import { press } from './form.js';
import { _ } from './words.js';

export class Dialog {
  /** @param {string} title @param {{save: () => Promise<void>, remove?: (() => Promise<void>) | null, removeTip?: string}} does */
  constructor(title, { save, remove = null, removeTip = '' }) {
    this.problem = element('p', { class: 'problem', role: 'alert' });
    this.body = element('div', { class: 'body' });
    this.save = /** @type {HTMLButtonElement} */ (element('button', { type: 'submit', class: 'primary' }, _('Save')));
    const gone = remove ? [press(_('Delete'), () => this.#try(remove), { kind: 'quiet', tip: removeTip })] : [];
    const foot = element('footer', {}, ...gone, element('span', { class: 'gap' }), press(_('Cancel'), () => this.leave()), this.save);
    this.form = element('form', { method: 'dialog', novalidate: '' }, element('h2', {}, title), this.body, this.problem, foot);
    this.dialog = /** @type {HTMLDialogElement} */ (element('dialog', { 'aria-label': title }, this.form));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#complete()) this.#try(save);
    });
    this.form.addEventListener('input', ({ target }) => {
      this.written = true;
      /** @type {HTMLElement} */ (target).removeAttribute('aria-invalid');
    });
    this.form.addEventListener('keydown', ({ key }) => (this.written ||= key.length === 1)); // half a date is no input yet
    this.dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.leave();
    });
    this.dialog.addEventListener('close', () => this.dialog.remove());
  }

  /** @param {...HTMLElement} parts */
  show(...parts) {
    this.body.replaceChildren(...parts);
    document.body.append(this.dialog);
    this.dialog.showModal();
  }

  written = false;
  busy = false;

  close() {
    this.dialog.close();
  }

  /** Nothing that somebody wrote goes by itself. */
  async leave() {
    if (!this.written || (await askFirst(_('Leave without saving?'), _('What you wrote here is lost.'), _('Leave')))) this.close();
  }

  /** Say what is wrong with a control, which gets the focus. @param {HTMLElement} control @param {string} words */
  refuse(control, words) {
    this.problem.textContent = words;
    control.setAttribute('aria-invalid', 'true');
    control.focus();
  }

  /** Whether every control says something that there is. */
  #complete() {
    this.problem.textContent = '';
    const controls = /** @type {NodeListOf<HTMLInputElement>} */ (this.body.querySelectorAll('input, select, textarea'));
    const wrong = [...controls].find((control) => !control.closest('[hidden]') && !control.checkValidity());
    if (!wrong) return true;
    const name = wrong.getAttribute('aria-label') ?? '';
    const { min: low, max: high } = wrong;
    if (wrong.type === 'number') this.refuse(wrong, _('{name}: a number from {low} to {high}', { name, low, high }));
    else if (wrong.validity.badInput) this.refuse(wrong, _('{name}: give the day and the time', { name }));
    else if (wrong.validity.valueMissing) this.refuse(wrong, _('{name} is missing', { name }));
    else this.refuse(wrong, _('{name}: this cannot be used', { name }));
    return false;
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    if (this.busy) return;
    this.busy = true;
    this.problem.textContent = '';
    try {
      await act();
      this.close();
    } catch (error) {
      const { message, params } = /** @type {any} */ (error);
      this.problem.textContent = _(message, params);
    } finally {
      this.busy = false;
    }
  }
}

/** Ask before something that cannot be taken back. @param {string} question @param {string} words @param {string} yes @returns {Promise<boolean>} */
export function askFirst(question, words, yes) {
  return new Promise((done) => {
    const dialog = /** @type {HTMLDialogElement} */ (element('dialog', { 'aria-label': question, class: 'question' }));
    const foot = element('footer', {}, element('span', { class: 'gap' }));
    foot.append(press(_('Not yet'), () => dialog.close()), press(yes, () => dialog.close('yes'), { kind: 'primary' }));
    dialog.append(element('h2', {}, question), element('p', {}, words), foot);
    dialog.addEventListener('close', () => {
      dialog.remove();
      done(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
