/** Vitrine's own JSON, from Vendure's shop API: every product with its variants' ids, and prices with tax. */

const PAGE = 100;
const QUERY = `query ($skip: Int!, $take: Int!) {
  products(options: { skip: $skip, take: $take, sort: { id: ASC } }) {
    totalItems
    items {
      id slug name description
      assets { preview }
      facetValues { name facet { code } }
      variants { id sku priceWithTax currencyCode stockLevel options { name group { id name } } featuredAsset { preview } }
    }
  }
}`;

/** @param {string} site the shop's address @returns {Promise<object>} */
export async function feed(site) {
  const products = [];
  for (let total = 1; products.length < total; ) {
    const body = JSON.stringify({ query: QUERY, variables: { skip: products.length, take: PAGE } });
    const answer = await fetch(`${site}/shop-api`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    const { data, errors } = await answer.json();
    if (errors) throw new Error(errors[0].message);
    if (!data.products.items.length) break;
    products.push(...data.products.items);
    total = data.products.totalItems;
  }
  const sold = products.filter((one) => one.variants.length);
  return { vitrine: 1, currency: sold[0]?.variants[0].currencyCode, products: sold.map((one) => product(one, site)) };
}

function product({ id, slug, name, description, assets, facetValues, variants }, site) {
  const facet = (code) => facetValues.find((value) => value.facet.code === code)?.name;
  return {
    ...{ id, title: name, description, brand: facet('brand'), category: facet('category') },
    url: `${site}/product.html?slug=${encodeURIComponent(slug)}`,
    images: assets.map((asset) => asset.preview),
    variants: variants.map((one) => ({
      ...{ id: one.id, sku: one.sku, currency: one.currencyCode, price_minor: one.priceWithTax, image: one.featuredAsset?.preview },
      options: Object.fromEntries(one.options.sort(inOrder).map((option) => [option.group.name, option.name])),
      stock: one.stockLevel === 'OUT_OF_STOCK' ? 0 : null,
    })),
  };
}

/** Vendure gives a variant's options in any order. */
function inOrder(one, other) {
  return one.group.id.localeCompare(other.group.id, 'en', { numeric: true });
}
