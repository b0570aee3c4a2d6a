/** `window.vitrine`: what the rest of the shop's page may tell and ask. The contract is in vitrine.d.ts. */

import { HOME } from './home.js';
import { visit } from './call/visit.js';
import { consents } from './consent.js';
import { cartChanged, did, ordered, view } from './relation/deeds.js';
import { store } from './store.js';


/** Shows on this page that are told when the cart changes. @type {Set<(cart: import('./vitrine.d.ts').Cart) => void>} */
export const cartFollowers = new Set();

/** What an address has where a login is to be finished. */
const LOGIN = 'vitrine-login';

/** @param {string} path @param {RequestInit} options */
async function ask(path, options) {
  const response = await fetch(new URL(path, HOME), { ...options, headers: { 'Content-Type': 'application/json', ...options.headers } });
  if (!response.ok) throw new Error(`Vitrine: ${response.status} ${await response.text()}`);
  return response.json();
}

/** A visitor is known by the token that is kept with consent, or for as long as the tab is open. */
function bearer() {
  return { Authorization: `Visitor ${store.visitor}` };
}

/** What led to an order: what the shop kept with its lines, or what we did with consent. @param {import('./vitrine.d.ts').Order} order */
function attributionOf(order) {
  const products = new Set((order.lines ?? []).map((line) => line.product));
  const kept = store.attributions().filter((one) => !products.size || products.has(one.product));
  return { ...kept.at(-1), ...(order.attribution?.part === 'call' ? {} : order.attribution) }; // a call is no show
}

/** @type {import('./vitrine.d.ts').Vitrine} */
export const vitrine = {
  consent: (choices) => consents.choose(choices),
  get choices() {
    return consents.choices;
  },
  async order(order) {
    ordered(order);
    const { show, media_ms, part } = attributionOf(order);
    if (!show) return { ok: false };
    const { number, value_minor, currency } = order;
    const lines = (order.lines ?? []).map(({ attribution, ...line }) => {
      const ours = attribution?.show === show ? attribution : null;
      return { ...line, ...(ours && { media_ms: ours.media_ms, part: ours.part }) };
    });
    const body = JSON.stringify({ number, value_minor, currency, lines, media_ms: media_ms ?? null, part: part ?? 'live' });
    const key = store.key(show);
    return ask(`api/shows/${encodeURIComponent(show)}/orders${key ? `?key=${encodeURIComponent(key)}` : ''}`, { method: 'POST', body, headers: bearer(), keepalive: true });
  },
  cart(cart) {
    cartChanged(visit.cart, cart);
    visit.carry(cart);
    cartFollowers.forEach((tell) => tell(cart));
  },
  seen(product) {
    visit.see(product);
    if (product?.id) view({ product_id: String(product.id).slice(0, 255) });
  },
  did: (name, facts) => did(name, facts),
  get visitor() {
    return store.visitor;
  },
  become(visitor) {
    store.leave();
    store.keep({ visitor });
  },
  logout: () => store.leave(),
  async login(provider) {
    const body = JSON.stringify({ provider, page: location.href.split('#')[0].slice(0, 2000) });
    const { url, visitor } = await ask('relation/v1/login', { method: 'POST', body, headers: bearer() });
    if (visitor) vitrine.become(visitor); // who had this token logged out elsewhere
    location.assign(url);
  },
  held: () => ask('api/visitor', { headers: bearer() }),
  told: (language) => ask(`api/visitor?readable&lang=${language === 'da' ? 'da' : 'en'}`, { headers: bearer() }),
  async forget() {
    const done = await ask('api/visitor', { method: 'DELETE', headers: bearer() });
    store.forget();
    return done;
  },
};

/** Whoever logged in elsewhere has come back: the address says so, once. It is told on the window as `vitrine:login`. */
async function comeBack() {
  const here = new URL(location.href);
  const code = here.searchParams.get(LOGIN);
  if (!code) return;
  here.searchParams.delete(LOGIN);
  history.replaceState(history.state, '', here);
  const body = JSON.stringify({ code });
  const said = await ask('relation/v1/login/finish', { method: 'POST', body, headers: bearer() }).catch(() => ({ ok: false, known: false }));
  if (said.visitor) vitrine.become(said.visitor);
  window.dispatchEvent(new CustomEvent('vitrine:login', { detail: { ok: said.ok, known: said.known } }));
}

if (!window.vitrine) {
  window.vitrine = vitrine;
  comeBack();
}
