/** All products. */

import { ask, element, money } from './shop.js';

const { products } = await ask('{ products(options: { take: 100 }) { items { slug name featuredAsset { preview } variants { priceWithTax currencyCode } } } }');
for (const { slug, name, featuredAsset, variants } of products.items) {
  const [first] = variants.toSorted((one, other) => one.priceWithTax - other.priceWithTax);
  const picture = element('img', { src: `${featuredAsset?.preview}?preset=thumb`, alt: '', width: 150, height: 150, loading: 'lazy' });
  const link = element('a', { href: `product.html?slug=${encodeURIComponent(slug)}` }, name);
  document.getElementById('products').append(element('li', {}, picture, element('div', {}, link), money(first.priceWithTax, first.currencyCode)));
}
