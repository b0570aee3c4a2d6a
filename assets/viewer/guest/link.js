/**
 * The link that led here. Its token stands after `#`: it is taken out of the address before anything else, kept for this tab
 * only, and said to nobody but the socket. What this tab is to the show is remembered with it, so that a reload comes back.
 */

const NAME = 'vitrine.guest';
const TOKEN_MAX = 64;

/**
 * @typedef {object} Kept
 * @property {string} token
 * @property {string} name what the guest calls themselves
 * @property {boolean} phone this is only a camera
 * @property {boolean} inside in the green room
 * @property {boolean} elsewhere another page has the place: not taken back by a reload
 * @property {boolean} keys M and V do something
 */

/** @returns {Kept} */
const nothing = () => ({ token: '', name: '', phone: false, inside: false, elsewhere: false, keys: true });

export class Link {
  values = nothing();

  constructor() {
    try {
      const found = JSON.parse(sessionStorage.getItem(NAME) ?? '{}');
      for (const [key, empty] of Object.entries(this.values)) if (typeof found?.[key] === typeof empty) Object.assign(this.values, { [key]: found[key] });
    } catch {
      // storage is forbidden, or somebody else wrote there: the address has to say it
    }
    this.take();
  }

  /** Take the token out of the address. @returns {boolean} whether there was another one than before */
  take() {
    const token = location.hash.slice(1);
    if (!token) return false;
    history.replaceState(history.state, '', location.pathname + location.search);
    if (token.length > TOKEN_MAX || token === this.values.token) return false;
    const { keys } = this.values;
    this.values = { ...nothing(), keys };
    this.keep({ token });
    return true;
  }

  /** @param {Partial<Kept>} changes */
  keep(changes) {
    Object.assign(this.values, changes);
    try {
      sessionStorage.setItem(NAME, JSON.stringify(this.values));
    } catch {
      // then a reload needs the link again
    }
  }

  /** It is worth nothing any more. */
  forget() {
    this.keep({ ...nothing(), keys: this.values.keys });
  }
}
