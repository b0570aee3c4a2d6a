/**
 * The picture stays in sight: small in a corner when one scrolls on through the page, or in the browser's own window over
 * everything. The place it came from keeps its size, so nothing moves.
 */

import { button } from './elements.js';
import { lower, raise } from './top-layer.js';

export class MiniPlayer {
  dismissed = false;
  /** @type {IntersectionObserver|null} */
  observer = null;
  /** @type {import('./strings.js').Say} */
  say = (key) => key;

  /** @param {HTMLElement} place keeps the room @param {HTMLElement} stage moves @param {HTMLVideoElement} video @param {() => boolean} playing */
  constructor(place, stage, video, playing) {
    this.place = place;
    this.stage = stage;
    this.video = video;
    this.playing = playing;
    this.back = button('round back', 'back', () => this.place.scrollIntoView({ block: 'center', behavior: 'smooth' }));
    this.leave = button('round leave', 'close', () => {
      this.dismissed = true;
      this.update(true);
    });
    this.window = button('round', 'window', () => this.toggleWindow());
  }

  /** @param {import('./strings.js').Say} say */
  speak(say) {
    this.say = say;
    for (const [control, words] of /** @type {[HTMLElement, string][]} */ ([[this.back, 'mini_back'], [this.leave, 'close'], [this.window, 'window']])) {
      control.setAttribute('aria-label', say(words));
      control.title = say(words);
    }
  }

  /** @param {boolean} wanted whether the page has it */
  watch(wanted) {
    this.window.hidden = !wanted || !document.pictureInPictureEnabled;
    if (!wanted || typeof IntersectionObserver === 'undefined') return;
    this.observer = new IntersectionObserver(([entry]) => this.update(entry.isIntersecting), { threshold: 0.2 });
    this.observer.observe(this.place);
  }

  /** @param {boolean} inSight */
  update(inSight) {
    if (inSight) this.dismissed = false;
    const mini = !inSight && !this.dismissed && this.playing() && !document.fullscreenElement;
    this.stage.classList.toggle('mini', mini);
    (mini ? raise : lower)(this.stage);
  }

  toggleWindow() {
    if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => {});
    else this.video.requestPictureInPicture().catch(() => {});
  }

  close() {
    this.observer?.disconnect();
    this.stage.classList.remove('mini');
    lower(this.stage);
  }
}
