/** The screen stays awake for as long as it is held, where the browser can. */

export class Wake {
  /** @type {WakeLockSentinel|null} */
  lock = null;
  held = false;
  asking = false;
  seen = () => void this.ask();

  hold() {
    if (this.held) return;
    this.held = true;
    document.addEventListener('visibilitychange', this.seen);
    this.ask();
  }

  /** A browser lets go whenever nobody looks. */
  async ask() {
    if (!this.held || this.lock || this.asking || document.hidden || !navigator.wakeLock) return;
    this.asking = true;
    const lock = await navigator.wakeLock.request('screen').catch(() => null); // the battery is low
    this.asking = false;
    if (!lock) return;
    if (!this.held) return void lock.release();
    this.lock = lock;
    lock.addEventListener('release', () => {
      if (this.lock === lock) this.lock = null;
    });
  }

  release() {
    this.held = false;
    document.removeEventListener('visibilitychange', this.seen);
    this.lock?.release();
    this.lock = null;
  }
}
