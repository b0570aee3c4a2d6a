"""The mixer thread: every 10 ms one block of every channel, into one bus.

Question: 20 ms (DESIGN) or 10? Decision: 10. A browser holds two packets back before it plays, and lip sync holds the
picture back with them: measured 136 → 105 ms from screen to page. Price: 50 packets a second more for each viewer.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from studio.audio.adaptive_latency import GONE, LEAST, AdaptiveLatency
from studio.audio.ducking import Duck
from studio.audio.echo import EchoCancellation
from studio.audio.effects import EffectChain
from studio.audio.limiter import STEP, Limiter
from studio.audio.loudness import Loudness, LoudnessMeter
from studio.audio.meter import SILENCE_DB, Level, gain, measure
from studio.audio.monitor import Monitor
from studio.audio.speech import SpeechWatch
from studio.clock import NS_PER_MS, Clock
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.media.mailbox import Mailbox
from studio.media.timed_ring import Samples, TimedRing, sample_index, sample_ns, silence
from studio.media.worker import TICKING, Worker
from studio.state.effects import AnyEffect, Ducking

log = logging.getLogger(__name__)

ECHO_LEAST = SAMPLE_RATE * 30 // 1000
"""What the speakers were given must be known when the microphone's block of that time is cleaned."""
BlockSink = Callable[[Samples, int], None]
"""Called with a (480, 2) block and the pts (ns, media clock) of its first sample, on the mixer thread."""


class MixMinus:
    """The mix without some sources (`sources`, by id; replaced from any thread): what somebody far away hears who is in it
    would otherwise come back to them as an echo."""

    def __init__(self) -> None:
        self.sources: frozenset[str] = frozenset()
        self.limiter = Limiter()
        self.left_out = np.zeros((OPUS_FRAME, 2), np.float32)
        """Of the present block, what is not to be in it."""


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
    balance: float = 0.0
    mono: bool = False
    effects: tuple[AnyEffect, ...] = ()
    ducking: Ducking | None = None
    monitor: bool = False
    solo: bool = False
    microphone: bool = False
    """It hears the speakers as well."""
    paced: bool = True
    """Filled by a device, which the mixer waits for; what comes over a network waits for the mixer."""


class Mixer:
    """Mixes what sounded a moment ago (at first `latency_ms`), so that devices have had the time to deliver it.

    A block's pts is when it sounded, so sound and picture that happened together carry the same time. Gains change
    over one block, never at once. Meters measure behind the fader, muted channels too.
    """

    def __init__(self, clock: Clock, latency_ms: int = 30) -> None:
        self.meters: Mailbox[dict[str, Level]] = Mailbox()
        """Levels by source id, and the bus under `""`, a hundred times a second."""
        self.loudness: Mailbox[Loudness] = Mailbox()
        """Of the bus, by EBU R128."""
        self.speech = SpeechWatch()
        """Who speaks, whether heard or not."""
        self.late = self.failed = 0
        self._patience = AdaptiveLatency(latency_ms)
        self._first = 0
        """The sample that is mixed first."""
        self.clock = clock
        self._strips: tuple[Strip, ...] = ()
        self._master_db, self._master_muted = 0.0, False
        self._gains: dict[str, float] = {}
        self._limiter = Limiter()
        self._bus = np.zeros((OPUS_FRAME, 2), np.float32)
        self._loudness = LoudnessMeter()
        self._chains: defaultdict[str, EffectChain] = defaultdict(EffectChain)
        self._ducks: defaultdict[str, Duck] = defaultdict(Duck)
        self._spoken: dict[str, float] = {}
        """How loud each channel was in the last block, for those that duck under it."""
        self._forgotten: tuple[Strip, ...] | None = None
        """The strips for which nothing is kept of others."""
        self._headphones: Monitor | None = None
        self._echo: EchoCancellation | None = None
        self._sinks: tuple[tuple[BlockSink, MixMinus | None], ...] = ()
        self._worker = Worker("mixer", self._run, nice=TICKING)

    def start(self) -> None:
        """Begin to mix what sounds from now on."""
        self._first = sample_index(self.clock.now_ns())
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

    def set_headphones(self, headphones: Monitor | None) -> None:
        """Where monitored and soloed channels are heard; from any thread."""
        self._headphones = headphones

    def set_echo(self, echo: EchoCancellation | None) -> None:
        """Take what the headphones' device plays out of every microphone; from any thread."""
        self._echo = echo
        self._patience.hold(LEAST if echo is None else ECHO_LEAST)

    def played(self, block: Samples, index: int) -> None:
        """The headphones' device was given this at the time of sample `index`; on their thread."""
        if (echo := self._echo) is not None:
            echo.played(block, index)

    def broken_effects(self) -> dict[str, tuple[str, ...]]:
        """By source id, the tags of the effects that had to be left out of its channel. Any thread."""
        return {source: chain.failed for source, chain in tuple(self._chains.items()) if chain.failed}

    def add_sink(self, sink: BlockSink, minus: MixMinus | None = None) -> Callable[[], None]:
        """Hand every block to `sink`; returns the function that ends it."""
        self._sinks = (*self._sinks, (sink, minus))

        def remove() -> None:
            self._sinks = tuple(other for other in self._sinks if other[0] is not sink)

        return remove

    def _run(self, stop: threading.Event) -> None:
        index = self._first
        while True:
            due = sample_ns(index + OPUS_FRAME + self._patience.samples)
            if not self.clock.wait_until(due, stop):
                return
            behind = self.clock.now_ns() - due
            if behind > 500 * NS_PER_MS:  # the machine slept: go on from now instead of racing through the past
                self.late += 1
                index = sample_index(self.clock.now_ns()) - self._patience.samples - OPUS_FRAME
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
        for sink, minus in self._sinks:
            sink(block if minus is None else self._without(minus), pts_ns)

    def _without(self, minus: MixMinus) -> Samples:
        """The block that was mixed last, without these sources. Through a limiter of its own even while there are none: it is
        late by as much, and nothing jumps when one is put on air."""
        return minus.limiter(self._bus - minus.left_out)

    def _ahead(self, index: int) -> int | None:
        """How far the slowest device that fills by the clock is beyond `index`."""
        paced = (strip for strip in self._strips if strip.paced)
        found = [ahead for strip in paced if (ahead := strip.ring.ahead(index - strip.delay)) is not None and ahead > GONE]
        return min(found, default=None)

    @property
    def behind(self) -> int:
        """How many samples after a sample sounded its block is mixed."""
        return self._patience.samples + OPUS_FRAME

    @property
    def latency_ms(self) -> float:
        """How long it waits for devices now."""
        return self._patience.samples * 1000 / SAMPLE_RATE

    def mix(self, index: int) -> Samples:
        """The limited bus of the block at sample `index`, delayed by the limiter's `STEP`; updates the meters."""
        quiet = silence(OPUS_FRAME)
        bus = heard_there = quiet
        levels: dict[str, Level] = {}
        spoken: dict[str, float] = {}
        strips = self._strips
        solo = any(strip.solo for strip in strips)
        echo, headphones = self._echo, self._headphones
        minuses = [minus for _, minus in self._sinks if minus is not None]
        for minus in minuses:
            minus.left_out[:] = 0
        for strip in strips:
            taken = strip.ring.read(index - strip.delay, OPUS_FRAME)
            if echo is not None and strip.microphone:
                taken = echo.cleaned(strip.source, taken, index)
            level = measure(taken)
            self.speech.observe(strip.source, level)
            block = _sides(self._chains[strip.source](taken, strip.effects), strip)
            if block is not taken:
                level = measure(block)
            fader = gain(strip.fader_db)
            levels[strip.source] = level.turned(strip.fader_db)
            on = strip.heard and not strip.muted
            spoken[strip.source] = levels[strip.source].rms_db if on else SILENCE_DB
            key = self._spoken.get(strip.ducking.key, SILENCE_DB) if strip.ducking else SILENCE_DB
            ducked = self._ducks[strip.source].next(strip.ducking, key)
            ramp = self._ramp(strip.source, fader * ducked if on else 0.0)
            if block is quiet:
                continue
            if isinstance(ramp, np.ndarray) or ramp > 0:
                block_heard = block * ramp
                bus = block_heard if bus is quiet else bus + block_heard
                for minus in minuses:
                    if strip.source in minus.sources:
                        minus.left_out += block_heard
            if headphones is None:
                continue
            if strip.solo:  # before fader and mute: a look at what is there
                heard_there = heard_there + block
            elif strip.monitor and not solo and not strip.muted:
                heard_there = heard_there + block * np.float32(fader)
        self._spoken = spoken
        if headphones is not None:
            headphones.put(np.clip(heard_there, -1, 1))
        wanted = 0.0 if self._master_muted else gain(self._master_db)
        master = self._ramp("", wanted)
        if bus is not quiet and (isinstance(master, np.ndarray) or master != 1):
            bus = bus * master
        for minus in minuses:
            minus.left_out *= master
        self._bus = bus
        limited = self._limiter(bus)
        levels[""] = measure(limited)
        self.loudness.put(self._loudness(limited))
        self.meters.put(levels)
        if strips is not self._forgotten:
            self._forgotten = strips
            self._forget({strip.source for strip in strips} | {""})
        return limited

    def _ramp(self, key: str, wanted: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]] | np.float32:
        before = self._gains.get(key, wanted)
        self._gains[key] = wanted
        if before == wanted:
            return np.float32(wanted)
        return np.linspace(before, wanted, OPUS_FRAME, dtype=np.float32)[:, None]

    def _forget(self, known: set[str]) -> None:
        for kept in (self._gains, self._chains, self._ducks):
            for key in [key for key in kept if key not in known]:
                del kept[key]
        self.speech.forget(known)


def _sides(block: Samples, strip: Strip) -> Samples:
    """Both sides together for `mono`, and one of them quieter for a balance."""
    if strip.mono:
        block = np.repeat(block.mean(axis=1, keepdims=True, dtype=np.float32), 2, axis=1)
    if strip.balance:
        left, right = min(1.0, 1 - strip.balance), min(1.0, 1 + strip.balance)
        block = block * np.array([left, right], np.float32)
    return block
