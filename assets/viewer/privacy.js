/**
 * Asks, for pages without a consent tool of their own; and lets everybody see and delete what is held about them. Yes and no
 * are equally easy, and nothing waits for an answer.
 */

import { consents } from './consent.js';
import { button, element } from './elements.js';
import { vitrine } from './page-api.js';
import { lower, raise } from './top-layer.js';

const KINDS = /** @type {const} */ (['analytics', 'personalisation', 'marketing']);

export class Privacy {
  /** @type {import('./strings.js').Say} */
  say = (key) => key;
  language = 'en';
  bar = element('section', { class: 'consent', hidden: '' });
  dialog = /** @type {HTMLDialogElement} */ (element('dialog', { class: 'privacy' }));

  /** @param {import('./strings.js').Say} say @param {string} language @param {boolean} asks whether the bar is ours to show */
  speak(say, language, asks) {
    this.say = say;
    this.language = language;
    this.asks = asks;
    this.bar.setAttribute('aria-label', say('privacy'));
    const words = element('p', {}, say('consent_ask'));
    const no = this.press('consent_no', () => this.choose(false));
    const yes = this.press('consent_yes', () => this.choose(true));
    const choose = this.press('consent_choose', () => this.open());
    choose.className = 'plain';
    this.bar.replaceChildren(words, element('div', { class: 'row' }, no, yes, choose));
    this.refresh();
  }

  refresh() {
    this.bar.hidden = !this.asks || consents.choices !== null;
    (this.bar.hidden ? lower : raise)(this.bar);
  }

  /** @param {string} words @param {() => void} pressed */
  press(words, pressed) {
    const made = element('button', { type: 'button', class: 'choice' }, this.say(words));
    made.addEventListener('click', pressed);
    return made;
  }

  /** @param {boolean} all */
  choose(all) {
    consents.choose({ analytics: all, personalisation: all, marketing: all });
    this.refresh();
    this.dialog.close();
  }

  open() {
    const say = this.say;
    const close = button('close', 'close', () => this.dialog.close());
    close.setAttribute('aria-label', say('close'));
    const boxes = KINDS.map((kind) => {
      const box = /** @type {HTMLInputElement} */ (element('input', { type: 'checkbox', name: kind }));
      box.checked = consents.choices?.[kind] ?? false;
      return box;
    });
    const rows = KINDS.map((kind, place) =>
      element('label', { class: 'agree' }, boxes[place], element('span', {}, element('b', {}, say(kind)), element('small', {}, say(`${kind}_why`)))),
    );
    const save = this.press('consent_save', () => {
      const [analytics, personalisation, marketing] = boxes.map((box) => box.checked);
      consents.choose({ analytics, personalisation, marketing });
      this.refresh();
      this.dialog.close();
    });
    const held = element('div', { class: 'held-data', tabindex: '0', role: 'region', 'aria-label': say('show_held'), hidden: '' });
    const files = element('div', { class: 'row', hidden: '' });
    const told = element('p', { role: 'status' });
    const show = this.press('show_held', async () => {
      const found = await this.showHeld(held, files).catch(() => null);
      told.textContent = found ? (found.length ? '' : say('held_nothing')) : say('failed');
      held.hidden = files.hidden = !found?.length;
    });
    const forget = this.press('forget_me', async () => {
      const done = await vitrine.forget().catch(() => null);
      told.textContent = say(done?.ok ? 'forgotten' : 'failed');
      held.hidden = files.hidden = true;
    });
    show.className = forget.className = 'plain';
    const title = element('h2', { id: 'privacy-title' }, say('privacy'));
    this.dialog.setAttribute('aria-labelledby', 'privacy-title');
    this.dialog.replaceChildren(close, title, element('p', {}, say('privacy_words')), ...rows, save, element('hr'), element('div', { class: 'row' }, show, forget), told, files, held);
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** @param {HTMLElement} held @param {HTMLElement} files @returns {Promise<HTMLElement[]>} what is held, in words */
  async showHeld(held, files) {
    const [{ sections }, { inWords, asPage, save }] = await Promise.all([vitrine.told(this.language), import('./held.js')]);
    const words = inWords(sections, this.language, (count) => this.say('held_more', { count }));
    held.replaceChildren(...words);
    const page = this.press('save_page', () => save('vitrine.html', 'text/html', asPage(words, this.say('held_title'), this.language)));
    const data = this.press('save_data', async () => save('vitrine.json', 'application/json', JSON.stringify(await vitrine.held(), null, 1)));
    page.className = data.className = 'plain';
    files.replaceChildren(page, data);
    return words;
  }

  close() {
    this.dialog.close();
  }
}
