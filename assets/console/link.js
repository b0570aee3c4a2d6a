/**
 * The connection to the server: the state that it tells, and questions and commands to it. It speaks what desktops speak (studio/wire.py),
 * and comes back by itself for as long as the page is open.
 */

import { N_ } from './words.js';

const PROTOCOL = '1.0';
const AGAIN_MS = [500, 1000, 2000, 5000, 10_000];
const ANSWER_MS = 30_000;
const [LOOK_MS, PONG_MS, WELCOME_MS, STRANGE_MS] = [10_000, 8000, 15_000, 5000];
const LOST = N_('The connection to the server is lost');

/** What the server refused, in its words. */
export class Refused extends Error {
  /** @param {{code: string, message: string, field?: string, params?: Record<string, any>}} error */
  constructor(error) {
    super(error.message);
    this.code = error.code;
    this.field = error.field ?? '';
    this.params = error.params ?? {};
  }
}

export class Link extends EventTarget {
  /** Branches by name. @type {Record<string, any>} */
  state = {};
  connected = false;
  /** When what is shown was last known to be true (ms of the page's clock). */
  heard = 0;
  /** @type {WebSocket | null} */
  socket = null;
  /** @type {Map<number, {done: (answer: any) => void, failed: (error: Error) => void}>} */
  waiting = new Map();
  number = 0;
  failures = 0;
  over = false;

  constructor() {
    super();
    const look = () => (this.connected ? this.#look() : this.open());
    document.addEventListener('visibilitychange', () => document.hidden || look());
    window.addEventListener('online', look);
    setInterval(() => document.hidden || this.#look(), LOOK_MS);
  }

  open() {
    if (this.over || this.socket) return;
    clearTimeout(this.again);
    const address = new URL('/console/link', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = (this.socket = new WebSocket(address));
    socket.onopen = () => socket.send(JSON.stringify({ t: 'hello', protocol: PROTOCOL, app: 'console', client: 'console', name: 'Console' }));
    socket.onmessage = ({ data }) => this.#told(JSON.parse(data));
    socket.onclose = ({ reason }) => this.#lost(reason);
    setTimeout(() => this.socket === socket && !this.connected && this.#lost(''), WELCOME_MS);
  }

  /** Nothing more, and no return. */
  close() {
    this.over = true;
    this.socket?.close();
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  again;

  /** Whether the server is still there: a network that went away says nothing. */
  #look() {
    const { socket, connected } = this;
    if (!connected || !socket) return;
    const asked = performance.now();
    socket.send(JSON.stringify({ t: 'ping', at: asked / 1000 }));
    setTimeout(() => this.socket === socket && this.heard < asked && this.#lost(''), PONG_MS);
  }

  /** @param {any} message */
  #told(message) {
    if (message.t === 'reply' && message.id === 0) {
      this.refusal = new Refused(message.error); // of the hello: another protocol
      return;
    }
    this.heard = performance.now();
    if (message.t === 'welcome') {
      this.state = message.state;
      this.failures = 0;
      this.connected = true;
      this.dispatchEvent(new Event('welcome'));
      this.dispatchEvent(new Event('changed'));
    } else if (message.t === 'state') {
      this.state = { ...this.state, [message.branch]: message.value };
      this.dispatchEvent(new Event('changed'));
    } else if (message.t === 'reply') {
      const asked = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.error) asked?.failed(new Refused(message.error));
      else asked?.done({ ok: message.ok, undo: message.undo });
    }
  }

  /** Why it may not even say hello; it is not tried again. @type {Refused | null} */
  refusal = null;

  /** @param {string} reason */
  async #lost(reason) {
    const welcome = this.connected;
    if (this.socket) {
      this.socket.onopen = this.socket.onclose = this.socket.onmessage = null;
      this.socket.close();
    }
    this.connected = false;
    for (const { failed } of this.waiting.values()) failed(new Refused({ code: 'unreachable', message: LOST }));
    this.waiting.clear();
    this.dispatchEvent(new Event('changed'));
    if (this.over) return;
    if (this.refusal || reason === 'revoked' || (!welcome && (await this.#strange()))) {
      this.over = true;
      this.dispatchEvent(new Event(this.refusal ? 'changed' : 'stranger'));
      return;
    }
    this.socket = null;
    this.again = setTimeout(() => this.open(), AGAIN_MS[Math.min(this.failures, AGAIN_MS.length - 1)]);
    this.failures += 1;
  }

  /** Whether the server is there and does not know who this is. A socket cannot tell; a question can. */
  async #strange() {
    const answer = await fetch('/console/session', { signal: AbortSignal.timeout(STRANGE_MS) }).catch(() => null);
    return answer !== null && [401, 403].includes(answer.status);
  }

  /**
   * A command or a question; throws `Refused`.
   * @param {string} name @param {Record<string, any>} [args] @returns {Promise<{ok: any, undo: any}>}
   */
  ask(name, args = {}) {
    const { socket } = this;
    if (!socket || !this.connected) return Promise.reject(new Refused({ code: 'unreachable', message: LOST }));
    const id = (this.number += 1);
    return new Promise((done, failed) => {
      this.waiting.set(id, { done, failed });
      setTimeout(() => this.waiting.delete(id) && failed(new Refused({ code: 'unreachable', message: N_('The server does not answer') })), ANSWER_MS);
      socket.send(JSON.stringify({ t: 'command', id, name, args }));
    });
  }
}
