/** A show's replay on its page: whether there is one, and what it makes of chat, poll and products. */

import { element } from './elements.js';
import { Replay } from './replay.js';

/** A film was published: the pages ask for it within this time, not all at once. */
const ASK_WITHIN_MS = 1500;

export class ShowReplay {
  /** @type {number|undefined} */
  timer = undefined;
  /** The chat is a replay's. */
  listening = false;
  /** What the products were drawn with. @type {string[]} */
  drawnPins = [];
  pill = element('span', { class: 'pill', hidden: '' });

  /** @param {import('./vitrine-show.js').VitrineShow} show */
  constructor(show) {
    this.host = show;
    this.player = new Replay(show.video, () => this.fetch(), (id) => show.shelf.get(id), () => show.sound?.allow());
    this.player.addEventListener('changed', () => this.changed());
    this.player.addEventListener('moment', () => this.moved());
    this.player.addEventListener('doubt', () => this.ask());
    show.video.addEventListener('click', (event) => this.pressed(event));
  }

  close() {
    window.clearTimeout(this.timer);
    this.player.close();
  }

  /** @returns {Promise<any>} what there is to see; null: nothing; undefined: it cannot be had now */
  async fetch() {
    const response = await fetch(this.host.api('/replay')).catch(() => null);
    if (response?.status === 404) return null;
    return response?.ok ? response.json().catch(() => undefined) : undefined;
  }

  /** A replay came or went. @param {{type: string, film: string}} data */
  filmed({ type, film }) {
    if (type === 'film.withdrawn' && this.player.film?.id === film) this.withdrawn();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(), Math.random() * ASK_WITHIN_MS);
  }

  withdrawn() {
    const watched = this.player.on;
    if (this.host.show) this.host.show.replay = null;
    this.player.stop();
    if (watched) this.host.note(this.host.say('replay_gone'));
  }

  /** Is there one? Who watches one goes on watching it. */
  async ask() {
    const told = await this.host.fetchJson('');
    if (!told || !this.host.show) return;
    if (!told.replay) {
      if (this.player.here) this.withdrawn();
    } else if (!this.player.on) this.player.stop();
    this.host.show.replay = told.replay ?? null;
    this.host.refresh();
  }

  /** Another stage of the replay. */
  changed() {
    const { here, on } = this.player;
    if (here !== this.listening) {
      this.listening = here;
      this.host.chat.listen(here);
      this.host.missed.root.hidden = true;
      this.host.poll.draw(null, this.host.say);
      if (here) this.host.toggleAttribute('portrait', this.player.film.height > this.player.film.width);
    }
    this.host.toggleAttribute('replay', here);
    this.pill.hidden = !here;
    this.host.nameStage();
    if (on && !this.host.stage.classList.contains('replay')) this.host.place.scrollIntoView({ block: 'nearest' });
    this.host.stage.classList.toggle('replay', on);
    this.host.refresh();
    this.host.shelfChanged();
    this.host.controls.wake();
  }

  /** Another moment of the show is seen. */
  moved() {
    const { timeline, pins, line, poll, count } = this.player;
    if (line !== this.host.chat.pinnedLine) this.host.chat.pin(line);
    if (poll !== this.host.poll.poll) this.host.poll.draw(poll, this.host.say);
    this.host.chat.reach(timeline?.said ?? [], count);
    if (pins !== this.drawnPins) this.host.shelfChanged();
    this.drawnPins = pins;
  }

  /** @param {number} film_ms */
  jump(film_ms) {
    this.player.jump(film_ms);
    this.host.place.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    this.host.stage.focus({ preventScroll: true });
  }

  /** A click on the picture of a replay stops it and goes on; a touch brings the controls. @param {MouseEvent} event */
  pressed(event) {
    if (this.player.on && /** @type {PointerEvent} */ (event).pointerType !== 'touch') this.player.toggle();
  }
}
