/**
 * The viewer's sound: on when the browser lets us, off with a prompt when it wants a touch first.
 * `running()` resolves true once the audio output really runs.
 */

export class Sound {
  /** @param {HTMLVideoElement} video @param {() => void} changed */
  constructor(video, changed) {
    this.video = video;
    this.changed = changed;
    /** @type {AudioContext|null} */
    this.context = typeof AudioContext === 'undefined' ? null : new AudioContext({ latencyHint: 'interactive' });
    /** null until the browser has said whether sound may start by itself @type {boolean|null} */
    this.on = null;
    this.ask();
  }

  /** A context that starts by itself tells that sound is allowed without a touch. */
  async ask() {
    const context = this.context;
    if (!context) this.set(false);
    else {
      await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 300))]);
      if (this.on === null && context.state !== 'closed') this.set(context.state === 'running');
    }
  }

  /** @param {boolean} on */
  set(on) {
    this.on = on;
    this.video.muted = !on;
    this.changed();
  }

  turnOn() {
    this.allow();
    this.video.play().catch((error) => error.name === 'NotAllowedError' && this.set(false)); // else the picture is only being fetched anew
  }

  /** On, whether anything plays or not: somebody pressed. */
  allow() {
    this.context?.resume();
    this.set(true);
  }

  toggle() {
    if (this.on) this.set(false);
    else this.turnOn();
  }

  /** @returns {Promise<boolean>} whether sound is on and its output moves; waits for the output to start */
  async running() {
    const context = this.context;
    if (!this.on) return false;
    if (!context) return true;
    for (let tries = 0; tries < 100; tries += 1) {
      if (context.state === 'running' && context.currentTime > 0.05) return this.on === true;
      if (context.state === 'closed') return false;
      await new Promise((done) => setTimeout(done, 50));
    }
    return this.on === true;
  }

  close() {
    this.context?.close();
  }
}
