/** What a shop's page loads: the page API, and each element's code once one is there. */

import './common.js';
export { vitrine } from './page-api.js';
import { whenThere } from './when-there.js';

whenThere('vitrine-show', () => import('./vitrine-show.js'));
whenThere('vitrine-clip', () => import('./clip/vitrine-clip.js'));
whenThere('vitrine-for-you', () => import('./relation/vitrine-for-you.js'));
whenThere('vitrine-newsletter', () => import('./relation/vitrine-newsletter.js'));
whenThere('vitrine-slot', () => import('./relation/vitrine-slot.js'));
whenThere('vitrine-call', () => import('./call/vitrine-call.js'));
