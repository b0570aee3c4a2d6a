/**
 * The pinned products as cards over the picture. They lie over it: when one comes or goes, nothing else on the page moves.
 * A card is redrawn only when its own product has changed, so that a button in use stays where it is.
 */

import { element } from './elements.js';
import { buyButton, picture, priceLine, stockLine } from './product-view.js';

/** @typedef {import('./show-shop.js').ShopFloor} ShopFloor */

export class Cards {
  root = element('div', { class: 'pins', role: 'group', 'aria-live': 'polite' });
  /** @type {Map<string, {drawn: string, card: HTMLElement}>} */
  cards = new Map();

  /** @param {ShopFloor} floor @param {(product: any) => HTMLElement} [why] says why a card is another than others see */
  constructor(floor, why) {
    this.floor = floor;
    this.why = why;
  }

  /** @param {any[]} pinned the newest first @param {boolean} shown whether cards belong on the picture now */
  draw(pinned, shown) {
    const wanted = shown ? pinned : [];
    const speech = this.floor.speech;
    this.root.setAttribute('aria-label', speech.say('shown_now'));
    for (const [id, { card }] of this.cards) {
      if (!wanted.some((product) => product.id === id)) {
        this.cards.delete(id);
        card.remove();
      }
    }
    wanted.forEach((product, place) => {
      const { decision, ...plain } = product; // a decision is named anew each time it is made
      const drawn = JSON.stringify([plain, decision?.rule, decision?.reason, speech.language]);
      const known = this.cards.get(product.id);
      const card = known?.drawn === drawn ? known.card : this.card(product);
      if (known && known.card !== card) known.card.replaceWith(card);
      if (!known) card.classList.add('coming');
      this.cards.set(product.id, { drawn, card });
      if (this.root.children[place] !== card) this.root.insertBefore(card, this.root.children[place] ?? null);
    });
  }

  /** @param {any} product @returns {HTMLElement} */
  card(product) {
    const { speech } = this.floor;
    const open = element('button', { type: 'button', class: 'open', 'aria-label': speech.say('about', { title: product.title }) });
    open.addEventListener('click', () => this.floor.look(product.id));
    const words = element('div', { class: 'words' }, element('p', { class: 'name' }, product.title), priceLine(product, speech));
    const stock = stockLine(product, speech);
    if (stock) words.append(stock);
    const card = element('article', { class: 'pin', 'data-product': product.id }, open, picture(product.image, speech.home, 72), words);
    if (!product.sold_out) {
      const several = product.variants > 1;
      const words_ = speech.say(several ? 'choose' : 'add');
      card.append(buyButton(words_, speech.say, () => (several ? this.floor.look(product.id) : this.floor.buy(product.id, product.variant ?? '')), product.title));
    }
    if (product.decision?.personal && this.why) card.append(this.why(product));
    return card;
  }
}
