/** A camera or microphone that cannot be had: what is wrong, what to do about it in this browser, and a way to try again. */

import { button, element } from '../elements.js';
import { browserOf } from './device-problem.js';

/** @typedef {import('./permission.js').Device} Device */

/**
 * @param {import('../strings.js').Say} say @param {Device} device @param {import('./device-problem.js').Problem} problem
 * @param {() => void} [again] @param {Partial<Record<import('./device-problem.js').Problem, string>>} [cures] what is to be done here, where that is something else
 * @returns {HTMLElement}
 */
export function trouble(say, device, problem, again, cures = {}) {
  const words = { device: say(`call_the_${device}`) };
  const box = element('div', { class: 'trouble', role: 'alert', 'data-problem': problem, 'data-device': device });
  box.append(element('p', { class: 'what' }, say(`call_problem_${problem}`, words)));
  const browser = browserOf();
  const cure = problem === 'denied' ? say(`call_guide_${browser}`, words) : (cures[problem] ?? say(`call_cure_${problem}`, words));
  if (cure) box.append(element('p', {}, cure));
  if (again && problem !== 'insecure' && problem !== 'policy') {
    const retry = button('choice', '', again);
    retry.textContent = say('call_again');
    box.append(retry);
  }
  return box;
}
