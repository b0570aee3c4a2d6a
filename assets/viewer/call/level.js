/** How loud a microphone is, as one sees it: 0 … 1, ten times a second. */

const EVERY_MS = 100;
const FLOOR_DB = -60;

export class Level {
  /** @type {AudioContext|null} */
  context = null;
  /** @type {MediaStreamTrack|null} */
  track = null;
  /** @type {number|undefined} */
  timer = undefined;

  /** @param {(level: number) => void} draw */
  constructor(draw) {
    this.draw = draw;
  }

  /** @param {MediaStreamTrack|null} track */
  follow(track) {
    if (track === this.track) return;
    this.close();
    this.track = track;
    if (!track || typeof AudioContext === 'undefined') return;
    const context = new AudioContext();
    this.context = context;
    context.resume().catch(() => {});
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = window.setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      this.draw(Math.min(1, Math.max(0, 1 - (10 * Math.log10(power + 1e-12)) / FLOOR_DB)));
    }, EVERY_MS);
  }

  close() {
    window.clearInterval(this.timer);
    this.context?.close();
    this.context = null;
    this.track = null;
    this.draw(0);
  }
}
