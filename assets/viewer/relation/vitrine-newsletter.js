/**
 * `<vitrine-newsletter>`: asks for the brand's newsletters, and confirms that where the letter's link leads back to this page.
 *
 * Attributes: `topics` (ids with commas between; all when it is not there), `heading` (words over it; empty: none), `lang`; it says itself
 * `filled` when there is something to ask for. Where there is nothing, it takes no space.
 */

import '../common.js';
import { element } from '../elements.js';
import { HOME } from '../home.js';
import { store } from '../store.js';
import { speaker, wordless, wordsIn } from '../strings.js';
import { style } from '../styles.js';
import { NEWSLETTER } from '../words/newsletter.js';

const PARAMETER = 'vitrine-mail';

/** @typedef {{id: string, name: string, text: string}} Topic */

/** The token of a letter's link, once: it is no longer in the address, where others might read it. */
function takeToken() {
  const here = new URL(location.href);
  const token = here.searchParams.get(PARAMETER) ?? '';
  if (token) {
    here.searchParams.delete(PARAMETER);
    history.replaceState(history.state, '', here);
  }
  return token;
}

/** @param {string} path @param {any} [body] @returns {Promise<{status: number, told: any}>} */
async function ask(path, body) {
  const headers = { ...(body ? { 'Content-Type': 'application/json' } : {}), ...(body && store.visitor ? { Authorization: `Visitor ${store.visitor}` } : {}) };
  const options = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
  const response = await fetch(new URL(`relation/v1/${path}`, HOME), options).catch(() => null);
  return { status: response?.status ?? 0, told: await response?.json().catch(() => null) };
}

export class VitrineNewsletter extends HTMLElement {
  static observedAttributes = ['heading', 'lang', 'topics'];

  say = wordless;
  language = 'en';
  here = false;
  token = '';

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: 'open' });
    this.here = true;
    this.token ||= takeToken();
    this.load();
  }

  disconnectedCallback() {
    this.here = false;
  }

  attributeChangedCallback() {
    if (this.here) this.load();
  }

  async load() {
    this.language = (this.getAttribute('lang') || document.documentElement.lang || navigator.language).slice(0, 2);
    this.say = speaker(this.language, NEWSLETTER);
    if (this.token) return this.confirm();
    const { told } = await ask(`topics?language=${wordsIn(this.language)}`);
    if (!told || !this.here) return;
    const wanted = this.getAttribute('topics')?.split(',').map((one) => one.trim());
    const topics = told.topics.filter((/** @type {Topic} */ one) => !wanted || wanted.includes(one.id));
    this.toggleAttribute('filled', topics.length > 0);
    if (topics.length) this.show(...this.form(topics, told.wording));
    else this.shadowRoot?.replaceChildren();
  }

  /** @param {...(Node|string)} parts */
  show(...parts) {
    const sheet = element('link', { rel: 'stylesheet', href: style('relation/vitrine-slot.css', HOME) });
    const heading = this.getAttribute('heading') ?? this.say('mail_heading');
    const title = heading ? [element('h2', {}, heading)] : [];
    const section = element('section', { class: 'asks', lang: wordsIn(this.language), 'aria-label': heading || this.say('mail_heading') }, ...title, ...parts);
    this.shadowRoot?.replaceChildren(sheet, section);
  }

  /** @param {Topic[]} topics @param {string} wording @returns {HTMLElement[]} */
  form(topics, wording) {
    const form = /** @type {HTMLFormElement} */ (element('form', { novalidate: '' }));
    const address = /** @type {HTMLInputElement} */ (element('input', { type: 'email', id: 'address', autocomplete: 'email', inputmode: 'email', maxlength: '254', required: '', 'aria-describedby': 'words said' }));
    const submit = /** @type {HTMLButtonElement} */ (element('button', { class: 'action' }, this.say('mail_ask')));
    const said = element('p', { id: 'said', class: 'said', role: 'status' });
    const words = element('p', { id: 'words', class: 'reason' });
    const boxes = topics.map((topic) => /** @type {HTMLInputElement} */ (element('input', { type: 'checkbox', value: topic.id })));
    const chosen = () => (topics.length > 1 ? topics.filter((_, number) => boxes[number].checked) : topics);
    const write = () => {
      const names = (chosen().length ? chosen() : topics).map((topic) => topic.name).join(', ');
      words.textContent = wording.replace('{topics}', names);
    };
    write();
    if (topics.length > 1) {
      const rows = topics.map((topic, number) => element('label', { class: 'topic' }, boxes[number], element('span', {}, element('strong', {}, topic.name), ...(topic.text ? [element('br'), topic.text] : []))));
      form.append(element('fieldset', {}, element('legend', {}, this.say('mail_topics')), ...rows));
      form.addEventListener('change', write);
    } else if (topics[0].text) form.append(element('p', {}, topics[0].text));
    form.append(element('label', { for: 'address' }, this.say('mail_address')), element('div', { class: 'line' }, address, submit), said, words);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (!chosen().length) return void (said.textContent = this.say('mail_no_topic'));
      if (!address.value.trim() || !address.validity.valid) {
        said.textContent = this.say('mail_no_address');
        address.setAttribute('aria-invalid', 'true');
        return address.focus();
      }
      address.removeAttribute('aria-invalid');
      submit.disabled = true;
      const { status } = await ask('subscribe', {
        email: address.value.trim(),
        topics: chosen().map((topic) => topic.id),
        language: wordsIn(this.language),
        zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? '',
        page: location.href.split('#')[0].slice(0, 500),
      });
      submit.disabled = false;
      if (status === 202) this.end(this.say('mail_asked', { address: address.value.trim() }));
      else said.textContent = this.say(status === 400 ? 'mail_no_address' : status === 429 ? 'mail_too_many' : 'mail_failed');
    });
    return [form];
  }

  async confirm() {
    const { status, told } = await ask(`confirm/${encodeURIComponent(this.token)}`);
    if (!this.here) return;
    this.toggleAttribute('filled', true);
    if (status !== 200) {
      const again = /** @type {HTMLButtonElement} */ (element('button', { type: 'button', class: 'plain' }, this.say('mail_again')));
      again.addEventListener('click', () => this.leave());
      return this.show(element('p', { role: 'status' }, this.say(status ? 'mail_old' : 'mail_failed')), again);
    }
    const yes = /** @type {HTMLButtonElement} */ (element('button', { type: 'button', class: 'action' }, this.say('mail_yes')));
    const said = element('p', { class: 'said', role: 'status' });
    yes.addEventListener('click', async () => {
      yes.disabled = true;
      const { status: done } = await ask('confirm', { token: this.token });
      if (done === 200) return this.end(this.say('mail_done'));
      yes.disabled = false;
      said.textContent = this.say(done === 404 ? 'mail_old' : 'mail_failed');
    });
    this.show(element('p', {}, this.say('mail_confirm', { brand: told.brand, topics: told.topics.join(', ') })), yes, said);
    this.scrollIntoView({ block: 'center' });
    yes.focus({ preventScroll: true });
  }

  /** Ask anew. */
  leave() {
    this.token = '';
    this.load();
  }

  /** @param {string} words */
  end(words) {
    const said = element('p', { role: 'status', tabindex: '-1' }, words);
    this.show(said);
    said.focus({ preventScroll: true });
  }
}

if (!customElements.get('vitrine-newsletter')) customElements.define('vitrine-newsletter', VitrineNewsletter);
