/** What the customer has said yes to and what goes on because of it: always in sight, with the way to take it back. */

import { button, element } from '../elements.js';

const LASTING = /** @type {const} */ (['recording', 'air']);

export class Agreed {
  root = element('div', { class: 'agreed' });
  drawn = '';

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
  }

  /** What goes on now. @returns {('recording'|'air')[]} */
  get going() {
    const { session } = this.floor;
    if (!session.active) return [];
    return LASTING.filter((ask) => session.call?.asked.some((one) => one.ask === ask && one.yes === true));
  }

  draw() {
    const { going } = this;
    const drawn = JSON.stringify([going, this.floor.language]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.root.replaceChildren(...going.map((ask) => this.pill(ask)));
    this.root.hidden = !going.length;
  }

  /** @param {'recording'|'air'} ask */
  pill(ask) {
    const { say, session } = this.floor;
    const stop = button('stop', '', () => session.agree(ask, false));
    stop.textContent = say('call_withdraw');
    stop.setAttribute('aria-label', say(`call_withdraw_${ask}`));
    return element('span', { class: 'pill air', role: 'status' }, element('span', {}, say(`call_on_${ask}`)), stop);
  }
}
