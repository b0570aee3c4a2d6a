/** The show server's script. The shop must work without it: when it does not come, there is simply no show. */

/** @typedef {import('../../viewer/vitrine.d.ts').Vitrine} Vitrine */

/** In a real shop this is an address on another server, https://shows.example.com/embed.js. */
const EMBED = '/embed.js';
/** One line on every page: what is looked at, and what the brand's rules show. */
const RELATION = '/relation.js';

/** @type {Promise<Vitrine|null>|undefined} */
let loading;

/** @returns {Promise<Vitrine|null>} */
export function vitrine() {
  loading ??= import(EMBED).then(
    (module) => {
      import(RELATION).catch(() => null);
      return module.vitrine ?? window.vitrine ?? null;
    },
    () => null,
  );
  return loading;
}
