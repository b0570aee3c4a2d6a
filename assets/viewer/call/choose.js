/** The beginning: what it is about, who asks, and in which way. */

import { element } from '../elements.js';
import { hours, wait } from './times.js';
import { ways } from './kind-buttons.js';

export class Choose {
  status = element('p', { class: 'desk' });
  topic = /** @type {HTMLSelectElement} */ (element('select', { id: 'call-topic' }));
  topicField = element('div', { class: 'field' });
  name = /** @type {HTMLInputElement} */ (element('input', { id: 'call-name', type: 'text', maxlength: '40', autocomplete: 'given-name' }));
  nameField = element('div', { class: 'field' });
  told = element('p', { class: 'fine' });
  ways = element('div');
  form = element('div', { class: 'stack' });
  closed = element('div', { class: 'stack' });
  booked = element('div');
  later = element('div');
  root = element('section', { class: 'choose scroll' }, this.booked, this.form, this.closed);
  drawn = '';

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.name.addEventListener('change', () => floor.named(this.name.value.trim()));
  }

  /** @param {string} topic preselected @param {string} name remembered */
  speak(topic, name) {
    const { say } = this.floor;
    this.preselected = topic;
    if (!this.name.value) this.name.value = name;
    this.name.setAttribute('placeholder', say('call_name_hint'));
    this.topicField.replaceChildren(element('label', { for: 'call-topic' }, say('call_topic')), this.topic);
    this.nameField.replaceChildren(element('label', { for: 'call-name' }, say('call_name')), this.name);
    this.ways.replaceChildren(
      element('h3', { class: 'small-head' }, say('call_how')),
      ways(say, (kind) => this.floor.chosen(kind)),
    );
    this.form.replaceChildren(this.status, this.topicField, this.nameField, this.ways, this.told, this.later);
  }

  /** @returns {string} */
  get chosenTopic() {
    return this.topicField.hidden ? (this.topic.options[0]?.value ?? '') : this.topic.value;
  }

  draw() {
    const { say, language, desk, consented, hours: after } = this.floor;
    const { state } = desk;
    this.form.hidden = !state?.open;
    this.closed.hidden = Boolean(state?.open);
    const drawn = JSON.stringify([state, language, consented, after.brief]);
    if (!state || drawn === this.drawn) return;
    this.drawn = drawn;
    const card = after.card();
    this.booked.replaceChildren(...card);
    this.booked.hidden = !card.length;
    if (!state.open) this.closed.replaceChildren(after.closed());
    const links = state.open ? after.links(false) : [];
    this.later.replaceChildren(element('h3', { class: 'small-head' }, say('call_later')), element('div', { class: 'row' }, ...links));
    this.later.hidden = !links.length;
    const first = state.free ? say('call_free') : say('call_busy', { count: state.waiting });
    const parts = [first, ...(state.free ? [] : [wait(state.wait_s, say)]), hours(state, say, language)].filter(Boolean);
    this.status.dataset.tone = state.free ? 'free' : 'busy';
    this.status.replaceChildren(element('span', { class: 'dot', 'aria-hidden': 'true' }), element('span', {}, parts.join(' · ')));
    this.topics(state.topics);
    this.told.textContent = say(consented ? 'call_told' : 'call_untold');
  }

  /** @param {{id: string, name: string}[]} topics */
  topics(topics) {
    const chosen = this.topic.value || this.preselected || '';
    this.topic.replaceChildren(...topics.map(({ id, name }) => element('option', { value: id }, name)));
    if (topics.some(({ id }) => id === chosen)) this.topic.value = chosen;
    this.topicField.hidden = topics.length < 2;
  }
}
