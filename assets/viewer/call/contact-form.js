/** Who asks, where they are answered, and what it is about. */

import { element } from '../elements.js';
import { Field } from './field.js';

/** Plainly: whether it exists is found out by writing to it. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+?[\d\s().\-/]+$/;
const PHONE_DIGITS = 6;

/** @typedef {'email'|'contact'} Reach by e-mail only; by e-mail or telephone */

/** @param {string} contact @param {Reach} reach @returns {boolean} whether somebody could be answered there */
export function reaches(contact, reach) {
  if (contact.length < 3 || contact.length > 254) return false;
  return EMAIL.test(contact) || (reach === 'contact' && PHONE.test(contact) && contact.replace(/\D/g, '').length >= PHONE_DIGITS);
}

export class Who {
  name;
  contact;
  topic;
  root = element('div', { class: 'stack' });

  /** @param {import('./vitrine-call.js').Floor} floor @param {string} id of this form @param {Reach} reach */
  constructor(floor, id, reach) {
    this.floor = floor;
    this.reach = reach;
    const name = /** @type {HTMLInputElement} */ (element('input', { type: 'text', maxlength: '40', autocomplete: 'given-name' }));
    const type = reach === 'email' ? 'email' : 'text';
    const contact = /** @type {HTMLInputElement} */ (element('input', { type, maxlength: '254', autocomplete: 'email', required: '', autocapitalize: 'none', spellcheck: 'false' }));
    this.name = new Field(`${id}-name`, name);
    this.contact = new Field(`${id}-contact`, contact);
    this.topic = new Field(`${id}-topic`, /** @type {HTMLSelectElement} */ (element('select')));
    name.addEventListener('change', () => floor.named(this.name.value));
    this.root.append(this.topic.root, this.contact.root, this.name.root);
  }

  /** As the customer is known by now; what was written here before stays. */
  begin() {
    const { say, desk, views } = this.floor;
    const { reach } = this;
    this.name.speak(say('call_name'));
    this.name.input.setAttribute('placeholder', say('call_name_hint'));
    this.contact.speak(say(`call_by_${reach}`));
    this.topic.speak(say('call_topic'));
    if (!this.name.value) this.name.input.value = views.choose.name.value.trim();
    const topics = desk.state?.topics ?? [];
    const chosen = this.topic.input.value || views.choose.chosenTopic;
    this.topic.input.replaceChildren(...topics.map(({ id, name }) => element('option', { value: id }, name)));
    if (topics.some(({ id }) => id === chosen)) this.topic.input.value = chosen;
    this.topic.root.hidden = topics.length < 2;
  }

  /** @returns {Field|null} the first that has to be mended */
  check() {
    const { reach } = this;
    const good = reaches(this.contact.value, reach);
    this.contact.fail(good ? '' : this.floor.say(`call_wrong_${reach}`));
    return good ? null : this.contact;
  }

  get values() {
    const { language } = this.floor;
    return { contact: this.contact.value, name: this.name.value, topic: this.topic.input.value, language: /^[a-z]{2}$/.test(language) ? language : null };
  }
}
