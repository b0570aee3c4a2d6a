export { vitrine } from './assets/viewer/page-api.js';
