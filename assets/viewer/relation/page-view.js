/** That a page was opened, and which product it is about: said once, at once with consent or as soon as there is some. */

import { consents } from '../consent.js';
import { allowed, did, view } from './deeds.js';

/** @param {any} one a node of JSON-LD @returns {any} the product in it, if any */
function productIn(one) {
  if (Array.isArray(one)) return one.map(productIn).find(Boolean);
  if (!one || typeof one !== 'object') return null;
  if ([one['@type']].flat().some((type) => type === 'Product' || type === 'ProductGroup')) return one;
  return productIn(one['@graph']) ?? productIn(one.mainEntity) ?? null;
}

/**
 * What the page says of its product: `<… data-vitrine-product="12">`, or the JSON-LD that it has for search engines
 * (schema.org/Product).
 * @returns {import('./deeds.js').Item|null}
 */
export function productOfPage() {
  const named = document.querySelector('[data-vitrine-product]')?.getAttribute('data-vitrine-product');
  if (named) return { product_id: named.slice(0, 255) };
  for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
    try {
      const found = productIn(JSON.parse(script.textContent ?? ''));
      const id = found && String(found.productID ?? found.sku ?? found.productGroupID ?? '');
      if (id) return { product_id: id.slice(0, 255), category: typeof found.category === 'string' ? found.category.slice(0, 700) : '' };
    } catch {
      // somebody else's mistake
    }
  }
  return null;
}

let told = false;

function tell() {
  if (told || !allowed()) return;
  told = true;
  did('Page Viewed');
  const product = productOfPage();
  if (product) view(product);
}

/** Begin to watch the page. */
export function watchPage() {
  consents.addEventListener('changed', tell);
  tell();
}
