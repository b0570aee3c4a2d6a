"""A page that was away gets exactly what it missed."""

import asyncio
from collections import deque

import aiohttp
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from studio.commands.show import ShowRename
from studio.events import LeaseTaken, ShowRenamed
from studio.server import audience as audience_module
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import Desktop, page

pytestmark = BOTH_DATABASES


async def happen(server: ShowServer, count: int) -> None:
    """`count` public events and one more, delivered."""
    room = await server.live_shows.get("demo")
    new = [ShowRenamed(title=f"{number}") for number in range(count + 1)]
    seq = (await server.log.append("demo", "test", 0, new))[-1].seq
    await until(lambda: room.feed.delivered == seq)


async def test_a_new_page_gets_the_show_as_it_is_and_no_history(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await happen(server, 9)
    async with page(http, server) as visitor:
        assert (await visitor.next("welcome"))["seq"] == 10
        await visitor.next("clock")
        await happen(server, 0)
        await until(lambda: visitor.seqs)
        assert visitor.seqs == [11]


async def test_a_page_that_comes_back_gets_what_it_missed(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await happen(server, 9)
    async with page(http, server, seq=4) as visitor:
        await visitor.next("clock")
        assert visitor.seqs == [5, 6, 7, 8, 9, 10]
        assert visitor.inbox.all[0]["t"] == "welcome"


@pytest.mark.parametrize("seq", [10, 11, 10**9])
async def test_a_page_that_missed_nothing_gets_nothing(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, seq: int
) -> None:
    await happen(server, 9)
    async with page(http, server, seq=seq) as visitor:
        await visitor.next("clock")
        assert visitor.seqs == []


async def test_more_than_fits_into_a_queue_comes_all_the_same(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await happen(server, 499)
    async with page(http, server, seq=1) as visitor:
        await visitor.next("clock")
        assert visitor.seqs == list(range(2, 501))


async def test_a_page_that_is_too_far_behind_begins_anew(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await happen(server, 520)
    async with page(http, server, seq=1) as visitor:
        await visitor.next("clock")
        welcome = visitor.inbox.all[0]
        assert (welcome["anew"], welcome["seq"], visitor.seqs) == (True, 521, [])


async def test_what_the_memory_no_longer_holds_comes_from_the_database(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, room: LiveShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.feed._tail = deque(maxlen=5)
    await happen(server, 29)
    async with page(http, server, seq=3) as visitor:
        await visitor.next("clock")
        assert visitor.seqs == list(range(4, 31))


async def test_so_does_what_happened_before_the_server_was_restarted(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, start_server: StartServer
) -> None:
    await happen(server, 29)
    await desktop.close()
    await server.close()
    second = await start_server()
    async with page(http, second, seq=7) as visitor:
        await visitor.next("clock")
        assert visitor.seqs == list(range(8, 31))
        await happen(second, 0)
        await until(lambda: visitor.seqs[-1] == 31)


async def test_what_only_the_studio_may_know_is_left_out(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await happen(server, 0)
    await server.log.append("demo", "test", 0, [LeaseTaken(holder="Anna", previous="", epoch=1)] * 3)
    await happen(server, 0)
    async with page(http, server, seq=1) as visitor:
        await visitor.next("clock")
        assert visitor.seqs == [5]
        assert "Anna" not in str(visitor.inbox.all)


@pytest.mark.parametrize("tail", [4, 1000])
async def test_under_load_nothing_is_missing_and_nothing_comes_twice(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, room: LiveShow, monkeypatch: pytest.MonkeyPatch, tail: int
) -> None:
    monkeypatch.setattr(audience_module, "CATCH_UP", 7)
    room.feed._tail = deque(maxlen=tail)
    await happen(server, 20)

    async def talk() -> None:
        for number in range(60):
            await desktop.do(ShowRename(title=f"{number}"))

    async def come_and_go(seq: int) -> None:
        """Reconnect with the last seq, as the page does, and keep everything."""
        seqs: list[int] = []
        while not seqs or seqs[-1] < 81:
            async with page(http, server, seq=seqs[-1] if seqs else seq) as visitor:
                have = len(visitor.seqs)
                await until(lambda: len(visitor.seqs) > have or (visitor.seqs or seqs or [0])[-1] >= 81)  # noqa: B023
            seqs += visitor.seqs
        assert seqs == list(range(seq + 1, 82))

    await asyncio.gather(talk(), *(come_and_go(seq) for seq in (1, 5, 12, 20)))


async def test_while_the_database_is_away_news_waits_and_is_not_lost(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, room: LiveShow, caplog: pytest.LogCaptureFixture
) -> None:
    def away(connection: object) -> None:
        if not connection.get_execution_options().get("writing"):  # type: ignore[attr-defined]
            raise OperationalError("BEGIN", None, Exception("disk I/O error"))

    assert server.tokens.engine is not None
    async with page(http, server) as visitor:
        await visitor.next("clock")
        event.listen(server.tokens.engine.sync_engine, "begin", away)
        await desktop.do(ShowRename(title="Unheard"))
        await until(lambda: "events could not be read" in caplog.text)
        event.remove(server.tokens.engine.sync_engine, "begin", away)
        assert (await visitor.event("show.renamed"))["data"]["title"] == "Unheard"
