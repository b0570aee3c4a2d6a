"""Pictures of somebody far away: packets into frames on the loop, frames into pictures on a thread, shown when their sound is.

A frame with a hole waits for what was asked for again; when that does not come in time, nothing is shown until the next
keyframe: a torn picture of a face is worse than a still one.
"""

import threading
from collections.abc import Callable
from typing import Any

import av
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext

from studio.clock import NS_PER_MS, Clock
from studio.media.frames import Converter, Picture
from studio.media.mailbox import BoundedQueue, Mailbox
from studio.media.worker import Worker
from studio.webrtc.received import Received

HOLE_MAX_S = 0.5
"""A missing packet is waited for so long."""
HELD_MAX = 2000
WAITING_MAX = 30
HOLD_MAX_NS = 250 * NS_PER_MS
"""A picture is never held back longer for its sound."""
FFMPEG = {"H264": "h264", "VP8": "vp8"}
_IDR, _SPS = 5, 7


class VideoReceiver:
    """`newest` is what to show now. `due(timestamp)` says when on the media clock a picture's sound is heard (None: at once)."""

    def __init__(self, clock: Clock, ask_keyframe: Callable[[], None], due: Callable[[int], int | None]) -> None:
        self.newest: Mailbox[Picture] = Mailbox()
        self.frames = self.broken = 0
        self.late_ns = 0
        """How much later than its sound the last picture was ready."""
        self.size = (0, 0)
        self.shown = (0, 0)
        """The RTP time of what is shown, and since when (ns, media clock)."""
        self._clock = clock
        self._ask_keyframe = ask_keyframe
        self._due = due
        self._held: dict[int, Received] = {}
        self._next: int | None = None
        self._hole_s: float | None = None
        self._ready: BoundedQueue[tuple[str, bytes, int]] = BoundedQueue(WAITING_MAX)
        self._damaged = threading.Event()
        self._worker = Worker("call-picture", self._run)

    def start(self) -> None:
        """Begin to decode."""
        self._worker.start()

    def close(self) -> None:
        """Stop. Any thread but the loop's may wait for it."""
        self._worker.stop.set()
        self._ready.close()
        self._worker.close()

    def restart(self) -> None:
        """Another connection: its numbers are other ones. On the loop."""
        self._next, self._hole_s = None, None
        self._held.clear()

    def put(self, packet: Received) -> None:
        """A packet has come; on the loop."""
        if self._damaged.is_set():
            self._damaged.clear()
            self._break()
        if self._next is None:
            if not _begins_keyframe(packet):
                self._ask_keyframe()
                return
            self._next = packet.sequence
            self._held = {number: held for number, held in self._held.items() if number > packet.sequence}
        if packet.sequence < self._next:
            return
        self._held[packet.sequence] = packet
        self._assemble(packet.arrived_s)

    def tick(self, now_s: float) -> None:
        """Has a hole become too old? A few times a second."""
        if self._hole_s is not None and now_s - self._hole_s > HOLE_MAX_S:
            self._break()

    def _assemble(self, now_s: float) -> None:
        """Hand on the frames that are whole, in their order."""
        assert self._next is not None
        while True:
            number, parts = self._next, []
            while (packet := self._held.get(number)) is not None:
                parts.append(packet)
                number += 1
                if packet.marker:
                    break
            if not parts or not parts[-1].marker:
                break
            for part in parts:
                del self._held[part.sequence]
            self._next = number
            if self._ready.put((parts[0].codec, b"".join(part.payload for part in parts), parts[0].timestamp)) is not None:
                self._break()
                return
        if len(self._held) > HELD_MAX:
            self._break()
        elif self._held and len(self._held) <= max(self._held) - self._next:
            self._hole_s = self._hole_s if self._hole_s is not None else now_s
        else:
            self._hole_s = None

    def _break(self) -> None:
        """Go on with the next keyframe."""
        self.broken += 1
        self._next, self._hole_s = None, None
        self._held.clear()
        self._ask_keyframe()

    def _run(self, stop: threading.Event) -> None:
        context: VideoCodecContext | None = None
        converter, codec = Converter(), ""
        while not stop.is_set():
            item = self._ready.get(0.5)
            if item is None:
                continue
            name, data, timestamp = item
            if context is None or name != codec:
                context, codec = _decoder(name), name
            try:
                decoded = context.decode(av.Packet(data))
            except (FFmpegError, ValueError):
                context = None
                self._damaged.set()
                continue
            for frame in decoded:
                self._show(converter.picture(frame), timestamp, stop)

    def _show(self, picture: Picture, timestamp: int, stop: threading.Event) -> None:
        due_ns, now_ns = self._due(timestamp), self._clock.now_ns()
        if due_ns is not None:
            self.late_ns = now_ns - due_ns
            if 0 < due_ns - now_ns < HOLD_MAX_NS and len(self._ready) < WAITING_MAX // 2:
                self._clock.wait_until(due_ns, stop)
        self.frames += 1
        self.size = picture.width, picture.height
        self.newest.put(picture)
        self.shown = timestamp, self._clock.now_ns()


def _begins_keyframe(packet: Received) -> bool:
    data = packet.payload
    if packet.codec == "VP8":
        return len(data) > 9 and not data[0] & 1 and data[3:6] == b"\x9d\x01\x2a"
    return len(data) > 4 and data[:4] == b"\x00\x00\x00\x01" and data[4] & 0x1F in (_SPS, _IDR)


def _decoder(name: str) -> Any:
    context = av.CodecContext.create(FFMPEG[name], "r")
    assert isinstance(context, VideoCodecContext)
    context.thread_count = 1
    return context
