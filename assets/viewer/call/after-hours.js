/**
 * What a customer meets when nobody is there: when somebody is again. "Leave a message" and "book a time" will have their
 * place here; until they do something there is no button.
 */

import { element } from '../elements.js';
import { hours } from './times.js';

/** @param {import('./desk.js').DeskState} desk @param {import('../strings.js').Say} say @param {string} language @returns {HTMLElement} */
export function afterHours(desk, say, language) {
  const opens = hours(desk, say, language);
  return element(
    'div',
    { class: 'after-hours' },
    element('span', { class: 'picture', 'data-icon': 'clock', 'aria-hidden': 'true' }),
    element('p', { class: 'headline' }, opens || say('call_closed')),
    element('p', {}, say(opens ? 'call_closed_until' : 'call_closed_why')),
  );
}
