// Runs inside the viewer page, or one with a call: reads the clapperboard's clock, flash and beep from what is seen and heard.
async ([left, top, block, columns, rows, tick, flash, width, height]) => {
  const show = document.querySelector('vitrine-show');
  const call = document.querySelector('vitrine-call');
  const video = call?.shadowRoot.querySelector('.tile video') ?? show.video;
  const canvas = new OffscreenCanvas(columns, rows + 1);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const out = (window.measured = { delays: [], times: [], flashes: [], beeps: [], peak: 0 });
  let lit = false;
  const onFrame = (now, frame) => {
    video.requestVideoFrameCallback(onFrame);
    const sx = video.videoWidth / width, sy = video.videoHeight / height;
    const pad = block * 0.3;
    for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) {
      context.drawImage(video, (left + column * block + pad) * sx, (top + row * block + pad) * sy, (block - 2 * pad) * sx, (block - 2 * pad) * sy, column, row, 1, 1);
    }
    context.drawImage(video, (flash[0] + 100) * sx, (flash[1] + 80) * sy, 100 * sx, 80 * sy, 0, rows, 1, 1);
    const pixels = context.getImageData(0, 0, columns, rows + 1).data;
    let count = 0, previous = 0;
    for (let bit = 0; bit < columns * rows; bit++) {  // Gray code: each bit is the one before it, flipped where its block is lit
      previous ^= pixels[bit * 4] > 128 ? 1 : 0;
      count = count * 2 + previous;
    }
    const shown = performance.timeOrigin + frame.expectedDisplayTime;
    const range = 2 ** (columns * rows) * tick;
    let delay = (shown % range) - count * tick;
    if (delay < -range / 2) delay += range;
    out.delays.push(delay);
    out.times.push(performance.now());
    const isLit = pixels[columns * rows * 4] > 128;
    if (isLit && !lit) out.flashes.push(shown);
    lit = isLit;
  };
  video.requestVideoFrameCallback(onFrame);
  const audio = call ? new AudioContext() : show.sound?.context;
  if (!audio || !video.srcObject) return;
  const worklet = `registerProcessor('onsets', class extends AudioWorkletProcessor {
    constructor() { super(); this.quiet = 0; }
    process(inputs) {
      const samples = inputs[0][0];
      if (!samples) return true;
      for (let i = 0; i < samples.length; i++) {
        if (Math.abs(samples[i]) > 0.05) {
          if (this.quiet > sampleRate * 0.3) this.port.postMessage([currentTime + i / sampleRate, 0]);
          this.quiet = 0;
        } else this.quiet++;
      }
      let peak = 0;
      for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
      if (peak > 0.05) this.port.postMessage([0, peak]);
      return true;
    }
  })`;
  await audio.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' })));
  const node = new AudioWorkletNode(audio, 'onsets');
  node.port.onmessage = ({ data: [at, peak] }) => {
    out.peak = Math.max(out.peak, peak);
    if (!at) return;
    const stamp = audio.getOutputTimestamp();
    out.beeps.push(performance.timeOrigin + stamp.performanceTime + (at - stamp.contextTime) * 1000);
  };
  audio.createMediaStreamSource(video.srcObject).connect(node);
}
