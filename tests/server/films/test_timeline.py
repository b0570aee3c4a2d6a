"""What a replay shows again: what everybody saw, and still may see."""

import gzip
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest

from studio import events
from studio.commands.chat import ChatPin, ChatRelease, ChatRemove, ChatSay, PollClear, PollClose, PollOpen
from studio.commands.product import ProductChange, ProductPin, ProductUnpin
from studio.commands.show import ShowCreate, ShowEnd, ShowPause, ShowRehearse, ShowResume, ShowStart
from studio.events import AnyEvent, Logged
from studio.server.app import ShowServer
from studio.server.films import timeline as module
from studio.server.films.timeline import bounded, from_start, timeline
from studio.server.live.show import LiveShow
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, MakeDesktop
from tests.server.fakes import Desktop, Page, page
from tests.server.films.conftest import Get, Sender, made_film
from tests.server.shop.conftest import CREAM, OIL
from tests.server.shop.test_chat import line_of


@pytest.fixture
async def shop(make_desktop: MakeDesktop) -> Desktop:
    """A desktop whose show `shop` sells two products."""
    desktop = await make_desktop(show="shop").connect()
    await desktop.do(ShowCreate(id="shop", title="Aften", brand="Matilde", products=(OIL, CREAM)))
    return desktop


@pytest.fixture
async def room(server: ShowServer, shop: Desktop) -> LiveShow:
    """Its room."""
    return await server.live_shows.get("shop")


@pytest.fixture
async def visitor(http: aiohttp.ClientSession, server: ShowServer, shop: Desktop) -> AsyncIterator[Page]:
    """A page that is open on it."""
    async with page(http, server, show="shop") as opened:
        yield opened


@pytest.fixture
def sender(http: aiohttp.ClientSession, server: ShowServer) -> Sender:
    """Sends its films."""
    return Sender(http, server.url)


def told(found: list[dict[str, Any]]) -> list[str]:
    """Each event in a word, or what was written."""
    return [item["line"]["text"] if "line" in item else events.type_of(item["data"]) for item in found]


async def delivered(room: LiveShow) -> None:
    """What happened has gone out to the pages, as a replay is told it too."""
    await until(lambda: room.feed.delivered == room.show.seq)


@BOTH_DATABASES
async def test_a_show_from_its_first_to_its_last_word(
    shop: Desktop, visitor: Page, room: LiveShow, sender: Sender, get: Get
) -> None:
    await shop.take()
    await shop.confirmed(ShowStart())
    await shop.do(ProductPin(product="oil"))
    await visitor.say("Er den god?", name="Sofie")
    line = await line_of(shop, "Er den god?")
    await shop.do(ChatPin(line=line))
    await shop.do(ChatSay(text="Meget", reply_to=line))
    await shop.do(ChatSay(text="Kun til dig", reply_to=line, private=True))
    await visitor.say("din idiot")
    await shop.do(PollOpen(question="Rose?", answers=("Ja", "Nej")))
    await visitor.ask(t="vote", answer=1)
    await shop.do(PollClose())
    await shop.do(PollClear())
    await shop.do(ShowPause())
    await shop.do(ShowResume())
    await shop.do(ProductChange(product="oil", sold_out=True))
    await shop.do(ProductUnpin(product="oil"))
    await visitor.say("Fortryder")
    await shop.do(ChatRemove(line=await line_of(shop, "Fortryder")))
    await shop.confirmed(ShowEnd())
    await sender.publish(made_film(), "shop")
    await delivered(room)
    status, answer = await get("/api/shows/shop/replay")
    assert status == 200
    kinds = [item["line"]["text"] if "line" in item else item["data"]["type"] for item in answer["events"]]
    assert kinds == [
        "show.started", "product.pinned", "Er den god?", "Er den god?", "Meget", "poll.opened", "poll.closed", "poll.cleared",
        "show.paused", "show.resumed", "product.sold_out", "product.unpinned", "show.ended",
    ]  # fmt: skip
    said = answer["events"][2]
    assert said["data"]["type"] == "chat.said"
    assert (said["line"]["name"], said["actor"]) == ("Sofie", "")
    assert not {"visitor", "state", "held"} & said["line"].keys()
    assert answer["events"][6]["data"]["votes"] == [0, 1]
    seqs = [item["seq"] for item in answer["events"]]
    assert seqs == sorted(seqs)


async def test_what_was_tried_before_is_not_shown_what_stood_is(shop: Desktop, visitor: Page, room: LiveShow) -> None:
    await shop.do(ShowRehearse())
    await shop.do(ProductPin(product="cream"))
    await shop.do(PollOpen(question="Prøve?", answers=("Ja", "Nej")))
    await shop.do(PollClear())
    await shop.do(ProductUnpin(product="cream"))
    await shop.do(ShowRehearse(on=False))
    await visitor.say("Er I der?")
    await shop.do(ProductPin(product="oil"))
    await shop.take()
    await shop.confirmed(ShowStart())
    await shop.do(ProductPin(product="cream"))
    await shop.confirmed(ShowEnd())
    await delivered(room)
    found = await timeline(room)
    assert told(found) == ["Er I der?", "product.pinned", "show.started", "product.pinned", "show.ended"]
    assert [item["data"].product for item in found if isinstance(item["data"], events.ProductPinned)] == ["oil", "cream"]
    assert [item["media_ms"] for item in found][:3] == [0, 0, 0]


@BOTH_DATABASES
async def test_who_is_forgotten_is_not_in_the_replay(
    shop: Desktop, visitor: Page, room: LiveShow, sender: Sender, http: aiohttp.ClientSession, get: Get
) -> None:
    await shop.take()
    await shop.confirmed(ShowStart())
    await visitor.say("Jeg hedder Sofie", name="Sofie")
    await shop.do(ChatPin(line=await line_of(shop, "Jeg hedder Sofie")))
    await shop.do(ChatSay(text="Hej alle"))
    await shop.confirmed(ShowEnd())
    await sender.publish(made_film(), "shop")
    await delivered(room)
    assert "Sofie" in str(await get("/api/shows/shop/replay"))
    headers = {"Authorization": f"Visitor {visitor.visitor}"}
    async with http.delete(f"{sender.url}/api/visitor", headers=headers) as response:
        assert response.status == 200
    assert "Sofie" not in str(await get("/api/shows/shop/replay")), "at once"
    await delivered(room)
    _, answer = await get("/api/shows/shop/replay")
    assert "Sofie" not in str(answer), "not even for the minute that an answer is kept"
    kinds = [item["data"] for item in answer["events"] if item["data"]["type"].startswith("chat.")]
    assert [data.get("line") for data in kinds if data["type"] == "chat.pinned"] == ["", ""]
    assert "Hej alle" in str(answer)


async def test_a_line_that_was_held_is_there_when_it_was_let_through(shop: Desktop, visitor: Page, room: LiveShow) -> None:
    await shop.take()
    await shop.confirmed(ShowStart())
    await visitor.say("din idiot")
    held = await line_of(shop, "din idiot", "held")
    await delivered(room)
    assert "din idiot" not in told(await timeline(room))
    await shop.do(ChatRelease(line=held))
    await delivered(room)
    assert told(await timeline(room)) == ["show.started", "din idiot"]


async def test_it_comes_packed_and_is_made_once(
    shop: Desktop, room: LiveShow, sender: Sender, http: aiohttp.ClientSession, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = 0

    async def counted(room: LiveShow) -> list[dict[str, Any]]:
        nonlocal made
        made += 1
        return await timeline(room)

    monkeypatch.setattr(module, "timeline", counted)
    await shop.take()
    await shop.confirmed(ShowStart())
    await shop.confirmed(ShowEnd())
    await sender.publish(made_film(), "shop")
    await delivered(room)
    _, answer = await get("/api/shows/shop/replay")
    order = {"number": "A-1", "value_minor": 100, "currency": "DKK"}
    async with http.post(f"{sender.url}/api/shows/shop/orders", json=order) as response:
        assert response.status == 201
    await delivered(room)
    url = f"{sender.url}/api/shows/shop/replay"
    async with http.get(url, headers={"Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers
        assert await response.json() == answer
    async with http.get(url, headers={"Accept-Encoding": "gzip"}, auto_decompress=False) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert msgspec.json.decode(gzip.decompress(await response.read())) == answer
    assert made == 1
    await shop.do(ChatSay(text="Tak for i aften"))
    await delivered(room)
    assert "Tak for i aften" in str(await get("/api/shows/shop/replay"))
    assert made == 2
    monkeypatch.setattr(module, "KEPT_S", 0.0)
    await get("/api/shows/shop/replay")
    assert made == 3


async def test_a_long_chat_loses_its_last_lines(shop: Desktop, room: LiveShow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVENTS_MAX", 6)
    monkeypatch.setattr(module, "AT_ONCE", 4)
    await shop.take()
    await shop.confirmed(ShowStart())
    for number in range(9):
        await shop.do(ChatSay(text=f"{number}"))
    await shop.do(ProductPin(product="oil"))
    await shop.confirmed(ShowEnd())
    await delivered(room)
    assert told(await timeline(room)) == ["show.started", "0", "1", "2", "product.pinned", "show.ended"]


def logged(*data: AnyEvent) -> list[Logged]:
    return [Logged(seq=seq, at_ms=seq, media_ms=0, actor="", data=item) for seq, item in enumerate(data, start=1)]


def test_of_what_was_before_only_what_stood() -> None:
    opened = events.PollOpened(poll="a", question="?", answers=("x", "y"))
    items = logged(
        opened,
        events.PollClosed(poll="a", votes=(1, 2)),
        events.ChatPinned(line="one"),
        events.ProductSoldOut(product="oil", sold_out=True),
        events.PollOpened(poll="b", question="?", answers=("x", "y")),
        events.ChatPinned(line="two"),
        events.ProductSoldOut(product="oil", sold_out=False),
        events.ProductPinned(product="oil", price_minor=1, currency="DKK"),
        events.ProductPinned(product="oil", price_minor=2, currency="DKK"),
        events.ShowStarted(),
        events.PollCleared(poll="b"),
        events.ShowPaused(),
        events.ShowStarted(),
    )
    assert [item.seq for item in from_start(items)] == [5, 6, 7, 9, 10, 11, 12, 13]
    assert [item.seq for item in from_start(items[:2])] == [1, 2]
    assert from_start([]) == []


def test_the_bound_holds_whatever_there_is() -> None:
    line, pin = events.ChatSaid(line="l"), events.ProductUnpinned(product="oil")
    items = logged(line, pin, line, pin, line)
    assert [item.seq for item in bounded(items, 9)] == [1, 2, 3, 4, 5]
    assert [item.seq for item in bounded(items, 3)] == [1, 2, 4]
    assert [item.seq for item in bounded(items, 1)] == [2]
