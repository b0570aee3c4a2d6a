/** A clip, large and with sound, in a dialog: what it sells beside it, and the others before and after it. */

import { button, element } from '../elements.js';
import { SeekBar } from '../seek-bar.js';

const NOTE_MS = 6000;
/** So far a finger goes sideways when it means the next one. */
const SWIPE_PX = 50;

/** @typedef {import('./vitrine-clip.js').Clip} Clip */

export class Theatre {
  /** @type {Clip[]} */
  clips = [];
  place = 0;
  /** Whoever turned the sound off has it off in the next one too. */
  silent = false;
  /** @type {number|undefined} */
  timer = undefined;
  /** Where a finger came down. */
  from = NaN;
  /** @type {import('../strings.js').Say} */
  say = (key) => key;
  home = new URL(import.meta.url);

  video = /** @type {HTMLVideoElement} */ (element('video', { playsinline: '', loop: '' }));
  bar = new SeekBar((film_ms) => this.seek(film_ms));
  shut = button('round shut', 'close', () => this.close());
  previous = button('round previous', 'left', () => this.turn(-1));
  next = button('round next', 'right', () => this.turn(1));
  play = button('round', 'pause', () => this.toggle());
  mute = button('round', 'sound-on', () => this.hush(!this.silent));
  retry = button('choice', '', () => this.show(this.place));
  trouble = element('div', { class: 'trouble', role: 'alert', hidden: '' });
  checkout = button('checkout', 'cart', () => this.counter.checkout());
  note = element('p', { class: 'status', role: 'status', hidden: '' });
  title = element('h2');
  goods = element('div', { class: 'goods' });
  root;

  /** @param {import('./counter.js').Counter} counter @param {(clip: Clip) => void} left */
  constructor(counter, left) {
    this.counter = counter;
    this.left = left;
    const controls = element('div', { class: 'controls' }, this.bar.root, this.play, this.mute, element('span', { class: 'grow' }), this.checkout);
    const film = element('div', { class: 'film' }, this.video, this.note, this.trouble, this.previous, this.next, controls);
    this.goods.append(this.title, counter.cards.root);
    this.root = /** @type {HTMLDialogElement} */ (element('dialog', { class: 'theatre' }, this.shut, film, this.goods));
    this.checkout.hidden = true;
    this.root.addEventListener('click', (event) => event.target === this.root && this.close());
    this.root.addEventListener('close', () => this.closed());
    this.root.addEventListener('keydown', (event) => this.key(event));
    this.video.addEventListener('click', () => this.toggle());
    this.video.addEventListener('pointerdown', (event) => (this.from = event.pointerType === 'mouse' ? NaN : event.clientX));
    this.video.addEventListener('pointerup', (event) => this.swiped(event.clientX - this.from));
    for (const name of ['timeupdate', 'seeking', 'progress']) this.video.addEventListener(name, () => this.draw());
    for (const name of ['play', 'pause']) this.video.addEventListener(name, () => this.turned());
    this.video.addEventListener('error', () => this.root.open && this.failed());
  }

  /** @param {import('../strings.js').Say} say @param {URL} home */
  speak(say, home) {
    Object.assign(this, { say, home });
    this.bar.speak(say);
    this.video.setAttribute('aria-label', say('clip'));
    name(this.shut, say('close'));
    name(this.previous, say('clip_previous'));
    name(this.next, say('clip_next'));
    this.retry.textContent = say('film_retry');
    this.hush(this.silent);
    this.turned();
  }

  /** @param {Clip[]} clips @param {number} place */
  open(clips, place) {
    this.clips = clips;
    this.show(place);
    if (!this.root.open) this.root.showModal();
    this.play.focus({ preventScroll: true });
  }

  get clip() {
    return this.clips[this.place];
  }

  /** @param {number} place */
  show(place) {
    this.place = place;
    const { clip } = this;
    this.root.classList.toggle('upright', clip.height > clip.width);
    this.root.style.setProperty('--shape', `${clip.width || 9} / ${clip.height || 16}`);
    this.root.setAttribute('aria-label', clip.title || this.say('clip'));
    this.title.textContent = clip.title;
    this.previous.hidden = place === 0;
    this.next.hidden = place === this.clips.length - 1;
    this.trouble.hidden = true;
    this.tell('');
    this.bar.load(clip.length_ms, []);
    this.counter.show(clip);
    this.refresh();
    this.video.src = new URL(clip.src, this.home).href;
    this.run();
  }

  /** A browser that lets nothing be heard without another touch plays it silently. */
  run() {
    this.video.muted = this.silent;
    this.video.play().catch((error) => {
      if (error.name !== 'NotAllowedError') return;
      this.hush(true);
      this.video.play().catch(() => {});
    });
  }

  /** @param {number} by */
  turn(by) {
    const place = this.place + by;
    if (!this.clips[place]) return;
    const pressed = [this.previous, this.next].find((one) => one.matches(':focus'));
    this.show(place);
    if (pressed?.hidden) this.play.focus(); // there is none behind it
  }

  /** @param {number} by how far a finger went, in px */
  swiped(by) {
    this.from = NaN;
    if (Math.abs(by) > SWIPE_PX) this.turn(by < 0 ? 1 : -1);
  }

  /** What it costs, or what there is of it, has changed. */
  refresh() {
    this.counter.cards.draw(this.counter.products, true);
    this.goods.classList.toggle('bare', !this.counter.products.length);
  }

  toggle() {
    if (this.video.paused) this.run();
    else this.video.pause();
  }

  /** @param {boolean} silent */
  hush(silent) {
    this.silent = this.video.muted = silent;
    this.mute.dataset.icon = silent ? 'sound-off' : 'sound-on';
    name(this.mute, this.say(silent ? 'unmute' : 'mute'));
  }

  /** @param {number} film_ms */
  seek(film_ms) {
    this.video.currentTime = film_ms / 1000;
    this.draw();
  }

  draw() {
    const { buffered } = this.video;
    this.bar.draw(Math.round(this.video.currentTime * 1000), buffered.length ? buffered.end(buffered.length - 1) * 1000 : 0);
  }

  turned() {
    this.play.dataset.icon = this.video.paused ? 'play' : 'pause';
    name(this.play, this.say(this.video.paused ? 'film_play' : 'film_pause'));
  }

  failed() {
    this.trouble.replaceChildren(element('p', {}, this.say('clip_failed')), this.retry);
    this.trouble.hidden = false;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = /** @type {HTMLElement} */ (event.target).matches('button, a, input');
    if (event.key === 'ArrowLeft') this.turn(-1);
    else if (event.key === 'ArrowRight') this.turn(1);
    else if (event.key === 'k' || (event.key === ' ' && !onButton)) this.toggle();
    else if (event.key === 'm') this.hush(!this.silent);
    else return;
    event.preventDefault();
  }

  /** @param {import('../vitrine.d.ts').Cart} cart */
  setCart(cart) {
    const count = Math.max(0, Math.floor(Number(cart?.count) || 0));
    this.checkout.hidden = !count;
    const words = this.say('checkout', { count });
    this.checkout.dataset.count = String(count);
    this.checkout.setAttribute('aria-label', words);
    this.checkout.replaceChildren(element('span', {}, words));
  }

  /** @param {string} words that go again by themselves */
  tell(words) {
    window.clearTimeout(this.timer);
    this.note.textContent = words;
    this.note.hidden = !words;
    if (words) this.timer = window.setTimeout(() => this.tell(''), NOTE_MS);
  }

  close() {
    if (this.root.open) this.root.close();
  }

  closed() {
    this.tell('');
    this.video.pause();
    this.video.removeAttribute('src');
    this.video.load();
    this.left(this.clip);
  }
}

/** @param {HTMLElement} control @param {string} words */
function name(control, words) {
  control.setAttribute('aria-label', words);
  control.title = words;
}
