"""What people do with a show, from draft to end."""

import asyncio
from typing import Any

import aiohttp
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from studio.commands import Command
from studio.commands.show import ShowEnd, ShowPause, ShowRehearse, ShowRename, ShowResume, ShowStart
from studio.errors import Confirm, Forbidden, InvalidValue, NotFound, StudioError, WrongState
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from tests.fakes import until
from tests.server.conftest import MakeDesktop
from tests.server.fakes import Desktop, PushedClock, page


@pytest.fixture
async def live(desktop: Desktop) -> Desktop:
    """A desktop whose show is live."""
    await desktop.take()
    await desktop.confirmed(ShowStart())
    return desktop


async def types(server: ShowServer) -> list[str]:
    """The show's events, by type, without the lease's and the stream's."""
    logged = await server.log.since("demo", 0)
    kinds = [str(type(item.data).__struct_config__.tag) for item in logged]
    return [kind for kind in kinds if kind.startswith(("show.", "rehearsal."))]


async def test_without_anybody_sending_a_show_cannot_start(desktop: Desktop, room: LiveShow) -> None:
    with pytest.raises(WrongState, match="start the stream first"):
        await desktop.confirmed(ShowStart())
    assert room.show.state == "draft"


def state_of(room: LiveShow) -> str:
    """The state now. A plain word: of a literal, mypy believes that it still is what it was compared with last."""
    return room.show.state


async def test_starting_asks_for_a_code_and_takes_no_other(desktop: Desktop, room: LiveShow) -> None:
    await desktop.take()
    with pytest.raises(Confirm) as caught:
        await desktop.do(ShowStart())
    code = caught.value.confirm
    assert len(code) == 6
    with pytest.raises(Confirm):
        await desktop.do(ShowStart(confirm="wrong!"))
    assert state_of(room) == "draft"
    await desktop.do(ShowStart(confirm=code))
    assert state_of(room) == "live"


async def test_the_code_of_starting_does_not_end_it(live: Desktop, room: LiveShow) -> None:
    with pytest.raises(Confirm) as caught:
        await live.do(ShowEnd())
    with pytest.raises(WrongState):
        await live.do(ShowStart(confirm=caught.value.confirm))
    assert room.show.state == "live"


async def test_a_show_goes_from_draft_to_end(desktop: Desktop, server: ShowServer, room: LiveShow) -> None:
    await desktop.take()
    await desktop.confirmed(ShowStart())
    assert room.show.live_since_ms is not None
    await desktop.do(ShowPause())
    assert state_of(room) == "paused"
    await desktop.do(ShowResume())
    assert state_of(room) == "live"
    await desktop.confirmed(ShowEnd())
    assert state_of(room) == "ended"
    assert room.show.ended_at_ms is not None
    assert await types(server) == ["show.started", "show.paused", "show.resumed", "show.ended"]


async def test_a_paused_show_can_be_started_too_and_keeps_its_beginning(live: Desktop, room: LiveShow) -> None:
    began = room.show.live_since_ms
    await live.do(ShowPause())
    await live.confirmed(ShowStart())
    assert (room.show.state, room.show.live_since_ms) == ("live", began)


async def test_a_show_is_paused_and_ended_by_people_only(live: Desktop, room: LiveShow, hands: PushedClock) -> None:
    await live.close()
    hands.push(60)
    assert room.show.state == "live"


PATHS: dict[str, list[Command]] = {
    "draft": [],
    "rehearsal": [ShowRehearse()],
    "live": [ShowStart()],
    "paused": [ShowStart(), ShowPause()],
    "ended": [ShowStart(), ShowEnd()],
}
POSSIBLE = {
    "show.start": {"draft", "rehearsal", "paused"},
    "show.pause": {"live"},
    "show.resume": {"paused"},
    "show.end": {"live", "paused"},
    "show.rehearse": {"draft", "rehearsal"},
    "show.rename": set(PATHS),
}


@pytest.mark.parametrize("state", PATHS)
async def test_each_command_is_possible_in_its_states_only(desktop: Desktop, room: LiveShow, state: str) -> None:
    await desktop.take()
    for step in PATHS[state]:
        await (desktop.confirmed(step) if hasattr(step, "confirm") else desktop.do(step))
    assert room.show.state == state
    for name, states in POSSIBLE.items():
        if state not in states:
            args: dict[str, Any] = {"title": "x"} if name == "show.rename" else {}
            with pytest.raises(WrongState, match=f"{name} is not possible while the show is {state}"):
                await desktop.connection.request(name, args)
            assert room.show.state == state


async def test_everybody_learns_the_new_title(
    live: Desktop, server: ShowServer, room: LiveShow, http: aiohttp.ClientSession
) -> None:
    async with page(http, server) as visitor:
        await live.do(ShowRename(title="Nye farver"))
        assert (await visitor.event("show.renamed"))["data"]["title"] == "Nye farver"
    assert (await live.show_where(lambda show: show["title"] == "Nye farver"))["id"] == "demo"
    async with page(http, server) as late:
        assert (await late.next("welcome"))["show"]["title"] == "Nye farver"


@pytest.mark.parametrize("title", ["", "x" * 201])
async def test_a_title_has_a_length(desktop: Desktop, title: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        await desktop.connection.request("show.rename", {"title": title})
    assert caught.value.field == "title"


async def test_a_supporter_does_not_drive_the_show(live: Desktop, make_desktop: MakeDesktop, room: LiveShow) -> None:
    supporter = await make_desktop(client="sune", token="the-supporter's-token").connect()
    for name in ("show.pause", "show.end", "show.rename"):
        with pytest.raises(Forbidden, match=f"support may not use {name}"):
            await supporter.connection.request(name, {"title": "x"} if name == "show.rename" else {})
    with pytest.raises(Forbidden):
        await supporter.connection.request("show.create", {"id": "mine", "title": "x"})
    assert room.show.state == "live"


async def test_a_command_about_no_show_says_so(make_desktop: MakeDesktop) -> None:
    with pytest.raises(NotFound, match="No show is open"):
        await (await make_desktop(show="").connect()).do(ShowPause())


async def test_the_event_says_who_did_it(live: Desktop, make_desktop: MakeDesktop) -> None:
    producer = await make_desktop(client="producer", engine=False).connect()
    await producer.do(ShowPause())
    assert (await live.event("show.paused"))["actor"] == "producer"


async def test_the_shows_state_comes_at_most_ten_times_a_second(live: Desktop, room: LiveShow) -> None:
    live.inbox.forget()
    for number in range(30):
        await live.do(ShowRename(title=f"{number}"))
    await live.show_where(lambda show: show["title"] == "29")
    assert sum(getattr(message, "branch", "") == "show" for message in live.inbox.all) < 25


async def test_two_commands_at_once_run_one_after_the_other(live: Desktop, server: ShowServer) -> None:
    answers = await asyncio.gather(*(live.do(ShowPause()) for _ in range(5)), return_exceptions=True)
    assert [answer for answer in answers if answer is None] == [None]
    assert sum(isinstance(answer, WrongState) for answer in answers) == 4
    assert await types(server) == ["show.started", "show.paused"]


async def test_a_show_whose_start_cannot_be_stored_has_not_started(desktop: Desktop, server: ShowServer, room: LiveShow) -> None:
    def disk_full(connection: object) -> None:
        raise OperationalError("COMMIT", None, Exception("disk is full"))

    await desktop.take()
    desktop.stream_ms = 4000
    await desktop.sound()
    await until(lambda: room.show.on_air)
    assert server.tokens.engine is not None
    event.listen(server.tokens.engine.sync_engine, "commit", disk_full)
    with pytest.raises(StudioError, match="The server failed"):
        await desktop.confirmed(ShowStart())
    event.remove(server.tokens.engine.sync_engine, "commit", disk_full)
    assert (room.show.state, room.stream.clock.origin_ms, room.show.media_ms) == ("draft", None, 0)
    await desktop.confirmed(ShowStart())
    assert room.show.state == "live"


async def test_a_desktop_learns_where_on_the_stream_clock_its_show_went_live(desktop: Desktop, room: LiveShow) -> None:
    assert room.show.origin_ms is None
    await desktop.take()
    desktop.stream_ms = 4000
    await desktop.sound()
    await until(lambda: room.show.on_air)
    await desktop.confirmed(ShowStart())
    told = await desktop.show_where(lambda show: show["state"] == "live")
    assert told["origin_ms"] == room.stream.clock.origin_ms == room.show.origin_ms
    assert told["origin_ms"] >= 4000
