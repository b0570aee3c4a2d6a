/** Words of clips. @type {import('../strings.js').Words} */
export const CLIP = {
  en: {
    clip: 'Clip',
    clip_heading: 'From our shows',
    clip_previous: 'Previous clip',
    clip_next: 'Next clip',
    clip_failed: 'The clip could not be played.',
  },
  da: {
    clip: 'Klip',
    clip_heading: 'Fra vores shows',
    clip_previous: 'Forrige klip',
    clip_next: 'Næste klip',
    clip_failed: 'Klippet kunne ikke afspilles.',
  },
};
