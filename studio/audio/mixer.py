"""The mixer thread: every 10 ms one block of every channel, into one bus.

Question: 20 ms (DESIGN) or 10? Decision: 10. A browser holds two packets back before it plays, and lip sync holds the
picture back with them: measured 136 → 105 ms from screen to page. Price: 50 packets a second more for each viewer.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from studio.audio.limiter import STEP, Limiter
from studio.audio.meter import Level, gain, measure
from studio.audio.patience import GONE, Patience
from studio.clock import NS_PER_MS, Clock
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.media.mailbox import Mailbox
from studio.media.timed_ring import Samples, TimedRing, sample_index, sample_ns
from studio.media.worker import TICKING, Worker

log = logging.getLogger(__name__)

BlockSink = Callable[[Samples, int], None]
"""Called with a (480, 2) block and the pts (ns, media clock) of its first sample, on the mixer thread."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One channel as the mixer sees it. `heard`: it belongs into the mix now (a film only while its scene is on air);
    `delay`: samples it is used later than it came."""

    source: str
    ring: TimedRing
    fader_db: float = 0.0
    muted: bool = False
    heard: bool = True
    delay: int = 0


class Mixer:
    """Mixes what sounded a moment ago (at first `latency_ms`), so that devices have had the time to deliver it.

    A block's pts is when it sounded, so sound and picture that happened together carry the same time. Gains change
    over one block, never at once. Meters measure behind the fader, muted channels too.
    """

    def __init__(self, clock: Clock, latency_ms: int = 30) -> None:
        self.meters: Mailbox[dict[str, Level]] = Mailbox()
        """Levels by source id, and the bus under `""`, a hundred times a second."""
        self.late = self.failed = 0
        self._patience = Patience(latency_ms)
        self._clock = clock
        self._strips: tuple[Strip, ...] = ()
        self._master_db, self._master_muted = 0.0, False
        self._gains: dict[str, float] = {}
        self._limiter = Limiter()
        self._sinks: tuple[BlockSink, ...] = ()
        self._worker = Worker("mixer", self._run, nice=TICKING)

    def start(self) -> None:
        """Begin to mix."""
        self._worker.start()

    def close(self) -> None:
        """Stop."""
        self._worker.close()

    def set_strips(self, strips: tuple[Strip, ...]) -> None:
        """Replace all channels; from any thread."""
        self._strips = strips

    def set_master(self, fader_db: float, muted: bool) -> None:
        """Set the bus' fader; from any thread."""
        self._master_db, self._master_muted = fader_db, muted

    def add_sink(self, sink: BlockSink) -> Callable[[], None]:
        """Hand every block to `sink`; returns the function that ends it."""
        self._sinks = (*self._sinks, sink)

        def remove() -> None:
            self._sinks = tuple(other for other in self._sinks if other is not sink)

        return remove

    def _run(self, stop: threading.Event) -> None:
        index = sample_index(self._clock.now_ns())
        while True:
            due = sample_ns(index + OPUS_FRAME + self._patience.samples)
            if not self._clock.wait_until(due, stop):
                return
            behind = self._clock.now_ns() - due
            if behind > 500 * NS_PER_MS:  # the machine slept: go on from now instead of racing through the past
                self.late += 1
                index = sample_index(self._clock.now_ns()) - self._patience.samples - OPUS_FRAME
            try:
                self._mix_and_send(index)
            except Exception:  # one bad block must not end all sound; the log says why, once a second
                self.failed += 1
                if self.failed % 100 == 1:
                    log.exception("a block of sound could not be mixed")
            index += OPUS_FRAME

    def _mix_and_send(self, index: int) -> None:
        block = self.mix(index)
        self._patience.observe(self._ahead(index + OPUS_FRAME))
        pts_ns = sample_ns(index - STEP)
        for sink in self._sinks:
            sink(block, pts_ns)

    def _ahead(self, index: int) -> int | None:
        """How far the slowest device that fills by the clock is beyond `index`."""
        found = [ahead for strip in self._strips if (ahead := strip.ring.ahead(index - strip.delay)) is not None and ahead > GONE]
        return min(found, default=None)

    @property
    def latency_ms(self) -> float:
        """How long it waits for devices now."""
        return self._patience.samples * 1000 / SAMPLE_RATE

    def mix(self, index: int) -> Samples:
        """The limited bus of the block at sample `index`, delayed by the limiter's `STEP`; updates the meters."""
        bus = np.zeros((OPUS_FRAME, 2), np.float32)
        levels: dict[str, Level] = {}
        strips = self._strips
        for strip in strips:
            block = strip.ring.read(index - strip.delay, OPUS_FRAME)
            fader = gain(strip.fader_db)
            levels[strip.source] = measure(block * np.float32(fader))
            wanted = fader if strip.heard and not strip.muted else 0.0
            bus += block * self._ramp(strip.source, wanted)
        wanted = 0.0 if self._master_muted else gain(self._master_db)
        bus *= self._ramp("", wanted)
        limited = self._limiter(bus)
        levels[""] = measure(limited)
        self.meters.put(levels)
        self._forget({strip.source for strip in strips} | {""})
        return limited

    def _ramp(self, key: str, wanted: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]] | np.float32:
        before = self._gains.get(key, wanted)
        self._gains[key] = wanted
        if before == wanted:
            return np.float32(wanted)
        return np.linspace(before, wanted, OPUS_FRAME, dtype=np.float32)[:, None]

    def _forget(self, known: set[str]) -> None:
        for key in [key for key in self._gains if key not in known]:
            del self._gains[key]
