export { vitrine } from './assets/viewer/page-api.js';
import './assets/viewer/vitrine-show.js';
import './assets/viewer/call/vitrine-call.js';
import './assets/viewer/clip/vitrine-clip.js';
