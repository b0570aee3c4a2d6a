"""schema.org products as JSON-LD, alone or in the scripts of a web page: object, array or @graph.

https://schema.org/Product, https://developers.google.com/search/docs/appearance/structured-data/product
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from studio.catalogue import loose_json
from studio.catalogue.draft import Draft, Found, OfferDraft, Price, VariantDraft
from studio.catalogue.item import Options, rejection
from studio.catalogue.loose_json import exact, listing, mapping, words
from studio.catalogue.script_texts import script_texts
from studio.catalogue.stock import gone
from studio.catalogue.truth import no, yes
from studio.errors import InvalidValue
from studio.show.product import ID_MAX

DEPTH_MAX = 30
SAID_MAX = 20
"""Places that are looked at for one name."""
_PLACES = (
    "@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "about", "hasOfferCatalog",
    "makesOffer", "itemOffered",
)  # fmt: skip
_OPTIONS = {"color": "Color", "size": "Size", "material": "Material", "pattern": "Pattern"}
_REGULAR = {"ListPrice", "StrikethroughPrice", "MSRP", "SRP", "RegularPrice"}
_GTINS = ("gtin", "gtin13", "gtin14", "gtin12", "gtin8", "ean", "isbn")


_PRICED = {"price", "lowPrice", "priceSpecification"}


Node = dict[str, Any]


def from_page(page: str, options: Options) -> Iterator[Found]:
    """The products of a web page: all its blocks are one graph, and may refer to each other. A broken block is told, the others
    are read."""
    blocks: list[tuple[int, Any]] = []
    for line, text in script_texts(page):
        try:
            blocks.append((line, loose_json.loads(text)))
        except InvalidValue as error:
            yield rejection(line, "", error)
    yield from _Graph(blocks).drafts(options)


def from_json(data: bytes, options: Options) -> Iterator[Found]:
    """The products of a JSON file. Raises `InvalidValue`."""
    yield from _Graph([(0, loose_json.loads(data.decode()))]).drafts(options)


class _Graph:
    """The objects of one page. What several places say about one `@id` is one object; of two values for a property the first
    counts (JSON-LD 1.1 syntax, 3.3 and 4.9: node identifiers, named graphs)."""

    def __init__(self, blocks: list[tuple[int, Any]]) -> None:
        self._by_id: dict[str, list[Node]] = {}
        self._by_name: dict[str, set[str]] = {}
        """The names that end alike."""
        self._top: list[tuple[int, Node]] = []
        number = 0
        for line, content in blocks:
            for node in _nodes(content):
                if len(node) > 1:
                    number += 1
                    self._top.append((line or number, node))
        for _, node in self._top:
            self._learn(node)
        walked: set[int] = set()
        for _, node in tuple(self._top):
            for part in _inside(node, walked):
                self._learn(part)

    def _learn(self, node: Node) -> None:
        if (id := words(node.get("@id"))) and set(node) - {"@id", "@type"}:
            said = self._by_id.setdefault(id, [])
            if len(said) < SAID_MAX and not any(one is node for one in said):
                said.append(node)
                if (name := id.rpartition("#")[2]) != id:
                    self._by_name.setdefault(f"#{name}", set()).add(id)

    def _said(self, id: str) -> list[Node]:
        """What is said under a name. `#o` and `https://shop.example/p#o` are one, where no other ends like it."""
        name = "#" + id.rpartition("#")[2]
        others = self._by_name.get(name, set())
        if "#" in id and len(others - {name}) == 1 and (id == name or name in others):
            return [node for one in (id, *(others - {id})) for node in self._by_id.get(one, ())]
        return self._by_id.get(id, [])

    def whole(self, value: Any) -> Node:
        """The object that `value` is, or refers to: what it says itself, and what others of its type say under its name that it
        does not say. An offer with a price of its own is another one, whatever name a template gave it."""
        node = mapping(value)
        id = words(node.get("@id"))
        if not id or (_is(node, "Offer", "AggregateOffer") and _PRICED & set(node)):
            return node
        for other in self._said(id):
            if other is not node and _alike(node, other):
                node = other | node
        return node

    def drafts(self, options: Options) -> Iterator[Found]:
        """The products, each once."""
        groups: dict[str, list[Node]] = {}
        products: dict[str, tuple[int, Node]] = {}
        for line, node in self._top:
            if _is(node, "Product", "ProductGroup"):
                products.setdefault(words(node.get("@id")) or f"#{line} {len(products)}", (line, self.whole(node)))
        listed = {
            words(self.whole(one).get("@id")) for _, node in products.values() for one in listing(node.get("hasVariant"))
        } - {""}
        for key, (_, node) in tuple(products.items()):
            if (group := self._group_of(node, products)) and group != key:
                groups.setdefault(group, []).append(node)
                del products[key]
            elif key in listed:
                del products[key]
        for key, (line, node) in products.items():
            yield self._draft(node, groups.get(key, []), options, line)

    def _group_of(self, node: Node, products: dict[str, tuple[int, Node]]) -> str:
        """The group that says nothing of its variants, when they say it of themselves."""
        for one in listing(node.get("isVariantOf")):
            if (id := words(mapping(one).get("@id"))) in products and not products[id][1].get("hasVariant"):
                return id
        return ""

    # ── one product ──────────────────────────────────────────────────────────────────────────────────────────

    def _draft(self, node: Node, others: list[Node], options: Options, line: int) -> Draft:
        variants = [self.whole(one) for one in listing(node.get("hasVariant")) if isinstance(one, dict)] + others
        offers = self._offers(node, options)
        draft = Draft(
            line=line,
            id=_id(node),
            title=words(node.get("name")),
            description=words(node.get("description")),
            brand=self._name(node.get("brand")),
            category=self._name(node.get("category")),
            url=words(node.get("url")) or next((words(offer.get("url")) for offer in offers), ""),
            images=[image for one in listing(node.get("image")) if (image := self._image(one))],
            currency=_currency(offers or [offer for variant in variants for offer in self._offers(variant, options)]),
        )
        if variants:
            draft.variants = [self._variant(one, options, line) for one in variants]
        elif len({words(offer.get("sku")) for offer in offers} - {""}) == len(offers) > 1:
            draft.variants = [_offered(offer, line) for offer in offers]
        else:
            draft.offer = _offer(_cheapest(offers), node)
        return draft

    def _variant(self, node: Node, options: Options, line: int) -> VariantDraft:
        return VariantDraft(
            line=line,
            id=_id(node),
            title=words(node.get("name")),
            options={shown: value for name, shown in _OPTIONS.items() if (value := self._name(node.get(name)))},
            offer=_offer(_cheapest(self._offers(node, options)), node),
            image=next((image for one in listing(node.get("image")) if (image := self._image(one))), ""),
        )

    def _offers(self, node: Node, options: Options) -> list[Node]:
        """The offers themselves, not what bundles them; of several markets those in the feed's currency, else in the first's."""
        found = []
        for offer in listing(node.get("offers")):
            whole = self.whole(offer)
            inner = [self.whole(one) for one in listing(whole.get("offers")) if isinstance(one, dict)]
            found.extend(inner or ([whole] if whole else []))
        found = [self._spelled(offer) for offer in found]
        codes = [_currency([offer]) for offer in found]
        chosen = options.currency if options.currency in codes else next(iter(codes), "")
        return [offer for offer, code in zip(found, codes, strict=True) if code == chosen]

    def _spelled(self, offer: Node) -> Node:
        """With what it refers to in its place."""
        refers = {name: [self.whole(one) for one in listing(offer[name])] for name in ("priceSpecification",) if name in offer}
        level = {"inventoryLevel": self.whole(offer["inventoryLevel"])} if "inventoryLevel" in offer else {}
        return offer | refers | level

    def _name(self, value: Any) -> str:
        first = next(iter(listing(value)), None)
        return words(self.whole(first).get("name")) if isinstance(first, dict) else words(first)

    def _image(self, value: Any) -> str:
        if not isinstance(value, dict):
            return words(value)
        node = self.whole(value)
        return words(node.get("url")) or words(node.get("contentUrl"))


def _types(node: Node) -> set[str]:
    return {_bare(words(one)) for one in listing(node.get("@type"))} - {""}


def _alike(node: Node, other: Node) -> bool:
    """Whether both may be one object: a page and the product it is about may have one address."""
    one, two = _types(node), _types(other)
    return not one or not two or not one.isdisjoint(two)


def _inside(node: Node, walked: set[int], depth: int = 0) -> Iterator[Node]:
    """The objects inside an object that have names of their own, those of `walked` left out."""
    if depth > DEPTH_MAX:
        return
    for value in node.values():
        for one in listing(value):
            if isinstance(one, dict) and id(one) not in walked:
                walked.add(id(one))
                yield one
                yield from _inside(one, walked, depth + 1)


def _nodes(value: Any, depth: int = 0) -> Iterator[Node]:
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
                    yield from _nodes(_offered_by(node) if place == "itemOffered" else node.get(place), depth + 1)


def _offered_by(offer: Node) -> list[Any]:
    """What an offer offers, with that offer (`itemOffered` is the inverse of `offers`)."""
    own = {name: value for name, value in offer.items() if name != "itemOffered"}
    offered = listing(offer.get("itemOffered"))
    return [{"offers": own} | one if isinstance(one, dict) and _PRICED & set(own) else one for one in offered]


def _is(node: Node, *types: str) -> bool:
    return any(_bare(words(one)) in types for one in listing(node.get("@type")))


def _bare(name: str) -> str:
    """`Product` of `https://schema.org/Product`."""
    return re.split("[/#:]", name)[-1]


def _id(node: Node) -> str:
    """The first name that fits; at last the end of the address."""
    for name in ("productGroupID", "productID", "sku", "mpn", *_GTINS):
        if id := words(node.get(name)):
            return id
    address = words(node.get("@id")) or words(node.get("url"))
    return address if len(address) <= ID_MAX else re.split("[/#]", address.split("?")[0].rstrip("/#"))[-1]


def _currency(offers: list[Node]) -> str:
    for offer in offers:
        for node in (offer, *map(mapping, listing(offer.get("priceSpecification")))):
            if code := words(node.get("priceCurrency")):
                return code.strip().upper()
    return ""


def _cheapest(offers: list[Node]) -> Node:
    """Of several without names of their own the first that has a price."""
    return next((offer for offer in offers if _prices(offer)[0] != ""), offers[0] if offers else {})


def _prices(offer: Node) -> tuple[Price, Price, Node, bool | None]:
    """The regular price, the sale's, the node that says how long that holds, and whether they are without VAT. Where a price
    with VAT stands beside one without, what a customer pays counts."""
    regular: Price = ""
    now: Price = exact(offer.get("price"))
    if now == "":
        now = exact(offer.get("lowPrice")) or ""
    until, used = offer, [offer]
    specified = [node for node in map(mapping, listing(offer.get("priceSpecification"))) if exact(node.get("price")) != ""]
    gross = any(_net(node) is False for node in specified)
    if gross:
        without = {_number(exact(node.get("price"))) for node in specified if _net(node) is True}
        specified = [node for node in specified if _net(node) is not True]
        now = "" if _net(offer) is True or _number(now) in without else now
    for node in specified:
        price = exact(node.get("price"))
        if _bare(words(node.get("priceType"))) in _REGULAR:
            regular = price if regular == "" else regular
        elif now == "" or "SalePrice" in words(node.get("priceType")):
            now, until = price, node
        else:
            continue
        used.append(node)
    net = False if gross else _net(*used)
    return (regular, now, until, net) if regular != "" else (now, "", until, net)


def _number(price: Price) -> Price:
    """100, 100.0 and "100.00" are one price."""
    try:
        return Decimal(str(price)) if price != "" else ""
    except InvalidOperation:
        return price


def _offer(offer: Node, product: Node) -> OfferDraft:
    regular, sale, until, net = _prices(offer)
    level = mapping(offer.get("inventoryLevel"))
    out = gone(words(offer.get("availability")))
    return OfferDraft(
        price=regular,
        sale=sale,
        net=net,
        sale_from=words(until.get("validFrom")) if sale != "" else "",
        sale_until=(words(until.get("validThrough")) or words(offer.get("priceValidUntil"))) if sale != "" else "",
        stock=0 if out else words(level.get("value")),
        sku=words(offer.get("sku")) or words(product.get("sku")),
        gtin=next((gtin for node in (offer, product) for name in _GTINS if (gtin := words(node.get(name)))), ""),
    )


def _offered(offer: Node, line: int) -> VariantDraft:
    return VariantDraft(line=line, id=words(offer.get("sku")), title=words(offer.get("name")), offer=_offer(offer, {}))


def _net(*nodes: Node) -> bool | None:
    """What schema.org/valueAddedTaxIncluded says, in the first of these that says anything."""
    for node in nodes:
        said = node.get("valueAddedTaxIncluded")
        word = _bare(words(said))
        if isinstance(said, bool) or yes(word) or no(word):
            return not (said is True or yes(word))
    return None
