"""Google's product feed: RSS and Atom with `g:` elements, and tables with the attribute names as their header.

Products without a group go out at once. The items of a group may stand anywhere in the file, so groups go out at the end, in
the order in which they first appeared; only a group's first description is kept meanwhile.
"""

from collections.abc import Iterable, Iterator

from studio.catalogue.draft import Draft, Found, OfferDraft, VariantDraft
from studio.catalogue.item import Rejected
from studio.catalogue.link import listed
from studio.catalogue.moment import interval
from studio.catalogue.shopify import UNCLOSED
from studio.catalogue.stock import gone
from studio.catalogue.survey import Survey
from studio.catalogue.table import Row, Table
from studio.catalogue.xml_items import items

ATTRIBUTES = (
    "id", "title", "description", "link", "image_link", "additional_image_link", "availability", "price", "sale_price",
    "sale_price_effective_date", "brand", "gtin", "mpn", "item_group_id", "google_product_category", "product_type",
    "color", "size", "material", "pattern", "quantity", "inventory", "summary", "content", "currency",
)  # fmt: skip
OPTIONS = {"color": "Color", "size": "Size", "material": "Material", "pattern": "Pattern"}


def columns() -> dict[str, str]:
    """A table's header by the attribute it means: `image_link`, `image link` and `g:image_link` are one."""
    spaced = {name.replace("_", " "): name for name in ATTRIBUTES}
    plain = {name: name for name in ATTRIBUTES} | spaced
    return plain | {f"g:{name}": attribute for name, attribute in plain.items()}


def recognises(header: set[str]) -> bool:
    """Whether these columns are Google's."""
    known = columns()
    found = {known[name] for name in header if name in known}
    return {"id", "title", "price"} <= found and not found.isdisjoint(("link", "availability", "image_link"))


def from_xml(chunks: Iterable[str]) -> Iterator[Found]:
    """The products of an RSS or Atom feed."""
    return grouped(Row(line, values) for line, values in items(chunks, frozenset(ATTRIBUTES)))


def from_table(table: Table) -> Iterator[Found]:
    """The products of a table."""
    return grouped(table.rows(columns()))


def survey(table: Table) -> Survey:
    """What the cells of a table say about how they are written."""
    found = Survey()
    for row in table.rows(columns()):
        for name in ("price", "sale_price"):
            if text := row.values.get(name):
                found.price(text)
        for date in interval(row.values.get("sale_price_effective_date", "")):
            found.date(date)
        if row.values.get("currency"):
            found.named()
    return found


def grouped(rows: Iterable[Row]) -> Iterator[Found]:
    """One product for each item without a group, then one for each group."""
    groups: dict[str, Draft] = {}
    for line, values, broken in rows:
        group = values.get("item_group_id", "")
        if broken:
            yield Rejected(line=line, id=values.get("id", "")[:64], reason=UNCLOSED)
        elif not group:
            yield _draft(line, values, values.get("id", ""), offer=_offer(values))
        else:
            if group not in groups:
                groups[group] = _draft(line, values, group)
                groups[group].variants = []
            else:
                _complete(groups[group], line, values)
            groups[group].variants.append(_variant(line, values))
    yield from groups.values()


def _complete(draft: Draft, line: int, values: dict[str, str]) -> None:
    """A fact of a group stands in any of its items: the first that says it counts."""
    if draft.title and draft.description and draft.brand and draft.category and draft.url and draft.images and draft.currency:
        return
    other = _draft(line, values, draft.id)
    for name in ("title", "description", "brand", "category", "url", "images", "currency"):
        if not getattr(draft, name):
            setattr(draft, name, getattr(other, name))


def _draft(line: int, values: dict[str, str], id: str, offer: OfferDraft | None = None) -> Draft:
    return Draft(
        line=line,
        id=id,
        title=values.get("title", ""),
        description=values.get("description") or values.get("summary") or values.get("content", ""),
        brand=values.get("brand", ""),
        category=values.get("product_type") or values.get("google_product_category", ""),
        url=values.get("link", ""),
        currency=values.get("currency", ""),
        images=[*filter(None, [values.get("image_link")]), *listed(values.get("additional_image_link", ""))],
        offer=offer,
    )


def _offer(values: dict[str, str]) -> OfferDraft:
    since, until = interval(values.get("sale_price_effective_date", ""))
    counted = values.get("quantity") or values.get("inventory")
    return OfferDraft(
        price=values.get("price", ""),
        sale=values.get("sale_price", ""),
        sale_from=since,
        sale_until=until,
        stock=0 if gone(values.get("availability", "")) else counted,
        sku=values.get("mpn", ""),
        gtin=values.get("gtin", ""),
    )


def _variant(line: int, values: dict[str, str]) -> VariantDraft:
    return VariantDraft(
        line=line,
        id=values.get("id", ""),
        title=values.get("title", ""),
        options={shown: values[name] for name, shown in OPTIONS.items() if name in values},
        offer=_offer(values),
        image=values.get("image_link", ""),
    )
