/**
 * What this tab remembers of a call, so that a reload, or another page of the shop, comes back to it. It ends with the call,
 * and with the tab.
 */

const NAME = 'vitrine.call';

/**
 * @typedef {object} Remembered
 * @property {string} call
 * @property {string} secret
 * @property {Record<string, number>} legs the newest connection with each person: numbers go on after a reload
 * @property {number} entered when it got into the line
 * @property {number} since when it was answered
 * @property {boolean} muted
 * @property {boolean} cameraOff
 * @property {string} camera the chosen device
 * @property {string} microphone
 * @property {boolean} small the call is in the corner
 * @property {Record<string, {status: string, message: string}>} carted what the shop said of what the advisor put into the cart
 */

/** @returns {Remembered} */
const nothing = () => ({ call: '', secret: '', legs: {}, entered: 0, since: 0, muted: false, cameraOff: false, camera: '', microphone: '', small: false, carted: {} });

/** @param {any} found @returns {Remembered} */
function readable(found) {
  const known = nothing();
  for (const [key, empty] of Object.entries(known)) {
    const value = found?.[key];
    if (typeof value === typeof empty && value !== null) Object.assign(known, { [key]: value });
  }
  return known;
}

export class Memory {
  /** @type {Remembered} */
  values = nothing();

  /** @param {string} [name] under which it is kept */
  constructor(name = NAME) {
    this.name = name;
    try {
      this.values = readable(JSON.parse(sessionStorage.getItem(name) ?? '{}'));
    } catch {
      // storage is forbidden, or somebody else wrote there: nothing is remembered
    }
  }

  /** Whether there is a call to come back to. */
  get remembers() {
    return Boolean(this.values.call && this.values.secret);
  }

  /** @param {Partial<Remembered>} changes */
  keep(changes) {
    Object.assign(this.values, changes);
    this.save(this.values);
  }

  /** The call is over. Which devices were chosen holds for the next one. */
  forget() {
    const { camera, microphone } = this.values;
    this.values = { ...nothing(), camera, microphone };
    this.save(camera || microphone ? this.values : null);
  }

  /** @param {Remembered|null} values */
  save(values) {
    try {
      if (values) sessionStorage.setItem(this.name, JSON.stringify(values));
      else sessionStorage.removeItem(this.name);
    } catch {
      // then a reload begins anew
    }
  }
}
