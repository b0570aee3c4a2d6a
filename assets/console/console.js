/** The console: what staff do in a browser, by the same commands and from the same state as in the window. */

import { element } from '../viewer/elements.js';
import { press } from './form.js';
import { Link } from './link.js';
import { newslettersPanel } from './newsletters.js';
import { PersonPanel } from './person.js';
import { rulesPanel } from './rules.js';
import { segmentsPanel } from './segments.js';
import { signIn, signOut, takeInvitation, whoIsHere } from './sign-in.js';
import { N_, _, language, speak } from './words.js';

const NOTICE_MS = 8000;
const AGAIN_MS = 2000;
/** @type {[string, string][]} */
const TABS = [['segments', N_('Segments')], ['rules', N_('Rules')], ['newsletters', N_('Newsletters')], ['person', N_('Person')]];
/** Where all have room, these two take turns between the others. */
const MIDDLE = ['rules', 'newsletters'];
const LANGUAGES = /** @type {const} */ ([['da', 'Dansk'], ['en', 'English']]);

/** Everything that somebody has in front of them. */
export class Desk {
  /** Titles of products that have been found, by id. @type {Record<string, string>} */
  titles = {};
  /** @type {Record<string, HTMLElement>} */
  panels = {};

  /** @param {HTMLElement} place */
  constructor(place) {
    this.link = new Link();
    this.person = new PersonPanel(this);
    this.standing = element('span', { class: 'standing', role: 'status' });
    this.notice = element('div', { class: 'notice', role: 'status', hidden: '' });
    const choose = element('select', { 'aria-label': 'Sprog · Language' }, ...LANGUAGES.map(([code, name]) => element('option', { value: code }, name)));
    /** @type {HTMLSelectElement} */ (choose).value = language();
    choose.addEventListener('change', () => speakAgain(/** @type {HTMLSelectElement} */ (choose).value));
    const out = press(_('Sign out'), async () => {
      this.link.close();
      await signOut();
      location.reload();
    });
    const bar = element('header', { class: 'bar' }, element('h1', {}, _('Audience')), this.standing, choose, out);
    const tabs = element('nav', { 'aria-label': _('Panels') });
    this.main = element('main');
    for (const [name, words] of TABS) {
      this.panels[name] = element('section', { class: 'panel', 'data-panel': name, 'aria-label': _(words) });
      const tab = press(_(words), () => this.turn(name));
      tab.dataset.tab = name;
      tabs.append(tab);
      this.main.append(this.panels[name]);
    }
    this.panels.person.append(...this.person.nodes);
    this.tabs = tabs;
    place.replaceChildren(bar, tabs, this.main, this.notice);
    this.turn('rules');
    this.link.addEventListener('changed', () => this.draw());
    this.link.addEventListener('changed', () => this.nameProducts(), { once: true });
    setInterval(() => this.drawStanding(), 1000);
    this.drawStanding();
  }

  /** Which panel there is where only one has room. @param {string} name */
  turn(name) {
    if (MIDDLE.includes(name)) this.main.dataset.middle = name;
    for (const tab of /** @type {NodeListOf<HTMLElement>} */ (this.tabs.querySelectorAll('[data-tab]'))) {
      tab.setAttribute('aria-current', String(tab.dataset.tab === name));
      this.panels[tab.dataset.tab ?? ''].classList.toggle('front', tab.dataset.tab === name);
    }
  }

  draw() {
    this.drawStanding();
    if (!this.link.state.relation) return;
    redraw(this.panels.segments, segmentsPanel(this));
    redraw(this.panels.rules, rulesPanel(this));
    if (this.link.state.newsletters) redraw(this.panels.newsletters, newslettersPanel(this));
  }

  /** Whether what is shown is true now, and if not, how old it is. */
  drawStanding() {
    const { connected, heard } = this.link;
    this.standing.classList.toggle('warn', !connected);
    const seconds = Math.round((performance.now() - heard) / 1000);
    const lost = heard ? _('Connection lost: this is {count} s old', { count: seconds }) : _('Connecting …');
    const words = connected ? _('Connected') : lost;
    if (this.standing.textContent !== words) this.standing.textContent = words;
    document.body.classList.toggle('stale', !connected);
  }

  /** A question; throws `Refused`. @param {string} name @param {Record<string, any>} args */
  async ask(name, args) {
    return (await this.link.ask(name, args)).ok;
  }

  /** A command that a form gives; throws `Refused`. @param {string} name @param {Record<string, any>} args */
  async act(name, args) {
    const { undo } = await this.link.ask(name, args);
    if (undo) this.tell(_(undo.sentence), () => this.run(undo.name, undo.args));
  }

  /** The same of a button; what is refused is said. @param {string} name @param {Record<string, any>} args */
  async run(name, args) {
    try {
      await this.act(name, args);
    } catch (error) {
      const { message, params } = /** @type {any} */ (error);
      this.tell(_(message, params), null, true);
      this.draw(); // a control that was turned shows how it stands
    }
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @param {string} words @param {(() => void) | null} back takes back what was done @param {boolean} [bad] */
  tell(words, back, bad = false) {
    const parts = [element('span', {}, words)];
    if (back) parts.push(press(_('Undo'), back, { kind: 'link' }));
    this.notice.replaceChildren(...parts);
    this.notice.classList.toggle('bad', bad);
    this.notice.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.notice.hidden = true), NOTICE_MS);
  }

  /** @param {Record<string, string>} whom */
  look(whom) {
    this.turn('person');
    this.person.look(whom);
  }

  /** So that rules say what they show. */
  async nameProducts() {
    const found = await this.ask('catalogue.search', { limit: 100 }).catch(() => null);
    if (!found) return;
    this.named(found.products);
    this.draw();
  }

  /** Products are called by their titles from now on. @param {{id: string, title: string}[]} products */
  named(products) {
    for (const { id, title } of products) this.titles[id] = title;
  }
}

/** Draw a panel anew; what has the focus keeps it, and where it was scrolled to. @param {HTMLElement} panel @param {Node[]} parts */
function redraw(panel, parts) {
  const active = document.activeElement;
  const key = active instanceof HTMLElement && panel.contains(active) ? active.dataset.key : undefined;
  if (key === 'holdback' && active instanceof HTMLInputElement && active.value !== active.defaultValue) return; // somebody is writing there
  const before = panel.querySelector('.rows')?.scrollTop ?? 0;
  panel.replaceChildren(...parts);
  const rows = panel.querySelector('.rows');
  if (rows) rows.scrollTop = before;
  if (key) /** @type {HTMLElement | null} */ (panel.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
}

/** @param {string} code */
function speakAgain(code) {
  const address = new URL(location.href);
  address.searchParams.set('lang', code);
  location.assign(address);
}

/** Whether this browser may come in, once the server can be asked. @param {HTMLElement} place */
async function known(place) {
  while (true) {
    const { reached, here } = await whoIsHere();
    if (reached) return here;
    place.replaceChildren(element('main', { class: 'alone' }, element('p', { role: 'status' }, _('The server cannot be reached'))));
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

async function run() {
  const place = /** @type {HTMLElement} */ (document.getElementById('console'));
  let invite = takeInvitation();
  await speak(language());
  let here = await known(place);
  let problem = '';
  while (true) {
    if (!here) await signIn(place, problem, invite);
    invite = '';
    const desk = new Desk(place);
    desk.link.open();
    await new Promise((done) => desk.link.addEventListener('stranger', done));
    problem = _('You were signed out: your token has ended, or was taken back');
    here = false;
  }
}

run();
