"""Nobody crowds out everybody else: what is counted is given back however it ends, and no limit's key is the limited one's to
write."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.commands.call import CallAvailable
from studio.commands.chat import PollOpen
from studio.commands.guest import GuestInvite
from studio.commands.show import ShowCreate, ShowStart
from studio.errors import Overloaded
from studio.server.app import ShowServer
from studio.server.calls import callers
from studio.server.config import Limits
from studio.server.limiter import Layers, Limiter, TooMany
from studio.server.places import CROWDED, LEAST, SHARE, Place, Places
from studio.server.shop import chat, visits
from studio.webrtc.whep_peer import WhepPeer
from tests.fakes import TIMEOUT_S, until
from tests.server.calls.conftest import Caller
from tests.server.conftest import StartServer
from tests.server.fakes import Desktop, Page, Programme, Viewer

PROXY = ("127.0.0.1",)


def of(address: str, browser: str = "a browser") -> dict[str, str]:
    """Somebody behind the proxy."""
    return {"X-Forwarded-For": address, "User-Agent": browser}


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_address_leaves_room_for_others_once_it_is_crowded() -> None:
    places = Places(100)
    mine = [places.take("a") for _ in range(50)]
    with pytest.raises(Overloaded):
        places.take("a")
    for number in range(5):
        for _ in range(LEAST):
            places.take(f"b{number}")
    assert places.count == 100
    with pytest.raises(Overloaded):
        places.take("c")
    for place in mine:
        place.release()
        place.release()
    assert places.count == 50
    places.take("c")


def test_without_sharing_one_may_have_them_all() -> None:
    places = Places(20, shared=False)
    for _ in range(20):
        places.take("a")
    with pytest.raises(Overloaded):
        places.look("b")


@given(st.integers(1, 300), st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=400))
def test_places_are_counted_exactly_and_never_more_than_there_are(most: int, steps: list[tuple[str, bool]]) -> None:
    places = Places(most)
    held: list[tuple[str, Place]] = []
    for address, comes in steps:
        if comes:
            taken, before = Counter(who for who, _ in held), places.count
            with contextlib.suppress(Overloaded):
                held.append((address, places.take(address)))
            if places.count == before:  # refused: it is full, or crowded, and they have their share
                assert before == most or (before >= most * CROWDED and taken[address] >= max(LEAST, int(most * SHARE)))
        elif held:
            _, place = held.pop(len(held) // 2)
            place.release()
            with place:
                pass
        assert places.count == len(held) <= most
        assert sum(places._taken.values()) == len(held)
    for _, place in held:
        place.release()
    assert (places.count, dict(places._taken)) == (0, {})


def test_of_limits_in_layers_all_are_spent_or_none() -> None:
    layers = Layers(Limiter(10), Limiter(3))
    for number in range(3):
        layers.spend((f"browser {number}", "house"), 1.0)
    for _ in range(20):
        with pytest.raises(TooMany):
            layers.spend(("another browser", "house"), 1.0)
    for number in range(10):  # what was refused took nothing from the first
        layers.spend(("another browser", f"house {number}"), 1.0)


# ── sockets ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def server(start_server: StartServer) -> ShowServer:
    """A brand's server, behind a proxy that says who asks."""
    return await start_server(embedded=False, proxies=PROXY, limits=Limits(members=20, readers=5))


@pytest.fixture
async def desktop(server: ShowServer, http: aiohttp.ClientSession) -> AsyncIterator[Desktop]:
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    yield desktop
    await desktop.close()


@contextlib.asynccontextmanager
async def opened(
    http: aiohttp.ClientSession, server: ShowServer, address: str, *, browser: str = "a browser", path: str = "/shows/demo/ws",
    kind: Callable[[aiohttp.ClientWebSocketResponse], Page] = Page, **hello: Any,
) -> AsyncIterator[Any]:  # fmt: skip
    """A page of an address that has said hello."""
    page = kind(await http.ws_connect(server.url + path, headers=of(address, browser)))
    try:
        await page.send(t="hello", **hello)
        yield page
    finally:
        await page.close()


async def silent(http: aiohttp.ClientSession, server: ShowServer, path: str, address: str) -> Any:
    """A socket that says nothing; None when it is refused."""
    try:
        return await http.ws_connect(server.url + path, headers=of(address))
    except aiohttp.WSServerHandshakeError as error:
        refusal = error
    assert refusal.status == 503
    return None


async def test_who_says_nothing_takes_no_place_of_those_who_look(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession
) -> None:
    quiet = [await silent(http, server, "/shows/demo/ws", "203.0.113.1") for _ in range(20)]
    assert sum(socket is not None for socket in quiet) == 10, "half of those who arrive, and not all"
    assert server.audience.count == 0
    async with opened(http, server, "203.0.113.2") as page:
        await page.next("welcome")
        assert server.audience.count == 1
    for socket in quiet:
        if socket is not None:
            await socket.close()
    await until(lambda: server.audience._arriving.count == 0)


@pytest.mark.parametrize("path", ["/shows/demo/ws", "/calls/ws", "/guests/ws"])
async def test_silent_sockets_of_one_address_leave_room_for_others(
    start_server: StartServer, http: aiohttp.ClientSession, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.server import page_socket
    from studio.server.calls import sockets as calls
    from studio.server.guests import sockets as guests

    for module, name in ((page_socket, "ARRIVING_MAX"), (calls, "ARRIVING_MAX"), (guests, "PAGES_MAX")):
        monkeypatch.setattr(module, name, 20)
    server = await start_server(embedded=False, proxies=PROXY, limits=Limits(members=20))
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    quiet = [await silent(http, server, path, "203.0.113.1") for _ in range(20)]
    assert sum(socket is not None for socket in quiet) == 10
    others = [await silent(http, server, path, f"203.0.113.{number}") for number in range(2, 12)]
    assert all(others)
    assert await silent(http, server, path, "203.0.113.99") is None
    for socket in (*quiet, *others):
        if socket is not None:
            await socket.close()
    await desktop.close()


async def test_one_address_cannot_take_every_place_of_those_who_look(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(10):
            page = await stack.enter_async_context(opened(http, server, "203.0.113.1"))
            await page.next("welcome")
        assert await silent(http, server, "/shows/demo/ws", "203.0.113.1") is None
        for number in range(10):
            page = await stack.enter_async_context(opened(http, server, f"198.51.100.{number}"))
            await page.next("welcome")
        assert server.audience.count == 20
    await until(lambda: server.audience.count == 0)


async def test_who_is_too_late_for_the_last_place_is_told_to_come_again(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        late = await http.ws_connect(f"{server.url}/shows/demo/ws", headers=of("203.0.113.1"))
        for number in range(20):
            page = await stack.enter_async_context(opened(http, server, f"198.51.100.{number}"))
            await page.next("welcome")
        await late.send_json({"t": "hello"})
        async with asyncio.timeout(TIMEOUT_S):
            assert (await late.receive()).type is aiohttp.WSMsgType.CLOSE
        assert late.close_code == 1013


# ── players ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def live(desktop: Desktop, programme: Programme) -> Desktop:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    return desktop


SDP = {"Content-Type": "application/sdp"}
SPOILED: dict[str, Callable[[str], str]] = {
    "unknown mid": lambda offer: offer.replace("a=mid:0", "a=mid:7"),
    "a NUL for a mid": lambda offer: offer.replace("a=mid:0", "a=mid:\0"),
    "a long mid": lambda offer: offer.replace("a=mid:0", "a=mid:" + "x" * 1000),
    "no mid": lambda offer: offer.replace("a=mid:0", "a=x:0"),
    "an empty mid": lambda offer: offer.replace("a=mid:0", "a=mid:"),
    "twice the same mid": lambda offer: offer.replace("a=mid:1", "a=mid:0"),
    "a mid with spaces": lambda offer: offer.replace("a=mid:0", "a=mid:0 1"),
    "another bundle": lambda offer: offer.replace("BUNDLE 0 1", "BUNDLE 5 6"),
    "no bundle": lambda offer: offer.replace("a=group:BUNDLE 0 1\r\n", ""),
    "no codec of ours": lambda offer: offer.replace("H264", "H265").replace("opus", "pcmx").replace("VP8", "VP9"),
    "a broken fingerprint": lambda offer: offer.replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 zz"),
    "an unknown hash": lambda offer: offer.replace("a=fingerprint:sha-256", "a=fingerprint:md9"),
    "a short password": lambda offer: offer.replace("a=ice-pwd:", "a=ice-pwd:x\r\na=y:"),
    "an odd setup": lambda offer: offer.replace("a=setup:actpass", "a=setup:holdconn"),
    "passive at both ends": lambda offer: offer.replace("a=setup:actpass", "a=setup:passive"),
    "a lone carriage return": lambda offer: offer.replace("a=mid:0\r\n", "a=mid:0\ra=mid:1\r\n"),
    "too many candidates": lambda offer: offer + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n" * 60,
    "half of it": lambda offer: offer[: len(offer) // 2],
    "nothing": lambda offer: "",
}


async def offer_of(http: aiohttp.ClientSession, server: ShowServer) -> str:
    viewer = Viewer(http, server)
    try:
        return await viewer.offer()
    finally:
        await viewer.close()


async def test_no_offer_that_fails_keeps_a_place(
    server: ShowServer, live: Desktop, http: aiohttp.ClientSession, loopback_ice: None, caplog: pytest.LogCaptureFixture
) -> None:
    good = await offer_of(http, server)
    url = f"{server.url}/shows/demo/whep"
    for name, spoil in SPOILED.items():
        bad = spoil(good)
        assert bad != good, name
        async with http.post(url, data=bad.encode(), headers=SDP) as response:
            assert response.status in (201, 400), (name, response.status, await response.text())
            if response.status == 201:  # it can be answered after all: then it is a session that one can leave
                async with http.delete(server.url + response.headers["Location"]) as left:
                    assert left.status == 200
        assert server.whep.count == 0, name
        assert not server.whep._sessions, name
    async with http.post(f"{url}?rendition=4711", data=good.encode(), headers=SDP) as response:
        assert (response.status, server.whep.count) == (400, 0)
    async with http.post(url, data=good.encode(), headers={"Content-Type": "text/plain"}) as response:
        assert (response.status, server.whep.count) == (415, 0)
    async with http.post(url, data=good.encode(), headers=SDP) as response:
        assert (response.status, server.whep.count) == (201, 1)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("error", [RuntimeError("aiortc stumbles"), OSError(24, "Too many open files"), TimeoutError()], ids=repr)
async def test_whatever_an_answer_dies_of_its_place_is_free_again(
    server: ShowServer, live: Desktop, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def dies(self: WhepPeer, body: bytes) -> str:
        raise error

    monkeypatch.setattr(WhepPeer, "answer", dies)
    for _ in range(7):
        async with http.post(f"{server.url}/shows/demo/whep", data=b"v=0", headers=SDP) as response:
            assert response.status in (500, 503)
    assert (server.whep.count, server.whep._sessions) == (0, {})


async def test_pictures_over_the_socket_take_a_place_and_give_it_back(
    server: ShowServer, live: Desktop, http: aiohttp.ClientSession
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(opened(http, server, f"203.0.113.{number}")) for number in range(6)]
        for page in pages:
            await page.next("welcome")
        for page in pages:
            for on in (True, False, True, True):
                await page.socket.send_json({"t": "media", "on": on})
        await until(
            lambda: any(message["t"] == "full" for page in pages for message in page.inbox.all if isinstance(message, dict))
        )
        assert server.whep.count == 5
    await until(lambda: server.whep.count == 0)


# ── calls, guests ────────────────────────────────────────────────────────────────────────────────────────────


async def test_so_many_calls_of_one_address_wait_and_no_more(server: ShowServer, http: aiohttp.ClientSession) -> None:
    advisor = await Desktop(http, server.url, show="").connect()
    await advisor.do(CallAvailable())

    def customer(address: str) -> Any:
        return opened(http, server, address, path="/calls/ws", kind=Caller)

    async with contextlib.AsyncExitStack() as stack:
        first = [await stack.enter_async_context(customer("203.0.113.1")) for _ in range(callers.HOUSE_WAITING + 1)]
        answers = [await one.ask(t="ring", kind="text") for one in first]
        assert [answer.get("ok") for answer in answers] == [True] * callers.HOUSE_WAITING + [None]
        assert answers[-1]["refused"] == "full"
        other = await stack.enter_async_context(customer("203.0.113.2"))
        assert (await other.ask(t="ring", kind="text"))["ok"]
        await first[0].send(t="hang_up")
        await first[0].call(state="ended")
        assert (await first[-1].ask(t="ring", kind="text"))["ok"], "who left makes room"
    await advisor.close()


async def test_a_true_guest_is_let_in_after_any_number_of_wrong_links(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession
) -> None:
    token = str(await desktop.do(GuestInvite(name="Mette"))).partition("#")[2]
    reasons = []
    for _ in range(15):
        async with opened(http, server, "203.0.113.1", path="/guests/ws", token="00000000.AAAA") as page:
            reasons.append((await page.next("refused"))["why"])
            assert await page.inbox.end() == 1008
    assert reasons == ["unknown"] * 10 + ["slow"] * 5, "who guesses is told to wait, and not that there is no such link"
    async with opened(http, server, "203.0.113.1", path="/guests/ws", token=token) as page:
        await page.next("welcome")


async def test_to_show_no_token_is_no_guess_and_a_good_one_is_always_good(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession
) -> None:
    async def status(path: str, **more: str) -> int:
        async with http.get(server.url + path, headers=of("203.0.113.1") | more) as response:
            return response.status

    good = {"Authorization": f"Bearer {desktop.token}"}
    assert {await status("/studio/films") for _ in range(40)} == {401}
    assert {await status("/studio/films", Authorization="Basic x") for _ in range(20)} == {401}
    wrong = [await status("/studio/films", Authorization="Bearer guess") for _ in range(15)]
    assert wrong == [401] * 10 + [429] * 5
    for path in ("/studio/films", "/studio/catalogue", "/healthz", "/studio/shows/demo/report.json"):
        assert await status(path, **good) == 200, path
    assert await status("/studio", **good) == 400, "let in, though this is no WebSocket"


# ── whatever browser one says one is ─────────────────────────────────────────────────────────────────────────


async def test_lines_of_chat_are_limited_for_an_address_whatever_its_browsers(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: Counter[str] = Counter()
    for number in range(16):
        for address in ("203.0.113.1", "203.0.113.2") if number == 15 else ("203.0.113.1",):
            async with opened(http, server, address, browser=f"browser {number}") as page:
                await page.next("welcome")
                for _ in range(5):
                    answer = await page.say("Hej")
                    shown[address] += "line" in answer
                    assert "line" in answer or answer["refused"] == "slow"
    assert chat.HOUSE_AT_ONCE <= shown["203.0.113.1"] <= chat.HOUSE_AT_ONCE + 25, "and what comes again in a few seconds"
    assert shown["203.0.113.2"] == 5


async def test_orders_are_limited_for_an_address_whatever_its_browsers(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession
) -> None:
    statuses: Counter[int] = Counter()
    for number in range(45):
        order = {"number": f"N{number}", "value_minor": 1, "currency": "DKK"}
        headers = of("203.0.113.1", f"browser {number}")
        async with http.post(f"{server.url}/api/shows/demo/orders", json=order, headers=headers) as response:
            statuses[response.status] += 1
            if response.status == 429:
                assert int(response.headers["Retry-After"]) >= 1
    assert visits.HOUSE_ORDERS_AT_ONCE <= statuses[201] <= visits.HOUSE_ORDERS_AT_ONCE + 8
    assert set(statuses) == {201, 429}


async def test_votes_are_limited_for_an_address_whatever_its_browsers(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desktop.do(PollOpen(question="?", answers=("a", "b")))
    server.audience.visits._votes = Layers(Limiter(visits.VOTES_A_MINUTE), Limiter(visits.HOUSE_VOTES_A_MINUTE, 10))
    answers = []
    for number in range(15):
        async with opened(http, server, "203.0.113.1", browser=f"browser {number}") as page:
            await page.next("welcome")
            answers.append(await page.ask(t="vote", answer=0))
    assert sum("ok" in answer for answer in answers) in (10, 11, 12, 13)
    assert {answer.get("refused") for answer in answers} == {None, "slow"}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_what_is_held_is_not_asked_without_end(server: ShowServer, http: aiohttp.ClientSession, method: str) -> None:
    statuses: Counter[int] = Counter()
    for number in range(25):
        headers = of("203.0.113.1", f"browser {number}") | {"Authorization": f"Visitor {server.visitors.recognise('')}"}
        async with http.request(method, f"{server.url}/api/visitor", headers=headers) as response:
            statuses[response.status] += 1
    assert visits.HOUSE_ASKS_A_MINUTE <= statuses[200] <= visits.HOUSE_ASKS_A_MINUTE + 3
    assert set(statuses) == {200, 429}
