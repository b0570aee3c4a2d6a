/**
 * The chat: what everybody says, and the line to say something oneself. Who has scrolled up reads in peace: new lines wait
 * below, counted.
 */

import { button, element } from './elements.js';

const LINES = 300;
const LINES_OF_REPLAY = 200;
/** More than so many at once is a jump, not somebody writing. */
const FEW = 20;
const NEAR_PX = 40;
/** Whether the browser keeps its place itself when something above goes; Safari does not. */
const ANCHORED = CSS.supports('overflow-anchor', 'auto');

export class Chat {
  /** @type {import('./strings.js').Say} */
  say = (key) => key;
  /** @type {any[]} */
  lines = [];
  /** @type {Map<string, HTMLElement>} */
  items = new Map();
  unread = 0;
  questionsOnly = false;
  slowUntil = 0;
  /** @type {number|undefined} */
  timer = undefined;
  opened = true;
  /** Whether the newest line was seen last: then it stays so, also when something else takes some of the room. */
  following = true;
  resized = new ResizeObserver(() => this.following && this.toEnd());
  /** How many may stand here. */
  most = LINES;
  /** What is pinned. @type {any} */
  pinnedLine = null;
  /** The show's own, while a replay's stand here. @type {{lines: any[], pinned: any}} */
  kept = { lines: [], pinned: null };
  /** How many of a replay's lines had been said. */
  reached = 0;

  title = element('h2');
  allTab = button('tab', '', () => this.only(false));
  questionsTab = button('tab', '', () => this.only(true));
  pinned = element('div', { class: 'pinned-line', hidden: '' });
  list = element('div', { class: 'lines', role: 'log', tabindex: '0' });
  empty = element('p', { class: 'empty' });
  more = button('more', 'down', () => this.toEnd());
  input = /** @type {HTMLInputElement} */ (element('input', { class: 'text', type: 'text', maxlength: '300', autocomplete: 'off', enterkeyhint: 'send' }));
  nameInput = /** @type {HTMLInputElement} */ (element('input', { class: 'who', type: 'text', maxlength: '40', autocomplete: 'nickname' }));
  send = /** @type {HTMLButtonElement} */ (element('button', { type: 'submit', class: 'send', 'data-icon': 'send' }));
  heart;
  note = element('p', { class: 'note', role: 'status', hidden: '' });
  form;
  root;

  /**
   * @param {(text: string, name: string) => Promise<any>} write sends a line; resolves to the server's answer
   * @param {(name: string) => void} named
   * @param {() => void} love
   */
  constructor(write, named, love) {
    this.write = write;
    this.named = named;
    this.heart = button('heart', 'heart', love);
    this.form = element('form', { class: 'write' }, this.nameInput, this.input, this.send, this.heart);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.nameInput.addEventListener('change', () => this.named(this.nameInput.value.trim()));
    this.list.addEventListener('scroll', () => this.scrolled(), { passive: true });
    this.resized.observe(this.list);
    const head = element('header', {}, this.title, element('span', { class: 'grow' }), this.allTab, this.questionsTab);
    this.root = element('section', { class: 'chat' }, head, this.pinned, element('div', { class: 'flow' }, this.empty, this.list, this.more), this.note, this.form);
    this.more.hidden = true;
  }

  /** @param {import('./strings.js').Say} say @param {string} name */
  speak(say, name) {
    this.say = say;
    this.root.setAttribute('aria-label', say('chat'));
    this.list.setAttribute('aria-label', say('chat'));
    this.title.textContent = say('chat');
    this.empty.textContent = say('chat_empty');
    this.allTab.textContent = say('all');
    this.questionsTab.textContent = say('questions');
    this.nameInput.placeholder = say('guest');
    this.nameInput.setAttribute('aria-label', say('your_name'));
    if (!this.nameInput.value) this.nameInput.value = name;
    this.input.setAttribute('aria-label', say('write'));
    this.send.setAttribute('aria-label', say('send'));
    this.send.title = say('send');
    this.heart.setAttribute('aria-label', say('love'));
    this.heart.title = say('love');
    this.only(this.questionsOnly);
    this.rule(this.opened);
  }

  /** @param {any} chat what the server tells whoever comes @param {boolean} catchesUp whether the lines we missed come after it, in their order */
  welcome(chat, catchesUp) {
    if (!catchesUp) this.replace(chat.lines);
    this.pin(chat.pinned);
    this.rule(chat.rules.open);
  }

  /** @param {any[]} lines all that is to stand here */
  replace(lines) {
    this.empty.hidden = lines.length > 0;
    this.lines = lines.slice(-this.most);
    this.items.clear();
    for (const line of this.lines) this.items.set(line.id, this.item(line));
    this.list.replaceChildren(...this.items.values());
    this.toEnd();
  }

  /** From now on a replay says what had been written by which moment, and nobody writes. @param {boolean} replay */
  listen(replay) {
    this.most = replay ? LINES_OF_REPLAY : LINES;
    this.reached = 0;
    this.form.hidden = replay;
    this.empty.textContent = this.say(replay ? 'replay_chat_empty' : 'chat_empty');
    this.tell(replay ? this.say('replay_chat') : '');
    const { lines, pinnedLine } = this;
    this.pin(this.kept.pinned);
    this.replace(this.kept.lines);
    this.kept = replay ? { lines, pinned: pinnedLine } : { lines: [], pinned: null };
  }

  /** @param {{line: any}[]} said all lines of the replay @param {number} count how many of them had been said */
  reach(said, count) {
    const more = count - this.reached;
    if (more >= 0 && more <= FEW) for (const { line } of said.slice(this.reached, count)) this.add(line);
    else this.replace(said.slice(Math.max(0, count - this.most), count).map(({ line }) => line));
    this.reached = count;
  }

  /** @param {boolean} open */
  rule(open) {
    this.opened = open;
    this.input.disabled = this.send.disabled = !open;
    this.input.placeholder = this.say(open ? 'write' : 'chat_closed');
  }

  /** @param {any} line */
  add(line) {
    const there = this.items.get(line.id);
    const item = this.item(line);
    if (there) {
      there.replaceWith(item);
      this.items.set(line.id, item);
      this.lines = this.lines.map((one) => (one.id === line.id ? line : one));
      return;
    }
    this.empty.hidden = true;
    this.lines.push(line);
    this.items.set(line.id, item);
    this.list.append(item);
    if (this.lines.length > this.most) this.drop(this.lines.length - this.most);
    if (this.following) this.toEnd(); // not `atEnd`, which would lay the page out for every line
    else if (!item.hidden) this.count(this.unread + 1);
  }

  /** The oldest go; what somebody reads further down stays where it is, in browsers that see to it and in those that do not. @param {number} count */
  drop(count) {
    const height = ANCHORED ? 0 : this.list.scrollHeight;
    for (const { id } of this.lines.splice(0, count)) {
      this.items.get(id)?.remove();
      this.items.delete(id);
    }
    if (!ANCHORED) this.list.scrollTop -= height - this.list.scrollHeight;
  }

  /** @param {string} id */
  remove(id) {
    this.items.get(id)?.remove();
    this.items.delete(id);
    this.lines = this.lines.filter((line) => line.id !== id);
    this.kept.lines = this.kept.lines.filter((line) => line.id !== id);
  }

  /** @param {any} line or null */
  pin(line) {
    this.pinnedLine = line;
    this.pinned.hidden = !line;
    if (line) this.pinned.replaceChildren(element('span', { class: 'why' }, this.say('pinned')), element('p', {}, line.text));
  }

  /** @param {any} line @returns {HTMLElement} */
  item(line) {
    const item = element('div', { class: 'message' });
    item.dataset.line = line.id;
    if (line.staff) item.classList.add('staff');
    const asked = line.reply_to ? this.lines.find((one) => one.id === line.reply_to) : null;
    if (asked) {
      item.classList.add('reply');
      item.append(element('span', { class: 'to' }, this.say('replies_to', { name: asked.name || this.say('guest') })));
    }
    const name = element('b', {}, line.name || this.say('guest'));
    item.append(name, ' ', element('span', { class: 'said', dir: 'auto' }, line.text));
    if (line.held) item.append(element('span', { class: 'held' }, this.say('held')));
    if (line.private) item.append(element('span', { class: 'held' }, this.say('only_you')));
    item.hidden = this.questionsOnly && !this.isQuestion(line);
    return item;
  }

  /** @param {any} line */
  isQuestion(line) {
    return line.asked || line.text.includes('?') || Boolean(line.reply_to);
  }

  /** @param {boolean} questions */
  only(questions) {
    this.questionsOnly = questions;
    this.allTab.setAttribute('aria-pressed', String(!questions));
    this.questionsTab.setAttribute('aria-pressed', String(questions));
    for (const line of this.lines) {
      const item = this.items.get(line.id);
      if (item) item.hidden = questions && !this.isQuestion(line);
    }
    this.toEnd();
  }

  get atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_PX;
  }

  toEnd() {
    this.following = true;
    this.list.scrollTop = this.list.scrollHeight;
    this.count(0);
  }

  scrolled() {
    this.following = this.atEnd;
    if (this.unread && this.following) this.count(0);
  }

  /** @param {number} unread */
  count(unread) {
    this.unread = unread;
    this.more.hidden = !unread;
    this.more.textContent = this.say('new_lines', { count: unread });
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text || this.send.disabled || Date.now() < this.slowUntil) return;
    this.send.disabled = true;
    const answer = await this.write(text, this.nameInput.value.trim());
    this.send.disabled = !this.opened;
    if (answer?.line) {
      this.input.value = '';
      this.tell('');
      this.add(answer.line);
      this.toEnd();
    } else this.refused(answer?.refused ?? 'error', answer?.wait_s ?? 0);
  }

  /** @param {string} why @param {number} seconds */
  refused(why, seconds) {
    window.clearInterval(this.timer);
    const known = ['link', 'name', 'slow', 'timeout', 'ban', 'closed', 'empty'].includes(why) ? why : 'error';
    if (known === 'closed') this.rule(false);
    if (!seconds) return this.tell(this.say(`refused_${known}`, { seconds: '' }));
    this.slowUntil = Date.now() + seconds * 1000;
    const count = () => {
      const left = Math.ceil((this.slowUntil - Date.now()) / 1000);
      if (left > 0) return this.tell(this.say(`refused_${known}`, { seconds: left }));
      window.clearInterval(this.timer);
      this.tell('');
    };
    this.timer = window.setInterval(count, 1000);
    count();
  }

  /** @param {string} words */
  tell(words) {
    if (this.note.textContent !== words) this.note.textContent = words;
    this.note.hidden = !words;
  }

  close() {
    window.clearInterval(this.timer);
    this.tell('');
  }
}
