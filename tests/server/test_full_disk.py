"""The disk is full: people are told, nothing is half written, and when there is room again everything goes on."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text

from studio.commands.show import ShowRename, ShowStart
from studio.errors import StudioError
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from tests.server.fakes import Desktop, Programme


@pytest.fixture
async def fill(server: ShowServer) -> Callable[..., Any]:
    """SQLite's own limit of pages gives the very error of a full disk; `room=True` lifts it."""
    engine = server.tokens.engine
    assert engine is not None
    limit = {"pages": 1_000_000}

    def taken(connection: Any, record: object, proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit['pages']}")

    event.listen(engine.sync_engine, "checkout", taken)

    async def set_room(*, room: bool) -> None:
        async with engine.connect() as connection:
            used = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        limit["pages"] = 1_000_000 if room else used

    return set_room


async def test_a_full_disk_is_told_and_costs_nothing_that_was_there(
    desktop: Desktop, programme: Programme, room: LiveShow, fill: Callable[..., Any]
) -> None:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    await fill(room=False)
    told: StudioError | None = None
    for number in range(200):
        try:
            await desktop.do(ShowRename(title=f"{number} " + "x" * 150))
        except StudioError as error:
            told = error
            break
    assert told is not None
    assert "no room on the server's disk" in str(told)
    stored, shown = await room.feed.since(0, 1000), room.show.title
    renamed = [item for item in stored if item.data.__class__.__name__ == "ShowRenamed"]
    assert len(renamed) == number
    assert shown == (f"{number - 1} " + "x" * 150 if number else "Autumn <colours>"), "what was refused is not shown either"
    assert room.show.on_air, "the picture needs no disk"
    await fill(room=True)
    await desktop.do(ShowRename(title="LiveShow again"))
    stored = await room.feed.since(0, 1000)
    assert [item.seq for item in stored] == list(range(1, len(stored) + 1))
    assert room.show.title == "LiveShow again"
