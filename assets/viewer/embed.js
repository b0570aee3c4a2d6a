export { vitrine } from './assets/viewer/page-api.js';
import './assets/viewer/vitrine-show.js';
import './assets/viewer/call/vitrine-call.js';
