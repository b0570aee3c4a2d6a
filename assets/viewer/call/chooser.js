/** Which camera, which microphone. */

import { element } from '../elements.js';

/** @typedef {import('./permission.js').Device} Device */

export class Chooser {
  root = element('div', { class: 'chooser' });
  drawn = '';

  /** @param {import('./devices.js').Devices} devices */
  constructor(devices) {
    this.devices = devices;
  }

  /** @param {import('../strings.js').Say} say @param {Device[]} wanted */
  draw(say, wanted) {
    const { choices, tracks } = this.devices;
    const offered = wanted.filter((device) => tracks[device] && choices[device].length > 1);
    const now = offered.map((device) => [device, choices[device], tracks[device]?.getSettings().deviceId]);
    const drawn = JSON.stringify(now);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.root.replaceChildren(...offered.map((device) => this.field(say, device)));
    this.root.hidden = !offered.length;
  }

  /** @param {import('../strings.js').Say} say @param {Device} device */
  field(say, device) {
    const select = /** @type {HTMLSelectElement} */ (element('select', { id: `call-${device}` }));
    this.devices.choices[device].forEach(({ id, label }, place) => {
      select.append(element('option', { value: id }, label || say(`call_some_${device}`, { number: place + 1 })));
    });
    select.value = this.devices.tracks[device]?.getSettings().deviceId ?? '';
    select.addEventListener('change', () => this.devices.choose(device, select.value));
    return element('div', { class: 'field' }, element('label', { for: `call-${device}` }, say(`call_pick_${device}`)), select);
  }
}
