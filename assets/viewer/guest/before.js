/** Before the green room: who invites, how one is seen and heard, what one is called. Nobody sees or hears anything yet. */

import { Field } from '../call/field.js';
import { Mirror } from '../call/mirror.js';
import { element } from '../elements.js';
import { Control } from './control.js';
import { NAME_MAX } from './session.js';

export class Before {
  invites = element('p', { class: 'invites' });
  heading = element('h1', { tabindex: '-1' });
  mirror;
  mute;
  camera;
  flip;
  name = new Field('guest-name', /** @type {HTMLInputElement} */ (element('input', { type: 'text', maxlength: String(NAME_MAX), autocomplete: 'name', enterkeyhint: 'go' })));
  phone = /** @type {HTMLInputElement} */ (element('input', { type: 'checkbox', id: 'guest-phone' }));
  phoneWords = element('b');
  phoneWhy = element('small');
  only = element('label', { class: 'only', for: 'guest-phone' }, this.phone, element('span', { class: 'words' }, this.phoneWords, this.phoneWhy));
  status = element('p', { class: 'fine', role: 'status' });
  enter = /** @type {HTMLButtonElement} */ (element('button', { type: 'submit', class: 'primary' }));
  root = element('section', { class: 'before' });
  /** The name that the server told has been put into its field. */
  named = false;

  /** @param {import('./vitrine-guest.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    const { session, say } = floor;
    this.mirror = new Mirror(session.media, floor.cures);
    this.mute = new Control('', () => floor.toggleSound());
    this.camera = new Control('', () => floor.togglePicture());
    this.flip = new Control('', () => session.media.devices.flip());
    const controls = element('div', { class: 'controls', role: 'group', 'aria-label': say('guest_devices') }, this.mute.root, this.camera.root, this.flip.root);
    const { preview, meter, troubles, chooser } = this.mirror;
    const look = element('div', { class: 'look' }, preview, controls, meter.root, meter.words);
    const form = element('form', { class: 'stack' }, this.name.root, chooser.root, this.only, element('div', { class: 'go' }, this.enter, this.status));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.enter.disabled) session.enter(this.name.value);
    });
    this.phone.addEventListener('change', () => session.bePhone(this.phone.checked));
    this.root.append(element('div', { class: 'invitation' }, this.invites, this.heading), look, element('div', { class: 'stack form' }, troubles, form));
  }

  draw() {
    const { say, session, small } = this.floor;
    const { show, phone, media } = session;
    const { tracks, asking, problems } = media.devices;
    this.invites.textContent = !show ? '' : show.brand ? say('guest_invites', { brand: show.brand }) : say('guest_invited');
    const title = show ? show.title : say('guest_room');
    if (this.heading.textContent !== title) this.heading.textContent = title;
    this.mirror.draw(say, phone ? ['camera'] : ['camera', 'microphone'], () => session.need());
    const { video, words } = this.mirror;
    if (phone) video.classList.remove('mirrored');
    if (!tracks.camera && !asking) words.textContent = media.cameraOff || problems.camera ? say('guest_camera_is_off') : '';
    this.mute.root.hidden = phone;
    this.camera.root.hidden = phone;
    this.flip.root.hidden = !small || !tracks.camera || !media.devices.flips;
    this.floor.drawControls(this);
    this.name.speak(say('guest_name'));
    if (show && !this.named) {
      this.named = true;
      /** @type {HTMLInputElement} */ (this.name.input).value = session.link.values.name || show.name;
    }
    this.name.root.hidden = phone;
    this.only.hidden = !small && !phone;
    this.phone.checked = phone;
    this.phoneWords.textContent = say('guest_phone');
    this.phoneWhy.textContent = say('guest_phone_why');
    this.enter.textContent = say(phone ? 'guest_enter_phone' : 'guest_enter');
    this.enter.disabled = !show || asking || (phone && !tracks.camera);
    const then = !show ? say(session.lost ? 'guest_unreached' : 'connecting') : say(phone ? 'guest_then_phone' : 'guest_then');
    if (this.status.textContent !== then) this.status.textContent = then;
  }

  close() {
    this.mirror.close();
    this.named = false;
  }
}
