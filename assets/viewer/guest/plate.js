/** Where one is, unmistakably: in the green room, or on air. In words, in a sign and in colour; what changes is also said. */

import { element } from '../elements.js';

export class Plate {
  icon = element('span', { class: 'picture', 'aria-hidden': 'true' });
  heading = element('h1', { tabindex: '-1' });
  why = element('p', { role: 'status' });
  show = element('p', { class: 'of' });
  root = element('header', { class: 'plate' }, element('div', { class: 'sign' }, this.icon, this.heading), this.why, this.show);

  /** @param {import('./vitrine-guest.js').Floor} floor */
  draw({ say, session }) {
    const { onAir, phone, sends, show } = session;
    this.root.toggleAttribute('data-air', onAir);
    this.icon.dataset.icon = onAir ? 'air' : phone ? 'camera' : 'door';
    const words = onAir ? say('guest_on_air') : say(phone ? 'guest_phone_room' : 'guest_room');
    if (this.heading.textContent !== words) this.heading.textContent = words;
    const why = onAir ? say(`guest_air_${sends}`) : session.connection !== 'connected' ? '' : say(`guest_green_${sends}`);
    if (this.why.textContent !== why) this.why.textContent = why;
    this.show.textContent = [show?.brand, show?.title].filter(Boolean).join(' · ');
  }
}
