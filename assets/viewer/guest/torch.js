/** The light beside a phone's camera, where the browser lets a page have it. */

export class Torch {
  on = false;
  /** @type {MediaStreamTrack|null} */
  track = null;

  /** Another camera begins in the dark. @param {MediaStreamTrack|null} track */
  follow(track) {
    if (track !== this.track) this.on = false;
    this.track = track;
  }

  get possible() {
    return this.track?.readyState === 'live' && /** @type {any} */ (this.track.getCapabilities?.() ?? {}).torch === true;
  }

  async toggle() {
    const { track } = this;
    const on = !this.on;
    const wanted = /** @type {MediaTrackConstraints} */ ({ advanced: [/** @type {any} */ ({ torch: on })] });
    const done = await track?.applyConstraints(wanted).then(() => true, () => false);
    if (done && track === this.track) this.on = on;
  }
}
