/**
 * The panel: a dialog in the page's corner, the whole screen of a phone. It has one view at a time, says what happens, and
 * gives the keyboard back to who opened it.
 */

import { button, element } from '../elements.js';

const PHONE = '(max-width: 560px), (max-height: 480px)';
const NOTE_MS = 7000;

export class Panel {
  title = element('h2', { id: 'call-title', tabindex: '-1' });
  under = element('p', { class: 'under', hidden: '' });
  pills = element('div', { class: 'pills' });
  back;
  smaller;
  shut;
  note = element('p', { class: 'note', role: 'status', hidden: '' });
  place = element('div', { class: 'place' });
  root = /** @type {HTMLDialogElement} */ (element('dialog', { class: 'panel', 'aria-labelledby': 'call-title' }));
  phone = window.matchMedia(PHONE);
  fits = () => this.fit();
  /** In the corner, so that the page can be used. */
  small = false;
  /** @type {number|undefined} */
  timer = undefined;

  /** @param {() => void} returned @param {() => void} shrunk @param {() => void} closed */
  constructor(returned, shrunk, closed) {
    this.closed = closed;
    this.back = button('bare', 'back', returned);
    this.smaller = button('bare', 'smaller', shrunk);
    this.shut = button('bare', 'close', closed);
    this.root.append(
      element('header', {}, this.back, element('div', { class: 'names' }, this.title, this.under), this.pills, this.smaller, this.shut),
      this.note,
      this.place,
    );
    this.root.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.closed();
    });
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented || this.root.matches(':modal')) return;
      event.preventDefault();
      this.closed();
    });
  }

  /** @param {import('../strings.js').Say} say */
  speak(say) {
    for (const [control, key] of /** @type {const} */ ([[this.back, 'call_back'], [this.smaller, 'call_smaller'], [this.shut, 'close']])) {
      control.setAttribute('aria-label', say(key));
      control.title = say(key);
    }
  }

  get shown() {
    return this.root.open;
  }

  /** @param {boolean} small @param {boolean} [take] the keyboard, even from somebody who writes in the page */
  open(small, take = true) {
    this.small = small;
    this.root.classList.toggle('small', small);
    const modal = this.phone.matches && !small;
    if (this.root.open && this.root.matches(':modal') === modal) return;
    const focused = this.focused;
    const writing = take || modal ? null : field(document.activeElement);
    if (this.root.open) this.root.close();
    if (modal) this.root.showModal();
    else this.root.show();
    this.phone.addEventListener('change', this.fits);
    (writing ?? focused ?? this.title).focus();
  }

  /** Another size of the window: a phone's panel is the whole screen, and the page behind it cannot be reached. */
  fit() {
    if (this.shown) this.open(this.small);
  }

  /** What has the keyboard in here. @returns {HTMLElement|null} */
  get focused() {
    const root = /** @type {ShadowRoot} */ (this.root.getRootNode());
    const active = /** @type {HTMLElement|null} */ (root.activeElement ?? null);
    return active && this.root.contains(active) ? active : null;
  }

  /** @param {HTMLElement} view @param {string} name @param {boolean} focus whether the keyboard goes to its beginning */
  show(view, name, focus) {
    this.root.dataset.view = name;
    if (this.place.firstElementChild === view) return;
    this.place.replaceChildren(view);
    if (focus && this.shown && !field(document.activeElement)) this.title.focus();
  }

  /** @param {string} words that go again by themselves */
  tell(words) {
    window.clearTimeout(this.timer);
    this.note.textContent = words;
    this.note.hidden = !words;
    if (words) this.timer = window.setTimeout(() => this.tell(''), NOTE_MS);
  }

  close() {
    window.clearTimeout(this.timer);
    this.phone.removeEventListener('change', this.fits);
    if (this.root.open) this.root.close();
  }
}

/** @param {Element|null} element @returns {HTMLElement|null} itself, when somebody writes in it */
function field(element) {
  return element instanceof HTMLElement && (element.matches('input, textarea, select') || element.isContentEditable) ? element : null;
}
