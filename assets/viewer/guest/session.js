/**
 * A guest's side of a show: the socket, the one connection with the studio, what goes out, and how it ended. It knows nothing of
 * what is drawn.
 * Event: `changed`.
 */

import { listen } from '../elements.js';
import { clip } from '../call/clip.js';
import { Legs } from '../call/legs.js';
import { Media } from '../call/media.js';
import { Memory } from '../call/memory.js';
import { PageSocket } from '../call/page-socket.js';
import { Permissions } from '../call/permission.js';
import { Link } from './link.js';
import { Wake } from './wake.js';

/** The one who is at the other end: a show has one desktop. */
const STUDIO = 'studio';
const TOLD = ['welcome', 'refused', 'desktop', 'signal'];
const [ELSEWHERE, SENT] = [4001, 4003];
export const NAME_MAX = 40;

/** Why nothing goes on; empty: it does. @typedef {''|'link'|'old'|'unknown'|'slow'|'elsewhere'|'sent'|'left'} Ending */
/** @typedef {'connecting'|'lost'|'away'|'reconnecting'|'connected'} Connection */

export class Session extends EventTarget {
  link = new Link();
  memory = new Memory('vitrine.guest.call');
  permissions = new Permissions();
  wake = new Wake();
  /** @type {Ending} */
  ending = '';
  /** What the server said of the show; null: not welcomed yet. @type {{title: string, brand: string, name: string}|null} */
  show = null;
  /** The studio is there. */
  studio = false;
  /** Trying to reach the server again: which attempt. */
  lost = 0;

  /** @param {URL} address of the socket */
  constructor(address) {
    super();
    const { link } = this;
    this.socket = new PageSocket(address.href, () => ({ token: link.values.token, name: link.values.name }), TOLD, [ELSEWHERE, SENT]);
    this.legs = new Legs(
      (message) => this.socket.send({ t: 'signal', data: /** @type {any} */ (message).data }),
      () => this.socket.ready && this.studio,
      this.memory,
    );
    this.media = new Media(this.permissions, this.memory, this.legs);
    listen(this.socket, 'welcome', (detail) => this.welcome(detail));
    listen(this.socket, 'refused', ({ why }) => this.end(why === 'slow' ? 'slow' : 'unknown'));
    listen(this.socket, 'desktop', ({ here }) => this.found(here === true));
    listen(this.socket, 'signal', ({ data }) => this.legs.heard({ peer: STUDIO, data }));
    listen(this.socket, 'final', (code) => this.end(code === SENT ? 'sent' : 'elsewhere'));
    listen(this.socket, 'down', ({ attempt }) => {
      this.lost = attempt;
      this.tell();
    });
    for (const part of [this.legs, this.media]) part.addEventListener('changed', () => this.tell());
  }

  get inside() {
    return !this.ending && this.link.values.inside;
  }

  get phone() {
    return this.link.values.phone;
  }

  /** @returns {import('../call/partner.js').Partner|null} */
  get partner() {
    return this.legs.partners.get(STUDIO) ?? null;
  }

  /** In the programme now: the audience sees and hears us. Where it is not certain, it is said rather than not. */
  get onAir() {
    const { partner } = this;
    return this.inside && partner?.sends.air === true && (this.studio || partner.status === 'connected');
  }

  /** @returns {Connection} */
  get connection() {
    const { partner } = this;
    if (partner?.status === 'connected') return 'connected';
    if (!this.socket.ready) return this.lost ? 'lost' : 'connecting';
    if (!this.studio) return 'away';
    return partner?.status === 'reconnecting' ? 'reconnecting' : 'connecting';
  }

  /** What comes from us: both, or less; a phone that is only a camera sends a picture of others. @returns {'both'|'seen'|'heard'|'picture'|'nothing'} */
  get sends() {
    const { picture, sound } = this.legs.sends;
    if (picture) return this.phone ? 'picture' : sound ? 'both' : 'seen';
    return sound ? 'heard' : 'nothing';
  }

  /** Come, or come again. */
  open() {
    const { token, elsewhere } = this.link.values;
    this.ending = !token ? 'link' : !Legs.possible ? 'old' : elsewhere ? 'elsewhere' : '';
    this.show = null;
    this.lost = 0;
    if (!this.ending) {
      this.permissions.watch();
      this.media.devices.watch();
      this.media.devices.facing = this.phone ? 'environment' : 'user';
      this.socket.open();
    }
    this.tell();
  }

  /** @param {any} detail */
  welcome({ title, brand, name, ice, desktop }) {
    this.lost = 0;
    const first = this.show === null;
    this.show = { title: clip(title, 300), brand: clip(brand, 300), name: clip(name, NAME_MAX) };
    this.studio = desktop === true;
    this.legs.configure(ice);
    if (first) this.need();
    if (this.inside) this.meet();
    this.tell();
  }

  /** @param {boolean} here */
  found(here) {
    this.studio = here;
    if (here && this.inside) this.meet();
    this.tell();
  }

  /** Camera and microphone, as far as they are wanted. */
  need() {
    return this.media.need({ camera: true, microphone: !this.phone });
  }

  /** @param {boolean} phone this is only a camera */
  async bePhone(phone) {
    const { devices } = this.media;
    this.link.keep({ phone });
    this.memory.keep({ camera: '', cameraOff: false });
    devices.facing = phone ? 'environment' : 'user';
    devices.drop('camera');
    this.tell();
    await this.need();
  }

  /** Into the green room. @param {string} name */
  enter(name) {
    if (!this.show) return;
    const chosen = clip(name.trim(), NAME_MAX);
    const renamed = chosen && chosen !== this.show.name;
    this.link.keep({ name: chosen, inside: true });
    if (renamed) {
      this.socket.close(); // what we are called is in the hello
      this.socket.open();
    } else this.meet();
    this.tell();
  }

  /** The connection with the studio: made, or made anew where it does not work. */
  meet() {
    if (this.phone) this.memory.keep({ cameraOff: false });
    this.wake.hold();
    this.media.begin();
    this.legs.resume();
    if (this.studio) this.legs.meet([{ peer: STUDIO, name: this.show?.brand ?? '' }]);
  }

  leave() {
    this.end('left');
  }

  /** @param {Ending} ending */
  end(ending) {
    this.ending = ending;
    if (ending === 'unknown' || ending === 'sent') this.link.forget();
    else this.link.keep({ elsewhere: ending === 'elsewhere', inside: this.link.values.inside && ending === 'elsewhere' });
    this.rest();
    this.tell();
  }

  /** Come back after leaving, or take the place back. */
  back() {
    this.link.keep({ elsewhere: false });
    this.open();
  }

  /** Everything is let go. */
  rest() {
    this.media.close();
    this.permissions.close();
    this.wake.release();
    this.socket.close();
    this.studio = false;
  }

  tell() {
    this.dispatchEvent(new Event('changed'));
  }
}
