/**
 * The brand's accent may be any colour: words on it, and words written with it, are made readable (WCAG 2.2, 1.4.3: 4.5 to 1).
 * Browsers will do the first by themselves (`contrast-color()`), once.
 */

const ENOUGH = 4.5;
const DARK = [20, 24, 31];
const BLACK = [0, 0, 0];
const LIGHT = [255, 255, 255];
/** @type {CanvasRenderingContext2D|null} */
let paper = null;

/** Any CSS colour as red, green and blue; null when it is none, or not opaque. @param {string} colour @returns {number[]|null} */
export function rgb(colour) {
  paper ??= /** @type {HTMLCanvasElement} */ (document.createElement('canvas')).getContext('2d', { willReadFrequently: true });
  if (!paper || !colour) return null;
  paper.canvas.width = paper.canvas.height = 1; // wipes it
  paper.fillStyle = '#010203';
  paper.fillStyle = colour;
  if (paper.fillStyle === '#010203') return null;
  paper.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = paper.getImageData(0, 0, 1, 1).data;
  return alpha === 255 ? [red, green, blue] : null;
}

/** @param {number[]} colour */
function luminance(colour) {
  const [red, green, blue] = colour.map((one) => {
    const part = one / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {number[]} one @param {number[]} other */
export function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** What can be read on `ground`: `wished` if it can, else the better of nearly black and white. @param {number[]} ground @param {number[]|null} wished */
export function ink(ground, wished) {
  if (wished && contrast(ground, wished) >= ENOUGH) return wished;
  return [LIGHT, DARK].find((one) => contrast(ground, one) >= ENOUGH) ?? (contrast(ground, BLACK) >= contrast(ground, LIGHT) ? BLACK : LIGHT);
}

/** `colour`, with as much of `text` as makes it readable on `ground`. @param {number[]} colour @param {number[]} text @param {number[]} ground */
export function readable(colour, text, ground) {
  for (let part = 0; part < 1; part += 0.1) {
    const mixed = colour.map((one, place) => Math.round(one + (text[place] - one) * part));
    if (contrast(mixed, ground) >= ENOUGH) return mixed;
  }
  return text;
}

/** @param {number[]} colour */
const css = (colour) => `rgb(${colour.join(' ')})`;

/** Set what follows from the brand's colours on an element of ours. @param {HTMLElement} host */
export function dress(host) {
  const style = getComputedStyle(host);
  /** @param {string} name @param {string} usual */
  const given = (name, usual) => rgb(style.getPropertyValue(name).trim()) ?? rgb(usual);
  const accent = given('--accent', '#7a3e2c');
  const panel = given('--panel', '#ffffff');
  const text = given('--text', '#1f1a17');
  if (!accent || !panel || !text) return;
  const words = contrast(text, panel) >= ENOUGH ? text : ink(panel, null);
  /** @type {Record<string, string>} */
  const made = { '--_accent-ink': css(ink(accent, given('--accent-ink', '#ffffff'))), '--_accent-text': css(readable(accent, words, panel)) };
  const said = style.getPropertyValue('--accent').trim();
  if (said && !rgb(said)) made['--_accent'] = css(accent); // no colour at all
  for (const [name, value] of Object.entries(made)) {
    if (host.style.getPropertyValue(name) !== value) host.style.setProperty(name, value);
  }
}
