"""One encoder for the audience and the recording."""

from collections.abc import Iterator

import pytest

from studio.media.encoder import Encoded
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.outputs.shared_encoder import Emit, SharedEncoder, Tap
from studio.scenes.program import PlannedItem, Program
from studio.state import Canvas, Transform
from tests.fakes import RED, FakeSource, ManualClock, solid, wait_for

CANVAS = Canvas(320, 180)


class Encoding:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.program = Program(CANVAS, 30, self.clock)
        self.program.show((PlannedItem(FakeSource(solid(320, 180, RED)), Transform()),))
        self.made: list[RenditionEncoder] = []
        self.shared = SharedEncoder(self.program, self._make)
        self.taps: list[Tap] = []

    def _make(self, emit: Emit) -> RenditionEncoder:
        self.made.append(RenditionEncoder(CANVAS, 180, 30, kbps=300, preset="ultrafast", emit=emit))
        return self.made[-1]

    def tap(self, readers: int = 1, kbps: int = 0) -> list[Encoded]:
        """A new tap, and where its units arrive."""
        units: list[Encoded] = []
        tap = self.shared.tap(units.append)
        tap.start()
        tap.set_kbps(kbps)
        tap.readers = readers
        self.taps.append(tap)
        return units

    def frame(self) -> None:
        self.clock.advance(ms=33)
        frame = self.program.tick(self.clock.now_ns())
        for sink in self.program._sinks:
            sink(frame)
        frame.release()


@pytest.fixture
def encoding() -> Iterator[Encoding]:
    made = Encoding()
    yield made
    for tap in made.taps:
        tap.close()


def test_it_is_encoded_once_for_both(encoding: Encoding) -> None:
    one, other = encoding.tap(), encoding.tap()
    encoding.frame()
    wait_for(lambda: one and other)
    assert one[0] is other[0]
    assert len(encoding.made) == 1


def test_who_does_not_read_gets_nothing_and_begins_with_a_keyframe(encoding: Encoding) -> None:
    one, other = encoding.tap(), encoding.tap(readers=0)
    for number in range(1, 13):
        encoding.frame()
        wait_for(lambda: len(one) == number)  # noqa: B023 - it is waited for here
    assert other == []
    encoding.taps[1].readers = 1
    encoding.frame()
    wait_for(lambda: bool(other))
    assert other[0].key


def test_the_better_rate_wins_and_goes_with_its_reader(encoding: Encoding) -> None:
    encoding.tap(kbps=500)
    encoding.tap(kbps=2000)
    encoder = encoding.made[0]
    assert encoder._kbps == 2000, "the recording's rate is the least, whatever the network carries"
    encoding.taps[1].readers = 0
    assert encoder._kbps == 500


def test_one_goes_and_the_other_does_not_notice(encoding: Encoding) -> None:
    one, other = encoding.tap(), encoding.tap()
    encoding.frame()
    wait_for(lambda: one and other)
    encoding.taps[1].close()
    encoding.frame()
    wait_for(lambda: len(one) == 2)
    assert not one[1].key
    assert len(other) == 1
    assert encoding.shared.encoder is encoding.made[0]


def test_without_readers_nothing_is_encoded_and_the_last_one_closes_it(encoding: Encoding) -> None:
    encoding.tap(readers=0)
    encoding.frame()
    assert encoding.made[0].readers == 0
    encoding.taps[0].close()
    encoding.taps[0].close()
    assert encoding.shared.encoder is None
    assert encoding.program._sinks == ()
    units = encoding.tap()
    encoding.frame()
    wait_for(lambda: bool(units))
    assert units[0].key
    assert len(encoding.made) == 2, "with the settings of now"
