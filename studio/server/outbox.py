"""A socket's own bounded queue: one stalled peer can neither hold up the others nor grow without end."""

import asyncio
import contextlib
from collections import deque

from aiohttp import WSCloseCode, web

SEND_TIMEOUT_S = 10.0
MEDIA_MAX = 384 * 1024
"""Bytes of pictures and sound that may wait, most of a second at 3 Mbit/s."""
DIRECT_MAX = 64 * 1024
"""What the system may hold for a peer; beyond that it waits here, where it is counted."""
POLL_S, POLL_SELDOM_S = 0.02, 0.25
_TEXT, _BINARY = 0x81, 0x82


def text_frame(message: bytes) -> bytes:
    """A message as the WebSocket frame that every peer can be sent (RFC 6455 5.2: from the server unmasked, here whole)."""
    return _frame(_TEXT, message)


def _frame(opcode: int, data: bytes) -> bytes:
    size = len(data)
    if size < 126:
        return bytes((opcode, size)) + data
    if size < 1 << 16:
        return bytes((opcode, 126)) + size.to_bytes(2, "big") + data
    return bytes((opcode, 127)) + size.to_bytes(8, "big") + data


class Outbox:
    """Sends messages to one WebSocket in order, without compression. A peer that falls `size` messages behind is
    disconnected; it comes back and catches up from the event log.

    What the system takes goes out at once, one frame for however many sockets. Only for a peer that is behind there is a
    queue, and a task that empties it.
    """

    __slots__ = ("_idle", "_media", "_media_size", "_size", "_socket", "_task", "_transport", "_waiting", "overflowed")

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, size: int = 256) -> None:
        self._socket = socket
        self._transport = transport
        self._size = size
        self._waiting: deque[bytes] = deque()
        self._media: deque[bytes] = deque()
        self._media_size = 0
        self._idle: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None
        self.overflowed = transport is None

    def put(self, message: bytes) -> None:
        """Queue a JSON message."""
        self.put_frame(text_frame(message))

    def put_frame(self, frame: bytes) -> None:
        """Queue a frame that was made once for many."""
        if self.overflowed:
            return
        # The way of nearly every frame, some fifty thousand times a second: nothing waits here, nor in the system.
        if not self._waiting and self._transport is not None and not self._transport.get_write_buffer_size():
            self._transport.write(frame)
            return
        if not self._waiting and self._takes():
            self._write(frame)
            return
        if len(self._waiting) >= self._size:
            self.overflowed = True
            self._waiting.clear()
            self.drop_media()
        else:
            self._waiting.append(frame)
        self._empty_soon()

    def put_media(self, data: bytes | str) -> bool:
        """Queue binary data, or a message that belongs between it, which goes out after every other message. When more
        than `MEDIA_MAX` waits it is all dropped, and this returns False."""
        if self.overflowed or self._media_size + len(data) > MEDIA_MAX:
            self.drop_media()
            return False
        frame = text_frame(data.encode()) if isinstance(data, str) else _frame(_BINARY, data)
        if not self._waiting and not self._media and self._takes():
            self._write(frame)
            return True
        self._media.append(frame)
        self._media_size += len(frame)
        self._empty_soon()
        return True

    def drop_media(self) -> None:
        """Forget the binary data that waits."""
        self._media.clear()
        self._media_size = 0

    async def drained(self) -> bool:
        """Wait until everything went out; False when the peer was given up."""
        while self._task is not None and not self.overflowed:
            self._idle = self._idle or asyncio.Event()
            await self._idle.wait()
        return not self.overflowed

    async def close(self) -> None:
        """Stop writing."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.overflowed = True

    async def end(self) -> None:
        """Close the socket: whoever comes back says anew who they are."""
        with contextlib.suppress(ConnectionError, TimeoutError, RuntimeError):
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._socket.close(code=WSCloseCode.SERVICE_RESTART, message=b"come again")

    def _takes(self) -> bool:
        transport = self._transport
        return transport is not None and transport.get_write_buffer_size() < DIRECT_MAX and not transport.is_closing()

    def _write(self, frame: bytes) -> None:
        assert self._transport is not None
        if self._socket.closed:  # nothing may follow the closing frame
            self.overflowed = True
            return
        self._transport.write(frame)

    def _empty_soon(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._empty(), name="outbox")

    async def _empty(self) -> None:
        loop = asyncio.get_running_loop()
        moved_s, pause_s = loop.time(), POLL_S
        try:
            while self._waiting or self._media or self.overflowed:
                if self.overflowed:
                    async with asyncio.timeout(SEND_TIMEOUT_S):
                        await self._socket.close(code=1013, message=b"too slow")
                    return
                while (self._waiting or self._media) and self._takes():
                    self._write_next()
                    moved_s, pause_s = loop.time(), POLL_S
                if self._transport is None or self._transport.is_closing() or loop.time() - moved_s > SEND_TIMEOUT_S:
                    self._give_up()
                    return
                if self._waiting or self._media:
                    await asyncio.sleep(pause_s)
                    pause_s = min(pause_s * 1.5, POLL_SELDOM_S)
        except (ConnectionError, TimeoutError, RuntimeError):
            self._give_up()
        finally:
            self._task = None
            if self._idle is not None:
                self._idle.set()
                self._idle = None

    def _write_next(self) -> None:
        if self._waiting:
            self._write(self._waiting.popleft())
            return
        frame = self._media.popleft()
        self._media_size -= len(frame)
        self._write(frame)

    def _give_up(self) -> None:
        self.overflowed = True
        if self._transport is not None:
            self._transport.abort()
