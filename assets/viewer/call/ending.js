/** "End the conversation?", where there is no picture to ask it over. */

import { button, element } from '../elements.js';

export class Ending {
  title = element('h2', { id: 'call-ending' });
  stay;
  end;
  root = /** @type {HTMLDialogElement} */ (element('dialog', { class: 'ask', 'aria-labelledby': 'call-ending' }));

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.stay = button('choice', '', () => this.close());
    this.end = button('danger', '', () => {
      this.close();
      floor.session.hangUp();
    });
    this.root.append(this.title, element('div', { class: 'row' }, this.stay, this.end));
  }

  open() {
    const { say } = this.floor;
    this.title.textContent = say('call_end_ask');
    this.stay.textContent = say('call_stay');
    this.end.textContent = say('call_end_text');
    if (!this.root.open) this.root.showModal();
    this.stay.focus();
  }

  close() {
    if (this.root.open) this.root.close();
  }
}
