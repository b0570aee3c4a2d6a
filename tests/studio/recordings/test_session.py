"""The recording's timeline: what is paused is cut out of it, and a split loses nothing."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.clock import NS_PER_MS, NS_PER_S
from studio.media.encoder import OPUS_FRAME, Encoded
from studio.media.timed_ring import Samples, sample_index, sample_ns
from studio.recordings.session import KEYFRAME_NS, SOUNDS_MAX, Film, RecordingSession
from studio.recordings.span_track import SpanTrack
from studio.show.film import Span

FRAME_NS = NS_PER_S // 30
BEGIN_NS = 1000 * NS_PER_S


@dataclass
class Written:
    """In the place of a recorder."""

    pictures: list[Encoded] = field(default_factory=list)
    sounds: list[tuple[Samples, int]] = field(default_factory=list)

    def video(self, unit: Encoded) -> None:
        self.pictures.append(unit)

    def sound(self, block: Samples, pts_ns: int) -> None:
        self.sounds.append((block, pts_ns))


def film(number: int = 1) -> Film:
    made = Film.__new__(Film)
    made.recorder = Written()  # type: ignore[assignment]
    made.part, made.began_ns, made.spans = number, None, SpanTrack()
    return made


def written(of: Film) -> Written:
    assert isinstance(of.recorder, Written)
    return of.recorder


class Show:
    """An encoder, 50 ms behind the clock, and a mixer, 30 ms behind it."""

    def __init__(self) -> None:
        self.now_ns = BEGIN_NS
        self.media_ns: int | None = BEGIN_NS
        """When the show clock was at zero; None: it stands still."""
        self.key_wanted = True
        self.keys = 0
        self.turned: list[Film] = []
        self.reel = RecordingSession(
            film(), keyframe=self._want_key, media_ms=self._media_ms, turned=self.turned.append, frame_ns=FRAME_NS
        )
        self._next_picture = self._next_sound = BEGIN_NS

    def _want_key(self) -> None:
        self.key_wanted = True

    def _media_ms(self, pts_ns: int) -> int | None:
        return None if self.media_ns is None else (pts_ns - self.media_ns) // NS_PER_MS

    def go(self, seconds: float) -> None:
        end = self.now_ns + round(seconds * NS_PER_S)
        while self.now_ns < end:
            self.now_ns += 5 * NS_PER_MS
            while self._next_sound <= self.now_ns - 30 * NS_PER_MS:
                number = sample_index(self._next_sound) // OPUS_FRAME
                self.reel.sound(np.full((OPUS_FRAME, 2), number % 1000, np.float32), self._next_sound)
                self._next_sound = sample_ns(sample_index(self._next_sound) + OPUS_FRAME)
            while self._next_picture <= self.now_ns - 50 * NS_PER_MS:
                key, self.key_wanted = self.key_wanted, False
                self.keys += key
                self.reel.video(Encoded(self._next_picture.to_bytes(8, "big"), self._next_picture, key))
                self._next_picture += FRAME_NS


def taken_ns(unit: Encoded) -> int:
    return int.from_bytes(unit.payload, "big")


def whole(of: Film) -> None:
    """Not a picture and not a sample is missing or out of place."""
    pictures, sounds = written(of).pictures, written(of).sounds
    assert pictures[0].key
    steps = {b.pts_ns - a.pts_ns for a, b in pairwise(pictures)}
    assert steps <= {FRAME_NS}
    late = {unit.pts_ns: taken_ns(unit) - unit.pts_ns for unit in pictures}
    for block, pts_ns in sounds:
        near = [by for at, by in late.items() if abs(at - pts_ns) <= FRAME_NS] or [late[pictures[-1].pts_ns]]
        numbers = [sample_index(pts_ns + by) // OPUS_FRAME % 1000 for by in near]
        assert min(abs(number - block[0, 0]) for number in numbers) <= 1, "sound is where its picture is"


def test_pictures_and_sound_go_through_as_they_come() -> None:
    show = Show()
    show.go(3)
    show.reel.end()
    whole(show.reel.film)
    assert len(written(show.reel.film).pictures) in range(88, 91)
    assert sum(len(block) for block, _ in written(show.reel.film).sounds) == pytest.approx(3 * 48_000, abs=5000)


def test_a_keyframe_comes_every_two_seconds_so_that_it_can_be_cut() -> None:
    show = Show()
    show.go(9)
    keys = [unit.pts_ns for unit in written(show.reel.film).pictures if unit.key]
    assert len(keys) == 5
    assert all(b - a <= KEYFRAME_NS + 2 * FRAME_NS for a, b in pairwise(keys))


def test_a_pause_is_cut_out() -> None:
    show = Show()
    show.go(2)
    show.reel.pause(show.now_ns)
    assert show.reel.film_ms(show.now_ns) == 2000
    show.go(5)
    assert show.reel.film_ms(show.now_ns) == 2000
    show.reel.resume(show.now_ns)
    show.go(2)
    show.reel.end()
    whole(show.reel.film)
    pictures = written(show.reel.film).pictures
    assert pictures[-1].pts_ns - pictures[0].pts_ns == pytest.approx(3.95 * NS_PER_S, abs=NS_PER_S // 10)
    assert all(not 2.0 < (taken_ns(unit) - BEGIN_NS) / NS_PER_S < 7.0 for unit in pictures), "nothing of the pause is in it"
    assert show.reel.film.spans.spans[1].media_ms - show.reel.film.spans.spans[1].film_ms == pytest.approx(5000, abs=80)


def test_paused_again_before_it_has_gone_on_it_stays_paused() -> None:
    show = Show()
    show.go(1)
    show.reel.pause(show.now_ns)
    show.go(1)
    show.reel.resume(show.now_ns)
    show.reel.pause(show.now_ns)
    show.go(2)
    assert len(written(show.reel.film).pictures) <= 31
    show.reel.resume(show.now_ns)
    show.go(1)
    show.reel.end()
    whole(show.reel.film)
    assert len(written(show.reel.film).pictures) > 50


def test_a_split_loses_nothing() -> None:
    show = Show()
    show.go(2)
    second = film(2)
    show.reel.split(second)
    show.go(2)
    assert show.turned[0].part == 1
    assert show.reel.film is second
    show.reel.end()
    for one in (show.turned[0], second):
        whole(one)
    pictures = [*written(show.turned[0]).pictures, *written(second).pictures]
    assert {b.pts_ns - a.pts_ns for a, b in pairwise(pictures)} == {FRAME_NS}
    turned_ns = written(second).pictures[0].pts_ns
    assert written(second).sounds[0][1] <= turned_ns < written(second).sounds[0][1] + 10 * NS_PER_MS
    assert written(show.turned[0]).sounds[-1][1] + 10 * NS_PER_MS >= turned_ns
    assert second.spans.spans[0].film_ms == 0
    assert second.spans.spans[0].media_ms == (turned_ns - BEGIN_NS) // NS_PER_MS


def test_a_film_that_was_prepared_for_a_split_that_never_came_is_given_back() -> None:
    show = Show()
    show.go(1)
    second = film(2)
    show.reel.split(second)
    assert show.reel.end() == (show.reel.film, second)


def test_sound_goes_on_alone_when_no_picture_comes() -> None:
    show = Show()
    for number in range(SOUNDS_MAX + 50):
        show.reel.sound(np.zeros((OPUS_FRAME, 2), np.float32), BEGIN_NS + number * 10 * NS_PER_MS)
    assert len(written(show.reel.film).sounds) == 50


def test_where_the_show_clock_stood_still_there_is_a_hole() -> None:
    show = Show()
    show.media_ns = None
    show.go(1)
    show.media_ns = show.now_ns
    show.go(2)
    show.media_ns = None
    show.go(1)
    show.media_ns = show.now_ns - 2 * NS_PER_S
    show.go(1)
    first, second = show.reel.film.spans.spans
    assert [first.film_ms, first.media_ms] == pytest.approx([950, 0], abs=60)
    assert first.length_ms == pytest.approx(2000, abs=80)
    assert second.media_ms == pytest.approx(2000, abs=60)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["go", "pause", "resume", "split"]), st.floats(0.01, 0.8)), min_size=1, max_size=12))
@example([("pause", 0.5), ("resume", 0.0625), ("split", 0.5)])  # where it goes on another film begins
def test_whatever_is_done_every_film_is_whole(steps: list[tuple[str, float]]) -> None:
    show = Show()
    films = [show.reel.film]
    show.go(0.3)
    paused = False
    for what, seconds in steps:
        if what == "pause":
            show.reel.pause(show.now_ns)
            paused = True
        elif what == "resume" and paused:
            show.reel.resume(show.now_ns)
            paused = False
        elif what == "split" and not paused and len(show.turned) == len(films) - 1:
            films.append(film(len(films) + 1))
            show.reel.split(films[-1])
        show.go(seconds)
    show.reel.end()
    for one in films:
        if written(one).pictures:
            whole(one)
            for a, b in pairwise(one.spans.spans):
                assert a.film_ms + a.length_ms <= b.film_ms
                assert a.media_ms + a.length_ms <= b.media_ms


@given(st.lists(st.tuples(st.integers(1, 5000), st.one_of(st.none(), st.integers(0, 100_000))), max_size=60))
def test_spans_never_overlap_and_end_where_they_were_seen(samples: list[tuple[int, int | None]]) -> None:
    track = SpanTrack()
    at = 0
    for step, media in samples:
        at += step
        track.sample(at, media)
    spans: tuple[Span, ...] = track.spans
    assert all(span.length_ms >= 0 for span in spans)
    assert all(a.film_ms + a.length_ms <= b.film_ms for a, b in pairwise(spans))
