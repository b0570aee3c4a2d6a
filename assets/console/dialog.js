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
    const foot = element('footer', {}, ...gone, element('span', { class: 'gap' }), press(_('Cancel'), () => this.close()), this.save);
    this.form = element('form', { method: 'dialog', novalidate: '' }, element('h2', {}, title), this.body, this.problem, foot);
    this.dialog = /** @type {HTMLDialogElement} */ (element('dialog', { 'aria-label': title }, this.form));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#try(save);
    });
    this.dialog.addEventListener('close', () => this.dialog.remove());
  }

  /** @param {...HTMLElement} parts */
  show(...parts) {
    this.body.replaceChildren(...parts);
    document.body.append(this.dialog);
    this.dialog.showModal();
  }

  close() {
    this.dialog.close();
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    this.problem.textContent = '';
    this.save.disabled = true;
    try {
      await act();
      this.close();
    } catch (error) {
      const { message, params } = /** @type {any} */ (error);
      this.problem.textContent = _(message, params);
    } finally {
      this.save.disabled = false;
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
