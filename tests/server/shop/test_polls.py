"""Polls: one at a time, a vote each."""

import asyncio
from typing import Any

import aiohttp
import pytest

from studio.commands.chat import PollClear, PollClose, PollOpen
from studio.errors import InvalidValue, WrongState
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from studio.show.poll import shares
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import Desktop, Page, page

ASK = PollOpen(question="Hvilken duft?", answers=("Rose", "Lavendel"))


@BOTH_DATABASES
async def test_a_vote_counts_once_and_can_be_moved(
    shop: Desktop, visitor: Page, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await shop.do(ASK)
    assert (await visitor.next("poll"))["poll"]["answers"] == ["Rose", "Lavendel"]
    async with page(http, server, show="shop") as other:
        for answer in (0, 0, 1):
            assert (await visitor.ask(t="vote", answer=answer))["ok"]
        await other.ask(t="vote", answer=1)
    assert room.polls.poll is not None
    assert room.polls.poll.votes == (0, 2)
    await visitor.inbox.find(lambda m: m["t"] == "poll" and m["poll"]["votes"] == [0, 2])
    await shop.do(PollClose())
    assert (await visitor.ask(t="vote", answer=0))["refused"] == "closed"
    assert (await visitor.event("poll.closed"))["data"]["votes"] == [0, 2]
    await shop.do(PollClear())
    await visitor.inbox.find(lambda m: m["t"] == "poll" and m["poll"] is None)


async def test_a_new_poll_closes_the_one_before(shop: Desktop, visitor: Page, room: LiveShow) -> None:
    first = await shop.do(ASK)
    await visitor.ask(t="vote", answer=1)
    await shop.do(PollOpen(question="Og nu?", answers=("A", "B", "C")))
    assert (await visitor.event("poll.closed"))["data"]["poll"] == first
    assert room.polls.poll is not None
    assert room.polls.poll.votes == (0, 0, 0)


async def test_a_vote_that_waited_does_not_count_in_the_next_poll(shop: Desktop, visitor: Page, room: LiveShow) -> None:
    await shop.do(ASK)
    append = room.append
    waiting, go = asyncio.Event(), asyncio.Event()

    async def slowly(actor: str, new: Any, change: Any = None) -> Any:
        if not new:
            waiting.set()
            await go.wait()
        return await append(actor, new, change)

    room.append = slowly  # type: ignore[method-assign]
    vote = asyncio.create_task(visitor.ask(t="vote", answer=1))
    await waiting.wait()
    await shop.do(PollOpen(question="Og nu?", answers=("A", "B")))
    go.set()
    assert (await vote)["refused"] == "closed"
    assert room.polls.poll is not None
    assert (room.polls.poll.question, room.polls.poll.votes) == ("Og nu?", (0, 0))
    assert (await visitor.ask(t="vote", answer=1))["ok"]
    assert room.polls.poll.votes == (0, 1)


async def test_a_poll_survives_a_restart(shop: Desktop, visitor: Page, server: ShowServer, start_server: StartServer) -> None:
    await shop.do(ASK)
    await visitor.ask(t="vote", answer=1)
    await shop.close()
    await visitor.close()
    await server.close()
    room = await (await start_server()).live_shows.get("shop")
    await until(lambda: room.polls.poll is not None)
    assert room.polls.poll is not None
    assert (room.polls.poll.question, room.polls.poll.votes) == ("Hvilken duft?", (0, 1))


@pytest.mark.parametrize("answers", [("Ja", "ja"), ("\u200b", "b")])
async def test_a_poll_that_makes_no_sense_is_refused(shop: Desktop, answers: tuple[str, ...]) -> None:
    with pytest.raises(InvalidValue):
        await shop.do(PollOpen(question="?", answers=answers))
    with pytest.raises(WrongState):
        await shop.do(PollClose())


@pytest.mark.parametrize(
    ("votes", "parts"), [((0, 0), (0, 0)), ((1, 2), (33, 67)), ((1, 1, 1), (34, 33, 33)), ((12, 31, 7), (24, 62, 14))]
)
def test_shares_add_up_to_a_hundred(votes: tuple[int, ...], parts: tuple[int, ...]) -> None:
    assert shares(votes) == parts
