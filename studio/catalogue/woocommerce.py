"""WooCommerce's product CSV. Its header is in the shop's language: English, Danish and German are read.

Parents may stand after their variations, so what has variants goes out at the end, in the order of the parents; the rest at
once.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from studio.catalogue.draft import Draft, Found, OfferDraft, Skipped, VariantDraft
from studio.catalogue.html import DESCRIPTION_READ
from studio.catalogue.item import Options, rejection
from studio.catalogue.link import listed
from studio.catalogue.shopify import UNCLOSED
from studio.catalogue.stock import gone
from studio.catalogue.survey import Survey
from studio.catalogue.table import Row, Table
from studio.catalogue.truth import no, said, yes
from studio.errors import InvalidValue

HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "type": ("type", "typ", "produkttype", "produkttyp"),
    "sku": ("sku", "varenummer", "varenummer (sku)", "artikelnummer"),
    "gtin": (
        "gtin, upc, ean, or isbn",
        "gtin, upc, ean or isbn",
        "gtin, upc, ean eller isbn",
        "gtin, upc, ean, eller isbn",
        "gtin, upc, ean oder isbn",
        "gtin",
        "ean",
    ),
    "name": ("name", "navn", "produktnavn", "produktname"),
    "published": ("published", "udgivet", "publiceret", "offentliggjort", "veröffentlicht"),
    "short": ("short description", "kort beskrivelse", "kurzbeschreibung"),
    "description": ("description", "beskrivelse", "beschreibung"),
    "sale from": (
        "date sale price starts",
        "dato for start på tilbudspris",
        "dato for tilbudspris start",
        "dato tilbudspris starter",
        "dato hvor tilbudspris starter",
        "startdato for tilbudspris",
        "tilbudspris startdato",
        "datum, an dem angebotspreis beginnt",
        "datum angebotspreis beginnt",
        "startdatum angebotspreis",
        "angebotspreis beginnt am",
    ),
    "sale until": (
        "date sale price ends",
        "dato for slut på tilbudspris",
        "dato for tilbudspris slut",
        "dato tilbudspris slutter",
        "dato hvor tilbudspris slutter",
        "slutdato for tilbudspris",
        "tilbudspris slutdato",
        "datum, an dem angebotspreis endet",
        "datum angebotspreis endet",
        "enddatum angebotspreis",
        "angebotspreis endet am",
    ),
    "in stock": ("in stock?", "på lager?", "vorrätig?", "auf lager?"),
    "stock": ("stock", "lager", "lagerbeholdning", "lagerantal", "antal på lager", "bestand", "lagerbestand"),
    "backorders": (
        "backorders allowed?",
        "restordrer tilladt?",
        "restordre tilladt?",
        "tillad restordrer?",
        "lieferrückstände erlaubt?",
        "lieferrückstand erlaubt?",
        "nachbestellungen erlaubt?",
        "rückstände erlaubt?",
    ),
    "sale": ("sale price", "tilbudspris", "udsalgspris", "angebotspreis"),
    "price": ("regular price", "normalpris", "normal pris", "almindelig pris", "regulärer preis", "normaler preis"),
    "weight": ("weight (kg)", "weight (g)", "weight (lbs)", "vægt (kg)", "vægt (g)", "gewicht (kg)", "gewicht (g)"),
    "length": ("length (cm)", "længde (cm)", "länge (cm)"),
    "width": ("width (cm)", "bredde (cm)", "breite (cm)"),
    "height": ("height (cm)", "højde (cm)", "höhe (cm)"),
    "categories": ("categories", "kategorier", "kategorien"),
    "images": ("images", "billeder", "bilder"),
    "parent": ("parent", "forælder", "overordnet", "overordnet produkt", "übergeordnet", "übergeordnetes produkt", "eltern"),
    "external": ("external url", "ekstern url", "ekstern webadresse", "externe url"),
    "brand": ("brands", "brand", "brandname", "mærker", "varemærker", "mærke", "marken", "marke"),
}
ENGLISH = frozenset({"regular price", "published"})
"""What only the header of an English shop has; Danish and German write a comma before decimals."""
_NAMES = {header: name for name, headers in HEADERS.items() for header in headers}
_ATTRIBUTE = re.compile(
    r"attribute?n? (?P<number>\d{1,3}) (?P<what>name|navn|value\(s\)|værdi\(er\)|værdier|wert\(e\)|werte)"
    r"|(?P<name>name|navn|wert\(e\)|værdi\(er\)) (?:des|for|på) attributs? (?P<at>\d{1,3})"
)


def column_of(header: str) -> str:
    """What a column is called here; empty for one that is not read."""
    if header in _NAMES:
        return _NAMES[header]
    found = _ATTRIBUTE.fullmatch(header)
    if found is None:
        return ""
    what = found["what"] or found["name"]
    return f"attribute {int(found['number'] or found['at'])} {'name' if what in ('name', 'navn') else 'value'}"


def recognises(header: set[str]) -> bool:
    """Whether these columns are WooCommerce's."""
    found = {column_of(name) for name in header}
    return {"type", "name", "price"} <= found and not found.isdisjoint(("id", "sku"))


_TAG = re.compile("<[^<>]*>")
_LINE_END = re.compile(r"\\\\n|\\n")


_BEGINS = re.compile(r"</?(?:ul|ol|li|p|div|table|thead|tbody|t[rdh]|h\d|blockquote|hr|section)\b", re.IGNORECASE)
_ENDS = re.compile(r"</?(?:ul|ol|li|p|div|table|thead|tbody|t[rdh]|h\d|blockquote|hr|section|br)\b[^<>]*>$", re.IGNORECASE)


class _Variations(Struct):
    """What belongs together: the parent's draft once it was seen, and its variations' rows."""

    parent: Draft | None = None
    stock: str = ""
    rows: list[Row] = []


def columns(table: Table) -> dict[str, str]:
    """The columns that are read, by the names they have here."""
    return {header: name for header in table.header if (name := column_of(header))}


def survey(table: Table) -> Survey:
    """What the cells say about how they are written. Weights and measures say nothing: the exporter writes them with a point
    whatever the shop's mark is (WC_Product_CSV_Exporter)."""
    found = Survey()
    found.comma_country = not ENGLISH.intersection(table.header)
    for row in table.rows(columns(table)):
        for name, text in row.values.items():
            if name in ("price", "sale"):
                found.price(text)
            elif name in ("sale from", "sale until"):
                found.date(text)
    return found


def drafts(table: Table, options: Options) -> Iterator[Found]:
    """The products of the file."""
    parents: dict[str, _Variations] = {}
    aliases: dict[str, str] = {}
    waiting: list[Row] = []
    for row in map(_unescaped, table.rows(columns(table))):
        values = row.values
        kinds = {kind.strip() for kind in values.get("type", "simple").casefold().split(",")}
        try:
            published = _published(values)
        except InvalidValue as unclear:
            yield rejection(row.line, values.get("id", ""), unclear)
            continue
        if row.broken:
            yield rejection(row.line, values.get("id", ""), InvalidValue(UNCLOSED))
        elif "variation" in kinds:
            if published:
                waiting.append(_slim(row))
            else:
                yield Skipped()
        elif "variable" in kinds:
            id = values.get("id") or values.get("sku", "")
            found = parents.setdefault(id, _Variations())
            aliases |= {alias: id for alias in (values.get("sku", ""), f"id:{values.get('id', '')}", id) if alias}
            if found.parent is not None:
                yield _draft(row, options)  # twice the same: the one who numbers them says so
            else:
                found.parent, found.stock = _draft(row, options), values.get("stock", "")
                if not published:
                    found.parent = None
                    yield Skipped()
        elif "grouped" in kinds or not published:
            yield Skipped()
        else:
            yield _draft(row, options)
    for row in waiting:
        if row.values.get("parent", "") in aliases:
            parents[aliases[row.values["parent"]]].rows.append(row)
        else:
            error = InvalidValue("Its parent {parent} is not in the file", parent=row.values.get("parent", "")[:64])
            yield rejection(row.line, row.values.get("id", ""), error, field="parent")
    for found in parents.values():
        if found.parent is not None:
            found.parent.variants = [_variant(row, found.stock) for row in found.rows]
            yield found.parent
        else:
            yield from [Skipped()] * len(found.rows)


def _unescaped(row: Row) -> Row:
    """Without what the exporter put before signs that mean something: the apostrophe before a cell that a spreadsheet would take
    for a formula, `\\n` for a line end and `\\,` for a comma inside one of several values (WC_CSV_Exporter;
    WC_Product_CSV_Importer takes them back)."""
    for name, value in row.values.items():
        if value[0] == "'" and value[1:2] in ("=", "+", "-", "@", "\t", "\r"):
            value = value[1:]
        if name in ("description", "short"):
            value = _with_breaks(_LINE_END.sub(lambda found: "\n" if found[0] == "\\n" else "\\n", value))
        elif name.startswith("attribute "):
            value = value.replace("\\,", ",")
        row.values[name] = value
    return row


def _with_breaks(text: str) -> str:
    """Line ends between words as `<br>`, which WordPress makes of them when it shows a description (wpautop)."""
    if "<" not in text or "\n" not in text:
        return text
    text = _TAG.sub(lambda tag: tag[0].replace("\n", " "), text[:DESCRIPTION_READ])
    lines = [line for part in text.split("\n") if (line := part.strip())]
    joined = lines[:1]
    for before, line in pairwise(lines):
        joined += ["\n" if _BEGINS.match(line) or _ENDS.search(before[-200:]) else "<br>", line]
    return "".join(joined)


def _slim(row: Row) -> Row:
    """Without the texts, which a variation does not have of its own."""
    for name in ("description", "short", "categories"):
        row.values.pop(name, None)
    return row


def _published(values: dict[str, str]) -> bool:
    """Whether it is for sale: 1 published, 0 private, -1 a draft, 2 pending (WC_Product_CSV_Exporter). Raises `InvalidValue`."""
    word = values.get("published", "")
    return word.strip() not in ("2", "2.0") and said(word, "published") is not False


def _draft(row: Row, options: Options) -> Draft:
    values = row.values
    id = values.get("id", "")
    return Draft(
        line=row.line,
        id=id or values.get("sku", ""),
        title=values.get("name", ""),
        description=values.get("description") or values.get("short", ""),
        brand=values.get("brand", ""),
        category=re.split(r"(?<!\\),", values.get("categories", ""))[0].replace("\\,", ","),
        url=values.get("external") or (f"{options.url.rstrip('/')}/?post_type=product&p={id}" if options.url and id else ""),
        images=listed(values.get("images", "")),
        offer=_offer(values, values.get("stock", "")),
    )


def _offer(values: dict[str, str], stock: str) -> OfferDraft:
    count: str | int | None = stock
    backorders = values.get("backorders", "")
    there = values.get("in stock", "").strip()
    if no(there) or gone(there):
        count = 0
    elif there and not yes(there) and there.casefold() not in ("backorder", "notify"):
        count = there  # said to be no number
    elif yes(backorders) or backorders.casefold() == "notify":
        count = None
    return OfferDraft(
        price=values.get("price", ""),
        sale=values.get("sale", ""),
        sale_from=values.get("sale from", ""),
        sale_until=values.get("sale until", ""),
        stock=count,
        sku=values.get("sku", ""),
        gtin=values.get("gtin", ""),
    )


def _variant(row: Row, parents_stock: str) -> VariantDraft:
    values = row.values
    stock = values.get("stock", "")
    attributes = [name.removesuffix(" name") for name in values if name.startswith("attribute ") and name.endswith(" name")]
    return VariantDraft(
        line=row.line,
        id=values.get("id") or values.get("sku", ""),
        title=values.get("name", ""),
        options={values[f"{one} name"]: values.get(f"{one} value", "") for one in attributes},
        offer=_offer(values, parents_stock if stock.casefold() == "parent" else stock),
        image=next(iter(listed(values.get("images", ""))), ""),
    )
