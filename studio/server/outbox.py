"""A socket's own bounded queue and writer: one stalled peer can neither hold up the others nor grow without end."""

import asyncio
import logging
from collections import deque

from aiohttp import web

log = logging.getLogger(__name__)

SEND_TIMEOUT_S = 10.0
MEDIA_MAX = 384 * 1024
"""Bytes of pictures and sound that may wait, most of a second at 3 Mbit/s."""


class Outbox:
    """Sends text messages to one WebSocket in order. A peer that falls `size` messages behind is disconnected; it
    comes back and catches up from the event log."""

    def __init__(self, socket: web.WebSocketResponse, size: int = 256) -> None:
        self._socket = socket
        self._size = size
        self._waiting: deque[bytes] = deque()
        self._media: deque[bytes | str] = deque()
        self._media_size = 0
        self._changed = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task = asyncio.create_task(self._run(), name="outbox")
        self.overflowed = False

    def put_media(self, data: bytes | str) -> bool:
        """Queue binary data, or a message that belongs between it, which goes out after every other message. When more
        than `MEDIA_MAX` waits it is all dropped, and this returns False."""
        if self.overflowed or self._media_size + len(data) > MEDIA_MAX:
            self.drop_media()
            return False
        self._media.append(data)
        self._media_size += len(data)
        self._changed.set()
        return True

    def drop_media(self) -> None:
        """Forget the binary data that waits."""
        self._media.clear()
        self._media_size = 0

    def put(self, message: bytes) -> None:
        """Queue a JSON message."""
        if self.overflowed:
            return
        if len(self._waiting) >= self._size:
            self.overflowed = True
            self._waiting.clear()
        else:
            self._waiting.append(message)
            self._idle.clear()
        self._changed.set()

    async def drained(self) -> bool:
        """Wait until everything went out; False when the peer was given up."""
        await self._idle.wait()
        return not self.overflowed

    async def close(self) -> None:
        """Stop writing."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _send_one(self) -> None:
        if self._waiting:
            await self._socket.send_str(self._waiting.popleft().decode())
            return
        data = self._media.popleft()
        self._media_size -= len(data)
        await (self._socket.send_str(data) if isinstance(data, str) else self._socket.send_bytes(data))

    async def _run(self) -> None:
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                while self._waiting or self._media:
                    async with asyncio.timeout(SEND_TIMEOUT_S):
                        await self._send_one()
                self._idle.set()
                if self.overflowed:
                    await self._socket.close(code=1013, message=b"too slow")
                    return
        except (ConnectionError, TimeoutError, RuntimeError):
            self.overflowed = True
            if self._socket._req is not None and self._socket._req.transport is not None:
                self._socket._req.transport.abort()
        finally:
            self._idle.set()
