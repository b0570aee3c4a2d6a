/** The call: the stage, the product that is shown, and what is written beside it. */

import { button, element } from '../elements.js';

export class Room {
  away = element('div', { class: 'elsewhere', hidden: '' });
  bar = element('div', { class: 'row bar' });
  side = element('div', { class: 'side' });
  root = element('section', { class: 'room' });
  back;
  end;
  change;
  talking = false;

  /** @param {import('./vitrine-call.js').Floor} floor @param {import('./stage.js').Stage} stage @param {import('./shown.js').Shown} shown @param {import('./talk.js').Talk} talk */
  constructor(floor, stage, shown, talk) {
    this.floor = floor;
    this.stage = stage;
    this.shown = shown;
    this.talk = talk;
    this.back = button('choice', 'back', () => stage.pip.close());
    this.shutTalk = button('bare shut-talk', 'close', () => this.open(false));
    this.change = button('choice', 'camera', () => floor.changeKind());
    this.end = button('choice', 'hang-up', () => floor.endText());
    this.bar.append(this.change, this.end);
    this.away.append(element('p', { class: 'headline' }), this.back);
    this.root.append(this.away, stage.root, shown.root, this.side);
  }

  /** On a narrow screen what is written lies over the picture. @param {boolean} open */
  open(open) {
    this.talking = open;
    this.side.classList.toggle('open', open);
    this.stage.chat.setAttribute('aria-pressed', String(open));
    if (open) this.talk.input.focus();
    else this.stage.chat.focus();
    this.floor.draw();
  }

  speak() {
    const { say } = this.floor;
    this.change.textContent = say('call_go_video');
    this.end.textContent = say('call_end_text');
    this.back.textContent = say('call_bring_back');
    this.shutTalk.setAttribute('aria-label', say('close'));
    this.shutTalk.title = say('close');
    this.stage.speak();
  }

  draw() {
    const { say, session } = this.floor;
    const { call } = session;
    if (!call) return;
    const text = call.kind === 'text';
    this.root.dataset.kind = call.kind;
    if (this.talk.root.parentElement !== this.side) this.side.replaceChildren(this.bar, this.shutTalk, this.talk.root);
    this.bar.hidden = !text;
    this.stage.root.hidden = text;
    this.away.hidden = !this.stage.pip.open;
    /** @type {HTMLElement} */ (this.away.firstElementChild).textContent = say('call_in_window');
    this.shown.draw(call.shown);
    this.stage.draw();
  }

  close() {
    this.stage.close();
    this.side.classList.remove('open');
    this.talking = false;
  }
}
