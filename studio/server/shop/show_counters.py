"""What is counted in a running show: who is there, what they look at, put into carts and buy. Counts, not people."""

import secrets
from collections import Counter, defaultdict

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.server.db import numbers as rows
from studio.server.db.numbers import Count
from studio.server.db.personal import unique_digest
from studio.server.shop.show_context import ShowContext
from studio.state.shop import Numbers, Sale

STORE_EVERY_S = 5
NAMES = {"reaction": "reactions", "view": "views", "cart": "carted", "checkout": "checkouts", "watched": "watched_s"}
"""What is counted, and where it stands in `Numbers`."""


class Bought(Struct, frozen=True, kw_only=True):
    """What an order adds to the numbers."""

    value_minor: int
    currency: str
    verified: bool = True


class ShowCounters:
    """Counts of one show, in memory at once and in the database within seconds; on the server's loop."""

    def __init__(self, stage: ShowContext, engine: AsyncEngine) -> None:
        self._stage = stage
        self._engine = engine
        self._totals: Counter[str] = Counter()
        self._pending: Counter[Count] = Counter()
        self._uniques: set[str] = set()
        self._new_uniques: set[str] = set()
        self._sales: defaultdict[str, Counter[bool]] = defaultdict(Counter)
        self._orders: defaultdict[str, Counter[bool]] = defaultdict(Counter)
        """By currency, what was sold and how often; `True` is what the shop itself said."""
        self._viewers = self._peak = 0
        self._viewers_at_s = -1
        self._seconds = 0

    async def load(self) -> None:
        """Read what was counted before."""
        show = self._stage.show.id
        async with self._engine.connect() as connection:
            for row in await rows.tallies(connection, show):
                if row["name"] == "viewers":
                    self._peak = max(self._peak, row["count"])
                else:
                    self._totals[row["name"]] += row["count"]
            self._uniques = await rows.uniques(connection, show)
            for order in await rows.orders(connection, show):
                self.bought(Bought(value_minor=order["value_minor"], currency=order["currency"], verified=order["verified"]))

    def count(self, name: str, product: str = "", *, part: str = "live", media_ms: int | None = None, times: int = 1) -> None:
        """Something happened, now or at `media_ms` of the show clock. What happens in a rehearsal does not count."""
        if self._stage.show.state == "rehearsal":
            return
        at_ms = self._stage.media_ms if media_ms is None else min(media_ms, self._stage.media_ms)
        self._totals[name] += times
        self._pending[max(0, at_ms) // 1000, name, product, part] += times

    def came(self, who: str) -> None:
        """Somebody is there; `who` says nothing but whether it is the same one."""
        digest = unique_digest(self._stage.show.id, who)
        if digest not in self._uniques:
            self._uniques.add(digest)
            self._new_uniques.add(digest)

    def forget(self, visitor: str) -> None:
        """Somebody was forgotten: they count, but nobody can tell that it was them."""
        digest = unique_digest(self._stage.show.id, visitor)
        if digest in self._uniques:
            self._uniques.discard(digest)
            self._uniques.add(secrets.token_hex(22))
        if digest in self._new_uniques:
            self._new_uniques.discard(digest)
            self._new_uniques.add(secrets.token_hex(22))

    def bought(self, order: Bought, times: int = 1) -> None:
        """Something was sold; `times` -1: it was not, as the shop says now."""
        self._sales[order.currency][order.verified] += times * order.value_minor
        self._orders[order.currency][order.verified] += times

    def second(self, viewers: int) -> bool:
        """A second has passed; whether it is time to store."""
        self._viewers = viewers
        self._peak = max(self._peak, viewers)
        self._seconds += 1
        show = self._stage.show
        if viewers and show.state == "live":
            self.count("watched", times=viewers)
        if self._seconds % STORE_EVERY_S:
            return False
        at_s = max(0, self._stage.media_ms) // 1000
        if show.state == "live" and at_s != self._viewers_at_s:  # the show clock stands still while there is no stream
            self._viewers_at_s = at_s
            self._pending[at_s, "viewers", "", "live"] = viewers
        return bool(self._pending or self._new_uniques)

    async def store(self) -> None:
        """Write down what is new."""
        pending, self._pending = self._pending, Counter()
        new, self._new_uniques = self._new_uniques, set()
        if not pending and not new:
            return

        async def change(connection: AsyncConnection) -> None:
            await rows.add(connection, self._stage.show.id, pending)
            await rows.add_uniques(connection, self._stage.show.id, new)

        try:
            await self._stage.append("", [], change)
        except Exception:  # the database is away: it is counted again the next time
            self._pending.update(pending)
            self._new_uniques |= new
            raise

    def numbers(self, lines: int) -> Numbers:
        """Current totals, as studios get them."""
        totals = {field: self._totals[name] for name, field in NAMES.items()}
        sales = (
            Sale(
                currency=currency,
                value_minor=value[True],
                orders=self._orders[currency][True],
                unconfirmed_minor=value[False],
                unconfirmed=self._orders[currency][False],
            )
            for currency, value in sorted(self._sales.items())
            if any(self._orders[currency].values())
        )
        return Numbers(
            viewers=self._viewers, peak=self._peak, unique=len(self._uniques), lines=lines, sales=tuple(sales), **totals
        )
