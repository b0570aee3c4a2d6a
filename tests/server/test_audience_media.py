"""Pictures over the audience socket: begun with a keyframe, bounded, ended with the page."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import av
import pytest

from studio.commands.show import ShowCreate, ShowStart
from studio.server import outbox
from studio.server.app import ShowServer
from studio.server.config import Limits
from studio.server.live.show import LiveShow
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import StartServer
from tests.server.fakes import Desktop, Programme
from tests.server.test_outbox import Full


class Page:
    """A page that watches over its socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.said: list[dict[str, Any]] = []
        self.film = b""

    async def hello(self) -> None:
        await self.socket.send_json({"t": "hello"})
        await self.socket.receive_json()

    async def read(self, count: int) -> None:
        """Take in `count` binary messages, and what is said between them."""
        while count:
            message = await self.socket.receive(timeout=TIMEOUT_S)
            if message.type is aiohttp.WSMsgType.BINARY:
                self.film += message.data
                count -= 1
            else:
                self.said.append(message.json())


@pytest.fixture
async def live(desktop: Desktop, programme: Programme) -> Desktop:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    return desktop


@pytest.fixture
async def page(live: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> AsyncIterator[Page]:
    async with http.ws_connect(f"{server.url}/shows/demo/ws") as socket:
        made = Page(socket)
        await made.hello()
        yield made


async def test_a_page_that_asks_gets_the_show_from_a_keyframe_on(page: Page, server: ShowServer, room: LiveShow) -> None:
    await page.socket.send_json({"t": "media", "on": True})
    await page.read(60)
    assert [message["mime"] for message in page.said if message["t"] == "media"] == ['video/mp4; codecs="avc1.42c00c,opus"']
    with av.open(io.BytesIO(page.film), "r") as container:
        kinds = [(packet.stream.type, packet.is_keyframe) for packet in container.demux() if packet.size]
    assert kinds[0] == ("video", True)
    assert {kind for kind, _ in kinds} == {"video", "audio"}
    assert (server.whep.count, len(room.fanout.readers)) == (1, 1)
    await page.socket.send_json({"t": "media", "on": False})
    await until(lambda: server.whep.count == 0 and not room.fanout.readers)


async def test_asking_twice_is_one_viewer_and_leaving_ends_it(page: Page, server: ShowServer, room: LiveShow) -> None:
    for _ in range(2):
        await page.socket.send_json({"t": "media", "on": True})
    await page.read(5)
    assert server.whep.count == 1
    await page.socket.close()
    await until(lambda: server.whep.count == 0 and not room.fanout.readers)


async def test_a_page_that_never_reads_costs_a_bounded_queue_and_then_a_smaller_picture(
    page: Page, room: LiveShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MEDIA_MAX", 4000)
    await page.socket.send_json({"t": "media", "on": True})
    await until(lambda: room.fanout.readers)
    reader = next(iter(room.fanout.readers.values()))
    peer: Any = reader.peer
    with monkeypatch.context() as stalled:
        stalled.setattr(peer._outbox, "_transport", Full(peer._outbox._transport))
        await until(lambda: reader.dropped > 0)
        assert peer._outbox._media_size <= 4000
    await page.read(20)


async def test_a_full_house_says_so(start_server: StartServer, http: aiohttp.ClientSession, programme: Programme) -> None:
    server = await start_server(limits=Limits(readers=1))
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    async with http.ws_connect(f"{server.url}/shows/demo/ws") as one, http.ws_connect(f"{server.url}/shows/demo/ws") as two:
        pages = [Page(one), Page(two)]
        for page in pages:
            await page.hello()
            await page.socket.send_json({"t": "media"})
        await pages[0].read(1)
        while (message := await two.receive_json(timeout=TIMEOUT_S))["t"] != "full":
            pass
        assert message["retry_after"] == 2
    await desktop.close()


async def test_a_paused_show_sends_the_public_nothing(page: Page, live: Desktop, room: LiveShow) -> None:
    await page.socket.send_json({"t": "media"})
    await page.read(3)
    room.fanout.allow(lambda reader: False)
    reader = next(iter(room.fanout.readers.values()))
    peer: Any = reader.peer
    await until(lambda: not peer._outbox._media)
    await asyncio.sleep(0.1)  # several pictures' time
    assert not peer._outbox._media
    await page.socket.send_json({"t": "ping", "at": 1})
    while (message := await page.socket.receive(timeout=TIMEOUT_S)).type is aiohttp.WSMsgType.BINARY:
        pass
    assert message.json()["t"] in ("pong", "clock", "viewers")
