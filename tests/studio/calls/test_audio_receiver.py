"""Sound over a bad network: packets late, lost, twice, out of order, on a clock that the test moves."""

import random
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.calls.audio_receiver import LEAST_DELAY, MS, AudioReceiver
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE, OpusEncoder
from studio.media.timed_ring import TimedRing, sample_ns
from studio.webrtc.received import Received

BEHIND = 40 * MS
START = 10 * SAMPLE_RATE
"""The sample at which the other side's first packet begins, on our clock."""
HERTZ = 440


@pytest.fixture(scope="module")
def packets() -> list[bytes]:
    """Three seconds of a tone, in 10 ms packets."""
    encoder = OpusEncoder(32, "voip", 10)
    at = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    tone = (0.5 * np.sin(2 * np.pi * HERTZ * at)).astype(np.float32)
    made: list[bytes] = []
    for start in range(0, len(tone), OPUS_FRAME):
        block = np.repeat(tone[start : start + OPUS_FRAME, None], 2, axis=1)
        made += [unit.payload for unit in encoder.encode(block, 0)]
    return made


class Listener:
    """Plays arrivals in the order of time, ticks every 10 ms, and reads what the mixer would."""

    def __init__(self) -> None:
        self.hearing = AudioReceiver(TimedRing(6.0), BEHIND)
        self.heard: list[np.ndarray] = []
        self._mixed = START - BEHIND

    def play(self, arrivals: Iterator[tuple[int, Received]], until: int) -> np.ndarray:
        waiting = sorted(arrivals, key=lambda pair: pair[0])
        for now in range(START, until, OPUS_FRAME):
            while waiting and waiting[0][0] <= now:
                self.hearing.put(waiting.pop(0)[1])
            self.hearing.tick(sample_ns(now))
            self.heard.append(self.hearing.ring.read(now - BEHIND, OPUS_FRAME))
        return np.concatenate(self.heard)[:, 0]


def received(packets: list[bytes], delay: dict[int, int | None] | None = None, jitter: int = 0) -> Iterator[tuple[int, Received]]:
    """When each packet comes (in samples) and what; a delay of None loses it."""
    chance = random.Random(5)
    for number, payload in enumerate(packets):
        late = (delay or {}).get(number, 0)
        if late is None:
            continue
        arrives = START + (number + 1) * OPUS_FRAME + late + chance.randint(0, jitter)
        timestamp = 77_000 + number * OPUS_FRAME
        yield arrives, Received("opus", 500 + number, timestamp, False, payload, arrives / SAMPLE_RATE)


def silent(sound: np.ndarray) -> int:
    """Samples of the steady part where nothing sounds."""
    windows = np.abs(sound).reshape(-1, OPUS_FRAME).max(axis=1)
    return int((windows < 0.05).sum()) * OPUS_FRAME


def test_what_comes_in_time_is_heard_whole(packets: list[bytes]) -> None:
    listener = Listener()
    sound = listener.play(received(packets), START + 3 * SAMPLE_RATE)
    assert listener.hearing.concealed == 0
    assert silent(sound[SAMPLE_RATE : 2 * SAMPLE_RATE]) == 0
    assert listener.hearing.delay <= LEAST_DELAY
    spectrum = np.abs(np.fft.rfft(sound[SAMPLE_RATE : 2 * SAMPLE_RATE]))
    assert abs(int(spectrum.argmax()) - HERTZ) <= 3


def test_one_that_is_lost_is_concealed(packets: list[bytes]) -> None:
    listener = Listener()
    sound = listener.play(received(packets, dict.fromkeys(range(120, 200, 10))), START + 3 * SAMPLE_RATE)
    assert OPUS_FRAME * 8 <= listener.hearing.concealed <= OPUS_FRAME * 12
    assert silent(sound[SAMPLE_RATE : 2 * SAMPLE_RATE]) == 0


def test_it_waits_longer_where_packets_come_late(packets: list[bytes]) -> None:
    listener = Listener()
    sound = listener.play(received(packets, jitter=80 * MS), START + 3 * SAMPLE_RATE)
    assert 70 * MS < listener.hearing.delay < 130 * MS
    late = listener.hearing.concealed / listener.hearing.samples
    assert late < 0.08, "most of it before the delay was known"
    assert silent(sound[2 * SAMPLE_RATE : -SAMPLE_RATE // 4]) == 0


def test_packets_out_of_order_and_twice_are_put_right(packets: list[bytes]) -> None:
    arrivals = list(received(packets, dict.fromkeys(range(0, 300, 2), 12 * MS)))
    arrivals += arrivals[100:120]
    listener = Listener()
    sound = listener.play(iter(arrivals), START + 3 * SAMPLE_RATE)
    assert listener.hearing.late >= 10
    assert silent(sound[SAMPLE_RATE : 2 * SAMPLE_RATE]) == 0


def test_a_break_is_silent_and_goes_on_afterwards(packets: list[bytes]) -> None:
    listener = Listener()
    sound = listener.play(received(packets, dict.fromkeys(range(100, 200))), START + 3 * SAMPLE_RATE)
    assert silent(sound[int(1.2 * SAMPLE_RATE) : int(1.9 * SAMPLE_RATE)]) > 0.6 * SAMPLE_RATE
    assert silent(sound[int(2.2 * SAMPLE_RATE) : int(2.8 * SAMPLE_RATE)]) == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 70_000), st.integers(0, 2**34), st.binary(max_size=40), st.floats(0, 50)), max_size=60))
def test_whatever_comes_breaks_nothing(strange: list[tuple[int, int, bytes, float]]) -> None:
    hearing = AudioReceiver(TimedRing(2.0), BEHIND)
    for sequence, timestamp, payload, arrived in strange:
        hearing.put(Received("opus", sequence, timestamp, False, payload, arrived))
        hearing.tick(round(arrived * 1e9))
    assert len(hearing.ring.read(0, OPUS_FRAME)) == OPUS_FRAME
