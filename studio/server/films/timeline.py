"""A show's public events as its replay shows them again, against the show clock.

They are what a page is told that catches up (`PageFeed.may_know`, `page_event`), without what does not stand any more: lines
that were removed or forgotten are not there. Of what was tried out before the show went live, only what stood when it did.
"""

import asyncio
import gzip
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from studio import events
from studio.events import Logged
from studio.server.live.page_feed import page_event
from studio.server.live.show import LiveShow
from studio.server.shop.chat import visible
from studio.show.chat import ChatLine

EVENTS_MAX = 20_000
AT_ONCE = 500
KEPT, KEPT_S = 16, 60.0
"""Answers in memory, and for how long: what retention deletes is gone from them soon as well."""


async def timeline(live: LiveShow) -> list[dict[str, Any]]:
    """The events of a show, oldest first; at most `EVENTS_MAX`, of more the newest lines of chat are left out."""
    items: list[Logged] = []
    lines: dict[str, ChatLine] = {}
    seq, spoken = 0, 0
    while missed := await live.feed.since(seq, AT_ONCE):
        seq = missed[-1].seq
        told = [item for item in missed if item.data.replayed and live.pages.may_know(item, keyed=False)]
        lines |= {name: line for name, line in (await live.chat.words(told)).items() if visible(line, "")}
        for item in told:
            if isinstance(item.data, events.ChatSaid):
                if item.data.line not in lines or spoken >= EVENTS_MAX:
                    continue
                spoken += 1
            items.append(item)
    return await asyncio.to_thread(_told, items, lines)


def _told(items: Sequence[Logged], lines: dict[str, ChatLine]) -> list[dict[str, Any]]:
    found = bounded([_standing(item, lines) for item in from_start(items)], EVENTS_MAX)
    return [page_event(item, lines) for item in found]


def _standing(item: Logged, lines: dict[str, ChatLine]) -> Logged:
    """A pinned line that is not there any more is none."""
    if isinstance(item.data, events.ChatPinned) and item.data.line not in lines:
        return msgspec.structs.replace(item, data=events.ChatPinned(line=""))
    return item


def from_start(items: Sequence[Logged]) -> list[Logged]:
    """Drops what happened before the show first went live, except what was still in effect then: pins, polls, stock, chat."""
    live = next((number for number, item in enumerate(items) if isinstance(item.data, events.ShowStarted)), len(items))
    stood: dict[tuple[str, str], Logged] = {}
    for item in items[:live]:
        match item.data:
            case events.ChatSaid(line=line):
                stood["said", line] = item
            case events.ProductPinned(product=product):
                stood.pop(("pin", product), None)
                stood["pin", product] = item
            case events.ProductUnpinned(product=product):
                stood.pop(("pin", product), None)
            case events.ProductSoldOut(product=product):
                stood["sold_out", product] = item
            case events.ChatPinned():
                stood["line", ""] = item
            case events.PollOpened():
                stood.pop(("poll", "closed"), None)
                stood["poll", "opened"] = item
            case events.PollClosed():
                stood["poll", "closed"] = item
            case events.PollCleared():
                stood.pop(("poll", "opened"), None)
                stood.pop(("poll", "closed"), None)
    return [*sorted(stood.values(), key=lambda item: item.seq), *items[live:]]


def bounded(items: Sequence[Logged], most: int) -> list[Logged]:
    """At most so many: of the chat only the first lines that fit beside everything else."""
    others = sum(not isinstance(item.data, events.ChatSaid) for item in items)
    room_for = max(0, most - others)
    kept: list[Logged] = []
    for item in items:
        if isinstance(item.data, events.ChatSaid):
            if room_for == 0:
                continue
            room_for -= 1
        kept.append(item)
    return kept[:most]


class Kept(Struct):
    """An answer, and what it was made of: the film as it was told, and all events up to `seq`."""

    film: dict[str, Any]
    seq: int
    made_s: float
    body: bytes


class Timelines:
    """Answers to `GET /api/shows/{show}/replay`, packed. The same answer is made once, however many ask for it."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._making = asyncio.Lock()

    async def packed(self, live: LiveShow, film: dict[str, Any]) -> bytes:
        """The film, as pages are told of it, and the events of its show: JSON in gzip."""
        async with self._making:
            show, now_s = live.show.id, live.now_s
            kept = self._kept.pop(show, None)
            if kept is None or kept.film != film or now_s - kept.made_s > KEPT_S or await _moved(live, kept):
                seq = live.feed.delivered
                body = await asyncio.to_thread(_packed, {"film": film, "events": await timeline(live)})
                kept = Kept(film, seq, now_s, body)
            self._kept[show] = kept
            while len(self._kept) > KEPT:
                self._kept.pop(next(iter(self._kept)))
            return kept.body


async def _moved(live: LiveShow, kept: Kept) -> bool:
    """Whether the answer would be another: orders come in after the show, and change nothing."""
    if live.show.seq > live.feed.delivered:  # what is on its way to the pages could be it
        return True
    missed = await live.feed.since(kept.seq, AT_ONCE)
    if len(missed) == AT_ONCE or any(item.data.replayed or isinstance(item.data, events.ChatRemoved) for item in missed):
        return True
    kept.seq = missed[-1].seq if missed else kept.seq
    return False


def _packed(answer: dict[str, Any]) -> bytes:
    return gzip.compress(msgspec.json.encode(answer), 6, mtime=0)
