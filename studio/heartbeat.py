"""When the other end of a studio connection counts as gone (DESIGN 1.1)."""

import asyncio
from typing import Protocol

from aiohttp import WSMessage

from studio import wire

TURNS = 6


class Receives(Protocol):
    """Either side's web socket of aiohttp."""

    async def receive(self) -> WSMessage:
        """Wait for the next message."""


async def receive(socket: Receives) -> WSMessage:
    """The next message. Raises `TimeoutError` after `wire.LOST_S` of silence.

    Silence is counted in turns of our own loop: a process that was held up itself (a machine that slept, a starved one)
    finds its timer due and the message there at the same moment, and must not take its own absence for the other's.
    """
    for turn in range(TURNS):
        try:
            async with asyncio.timeout(wire.LOST_S / TURNS):
                return await socket.receive()
        except TimeoutError:
            if turn == TURNS - 1:
                raise
    raise AssertionError
