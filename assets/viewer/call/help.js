/** Why the camera or the microphone cannot be had, in a dialog of its own: asked for in the middle of a call. */

import { button, element } from '../elements.js';
import { trouble } from './trouble.js';

export class Help {
  title = element('h2', { id: 'call-help' });
  place = element('div');
  shut;
  root = /** @type {HTMLDialogElement} */ (element('dialog', { class: 'ask', 'aria-labelledby': 'call-help' }));

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.shut = button('choice', '', () => this.close());
    this.root.append(this.title, this.place, this.shut);
  }

  /** @param {import('./permission.js').Device} device @param {() => void} again */
  open(device, again) {
    const { say, session } = this.floor;
    const problem = session.media.devices.problems[device] || 'failed';
    this.title.textContent = say(`call_help_${device}`);
    this.shut.textContent = say('close');
    const retry = () => {
      this.close();
      again();
    };
    this.place.replaceChildren(trouble(say, device, problem, retry));
    if (!this.root.open) this.root.showModal();
  }

  close() {
    if (this.root.open) this.root.close();
  }
}
