"""Sound of somebody far away: Opus packets as they come, laid on the media clock so that the mixer finds them in time.

How long a packet may be late without being missed follows the network: it grows at once when packets come late, and
shrinks while nobody speaks. What does not come in time is concealed by the decoder (RFC 6716 4.4). All on one loop.
"""

from collections import deque

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError

from studio.clock import NS_PER_S
from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import Samples, TimedRing, sample_index, sample_ns, stretched
from studio.webrtc.received import Received

MS = SAMPLE_RATE // 1000
LEAST_DELAY, MOST_DELAY = 25 * MS, 250 * MS
ARRIVALS = 200
"""Four seconds of packets, by which the delay is chosen."""
ENOUGH = 0.98
"""The share of packets that are to come in time."""
TRUTH_WINDOW, TRUTH_WINDOWS = 25, 20
"""Packets in each piece of the past, and pieces, whose earliest arrival says when a packet was sent."""
SOON = 5 * MS
"""A packet that has not come so long before it is mixed is concealed."""
LOOKED = 12 * MS
"""How long it takes until that is noticed."""
STARVED_MAX = 3
"""Frames made up when nothing comes at all; then it is silent."""
QUIET = 0.005
DROP = 5 * MS
HELD_MAX = 200


class AudioReceiver:
    """`ring` is what the mixer reads; `behind` says how many samples after its moment a sample is mixed."""

    def __init__(self, ring: TimedRing, behind: int) -> None:
        self.ring = ring
        self.behind = behind
        self.delay = LEAST_DELAY
        """Samples that packets may be late."""
        self.extra = 0
        """More of it, for a picture that comes later."""
        self.samples = self.concealed = self.late = 0
        self._decoder = _decoder()
        self._toc = b""
        """How to ask the decoder for another frame like the last one."""
        self._next: int | None = None
        self._held: dict[int, Received] = {}
        self._lateness: deque[int] = deque(maxlen=ARRIVALS)
        self._truths: deque[int] = deque(maxlen=TRUTH_WINDOWS)
        self._truth: int | None = None
        self._seen = 0
        self._base: int | None = None
        """Added to an RTP time, the sample on the media clock; `_wanted_base` is what it moves to."""
        self._wanted_base = 0
        self._end = 0
        self._frame = 20 * MS
        self._starved = 0

    def put(self, packet: Received) -> None:
        """A packet has come."""
        self._observe(packet)
        if self._next is None:
            self._next = packet.sequence
        if packet.sequence < self._next:
            self.late += 1
            return
        if len(self._held) >= HELD_MAX or packet.sequence - self._next > HELD_MAX:
            self._held.clear()
            self._next = packet.sequence
        self._held[packet.sequence] = packet
        self._drain()

    def tick(self, now_ns: int) -> None:
        """Make up what must be mixed now and is not there; every 10 ms or so."""
        if self._base is None or self._next is None or not self._toc:
            return
        mixed = sample_index(now_ns) - self.behind
        if self._end - mixed >= SOON:
            return
        if self._held:  # some are missing, and later ones are here
            first = min(self._held)
            if self._held[first].timestamp + self._base - mixed < self._frame:  # nothing between would come in time
                self._next = first
            else:
                self._conceal()
                self._next += 1
            self._drain()
        elif self._starved < STARVED_MAX and self._end - mixed > -self._frame:
            self._starved += 1
            self._conceal()

    def played_ns(self, timestamp: int) -> int | None:
        """When on the media clock an RTP time is mixed."""
        return None if self._base is None else sample_ns(timestamp + self._base + self.behind)

    def _observe(self, packet: Received) -> None:
        """When did it come, compared with the earliest ones?"""
        arrived = sample_index(round(packet.arrived_s * NS_PER_S)) - packet.timestamp
        if self._truth is None or arrived < self._truth:
            self._truth = arrived
        self._seen += 1
        if self._seen >= TRUTH_WINDOW:
            self._truths.append(self._truth)
            self._truth, self._seen = None, 0
        earliest = min([*self._truths, *([self._truth] if self._truth is not None else [])])
        lateness = arrived - earliest
        self._lateness.append(min(lateness, MOST_DELAY))
        if len(self._lateness) > 10:
            latest = sorted(self._lateness)[min(len(self._lateness) - 1, int(len(self._lateness) * ENOUGH))]
            self.delay = max(LEAST_DELAY, min(MOST_DELAY, latest + SOON + LOOKED))
        self._wanted_base = earliest + self.delay + self.extra - self.behind
        if self._base is None:
            self._base = self._wanted_base

    def _drain(self) -> None:
        assert self._next is not None
        while (packet := self._held.pop(self._next, None)) is not None:
            self._next += 1
            self._starved = 0
            if packet.payload:
                self._write(packet)

    def _write(self, packet: Received) -> None:
        assert self._base is not None
        self._toc = packet.payload[:1]
        samples = self._decode(packet.payload)
        if not len(samples):
            return
        self._frame = len(samples)
        behind_by = self._wanted_base - self._base
        if behind_by > self._frame:  # far too early: packets come later than they did
            self._base += behind_by
        elif abs(behind_by) > MS:
            quiet = behind_by < 0 and float(np.abs(samples).max()) < QUIET
            step = max(behind_by, -DROP) if quiet else (1 if behind_by > 0 else -1) * max(1, len(samples) // 240)
            samples = stretched(samples, max(1, len(samples) + step))
            self._base += step
            self._put(packet.timestamp + self._base - step, samples)
            return
        self._put(packet.timestamp + self._base, samples)

    def _put(self, start: int, samples: Samples) -> None:
        if self._end < start <= self._end + self._frame * STARVED_MAX and self._toc and self.samples:
            while self._end < start:  # a hole, that sound fills better than silence
                self._conceal()
        self.ring.write(start, samples)
        self._end = start + len(samples)
        self.samples += len(samples)

    def _conceal(self) -> None:
        samples = self._decode(self._toc)
        if len(samples):
            self.ring.write(self._end, samples)
            self._end += len(samples)
            self.samples += len(samples)
            self.concealed += len(samples)

    def _decode(self, payload: bytes) -> Samples:
        """A frame; of a payload that is only its first byte (RFC 6716 3.2.1: nothing was sent), what could have been there."""
        try:
            frames = self._decoder.decode(av.Packet(payload))
        except (FFmpegError, ValueError):
            return np.zeros((0, 2), np.float32)
        blocks = [np.asarray(frame.to_ndarray()).reshape(-1, 2) for frame in frames]
        if not blocks:
            return np.zeros((0, 2), np.float32)
        samples = np.concatenate(blocks)
        if samples.dtype == np.int16:
            return samples.astype(np.float32) / np.float32(32768)
        return samples.astype(np.float32)


def _decoder() -> AudioCodecContext:
    context = av.CodecContext.create("libopus", "r")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = SAMPLE_RATE
    context.layout = "stereo"
    return context
