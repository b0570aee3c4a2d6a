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
const OUT = 'vitrine-console-out';
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
    this.age = element('span', { class: 'standing warn' });
    this.notice = element('div', { class: 'notice', role: 'status' });
    const choose = element('select', { 'aria-label': 'Sprog · Language' }, ...LANGUAGES.map(([code, name]) => element('option', { value: code }, name)));
    /** @type {HTMLSelectElement} */ (choose).value = language();
    choose.addEventListener('change', () => speakAgain(/** @type {HTMLSelectElement} */ (choose).value));
    const out = press(_('Sign out'), async () => {
      if (!(await signOut())) return this.tell(_('The server cannot be reached'), null, true);
      this.link.close();
      location.reload();
    });
    const bar = element('header', { class: 'bar' }, element('h1', {}, _('Audience')), this.standing, this.age, choose, out);
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
    this.link.addEventListener('welcome', () => this.nameProducts());
    // A row that is drawn anew between press and release gets no click.
    document.addEventListener('pointerdown', () => (this.pressed = true));
    for (const over of ['pointerup', 'pointercancel']) document.addEventListener(over, () => setTimeout(() => this.released()));
    this.panels.rules.addEventListener('focusout', () => setTimeout(() => this.draw()));
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

  pressed = false;
  /** What each panel was drawn from. @type {Record<string, string>} */
  drawn = {};

  released() {
    this.pressed = false;
    this.draw();
  }

  /** Draw the panels anew of which something has changed. */
  draw() {
    this.drawStanding();
    const { relation, newsletters } = this.link.state;
    if (!relation || this.pressed) return;
    const { segments } = relation;
    this.drawPanel('segments', [relation.profiles, relation.waiting, segments], segmentsPanel);
    this.drawPanel('rules', [relation.rules, relation.holdback, segments, this.titles], rulesPanel);
    if (newsletters) this.drawPanel('newsletters', [newsletters, segments], newslettersPanel);
  }

  /** @param {string} name @param {any} from @param {(desk: Desk) => Node[]} make */
  drawPanel(name, from, make) {
    const said = JSON.stringify(from);
    if (this.drawn[name] !== said && redraw(this.panels[name], () => make(this))) this.drawn[name] = said;
  }

  /** Whether what is shown is true now, and if not, how old it is. */
  drawStanding() {
    const { connected, heard, refusal } = this.link;
    this.standing.classList.toggle('warn', !connected);
    let words = connected ? _('Connected') : heard ? _('Connection lost') : _('Connecting …');
    const anew = _('Load the page anew');
    if (refusal) words = `${_(refusal.message, refusal.params)} · ${anew}`;
    const age = connected || !heard ? '' : _('this is {count} s old', { count: Math.round((performance.now() - heard) / 1000) });
    if (this.standing.textContent !== words) this.standing.textContent = words;
    this.age.textContent = age;
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
      this.drawn = {}; // a control that was turned shows how it stands
      this.draw();
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
    this.notice.setAttribute('role', bad ? 'alert' : 'status');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hush(), NOTICE_MS);
  }

  /** Nothing goes away under somebody's finger. */
  hush() {
    if (this.notice.matches(':focus-within, :hover')) this.timer = setTimeout(() => this.hush(), NOTICE_MS);
    else this.notice.replaceChildren();
  }

  /** @param {Record<string, string>} whom */
  look(whom) {
    this.turn('person');
    this.person.look(whom);
  }

  /** Beside a page of the shop: its visitor, once there is a connection. @param {string | null} visitor */
  cockpit(visitor) {
    if (visitor === null) return;
    this.turn('person');
    this.person.waits(visitor);
    const look = () => visitor && this.person.look({ find: visitor, by: 'visitor' });
    if (this.link.connected) look();
    else this.link.addEventListener('welcome', look, { once: true });
  }

  /** So that rules say what they show. */
  async nameProducts() {
    const found = await this.ask('catalogue.search', { limit: 100 }).catch(() => null);
    if (found) this.named(found.products);
  }

  /** Products are called by their titles from now on. @param {{id: string, title: string}[]} products */
  named(products) {
    for (const { id, title } of products) this.titles[id] = title;
    this.draw();
  }
}

/** Draw a panel anew; what has the focus keeps it, and where it was scrolled to. Not while somebody writes in it. @param {HTMLElement} panel @param {() => Node[]} make */
function redraw(panel, make) {
  const active = document.activeElement;
  const key = active instanceof HTMLElement && panel.contains(active) ? active.dataset.key : undefined;
  if (key && active instanceof HTMLInputElement && active.value !== active.defaultValue) return false;
  const before = panel.querySelector('.rows')?.scrollTop ?? 0;
  panel.replaceChildren(...make());
  const rows = panel.querySelector('.rows');
  if (rows) rows.scrollTop = before;
  if (key) /** @type {HTMLElement | null} */ (panel.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
  return true;
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

/** The visitor of a page of the shop whom somebody wants to see beside it; null: nobody asked. */
function takeLook() {
  const said = new URLSearchParams(location.hash.slice(1)).get('look');
  if (said !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return said;
}

/** Whoever was signed out begins anew: nothing of what they saw stays on the page. */
function signedOut() {
  sessionStorage.setItem(OUT, 'yes');
  location.reload();
}

function whyOut() {
  const out = sessionStorage.getItem(OUT);
  sessionStorage.removeItem(OUT);
  return out ? _('You were signed out: your token has ended, or was taken back') : '';
}

async function run() {
  const place = /** @type {HTMLElement} */ (document.getElementById('console'));
  const invite = takeInvitation();
  window.addEventListener('hashchange', () => location.hash.includes('invite=') && location.reload());
  const whom = takeLook();
  await speak(language());
  const here = await known(place);
  const why = whyOut();
  if (!here) await signIn(place, why, invite);
  const desk = new Desk(place);
  desk.link.addEventListener('stranger', signedOut);
  desk.cockpit(whom);
  window.addEventListener('hashchange', () => desk.cockpit(takeLook()));
  desk.link.open();
}

run();
