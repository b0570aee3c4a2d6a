/** Room for an element until it has something to show, so that nothing on the shop's page moves when that comes. */

const ROOM = `:host { display: block; aspect-ratio: 16 / 9 }
@media (max-width: 860px) { :host(:not([chat="off"])) { aspect-ratio: auto; min-height: 100vh } }`;

/** @type {CSSStyleSheet|null} */
let sheet = null;

/** Keep it. @param {ShadowRoot} root */
export function keepRoom(root) {
  if (!('adoptedStyleSheets' in root)) return; // Safari before 16.4: the page's own rule holds until the stylesheet is there
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(ROOM);
  }
  root.adoptedStyleSheets = [sheet];
}

/** What is there has its own size from now on. @param {ShadowRoot|null} root */
export function leaveRoom(root) {
  if (root && 'adoptedStyleSheets' in root) root.adoptedStyleSheets = [];
}
