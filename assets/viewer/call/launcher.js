/** The button on the page: what it is for, and whether somebody is there. */

import { button, element } from '../elements.js';

/** @typedef {'free'|'busy'|'closed'|'call'|'air'} Tone */

export class Launcher {
  dot = element('span', { class: 'dot', 'aria-hidden': 'true' });
  title = element('span', { class: 'title' });
  line = element('span', { class: 'line' });
  /** Where there is little room a hand must not meet it by mistake: an icon and one word. */
  icon = element('span', { class: 'picture', 'data-icon': 'chat', 'aria-hidden': 'true' });
  short = element('span', { class: 'short', 'aria-hidden': 'true' });
  badge = element('span', { class: 'badge', hidden: '' });
  root;

  /** @param {() => void} pressed */
  constructor(pressed) {
    this.root = button('launcher', '', pressed);
    this.root.append(this.icon, this.dot, element('span', { class: 'words' }, this.title, this.line), this.short, this.badge);
    this.root.hidden = true;
  }

  /** What the page has put into the element stands instead of our words. @param {string} label */
  speak(label) {
    this.title.replaceChildren(element('slot', {}, label));
  }

  /** @param {{tone: Tone, line: string, short: string, badge: string}} state */
  draw({ tone, line, short, badge }) {
    this.root.hidden = false;
    this.root.dataset.tone = tone;
    if (this.line.textContent !== line) this.line.textContent = line;
    this.line.hidden = !line;
    this.short.textContent = short;
    this.badge.textContent = badge;
    this.badge.hidden = !badge;
  }
}
