"""A list of their own for everybody who agreed to one, made on Monday mornings; and what is popular for all others."""

import asyncio
import logging
import os
from collections.abc import Collection
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import i18n
from studio.clock import Clock
from studio.i18n import N_
from studio.relation.days import DAY_MS, Zone
from studio.relation.names import WEIGHTS
from studio.relation.reason import Reason
from studio.relation.recommend import DEMAND_MS, LIST, WINDOW_MS, Deed, Model, Pick, Product, pick
from studio.server import faults
from studio.server.db import behaviours, catalogue, profiles, rules, weekly
from studio.server.db.decision_rows import NEVER_DAY
from studio.server.db.engine import writing
from studio.server.relation.book import Book
from studio.server.relation.decisions import card
from studio.server.relation.people import Known, People
from studio.server.shop.visits import Visits

log = logging.getLogger(__name__)

HOUR, WEEKDAY = 5, 0
"""Not between two and three: that hour is missing, or double, when the clock jumps."""
AT_ONCE, NICE = 500, 10
LOOK_S, RETRY_S = 60.0, 300.0
POPULAR_MS = 10 * 60_000
"""What is popular is looked up so often."""
Own = dict[str, tuple[float, int]]
_picks = msgspec.json.Decoder(list[Pick])


def make(
    deeds: list[Deed],
    now_ms: int,
    asked: list[tuple[str, Own, set[str]]],
    products: dict[str, Product],
    week: str,
    titles: dict[str, str],
) -> dict[str, bytes]:
    """Lists, in a process of its own: a show must not wait for it."""
    model = Model(deeds, now_ms)
    return {
        profile: msgspec.json.encode(
            pick(
                model, own, products, struck=struck, salt=f"{profile} {week}", titles=lambda product: titles.get(product, product)
            )
        )
        for profile, own, struck in asked
    }


def _give_way() -> None:
    """A show that is on air comes first."""
    if hasattr(os, "nice"):
        os.nice(NICE)


class WeeklyLists:
    """On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, book: Book, people: People, visits: Visits) -> None:
        self._visits = visits
        self._engine = engine
        self._clock = clock
        self._book = book
        self._people = people
        self._popular: tuple[int, list[str]] = (0, [])

    @property
    def _zone(self) -> Zone:
        return self._book.zone

    def _began_ms(self, now_ms: int) -> int:
        """When the list that is shown now was due: on Monday at five."""
        return self._zone.next_weekly_ms(now_ms - 7 * DAY_MS, WEEKDAY, HOUR)

    async def run(self) -> None:
        """Make this week's lists as far as they are not made, until cancelled."""
        while True:
            try:
                more = await self.step()
            except Exception as error:  # the database may be away for a moment
                log.error("weekly lists could not be made: %s", faults.place_of(error))
                await asyncio.sleep(RETRY_S)
                continue
            await asyncio.sleep(0 if more else LOOK_S)

    async def step(self) -> bool:
        """Make the next lists of this week; whether there may be more. It goes on where it was left."""
        now_ms = self._clock.wall_ms()
        began_ms = self._began_ms(now_ms)
        week = self._zone.iso_week(began_ms)
        async with self._engine.connect() as connection:
            missing = await weekly.without(connection, week, began_ms, AT_ONCE)
            if not missing:
                return False
            told = await weekly.deeds(connection, now_ms - WINDOW_MS)
            known = [await self._people.of_row(connection, row) for row in await profiles.rows(connection, missing)]
            asked = [await self._asked(connection, one) for one in known]
            wanted = {product for _, product, _, _ in told}
            stocked = await catalogue.load_stocked(connection, wanted)
        products = {name: Product(one.product.category, one.product.brand) for name, one in stocked.items() if one.sells}
        titles = {name: one.product.title for name, one in stocked.items()}
        deeds = [Deed(profile, product, at_ms, WEIGHTS[name]) for profile, product, at_ms, name in told]
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_give_way) as pool:
            lists = await loop.run_in_executor(pool, make, deeds, now_ms, asked, products, week, titles)
        rows = [{"profile": profile, "week": week, "made_ms": now_ms, "data": data.decode()} for profile, data in lists.items()]
        async with self._visits.people, writing(self._engine).begin() as connection:
            there = {row["id"] for row in await profiles.rows(connection, missing)}
            await weekly.put(connection, [row for row in rows if row["profile"] in there])
        return len(missing) == AT_ONCE

    async def _asked(self, connection: AsyncConnection, known: Known) -> tuple[str, Own, set[str]]:
        """Whose list is made, from what, and without what. Who agreed to no such thing gets an empty one."""
        if not {"analytics", "personalisation"} <= known.agreed:
            return known.profile, {}, set()
        own: Own = {}
        for one in await behaviours.newest(connection, known.visitors, 200):
            if one.name in WEIGHTS and "p" in one.consent:
                for product in one.products:
                    weight, at_ms = own.get(product, (0.0, 0))
                    own[product] = weight + WEIGHTS[one.name], max(at_ms, one.at_ms)
        _, refused = await rules.refusals(connection, known.visitors)
        before = [self._zone.iso_week(self._clock.wall_ms() - weeks * 7 * DAY_MS) for weeks in range(1, 5)]
        shown: dict[str, int] = {}
        for _, data in await weekly.lately(connection, [known.profile], before):
            for one_pick in _picks.decode(data)[:LIST]:
                shown[one_pick.product] = shown.get(one_pick.product, 0) + 1
        tired = {product for product, times in shown.items() if times >= 2}
        return known.profile, own, {*known.facts.bought, *refused, *tired}

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────

    async def for_you(self, visitor: str, language: str, cart: Collection[str] = ()) -> dict[str, Any]:
        """This week's list of somebody, each of it as it can be bought now; for all others what is popular."""
        now_ms = self._clock.wall_ms()
        week = self._zone.iso_week(self._began_ms(now_ms))
        async with self._engine.connect() as connection:
            hand = await self._people.at_hand(connection, visitor, NEVER_DAY)
            known = hand.known if hand is not None else None
            refused: frozenset[str] = frozenset()
            picks: list[Pick] = []
            if hand is not None and {"analytics", "personalisation"} <= hand.known.agreed and hand.known.kind == "person":
                data = await weekly.of(connection, hand.known.profile, week)
                picks = _picks.decode(data) if data else []
                refused = hand.refused
            personal = any(one.seed for one in picks)
            popular = await self._popular_now(connection, now_ms)
            known_to_them = {*known.facts.bought, *known.facts.likings.product.weights} if known and personal else set()
            held = {one.product for one in picks}
            picks += [Pick(product=one, score=0.0, reason=Reason(N_("Popular this month"))) for one in popular if one not in held]
            stocked = await catalogue.load_stocked(connection, [one.product for one in picks])
        struck = {*cart, *refused, *known_to_them}
        shown = [one for one in picks if one.product not in struck and one.product in stocked and stocked[one.product].sells]
        return {
            "week": week,
            "personal": personal,
            "items": [
                card(stocked[one.product], now_ms)
                | {"reason": one.reason.sentence(lambda text: i18n.translate(text, language)), "personal": bool(one.seed)}
                for one in shown[:LIST]
            ],
        }

    async def _popular_now(self, connection: AsyncConnection, now_ms: int) -> list[str]:
        """What most people did something with lately."""
        at_ms, found = self._popular
        if now_ms - at_ms > POPULAR_MS or at_ms > now_ms:
            counts: dict[str, float] = {}
            for _, product, _, name in await weekly.deeds(connection, now_ms - 2 * DEMAND_MS):
                counts[product] = counts.get(product, 0.0) + WEIGHTS[name]
            found = sorted(counts, key=lambda product: (-counts[product], product))[: 3 * LIST]
            self._popular = now_ms, found
        return found
