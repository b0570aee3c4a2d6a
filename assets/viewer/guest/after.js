/** When nothing goes on: why, and what can be done. */

import { button, element } from '../elements.js';

/** @type {Record<string, string>} */
const ICONS = { link: 'link', old: 'camera-off', unknown: 'link', slow: 'link', elsewhere: 'window', sent: 'door', left: 'leave' };

export class After {
  icon = element('span', { class: 'picture', 'aria-hidden': 'true' });
  heading = element('h1', { tabindex: '-1' });
  why = element('p');
  root = element('section', { class: 'over' });

  /** @param {import('./vitrine-guest.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.again = button('primary', '', () => floor.session.back());
    this.root.append(this.icon, this.heading, this.why, this.again);
  }

  draw() {
    const { say, session } = this.floor;
    const { ending } = session;
    if (!ending) return;
    this.icon.dataset.icon = ICONS[ending];
    this.heading.textContent = say(`guest_${ending}`);
    this.why.textContent = say(`guest_${ending}_why`);
    this.again.hidden = ending !== 'left' && ending !== 'elsewhere';
    this.again.textContent = say(ending === 'left' ? 'guest_back' : 'guest_take_back');
  }

  close() {}
}
