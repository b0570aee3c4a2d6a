/** What a viewer does with the picture: sound, the whole screen, keys; and the controls that come and go over it. */

import { button, element } from './elements.js';

const IDLE_MS = 3500;

export class ShowControls {
  /** @type {number|undefined} */
  idleTimer = undefined;

  /** @param {import('./vitrine-show.js').VitrineShow} show */
  constructor(show) {
    this.host = show;
    this.prompt = button('prompt', 'sound-off', () => show.sound?.turnOn());
    this.muteButton = button('round', 'sound-off', () => this.toggleSound());
    this.fullButton = button('round', 'full', () => this.toggleFullscreen());
    this.shareButton = button('round', 'share', () => this.share());
    show.stage.addEventListener('keydown', (event) => this.key(event));
    for (const stirred of ['pointermove', 'pointerdown', 'keydown', 'focusin']) show.stage.addEventListener(stirred, () => this.wake());
    show.stage.addEventListener('fullscreenchange', () => this.fullscreenChanged());
  }

  /** @param {(name: string) => string} say */
  speak(say) {
    this.prompt.replaceChildren(element('span', {}, say('tap_for_sound')));
    this.name(this.fullButton, say('fullscreen'), 'F');
    this.name(this.muteButton, say('unmute'), 'M');
    this.name(this.shareButton, say('share'), '');
  }

  close() {
    window.clearTimeout(this.idleTimer);
  }

  /** One row of buttons; in a replay there is the film's bar above it. */
  row() {
    const { bar, play, speed, listButton } = this.host.replay;
    const right = [speed, listButton, this.shareButton, this.host.mini.window, this.fullButton, this.host.shop.checkoutButton];
    return element('div', { class: 'controls' }, bar.root, play, this.muteButton, element('span', { class: 'grow' }), ...right);
  }

  /** @param {HTMLElement} control @param {string} words @param {string} key */
  name(control, words, key) {
    control.setAttribute('aria-label', words);
    control.title = key ? `${words} (${key})` : words;
  }

  async share() {
    const data = { title: this.host.show?.title ?? '', url: location.href };
    this.host.did('share');
    try {
      if (navigator.share) await navigator.share(data);
      else {
        await navigator.clipboard.writeText(data.url);
        this.host.note(this.host.say('shared'));
      }
    } catch {
      // they thought better of it
    }
  }

  soundChanged() {
    if (this.host.sound?.on) this.host.playback?.hear();
    const words = this.host.say(this.host.sound?.on ? 'mute' : 'unmute');
    this.name(this.muteButton, words, 'M');
    this.muteButton.dataset.icon = this.host.sound?.on ? 'sound-on' : 'sound-off';
    this.host.refresh();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'm' || event.key === 'M') this.toggleSound();
    else if (event.key === 'f' || event.key === 'F') this.toggleFullscreen();
    else if (this.typing(event) || !this.host.replay.key(event.key)) return;
    event.preventDefault();
  }

  /** Whether a control takes this key for itself. @param {KeyboardEvent} event */
  typing(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    return target.matches('select, input, textarea') || (event.key === ' ' && target.matches('button, a'));
  }

  /** In a replay that stands still it stays so. */
  toggleSound() {
    if (this.host.replay.on && !this.host.sound?.on) this.host.sound?.allow();
    else this.host.sound?.toggle();
  }

  /** Somebody is there: show the controls, and let them go again after a while so that nothing covers the picture. */
  wake() {
    this.host.stage.classList.remove('idle');
    window.clearTimeout(this.idleTimer);
    if (this.host.replay.on && !this.host.replay.playing) return; // what stands still is looked at with its controls
    this.idleTimer = window.setTimeout(() => this.host.stage.classList.add('idle'), IDLE_MS);
  }

  toggleFullscreen() {
    const video = /** @type {any} */ (this.host.video);
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.host.stage.requestFullscreen) this.host.stage.requestFullscreen().catch(() => {});
    else if (video.webkitEnterFullscreen) video.webkitEnterFullscreen();
  }

  fullscreenChanged() {
    const words = this.host.say(document.fullscreenElement ? 'fullscreen_leave' : 'fullscreen');
    this.name(this.fullButton, words, 'F');
  }
}
