"""Sound addressed by when it happened, against a model that is a dictionary."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.clock import NS_PER_S
from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import Samples, TimedRing, sample_index, sample_ns, silence

SIZE = 48
"""Samples in the rings below: small, so that they wrap often."""


def ring() -> TimedRing:
    return TimedRing(seconds=SIZE / SAMPLE_RATE)


def numbered(first: int, count: int) -> Samples:
    """Samples that know their number."""
    return np.repeat(np.arange(first, first + count, dtype=np.float32)[:, None], 2, axis=1)


class Model:
    """What the ring should be: the value at each index of the last `SIZE`."""

    def __init__(self) -> None:
        self.values: dict[int, float] = {}
        self.end = 0

    def write(self, index: int, values: list[float]) -> None:
        if not self.end or index > self.end + SIZE or index + len(values) < min(self.values, default=self.end):
            self.values.clear()
        else:
            self.values |= dict.fromkeys(range(self.end, index), 0.0)
        self.values |= dict(zip(range(index, index + len(values)), values, strict=True))
        self.end = index + len(values)
        self.values = {at: value for at, value in self.values.items() if self.end - SIZE <= at < self.end}

    def read(self, index: int, count: int) -> list[float]:
        return [self.values.get(at, 0.0) for at in range(index, index + count)]


steps = st.lists(st.tuples(st.integers(-80, 130), st.integers(1, 70)), min_size=1, max_size=12)


@given(steps, st.integers(-100, 100), st.integers(1, 120))
def test_whatever_is_written_reads_like_the_model(moves: list[tuple[int, int]], back: int, count: int) -> None:
    real, model, value = ring(), Model(), 1
    for move, length in moves:
        index = max(1, (model.end or 1000) + move)
        samples = numbered(value, length)
        value += length
        real.write(index, samples)
        model.write(index, samples[:, 0].tolist())
        start = model.end - back
        assert real.end == model.end
        assert real.read(start, count)[:, 0].tolist() == model.read(start, count)


@given(steps)
def test_both_sides_are_the_same_sound(moves: list[tuple[int, int]]) -> None:
    real = ring()
    for move, length in moves:
        real.write(max(1, (real.end or 1000) + move), numbered(1, length))
    got = real.read(real.end - SIZE, SIZE)
    assert (got[:, 0] == got[:, 1]).all()


def test_what_was_never_written_is_silence_and_is_not_missed() -> None:
    real = ring()
    assert not real.read(500, 10).any()
    assert real.missing == 0


def test_what_has_not_come_yet_is_silence_and_is_counted() -> None:
    real = ring()
    real.write(100, numbered(1, 10))
    assert real.read(105, 10)[:, 0].tolist() == [6, 7, 8, 9, 10, 0, 0, 0, 0, 0]
    assert real.missing == 5


def test_where_nothing_is_there_is_silence_itself_which_nobody_may_change() -> None:
    ring = TimedRing()
    ring.write(1000, np.full((480, 2), 0.5, np.float32))
    assert ring.read(0, 480) is silence(480)
    assert ring.read(5000, 480) is silence(480)
    with pytest.raises(ValueError, match="read-only"):
        silence(480)[0] = 1
    block = ring.read(1000, 480)
    block[:] = 1
    assert (ring.read(1000, 480) == 0.5).all(), "what was read is the reader's own"


def test_a_hole_is_silence() -> None:
    real = ring()
    real.write(100, numbered(1, 3))
    real.write(106, numbered(7, 2))
    assert real.read(100, 8)[:, 0].tolist() == [1, 2, 3, 0, 0, 0, 7, 8]


def test_a_step_back_replaces_what_was_there() -> None:
    real = ring()
    real.write(100, numbered(1, 6))
    real.write(103, numbered(50, 2))
    assert real.read(100, 6)[:, 0].tolist() == [1, 2, 3, 50, 51, 0]


def test_after_clearing_there_is_nothing() -> None:
    real = ring()
    real.write(100, numbered(1, 6))
    real.clear()
    assert not real.read(100, 6).any()
    assert real.end == 0


def test_how_far_ahead_it_is_is_known_once_it_sounds() -> None:
    real = ring()
    assert real.ahead(100) is None
    real.write(100, numbered(1, 6))
    assert real.ahead(100) == 6
    assert real.ahead(110) == -4


@given(st.integers(0, 10**15))
def test_a_samples_number_and_its_time_belong_together(index: int) -> None:
    assert sample_index(sample_ns(index)) == index


def test_a_second_has_48000_samples() -> None:
    assert sample_index(NS_PER_S) == 48_000
