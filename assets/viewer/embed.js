import './assets/viewer/vitrine-show.js';
