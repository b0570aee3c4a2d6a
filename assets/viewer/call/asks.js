/**
 * What the advisor asks of the customer, as a question with a yes and a no. A yes to camera, microphone or screen leads to the
 * browser's own question; when that fails it says what to do.
 */

import { button, element } from '../elements.js';
import { trouble } from './trouble.js';

/** @typedef {import('./session.js').Ask} Ask */

const KNOWN = ['camera', 'microphone', 'screen', 'recording', 'air'];

export class Asks {
  title = element('h2', { id: 'call-ask' });
  words = element('p');
  wrong = element('div');
  yes;
  no;
  root = /** @type {HTMLDialogElement} */ (element('dialog', { class: 'ask', 'aria-labelledby': 'call-ask' }));
  /** @type {Ask|null} */
  ask = null;

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.yes = button('primary', '', () => this.agree());
    this.no = button('choice', '', () => this.refuse());
    this.root.append(this.title, this.words, this.wrong, element('div', { class: 'row' }, this.no, this.yes));
    this.root.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.refuse();
    });
  }

  draw() {
    const { say, session } = this.floor;
    const asked = session.active ? (session.call?.asked ?? []) : [];
    const open = asked.find(({ ask, yes }) => yes === null && KNOWN.includes(ask))?.ask ?? null;
    if (open === this.ask) return;
    this.ask = open;
    if (!open) return this.close();
    const name = session.call?.people[0]?.name || say('call_advisor');
    this.title.textContent = say(`call_ask_${open}`, { name });
    this.words.textContent = say(`call_ask_why_${open}`, { name });
    this.yes.textContent = say(`call_yes_${open}`);
    this.no.textContent = say('call_no');
    this.wrong.replaceChildren();
    this.yes.disabled = false;
    if (!this.root.open) this.root.showModal();
    this.no.focus();
  }

  async agree() {
    const { ask } = this;
    if (!ask) return;
    this.yes.disabled = true;
    const done = await this.make(ask);
    if (this.ask !== ask) return;
    this.yes.disabled = false;
    if (done) this.answer(ask, true);
    else if (ask !== 'screen') this.explain(ask);
    else this.wrong.replaceChildren(element('p', { class: 'what', role: 'alert' }, this.floor.say('call_no_screen')));
  }

  /** @param {Ask} ask @returns {Promise<boolean>} whether it is so now */
  async make(ask) {
    const { media } = this.floor.session;
    if (ask === 'screen') return this.floor.sending.share();
    if (ask === 'camera') {
      await this.floor.sending.show();
      return Boolean(media.devices.tracks.camera);
    }
    if (ask === 'microphone') {
      await this.floor.sending.unmute();
      return Boolean(media.devices.tracks.microphone);
    }
    return true;
  }

  /** @param {Ask} ask */
  explain(ask) {
    const device = /** @type {import('./permission.js').Device} */ (ask);
    const problem = this.floor.session.media.devices.problems[device] || 'failed';
    this.wrong.replaceChildren(trouble(this.floor.say, device, problem));
    this.yes.textContent = this.floor.say('call_again');
  }

  refuse() {
    if (this.ask) this.answer(this.ask, false);
  }

  /** @param {Ask} ask @param {boolean} yes */
  answer(ask, yes) {
    this.floor.session.agree(ask, yes);
    this.close();
  }

  close() {
    if (this.root.open) this.root.close();
  }
}
