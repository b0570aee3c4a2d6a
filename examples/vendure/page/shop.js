/** The shop's own business: Vendure's shop API, money, elements. Nothing in here knows of a show. */

export const LINES = `code totalQuantity currencyCode subTotalWithTax shippingWithTax totalWithTax
  lines { id quantity unitPriceWithTax proratedLinePriceWithTax productVariant { id name product { id } } customFields { vitrine } }`;

/** One question to Vendure. @param {string} query @param {object} [variables] */
export async function ask(query, variables) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch('/shop-api', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

/** Something done, whose answer is the order or what is wrong with it. @param {string} query @param {object} [variables] */
export async function act(query, variables) {
  const [answer] = Object.values(await ask(query, variables));
  if (answer.errorCode) throw Object.assign(new Error(answer.message), answer);
  tellCount(answer);
  return answer;
}

/** Put a variant into the cart. Vendure keeps what the show says about it with the line. @param {string} id @param {number} quantity @param {object} [attribution] */
export function add(id, quantity, attribution) {
  const query = `mutation ($id: ID!, $quantity: Int!, $fields: OrderLineCustomFieldsInput) {
    addItemToOrder(productVariantId: $id, quantity: $quantity, customFields: $fields) {
      ... on Order { ${LINES} } ... on ErrorResult { errorCode message } ... on InsufficientStockError { quantityAvailable } } }`;
  return act(query, { id, quantity, fields: { vitrine: attribution && JSON.stringify(attribution) } });
}

export async function cart() {
  const { activeOrder } = await ask(`{ activeOrder { ${LINES} } }`);
  tellCount(activeOrder);
  return activeOrder;
}

function tellCount(order) {
  if (order && 'totalQuantity' in order) document.getElementById('count').textContent = order.totalQuantity || '';
}

export function money(minor, currency) {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(minor / 100);
}

/** @param {string} name @param {object} properties @param {...(Node|string)} children */
export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
