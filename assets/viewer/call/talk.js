/** What is written, and the line to write. What has not arrived yet says so. */

import { button, element } from '../elements.js';
import { linked } from './linked.js';
import { clock } from './times.js';

const NEAR_PX = 60;

export class Talk {
  list = element('div', { class: 'lines', role: 'log', tabindex: '0' });
  empty = element('p', { class: 'empty' });
  input = /** @type {HTMLTextAreaElement} */ (element('textarea', { rows: '1', maxlength: '1000', enterkeyhint: 'send', autocomplete: 'off' }));
  send = /** @type {HTMLButtonElement} */ (element('button', { type: 'submit', class: 'send', 'data-icon': 'send' }));
  form = element('form', { class: 'write' }, this.input, this.send);
  root = element('div', { class: 'talk' }, element('div', { class: 'flow' }, this.empty, this.list), this.form);
  /** @type {Map<string, HTMLElement>} */
  items = new Map();
  /** @type {HTMLElement[]} */
  pending = [];
  unread = 0;

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener('input', () => this.grow());
  }

  speak() {
    const { say } = this.floor;
    this.list.setAttribute('aria-label', say('call_lines'));
    this.input.setAttribute('aria-label', say('call_write'));
    this.input.placeholder = say('call_write');
    this.send.setAttribute('aria-label', say('send'));
    this.send.title = say('send');
    this.empty.textContent = say('call_lines_empty');
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.floor.session.lines.say(text);
    this.input.value = '';
    this.grow();
    this.toEnd();
  }

  /** As tall as what stands in it; the stylesheet says how tall at most. */
  grow() {
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }

  draw() {
    const { lines } = this.floor.session;
    const end = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_PX;
    const seen = this.items.size;
    const known = new Set(lines.all.map(({ id }) => id));
    for (const [id, item] of this.items) {
      if (known.has(id)) continue;
      item.remove();
      this.items.delete(id);
    }
    let added = false;
    for (const line of lines.all) {
      if (this.items.has(line.id)) continue;
      const item = this.item(line);
      this.items.set(line.id, item);
      this.list.append(item);
      added = true;
      if (seen && line.author === 'advisor' && !this.shown) this.unread += 1;
    }
    for (const item of this.pending) item.remove();
    this.pending = lines.pending.map((one) => this.pendingItem(one));
    this.list.append(...this.pending);
    this.empty.hidden = Boolean(lines.all.length || lines.pending.length);
    if (this.shown) this.unread = 0;
    if (end && (added || this.pending.length)) this.toEnd();
  }

  get shown() {
    return this.root.checkVisibility?.() ?? true;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  /** @param {import('./lines.js').Line} line */
  item(line) {
    const { say, language } = this.floor;
    const ours = line.author === 'customer';
    const item = element('div', { class: `line ${line.note ? 'note' : ours ? 'ours' : 'theirs'}` });
    item.dataset.line = line.id;
    if (line.note) {
      item.append(element('p', { class: 'said' }, line.text));
      return item;
    }
    const who = element('span', { class: 'who' }, ours ? say('call_you') : line.name || say('call_advisor'), ' ', element('time', {}, clock(line.at_ms, language)));
    const said = element('p', { class: 'said', dir: 'auto' });
    if (line.product) said.append(say('call_shown', { title: line.text || this.floor.titleOf(line.product) }));
    else said.append(...(ours ? [line.text] : linked(line.text)));
    item.classList.toggle('product', Boolean(line.product));
    item.append(who, said);
    return item;
  }

  /** @param {import('./lines.js').Pending} one */
  pendingItem(one) {
    const { say, session } = this.floor;
    const item = element('div', { class: `line ours ${one.state}` }, element('p', { class: 'said', dir: 'auto' }, one.text));
    if (one.state === 'waiting') item.append(element('span', { class: 'who' }, say('call_unsent')));
    if (one.state === 'refused') {
      const again = button('plain', '', () => session.lines.again(one));
      again.textContent = say('call_again');
      item.append(element('span', { class: 'who' }, say(one.seconds ? 'refused_slow' : 'refused_error', { seconds: one.seconds })), again);
    }
    return item;
  }
}
