"""Guests' links: who may come in, what reaches whom, and what happens when pages, desktops and servers go away."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from studio import wire
from studio.commands.guest import GuestInvite, GuestLink, GuestRemove
from studio.commands.show import ShowCreate
from studio.errors import NotFound, Overloaded, StudioError
from studio.server.app import ShowServer
from studio.server.guests import sockets as guest_sockets
from studio.show.guest import GUESTS_MAX
from tests.fakes import until
from tests.server.calls.conftest import MovedClock
from tests.server.conftest import BOTH_DATABASES, MakeDesktop, StartServer
from tests.server.fakes import Desktop, Page


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def server(start_server: StartServer, clock: MovedClock) -> ShowServer:
    return await start_server(clock)


@pytest.fixture
async def desktop(make_desktop: MakeDesktop) -> Desktop:
    desktop = await make_desktop(show="evening").connect()
    await desktop.do(ShowCreate(id="evening", title="Aften", brand="Sandø"))
    return desktop


async def invited(desktop: Desktop, name: str = "Mette") -> str:
    """The token of a new link."""
    link = str(await desktop.do(GuestInvite(name=name)))
    return link.partition("#")[2]


@contextlib.asynccontextmanager
async def guest(http: aiohttp.ClientSession, server: ShowServer, token: str, name: str = "") -> AsyncIterator[Page]:
    """A guest's page that has said hello."""
    page = Page(await http.ws_connect(f"{server.url}/guests/ws"))
    try:
        await page.send(t="hello", token=token, name=name)
        yield page
    finally:
        await page.close()


async def told(desktop: Desktop, fits: Any) -> Any:
    return await desktop.branch("guests", fits)


@BOTH_DATABASES
async def test_a_guest_comes_goes_and_comes_back_after_a_restart(
    start_server: StartServer, server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop, make_desktop: MakeDesktop
) -> None:
    token = await invited(desktop)
    (known,) = await told(desktop, lambda guests: guests)
    assert (known["name"], known["status"]) == ("Mette", "away")
    async with guest(http, server, token, name="Mette Holm") as page:
        welcome = await page.next("welcome")
        assert (welcome["title"], welcome["brand"], welcome["name"], welcome["desktop"]) == ("Aften", "Sandø", "Mette Holm", True)
        await told(desktop, lambda guests: guests and (guests[0]["status"], guests[0]["name"]) == ("here", "Mette Holm"))
        desktop.inbox.forget()
    await told(desktop, lambda guests: guests[0]["status"] == "away")
    assert await desktop.do(GuestLink(guest=known["id"])) == f"{server.url}/guest#{token}"
    second = await start_server()
    async with guest(http, second, token) as page:
        assert (await page.next("welcome"))["name"] == "Mette Holm"
        assert not page.inbox.all[0]["desktop"]


async def test_signals_go_between_a_guest_and_the_desktop_of_their_show(
    server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop, make_desktop: MakeDesktop
) -> None:
    other = await make_desktop(client="desk-2", show="other").connect()
    await other.do(ShowCreate(id="other", title="Other"))
    token = await invited(desktop)
    async with guest(http, server, token) as page:
        name = (await page.next("welcome"))["guest"]
        ice = await desktop.told(wire.Signal)
        assert (ice.call, ice.peer, ice.data["type"]) == (f"guest:{name}", name, "ice")
        await page.send(t="signal", data={"type": "offer", "leg": 1, "sdp": "v=0"})
        heard = await desktop.inbox.find(lambda m: isinstance(m, wire.Signal) and m.data["type"] == "offer")
        assert heard.peer == name
        await other.connection.send(wire.Signal(call=f"guest:{name}", peer=name, data={"type": "answer", "of": "a stranger"}))
        await desktop.connection.send(wire.Signal(call=f"guest:{name}", peer=name, data={"type": "answer", "of": "ours"}))
        assert (await page.next("signal"))["data"]["of"] == "ours"
        assert not any(isinstance(m, wire.Signal) for m in other.inbox.all)


async def test_a_desktop_that_comes_learns_who_is_there(
    server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop, make_desktop: MakeDesktop
) -> None:
    token = await invited(desktop)
    async with guest(http, server, token) as page:
        await page.next("welcome")
        await desktop.close()
        await page.next("desktop", here=False)
        again = await make_desktop(client="desk-9", show="evening").connect()
        await page.next("desktop", here=True)
        assert (await again.told(wire.Signal)).data["type"] == "ice"
        assert again.welcome.state["guests"][0]["status"] == "here"


async def test_another_page_takes_the_place(server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop) -> None:
    token = await invited(desktop)
    async with guest(http, server, token) as first, guest(http, server, token) as second:
        assert await first.inbox.end() == 4001
        await second.next("welcome")
        await until(lambda: server.guests.guests.of("evening")[0].status == "here")


async def test_who_is_sent_away_cannot_come_back(server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop) -> None:
    token = await invited(desktop)
    async with guest(http, server, token) as page:
        name = (await page.next("welcome"))["guest"]
        await desktop.do(GuestRemove(guest=name))
        assert await page.inbox.end() == 4003
    async with guest(http, server, token) as page:
        assert (await page.next("refused"))["why"] == "unknown"
        assert await page.inbox.end() == 1008
    with pytest.raises(NotFound):
        await desktop.do(GuestLink(guest=name))


async def test_who_is_in_when_their_time_is_up_may_stay_and_can_be_sent_away(
    server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop, clock: MovedClock
) -> None:
    token = await invited(desktop)
    async with guest(http, server, token) as page:
        name = (await page.next("welcome"))["guest"]
        await until(lambda: server.guests.guests.of("evening")[0].status == "here")
        clock.later_ms += 25 * 3_600_000
        await invited(desktop, "Another")
        assert [one.name for one in server.guests.guests.of("evening")] == ["Mette", "Another"]
        await desktop.do(GuestRemove(guest=name))
        assert await page.inbox.end() == 4003


async def test_a_page_does_not_say_how_it_is_reached(server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop) -> None:
    async with guest(http, server, await invited(desktop)) as page:
        await page.next("welcome")
        await desktop.told(wire.Signal)
        await page.send(t="signal", data={"type": "ice", "servers": 1})
        await page.send(t="signal", data={"type": "offer", "leg": 1, "sdp": "v=0"})
        await desktop.inbox.find(lambda m: isinstance(m, wire.Signal) and m.data["type"] == "offer")
        assert [m.data["servers"] for m in desktop.inbox.all if isinstance(m, wire.Signal) and m.data["type"] == "ice"] == [[]]


async def test_a_link_ends(server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop, clock: MovedClock) -> None:
    token = await invited(desktop)
    clock.later_ms += 25 * 3_600_000
    async with guest(http, server, token) as page:
        assert (await page.next("refused"))["why"] == "unknown"


@pytest.mark.parametrize("wrong", ["", "x", "00000000.", "00000000.AAAA", "." * 64])
async def test_a_token_that_was_not_given_opens_nothing(
    server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop, wrong: str
) -> None:
    await invited(desktop)
    async with guest(http, server, wrong) as page:
        assert await page.inbox.end() == 1008


async def test_a_show_has_so_many_guests_and_no_more(server: ShowServer, desktop: Desktop) -> None:
    for _ in range(GUESTS_MAX):
        await invited(desktop)
    with pytest.raises(Overloaded):
        await invited(desktop)


async def test_support_staff_may_not_invite(server: ShowServer, desktop: Desktop, make_desktop: MakeDesktop) -> None:
    supporter = await make_desktop(client="ida-1", show="evening", token="the-supporter's-token").connect()
    with pytest.raises(StudioError):
        await supporter.do(GuestInvite(name="Mette"))


@pytest.mark.parametrize(
    "word", [{"t": "signal"}, {"t": "signal", "data": []}, {"t": "remove"}, {"t": "hello", "token": "x" * 65}]
)
async def test_what_is_not_on_the_list_ends_the_socket(
    server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop, word: dict[str, Any]
) -> None:
    async with guest(http, server, await invited(desktop)) as page:
        await page.next("welcome")
        await page.send(**word)
        assert await page.inbox.end() == 1008


async def test_a_flood_ends_the_socket(server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop) -> None:
    async with guest(http, server, await invited(desktop)) as page:
        await page.next("welcome")
        for _ in range(guest_sockets.WORDS_A_SECOND + 5):
            await page.send(t="ping", at=1)
        assert await page.inbox.end() == 1008


async def test_the_green_room_is_a_page(server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{server.url}/guest?lang=da") as response:
        text = await response.text()
        assert response.status == 200
        assert "<vitrine-guest" in text
        assert "noindex" in text
