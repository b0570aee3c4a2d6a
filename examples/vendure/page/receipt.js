/** Tell the show of an order, from the page. The shop's server tells it as well (`vitrine-orders.mjs`): only that is verified. */

import { VITRINE } from './settings.js';

/** @param {object} order what Vendure says of it */
export async function tell(order) {
  const { vitrine } = await import(`${VITRINE}/order.js`);
  const lines = order.lines.map(({ quantity, proratedLinePriceWithTax, productVariant, customFields }) => ({
    ...{ product: productVariant.product.id, variant: productVariant.id, quantity, value_minor: proratedLinePriceWithTax },
    ...(customFields.vitrine && { attribution: JSON.parse(customFields.vitrine) }),
  }));
  const attribution = lines.findLast((line) => line.attribution)?.attribution;
  return vitrine.order({ number: order.code, value_minor: order.subTotalWithTax, currency: order.currencyCode, lines, attribution });
}
