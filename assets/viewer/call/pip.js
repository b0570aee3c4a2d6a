/**
 * The call in a window of its own, over everything. Where the browser can, the stage itself goes there with its buttons; where
 * it cannot, the advisor's picture alone does.
 * Event: `changed`.
 */

import { element } from '../elements.js';

const WIDTH = 420;
const HEIGHT = 300;

export class Pip extends EventTarget {
  /** @type {Window|null} */
  window = null;

  /** @param {HTMLElement} stage @param {() => HTMLVideoElement|null} video @param {() => string} sheet address of the style sheet */
  constructor(stage, video, sheet) {
    super();
    this.stage = stage;
    this.video = video;
    this.sheet = sheet;
    this.place = document.createComment('the stage');
  }

  /** @returns {any} */
  get documents() {
    return /** @type {any} */ (window).documentPictureInPicture ?? null;
  }

  get possible() {
    return Boolean(this.documents) || document.pictureInPictureEnabled;
  }

  get open() {
    return this.window !== null;
  }

  async toggle() {
    if (this.open) return this.close();
    if (!this.documents) return this.picture();
    try {
      const other = await this.documents.requestWindow({ width: WIDTH, height: HEIGHT });
      this.move(other, await this.dress(other));
    } catch {
      this.picture();
    }
  }

  async picture() {
    if (document.pictureInPictureElement) await document.exitPictureInPicture().catch(() => {});
    else await this.video()?.requestPictureInPicture().catch(() => {});
  }

  /** What the stage wears there, put on before it is seen. @param {Window} other @returns {Promise<CSSStyleSheet|null>} null: it has to be loaded */
  async dress(other) {
    const Sheet = /** @type {any} */ (other).CSSStyleSheet;
    const address = this.sheet();
    try {
      const text = await (await fetch(address)).text();
      const made = new Sheet();
      // An address in a custom property is read from where it is used: over there that is nowhere.
      made.replaceSync(text.replace(/url\("([^":]+)"\)/g, (_, path) => `url("${new URL(path, address).href}")`));
      return made;
    } catch {
      return null;
    }
  }

  /** @param {Window} other @param {CSSStyleSheet|null} sheet */
  move(other, sheet) {
    this.window = other;
    const host = other.document.createElement('div');
    host.lang = document.documentElement.lang;
    other.document.title = document.title;
    const root = host.attachShadow({ mode: 'open' });
    if (sheet) root.adoptedStyleSheets = [sheet];
    else root.append(element('link', { rel: 'stylesheet', href: this.sheet() }));
    this.stage.replaceWith(this.place);
    root.append(this.stage);
    this.stage.classList.add('pip');
    other.document.body.style.margin = '0';
    other.document.body.append(host);
    other.addEventListener('pagehide', () => this.back());
    this.wake();
    this.dispatchEvent(new Event('changed'));
  }

  /** The stage comes home. */
  back() {
    if (!this.window) return;
    this.window = null;
    this.stage.classList.remove('pip');
    this.place.replaceWith(this.stage);
    this.wake();
    this.dispatchEvent(new Event('changed'));
  }

  /** A video that was moved stands still until somebody says otherwise. */
  wake() {
    for (const video of this.stage.querySelectorAll('video')) if (video.srcObject) video.play().catch(() => {});
  }

  close() {
    const { window: other } = this;
    this.back();
    other?.close();
  }
}
