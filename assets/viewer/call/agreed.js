/**
 * What the customer has said yes to and what goes on because of it: always in sight, with the way to take it back. Being in the
 * programme is told apart from having agreed to it, and is said aloud.
 */

import { button, element } from '../elements.js';

const LASTING = /** @type {const} */ (['air', 'recording']);

export class Agreed {
  root = element('div', { class: 'agreed' });
  said = element('p', { class: 'unseen', role: 'alert' });
  drawn = '';
  onAir = false;

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
  }

  /** What goes on now. @returns {('recording'|'air')[]} */
  get going() {
    const { session } = this.floor;
    if (!session.active) return [];
    return LASTING.filter((ask) => session.call?.asked.some((one) => one.ask === ask && one.yes === true) || (ask === 'air' && session.onAir));
  }

  /** @param {'recording'|'air'} ask @returns {string} what it is called now */
  words(ask) {
    const { say, session } = this.floor;
    return ask === 'air' && session.onAir ? `${say('call_air_now')}: ${say('call_air_why')}` : say(`call_on_${ask}`);
  }

  draw() {
    const { going } = this;
    const { say, session, language } = this.floor;
    const { onAir } = session;
    const drawn = JSON.stringify([going, onAir, language]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.root.replaceChildren(...going.map((ask) => this.pill(ask)));
    this.root.hidden = !going.length;
    if (onAir !== this.onAir) this.said.textContent = say(onAir ? 'call_air_began' : 'call_air_ended');
    this.onAir = onAir;
  }

  /** @param {'recording'|'air'} ask */
  pill(ask) {
    const { say, session } = this.floor;
    const now = ask === 'air' && session.onAir;
    const stop = button('stop', '', () => session.agree(ask, false));
    stop.textContent = now ? say('call_air_off') : say(`call_withdraw_${ask}`);
    const words = now ? [element('b', {}, say('call_air_now')), element('span', { class: 'why' }, say('call_air_why'))] : [this.words(ask)];
    return element('span', { class: `pill air${now ? ' now' : ''}${ask === 'air' && !now ? ' ready' : ''}`, role: 'status' }, element('span', { class: 'sign' }, ...words), stop);
  }
}
