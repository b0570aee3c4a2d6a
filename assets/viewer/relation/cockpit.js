/**
 * For the brand's staff, on the live page: `#vitrine-cockpit` behind its address shows a button that opens the console beside it, on the
 * visitor of this page. The page says only who that is; what is known of them is told to whoever is signed in there.
 */

import '../common.js';
import { element } from '../elements.js';
import { HOME } from '../home.js';
import { store } from '../store.js';

const WINDOW = 'popup,width=460,height=860';
const LOOK = {
  position: 'fixed',
  insetInlineEnd: '12px',
  insetBlockEnd: '12px',
  zIndex: '2147483000',
  padding: '10px 16px',
  border: '0',
  borderRadius: '999px',
  font: '600 14px/1.2 system-ui, sans-serif',
  color: '#ffffff',
  background: '#151a21',
  boxShadow: '0 4px 16px rgb(0 0 0 / 35%)',
  cursor: 'pointer',
};

/** Each press asks anew, in the same window. */
export function showCockpit() {
  const button = element('button', { type: 'button', 'data-vitrine': 'cockpit' }, 'Vitrine cockpit');
  Object.assign(button.style, LOOK);
  button.addEventListener('click', () => {
    const [visitor] = (store.visitor ?? '').split('.');
    const address = new URL('console', HOME);
    address.hash = `look=${encodeURIComponent(visitor)}&at=${Date.now()}`;
    window.open(address, 'vitrine-cockpit', WINDOW);
  });
  document.body.append(button);
}
