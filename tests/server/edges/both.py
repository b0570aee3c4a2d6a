"""A server twice, on SQLite and on PostgreSQL: whatever is asked of one is asked of the other."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from studio.server.app import ShowServer
from studio.show.opening_hours import OpeningHours, Span
from studio.show.shelf import Product
from tests.server.strangers import Answer, Asked, ask, look

OIL = Product(id="oil", title="Ansigtsolie", price_minor=24_900)
ALWAYS = OpeningHours(week=((Span(0, 1440),),) * 7)
SECRET = "the-shop's-secret"
EXPENSIVE = {"/studio/import": 6}
"""Each starts a process: so many of each kind of nastiness are enough."""
LINKS: dict[str, str] = {}
"""The token of a guest's link, by server."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


class Pair(NamedTuple):
    """The same server twice: on SQLite and on PostgreSQL."""

    sqlite: ShowServer
    postgresql: ShowServer

    async def both(self, do: Callable[[ShowServer], Awaitable[Any]]) -> tuple[Any, Any]:
        """The same at both."""
        one, other = await asyncio.gather(do(self.sqlite), do(self.postgresql))
        return one, other


async def same(pair: Pair, asked: list[Asked]) -> None:
    """Ask both all of it, in this order: every answer is in order, and the same on both databases."""

    async def all_of(server: ShowServer) -> list[Answer]:
        answers = []
        for one in asked:
            answers.append(await ask(server, one))
            look(one, answers[-1])
        return answers

    answers = await pair.both(all_of)
    for one, sqlite, postgresql in zip(asked, *answers, strict=True):
        assert sqlite.status == postgresql.status, f"{one}: SQLite {sqlite.status}, PostgreSQL {postgresql.status}"
