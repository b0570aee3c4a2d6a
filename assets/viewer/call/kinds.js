/** The four ways to talk, and what each needs of the customer's browser and shows of the advisor. */

/** @typedef {'video'|'watch'|'sound'|'text'} Kind */
/** @typedef {{camera: boolean, microphone: boolean, picture: boolean, icon: string}} Needs `picture`: the advisor is seen */

/** @type {Record<Kind, Needs>} in the order in which they are offered */
export const KINDS = {
  video: { camera: true, microphone: true, picture: true, icon: 'camera' },
  watch: { camera: false, microphone: true, picture: true, icon: 'eye' },
  sound: { camera: false, microphone: true, picture: false, icon: 'phone' },
  text: { camera: false, microphone: false, picture: false, icon: 'chat' },
};

/** @param {unknown} value @returns {Kind|null} */
export function kindOf(value) {
  return typeof value === 'string' && Object.hasOwn(KINDS, value) ? /** @type {Kind} */ (value) : null;
}
