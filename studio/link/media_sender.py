"""Packets to `/studio/media`: a queue of at most 300 ms a rendition; what does not fit is dropped to the next keyframe."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable

import aiohttp

from studio import wire
from studio.clock import NS_PER_MS
from studio.wire import AUDIO, MediaPacket

log = logging.getLogger(__name__)

QUEUE_NS = 300 * NS_PER_MS
SOUND_QUEUE_NS = 1000 * NS_PER_MS
CONNECT_S = 5.0


class PacketQueue:
    """Orders packets for one socket. Sound goes first and is dropped last; pure but for the counters.

    A rendition that overflows loses everything up to its next keyframe; `wants_key(rendition)` is called then.
    """

    def __init__(self, wants_key: Callable[[int], None]) -> None:
        self.dropped = 0
        self._wants_key = wants_key
        self._sound: deque[MediaPacket] = deque()
        self._pictures: deque[MediaPacket] = deque()
        self._waits_for_key: set[int] = set()
        self._gaps: set[int] = set()

    def put(self, packet: MediaPacket) -> None:
        """Queue a packet, or drop it and what it would have needed."""
        if packet.kind == AUDIO:
            self._sound.append(packet)
            while self._sound[-1].pts_ns - self._sound[0].pts_ns > SOUND_QUEUE_NS:
                self._sound.popleft()
                self.dropped += 1
            return
        number = packet.rendition
        if number in self._waits_for_key:
            if not packet.key:
                self.dropped += 1
                return
            self._waits_for_key.discard(number)
        oldest = next((p for p in self._pictures if p.rendition == number), None)
        if oldest is not None and packet.pts_ns - oldest.pts_ns > QUEUE_NS:
            kept = [p for p in self._pictures if p.rendition != number]
            self.dropped += len(self._pictures) - len(kept)
            self._pictures = deque(kept)
            self._gaps.add(number)
            if not packet.key:
                self.dropped += 1
                self._waits_for_key.add(number)
                self._wants_key(wire.RENDITION_NAMES[number])
                return
        self._pictures.append(packet)

    def get(self) -> MediaPacket | None:
        """The next packet to send."""
        if self._sound:
            return self._sound.popleft()
        if not self._pictures:
            return None
        packet = self._pictures.popleft()
        if packet.rendition in self._gaps:
            self._gaps.discard(packet.rendition)
            return packet._replace(gap=True)
        return packet

    def clear(self) -> None:
        """Forget everything: a new connection begins with a keyframe."""
        self._sound.clear()
        self._pictures.clear()


class MediaSender:
    """A `PacketSink` for the link. `send` from any thread; `attach` and `detach` on the studio's loop. `broken` is called
    there when the socket ends by itself."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, wants_key: Callable[[int], None], broken: Callable[[], None] = lambda: None
    ) -> None:
        self.sent_bytes = 0
        self._broken = broken
        self._loop = loop
        self._queue = PacketQueue(wants_key)
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def dropped(self) -> int:
        """Packets that the network did not take in time."""
        return self._queue.dropped

    def send(self, packet: MediaPacket) -> None:
        """Queue a packet; never waits."""
        with contextlib.suppress(RuntimeError):  # the loop has been closed: the studio is on its way out
            self._loop.call_soon_threadsafe(self._put, packet)

    async def attach(self, http: aiohttp.ClientSession, url: str, token: str, session: str) -> None:
        """Send through a new media socket from now on."""
        await self.detach()
        async with asyncio.timeout(CONNECT_S):
            socket = await http.ws_connect(
                f"{url.rstrip('/')}/studio/media",
                headers={"Authorization": f"Bearer {token}", wire.SESSION_HEADER: session},
                compress=0,
                max_msg_size=wire.MAX_PACKET,
            )
        self._queue.clear()
        self._task = asyncio.create_task(self._run(socket), name="link-media")

    async def detach(self) -> None:
        """Send nothing; packets are dropped."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def _put(self, packet: MediaPacket) -> None:
        if self._task is not None:
            self._queue.put(packet)
            self._ready.set()

    async def _run(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        reader = asyncio.create_task(_drain(socket), name="link-media-reader")
        reader.add_done_callback(lambda done: self._ready.set())  # it ends when the server hangs up
        try:
            while not socket.closed:
                await self._ready.wait()
                self._ready.clear()
                while (packet := self._queue.get()) is not None:
                    await socket.send_bytes(packet.pack())
                    self.sent_bytes += len(packet.payload)
            self._broken()
        except (ConnectionError, RuntimeError, aiohttp.ClientError) as error:
            log.warning("the media socket broke: %s", error)
            self._broken()
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
            with contextlib.suppress(Exception):
                async with asyncio.timeout(1):
                    await socket.close()


async def _drain(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Read what the server sends (nothing but close and ping), so that it is answered."""
    async for _ in socket:
        pass
