"""What a show leaves behind: everything there is about it, as JSON and as tables."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.server.db import catalogue as catalogue_rows
from studio.server.db import chat as chat_rows
from studio.server.db import numbers as rows
from studio.server.live.show import LiveShow
from studio.show.analytics import Counted, Figures, Pinned, ProductFigures, SoldLine, SoldOrder, figures
from studio.show.chat import ChatLine
from studio.show.money import price
from studio.show.poll import Poll


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """Everything there is about a show."""

    show: dict[str, Any]
    figures: Figures
    orders: tuple[SoldOrder, ...]
    counted: tuple[Counted, ...]
    pins: tuple[Pinned, ...]
    polls: tuple[Poll, ...]
    chat: tuple[ChatLine, ...]
    titles: dict[str, str]


async def gather(live: LiveShow, engine: AsyncEngine) -> Gathered:
    """Read it all; what was counted a moment ago is stored first."""
    await live.counters.store()
    show = live.show
    async with engine.connect() as connection:
        counted = tuple(
            Counted(second=r["second"], name=r["name"], product=r["product"], part=r["part"], count=r["count"])
            for r in await rows.tallies(connection, show.id)
        )
        orders = tuple(_order(row) for row in await rows.orders(connection, show.id))
        unique = len(await rows.uniques(connection, show.id))
        lines = tuple(await chat_rows.every(connection, show.id))
        polls = tuple(await chat_rows.polls(connection, show.id))
        planned = {product.id: product.title for product in live.shelf.products}
        named = {line.product for order in orders for line in order.lines} - planned.keys()
        titles = planned | await catalogue_rows.titles(connection, named)
    pins = tuple(
        Pinned(product=product, media_ms=media_ms) for product, media_ms in await live.journal.pinned(live.show.live_since_ms)
    )
    shown = sum(line.state == "shown" and not line.staff for line in lines)
    made = figures(titles, counted, orders, pins, unique=unique, lines=shown, seconds=max(0, show.media_ms) // 1000)
    about = {
        "id": show.id,
        "title": show.title,
        "brand": show.brand,
        "state": show.state,
        "live_since_ms": show.live_since_ms,
        "ended_at_ms": show.ended_at_ms,
    }
    return Gathered(show=about, figures=made, orders=orders, counted=counted, pins=pins, polls=polls, chat=lines, titles=titles)


def _order(row: Mapping[str, Any]) -> SoldOrder:
    return SoldOrder(
        number=row["number"],
        at_ms=row["at_ms"],
        media_ms=row["media_ms"],
        part=row["part"],
        value_minor=row["value_minor"],
        currency=row["currency"],
        verified=row["verified"],
        lines=tuple(
            SoldLine(
                product=line["product"],
                quantity=line.get("quantity", 1),
                value_minor=line.get("value_minor", 0),
                media_ms=row["media_ms"] if line.get("media_ms") is None else min(line["media_ms"], row["media_ms"]),
                part=line.get("part") or row["part"],
            )
            for line in row["lines"]
        ),
    )


def as_json(gathered: Gathered) -> bytes:
    """Everything, but who wrote what."""
    told = msgspec.to_builtins(gathered)
    for line in told["chat"]:
        line.pop("visitor", None)
    return msgspec.json.format(msgspec.json.encode(told), indent=1)


Table = tuple[Sequence[str], Iterable[Sequence[Any]]]
"""Its head, and its rows."""


def _products_table(products: Iterable[ProductFigures]) -> Table:
    head = ("product", "title", "pinned_s", "views", "carted", "wished", "sold", "sold_live", "sold_later", "value")
    return head, (
        (
            *(p.product, p.title, _seconds(p.pinned_ms), p.views, p.carted, p.wished),
            *(p.sold, p.live, p.later, amounts(p.value)),
        )
        for p in products
    )


def _orders_table(orders: Iterable[SoldOrder]) -> Table:
    head = ("number", "time", "second", "part", "value_minor", "currency", "verified", "product", "quantity", "line_minor")
    return head, (
        (
            *(o.number, time_of(o.at_ms), line.media_ms // 1000, line.part, o.value_minor, o.currency, o.verified),
            *(line.product, line.quantity, line.value_minor),
        )
        for o in orders
        for line in o.lines or (SoldLine(product="", quantity=0, value_minor=0, media_ms=o.media_ms, part=o.part),)
    )


def as_csv(gathered: Gathered) -> bytes:
    """A zip of tables: products, orders, the course of the show, all counts, polls, chat."""
    figures_ = gathered.figures
    files: dict[str, Table] = {
        "products.csv": _products_table(figures_.products),
        "orders.csv": _orders_table(gathered.orders),
        "course.csv": (
            ("second", "viewers", "reactions", "carted", "sold"),
            ((p.second, p.viewers, p.reactions, p.carted, p.sold) for p in figures_.course),
        ),
        "counts.csv": (
            ("second", "name", "product", "part", "count"),
            ((c.second, c.name, c.product, c.part, c.count) for c in gathered.counted),
        ),
        "polls.csv": (
            ("question", "answer", "votes"),
            (
                (poll.question, answer, votes)
                for poll in gathered.polls
                for answer, votes in zip(poll.answers, poll.votes, strict=True)
            ),
        ),
        "chat.csv": chat_table(gathered.chat),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (head, lines) in files.items():
            archive.writestr(name, table(head, lines))
    return out.getvalue()


def chat_table(lines: Iterable[ChatLine]) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    """The chat as a table: when, who they said they were, and what."""
    head = ("time", "second", "name", "staff", "question", "private", "state", "text")
    return head, (
        (time_of(line.at_ms), line.media_ms // 1000, line.name, line.staff, line.question, line.private, line.state, line.text)
        for line in lines
    )


def table(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    """CSV (RFC 4180) with a BOM, as spreadsheets want it. A cell that one would take for a formula is led by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for line in lines:
        writer.writerow([_harmless(cell) for cell in line])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell


def time_of(at_ms: int) -> str:
    """Unix milliseconds as ISO 8601, in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")


def _seconds(times_ms: Iterable[int]) -> str:
    return " ".join(str(ms // 1000) for ms in times_ms)


def amounts(value: Mapping[str, int]) -> str:
    """Amounts of several currencies, in words."""
    return ", ".join(price(minor, currency) for currency, minor in sorted(value.items()))
