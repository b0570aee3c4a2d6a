/** Another camera, another microphone, or why there is none: in the middle of it. */

import { Mirror } from '../call/mirror.js';
import { button, element } from '../elements.js';

export class DevicesDialog {
  title = element('h2', { id: 'guest-devices' });
  one = element('p', { class: 'fine' });
  keys = /** @type {HTMLInputElement} */ (element('input', { type: 'checkbox', id: 'guest-keys' }));
  keysWords = element('span', { class: 'words' });
  root = /** @type {HTMLDialogElement} */ (element('dialog', { class: 'ask', 'aria-labelledby': 'guest-devices' }));

  /** @param {import('./vitrine-guest.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.mirror = new Mirror(floor.session.media, floor.cures);
    this.done = button('primary', '', () => this.close());
    const { preview, meter, troubles, chooser } = this.mirror;
    const shortcuts = element('label', { class: 'only', for: 'guest-keys' }, this.keys, this.keysWords);
    this.shortcuts = shortcuts;
    this.root.append(this.title, troubles, preview, meter.root, meter.words, chooser.root, this.one, shortcuts, element('div', { class: 'row' }, this.done));
    this.keys.addEventListener('change', () => {
      floor.session.link.keep({ keys: this.keys.checked });
      floor.draw();
    });
    this.root.addEventListener('close', () => this.rest());
  }

  open() {
    if (!this.root.open) this.root.showModal();
    this.floor.draw();
  }

  draw() {
    if (!this.root.open) return;
    const { say, session } = this.floor;
    const { devices } = session.media;
    this.title.textContent = session.onAir ? `${say('guest_on_air')} · ${say('guest_devices')}` : say('guest_devices');
    this.mirror.draw(say, ['camera', 'microphone'], () => session.need());
    this.mirror.preview.hidden = !devices.tracks.camera;
    this.one.textContent = say('guest_one_of_each');
    this.one.hidden = !this.mirror.chooser.root.hidden;
    this.keysWords.textContent = say('guest_keys');
    this.shortcuts.hidden = this.floor.small;
    this.keys.checked = session.link.values.keys;
    this.done.textContent = say('guest_done');
  }

  rest() {
    this.mirror.close();
    this.mirror.chooser.root.replaceChildren();
    this.mirror.chooser.drawn = '';
  }

  close() {
    if (this.root.open) this.root.close();
  }
}
