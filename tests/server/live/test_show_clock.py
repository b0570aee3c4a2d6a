"""The show clock under packets in any order, at any time."""

from hypothesis import given
from hypothesis import strategies as st

from studio.server.live.show_clock import FRESH_S, WINDOW_S, ShowClock

NS = 1_000_000
NOW = 1000.0

steps = st.lists(
    st.tuples(
        st.sampled_from(["packet", "heard", "resume", "stop", "live", "look"]),
        st.floats(0, 15, allow_nan=False),
        st.integers(0, 100_000),
    ),
    max_size=60,
)


@given(steps, st.integers(0, 50_000))
def test_it_never_goes_back_whatever_arrives(steps: list[tuple[str, float, int]], stored_ms: int) -> None:
    clock, now = ShowClock(stored_ms), NOW
    stream_ms, media_ms = clock.now_ms(now), clock.media_ms(now)
    for what, pause_s, value in steps:
        now += pause_s
        match what:
            case "packet":
                clock.packet(value * NS, now)
            case "heard":
                clock.heard(value, now)
            case "resume":
                assert clock.resume(value, now) >= stream_ms
            case "stop":
                clock.stop(now)
            case "live":
                clock.went_live(now)
        assert clock.now_ms(now) >= stream_ms
        assert clock.media_ms(now) >= media_ms
        stream_ms, media_ms = clock.now_ms(now), clock.media_ms(now)
    assert stream_ms >= stored_ms


@given(st.permutations(range(25)))
def test_packets_that_overtake_each_other_do_not_shake_it(order: list[int]) -> None:
    clock = ShowClock()
    for number in order:
        clock.packet(number * 20 * NS, NOW)
    assert clock.now_ms(NOW) == 480
    assert clock.now_ms(NOW + 0.25) == 730


def test_it_runs_on_between_packets() -> None:
    clock = ShowClock()
    clock.packet(5000 * NS, NOW)
    assert clock.now_ms(NOW + 0.4) == 5400


def test_it_stands_still_a_second_after_the_last_packet() -> None:
    clock = ShowClock()
    clock.packet(5000 * NS, NOW)
    assert clock.fresh(NOW + FRESH_S)
    assert not clock.fresh(NOW + FRESH_S + 0.01)
    assert clock.now_ms(NOW + FRESH_S) == clock.now_ms(NOW + 60) == 6000


def test_it_goes_on_where_the_desktop_is_after_silence() -> None:
    clock = ShowClock()
    clock.packet(5000 * NS, NOW)
    clock.packet(65_000 * NS, NOW + 60)
    assert clock.now_ms(NOW + 60) == 65_000


def test_a_desktop_that_is_behind_after_silence_waits_for_the_clock_rather_than_turning_it_back() -> None:
    clock = ShowClock()
    clock.packet(5000 * NS, NOW)
    clock.packet(5200 * NS, NOW + 60)
    assert clock.now_ms(NOW + 60) == 6000
    clock.packet(6100 * NS, NOW + 60.9)
    assert clock.now_ms(NOW + 60.9) == 6100


def test_a_ping_tells_the_time_better_than_sound_that_was_late() -> None:
    clock = ShowClock()
    clock.packet(4800 * NS, NOW)
    clock.heard(5000, NOW)
    assert clock.now_ms(NOW) == 5000
    clock.packet(4820 * NS, NOW + 0.02)
    assert clock.now_ms(NOW + 0.02) == 5020


def test_a_ping_alone_does_not_set_a_silent_clock_going() -> None:
    clock = ShowClock(3000)
    clock.heard(9000, NOW)
    assert not clock.fresh(NOW)
    assert clock.now_ms(NOW + 5) == 3000


def test_one_early_sample_is_forgotten_after_two_windows() -> None:
    clock, now = ShowClock(), NOW
    clock.packet(5300 * NS, now)
    while now < NOW + 2 * WINDOW_S + 1:
        now += 0.5
        clock.packet(round((now - NOW) * 1000 + 5000) * NS, now)
    later = now + 0.5
    clock.packet(round((later - NOW) * 1000 + 5000) * NS, later)
    assert clock.now_ms(later + 0.5) == round((later + 0.5 - NOW) * 1000 + 5000)


def test_media_time_is_zero_until_the_show_went_live_and_counts_from_there() -> None:
    clock = ShowClock()
    clock.packet(5000 * NS, NOW)
    assert clock.media_ms(NOW) == 0
    clock.went_live(NOW + 0.5)
    assert clock.origin_ms == 5500
    clock.packet(6000 * NS, NOW + 1)
    assert clock.media_ms(NOW + 1) == 500


def test_only_the_first_time_live_is_the_zero() -> None:
    clock = ShowClock()
    clock.packet(5000 * NS, NOW)
    clock.went_live(NOW)
    clock.packet(8000 * NS, NOW + 3)
    clock.went_live(NOW + 3)
    assert clock.media_ms(NOW + 3) == 3000


def test_a_desktop_that_takes_the_lease_goes_on_from_the_further_of_the_two_clocks() -> None:
    clock = ShowClock()
    clock.packet(5000 * NS, NOW)
    assert clock.resume(2000, NOW + 0.5) == 5500
    assert clock.resume(9000, NOW + 0.5) == 9000
    assert not clock.fresh(NOW + 0.5), "no packet of the new desktop has come yet"
    assert clock.now_ms(NOW + 5) == 9000


def test_a_stopped_stream_stops_it_at_once() -> None:
    clock = ShowClock()
    clock.packet(5000 * NS, NOW)
    clock.stop(NOW + 0.3)
    assert clock.now_ms(NOW + 3) == 5300


def test_what_the_database_kept_is_where_it_goes_on() -> None:
    clock = ShowClock(stream_ms=70_000, origin_ms=10_000)
    assert clock.media_ms(NOW) == 60_000
    assert clock.resume(0, NOW) == 70_000
