import './common.js';
export { vitrine } from './page-api.js';
