/**
 * The products of the show as this page knows them: what the server says, over that what the shop's page says now.
 * Event: `changed`.
 */

/** Seconds for which a page may be late with its listener. */
const PATIENCE_S = 32;

export class Shelf extends EventTarget {
  /** @type {Map<string, any>} */
  server = new Map();
  /** @type {Map<string, import('./vitrine.d.ts').ProductAnswer>} */
  shop = new Map();
  /** The shop's page has been asked about these: in which round last. @type {Map<string, number>} */
  asked = new Map();
  round = 0;
  /** @type {string[]} */
  order = [];
  /** The newest last. @type {string[]} */
  pins = [];
  /** @type {number|undefined} */
  timer = undefined;
  /** @type {number|undefined} */
  later = undefined;
  patience_s = 0.5;

  /** @param {{products: any[], pins: string[], more: boolean}} first */
  welcome({ products, pins, more }) {
    for (const product of products) this.put(product);
    this.order = products.map((product) => product.id);
    if (!more) this.arrange(this.order); // of those that are still to come we keep what we know, to see what has changed
    this.pins = pins;
    this.tell();
  }

  /** @param {{changed: any[], pins: string[], order?: string[]}} news */
  change({ changed, pins, order }) {
    for (const product of changed) this.put(product);
    if (order) this.arrange(order);
    this.pins = pins;
    this.tell();
  }

  /** All of them, when the first ones were not. @param {any[]} products */
  complete(products) {
    for (const product of products) this.put(product);
    this.arrange(products.map((product) => product.id));
    this.tell();
  }

  /** @param {string[]} order of all that there are */
  arrange(order) {
    this.order = order;
    for (const id of this.server.keys()) if (!order.includes(id)) this.server.delete(id);
  }

  /** A new price or code: what the shop said was about the old one. @param {any} product as the server has it now */
  put(product) {
    const before = this.server.get(product.id);
    if (before && (before.price_minor !== product.price_minor || before.code !== product.code)) {
      this.shop.delete(product.id);
      this.asked.delete(product.id);
    }
    this.server.set(product.id, product);
  }

  /**
   * Ask the shop's page about products it has not been asked about since they changed: price and stock are the shop's to say.
   * A page whose listener comes late is asked again a few times.
   * @param {(products: any[]) => Promise<import('./vitrine.d.ts').ProductAnswer[]|null>} ask
   */
  async askShop(ask) {
    const products = this.products.filter((product) => !this.asked.has(product.id));
    const round = (this.round += 1);
    for (const { id } of products) this.asked.set(id, round);
    const answers = await ask(products);
    if (!answers) {
      for (const { id } of products) if (this.asked.get(id) === round) this.asked.delete(id);
      window.clearTimeout(this.later);
      if (this.patience_s < PATIENCE_S) this.later = window.setTimeout(() => this.askShop(ask), (this.patience_s *= 2) * 1000);
      return;
    }
    this.shopSays(answers.filter(({ id }) => (this.asked.get(id) ?? 0) <= round)); // a late one has been asked again since
  }

  /** @param {import('./vitrine.d.ts').ProductAnswer[]} answers */
  shopSays(answers) {
    for (const answer of answers) this.shop.set(answer.id, answer);
    if (answers.length) this.tell();
  }

  tell() {
    window.clearTimeout(this.timer);
    const ends = [...this.server.values()].map((product) => product.code_until_ms ?? Infinity).filter((at) => at > Date.now());
    const next = Math.min(...ends) - Date.now();
    if (next < 24 * 3600 * 1000) this.timer = window.setTimeout(() => this.tell(), next + 50);
    this.dispatchEvent(new Event('changed'));
  }

  /** One product as it is shown, or undefined. @param {string} id @returns {any} */
  get(id) {
    const known = this.server.get(id);
    if (!known) return undefined;
    const said = this.shop.get(id) ?? /** @type {any} */ ({});
    const product = { ...known };
    for (const name of ['price_minor', 'currency', 'stock', 'sold_out', 'url', 'options']) if (said[name] !== undefined) product[name] = said[name];
    if (said.price_minor !== undefined) product.before_minor = said.before_minor ?? undefined; // its price, its claim
    if (known.sold_out || product.stock === 0) product.sold_out = true;
    if (known.code && known.code_until_ms && known.code_until_ms <= Date.now()) product.code = '';
    const special = product.code ? said.codes?.[product.code] : undefined;
    if (typeof special === 'number' && special < product.price_minor) {
      product.before_minor = said.before_minor ?? undefined;
      product.price_minor = special;
      product.code_confirmed = true;
    }
    return product;
  }

  /** @returns {any[]} all of them, in the show's order */
  get products() {
    return this.order.map((id) => this.get(id)).filter(Boolean);
  }

  /** @returns {any[]} what is pinned, the newest first */
  get pinned() {
    return [...this.pins].reverse().map((id) => this.get(id)).filter(Boolean);
  }

  close() {
    window.clearTimeout(this.timer);
    window.clearTimeout(this.later);
  }
}
