"""The simulated audience: only in a rehearsal, and gone with it."""

import asyncio
import random
from collections.abc import Sequence

import msgspec

from studio.rehearsal.audience import FULL, SimulatedAudience
from studio.show.chat import ChatLine
from studio.spine import Store
from studio.state import Show, State
from tests.fakes import ManualClock, until


def test_they_come_write_and_stay_within_bounds() -> None:
    said: list[ChatLine] = []
    store = Store(State(show=Show(id="x", state="rehearsal")))

    def say(lines: Sequence[ChatLine]) -> None:
        said.extend(lines)

    audience = SimulatedAudience(store, ManualClock(), say, chance=random.Random(1))
    for _n in range(200):
        audience.act()
    assert len(said) == 200
    assert len({line.id for line in said}) == 200
    assert all(line.simulated for line in said)
    assert any(line.question for line in said)
    assert not all(line.question for line in said)
    assert 0.8 * FULL < store.state.rehearsal.viewers < 1.2 * FULL


async def test_only_a_rehearsal_has_them(monkeypatch: object) -> None:
    said: list[ChatLine] = []
    store = Store(State(show=Show(id="x", state="live")))
    audience = SimulatedAudience(store, ManualClock(), said.extend, lines_a_second=1000)
    audience.act()
    assert (said, store.state.rehearsal.viewers) == ([], 0)
    store.update(show=Show(id="x", state="rehearsal"))
    task = asyncio.create_task(audience.run())
    await until(lambda: len(said) > 3)
    store.update(show=msgspec.structs.replace(store.state.show, state="live"))
    await until(lambda: store.state.rehearsal.viewers == 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
