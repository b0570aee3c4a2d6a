"""The mixer: what is heard, how loud, and that nothing ever clicks."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from studio.audio.limiter import CEILING, STEP
from studio.audio.meter import gain
from studio.audio.mixer import Mixer, MixMinus, Strip
from studio.clock import NS_PER_MS, MonotonicClock
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.media.timed_ring import Samples, TimedRing, sample_index, sample_ns
from studio.state.effects import Ducking, Gate
from tests.fakes import BLOCK_NS, EndlessRing, ManualClock, constant, tone, wait_for


class Desk:
    """A mixer whose blocks the test asks for."""

    def __init__(self) -> None:
        self.mixer = Mixer(ManualClock())
        self.index = 10 * SAMPLE_RATE

    def mix(self, *strips: Strip, blocks: int = 1) -> Samples:
        """The next block or blocks, without the limiter's delay in front."""
        if strips:
            self.mixer.set_strips(strips)
        out = []
        for _ in range(blocks):
            out.append(self.mixer.mix(self.index))
            self.index += OPUS_FRAME
        return np.concatenate(out)

    def level(self, source: str = "") -> float:
        levels = self.mixer.meters.peek()
        assert levels is not None
        return levels[source].peak_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def strip(value: float = 0.25, source: str = "mic", **how: Any) -> Strip:
    return Strip(source, EndlessRing(value), **how)


def settled(desk: Desk, *strips: Strip) -> float:
    """The level the bus comes to."""
    return float(desk.mix(*strips, blocks=3)[-1, 0])


def test_without_channels_it_is_silent(desk: Desk) -> None:
    assert not desk.mix(blocks=2).any()


def test_a_channel_is_heard_as_it_is_the_limiters_delay_later(desk: Desk) -> None:
    ring = TimedRing()
    ring.write(desk.index, tone(5 * OPUS_FRAME))
    out = desk.mix(Strip("mic", ring), blocks=5)
    assert not out[:STEP].any()
    assert np.allclose(out[STEP:], tone(5 * OPUS_FRAME - STEP), atol=1e-6)


def test_channels_add_up(desk: Desk) -> None:
    assert settled(desk, strip(0.25), strip(0.5, "film")) == pytest.approx(0.75)


@pytest.mark.parametrize("fader_db", [-60.0, -20.0, -6.0, 0.0, 6.0])
def test_a_fader_is_in_decibels(desk: Desk, fader_db: float) -> None:
    assert settled(desk, strip(0.25, fader_db=fader_db)) == pytest.approx(0.25 * gain(fader_db))


@pytest.mark.parametrize(("db", "muted", "heard"), [(-6.0, False, gain(-6)), (6.0, False, gain(6)), (0.0, True, 0.0)])
def test_the_master_has_a_fader_and_a_mute(desk: Desk, db: float, muted: bool, heard: float) -> None:
    desk.mixer.set_master(db, muted)
    assert settled(desk, strip(0.25)) == pytest.approx(0.25 * heard)


def test_what_is_muted_or_not_on_air_is_not_heard(desk: Desk) -> None:
    assert settled(desk, strip(muted=True), strip(source="film", heard=False)) == 0


def test_meters_show_every_channel_behind_its_fader_muted_or_not(desk: Desk) -> None:
    desk.mix(strip(0.5, muted=True), strip(0.5, "film", fader_db=-20, heard=False), blocks=2)
    assert desk.level("mic") == pytest.approx(-6.02, abs=0.01)
    assert desk.level("film") == pytest.approx(-26.02, abs=0.01)
    assert desk.level() == -96


def test_the_bus_is_measured_behind_master_and_limiter(desk: Desk) -> None:
    desk.mixer.set_master(-6, False)
    settled(desk, strip(0.5))
    assert desk.level() == pytest.approx(-12.02, abs=0.01)
    settled(desk, strip(4.0))
    assert desk.level() == pytest.approx(-1, abs=0.01)


def test_too_much_is_limited_and_not_clipped(desk: Desk) -> None:
    out = desk.mix(strip(0.9), strip(0.9, "film"), blocks=10)
    assert np.abs(out).max() <= CEILING + 1e-6


@pytest.mark.parametrize(
    "after",
    [{"muted": True}, {"heard": False}, {"fader_db": -60.0}, {"fader_db": -20.0}],
)
def test_a_change_goes_over_one_block_and_never_at_once(desk: Desk, after: dict[str, Any]) -> None:
    desk.mix(strip(0.5), blocks=3)
    down = desk.mix(strip(0.5, **after), blocks=2)[:, 0]
    up = desk.mix(strip(0.5), blocks=2)[:, 0]
    for change in (down, up):
        assert np.abs(np.diff(change)).max() < 0.5 / OPUS_FRAME * 1.1
    assert down[0] == pytest.approx(0.5, abs=0.001)
    assert down[-1] == pytest.approx(settled(Desk(), strip(0.5, **after)), abs=1e-6)
    assert up[-1] == pytest.approx(0.5)


def test_muting_the_master_does_not_click_either(desk: Desk) -> None:
    desk.mix(strip(0.5), blocks=3)
    desk.mixer.set_master(0, True)
    down = desk.mix(blocks=2)[:, 0]
    assert np.abs(np.diff(down)).max() < 0.5 / OPUS_FRAME * 1.1
    assert down[-1] == 0


def test_a_channel_that_left_and_came_back_begins_anew(desk: Desk) -> None:
    desk.mix(strip(0.5), blocks=2)
    desk.mixer.set_strips(())
    desk.mix(blocks=2)
    assert set(desk.mixer.meters.peek() or {}) == {""}
    assert settled(desk, strip(0.5)) == pytest.approx(0.5)


def test_left_and_right_stay_apart(desk: Desk) -> None:
    ring = TimedRing()
    sound = constant(4 * OPUS_FRAME, 0.5)
    sound[:, 1] = -0.25
    ring.write(desk.index, sound)
    out = desk.mix(Strip("mic", ring), blocks=3)
    assert out[-1].tolist() == [0.5, -0.25]


# ── the thread ───────────────────────────────────────────────────────────────────────────────────────────────


class Tape:
    """A sink that keeps what it heard."""

    def __init__(self) -> None:
        self.pts: list[int] = []
        self.blocks: list[Samples] = []

    def __call__(self, block: Samples, pts_ns: int) -> None:
        self.blocks.append(block)
        self.pts.append(pts_ns)

    def has(self, count: int) -> bool:
        """Whether so many have come."""
        return len(self.pts) >= count


def test_blocks_follow_each_other_stamped_with_when_they_sounded() -> None:
    clock = ManualClock(now_ns=7_000_000_000)
    mixer, tape, ring = Mixer(clock, latency_ms=30), Tape(), TimedRing()
    start = sample_index(clock.now_ns())
    ring.write(start, constant(SAMPLE_RATE, 0.5))
    mixer.set_strips((Strip("mic", ring),))
    mixer.add_sink(tape)
    mixer.start()
    for number in range(12):
        assert len(tape.pts) == max(0, number - 30 * NS_PER_MS // BLOCK_NS), "nothing before it is due"
        clock.advance(ns=BLOCK_NS)
        wait_for(partial(tape.has, number + 1 - 30 * NS_PER_MS // BLOCK_NS))
    mixer.close()
    assert tape.pts == [sample_ns(start - STEP + n * OPUS_FRAME) for n in range(len(tape.pts))]
    assert len(tape.pts) == 12 - 30 * NS_PER_MS // BLOCK_NS
    heard = np.concatenate(tape.blocks)
    assert not heard[:STEP].any()
    assert (heard[STEP:] == 0.5).all()


def test_after_the_machine_slept_it_goes_on_from_now() -> None:
    clock = ManualClock()
    mixer, tape = Mixer(clock, latency_ms=30), Tape()
    mixer.add_sink(tape)
    mixer.start()
    clock.advance(ms=60)
    wait_for(lambda: tape.pts)
    woke = clock.advance(ms=60_000)
    wait_for(lambda: tape.pts[-1] > woke - 200 * NS_PER_MS)
    mixer.close()
    assert mixer.late == 1
    assert len(tape.pts) < 10


def test_a_device_that_delivers_late_is_waited_for_longer() -> None:
    clock = ManualClock()
    mixer, tape, ring = Mixer(clock, latency_ms=30), Tape(), TimedRing()
    ring.write(sample_index(clock.now_ns()) - OPUS_FRAME, constant(OPUS_FRAME, 0.5))
    mixer.set_strips((Strip("mic", ring),))
    mixer.add_sink(tape)
    mixer.start()
    assert mixer.latency_ms == 30
    clock.advance(ms=60)
    wait_for(lambda: tape.pts and mixer.latency_ms > 30)
    mixer.close()


def test_one_bad_block_does_not_end_all_sound(caplog: pytest.LogCaptureFixture) -> None:
    class Shaky(EndlessRing):
        failing = True

        def read(self, index: int, count: int) -> Samples:
            if self.failing:
                raise OSError("the driver crashed")
            return super().read(index, count)

    mixer, tape, ring = Mixer(MonotonicClock()), Tape(), Shaky(0.5)
    mixer.set_strips((Strip("mic", ring),))
    mixer.add_sink(tape)
    mixer.start()
    wait_for(lambda: mixer.failed >= 3)
    ring.failing = False
    wait_for(lambda: tape.pts)
    mixer.close()
    assert caplog.text.count("could not be mixed") == 1


def test_sinks_come_and_go() -> None:
    mixer, staying, leaving = Mixer(MonotonicClock()), Tape(), Tape()
    mixer.add_sink(staying)
    remove = mixer.add_sink(leaving)
    mixer.start()
    wait_for(lambda: leaving.pts)
    remove()
    count, passed = len(leaving.pts), len(staying.pts)
    wait_for(lambda: len(staying.pts) > passed + 1)
    mixer.close()
    assert len(leaving.pts) <= count + 1
    assert mixer.meters.serial >= len(staying.pts)


# ── balance, mono, ducking, headphones ───────────────────────────────────────────────────────────────────────


class Headphones:
    """What the host would hear."""

    def __init__(self) -> None:
        self.blocks: list[Samples] = []

    def put(self, block: Samples) -> None:
        self.blocks.append(block)

    @property
    def level(self) -> float:
        return float(self.blocks[-1][-1, 0])


class Stereo(EndlessRing):
    """Left and right unlike each other."""

    def read(self, index: int, count: int) -> Samples:
        return np.repeat(np.array([[0.4, 0.2]], np.float32), count, axis=0)


@pytest.mark.parametrize(("balance", "sides"), [(0, (0.4, 0.2)), (1, (0, 0.2)), (-1, (0.4, 0)), (0.5, (0.2, 0.2))])
def test_a_balance_takes_from_the_other_side(desk: Desk, balance: float, sides: tuple[float, float]) -> None:
    out = desk.mix(Strip("mic", Stereo(0), balance=balance), blocks=3)
    assert out[-1] == pytest.approx(sides, abs=1e-4)


def test_mono_puts_both_on_both(desk: Desk) -> None:
    assert desk.mix(Strip("mic", Stereo(0), mono=True), blocks=3)[-1] == pytest.approx((0.3, 0.3), abs=1e-4)


def test_a_delayed_channel_is_heard_that_much_later(desk: Desk) -> None:
    ring = TimedRing()
    ring.write(desk.index - 960, tone(10 * OPUS_FRAME, start=-960))
    out = desk.mix(Strip("mic", ring, delay=960), blocks=4)
    assert np.allclose(out[STEP:], tone(4 * OPUS_FRAME - STEP, start=-960), atol=1e-4)


def test_music_steps_back_while_the_host_speaks_but_not_for_a_muted_one(desk: Desk) -> None:
    duck = Ducking(key="mic", depth_db=20, attack_ms=20, release_ms=50)
    music = strip(0.5, "music", ducking=duck)
    speech = Strip("mic", EndlessRing(0.3), fader_db=-6)
    desk.mix(music, speech, blocks=60)
    together = float(desk.mix(music, speech, blocks=3)[-1, 0])
    assert together == pytest.approx(0.05 + 0.3 * gain(-6), abs=0.01)
    muted = Strip("mic", EndlessRing(0.3), fader_db=-6, muted=True)
    desk.mix(music, muted, blocks=60)
    assert float(desk.mix(music, muted, blocks=3)[-1, 0]) == pytest.approx(0.5, abs=0.01)


def test_headphones_hear_what_is_monitored_and_with_a_solo_only_that(desk: Desk) -> None:
    headphones = Headphones()
    desk.mixer.set_headphones(headphones)  # type: ignore[arg-type]
    on_air = desk.mix(strip(0.25, "mic"), strip(0.125, "music", monitor=True, fader_db=-6), blocks=3)
    assert headphones.level == pytest.approx(0.125 * gain(-6), abs=1e-4)
    desk.mix(strip(0.25, "mic", solo=True, muted=True), strip(0.125, "music", monitor=True), blocks=3)
    assert headphones.level == pytest.approx(0.25), "solo listens before fader and mute"
    assert float(on_air[-1, 0]) == pytest.approx(0.25 + 0.125 * gain(-6), abs=1e-3), "and viewers hear nothing of it"


def test_channels_that_are_gone_take_their_effects_along(desk: Desk) -> None:
    desk.mix(strip(0.25, "mic", effects=(Gate(),)), blocks=2)
    assert "mic" in desk.mixer._chains
    desk.mix(strip(0.25, "other"), blocks=1)
    assert "mic" not in desk.mixer._chains


def test_somebody_far_away_hears_the_mix_without_themselves(desk: Desk) -> None:
    heard: list[Samples] = []
    minus = MixMinus()
    minus.sources = frozenset({"guest"})
    desk.mixer.add_sink(lambda block, pts_ns: heard.append(block), minus)
    desk.mixer.set_strips((strip(0.25), strip(0.5, "guest"), strip(0.125, "film")))
    for number in range(3):
        desk.mixer._mix_and_send(number * OPUS_FRAME)
    assert heard[-1][-1, 0] == pytest.approx(0.375, abs=0.001)
    desk.mixer.set_master(-6.0, False)
    for number in range(3, 6):
        desk.mixer._mix_and_send(number * OPUS_FRAME)
    assert heard[-1][-1, 0] == pytest.approx(0.375 * gain(-6.0), abs=0.001)
    minus.sources = frozenset()
    for number in range(6, 9):
        desk.mixer._mix_and_send(number * OPUS_FRAME)
    assert heard[-1][-1, 0] == pytest.approx(0.875 * gain(-6.0), abs=0.001), "nobody is left out"


def test_what_is_muted_is_not_taken_out_of_the_mix_a_second_time(desk: Desk) -> None:
    heard: list[Samples] = []
    minus = MixMinus()
    minus.sources = frozenset({"guest"})
    desk.mixer.add_sink(lambda block, pts_ns: heard.append(block), minus)
    desk.mixer.set_strips((strip(0.25), strip(0.5, "guest", muted=True), strip(0.5, "other", heard=False)))
    for number in range(3):
        desk.mixer._mix_and_send(number * OPUS_FRAME)
    assert heard[-1][-1, 0] == pytest.approx(0.25, abs=0.001)
