/**
 * What hangs over the page hangs over all of it: in the browser's top layer a `transform` or `overflow` of the shop's own boxes does not
 * hold it. Browsers without popovers leave it where it is.
 */

/** @param {HTMLElement} part that stands in a page */
export function raise(part) {
  if (!('popover' in part) || !part.isConnected || part.popover) return;
  part.popover = 'manual';
  part.showPopover();
}

/** @param {HTMLElement} part */
export function lower(part) {
  if (!('popover' in part) || !part.popover) return;
  if (part.isConnected) part.hidePopover();
  part.popover = null;
}
