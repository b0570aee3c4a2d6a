/** Why a camera or a microphone cannot be had: each reason has its sentence, and something to do about it. */

/** @typedef {import('./permission.js').Device} Device */
/** @typedef {''|'denied'|'dismissed'|'system'|'missing'|'busy'|'insecure'|'policy'|'failed'} Problem */

/** What needs no trying. @param {Device} device @returns {Problem} */
export function impossible(device) {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) return 'insecure';
  const policy = /** @type {any} */ (document).featurePolicy;
  return policy?.allowsFeature && !policy.allowsFeature(device) ? 'policy' : '';
}

/** @param {unknown} error of getUserMedia @param {import('./permission.js').Permission} permission @returns {Problem} */
export function problemOf(error, permission) {
  const { name, message } = error instanceof Error ? error : { name: '', message: '' };
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      if (/system/i.test(message)) return 'system';
      return permission === 'prompt' ? 'dismissed' : 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

/** Where the browser keeps its permissions: the words of its guide. @param {string} agent @returns {'ios'|'safari'|'firefox'|'android'|'edge'|'chrome'|'other'} */
export function browserOf(agent = navigator.userAgent) {
  if (/iPhone|iPad|iPod/.test(agent)) return 'ios';
  if (/Firefox\//.test(agent)) return 'firefox';
  if (/Edg\//.test(agent)) return 'edge';
  if (/Android/.test(agent)) return 'android';
  if (/Chrome\//.test(agent)) return 'chrome';
  return /Safari\//.test(agent) ? 'safari' : 'other';
}
