/**
 * What is written in a call. What was written here stands at once, and is sent until it has arrived: a lost connection loses
 * no line. Event: `changed`.
 */

/** @typedef {{id: string, at_ms: number, author: 'customer'|'advisor', name: string, text: string, product: string, note?: boolean}} Line */
/** @typedef {{text: string, at_ms: number, state: 'sending'|'waiting'|'sent'|'refused', seconds: number}} Pending */

const LINES_MAX = 1000;

/** @param {any} told @returns {Line[]} */
function readable(told) {
  if (typeof told?.id !== 'string') return [];
  const { id, name = '', text = '', product = '' } = told;
  return [{ id, at_ms: Number(told.at_ms) || Date.now(), author: told.author === 'customer' ? 'customer' : 'advisor', name: String(name ?? ''), text: String(text ?? ''), product: String(product ?? '') }];
}

export class Lines extends EventTarget {
  /** @type {Line[]} */
  all = [];
  /** @type {Pending[]} */
  pending = [];

  /** @param {(text: string) => Promise<any>} send resolves to the server's answer, null when there was none */
  constructor(send) {
    super();
    this.send = send;
  }

  /** All lines, as the server has them; what has not arrived is sent again. @param {any[]} told */
  welcome(told) {
    const known = new Set(this.all.map(({ id }) => id));
    const notes = this.all.filter(({ note }) => note);
    this.all = [...told.flatMap(readable), ...notes].sort((one, other) => one.at_ms - other.at_ms).slice(-LINES_MAX);
    for (const line of this.all) if (!known.has(line.id)) this.arrived(line);
    for (const one of this.pending) if (one.state === 'waiting' || one.state === 'sending') this.deliver(one);
    this.tell();
  }

  /** @param {any} told */
  heard(told) {
    for (const line of readable(told)) {
      if (this.all.some(({ id }) => id === line.id)) continue;
      this.all = [...this.all, line].slice(-LINES_MAX);
      this.arrived(line);
    }
    this.tell();
  }

  /** @param {Line} line */
  arrived(line) {
    const ours = line.author === 'customer' ? this.pending.find((one) => one.text === line.text) : undefined;
    if (ours) this.pending = this.pending.filter((one) => one !== ours);
  }

  /** @param {string} text */
  say(text) {
    /** @type {Pending} */
    const one = { text, at_ms: Date.now(), state: 'sending', seconds: 0 };
    this.pending = [...this.pending, one];
    this.deliver(one);
  }

  /** @param {Pending} one */
  async deliver(one) {
    one.state = 'sending';
    this.tell();
    const answer = await this.send(one.text);
    if (!this.pending.includes(one)) return;
    if (!answer) one.state = 'waiting';
    else if (answer.refused) {
      one.state = 'refused';
      one.seconds = Math.ceil(Number(answer.wait_s) || 0);
    } else one.state = 'sent';
    this.tell();
  }

  /** What happened here, said where it is read: only this page knows it. @param {string} text */
  note(text) {
    const at_ms = Date.now();
    this.all = [...this.all, { id: `note ${at_ms} ${this.all.length}`, at_ms, author: 'advisor', name: '', text, product: '', note: true }];
    this.tell();
  }

  /** Try one again that was refused. @param {Pending} one */
  again(one) {
    if (this.pending.includes(one)) this.deliver(one);
  }

  clear() {
    this.all = [];
    this.pending = [];
    this.tell();
  }

  tell() {
    this.dispatchEvent(new Event('changed'));
  }
}
