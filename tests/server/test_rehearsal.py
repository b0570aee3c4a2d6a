"""A rehearsal: everything works, and the public sees nothing of it."""

import aiohttp
import pytest

from studio.commands.show import ShowRehearse, ShowStart
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from tests.fakes import until
from tests.server.conftest import MakeViewer
from tests.server.fakes import Desktop, Programme, PushedClock, page


@pytest.fixture
async def rehearsing(desktop: Desktop, programme: Programme) -> Desktop:
    """A desktop that sends its programme to a rehearsal."""
    await desktop.do(ShowRehearse())
    await desktop.on_air(programme)
    return desktop


async def test_to_the_public_it_looks_like_a_draft(rehearsing: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{server.url}/api/shows/demo") as response:
        show = await response.json()
    assert (show["state"], show["on_air"], show["media_ms"]) == ("draft", False, 0)
    async with http.get(f"{server.url}/") as response:
        assert "Coming up" in await response.text()
    async with http.get(f"{server.url}/shows/demo") as response:
        assert "rehearsal" not in await response.text()


async def test_a_page_hears_nothing_of_it(
    desktop: Desktop, programme: Programme, room: LiveShow, hands: PushedClock, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async with page(http, server) as visitor:
        await desktop.do(ShowRehearse())
        await desktop.on_air(programme)
        await desktop.pause()
        hands.push(2)
        await desktop.event("stream.lost")
        await desktop.do(ShowRehearse(on=False))
        await desktop.event("rehearsal.ended")
        await visitor.send(t="ping", at=1)
        await visitor.next("pong")
        assert visitor.seqs == []
        assert "rehears" not in str(visitor.inbox.all)
        assert not any(message.get("on_air") for message in visitor.inbox.all)


async def test_nor_does_a_page_that_comes_back(rehearsing: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with page(http, server, seq=1) as visitor:
        await visitor.next("clock", on_air=False)
        welcome = await visitor.next("welcome")
        assert (welcome["show"]["state"], welcome["show"]["on_air"]) == ("draft", False)
        assert visitor.seqs == []


async def test_the_public_player_is_told_to_come_back_later(
    rehearsing: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    headers = {"Content-Type": "application/sdp"}
    async with http.post(f"{server.url}/shows/demo/whep", data=await make_viewer().offer(), headers=headers) as response:
        assert response.status == 409
        assert int(response.headers["Retry-After"]) > 0


async def test_who_has_the_key_sees_it(
    rehearsing: Desktop, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    async with page(http, server, key=room.key) as visitor:
        welcome = await visitor.next("welcome")
        assert (welcome["show"]["state"], welcome["show"]["on_air"]) == ("rehearsal", True)
        await visitor.next("clock", on_air=True)
    viewer = make_viewer()
    await viewer.join(key=room.key)
    await until(lambda: viewer.pictures)


async def test_when_the_show_begins_the_public_sees_it_and_time_starts_at_nought(
    rehearsing: Desktop, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer
) -> None:
    await until(lambda: rehearsing.stream_ms > 200)
    async with page(http, server) as visitor:
        await rehearsing.confirmed(ShowStart())
        assert (await visitor.event("show.started"))["media_ms"] == 0
        clock = await visitor.next("clock", on_air=True)
        assert clock["media_ms"] < 200
    viewer = make_viewer()
    await viewer.join()
    await until(lambda: viewer.pictures)
    assert room.show.media_ms < rehearsing.stream_ms


async def test_leaving_it_makes_the_show_a_draft_again(rehearsing: Desktop, room: LiveShow, make_viewer: MakeViewer) -> None:
    viewer = make_viewer()
    await viewer.join(key=room.key)
    await rehearsing.do(ShowRehearse(on=False))
    assert room.show.state == "draft"
    await rehearsing.do(ShowRehearse(on=False))
    await rehearsing.event("rehearsal.ended")
    events = [m.event["data"]["type"] for m in rehearsing.inbox.all if hasattr(m, "event")]
    assert events.count("rehearsal.ended") == 1


async def test_the_studio_hears_of_it(rehearsing: Desktop) -> None:
    await rehearsing.event("rehearsal.started")
    await rehearsing.show_where(lambda show: show["state"] == "rehearsal")
