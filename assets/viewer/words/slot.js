/** Words of `<vitrine-slot>`. @type {import('../strings.js').Words} */
export const SLOT = {
  en: {
    slot_product: 'A product for you',
    slot_information: 'Information',
    slot_message: 'A message',
    slot_see: 'See the product',
    slot_more: 'Read more',
    slot_close: 'Do not show this again',
    slot_why: 'Why do I see this?',
    slot_because: 'Because of what you did here: {reason}. It stays between you and this shop.',
    slot_everybody: 'Everybody who visits this page sees it.',
    slot_not_for_me: 'Not for me',
    slot_off: 'Turn personal content off',
  },
  da: {
    slot_product: 'En vare til dig',
    slot_information: 'Information',
    slot_message: 'En besked',
    slot_see: 'Se varen',
    slot_more: 'Læs mere',
    slot_close: 'Vis ikke dette igen',
    slot_why: 'Hvorfor ser jeg dette?',
    slot_because: 'På grund af det, du har gjort her: {reason}. Det bliver mellem dig og denne butik.',
    slot_everybody: 'Alle, der besøger siden, ser det.',
    slot_not_for_me: 'Ikke noget for mig',
    slot_off: 'Slå personligt indhold fra',
  },
};
