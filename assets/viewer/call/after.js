/** After the call: why it is over, how it was, and what was written to take along. */

import { button, element } from '../elements.js';
import { Rating } from './rating.js';
import { transcript } from './transcript.js';

/** Nobody answered. */
const UNANSWERED = ['no_answer', 'closed'];
const ENDINGS = ['hung_up', 'left', 'no_answer', 'closed', 'blocked'];

export class After {
  words = element('p', { class: 'headline' });
  why = element('p');
  rating;
  lines = element('ol', { class: 'kept', tabindex: '0' });
  copy;
  download;
  shut;
  written = element('div', { class: 'stack' });
  instead = element('div');
  root;
  drawn = '';

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.rating = new Rating((stars, text) => floor.session.rate(stars, text));
    this.copy = button('choice', '', () => this.copied());
    this.download = button('choice', '', () => this.downloaded());
    this.shut = button('choice', '', () => floor.done());
    const top = element('div', { class: 'told' }, this.words, this.why);
    this.root = element('section', { class: 'after' }, element('div', { class: 'scroll stack' }, top, this.instead, this.rating.root, this.written), element('footer', {}, this.shut));
  }

  draw() {
    const { say, session, hours } = this.floor;
    const { call, lines, answered } = session;
    if (!call) return;
    const drawn = JSON.stringify([call.id, call.ending, answered, lines.all.length, hours.allowed]);
    if (drawn === this.drawn) return;
    if (!this.drawn.startsWith(JSON.stringify([call.id]).slice(0, -1))) this.rating.begin(say);
    this.drawn = drawn;
    const ending = ENDINGS.includes(call.ending) ? call.ending : 'hung_up';
    this.words.textContent = say(answered && ending === 'hung_up' ? 'call_thanks' : `call_ending_${ending}`);
    this.why.textContent = say(answered && ending === 'hung_up' ? 'call_thanks_why' : `call_ending_why_${ending}`);
    this.instead.replaceChildren(...(UNANSWERED.includes(ending) ? [hours.offers(['message', 'book'])] : []));
    this.instead.hidden = !UNANSWERED.includes(ending) || !hours.allowed.length;
    this.rating.root.hidden = !answered || ending === 'blocked';
    this.written.hidden = !lines.all.length;
    const rows = lines.all.map((line) => element('li', {}, transcript([line], this.floor).split('\n')[2]));
    this.lines.replaceChildren(...rows);
    this.lines.setAttribute('aria-label', say('call_transcript'));
    this.copy.textContent = say('call_copy');
    this.download.textContent = say('call_download');
    this.written.replaceChildren(element('h3', { class: 'small-head' }, say('call_transcript')), this.lines, element('div', { class: 'row' }, this.copy, this.download));
    this.shut.textContent = say('close');
  }

  async copied() {
    const { say, session } = this.floor;
    const text = transcript(session.lines.all, this.floor);
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    this.copy.textContent = say(done ? 'call_copied' : 'failed');
  }

  downloaded() {
    const text = transcript(this.floor.session.lines.all, this.floor);
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
    const link = /** @type {HTMLAnchorElement} */ (element('a', { href: address, download: `${this.floor.say('call_file')}.txt` }));
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
}
