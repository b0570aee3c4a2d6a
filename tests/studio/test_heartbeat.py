"""When silence is the other end's, and when it is our own absence."""

import asyncio
import time

import pytest
from aiohttp import WSMessage, WSMsgType

from studio import heartbeat, wire

HELLO = WSMessage(WSMsgType.TEXT, "hello", None)


class Socket:
    def __init__(self) -> None:
        self.come: asyncio.Queue[WSMessage] = asyncio.Queue()

    async def receive(self) -> WSMessage:
        return await self.come.get()


async def test_silence_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LOST_S", 0.05)
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        await heartbeat.receive(Socket())
    assert time.monotonic() - begun >= 0.04


async def test_a_process_that_stood_still_hears_what_came_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LOST_S", 0.05)
    socket = Socket()

    def stand_still() -> None:
        time.sleep(2 * wire.LOST_S)
        socket.come.put_nowait(HELLO)

    asyncio.get_running_loop().call_soon(stand_still)
    assert await heartbeat.receive(socket) is HELLO
