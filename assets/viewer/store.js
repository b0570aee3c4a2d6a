/**
 * What this page remembers of a visitor, in the brand's own first-party storage: only for as long as the tab is open, and for
 * longer only with consent.
 */

const NAME = 'vitrine';
const ATTRIBUTIONS = 20;
const KEPT_MS = 30 * 24 * 3600 * 1000;
const PLACES = 20;
const PLACE_MS = 7 * 24 * 3600 * 1000;

/** @typedef {import('./vitrine.d.ts').Choices} Choices */
/** @typedef {import('./vitrine.d.ts').Attribution & {at_ms: number}} Kept */
/** Where one left a film. @typedef {{film: string, film_ms: number, at_ms: number}} Place */
/** @typedef {{visitor?: string, name?: string, choices?: Choices|null, asked_ms?: number, left_ms?: number, attributions?: Kept[], wishes?: string[], places?: Place[], keys?: Record<string, string>}} Memory */

/** Storage can be forbidden, full or broken: then the page simply forgets. @param {Storage} storage @returns {Memory} */
function read(storage) {
  try {
    const found = JSON.parse(storage.getItem(NAME) ?? '{}');
    return found && typeof found === 'object' ? found : {};
  } catch {
    return {};
  }
}

/** @param {Storage} storage @param {Memory|null} memory */
function write(storage, memory) {
  try {
    if (memory) storage.setItem(NAME, JSON.stringify(memory));
    else storage.removeItem(NAME);
  } catch {
    // forgotten, then
  }
}

/** Reading the property alone can throw where storage is forbidden. @param {() => Storage} which @returns {Storage|null} */
function reach(which) {
  try {
    return which();
  } catch {
    return null;
  }
}

/** Whether more than the answer itself may outlive the tab. @param {Choices|null|undefined} choices @returns {boolean} */
const lasts = (choices) => Boolean(choices && (choices.analytics || choices.personalisation));

/**
 * Events: `changed` (by this tab or another), `stranger` (from now on this tab is somebody else: say hello as who the store
 * says then).
 */
export class Store extends EventTarget {
  session = reach(() => window.sessionStorage);
  lasting = reach(() => window.localStorage);
  /** @type {Memory} */
  memory = { ...(this.session ? read(this.session) : {}), ...(this.lasting ? read(this.lasting) : {}) };

  constructor() {
    super();
    window.addEventListener('storage', ({ key, newValue, storageArea }) => {
      if (key === NAME && newValue && storageArea === this.lasting) this.keep({});
    });
  }

  /** @returns {Choices|null} */
  get choices() {
    return this.memory.choices ?? null;
  }

  /** The token that the show server knows this visitor by; empty until it has given one. */
  get visitor() {
    return this.memory.visitor ?? '';
  }

  /** What was agreed to decides how long things are kept. @param {Choices} choices */
  choose(choices) {
    this.change(() => this.answer(choices));
  }

  /** @param {Partial<Memory>} changes */
  keep(changes) {
    this.change(() => Object.assign(this.memory, changes));
  }

  /** Remember what led to a product, so that an order of another day can say so; only with consent. @param {import('./vitrine.d.ts').Attribution} attribution */
  attribute(attribution) {
    this.change(() => {
      const others = this.attributions().filter((kept) => kept.product !== attribution.product || kept.show !== attribution.show);
      this.memory.attributions = [...others, { ...attribution, at_ms: Date.now() }].slice(-ATTRIBUTIONS);
    });
  }

  /** @returns {Kept[]} the newest last */
  attributions() {
    return (this.memory.attributions ?? []).filter((kept) => Date.now() - kept.at_ms < KEPT_MS);
  }

  /** Remember the key that a show was opened with: what is bought in an unlisted one is told with it. @param {string} show @param {string} key */
  keepKey(show, key) {
    if (this.key(show) === key) return;
    this.change(() => {
      const others = Object.entries(this.memory.keys ?? {}).filter(([other]) => other !== show);
      this.memory.keys = Object.fromEntries([...others, [show, key]].slice(-PLACES));
    });
  }

  /** @param {string} show @returns {string} empty where it needed none */
  key(show) {
    return this.memory.keys?.[show] ?? '';
  }

  /** Where one left a film within the last week, in ms; 0: at its beginning. @param {string} film @returns {number} */
  place(film) {
    return this.places().find((place) => place.film === film)?.film_ms ?? 0;
  }

  /** @param {string} film @param {number} film_ms 0: there is nothing to remember */
  keepPlace(film, film_ms) {
    if (!film_ms && !this.place(film)) return;
    this.change(() => {
      const others = this.places().filter((place) => place.film !== film);
      this.memory.places = film_ms ? [...others, { film, film_ms, at_ms: Date.now() }].slice(-PLACES) : others;
    });
  }

  /** @returns {Place[]} the newest last */
  places() {
    const places = Array.isArray(this.memory.places) ? this.memory.places : [];
    return places.filter((place) => Date.now() - place.at_ms < PLACE_MS);
  }

  /** Forget everything but that somebody said no. */
  forget() {
    this.change(() => {
      const { choices, asked_ms } = this.memory;
      this.memory = { asked_ms };
      if (choices) this.answer({ analytics: false, personalisation: false, marketing: false });
    });
    this.dispatchEvent(new Event('stranger'));
  }

  /** Somebody has logged out: whoever comes next in this browser is somebody else. What it was told about consent stays. */
  leave() {
    this.change(() => {
      const { choices, asked_ms, left_ms = 0 } = this.memory;
      this.memory = { choices, asked_ms, left_ms: Math.max(Date.now(), left_ms + 1) };
    });
    this.dispatchEvent(new Event('stranger'));
  }

  /** @param {Choices} choices */
  answer(choices) {
    // Later than any other answer, also where a clock was set back: the newest is the one that holds.
    this.memory.asked_ms = Math.max(Date.now(), (this.memory.asked_ms ?? 0) + 1);
    this.memory.choices = choices;
    if (!choices.analytics) delete this.memory.attributions;
  }

  /** Every change is made to what the newest tab knows: what was taken back there must not come back from here. @param {() => void} change */
  change(change) {
    const stranger = this.follow();
    change();
    this.save();
    this.dispatchEvent(new Event('changed'));
    if (stranger) this.dispatchEvent(new Event('stranger'));
  }

  /**
   * What was answered in another tab holds here too. Who agrees is one person in all tabs; who takes it back, or is forgotten,
   * is nobody in all of them. @returns {boolean} whether this tab is somebody else now
   */
  follow() {
    const found = this.lasting ? read(this.lasting) : {};
    const { choices, asked_ms, left_ms = 0 } = this.memory;
    if ((found.left_ms ?? 0) > left_ms) {
      this.memory = found; // they logged out in another tab
      return true;
    }
    if (!found.choices || (found.asked_ms ?? 0) < (asked_ms ?? 0)) return false;
    const stranger = lasts(choices) !== lasts(found.choices);
    this.memory = lasts(choices) && stranger ? found : { ...this.memory, ...found };
    if (!found.choices.analytics) delete this.memory.attributions;
    return stranger;
  }

  save() {
    const { visitor, name, choices, asked_ms, left_ms, attributions, wishes, places, keys } = this.memory;
    if (this.session) write(this.session, { visitor, name, wishes, places, keys, ...(choices ? {} : { attributions }) });
    // A no is kept as well: nobody wants to be asked on every page.
    if (this.lasting) write(this.lasting, choices ? { choices, asked_ms, left_ms, ...(lasts(choices) ? { visitor, wishes, places } : {}), ...(choices.analytics ? { attributions, keys } : {}) } : null);
  }
}

/** One for the page, however many shows are on it. */
export const store = new Store();
