/** The cart, the checkout and the receipt. Payment is Vendure's dummy. */

import { act, ask, cart, element, LINES, money } from './shop.js';
import { tell } from './receipt.js';

const main = document.getElementById('main');
const order = await cart();
main.append(element('h1', {}, order?.totalQuantity ? 'Cart' : 'Your cart is empty'));
if (order?.totalQuantity) main.append(items(order), form(await ask('{ availableCountries { code name } }')));

function items({ lines, currencyCode, shippingWithTax, totalWithTax }) {
  const sum = (minor) => money(minor, currencyCode);
  const rows = lines.map(({ quantity, productVariant, proratedLinePriceWithTax }) => `${quantity} × ${productVariant.name}, ${sum(proratedLinePriceWithTax)}`);
  if (shippingWithTax) rows.push(`Delivery, ${sum(shippingWithTax)}`);
  return element('ul', {}, ...rows.map((row) => element('li', {}, row)), element('li', {}, element('strong', {}, `Total ${sum(totalWithTax)}`)));
}

function form({ availableCountries }) {
  const field = (name, words, autocomplete) => element('label', {}, words, element('input', { name, autocomplete, required: true }));
  const countries = availableCountries.map(({ code, name }) => element('option', { value: code, selected: code === 'DK' }, name));
  const said = element('p', { role: 'alert' });
  const button = element('button', {}, 'Place order');
  const made = element('form', {});
  made.append(field('email', 'E-mail', 'email'), field('first', 'First name', 'given-name'), field('last', 'Last name', 'family-name'));
  made.append(field('street', 'Street', 'address-line1'), field('city', 'City', 'address-level2'), field('postcode', 'Postcode', 'postal-code'));
  made.append(element('label', {}, 'Country', element('select', { name: 'country' }, ...countries)), said, button);
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    place(Object.fromEntries(new FormData(made))).then(receipt, (error) => {
      said.textContent = error.message;
      button.disabled = false;
    });
  });
  return made;
}

const ERROR = '__typename ... on ErrorResult { errorCode message }';

/** Vendure's way from a cart to an order. @returns {Promise<object>} the order */
async function place({ email, first, last, street, city, postcode, country }) {
  const customer = { emailAddress: email, firstName: first, lastName: last };
  const address = { fullName: `${first} ${last}`, streetLine1: street, city, postalCode: postcode, countryCode: country };
  await act(`mutation ($customer: CreateCustomerInput!) { setCustomerForOrder(input: $customer) { ${ERROR} } }`, { customer });
  await act(`mutation ($address: CreateAddressInput!) { setOrderShippingAddress(input: $address) { ${ERROR} } }`, { address });
  const { eligibleShippingMethods } = await ask('{ eligibleShippingMethods { id } }');
  await act(`mutation ($ids: [ID!]!) { setOrderShippingMethod(shippingMethodId: $ids) { ${ERROR} } }`, { ids: [eligibleShippingMethods[0].id] });
  await act(`mutation { transitionOrderToState(state: "ArrangingPayment") { ${ERROR} } }`);
  const { eligiblePaymentMethods } = await ask('{ eligiblePaymentMethods { code } }');
  const payment = { method: eligiblePaymentMethods[0].code, metadata: {} };
  const query = `mutation ($payment: PaymentInput!) { addPaymentToOrder(input: $payment) { ${ERROR} ... on Order { ${LINES} } } }`;
  return act(query, { payment });
}

function receipt(order) {
  document.getElementById('count').textContent = '';
  document.title = 'Receipt';
  const heading = element('h1', { tabIndex: -1 }, 'Thank you');
  main.replaceChildren(heading, element('p', {}, 'Your order is ', element('strong', { id: 'number' }, order.code)), items(order));
  heading.focus();
  tell(order).then(({ ok }) => (main.dataset.told = ok), console.warn);
}
