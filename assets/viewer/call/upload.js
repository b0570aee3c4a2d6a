/** Something large on its way to the server: how far it is, and a way to stop it. Only XMLHttpRequest says how far. */

import { retryOf } from './answers.js';

/** @typedef {import('./answers.js').Answer} Answer */

export class Upload {
  /** @type {XMLHttpRequest|null} */
  request = null;

  get going() {
    return this.request !== null;
  }

  /**
   * @param {URL} address @param {FormData} form @param {(part: number) => void} progressed 0 … 1
   * @returns {Promise<Answer|null>} null when it was stopped
   */
  send(address, form, progressed) {
    const request = new XMLHttpRequest();
    this.request = request;
    return new Promise((done) => {
      /** @param {Answer|null} answer */
      const end = (answer) => {
        if (this.request === request) this.request = null;
        done(answer);
      };
      request.upload.addEventListener('progress', ({ lengthComputable, loaded, total }) => lengthComputable && progressed(loaded / total));
      request.addEventListener('load', () => end({ status: request.status, body: bodyOf(request.responseText), retry_s: retryOf(request.getResponseHeader('Retry-After')) }));
      request.addEventListener('error', () => end({ status: 0, body: null, retry_s: 0 }));
      request.addEventListener('abort', () => end(null));
      request.open('POST', address);
      request.send(form);
    });
  }

  cancel() {
    this.request?.abort();
  }
}

/** @param {string} text @returns {any} */
function bodyOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
