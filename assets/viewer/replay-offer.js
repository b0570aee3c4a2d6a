/** What lies over the picture while a replay does not play: the poster that starts it, that it comes, or why it does not. */

import { button, element } from './elements.js';
import { clock } from './missed.js';
import { pictureAddress } from './product-view.js';

export class Offer {
  picture = /** @type {HTMLImageElement} */ (element('img', { class: 'poster', alt: '', hidden: '' }));
  title = element('p', { class: 'title' });
  facts = element('p', { class: 'facts' });
  words = element('p', { class: 'line', role: 'status' });
  big = button('big', 'play', () => this.pressed(this.from_ms));
  go = button('go', '', () => this.pressed(this.from_ms));
  first = button('first', '', () => this.pressed(0));
  retry = button('go', '', () => this.again());
  wheel = element('span', { class: 'wheel', 'aria-hidden': 'true' });
  root = element(
    'div',
    { class: 'offer', hidden: '' },
    this.picture,
    this.big,
    element('div', { class: 'middle' }, this.wheel, this.words, this.retry),
    element('div', { class: 'words' }, this.title, this.facts, element('div', { class: 'row' }, this.go, this.first)),
  );
  from_ms = 0;
  /** @type {import('./strings.js').Say} */
  say = (key) => key;

  /** @param {(film_ms: number) => void} pressed @param {() => void} again */
  constructor(pressed, again) {
    this.pressed = pressed;
    this.again = again;
    this.picture.addEventListener('error', () => (this.picture.hidden = true));
  }

  /** @param {import('./strings.js').Say} say */
  speak(say) {
    this.say = say;
    this.big.setAttribute('aria-label', say('replay_play'));
    this.first.textContent = say('replay_first');
    this.retry.textContent = say('film_retry');
  }

  /** @param {string} title @param {string} poster @param {number} length_ms @param {URL} home */
  load(title, poster, length_ms, home) {
    this.title.textContent = title;
    this.facts.textContent = this.say('replay_length', { minutes: Math.max(1, Math.round(length_ms / 60000)) });
    const address = pictureAddress(poster, home);
    this.picture.hidden = !address;
    if (address && this.picture.src !== address) this.picture.src = address;
  }

  /**
   * @param {'offer'|'coming'|'failed'|''} what
   * @param {{from_ms?: number, words?: string, bare?: boolean}} [more] where one left it; why it failed; `bare`: the film's own picture stays in sight
   */
  draw(what, { from_ms = 0, words = '', bare = false } = {}) {
    this.from_ms = from_ms;
    this.root.hidden = !what;
    this.root.dataset.what = what;
    this.root.classList.toggle('bare', bare);
    this.big.hidden = what !== 'offer';
    this.wheel.hidden = what !== 'coming';
    this.title.hidden = bare || what === 'coming';
    this.facts.hidden = what !== 'offer';
    this.go.textContent = this.say('replay_from', { time: clock(from_ms) });
    this.go.hidden = this.first.hidden = what !== 'offer' || !from_ms;
    this.retry.hidden = what !== 'failed';
    const said = what === 'coming' ? this.say('replay_coming') : words;
    if (this.words.textContent !== said) this.words.textContent = said;
    this.words.hidden = !said;
  }
}
