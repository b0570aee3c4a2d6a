/**
 * How far the picture on this screen is behind the studio: the frame's RTP timestamp is mapped to the show clock by the
 * pair on the socket, and compared with what the show clock says now.
 */

const RTP_HZ = 90000;
const WRAP = 2 ** 32;

export class DelayMeter {
  constructor() {
    /** @type {{rtp: number, media_ms: number, at_ms: number, on_air: boolean}|null} */
    this.clock = null;
    /** @type {number[]} */
    this.samples = [];
  }

  /** @param {number} rtp a frame's timestamp @returns {number|null} its place on the show clock, in ms */
  mediaMs(rtp) {
    if (!this.clock) return null;
    let ticks = (rtp - this.clock.rtp) % WRAP;
    if (ticks > WRAP / 2) ticks -= WRAP;
    if (ticks < -WRAP / 2) ticks += WRAP;
    return this.clock.media_ms + (ticks * 1000) / RTP_HZ;
  }

  /**
   * @param {number} rtp the frame's timestamp
   * @param {number} shownAt when it reaches the screen, on this page's clock
   * @param {number|null} offset this page's clock to the server's
   * @returns {number|null} seconds behind the studio, the median of the last frames
   */
  measure(rtp, shownAt, offset) {
    const frame = this.mediaMs(rtp);
    if (frame === null || offset === null || !this.clock) return null;
    const now = this.clock.media_ms + (shownAt + offset - this.clock.at_ms);
    this.samples.push(now - frame);
    if (this.samples.length > 31) this.samples.shift();
    const sorted = [...this.samples].sort((a, b) => a - b);
    return Math.max(0, sorted[sorted.length >> 1] / 1000);
  }

  reset() {
    this.samples = [];
  }
}
