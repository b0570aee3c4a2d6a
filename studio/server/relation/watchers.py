"""Whoever watches a show is shown what rules say for them: another pinned card than others, or a line. They are told before
anything is pinned, so that their card is there as soon as everybody's."""

import asyncio
import logging
from collections.abc import Iterable
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
from studio.server.relation.decisions import Asking, Decisions, told

log = logging.getLogger(__name__)

LOOK_S = 1.0
SLOTS = frozenset({PIN, MESSAGE})


class Watchers:
    """Keeps up with pages of shows; on the server's loop. Nobody is looked at while no rule has anything to show there."""

    def __init__(self, clock: Clock, book: Book, decisions: Decisions) -> None:
        self._clock = clock
        self._book = book
        self._decisions = decisions
        self._pages: dict[AudienceSocket, LiveShow] = {}
        self._since_ms: dict[AudienceSocket, int] = {}
        self._waiting: dict[AudienceSocket, None] = {}
        self._due: dict[AudienceSocket, int] = {}
        self._pins: dict[AudienceSocket, frozenset[str]] = {}
        self._said: dict[AudienceSocket, bytes] = {}
        self._woken = asyncio.Event()

    def register(self, live: LiveShow) -> None:
        """A show is opened."""
        live.pages.entered = lambda member: self._enter(live, member)

    def _enter(self, live: LiveShow, member: AudienceSocket) -> None:
        self._pages[member] = live
        self._since_ms[member] = self._clock.wall_ms()
        self._want(member)

    def changed(self, visitor: str = "") -> None:
        """Somebody did something, or agreed to something else; without a visitor: the rules are others."""
        for member in [one for one in self._pages if not visitor or one.id == visitor]:
            self._want(member)

    def did(self, visitor: str, behaviours: Iterable[Behaviour]) -> None:
        """Somebody did something, perhaps while they watch."""
        mine = [member for member in self._pages if member.id == visitor]
        for member in mine:
            seen = {product for one in behaviours if one.name in (PIN_SEEN, PIN_CLICKED) for product in one.products}
            self._pins[member] = self._pins.get(member, frozenset()) | seen
            self._want(member)

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
            for member in [one for one, at_ms in self._due.items() if at_ms <= now_ms]:
                self._want(member)
            await self._tell_waiting()

    async def _tell_waiting(self) -> None:
        while self._waiting:
            member = next(iter(self._waiting))
            del self._waiting[member]
            live = self._pages.get(member)
            if live is None or member not in live.pages.members:
                self._forget(member)
                continue
            try:
                await self._tell(live, member)
            except Exception as error:  # the database may be away for a moment: they see what everybody sees
                log.error("a page could not be told of its rules: %s", faults.place_of(error))

    def _want(self, member: AudienceSocket) -> None:
        self._waiting[member] = None
        self._due.pop(member, None)
        self._woken.set()

    def _forget(self, member: AudienceSocket) -> None:
        for kept in (self._pages, self._since_ms, self._due, self._pins, self._said):
            kept.pop(member, None)

    async def _tell(self, live: LiveShow, member: AudienceSocket) -> None:
        message: dict[str, Any] = {"t": "slots", "pins": {}, "message": None}
        if any(rule.slot in SLOTS and rule.on for rule in self._book.rules.values()):
            now_ms = self._clock.wall_ms()
            seconds = (now_ms - self._since_ms[member]) // 1000
            watching = Watching(show=live.show.id, seconds=seconds, pins=self._pins.get(member, frozenset()))
            pins, line = await self._decisions.for_show(
                Asking(visitor=member.id, slots=(PIN, MESSAGE), live=live, watching=watching)
            )
            language = member.language
            message["pins"] = {
                product: told(decided.decisions[PIN], decided, language)
                for product, decided in pins.items()
                if decided.decisions[PIN].action is not None
            }
            if line.decisions[MESSAGE].action is not None:
                message["message"] = told(line.decisions[MESSAGE], line, language)
            decisions = [decided.decisions[PIN] for decided in pins.values()] + [line.decisions[MESSAGE]]
            self._due[member] = min(decision.until_ms for decision in decisions)
        words = msgspec.json.encode(_without_names(message))
        if words != self._said.get(member, NOTHING):
            self._said[member] = words
            member.put(msgspec.json.encode(message))


def _without_names(message: dict[str, Any]) -> dict[str, Any]:
    """What makes one telling another: not the names of decisions, nor until when they hold."""

    def bare(told_: dict[str, Any] | None) -> dict[str, Any] | None:
        return told_ and {name: value for name, value in told_.items() if name not in ("decision", "valid_until")}

    return {"t": "slots", "pins": {name: bare(one) for name, one in message["pins"].items()}, "message": bare(message["message"])}


NOTHING = msgspec.json.encode({"t": "slots", "pins": {}, "message": None})
