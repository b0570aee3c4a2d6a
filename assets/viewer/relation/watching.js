/** That somebody watches: each minute in which the show was seen to play. */

import { did } from './deeds.js';

const EVERY_MS = 60_000;

/** @param {import('../vitrine-show.js').VitrineShow} host @returns {() => void} ends it */
export function watching(host) {
  let joined = false;
  const timer = window.setInterval(() => tell('Show Watched'), EVERY_MS);

  /** @param {string} name */
  function tell(name) {
    if (document.visibilityState === 'visible' && host.plays) did(name, host.slots.where);
  }

  const begun = () => {
    if (!joined) did(host.replay.here ? 'Replay Started' : 'Show Joined', host.slots.where);
    joined = true;
  };
  host.addEventListener('vitrine:playing', begun);
  return () => {
    window.clearInterval(timer);
    host.removeEventListener('vitrine:playing', begun);
  };
}
