/**
 * One line on every page of the shop, for the brand's own relation to its visitors:
 *
 *   <script type="module" src="https://shows.example.com/relation.js"></script>
 *
 * It tells what is looked at, put into the cart and bought, once somebody agrees to that, and shows in `<vitrine-slot>` what the
 * brand's rules say.
 */

import './common.js';
export { vitrine } from './page-api.js';
import { watchPage } from './relation/page-view.js';
import { whenThere } from './when-there.js';

watchPage();
if (location.hash === '#vitrine-cockpit') import('./relation/cockpit.js').then(({ showCockpit }) => showCockpit());
whenThere('vitrine-for-you', () => import('./relation/vitrine-for-you.js'));
whenThere('vitrine-newsletter', () => import('./relation/vitrine-newsletter.js'));
whenThere('vitrine-slot', () => import('./relation/vitrine-slot.js'));
