/** How it was: one to five stars, each with its word. */

import { button, element } from '../elements.js';

const STARS = [1, 2, 3, 4, 5];

export class Rating {
  stars = /** @type {HTMLFieldSetElement} */ (element('fieldset', { class: 'stars' }));
  word = element('p', { class: 'word', 'aria-hidden': 'true' });
  text = /** @type {HTMLTextAreaElement} */ (element('textarea', { rows: '2', maxlength: '1000', id: 'call-rate-text' }));
  told = element('p', { role: 'status' });
  send;
  root = element('div', { class: 'rating stack' });
  chosen = 0;

  /** @param {(stars: number, text: string) => Promise<boolean>} rate */
  constructor(rate) {
    this.rate = rate;
    this.send = button('primary', '', () => this.submit());
  }

  /** @param {import('../strings.js').Say} say */
  begin(say) {
    this.say = say;
    this.chosen = 0;
    this.text.value = '';
    this.told.textContent = '';
    this.word.textContent = '';
    this.stars.disabled = false;
    const labels = STARS.map((stars) => this.star(say, stars));
    this.stars.replaceChildren(element('legend', {}, say('call_rate')), ...labels);
    this.send.textContent = say('send');
    this.send.disabled = true;
    const field = element('div', { class: 'field' }, element('label', { for: 'call-rate-text' }, say('call_rate_more')), this.text);
    this.more = element('div', { class: 'stack', hidden: '' }, field, this.send);
    this.root.replaceChildren(this.stars, this.word, this.more, this.told);
  }

  /** @param {import('../strings.js').Say} say @param {number} stars */
  star(say, stars) {
    const input = /** @type {HTMLInputElement} */ (element('input', { type: 'radio', name: 'call-stars', value: String(stars) }));
    input.addEventListener('change', () => this.choose(stars));
    const words = say(`call_stars_${stars}`);
    return element('label', { class: 'star', title: words }, input, element('span', { class: 'picture', 'data-icon': 'star', 'aria-hidden': 'true' }), element('span', { class: 'unseen' }, `${stars}: ${words}`));
  }

  /** @param {number} stars */
  choose(stars) {
    this.chosen = stars;
    this.stars.dataset.stars = String(stars);
    [...this.stars.querySelectorAll('.star')].forEach((label, place) => label.classList.toggle('lit', place < stars));
    this.word.textContent = this.say?.(`call_stars_${stars}`) ?? '';
    if (this.more) this.more.hidden = false;
    this.send.disabled = false;
  }

  async submit() {
    if (!this.chosen) return;
    this.send.disabled = true;
    const done = await this.rate(this.chosen, this.text.value.trim());
    this.told.textContent = this.say?.(done ? 'call_rated' : 'failed') ?? '';
    this.send.disabled = done;
    this.stars.disabled = done;
    if (done && this.more) this.more.hidden = true;
  }
}
