/**
 * What this page remembers of a visitor, in the brand's own first-party storage: only for as long as the tab is open, and for
 * longer only with consent.
 */

const NAME = 'vitrine';
const ATTRIBUTIONS = 20;
const KEPT_MS = 30 * 24 * 3600 * 1000;

/** @typedef {import('./vitrine.d.ts').Choices} Choices */
/** @typedef {import('./vitrine.d.ts').Attribution & {at_ms: number}} Kept */
/** @typedef {{visitor?: string, name?: string, choices?: Choices|null, asked_ms?: number, attributions?: Kept[], wishes?: string[]}} Memory */

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

export class Store {
  session = reach(() => window.sessionStorage);
  lasting = reach(() => window.localStorage);
  /** @type {Memory} */
  memory = { ...(this.session ? read(this.session) : {}), ...(this.lasting ? read(this.lasting) : {}) };

  /** @returns {Choices|null} */
  get choices() {
    return this.memory.choices ?? null;
  }

  /** What was agreed to decides how long things are kept. @param {Choices} choices */
  choose(choices) {
    this.memory.choices = choices;
    this.memory.asked_ms = Date.now();
    if (!choices.analytics) delete this.memory.attributions;
    this.save();
  }

  /** @param {Partial<Memory>} changes */
  keep(changes) {
    Object.assign(this.memory, changes);
    this.save();
  }

  /** Remember what led to a product, so that an order of another day can say so; only with consent. @param {import('./vitrine.d.ts').Attribution} attribution */
  attribute(attribution) {
    const others = this.attributions().filter((kept) => kept.product !== attribution.product || kept.show !== attribution.show);
    this.memory.attributions = [...others, { ...attribution, at_ms: Date.now() }].slice(-ATTRIBUTIONS);
    this.save();
  }

  /** @returns {Kept[]} the newest last */
  attributions() {
    return (this.memory.attributions ?? []).filter((kept) => Date.now() - kept.at_ms < KEPT_MS);
  }

  /** Forget everything but that somebody said no. */
  forget() {
    this.memory = this.memory.choices ? { choices: { analytics: false, personalisation: false, marketing: false }, asked_ms: this.memory.asked_ms } : {};
    this.save();
  }

  save() {
    const { visitor, name, choices, asked_ms, attributions, wishes } = this.memory;
    const agreed = choices && (choices.analytics || choices.personalisation);
    if (this.session) write(this.session, { visitor, name, wishes, ...(choices ? {} : { attributions }) });
    // A no is kept as well: nobody wants to be asked on every page.
    if (this.lasting) write(this.lasting, choices ? { choices, asked_ms, ...(agreed ? { visitor, wishes } : {}), ...(choices.analytics ? { attributions } : {}) } : null);
  }
}

/** One for the page, however many shows are on it. */
export const store = new Store();
