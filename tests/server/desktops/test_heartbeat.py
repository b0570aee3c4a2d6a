"""Pings both ways, and what silence means."""

import asyncio

import aiohttp
import pytest

from studio import wire
from studio.commands.show import ShowStart
from studio.link.connection import hello
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import MakeDesktop
from tests.server.fakes import TOKEN, Desktop


async def test_a_ping_comes_back_with_its_own_time(desktop: Desktop) -> None:
    await desktop.connection.ping()
    await until(lambda: 0 < desktop.connection.rtt_ms < 1000)


async def test_a_desktop_that_falls_silent_is_lost(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "LOST_S", 0.3)
    async with http.ws_connect(f"{server.url}/studio", headers={"Authorization": f"Bearer {TOKEN}"}) as socket:
        await socket.send_str(wire.encode(hello("silent", "", "", studio=True)).decode())
        assert isinstance(wire.decode(await socket.receive_str(timeout=TIMEOUT_S)), wire.Welcome)
        assert server.link.engines == 1
        while (end := await socket.receive(timeout=TIMEOUT_S)).type is aiohttp.WSMsgType.TEXT:
            pass  # what the brand has counted may be told meanwhile
        assert (end.type, end.data, end.extra) == (aiohttp.WSMsgType.CLOSE, 1001, "lost")
    await until(lambda: server.link.engines == 0)


async def test_pings_keep_it(server: ShowServer, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PING_S", 0.05)
    monkeypatch.setattr(wire, "LOST_S", 0.2)
    desktop = await make_desktop(show="").connect()
    await asyncio.sleep(0.5)
    assert server.link.engines == 1
    assert desktop.inbox.closed is None


async def test_the_desktops_ping_sets_the_show_clock_more_closely_than_its_packets(desktop: Desktop, room: LiveShow) -> None:
    await desktop.take()
    desktop.stream_ms = 5000
    await desktop.sound()
    await until(lambda: room.show.on_air)
    await desktop.confirmed(ShowStart())
    behind = room.stream.clock.now_ms(room.now_s)
    desktop.stream_ms = behind + 3000
    await desktop.connection.ping()
    await until(lambda: room.stream.clock.now_ms(room.now_s) >= behind + 3000)


async def test_a_heartbeat_keeps_the_lease(desktop: Desktop, room: LiveShow) -> None:
    await desktop.take()
    room.stream.lease.beat_s -= 8
    await desktop.connection.ping()
    await until(lambda: room.stream.lease.held(room.now_s + 9))


async def test_a_command_line_with_the_desktops_name_does_not(
    desktop: Desktop, room: LiveShow, make_desktop: MakeDesktop
) -> None:
    await desktop.take()
    cli = await make_desktop(client="desk-1", engine=False).connect()
    room.stream.lease.beat_s -= 8
    beat_s = room.stream.lease.beat_s
    await cli.connection.ping()
    await until(lambda: cli.connection.rtt_ms > 0)
    assert room.stream.lease.beat_s == beat_s
