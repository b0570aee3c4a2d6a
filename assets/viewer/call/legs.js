/**
 * The connections of a call: one with each of its people, and one that is made while the customer waits.
 * Events: `changed`, `point` (detail: places).
 */

import { Leg } from './leg.js';
import { Partner } from './partner.js';
import { Throttle } from './throttle.js';

/** The server takes thirty a second. */
const SIGNALS_PER_S = 25;

export class Legs extends EventTarget {
  /** @type {Map<string, Partner>} */
  partners = new Map();
  /** @type {Leg|null} */
  spare = null;
  /** @type {RTCIceServer[]} */
  ice = [];
  /** @type {MediaStreamTrack|null} */
  sound = null;
  /** @type {MediaStreamTrack|null} */
  picture = null;
  /** What we say of that. @type {{picture: boolean, sound: boolean, screen: boolean}} */
  sends = { picture: false, sound: false, screen: false };

  /** @param {(message: object) => boolean} send to the server @param {() => boolean} reachable @param {import('./memory.js').Memory} memory */
  constructor(send, reachable, memory) {
    super();
    this.throttle = new Throttle(SIGNALS_PER_S, send);
    this.reachable = reachable;
    this.memory = memory;
  }

  /** Whether this browser can do it at all. */
  static get possible() {
    return typeof RTCPeerConnection !== 'undefined';
  }

  /** What is ready was made on a network that may be another one now. @param {unknown} ice */
  configure(ice) {
    this.ice = Array.isArray(ice) ? ice : [];
    if (!this.spare) return;
    this.waste();
    this.prepare();
  }

  /** Make a connection that is ready for whoever answers. */
  prepare() {
    if (Legs.possible) this.spare ??= new Leg(this.ice);
  }

  waste() {
    this.spare?.close();
    this.spare = null;
  }

  /** These are in the call now. @param {{peer: string, name: string}[]} people */
  meet(people) {
    for (const [peer, partner] of this.partners) {
      if (people.some((person) => person.peer === peer)) continue;
      partner.close();
      this.partners.delete(peer);
    }
    if (Legs.possible) for (const { peer, name } of people) if (!this.partners.has(peer)) this.add(peer, name);
    this.dispatchEvent(new Event('changed'));
  }

  /** @param {string} peer @param {string} name */
  add(peer, name) {
    const partner = new Partner(peer, name, {
      make: () => {
        const leg = this.spare ?? new Leg(this.ice);
        this.spare = null;
        return leg;
      },
      number: () => {
        const number = (this.memory.values.legs[peer] ?? 0) + 1;
        this.memory.keep({ legs: { ...this.memory.values.legs, [peer]: number } });
        return number;
      },
      signal: (data) => this.signal(peer, data),
      reachable: this.reachable,
      dress: (leg) => leg.send(this.sound, this.picture),
      say: () => this.signal(peer, { type: 'sends', ...this.sends }),
    });
    this.partners.set(peer, partner);
    partner.addEventListener('changed', () => this.dispatchEvent(new Event('changed')));
    partner.addEventListener('point', (event) => this.dispatchEvent(new CustomEvent('point', { detail: /** @type {CustomEvent} */ (event).detail })));
    partner.start();
  }

  /** @param {string} peer @param {object} data */
  signal(peer, data) {
    this.throttle.send({ t: 'signal', peer, data });
  }

  /** @param {{peer: string, data: any}} message */
  heard({ peer, data }) {
    this.partners.get(peer)?.signal(data);
  }

  /** What goes out to everybody from now on. @param {MediaStreamTrack|null} sound @param {MediaStreamTrack|null} picture @param {boolean} screen */
  send(sound, picture, screen) {
    const sends = { picture: Boolean(picture), sound: Boolean(sound), screen: Boolean(picture) && screen };
    const news = JSON.stringify(sends) !== JSON.stringify(this.sends);
    if (!news && sound === this.sound && picture === this.picture) return;
    [this.sound, this.picture, this.sends] = [sound, picture, sends];
    for (const partner of this.partners.values()) {
      partner.leg?.send(sound, picture);
      if (news) this.signal(partner.peer, { type: 'sends', ...sends });
    }
  }

  /** We are heard again. */
  resume() {
    for (const partner of this.partners.values()) partner.resume();
  }

  close() {
    this.waste();
    this.meet([]);
    this.throttle.close();
  }
}
