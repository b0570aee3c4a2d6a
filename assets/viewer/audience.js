/**
 * The audience socket: the show as it is, then what happens, for as long as the page is open.
 * Events: `welcome`, `happened` (detail: one logged event), `products`, `chat`, `poll`, `reactions`, `forgotten`, `clock`,
 * `viewers`, `media`, `full` (detail: the message), `binary` (detail: an ArrayBuffer), `down` (detail: {attempt, seconds}).
 */

const BACK_OFF_S = [0.3, 0.5, 1, 2, 4, 7];
const PING_MS = 5000;
const SILENT_MS = 15000;
/** A page that has just opened is busy and answers late: its clock is compared a few times until a fast answer came. */
const CLOCK_PINGS = 12;
const CLOCK_PING_MS = 250;
const FAST_TRIP_MS = 10;
const ANSWER_MS = 8000;

export class AudienceSocket extends EventTarget {
  /** @param {string} url @param {() => string} visitor the token that says who we are, at each hello; empty: nobody known @param {string} language */
  constructor(url, visitor, language) {
    super();
    this.url = url;
    this.visitor = visitor;
    this.language = language;
    this.seq = 0;
    /** Whether what we missed follows the welcome; otherwise the welcome is all there is. */
    this.catchesUp = false;
    /** The ping whose answer we wait for to be somebody else. */
    this.renewAt = NaN;
    this.attempt = 0;
    this.number = 0;
    /** Who waits for which answer. @type {Map<number, (answer: any) => void>} */
    this.asked = new Map();
    this.closed = false;
    /** Milliseconds to add to this page's clock to have the server's; null until measured. @type {number|null} */
    this.offset = null;
    this.bestTrip = Infinity;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.heard = 0;
    /** @type {number|undefined} */
    this.pinger = undefined;
    /** @type {number|undefined} */
    this.timer = undefined;
    this.online = () => this.retryNow();
  }

  open() {
    window.addEventListener('online', this.online);
    this.connect();
  }

  connect() {
    let socket;
    try {
      socket = new WebSocket(this.url);
    } catch {
      return this.down(); // a policy of the page's forbids it
    }
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => socket.send(JSON.stringify({ t: 'hello', seq: this.seq, visitor: this.visitor(), language: this.language }));
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      if (typeof data === 'string') this.receive(JSON.parse(data));
      else this.dispatchEvent(new CustomEvent('binary', { detail: data }));
    };
    socket.onclose = () => {
      if (socket === this.socket) this.down();
    };
    this.heard = performance.now();
    window.clearInterval(this.pinger);
    this.pinger = window.setInterval(() => this.ping(), PING_MS);
  }

  get connected() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  ping() {
    if (performance.now() - this.heard > SILENT_MS) this.leave();
    else this.send({ t: 'ping', at: performance.now() });
  }

  /** Give this connection up for a new one. */
  leave() {
    this.socket?.close();
    this.down();
  }

  /** @param {object} message */
  send(message) {
    if (this.connected) this.socket?.send(JSON.stringify(message));
  }

  /**
   * Send a message that is answered. Resolves to the answer, or to null when none came.
   * @param {object} message @param {number} [n] 0 for what the server numbers not: it answers only to refuse it
   * @returns {Promise<any>}
   */
  ask(message, n = (this.number += 1)) {
    if (!this.connected) return Promise.resolve(null);
    this.send(n ? { ...message, n } : message);
    return new Promise((done) => {
      this.asked.set(n, done);
      window.setTimeout(() => {
        if (this.asked.get(n) === done) this.asked.delete(n);
        done(null);
      }, ANSWER_MS);
    });
  }

  /** Say hello again, as who we are by then. What is under way to us, such as which lines are forgotten, comes before the pong. */
  renew() {
    this.renewAt = performance.now();
    this.send({ t: 'ping', at: this.renewAt });
  }

  /** @param {any} message */
  receive(message) {
    this.heard = performance.now();
    switch (message.t) {
      case 'welcome':
        this.attempt = 0;
        this.catchesUp = this.seq > 0 && message.seq >= this.seq && !message.anew; // smaller: another database; or too far behind
        if (!this.catchesUp) this.seq = message.seq;
        this.bestTrip = Infinity;
        this.offset = null; // another server has another clock
        this.compareClocks(CLOCK_PINGS);
        break;
      case 'events':
        for (const event of message.events) {
          if (event.seq <= this.seq) continue;
          this.seq = event.seq;
          this.dispatchEvent(new CustomEvent('happened', { detail: event }));
        }
        return;
      case 'answer':
        this.asked.get(message.n)?.(message);
        this.asked.delete(message.n);
        return;
      case 'pong':
        this.measure(message);
        if (message.at === this.renewAt) this.leave();
        return;
    }
    this.dispatchEvent(new CustomEvent(message.t, { detail: message }));
  }

  /** @param {number} left how many more pings */
  compareClocks(left) {
    if (this.closed || !left || this.bestTrip < FAST_TRIP_MS) return;
    this.send({ t: 'ping', at: performance.now() });
    window.setTimeout(() => this.compareClocks(left - 1), CLOCK_PING_MS);
  }

  /** The fastest round trip tells the clocks' difference best (NTP's rule). @param {any} pong */
  measure(pong) {
    const now = performance.now();
    const trip = now - pong.at;
    if (trip < this.bestTrip && pong.server_ms) {
      this.bestTrip = trip;
      this.offset = pong.server_ms - (now - trip / 2);
      this.dispatchEvent(new Event('compared'));
    }
  }

  down() {
    if (this.closed) return;
    window.clearInterval(this.pinger);
    window.clearTimeout(this.timer);
    const seconds = BACK_OFF_S[Math.min(this.attempt, BACK_OFF_S.length - 1)] * (0.8 + 0.4 * Math.random());
    this.attempt += 1;
    this.socket = null;
    this.timer = window.setTimeout(() => this.connect(), seconds * 1000);
    this.dispatchEvent(new CustomEvent('down', { detail: { attempt: this.attempt, seconds } }));
  }

  retryNow() {
    if (this.closed || this.socket) return;
    window.clearTimeout(this.timer);
    this.connect();
  }

  close() {
    this.closed = true;
    window.removeEventListener('online', this.online);
    window.clearInterval(this.pinger);
    window.clearTimeout(this.timer);
    this.socket?.close();
    this.socket = null;
  }
}
