/** Amounts are whole øre; only what a person reads has a comma. */

import { language } from './language.js';

export const CURRENCY = 'DKK';
const MINOR = 100;

/** @param {number} minor */
export function money(minor) {
  const whole = minor % MINOR === 0;
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: CURRENCY,
    minimumFractionDigits: whole ? 0 : 2,
    maximumFractionDigits: whole ? 0 : 2,
  });
  return format.format(minor / MINOR).replace('-', '−');
}

/** A decimal of the feed ("249.00") in øre, without a detour over binary fractions. @param {string} decimal */
export function minorUnits(decimal) {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(decimal);
  if (!match) throw new Error(`"${decimal}" is no price`);
  return Number(match[1]) * MINOR + Number((match[2] ?? '').padEnd(2, '0'));
}
