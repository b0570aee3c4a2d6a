/** The way in: an invitation's link, or a token. Neither stays in the address, nor anywhere that a script can read. */

import { element } from '../viewer/elements.js';
import { line } from './form.js';
import { N_, _ } from './words.js';

const AGAIN_MS = 2000;

/** @param {{invite?: string, token?: string}} with_ @returns {Promise<{reached: boolean, problem: string}>} */
async function begin(with_) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch('/console/session', { method: 'POST', headers, body: JSON.stringify(with_) }).catch(() => null);
  if (answer?.ok) return { reached: true, problem: '' };
  if (!answer || answer.status >= 500) return { reached: false, problem: _('The server cannot be reached') };
  const told = await answer.json().catch(() => ({}));
  return { reached: true, problem: _(told.detail ?? N_('The server failed; its log says why')) };
}

/** The code of an invitation, once: it goes out of the address. */
export function takeInvitation() {
  const code = new URLSearchParams(location.hash.slice(1)).get('invite') ?? '';
  if (code) history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}

/** Whether whoever has this browser may come in; the role. */
export async function whoIsHere() {
  const answer = await fetch('/console/session').catch(() => null);
  return { reached: answer !== null && answer.status < 500, here: answer?.ok ?? false };
}

/**
 * Ask for a token until one is good.
 * @param {HTMLElement} place @param {string} problem @param {string} invite @returns {Promise<void>}
 */
export async function signIn(place, problem, invite) {
  while (invite) {
    const { reached, problem: why } = await begin({ invite });
    if (reached && !why) return;
    problem = why;
    if (reached) break;
    place.replaceChildren(element('main', { class: 'alone' }, element('p', { role: 'status' }, problem)));
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
  await new Promise((done) => {
    const token = line(_('Token'), '', { type: 'password', autocomplete: 'current-password', maxlength: '300', required: '' });
    const said = element('p', { class: 'problem', role: 'alert' }, problem);
    const go = /** @type {HTMLButtonElement} */ (element('button', { type: 'submit', class: 'primary' }, _('Sign in')));
    const hint = _('Whoever runs the show makes you a link in Vitrine (Shop › Audience in the browser), or whoever runs the server a token: vitrine token new --role marketer');
    const form = element('form', { class: 'sign-in' }, element('h1', {}, _('Vitrine console')), element('label', { class: 'field' }, element('span', {}, _('Token')), token), said, go);
    form.append(element('p', { class: 'muted' }, hint));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      go.disabled = true;
      said.textContent = (await begin({ token: token.value.trim() })).problem;
      go.disabled = false;
      if (!said.textContent) done(undefined);
      else token.select();
    });
    place.replaceChildren(element('main', { class: 'alone' }, form));
    token.focus();
  });
}

/** Whether the server knows of it. */
export async function signOut() {
  const answer = await fetch('/console/session', { method: 'DELETE' }).catch(() => null);
  return answer?.ok ?? false;
}
