/** Go on in another way: the four of them, in a dialog. */

import { button, element } from '../elements.js';
import { ways } from './kind-buttons.js';

export class Change {
  title = element('h2', { id: 'call-change' });
  place = element('div');
  shut;
  root = /** @type {HTMLDialogElement} */ (element('dialog', { class: 'ask', 'aria-labelledby': 'call-change' }));

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.shut = button('choice', '', () => this.close());
    this.root.append(this.title, this.place, this.shut);
    this.root.addEventListener('click', (event) => event.target === this.root && this.close());
  }

  open() {
    const { say, session } = this.floor;
    this.title.textContent = say('call_change');
    this.shut.textContent = say('call_as_it_is');
    const chosen = (/** @type {import('./kinds.js').Kind} */ kind) => {
      this.close();
      session.change(kind);
    };
    this.place.replaceChildren(ways(say, chosen, session.call?.kind ?? null));
    if (!this.root.open) this.root.showModal();
  }

  close() {
    if (this.root.open) this.root.close();
  }
}
