/**
 * A socket that says hello as who we are by then, comes back by itself, and stays away when it was told to.
 * Events: those of `told` (detail: the message), `down` (detail: {attempt, seconds}), `final` (detail: the code it was closed with).
 */

const BACK_OFF_S = [0.3, 0.5, 1, 2, 4, 7];
const PING_MS = 5000;
const SILENT_MS = 15000;
const READY_MS = 10000;

export class PageSocket extends EventTarget {
  /** @type {WebSocket|null} */
  socket = null;
  /** Welcomed on this connection. */
  ready = false;
  closed = true;
  attempt = 0;
  heard = 0;
  /** @type {number|undefined} */
  pinger = undefined;
  /** @type {number|undefined} */
  timer = undefined;
  retry = () => this.retryNow();

  /**
   * @param {string} url @param {() => object} hello the first word of each connection
   * @param {string[]} told what is passed on of what the server says; it begins with a `welcome`
   * @param {number[]} [finals] after these codes it does not come back
   */
  constructor(url, hello, told, finals = []) {
    super();
    this.url = url;
    this.hello = hello;
    this.told = new Set(told);
    this.finals = finals;
  }

  open() {
    if (!this.closed) return;
    this.closed = false;
    this.attempt = 0;
    window.addEventListener('online', this.retry);
    window.addEventListener('pageshow', this.retry);
    this.connect();
  }

  connect() {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => socket === this.socket && socket.send(JSON.stringify({ t: 'hello', ...this.hello() }));
    socket.onmessage = ({ data }) => {
      if (socket === this.socket && typeof data === 'string') this.receive(data);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.socket) return;
      if (!this.finals.includes(code)) return this.down();
      this.close();
      this.dispatchEvent(new CustomEvent('final', { detail: code }));
    };
    this.heard = performance.now();
    window.clearInterval(this.pinger);
    this.pinger = window.setInterval(() => this.ping(), PING_MS);
  }

  ping() {
    if (performance.now() - this.heard > SILENT_MS) {
      this.socket?.close();
      this.down();
    } else this.send({ t: 'ping', at: performance.now() });
  }

  /** @param {object} message @returns {boolean} whether it is on its way */
  send(message) {
    if (!this.ready || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** @returns {Promise<boolean>} whether we were welcomed; waits for it a while */
  welcomed() {
    if (this.ready) return Promise.resolve(true);
    return new Promise((done) => {
      const timer = window.setTimeout(() => done(false), READY_MS);
      this.addEventListener(
        'welcome',
        () => {
          window.clearTimeout(timer);
          done(true);
        },
        { once: true },
      );
    });
  }

  /** @param {string} text */
  receive(text) {
    this.heard = performance.now();
    /** @type {any} */
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (message?.t === 'welcome') {
      this.ready = true;
      this.attempt = 0;
    }
    this.take(message);
  }

  /** @param {any} message */
  take(message) {
    if (this.told.has(message?.t)) this.dispatchEvent(new CustomEvent(message.t, { detail: message }));
  }

  down() {
    if (this.closed) return;
    window.clearInterval(this.pinger);
    window.clearTimeout(this.timer);
    const seconds = BACK_OFF_S[Math.min(this.attempt, BACK_OFF_S.length - 1)] * (0.8 + 0.4 * Math.random());
    this.attempt += 1;
    this.lose();
    this.timer = window.setTimeout(() => this.connect(), seconds * 1000);
    this.dispatchEvent(new CustomEvent('down', { detail: { attempt: this.attempt, seconds } }));
  }

  /** Nothing comes any more on this connection. */
  lose() {
    this.socket = null;
    this.ready = false;
  }

  retryNow() {
    if (this.closed || this.socket) return;
    window.clearTimeout(this.timer);
    this.connect();
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    window.removeEventListener('online', this.retry);
    window.removeEventListener('pageshow', this.retry);
    window.clearInterval(this.pinger);
    window.clearTimeout(this.timer);
    const { socket } = this;
    this.lose();
    socket?.close();
  }
}
