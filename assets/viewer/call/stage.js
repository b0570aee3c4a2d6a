/** The picture of a call: the people, oneself, what is going on in words, and the buttons. It can be moved to a window of its own. */

import { button, element } from '../elements.js';
import { Confirm } from './confirm.js';
import { KINDS } from './kinds.js';
import { Media } from './media.js';
import { OwnPicture } from './own-picture.js';
import { Pip } from './pip.js';
import { Tile } from './tile.js';
import { elapsed } from './times.js';

export class Stage {
  tiles = element('div', { class: 'tiles' });
  /** @type {Map<string, Tile>} */
  people = new Map();
  own = new OwnPicture();
  who = element('span', { class: 'who' });
  time = element('span');
  pills = element('div', { class: 'top' }, element('span', { class: 'pill time' }, this.who, this.time));
  banner = element('p', { class: 'banner', role: 'status', hidden: '' });
  hold = element('div', { class: 'hold', hidden: '' });
  extras = element('div', { class: 'extras' });
  controls = element('div', { class: 'controls', role: 'group' });
  root = element('div', { class: 'stage' });
  /** @type {number|undefined} */
  timer = undefined;

  /** @param {import('./vitrine-call.js').Floor} floor */
  constructor(floor) {
    this.floor = floor;
    this.confirm = new Confirm(() => floor.session.hangUp());
    this.mute = button('round', 'microphone', () => floor.sending.toggleSound());
    this.camera = button('round camera', 'camera', () => floor.sending.togglePicture());
    this.flip = button('round flip', 'flip', () => floor.session.media.devices.flip());
    this.share = button('round', 'screen', () => floor.sending.toggleScreen());
    this.window = button('round', 'window', () => this.pip.toggle());
    this.full = button('round', 'full', () => this.toggleFull());
    this.change = button('round', 'change', () => floor.changeKind());
    this.chat = button('round chat-button', 'chat', () => floor.toggleTalk());
    this.badge = element('span', { class: 'badge', hidden: '' });
    this.chat.append(this.badge);
    this.more = button('round more-button', 'more', () => this.open(!this.extras.classList.contains('open')));
    this.larger = button('round larger', 'larger', () => floor.enlarge());
    this.end = button('danger end', 'hang-up', () => this.confirm.open(this.end));
    this.endWords = element('span', { class: 'words' });
    this.end.append(this.endWords);
    this.unblock = button('prompt', 'sound-off', () => this.people.forEach((tile) => tile.play()));
    this.extras.append(this.share, this.window, this.full, this.change);
    this.controls.append(this.mute, this.camera, this.flip, this.extras, this.chat, this.more, this.larger, this.end);
    this.root.append(this.tiles, this.hold, this.own.root, this.pills, this.banner, this.unblock, this.controls, this.confirm.root);
    this.pip = new Pip(this.root, () => [...this.people.values()][0]?.video ?? null, () => floor.sheet);
    this.pip.addEventListener('changed', () => floor.draw());
    this.root.addEventListener('keydown', (event) => event.key === 'Escape' && this.extras.classList.contains('open') && this.open(false));
  }

  /** @param {boolean} open */
  open(open) {
    this.extras.classList.toggle('open', open);
    this.more.setAttribute('aria-expanded', String(open));
  }

  speak() {
    const { say } = this.floor;
    this.confirm.speak(say('call_end_ask'), say('call_stay'), say('call_hang_up'));
    this.controls.setAttribute('aria-label', say('call_controls'));
    this.endWords.textContent = say('call_hang_up');
    this.unblock.replaceChildren(element('span', {}, say('call_unblock')));
    name(this.window, say('window'));
    name(this.full, say('fullscreen'));
    name(this.change, say('call_change'));
    name(this.flip, say('call_flip'));
    name(this.chat, say('chat'));
    name(this.more, say('call_more'));
    name(this.larger, say('call_larger'));
    name(this.end, say('call_hang_up'));
    this.more.setAttribute('aria-expanded', 'false');
    this.timer ??= window.setInterval(() => this.tick(), 1000);
  }

  tick() {
    const { since } = this.floor.session.memory.values;
    this.time.textContent = since ? elapsed(Date.now() - since) : '';
    /** @type {HTMLElement} */ (this.time.parentElement).hidden = !since;
  }

  draw() {
    const { say, session, unread } = this.floor;
    const { call, media, legs } = session;
    if (!call) return;
    this.meet(legs.partners, KINDS[call.kind].picture);
    this.root.toggleAttribute('data-air', session.onAir);
    this.who.textContent = call.people.length ? `${call.people.map((one) => one.name || say('call_advisor')).join(', ')} · ` : '';
    this.own.draw(say, media);
    this.hold.hidden = !call.held;
    this.hold.replaceChildren(element('span', { class: 'picture', 'data-icon': 'pause', 'aria-hidden': 'true' }), element('p', { class: 'headline' }, say('call_held')), element('p', {}, say('call_held_why')));
    this.unblock.hidden = ![...this.people.values()].some((tile) => tile.blocked);
    const words = this.words();
    if (this.banner.textContent !== words) this.banner.textContent = words;
    this.banner.hidden = !words;
    const seen = Boolean(media.devices.tracks.camera);
    this.toggle(this.mute, media.muted ? 'microphone-off' : 'microphone', say(media.muted ? 'call_unmute' : 'call_mute'), media.muted);
    this.toggle(this.camera, seen ? 'camera' : 'camera-off', say(seen ? 'call_camera_off' : 'call_camera_on'), !seen);
    this.toggle(this.share, 'screen', say(media.screen ? 'call_unshare' : 'call_share'), Boolean(media.screen));
    this.share.hidden = !Media.canShare;
    this.camera.hidden = Boolean(media.screen);
    this.flip.hidden = !seen || !media.devices.flips || Boolean(media.screen);
    this.window.hidden = !this.pip.possible;
    this.full.hidden = !this.root.requestFullscreen;
    this.badge.textContent = String(unread);
    this.badge.hidden = !unread;
    const door = this.floor.panel.small ? this.larger : this.chat; // to what is written
    if (this.badge.parentElement !== door) door.append(this.badge);
    name(this.chat, unread ? say('call_unread', { count: unread }) : say('chat'));
    this.tick();
  }

  /** What is the matter, in words; empty: nothing. @returns {string} */
  words() {
    const { say, session } = this.floor;
    const { call, media, lost } = session;
    if (lost > 1) return say('call_lost');
    if (!call?.people.length) return say('call_connecting');
    if (media.starved && media.own) return say('call_starved');
    const { problems, wanted } = media.devices;
    if (wanted.microphone && problems.microphone) return say('call_unheard');
    return '';
  }

  /** @param {Map<string, import('./partner.js').Partner>} partners @param {boolean} picture */
  meet(partners, picture) {
    for (const [peer, tile] of this.people) {
      if (partners.has(peer)) continue;
      tile.close();
      this.people.delete(peer);
    }
    for (const [peer, partner] of partners) {
      let tile = this.people.get(peer);
      if (!tile) {
        tile = new Tile(() => this.floor.draw());
        this.people.set(peer, tile);
        this.tiles.append(tile.root);
      }
      tile.draw(partner, this.floor.say, picture);
    }
    this.tiles.dataset.count = String(this.people.size);
  }

  /** @param {HTMLButtonElement} control @param {string} icon @param {string} words @param {boolean} off */
  toggle(control, icon, words, off) {
    control.dataset.icon = icon;
    control.classList.toggle('off', off);
    name(control, words);
  }

  toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.().catch(() => {});
  }

  close() {
    window.clearInterval(this.timer);
    this.timer = undefined;
    this.pip.close();
    this.confirm.close();
    this.open(false);
    this.own.close();
    this.meet(new Map(), false);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  }
}

/** @param {HTMLElement} control @param {string} words */
function name(control, words) {
  if (control.title === words) return;
  control.setAttribute('aria-label', words);
  control.title = words;
}
