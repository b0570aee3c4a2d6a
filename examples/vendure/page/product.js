/** One product: its kinds, what they cost, and the clips of it. */

import { add, ask, element, money } from './shop.js';
import { summary } from './show.js';

const slug = new URLSearchParams(location.search).get('slug');
const query = `query ($slug: String!) { product(slug: $slug) { id name description featuredAsset { preview }
  variants { id name priceWithTax currencyCode stockLevel } } }`;
const { product } = await ask(query, { slug });
const main = document.getElementById('main');
if (product) draw();
else main.append(element('h1', {}, 'There is no such product'));

function draw() {
  document.title = product.name;
  const words = new DOMParser().parseFromString(product.description, 'text/html').body.textContent;
  const picture = element('img', { src: `${product.featuredAsset?.preview}?preset=medium`, alt: '', width: 500, height: 500 });
  const said = element('p', { role: 'status' });
  main.append(element('h1', {}, product.name), picture, element('p', {}, words), ...product.variants.map((one) => kind(one, said)), said);
  const clips = element('vitrine-clip', {});
  clips.setAttribute('product', product.id);
  clips.setAttribute('lang', 'en');
  main.append(clips);
}

function kind({ id, name, priceWithTax, currencyCode, stockLevel }, said) {
  const out = stockLevel === 'OUT_OF_STOCK';
  const button = element('button', { type: 'button', disabled: out }, out ? 'Sold out' : 'Add to cart');
  button.addEventListener('click', async () => {
    const order = await add(id, 1).catch((error) => void (said.textContent = error.message));
    if (!order) return;
    said.textContent = `${name} is in your cart`;
    window.vitrine?.cart(summary(order));
  });
  return element('p', {}, `${name}, ${money(priceWithTax, currencyCode)} `, button);
}
