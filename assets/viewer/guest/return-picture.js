/** The programme as it comes back from the studio, with its sound: everything but the guest's own. */

import { Tile } from '../call/tile.js';

export class ReturnPicture extends Tile {
  /** @param {import('./vitrine-guest.js').Floor} floor */
  constructor(floor) {
    super(() => floor.soon());
    this.floor = floor;
  }

  /** @param {import('../call/partner.js').Partner} partner @param {import('../strings.js').Say} say @param {boolean} picture */
  draw(partner, say, picture) {
    super.draw(partner, say, picture);
    this.initial.textContent = '';
    this.video.setAttribute('aria-label', say('guest_return'));
  }

  /** There is no studio yet. */
  wait() {
    this.words.textContent = this.told();
    this.cover.hidden = false;
  }

  told() {
    return this.floor.trouble || this.floor.say('guest_no_return');
  }
}
