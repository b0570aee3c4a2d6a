"""Whoever watches a show is shown what rules say for them: another pinned card than others, or a line. They are told before
anything is pinned, so that their card is there as soon as everybody's."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from studio.clock import Clock
from studio.relation.behaviour import Behaviour
from studio.relation.evaluate import Watching
from studio.relation.names import PIN_CLICKED, PIN_SEEN
from studio.relation.rule import MESSAGE, PIN
from studio.server import faults
from studio.server.live.show import LiveShow
from studio.server.members import AudienceSocket
from studio.server.relation.book import Book
from studio.server.relation.decisions import Asking, Decided, Decisions, told

log = logging.getLogger(__name__)

LOOK_S = 1.0
RETRY_MS = 5000
SLOTS = frozenset({PIN, MESSAGE})
NOTHING: dict[str, Any] = {"t": "slots", "pins": {}, "message": None}


@dataclass
class _Page:
    """One page of a show. `said` is what it was told last, `due_ms` when that no longer holds."""

    live: LiveShow
    member: AudienceSocket
    since_ms: int
    pins: frozenset[str] = frozenset()
    due_ms: int | None = None
    said: bytes | None = None


class Watchers:
    """Keeps up with pages of shows; on the server's loop. Nobody is looked at while no rule has anything to show there."""

    def __init__(self, clock: Clock, book: Book, decisions: Decisions) -> None:
        self._clock = clock
        self._book = book
        self._decisions = decisions
        self._pages: dict[AudienceSocket, _Page] = {}
        self._of: dict[str, set[AudienceSocket]] = {}
        """By visitor."""
        self._urgent: dict[AudienceSocket, None] = {}
        """Who has taken something back, or just come."""
        self._waiting: dict[AudienceSocket, None] = {}
        self._woken = asyncio.Event()
        self._failed = False

    def register(self, live: LiveShow) -> None:
        """A show is opened."""
        live.pages.entered = lambda member: self._enter(live, member)
        live.pages.left = self._leave

    def _enter(self, live: LiveShow, member: AudienceSocket) -> None:
        self._pages[member] = _Page(live, member, self._clock.wall_ms())
        self._of.setdefault(member.id, set()).add(member)
        if self._has_rules:
            self._want(member, self._waiting)

    def _leave(self, member: AudienceSocket) -> None:
        for kept in (self._pages, self._urgent, self._waiting):
            kept.pop(member, None)
        mine = self._of.get(member.id, set())
        mine.discard(member)
        if not mine:
            self._of.pop(member.id, None)

    @property
    def _has_rules(self) -> bool:
        return any(rule.slot in SLOTS and rule.on for rule in self._book.rules.values())

    def rules_changed(self) -> None:
        """Everybody is looked at again, those first who are shown something."""
        for page in sorted(self._pages.values(), key=lambda page: page.said is None):
            if self._has_rules or page.said is not None:
                self._want(page.member, self._waiting)

    def agreed(self, visitor: str) -> None:
        """Somebody agrees to something else: that holds at once."""
        for member in self._of.get(visitor, ()):
            self._want(member, self._urgent)

    def did(self, visitor: str, behaviours: Iterable[Behaviour] = ()) -> None:
        """Somebody did something, perhaps while they watch."""
        seen = {product for one in behaviours if one.name in (PIN_SEEN, PIN_CLICKED) for product in one.products}
        for member in self._of.get(visitor, ()):
            page = self._pages[member]
            page.pins |= seen
            if self._has_rules or page.said is not None:
                self._want(member, self._waiting)

    def _want(self, member: AudienceSocket, where: dict[AudienceSocket, None]) -> None:
        where[member] = None
        self._woken.set()

    async def run(self) -> None:
        """Tell pages, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()
            now_ms = self._clock.wall_ms()
            for page in self._pages.values():
                if page.due_ms is not None and page.due_ms <= now_ms:
                    self._waiting[page.member] = None
            await self._tell_waiting()

    async def _tell_waiting(self) -> None:
        while self._urgent or self._waiting:
            first = self._urgent or self._waiting
            member = next(iter(first))
            del first[member]
            if (page := self._pages.get(member)) is None:
                continue
            page.due_ms = None
            try:
                await self._tell(page)
                self._failed = False
            except Exception as error:  # the database may be away for a moment: they see what they saw
                page.due_ms = self._clock.wall_ms() + RETRY_MS
                if not self._failed:  # once, not for each page
                    log.error("pages could not be told of their rules: %s", faults.place_of(error))
                self._failed = True

    async def _tell(self, page: _Page) -> None:
        message: dict[str, Any] = dict(NOTHING)
        if self._has_rules:
            message = await self._decided(page)
        words = msgspec.json.encode(_without_names(message))
        if words != page.said and not (page.said is None and message == NOTHING):
            page.said = words
            page.member.put(msgspec.json.encode(message))

    async def _decided(self, page: _Page) -> dict[str, Any]:
        now_ms, member, live = self._clock.wall_ms(), page.member, page.live
        watching = Watching(show=live.show.id, seconds=(now_ms - page.since_ms) // 1000, pins=page.pins)
        asking = Asking(visitor=member.id, slots=(PIN, MESSAGE), live=live, watching=watching)
        pins, line = await self._decisions.for_show(asking)
        page.due_ms = min(
            *(decided.decisions[PIN].until_ms for decided in pins.values()), line.decisions[MESSAGE].until_ms, 2**62
        )
        shown = {
            product: told(decided.decisions[PIN], decided, member.language)
            for product, decided in pins.items()
            if decided.decisions[PIN].action is not None
        }
        decision = line.decisions[MESSAGE]
        message = told(decision, line, member.language) if decision.action is not None else None
        return NOTHING | {"pins": shown, "message": message} | self._held(pins, line)

    @staticmethod
    def _held(pins: Mapping[str, Decided], line: Decided) -> dict[str, Any]:
        """What they would have been shown, were they not held back: the page says when that would have been on the screen."""
        held = {
            product: told(decided.decisions[PIN], decided, "en")["held"]
            for product, decided in pins.items()
            if decided.decisions[PIN].held
        }
        decision = line.decisions[MESSAGE]
        words = told(decision, line, "en")["held"] if decision.held else None
        return {"held": {"pins": held, "message": words}} if held or words else {}


def _without_names(message: dict[str, Any]) -> dict[str, Any]:
    """What makes one telling another: not the names of decisions, nor until when they hold."""

    def bare(one: Any) -> Any:
        if isinstance(one, list):
            return [bare(each) for each in one]
        return one and {name: value for name, value in one.items() if name not in ("decision", "valid_until", "held")}

    def all_bare(said: dict[str, Any]) -> dict[str, Any]:
        return {"pins": {name: bare(one) for name, one in said["pins"].items()}, "message": bare(said["message"])}

    return all_bare(message) | ({"held": all_bare(message["held"])} if "held" in message else {})
