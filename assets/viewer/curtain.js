/** What is seen while there is no programme: drawn by the page itself, so it holds even if the studio is gone. */

import { element } from './elements.js';

/** Which words each curtain says: headline, and the line below. @type {Record<string, [string, string]>} */
const WORDS = {
  before: ['before', ''],
  connecting: ['', 'connecting'],
  back: ['back', 'back_why'],
  paused: ['paused', 'paused_why'],
  ended: ['ended', 'ended_why'],
};

export class Curtain {
  /**
   * @param {import('./strings.js').Say} say
   * @param {string} language
   * @param {string} poster
   * @param {URL} home
   */
  constructor(say, language, poster, home) {
    this.say = say;
    this.language = language;
    this.name = '';
    this.title = element('p', { class: 'title' });
    this.headline = element('h2', { class: 'headline' });
    this.line = element('p', { class: 'line' });
    this.picture = /** @type {HTMLImageElement} */ (element('img', { class: 'poster', alt: '' }));
    this.home = home;
    this.setPoster(poster);
    this.words = element('div', { class: 'words', 'aria-live': 'polite' }, this.title, this.headline, this.line);
    this.root = element('div', { class: 'curtain' }, this.picture, this.words);
    /** @type {number|undefined} */
    this.timer = undefined;
    /** @type {any} */
    this.show = null;
  }

  /** @param {string} poster */
  setPoster(poster) {
    this.picture.hidden = !poster;
    if (poster && this.picture.dataset.src !== poster) {
      this.picture.dataset.src = poster;
      this.picture.src = new URL(poster, this.home).href;
    }
  }

  /** @param {string} name empty to lift it @param {any} show */
  draw(name, show) {
    this.name = name;
    this.show = show;
    this.root.hidden = !name;
    this.root.dataset.name = name;
    window.clearTimeout(this.timer);
    if (show) {
      this.title.textContent = show.title;
      this.setPoster(show.poster);
    }
    if (!name) return;
    const [headline, line] = WORDS[name];
    this.set(this.headline, name === 'before' ? this.beforeWords() : headline ? this.say(headline) : '');
    this.set(this.line, line ? this.say(line) : '');
    if (name === 'before') this.timer = window.setTimeout(() => this.draw(name, show), 1000);
  }

  /** When it begins; a time that has passed becomes "any moment", never a negative countdown. */
  beforeWords() {
    const starts = this.show?.starts_at_ms;
    if (!starts) return this.say('before');
    if (starts <= Date.now()) return this.say('starting');
    const soon = starts - Date.now() < 20 * 3600 * 1000;
    const format = new Intl.DateTimeFormat(this.language, soon ? { timeStyle: 'short' } : { dateStyle: 'full', timeStyle: 'short' });
    return this.say('before_at', { time: format.format(starts) });
  }

  /** @param {HTMLElement} where @param {string} words */
  set(where, words) {
    if (where.textContent !== words) where.textContent = words;
    where.hidden = !words;
  }

  close() {
    window.clearTimeout(this.timer);
  }
}
