/** What is seen while there is no programme: drawn by the page itself, so it holds even if the studio is gone. */

import { element } from './elements.js';
import { wordless } from './strings.js';

/** Which words each curtain says: headline, and the line below. @type {Record<string, [string, string]>} */
const WORDS = {
  before: ['before', ''],
  connecting: ['', 'connecting'],
  unable: ['no_webrtc', ''],
  back: ['back', 'back_why'],
  paused: ['paused', 'paused_why'],
  ended: ['ended', 'ended_why'],
};

export class Curtain {
  name = '';
  language = 'en';
  home = new URL(import.meta.url);
  /** @type {import('./strings.js').Say} */
  say = wordless;
  /** @type {any} */
  show = null;
  /** @type {number|undefined} */
  timer = undefined;
  title = element('p', { class: 'title' });
  headline = element('h2', { class: 'headline' });
  line = element('p', { class: 'line' });
  picture = /** @type {HTMLImageElement} */ (element('img', { class: 'poster', alt: '' }));
  calendar = element('a', { class: 'calendar', hidden: '' });
  words = element('div', { class: 'words', 'aria-live': 'polite' }, this.title, this.headline, this.line, this.calendar);
  root = element('div', { class: 'curtain' }, this.picture, this.words);

  /**
   * @param {import('./strings.js').Say} say
   * @param {string} language
   * @param {string} poster
   * @param {URL} home
   */
  speak(say, language, poster, home) {
    this.say = say;
    this.language = language;
    this.home = home;
    this.setPoster(poster);
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
    this.calendar.hidden = name !== 'before' || !show?.starts_at_ms || show.starts_at_ms <= Date.now();
    if (!name) return;
    if (!this.calendar.hidden) {
      this.calendar.textContent = this.say('calendar');
      this.calendar.setAttribute('href', new URL(`shows/${encodeURIComponent(show.id)}/calendar.ics`, this.home).href);
    }
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
