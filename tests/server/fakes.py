"""Working stand-ins for the people around a show server: a desktop, a page, a viewer.

They speak the real protocols over real sockets; nothing of the server is replaced.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, NamedTuple

import aiohttp
import msgspec
import numpy as np
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame

from studio import wire
from studio.clock import NS_PER_MS, NS_PER_S, MonotonicClock
from studio.commands import Command
from studio.errors import Confirm
from studio.link.connection import Connection, connect, hello
from studio.server.app import ShowServer
from studio.wire import AUDIO, RENDITIONS, VIDEO, MediaPacket
from tests.fakes import TIMEOUT_S, until

TOKEN = "the-host's-token"
FRAME_NS = 33_333_333
SOUND_NS = 20_000_000


class Unit(NamedTuple):
    """One encoded access unit or Opus packet."""

    payload: bytes
    key: bool = False


class Programme(NamedTuple):
    """A short programme to send in a loop: 30 pictures a second beginning with a keyframe, and 10 ms packets of sound."""

    pictures: tuple[Unit, ...]
    sound: tuple[Unit, ...]


class Inbox:
    """Everything that arrived at a socket, in order."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self.closed: int | None = None
        self._changed = asyncio.Event()

    def put(self, message: Any) -> None:
        """Something arrived."""
        self.all.append(message)
        self._changed.set()

    def close(self, code: int | None) -> None:
        """The socket ended, with its close code."""
        self.closed = code or 1006
        self._changed.set()

    async def find(self, predicate: Callable[[Any], Any], timeout_s: float = TIMEOUT_S) -> Any:
        """The first message that fits, whether it came already or is still to come."""
        looked = 0
        async with asyncio.timeout(timeout_s):
            while True:
                for message in self.all[looked:]:
                    looked += 1
                    if predicate(message):
                        return message
                assert self.closed is None, f"closed with {self.closed} before it came: {self.all}"
                self._changed.clear()
                await self._changed.wait()

    async def end(self, timeout_s: float = TIMEOUT_S) -> int:
        """The code the other side closed with."""
        async with asyncio.timeout(timeout_s):
            while self.closed is None:
                self._changed.clear()
                await self._changed.wait()
        return self.closed

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self.all.clear()


class PushedClock(MonotonicClock):
    """The machine's own clock, which a test may push ahead."""

    def __init__(self) -> None:
        self._ahead_ns = 0

    def push(self, seconds: float) -> None:
        """So much time has passed at once."""
        self._ahead_ns += round(seconds * NS_PER_S)

    def now_ns(self) -> int:
        return super().now_ns() + self._ahead_ns

    def wall_ms(self) -> int:
        return super().wall_ms() + self._ahead_ns // NS_PER_MS


class Desktop:
    """A desktop as the server sees it: both sockets and a lease, and a programme from a list instead of an engine."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        *,
        client: str = "desk-1",
        name: str = "Anna's laptop",
        show: str = "demo",
        token: str = TOKEN,
        engine: bool = True,
    ) -> None:
        self.http, self.url, self.client, self.token, self.show = http, url, client, token, show
        self.hello = hello(client, name, show, studio=engine)
        self.inbox = Inbox()
        self.epoch = 0
        self.stream_ms = 0
        self.answer: Callable[[wire.CommandMessage], wire.Reply | None] = lambda message: wire.Reply(id=message.id)
        self.connection: Connection
        self.media: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._programme: asyncio.Task[None] | None = None
        self._sequence = itertools.count()

    async def connect(self) -> "Desktop":
        """Say hello and begin to listen."""
        self.connection = await connect(self.http, self.url, self.token, self.hello)
        self.connection.media_ms = lambda: self.stream_ms
        self._reader = asyncio.create_task(self._listen())
        return self

    @property
    def welcome(self) -> wire.Welcome:
        """How the server greeted us."""
        return self.connection.welcome

    async def _listen(self) -> None:
        await self.connection.run(self._handle)
        self.inbox.close(self.connection._socket.close_code)

    async def _handle(self, message: wire.AnyMessage) -> None:
        self.inbox.put(message)
        if isinstance(message, wire.CommandMessage) and (reply := self.answer(message)) is not None:
            await self.connection.send(reply)

    async def do(self, command: Command) -> Any:
        """Have the server run a command."""
        return await self.connection.execute(command)

    async def confirmed(self, command: Command) -> Any:
        """Run a guarded command: ask, then send the code it wants."""
        try:
            await self.do(command)
        except Confirm as error:
            return await self.do(msgspec.structs.replace(command, confirm=error.confirm))
        raise AssertionError("it was not guarded")

    async def event(self, kind: str) -> Any:
        """The first event of a type (`show.started`)."""
        return (await self.inbox.find(lambda m: isinstance(m, wire.EventMessage) and m.event["data"]["type"] == kind)).event

    async def show_where(self, predicate: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The first state of the show that fits."""
        found: dict[str, Any] = await self.branch("show", predicate)
        return found

    async def branch(self, name: str, predicate: Callable[[Any], Any] = lambda value: True) -> Any:
        """The first state of a branch that fits."""
        message = await self.inbox.find(lambda m: isinstance(m, wire.StateMessage) and m.branch == name and predicate(m.value))
        return message.value

    async def told(self, kind: type[wire.Message], **fields: Any) -> Any:
        """The first message of a type with these fields."""
        return await self.inbox.find(
            lambda m: isinstance(m, kind) and all(getattr(m, name) == value for name, value in fields.items())
        )

    async def take(self, *, take_over: bool = False, media_ms: int = 0, renditions: tuple[int, ...] = (1080,)) -> wire.Lease:
        """Take the lease and open the media socket."""
        lease = await self.connection.lease(
            wire.Lease(action="take", show=self.show, take_over=take_over, media_ms=media_ms, renditions=list(renditions))
        )
        self.epoch, self.stream_ms = lease.epoch, lease.media_ms
        await self.open_media()
        return lease

    async def open_media(self) -> None:
        """Open `/studio/media` for this session."""
        await self.close_media()
        headers = {"Authorization": f"Bearer {self.token}", "Vitrine-Session": self.welcome.session}
        self.media = await self.http.ws_connect(f"{self.url}/studio/media", headers=headers, max_msg_size=wire.MAX_PACKET)

    async def close_media(self) -> None:
        """Close the media socket only."""
        if self.media is not None:
            await self.media.close()

    async def _send(self, packet: MediaPacket) -> None:
        assert self.media is not None, "take the lease first"
        await self.media.send_bytes(packet.pack())

    async def picture(self, payload: bytes, *, key: bool = False, rendition: int = 1080, gap: bool = False) -> None:
        """Send one access unit at the stream clock's position."""
        pts_ns = self.stream_ms * 1_000_000
        number = next(self._sequence)
        packet = MediaPacket(VIDEO, RENDITIONS[rendition], key, self.epoch, number, pts_ns, payload, gap)
        await self._send(packet)

    async def sound(self, payload: bytes = b"\xfc\xff\xfe") -> None:
        """Send one Opus packet (by default 20 ms of silence) at the stream clock's position."""
        packet = MediaPacket(AUDIO, 0, True, self.epoch, next(self._sequence), self.stream_ms * 1_000_000, payload)
        await self._send(packet)

    def play(self, programme: Programme) -> None:
        """Send `programme` over and over at its own pace, until `pause` or `close`."""
        self._programme = asyncio.create_task(self._play(programme))

    async def pause(self) -> None:
        """Send no more packets."""
        if self._programme is not None:
            self._programme.cancel()
            await asyncio.gather(self._programme, return_exceptions=True)
            self._programme = None

    async def _play(self, programme: Programme) -> None:
        loop = asyncio.get_running_loop()
        began_s, began_ns = loop.time(), self.stream_ms * 1_000_000
        due = [(VIDEO, number * FRAME_NS, unit) for number, unit in enumerate(programme.pictures)]
        due += [(AUDIO, number * SOUND_NS, unit) for number, unit in enumerate(programme.sound)]
        due.sort(key=lambda item: item[1])
        length_ns = len(programme.pictures) * FRAME_NS
        for turn in itertools.count():
            for kind, at_ns, unit in due:
                pts_ns = began_ns + turn * length_ns + at_ns
                await asyncio.sleep(max(0.0, began_s + (pts_ns - began_ns) / 1e9 - loop.time()))
                self.stream_ms = pts_ns // 1_000_000
                rendition = RENDITIONS[1080] if kind == VIDEO else 0
                packet = MediaPacket(kind, rendition, unit.key, self.epoch, next(self._sequence), pts_ns, unit.payload)
                await self._send(packet)

    async def on_air(self, programme: Programme) -> None:
        """Take the lease and send, until the server says that packets arrive."""
        await self.take()
        self.play(programme)
        await self.event("stream.started")

    async def close(self) -> None:
        """Hang up."""
        await self.pause()
        await self.close_media()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
            await self.connection.close()


class Page:
    """A page's audience socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.inbox = Inbox()
        self._numbers = itertools.count(1)
        self._reader = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for message in self.socket:
            said = msgspec.json.decode(message.data)
            if said["t"] == "events":  # several at once: here each is its own message
                for event in said["events"]:
                    self.inbox.put({"t": "event", "event": event})
            else:
                self.inbox.put(said)
        self.inbox.close(self.socket.close_code)

    async def send(self, **message: Any) -> None:
        """Send a message to the server."""
        await self.socket.send_str(msgspec.json.encode(message).decode())

    async def next(self, kind: str, **fields: Any) -> Any:
        """The first message of a kind with these fields."""
        return await self.inbox.find(lambda m: m["t"] == kind and all(m.get(name) == value for name, value in fields.items()))

    async def event(self, kind: str) -> Any:
        """The first event of a type (`show.started`)."""
        return (await self.inbox.find(lambda m: m["t"] == "event" and m["event"]["data"]["type"] == kind))["event"]

    async def ask(self, **message: Any) -> Any:
        """Send a message that is answered; the answer."""
        number = next(self._numbers)
        await self.send(n=number, **message)
        return await self.next("answer", n=number)

    async def say(self, text: str, **fields: Any) -> Any:
        """Write a line into the chat; the answer."""
        return await self.ask(t="say", text=text, **fields)

    @property
    def visitor(self) -> str:
        """The token it was given."""
        return str(next(message["visitor"] for message in self.inbox.all if message["t"] == "welcome"))

    @property
    def seqs(self) -> list[int]:
        """The sequence numbers of the events that came, in the order they came."""
        return [message["event"]["seq"] for message in self.inbox.all if message["t"] == "event"]

    async def close(self) -> None:
        """The visitor leaves."""
        await self.socket.close()
        await self._reader


@contextlib.asynccontextmanager
async def page(
    http: aiohttp.ClientSession,
    server: ShowServer,
    *,
    show: str = "demo",
    key: str = "",
    seq: int = 0,
    visitor: str = "",
    browser: str = "a browser",
) -> AsyncIterator[Page]:
    """A page that is open on `show` and has been welcomed."""
    query = {"key": key} if key else {}
    opened = Page(await http.ws_connect(f"{server.url}/shows/{show}/ws", params=query, headers={"User-Agent": browser}))
    try:
        await opened.send(t="hello", seq=seq, visitor=visitor)
        await opened.next("welcome")
        yield opened
    finally:
        await opened.close()


class Viewer:
    """A WHEP player: a whole WebRTC stack that decodes what comes."""

    def __init__(self, http: aiohttp.ClientSession, server: ShowServer, *, show: str = "demo") -> None:
        self.connection = RTCPeerConnection()
        self.pictures: list[VideoFrame] = []
        self.sounds: list[AudioFrame] = []
        self.resource = ""
        self.session = ""
        self.answer = ""
        self._http, self._server = http, server
        self._endpoint = f"{server.url}/shows/{show}/whep"
        self._tasks: list[asyncio.Task[None]] = []
        self.connection.on("track", self._follow)

    async def offer(self, kinds: tuple[str, ...] = ("video", "audio")) -> str:
        """An offer to receive, with candidates."""
        for kind in kinds:
            self.connection.addTransceiver(kind, direction="recvonly")
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def join(self, kinds: tuple[str, ...] = ("video", "audio"), **query: str) -> None:
        """POST the offer, apply the answer, and be connected."""
        body = await self.offer(kinds)
        headers = {"Content-Type": "application/sdp"}
        async with self._http.post(self._endpoint, params=query, data=body, headers=headers) as response:
            assert response.status == 201, await response.text()
            self.answer = await response.text()
            self.resource = self._server.url + response.headers["Location"]
            self.session = self.resource.rpartition("/")[2]
        await self.connection.setRemoteDescription(RTCSessionDescription(self.answer, "answer"))
        await until(lambda: self.connection.connectionState == "connected")

    def _follow(self, track: MediaStreamTrack) -> None:
        self._tasks.append(asyncio.create_task(self._receive(track)))

    async def _receive(self, track: MediaStreamTrack) -> None:
        kept: list[Any] = self.pictures if track.kind == "video" else self.sounds
        with contextlib.suppress(MediaStreamError):
            while True:
                kept.append(await track.recv())
                del kept[:-100]

    def vanish(self) -> None:
        """The viewer's network is gone: nothing more leaves its machine."""

        def lost(data: bytes, address: object = None) -> None:
            """Nobody gets it."""

        for transceiver in self.connection.getTransceivers():
            for protocol in transceiver.receiver.transport.transport._connection._protocols:
                protocol.transport.sendto = lost  # type: ignore[method-assign, assignment]

    @property
    def colour(self) -> tuple[int, int, int]:
        """Red, green and blue in the middle of the newest picture."""
        picture = self.pictures[-1].to_ndarray(format="rgb24")
        middle = picture[picture.shape[0] // 2, picture.shape[1] // 2]
        return int(middle[0]), int(middle[1]), int(middle[2])

    def tone(self) -> tuple[float, float]:
        """The strongest frequency (Hz) of the newest half second of sound, and its amplitude (1.0 is full scale)."""
        blocks = [sound.to_ndarray().reshape(-1, 2)[:, 0] for sound in self.sounds[-25:]]
        signal = np.concatenate(blocks).astype(np.float64) / 32768
        spectrum = np.abs(np.fft.rfft(signal * np.hanning(len(signal))))
        peak = int(spectrum.argmax())
        return peak * 48_000 / len(signal), float(spectrum[peak] * 4 / len(signal))

    async def close(self) -> None:
        """The viewer's machine is switched off."""
        await self.connection.close()
        for task in self._tasks:  # aiortc ends no track of a connection that it had not quite made yet
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class RecordingSender:
    """Keeps what it was given instead of sending it; `full` is a socket that takes no more."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, int, bool]] = []
        self.reports: list[tuple[int, int]] = []
        self.on_keyframe: Callable[[], None] = lambda: None
        self.full = False
        self.ready = True
        self.packets = self.octets = self.missed = self.forgotten = 0

    def send_payloads(self, payloads: Sequence[bytes], timestamp: int, *, marker: bool) -> bool:
        if self.full:
            return False
        self.packets += len(payloads)
        self.octets += sum(len(payload) for payload in payloads)
        self.sent += [(payload, timestamp, marker and number == len(payloads) - 1) for number, payload in enumerate(payloads)]
        return True

    def forget(self) -> None:
        self.forgotten += 1

    def report(self, ntp_time: int, timestamp: int) -> None:
        self.reports.append((ntp_time, timestamp))


class RecordingPeer:
    """A peer that reads pictures, sound or both."""

    def __init__(self, *, video: bool = True, audio: bool = True) -> None:
        self.video = RecordingSender() if video else None
        self.audio = RecordingSender() if audio else None

    async def close(self) -> None:
        """There is nothing to close."""
