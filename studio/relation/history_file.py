"""What customers did before, from a file: a table (CSV) of any shop system, or JSON as Segment and others write it."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.relation.days import Zone
from studio.relation.names import ORDER_COMPLETED, known
from studio.relation.subscriber_file import Problem

ROWS_MAX = 500_000
PRODUCTS_MAX = 50
CUSTOMER_MAX, SHORT_MAX, WORD_MAX, PAGE_MAX = 100, 100, 255, 2000
NO_OBJECT = N_("This is no JSON object")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer", "customer_id", "customer id", "customer number", "userid", "user_id", "kundenummer", "kunde"),
    "name": ("event", "event_name", "behaviour", "hændelse"),
    "at": ("at", "timestamp", "time", "created_at", "created at", "ordered_at", "date", "dato", "tidspunkt"),
    "id": ("messageid", "message_id", "event_id"),
    "order_id": ("order_id", "order id", "order", "order number", "ordrenummer", "ordre", "name"),
    "product_id": ("product_id", "product id", "product", "sku", "lineitem sku", "varenummer", "vare"),
    "category": ("category", "product_category", "kategori"),
    "brand": ("brand", "vendor", "lineitem vendor", "mærke"),
    "price": ("price", "lineitem price", "pris"),
    "quantity": ("quantity", "qty", "lineitem quantity", "antal"),
    "value": ("value", "total", "revenue", "amount", "beløb"),
    "currency": ("currency", "valuta"),
    "page": ("page", "url", "path", "side"),
}
"""How files call what is read; the first of them that a file has. Shopify calls the number of an order `Name`."""
_UNIX = re.compile(r"[0-9]{9,11}|[0-9]{12,14}")
_DANISH = re.compile(r"([0-3]?[0-9])[-.]([01]?[0-9])[-.]([0-9]{4})(.*)", re.DOTALL)


class Done(Struct, frozen=True, kw_only=True):
    """Something that a customer did, as `relation/v1/behaviours` takes it. Several lines of one order are one."""

    customer: str
    said: dict[str, Any]


def read(text: str, zone: Zone, currency: str = "") -> tuple[list[Done], list[Problem]]:
    """What can be used, and the lines that cannot. Times without a zone are the brand's, prices without a currency `currency`.
    Raises `InvalidValue` where it is no such file."""
    text = text.lstrip("\ufeff")
    rows = _objects(text) if text.lstrip()[:1] in ("{", "[") else _cells(text)
    problems: list[Problem] = []
    orders: dict[tuple[str, str, str], Done] = {}
    found: list[Done] = []
    for count, (line, row) in enumerate(rows):
        if count >= ROWS_MAX:
            raise InvalidValue("More than {most} lines: split the file", field="file", most=ROWS_MAX)
        try:
            if isinstance(row, str):
                raise InvalidValue("{problem}", problem=row)
            done = _done(row, zone, currency)
        except InvalidValue as error:
            problems.append(Problem(line=line, why=str(error)))
            continue
        key = done.customer, done.said["name"], done.said.get("order_id", "")
        if (before := orders.get(key)) is not None:
            _join(before.said, done.said)
            continue
        found.append(done)
        if key[2]:
            orders[key] = done
    for done in found:
        done.said.setdefault("id", _id(done))
    return found, problems


def _cells(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max((",", ";", "\t"), key=first.count))
    try:
        places = _places(next(reader, []))
        if "customer" not in places:
            raise InvalidValue(N_("No column says whose it is: call it customer_id"), field="file")
        if "at" not in places:
            raise InvalidValue(N_("No column says when it was: call it timestamp"), field="file")
        if "name" not in places and "order_id" not in places:
            raise InvalidValue(N_("No column says what was done: call it event, or order_id for orders"), field="file")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, {name: cells[at].strip() for name, at in places.items() if at < len(cells)}
    except csv.Error as error:
        raise InvalidValue("{problem}", field="file", problem=error) from None


def _places(head: Iterable[str]) -> dict[str, int]:
    named = [cell.strip().casefold() for cell in head]
    found = {name: next((named.index(one) for one in known_as if one in named), -1) for name, known_as in COLUMNS.items()}
    return {name: at for name, at in found.items() if at >= 0}


def _objects(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Of a list, or one a line."""
    if text.lstrip().startswith("["):
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InvalidValue("{problem}", field="file", problem=error) from None
        for number, one in enumerate(listed, 1):
            yield number, _flat(one) if isinstance(one, dict) else NO_OBJECT
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
        except (ValueError, RecursionError):
            yield number, NO_OBJECT
            continue
        yield number, _flat(one) if isinstance(one, dict) else NO_OBJECT


def _flat(one: dict[str, Any]) -> dict[str, Any] | str:
    """Segment's *track* says what was bought in `properties`; its other calls say what nobody did."""
    if one.get("type", "track") != "track":
        return N_("Only track calls say what somebody did")
    properties = one.get("properties")
    whole = {**(properties if isinstance(properties, dict) else {}), **one}
    folded = {str(key).casefold(): value for key, value in whole.items() if isinstance(value, str | int | float)}
    flat = {name: next((folded[key] for key in keys if folded.get(key) not in (None, "")), "") for name, keys in COLUMNS.items()}
    return flat | {"products": whole.get("products") if isinstance(whole.get("products"), list) else []}


def _done(row: Mapping[str, Any], zone: Zone, currency: str) -> Done:
    customer = str(row.get("customer", "")).strip()
    if not 0 < len(customer) <= CUSTOMER_MAX:
        raise InvalidValue(N_("It does not say whose it is"), field="customer")
    order = str(row.get("order_id") or "").strip()
    if not row.get("name") and not order:
        raise InvalidValue(N_("It does not say what was done"), field="event")
    name = known(str(row.get("name") or ORDER_COMPLETED))
    said: dict[str, Any] = {"name": name, "at": _moment_ms(row.get("at", ""), zone)}
    products = [_product(one) for one in row.get("products", ()) if isinstance(one, dict)] if row.get("products") else []
    if not products and row.get("product_id"):
        products = [_product(row)]
    if products:
        said["products"] = products[:PRODUCTS_MAX]
    money = str(row.get("currency") or currency).strip().upper()
    if (value := _number(row.get("value"), "value")) is not None:
        said["value"] = value
    page = str(row.get("page") or "")
    for key, text, most in (("currency", money, SHORT_MAX), ("order_id", order, SHORT_MAX), ("page", page, PAGE_MAX)):
        if text:
            said[key] = text[:most]
    if row.get("id"):
        said["id"] = hashlib.sha256(str(row["id"]).encode()).hexdigest()[:32]
    return Done(customer=customer, said=said)


def _product(row: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"product_id": str(row.get("product_id") or row.get("sku") or "").strip()[:WORD_MAX]}
    if not made["product_id"]:
        raise InvalidValue(N_("A product without its number"), field="product_id")
    for key in ("category", "brand"):
        if text := str(row.get(key) or "").strip():
            made[key] = text[:200]
    if (price := _number(row.get("price"), "price")) is not None:
        made["price"] = price
    if (quantity := _number(row.get("quantity"), "quantity")) is not None and quantity >= 1:
        made["quantity"] = int(quantity)
    return made


def _number(said: Any, field: str) -> float | None:
    """`1.234,50` and `1,234.50` are one amount: the mark that stands last is the decimals'. Of `1.234` alone nobody can say."""
    text = str(said if said is not None else "").strip().replace(" ", "").replace("\u00a0", "")
    if not text:
        return None
    marks = [mark for mark in text if mark in ".,"]
    if isinstance(said, str) and len(marks) == 1 and len(text) - text.index(marks[0]) == 4:
        raise InvalidValue("{text} may be thousands or not: write it with two decimals", field=field, text=text[:40])
    if len(set(marks)) == 1 and len(marks) > 1:
        text = text.replace(marks[0], "")
    elif marks:
        units, cents = text.rsplit(marks[-1], 1)
        text = f"{units.replace(',', '').replace('.', '')}.{cents}"
    try:
        number = float(text)
    except ValueError:
        raise InvalidValue("{text} is no number", field=field, text=text[:40]) from None
    if not 0 <= number <= 1e10:
        raise InvalidValue("{text} is no number", field=field, text=text[:40])
    return number


def _moment_ms(said: Any, zone: Zone) -> int:
    """ISO 8601, a day as it is written in Denmark, or seconds or milliseconds since 1970. Of 03/04/2026 nobody can say."""
    text = str(int(said)) if isinstance(said, float) and said.is_integer() else str(said).strip()
    if _UNIX.fullmatch(text):
        return int(text) if len(text) >= 12 else int(text) * 1000
    if found := _DANISH.fullmatch(text):
        text = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}{found[4]}"
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return zone.moment_ms(moment)
        return int(moment.astimezone(UTC).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise InvalidValue(N_("Write times as 2026-05-31 20:15"), field="at") from None


def _join(before: dict[str, Any], more: dict[str, Any]) -> None:
    """Another line of the same order."""
    before["products"] = [*before.get("products", []), *more.get("products", [])][:PRODUCTS_MAX]
    if "value" in more and "value" not in before:
        before["value"] = more["value"]


def _id(done: Done) -> str:
    """The same line read again is the same."""
    return hashlib.sha256(msgspec.json.encode((done.customer, sorted(done.said.items())))).hexdigest()[:32]
