/**
 * Every word the page says, in Danish and English. A test fails on a missing or unused key.
 * @type {Record<'en'|'da', Record<string, string>>}
 */
export const STRINGS = {
  en: {
    before: 'The show has not started yet',
    before_at: 'The show starts {time}',
    starting: 'Starting any moment',
    back: 'We are right back',
    back_why: 'The picture from the studio is on its way again. Stay here, nothing needs to be reloaded.',
    paused: 'A short pause',
    paused_why: 'The show goes on in a moment.',
    ended: 'Thank you for watching',
    ended_why: 'The show is over.',
    live: 'LIVE',
    rehearsal: 'REHEARSAL',
    watching: '{count} watching',
    unmute: 'Turn sound on',
    mute: 'Turn sound off',
    tap_for_sound: 'Tap for sound',
    fullscreen: 'Full screen',
    fullscreen_leave: 'Leave full screen',
    player: 'Live show',
    delay: '{seconds} s behind the studio',
    connecting: 'Connecting …',
    lost_server: 'The connection broke. Trying again in {seconds} s (attempt {attempt}).',
    lost_picture: 'The picture was lost. Fetching it again.',
    no_webrtc: 'This browser cannot play live video. Try a newer one.',
    gone: 'This show does not exist, or is not public.',
    full: 'The show is full right now. Trying again in {seconds} s.',
    blocked: 'Your network blocks live video. Trying again in {seconds} s.',
    products: 'In this show',
    was: 'before {price}',
    sold_out: 'Sold out',
  },
  da: {
    before: 'Showet er ikke begyndt endnu',
    before_at: 'Showet begynder {time}',
    starting: 'Begynder når som helst',
    back: 'Vi er tilbage om et øjeblik',
    back_why: 'Billedet fra studiet er på vej igen. Bliv her, du behøver ikke genindlæse siden.',
    paused: 'En kort pause',
    paused_why: 'Showet fortsætter om lidt.',
    ended: 'Tak fordi du så med',
    ended_why: 'Showet er slut.',
    live: 'LIVE',
    rehearsal: 'PRØVE',
    watching: '{count} ser med',
    unmute: 'Slå lyden til',
    mute: 'Slå lyden fra',
    tap_for_sound: 'Tryk for lyd',
    fullscreen: 'Fuld skærm',
    fullscreen_leave: 'Forlad fuld skærm',
    player: 'Liveshow',
    delay: '{seconds} s efter studiet',
    connecting: 'Forbinder …',
    lost_server: 'Forbindelsen røg. Prøver igen om {seconds} s (forsøg {attempt}).',
    lost_picture: 'Billedet forsvandt. Henter det igen.',
    no_webrtc: 'Denne browser kan ikke vise livevideo. Prøv en nyere.',
    gone: 'Showet findes ikke, eller er ikke offentligt.',
    full: 'Showet er fuldt lige nu. Prøver igen om {seconds} s.',
    blocked: 'Dit netværk spærrer for livevideo. Prøver igen om {seconds} s.',
    products: 'I dette show',
    was: 'før {price}',
    sold_out: 'Udsolgt',
  },
};

/** @typedef {(key: string, values?: Record<string, string|number>) => string} Say */

/**
 * @param {string} language
 * @returns {Say} speaks that language, English when it is neither Danish nor English
 */
export function speaker(language) {
  const words = STRINGS[language === 'da' ? 'da' : 'en'];
  return (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}
