/** How many digits follow the point: the table of ISO 4217 in studio/show/minor_units.py. Browsers do not agree (CLDR). */

/** @type {Record<string, string>} */
const OTHERS = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

/** @type {Map<string, number>} */
const digits = new Map(Object.entries(OTHERS).flatMap(([count, names]) => names.split(' ').map((name) => [name, Number(count)])));

/** 2 for DKK, 0 for JPY. @param {string} currency */
export const digitsOf = (currency) => digits.get(currency) ?? 2;
