"""schema.org products as JSON-LD, alone or in the scripts of a web page: object, array or @graph.

https://schema.org/Product, https://developers.google.com/search/docs/appearance/structured-data/product
"""

import re
from collections.abc import Iterator
from typing import Any

from studio.catalogue import loose_json
from studio.catalogue.draft import Draft, Found, OfferDraft, Price, VariantDraft
from studio.catalogue.item import Options, rejection
from studio.catalogue.loose_json import listing, mapping, words
from studio.catalogue.script_texts import script_texts
from studio.catalogue.stock import gone
from studio.errors import InvalidValue

DEPTH_MAX = 30
_PLACES = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "about")
_OPTIONS = {"color": "Color", "size": "Size", "material": "Material", "pattern": "Pattern"}
_REGULAR = {"ListPrice", "StrikethroughPrice", "MSRP", "SRP", "RegularPrice"}
_GTINS = ("gtin", "gtin13", "gtin14", "gtin12", "gtin8", "ean", "isbn")


def from_page(page: str, options: Options) -> Iterator[Found]:
    """The products of a web page. A broken block is told, the others are read."""
    for line, text in script_texts(page):
        try:
            yield from _drafts(loose_json.loads(text), options, line)
        except InvalidValue as error:
            yield rejection(line, "", error)


def from_json(data: bytes, options: Options) -> Iterator[Found]:
    """The products of a JSON file. Raises `InvalidValue`."""
    yield from _drafts(loose_json.loads(data.decode()), options)


def _drafts(content: Any, options: Options, line: int = 0) -> Iterator[Found]:
    nodes = {id: node for node in _nodes(content) if (id := words(node.get("@id")))}
    for number, node in enumerate((node for node in _nodes(content) if _is(node, "Product", "ProductGroup")), 1):
        yield _draft(node, nodes, options, line or number)


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object at the places where products stand; not those that a product only refers to."""
    if depth > DEPTH_MAX:
        return
    for node in listing(value):
        if isinstance(node, list):
            yield from _nodes(node, depth + 1)
        elif isinstance(node, dict):
            yield node
            if not _is(node, "Product", "ProductGroup"):
                for place in _PLACES:
                    yield from _nodes(node.get(place), depth + 1)


def _is(node: dict[str, Any], *types: str) -> bool:
    return any(_bare(words(one)) in types for one in listing(node.get("@type")))


def _bare(name: str) -> str:
    """`Product` of `https://schema.org/Product`."""
    return re.split("[/#:]", name)[-1]


def _draft(node: dict[str, Any], nodes: dict[str, dict[str, Any]], options: Options, line: int) -> Draft:
    variants = [_whole(one, nodes) for one in listing(node.get("hasVariant")) if isinstance(one, dict)]
    offers = _offers(node, options)
    draft = Draft(
        line=line,
        id=_id(node),
        title=words(node.get("name")),
        description=words(node.get("description")),
        brand=_name(node.get("brand")),
        category=_name(node.get("category")),
        url=words(node.get("url")) or next((words(offer.get("url")) for offer in offers), ""),
        images=[image for one in listing(node.get("image")) if (image := _image(one))],
        currency=_currency(offers or [offer for variant in variants for offer in _offers(variant, options)]),
    )
    if variants:
        draft.variants = [_variant(one, options, line) for one in variants]
    elif len({words(offer.get("sku")) for offer in offers} - {""}) == len(offers) > 1:
        draft.variants = [_offered(offer, line) for offer in offers]
    else:
        draft.offer = _offer(_cheapest(offers), node)
    return draft


def _whole(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a bare reference (`{"@id": …}`) refers to."""
    return nodes.get(words(node.get("@id")), node) if set(node) <= {"@id", "@type"} else node


def _id(node: dict[str, Any]) -> str:
    """The first name that fits; at last the end of the address."""
    for name in ("productGroupID", "productID", "sku", "mpn", *_GTINS):
        if id := words(node.get(name)):
            return id
    address = words(node.get("@id")) or words(node.get("url"))
    return address if len(address) <= 64 else re.split("[/#]", address.split("?")[0].rstrip("/#"))[-1]


def _name(value: Any) -> str:
    first = next(iter(listing(value)), None)
    return words(first.get("name")) if isinstance(first, dict) else words(first)


def _image(value: Any) -> str:
    return words(value.get("url")) or words(value.get("contentUrl")) if isinstance(value, dict) else words(value)


def _offers(node: dict[str, Any], options: Options) -> list[dict[str, Any]]:
    """The offers themselves, not what bundles them; of several markets those in the feed's currency, else in the first's."""
    found = []
    for offer in listing(node.get("offers")):
        inner = [one for one in listing(mapping(offer).get("offers")) if isinstance(one, dict)]
        found.extend(inner or ([offer] if isinstance(offer, dict) else []))
    codes = [_currency([offer]) for offer in found]
    chosen = options.currency if options.currency in codes else next(iter(codes), "")
    return [offer for offer, code in zip(found, codes, strict=True) if code == chosen]


def _currency(offers: list[dict[str, Any]]) -> str:
    for offer in offers:
        for node in (offer, *map(mapping, listing(offer.get("priceSpecification")))):
            if code := words(node.get("priceCurrency")):
                return code.strip().upper()
    return ""


def _cheapest(offers: list[dict[str, Any]]) -> dict[str, Any]:
    """Of several without names of their own the first that has a price."""
    return next((offer for offer in offers if _prices(offer)[0] != ""), offers[0] if offers else {})


def _prices(offer: dict[str, Any]) -> tuple[Price, Price, dict[str, Any]]:
    """The regular price, the sale's, and the node that says how long that holds."""
    regular: Price = ""
    now: Price = words(offer.get("price")) or words(offer.get("lowPrice"))
    until = offer
    for node in map(mapping, listing(offer.get("priceSpecification"))):
        price = words(node.get("price"))
        if _bare(words(node.get("priceType"))) in _REGULAR:
            regular = regular or price
        elif price and (now == "" or "SalePrice" in words(node.get("priceType"))):
            now, until = price, node
    return (regular, now, until) if regular else (now, "", until)


def _offer(offer: dict[str, Any], product: dict[str, Any]) -> OfferDraft:
    regular, sale, until = _prices(offer)
    level = mapping(offer.get("inventoryLevel"))
    out = gone(words(offer.get("availability")))
    return OfferDraft(
        price=regular,
        sale=sale,
        sale_from=words(until.get("validFrom")) if sale else "",
        sale_until=(words(until.get("validThrough")) or words(offer.get("priceValidUntil"))) if sale else "",
        stock=0 if out else words(level.get("value")),
        sku=words(offer.get("sku")) or words(product.get("sku")),
        gtin=next((gtin for node in (offer, product) for name in _GTINS if (gtin := words(node.get(name)))), ""),
    )


def _variant(node: dict[str, Any], options: Options, line: int) -> VariantDraft:
    return VariantDraft(
        line=line,
        id=_id(node),
        title=words(node.get("name")),
        options={shown: value for name, shown in _OPTIONS.items() if (value := _name(node.get(name)))},
        offer=_offer(_cheapest(_offers(node, options)), node),
        image=next((image for one in listing(node.get("image")) if (image := _image(one))), ""),
    )


def _offered(offer: dict[str, Any], line: int) -> VariantDraft:
    return VariantDraft(line=line, id=words(offer.get("sku")), title=words(offer.get("name")), offer=_offer(offer, {}))
