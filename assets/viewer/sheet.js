/** Everything about one product: pictures, kinds, price, description; to buy, to wish for, or to see at the shop. */

import { button, element } from './elements.js';
import { buyButton, picture, priceLine, stockLine } from './product-view.js';
import { richText } from './rich-text.js';

export class ProductSheet {
  root = /** @type {HTMLDialogElement} */ (element('dialog', { class: 'sheet' }));
  id = '';
  /** The chosen variant. */
  variant = '';
  /** What the server says of it beyond the list. @type {any} */
  details = null;

  /** @param {import('./show-shop.js').ShopFloor} floor */
  constructor(floor) {
    this.floor = floor;
    this.root.addEventListener('click', (event) => event.target === this.root && this.root.close());
    this.root.addEventListener('close', () => (this.id = ''));
  }

  /** @param {string} id @param {Promise<any>} details */
  async open(id, details) {
    this.id = id;
    this.variant = '';
    this.details = null;
    this.draw();
    if (!this.root.open) this.root.showModal();
    this.focus('title');
    const found = await details;
    if (this.id !== id || !found) return;
    this.details = found;
    const first = this.options.find((option) => !option.sold_out) ?? this.options[0];
    this.variant = first?.id ?? '';
    this.draw();
  }

  close() {
    if (this.root.open) this.root.close();
  }

  /** Its kinds, with what the shop says of them now. @returns {any[]} */
  get options() {
    const said = new Map((this.floor.product(this.id)?.options ?? []).map((/** @type {any} */ option) => [option.id, option]));
    return (this.details?.options ?? []).map((/** @type {any} */ option) => {
      const now = said.get(option.id) ?? {};
      const claim = now.price_minor === undefined ? {} : { before_minor: now.before_minor ?? undefined }; // its price, its claim
      return { ...option, ...now, ...claim };
    });
  }

  /** Something about the product has changed while it is open. */
  refresh() {
    if (this.root.open && this.id) this.draw();
  }

  draw() {
    const { speech } = this.floor;
    const known = this.floor.product(this.id);
    if (!known) return this.close();
    const focused = /** @type {HTMLElement|null} */ (/** @type {ShadowRoot} */ (this.root.getRootNode()).activeElement ?? null)?.dataset?.key;
    const option = this.options.find((one) => one.id === this.variant);
    const product = { ...known, ...(option ? { ...pick(option), chosen: true } : {}) };
    const scrolled = this.root.querySelector('.gallery')?.scrollLeft ?? 0;
    const close = button('close', 'close', () => this.root.close());
    close.dataset.key = 'close';
    close.setAttribute('aria-label', speech.say('close'));
    const title = element('h2', { id: 'sheet-title', tabindex: '-1', 'data-key': 'title' }, known.title);
    const words = element('div', { class: 'words' }, title);
    if (known.brand) words.append(element('p', { class: 'maker' }, known.brand));
    words.append(priceLine(product, speech), ...[stockLine(product, speech)].filter((line) => line !== null));
    if (this.options.length > 1) words.append(this.choice());
    words.append(this.actions(product));
    const description = element('div', { class: 'description' });
    if (this.details?.description) description.append(richText(this.details.description));
    words.append(description);
    this.root.setAttribute('aria-labelledby', 'sheet-title');
    const gallery = this.gallery(known, option);
    this.root.replaceChildren(close, gallery, words);
    gallery.scrollLeft = scrolled;
    if (focused) this.focus(focused);
  }

  /** What had it before it was drawn again, or the heading where that is gone. @param {string} key */
  focus(key) {
    const found = this.root.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`) ?? this.root.querySelector('[data-key="title"]');
    /** @type {HTMLElement|null} */ (found)?.focus({ preventScroll: key !== 'title' });
  }

  /** @param {any} product @param {any} option @returns {HTMLElement} */
  gallery(product, option) {
    const { speech } = this.floor;
    const images = [option?.image, ...(this.details?.images ?? [product.image])].filter((image, place, all) => image && all.indexOf(image) === place);
    const strip = element('div', { class: 'gallery', role: 'group', 'aria-label': speech.say('pictures'), tabindex: '0', 'data-key': 'gallery' });
    strip.append(...images.slice(0, 10).map((image, place) => picture(image, speech.home, 480, place ? '' : product.title)));
    return strip;
  }

  /** @returns {HTMLElement} */
  choice() {
    const { speech } = this.floor;
    const box = element('fieldset', { class: 'kinds' }, element('legend', {}, speech.say('kind')));
    for (const option of this.options) {
      const input = /** @type {HTMLInputElement} */ (element('input', { type: 'radio', name: 'kind', value: option.id, 'data-key': `kind ${option.id}` }));
      input.checked = option.id === this.variant;
      input.disabled = option.sold_out === true;
      input.addEventListener('change', () => {
        this.variant = option.id;
        this.draw();
      });
      const words = option.sold_out ? `${option.title} · ${speech.say('sold_out')}` : option.title;
      box.append(element('label', { class: 'kind' }, input, element('span', {}, words)));
    }
    return box;
  }

  /** @param {any} product @returns {HTMLElement} */
  actions(product) {
    const { speech } = this.floor;
    const row = element('div', { class: 'actions' });
    if (!product.sold_out) {
      const buy = buyButton(speech.say('add'), speech.say, () => this.floor.buy(this.id, this.variant), product.title);
      buy.dataset.key = 'buy';
      row.append(buy);
    }
    const wish = button('wish', 'heart', () => this.floor.wish(this.id));
    const wished = this.floor.wished(this.id);
    wish.dataset.key = 'wish';
    wish.setAttribute('aria-pressed', String(wished));
    wish.setAttribute('aria-label', speech.say(wished ? 'wished' : 'wish'));
    wish.title = speech.say(wished ? 'wished' : 'wish');
    row.append(wish);
    const link = this.floor.link(this.id);
    if (link) row.append(element('a', { class: 'elsewhere', href: link, target: '_blank', rel: 'noopener' }, speech.say('see_at_shop')));
    return row;
  }
}

/** What a variant knows better than its product. @param {any} option */
function pick(option) {
  const { price_minor, before_minor, stock, sold_out } = option;
  return Object.fromEntries(Object.entries({ price_minor, before_minor, stock, sold_out }).filter(([name, value]) => value !== undefined || name === 'before_minor'));
}
