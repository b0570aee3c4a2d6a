/** Shows on the page are silent while somebody talks to the customer, and sound again afterwards. */

export class Quiet {
  /** @type {any[]} */
  silenced = [];

  begin() {
    for (const show of /** @type {any[]} */ ([...document.querySelectorAll('vitrine-show')])) {
      if (!show.sound?.on) continue;
      show.sound.set(false);
      this.silenced.push(show);
    }
  }

  end() {
    for (const show of this.silenced) if (show.isConnected) show.sound?.turnOn();
    this.silenced = [];
  }
}
