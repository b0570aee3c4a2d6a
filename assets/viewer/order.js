export { vitrine } from './page-api.js';
