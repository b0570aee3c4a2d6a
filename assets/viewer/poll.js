/** The poll: a question, two to four answers, and how they stand once one has voted or it is over. */

import { element } from './elements.js';

/** Whole per cents that add up to 100 (largest remainder). @param {number[]} votes @returns {number[]} */
export function shares(votes) {
  const total = votes.reduce((sum, count) => sum + count, 0);
  if (!total) return votes.map(() => 0);
  const exact = votes.map((count) => (count * 100) / total);
  const whole = exact.map(Math.floor);
  const order = exact.map((_, place) => place).sort((a, b) => whole[a] - exact[a] - (whole[b] - exact[b]) || a - b);
  const missing = 100 - whole.reduce((sum, share) => sum + share, 0);
  for (const place of order.slice(0, missing)) whole[place] += 1;
  return whole;
}

export class PollView {
  root = element('section', { class: 'poll', hidden: '' });
  /** @type {any} */
  poll = null;
  chosen = -1;

  /** @param {(answer: number) => Promise<any>} vote */
  constructor(vote) {
    this.vote = vote;
  }

  /** @param {any} poll or null; its `votes` are null where nobody knows them @param {import('./strings.js').Say} say */
  draw(poll, say) {
    if (poll?.id !== this.poll?.id) this.chosen = -1;
    this.poll = poll;
    this.root.hidden = !poll;
    if (!poll) return;
    const over = poll.state !== 'open';
    const shown = poll.votes !== null && (over || this.chosen >= 0);
    const parts = shares(poll.votes ?? []);
    const total = (poll.votes ?? []).reduce((/** @type {number} */ sum, /** @type {number} */ count) => sum + count, 0);
    this.root.setAttribute('aria-label', say('poll'));
    const answers = poll.answers.map((/** @type {string} */ words, /** @type {number} */ place) => {
      const answer = /** @type {HTMLButtonElement} */ (element('button', { type: 'button', class: 'answer', 'aria-pressed': String(this.chosen === place) }, element('span', {}, words)));
      answer.disabled = over;
      if (shown) {
        const bar = element('span', { class: 'bar' });
        bar.style.width = `${parts[place]}%`;
        answer.append(bar, element('span', { class: 'share' }, `${parts[place]} %`));
      }
      answer.addEventListener('click', async () => {
        const before = this.chosen;
        this.chosen = place;
        this.draw(this.poll, say);
        const said = await this.vote(place);
        if (!said?.ok) {
          this.chosen = before;
          this.draw(this.poll, say);
        }
      });
      return answer;
    });
    const under = over && shown ? say('poll_over', { count: total }) : shown ? say('votes', { count: total }) : '';
    const focused = /** @type {ShadowRoot} */ (this.root.getRootNode()).activeElement?.closest('.answer');
    const place = focused ? [...this.root.querySelectorAll('.answer')].indexOf(focused) : -1;
    this.root.replaceChildren(element('p', { class: 'question' }, poll.question), ...answers, element('p', { class: 'under' }, under));
    if (place >= 0) /** @type {HTMLElement|undefined} */ (this.root.querySelectorAll('.answer')[place])?.focus();
  }
}
