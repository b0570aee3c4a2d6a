/**
 * `<vitrine-guest>`: a guest of a show, or a host's own phone as a camera. From the link in the address through the check of
 * camera and microphone into the green room, on air, and out again.
 * Attribute: `lang`. Every event of it is in the page; it tells the page nothing.
 */

import { element } from '../elements.js';
import { speaker, wordless } from '../strings.js';
import { GUEST } from '../words/guest.js';
import { ROOMS } from '../words/rooms.js';
import { SHARED } from '../words/shared.js';
import { After } from './after.js';
import { Before } from './before.js';
import { DevicesDialog } from './devices-dialog.js';
import { Filming } from './filming.js';
import { Green } from './green.js';
import { Session } from './session.js';

const SHEETS = ['../call/vitrine-call.css', 'vitrine-guest.css'];

/** What the parts may ask for. @typedef {VitrineGuest} Floor */
/** The two devices' buttons, in whichever view. @typedef {{mute: import('./control.js').Control, camera: import('./control.js').Control, flip: import('./control.js').Control}} Switches */

export class VitrineGuest extends HTMLElement {
  say = wordless;
  frame = element('main', { class: 'frame', hidden: '' });
  /** Said at once, whatever else is said. */
  alert = element('p', { class: 'unseen', role: 'alert', 'aria-live': 'assertive' });
  /** A phone or a tablet. */
  touch = window.matchMedia('(pointer: coarse)');
  view = '';
  onAir = false;
  /** What the page was called. */
  page = '';
  drawing = 0;
  /** @type {Session} */
  session;
  /** @type {{before: Before, green: Green, filming: Filming, after: After}} */
  views;
  /** @type {DevicesDialog} */
  devices;
  key = (/** @type {KeyboardEvent} */ event) => this.pressed(event);
  turned = () => this.draw();
  linked = () => {
    if (!this.session.link.take()) return;
    this.session.rest();
    this.session.open();
  };
  unload = (/** @type {Event} */ event) => {
    if (this.session.onAir) event.preventDefault();
  };

  constructor() {
    super();
    this.attachShadow({ mode: 'open' });
  }

  connectedCallback() {
    const language = (this.getAttribute('lang') || document.documentElement.lang || navigator.language).slice(0, 2);
    this.say = speaker(language, SHARED, ROOMS, GUEST);
    this.page = document.title;
    const socket = new URL('/guests/ws', location.origin);
    socket.protocol = socket.protocol === 'http:' ? 'ws:' : 'wss:';
    this.session = new Session(socket);
    this.views = { before: new Before(this), green: new Green(this), filming: new Filming(this), after: new After(this) };
    this.devices = new DevicesDialog(this);
    this.session.addEventListener('changed', () => this.soon());
    document.addEventListener('keydown', this.key);
    window.addEventListener('hashchange', this.linked);
    window.addEventListener('beforeunload', this.unload);
    this.touch.addEventListener('change', this.turned);
    this.dress();
    this.session.open();
    this.draw();
  }

  disconnectedCallback() {
    document.removeEventListener('keydown', this.key);
    window.removeEventListener('hashchange', this.linked);
    window.removeEventListener('beforeunload', this.unload);
    this.touch.removeEventListener('change', this.turned);
    this.devices.close();
    for (const view of Object.values(this.views)) view.close();
    this.session.rest();
    window.clearTimeout(this.drawing);
    this.drawing = 0;
    this.view = '';
    document.title = this.page;
  }

  dress() {
    let missing = SHEETS.length;
    const sheets = SHEETS.map((name) => {
      const sheet = element('link', { rel: 'stylesheet', href: new URL(name, import.meta.url).href });
      for (const end of ['load', 'error']) sheet.addEventListener(end, () => (this.frame.hidden = (missing -= 1) > 0));
      return sheet;
    });
    this.shadowRoot?.replaceChildren(...sheets, this.frame, this.devices.root, this.alert);
  }

  // ── what the parts may ask for ─────────────────────────────────────────────────────────────────────────────

  /** A phone has two cameras, and may be one itself. */
  get small() {
    return this.touch.matches;
  }

  /** What helps here where a shop would offer to write instead. */
  get cures() {
    return { insecure: this.say('guest_insecure'), policy: this.say('guest_policy') };
  }

  /** What is the matter with the connection, in words; empty: nothing. @returns {string} */
  get trouble() {
    const { say, session } = this;
    if (session.lost > 1) return say('guest_lost');
    switch (session.connection) {
      case 'lost':
        return say('guest_lost');
      case 'away':
        return say('guest_away');
      case 'connecting':
        return say('guest_connecting');
      case 'reconnecting':
        return say('guest_reconnecting');
      default:
        return '';
    }
  }

  /** @param {Switches} switches */
  drawControls({ mute, camera, flip }) {
    const { say, session } = this;
    const { media } = session;
    const { tracks } = media.devices;
    const { keys } = session.link.values;
    const silent = media.muted || !tracks.microphone;
    mute.draw(silent ? 'microphone-off' : 'microphone', say('guest_microphone'), say(silent ? 'call_unmute' : 'call_mute'), { off: silent, keys });
    camera.draw(tracks.camera ? 'camera' : 'camera-off', say('guest_camera'), say(tracks.camera ? 'call_camera_off' : 'call_camera_on'), { off: !tracks.camera, keys });
    flip.draw('flip', say('call_flip'), say('call_flip'));
  }

  async toggleSound() {
    const { media } = this.session;
    if (!media.muted && media.devices.tracks.microphone) return media.mute(true);
    media.mute(false);
    await this.session.need();
    if (!media.devices.tracks.microphone) this.help();
  }

  async togglePicture() {
    const { media } = this.session;
    if (media.devices.tracks.camera) return void media.turnCamera(true);
    await media.turnCamera(false);
    if (!media.devices.tracks.camera) this.help();
  }

  /** It cannot be had: why. Before the green room it stands in the page. */
  help() {
    if (this.session.inside) this.devices.open();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const { session } = this;
    const target = event.composedPath()[0];
    const writing = target instanceof HTMLElement && target.matches('input:not([type="checkbox"]), select, textarea');
    if (!session.inside || session.phone || !session.link.values.keys || writing || this.devices.root.open) return;
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key.toLowerCase() === 'm') this.toggleSound();
    else if (event.key.toLowerCase() === 'v') this.togglePicture();
    else return;
    event.preventDefault();
  }

  /** Much changes at once: it is drawn once. */
  soon() {
    this.drawing ||= window.setTimeout(() => this.draw(), 0);
  }

  // ── what is seen ───────────────────────────────────────────────────────────────────────────────────────────

  /** @returns {keyof VitrineGuest['views']} */
  get wanted() {
    const { session } = this;
    if (session.ending) return 'after';
    if (!session.inside) return 'before';
    return session.phone ? 'filming' : 'green';
  }

  draw() {
    window.clearTimeout(this.drawing);
    this.drawing = 0;
    const { wanted, views } = this;
    if (wanted !== this.view) this.turn(wanted);
    views[wanted].draw();
    this.devices.draw();
    this.tellAir();
    this.setAttribute('view', wanted);
    this.setAttribute('connection', this.session.connection);
  }

  /** @param {keyof VitrineGuest['views']} wanted */
  turn(wanted) {
    const before = this.view;
    if (before) this.views[/** @type {keyof VitrineGuest['views']} */ (before)].close();
    this.view = wanted;
    if (wanted !== 'green') this.devices.close();
    const { root, heading } = this.views[wanted];
    this.frame.replaceChildren(root);
    if (before) queueMicrotask(() => heading.focus());
  }

  /** On air, or not any more: in the title, around everything, and aloud. */
  tellAir() {
    const { say, session, alert } = this;
    const { onAir, show } = session;
    this.toggleAttribute('air', onAir);
    const place = this.devices.root.open ? this.devices.root : this.shadowRoot;
    if (place && alert.parentNode !== place) place.append(alert); // nothing is heard from behind a dialog
    if (onAir !== this.onAir) alert.textContent = onAir ? `${say('guest_air_began')} ${say(`guest_air_${session.sends}`)}` : say('guest_air_ended');
    this.onAir = onAir;
    const name = [session.inside && session.phone ? say('guest_phone_room') : say('guest_room'), show?.title].filter(Boolean).join(' · ');
    document.title = onAir ? `● ${say('guest_on_air')} · ${name}` : name;
  }
}

if (!customElements.get('vitrine-guest')) customElements.define('vitrine-guest', VitrineGuest);
