/**
 * The page API of Vitrine: what a shop's page and the show say to each other.
 *
 *   <script type="module" src="https://shows.example.com/embed.js"></script>
 *   <vitrine-show show="spring"></vitrine-show>
 *
 * Amounts are whole numbers of the currency's minor unit (øre, cents). Times are milliseconds.
 */

/** One product or variant that somebody wants, as it is put into the cart. */
export interface CartLine {
  /** The product's id, as in the feed. */
  product: string;
  /** The variant's id, wherever the feed has one: also that of the only one. */
  variant: string;
  /** What the shop's own cart calls it, where that is not the id: Shopify's number of the variant. */
  cart_id: string;
  sku: string;
  gtin: string;
  quantity: number;
  /** The show's code, when the product has one: the cart decides what it is worth. */
  code: string;
}

/** Where in which show something began. Keep it with the cart line, and give it back with the order. */
export interface Attribution {
  show: string;
  product: string;
  /** Milliseconds of the show clock. */
  media_ms: number;
  /** `call`: it began in a call with an advisor; then `show` is empty. */
  part: 'live' | 'replay' | 'clip' | 'call';
  /** The call's id. */
  call?: string;
}

export interface Cart {
  count: number;
  total_minor?: number;
  currency?: string;
  /** What is in it. An advisor sees it, with the visitor's consent to personalisation. */
  lines?: { product: string; variant?: string; title?: string; quantity?: number; price_minor?: number }[];
}

/** A product that the visitor looks at. */
export interface SeenProduct {
  id: string;
  title?: string;
  price_minor?: number;
}

export interface CartAnswer {
  /** `partial`: the lines in `failed` were not taken, the others were. `out-of-stock`: none was, there is not enough. */
  status: 'ok' | 'partial' | 'out-of-stock' | 'error';
  failed?: { product: string; variant?: string; reason?: 'unknown' | 'sold-out' | 'stock' | 'limit' }[];
  /** A sentence for the customer, in their language; the page has its own when there is none. */
  message?: string;
  cart?: Cart;
}

/** What the shop says about a product now. What is left out stays as the feed has it. */
export interface ProductAnswer {
  id: string;
  price_minor?: number;
  currency?: string;
  /** Only what the shop may claim: it answers for it. */
  before_minor?: number | null;
  stock?: number | null;
  sold_out?: boolean;
  url?: string;
  /** What the product costs with a code of the show, when the cart knows it. */
  codes?: Record<string, number>;
  options?: { id: string; price_minor?: number; before_minor?: number | null; stock?: number | null; sold_out?: boolean }[];
}

/**
 * The `detail` of an event that wants an answer. `answer` is called once, while the event is dispatched: so a listener stands
 * on the element, or on the document (the events bubble), before the script runs. Nobody answers: the show has no cart, and a
 * product becomes a link to its page. A promise that fails, or takes 15 seconds, is an `error`.
 */
export interface Asking<Answer> {
  answer(value: Answer | Promise<Answer>): void;
}

/** A product with variants is only asked for with one: its card opens the sheet, where one is chosen. */
export interface AddToCart extends Asking<CartAnswer | boolean> {
  lines: CartLine[];
  attribution: Attribution;
}

export interface Checkout extends Asking<CartAnswer | boolean | { url: string }> {
  attribution: Attribution;
}

/** Asked when products come into the show, again when somebody opens one, and when the show changes its price or code. */
export interface ProductData extends Asking<ProductAnswer[]> {
  products: { id: string; variant: string; cart_id: string; sku: string; gtin: string; url: string; code: string }[];
  currency: string;
  language: string;
}

export interface Wish {
  product: string;
  wished: boolean;
}

export interface Order {
  /** The shop's own number; the same order may be told twice and counts once. */
  number: string;
  value_minor: number;
  currency: string;
  /** A line may say itself where it began; `attribution` below speaks for those that do not. */
  lines?: { product: string; variant?: string; quantity?: number; value_minor?: number; attribution?: Attribution }[];
  /** Which show led to it. One order belongs to one show: the one that led to it last. */
  attribution?: Partial<Attribution>;
}

/** What a behaviour was about. Amounts are in minor units. */
export interface Deed {
  products?: { product_id: string; variant?: string; category?: string; brand?: string; price_minor?: number; quantity?: number }[];
  value_minor?: number;
  currency?: string;
  order_id?: string;
  props?: Record<string, string | number | boolean>;
}

export interface Choices {
  analytics: boolean;
  personalisation: boolean;
  marketing: boolean;
}

/**
 * `import { vitrine } from '…/embed.js'`, or `window.vitrine` once the script has run. Pages that only tell of an order take
 * `…/order.js`, which is the same without the player.
 */
export interface Vitrine {
  /** What the visitor has agreed to. Until somebody says so, nothing; tell it again whenever it changes. */
  consent(choices: Choices): void;
  /** What they have agreed to; null: they have not been asked, or have not answered. */
  readonly choices: Choices | null;
  /** An order was placed, on whatever page. It counts when the visitor came from a show. */
  order(order: Order): Promise<{ ok: boolean }>;
  /** The cart has changed elsewhere on the page. */
  cart(cart: Cart): void;
  /** The visitor looks at this product. An advisor sees it, and it is remembered in this visit, only with their consent to personalisation. */
  seen(product: SeenProduct): void;
  /** The visitor did something (the names are those of docs/relation.md); kept only with their consent to analytics. */
  did(name: string, facts?: Deed): void;
  /** The token that the show server knows this visitor by, for the shop's own server (docs/api.md); empty until there is one. */
  readonly visitor: string;
  /** Go on with a token that the shop's own server was given for this browser (docs/api.md). */
  become(visitor: string): void;
  /**
   * Log in with one of the server's `[[login]]` settings: the browser goes there and comes back to this page, where the window hears
   * `vitrine:login` with `{ ok, known }`. It needs the visitor's consent to analytics; without it nobody is known by it.
   */
  login(provider: string): Promise<void>;
  /** The customer has logged out: from now on whoever is here is somebody new, and nothing of the first moves to them. */
  logout(): void;
  /** Everything the show server holds about this visitor. */
  held(): Promise<unknown>;
  /** The same in words, in Danish or English: a text, or a moment in Unix milliseconds. */
  told(language: string): Promise<{ sections: { title: string; rows: { label: string; text?: string; at_ms?: number }[][]; left: number }[] }>;
  /** Delete it. From then on the visitor is somebody new, in all tabs of the shop. */
  forget(): Promise<{ ok: boolean; lines?: number }>;
}

/** The four ways to talk: both are seen; only the advisor is; voices; written words. */
export type CallKind = 'video' | 'watch' | 'sound' | 'text';
/** `away`: this page was lost to the server for a moment. */
export type CallState = 'none' | 'waiting' | 'ringing' | 'live' | 'away' | 'ended';

/** `<vitrine-call>`: a button that lets the visitor talk to an advisor. */
export interface VitrineCallElement extends HTMLElement {
  /** Open the panel, at this way of talking when it is given; a call that goes on is brought back. */
  open(kind?: CallKind): void;
  /** Put the panel away. A call goes on. */
  close(): void;
  readonly state: CallState;
  /** What the advisor's card says beyond what Vitrine knows, with consent to personalisation: at most ten, `{ 'Skin test': 'dry' }`. */
  extra: Record<string, string>;
}

/**
 * `<vitrine-clip>`: pieces of shows, with what they sell. `product`, `show` or `clip` says which; without any that fit it is
 * empty and takes no space. What is bought is asked for by the same events as in a show, with `part: 'clip'`.
 */
export interface VitrineClipElement extends HTMLElement {
  /** Put the player away. */
  close(): void;
}

declare global {
  interface Window {
    vitrine: Vitrine;
  }
  interface HTMLElementTagNameMap {
    'vitrine-call': VitrineCallElement;
    'vitrine-clip': VitrineClipElement;
  }
  interface VitrineEventMap {
    'vitrine:add-to-cart': CustomEvent<AddToCart>;
    'vitrine:checkout': CustomEvent<Checkout>;
    'vitrine:product-data': CustomEvent<ProductData>;
    'vitrine:wish': CustomEvent<Wish>;
    /** Somebody has answered, in this tab or another of the shop. */
    'vitrine:consent': CustomEvent<Choices>;
    /** The call of a `<vitrine-call>` is in another state. */
    'vitrine:call': CustomEvent<{ state: CallState; id: string }>;
    'vitrine:event': CustomEvent<unknown>;
    'vitrine:playing': CustomEvent<null>;
  }
  interface HTMLElementEventMap extends VitrineEventMap {}
  interface DocumentEventMap extends VitrineEventMap {}
}

export const vitrine: Vitrine;
