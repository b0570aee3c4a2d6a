"""The program: what a viewer sees at each tick, and which frames may be drawn over."""

import threading
from collections.abc import Sequence
from functools import partial

import cv2
import numpy as np
import pytest

from studio.clock import NS_PER_MS, NS_PER_S, MonotonicClock
from studio.media.frames import BLACK, Picture, rgb_to_yuv
from studio.scenes.compositor import Layer, compose
from studio.scenes.program import Plan, PlannedItem, Program, ProgramFrame, Stinger
from studio.state import Canvas, Transform
from tests.fakes import BLUE, GREEN, RED, SMALL, FakeSource, ManualClock, glass, near, pixel, solid, wait_for

FPS = 50
TICK_NS = NS_PER_S // FPS
YUV = {name: rgb_to_yuv(*rgb) for name, rgb in (("red", RED), ("green", GREEN), ("blue", BLUE))}


def source(rgb: tuple[int, int, int], width: int = 64, height: int = 36) -> FakeSource:
    return FakeSource(solid(width, height, rgb))


def plan(*sources: FakeSource, transform: Transform | None = None) -> Plan:
    return tuple(PlannedItem(one, transform or Transform()) for one in sources)


class Gallery:
    """A program whose ticks the test makes."""

    def __init__(self, canvas: Canvas = SMALL) -> None:
        self.clock = ManualClock(now_ns=100 * NS_PER_S)
        self.program = Program(canvas, FPS, self.clock)
        self.program._start_ns = self.clock.now_ns()
        self.number = 0

    def tick(self, count: int = 1) -> ProgramFrame:
        """The frame of the next tick, or of the one after `count`."""
        for _ in range(count):
            self.number += 1
            now_ns = self.clock.advance(ns=TICK_NS)
            frame = self.program.tick(now_ns)
            self.program.glimpse(now_ns, self.number)
        return frame

    def colour(self, count: int = 1, x: int = 30, y: int = 18) -> tuple[int, int, int]:
        frame = self.tick(count)
        seen = pixel(frame.picture, x, y)
        frame.release()
        return seen


@pytest.fixture
def gallery() -> Gallery:
    return Gallery()


# ── what is on air ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_programme_is_black(gallery: Gallery) -> None:
    assert gallery.colour() == BLACK


def test_a_cut_is_seen_at_the_next_tick(gallery: Gallery) -> None:
    gallery.program.show(plan(source(RED)))
    assert gallery.colour() == YUV["red"]
    gallery.program.show(plan(source(BLUE)))
    assert gallery.colour() == YUV["blue"]


def test_the_newest_picture_of_a_source_is_asked_for_at_each_tick(gallery: Gallery) -> None:
    lamp = source(RED)
    gallery.program.show(plan(lamp))
    gallery.colour(2)
    lamp.shown = solid(64, 36, GREEN)
    assert gallery.colour() == YUV["green"]
    assert lamp.asked_ns == [100 * NS_PER_S + n * TICK_NS for n in (1, 2, 3)]


def test_a_source_that_has_no_picture_yet_leaves_a_gap(gallery: Gallery) -> None:
    gallery.program.show(plan(source(RED), FakeSource(None)))
    assert gallery.colour() == YUV["red"]


def test_items_lie_as_their_transforms_say(gallery: Gallery) -> None:
    small = source(BLUE, 16, 16)
    gallery.program.show((*plan(source(RED)), *plan(small, transform=Transform(x=40, y=10, opacity=0.5))))
    frame = gallery.tick()
    assert pixel(frame.picture, 20, 18) == YUV["red"]
    half = tuple((a + b) / 2 for a, b in zip(YUV["red"], YUV["blue"], strict=True))
    assert near(pixel(frame.picture, 46, 16), tuple(round(v) for v in half), by=1)
    frame.release()


def test_a_source_that_changes_its_size_is_placed_anew(gallery: Gallery) -> None:
    lamp = source(RED, 16, 16)
    gallery.program.show(plan(lamp, transform=Transform(fit="fit")))
    assert gallery.colour(x=2, y=18) == BLACK
    lamp.shown = solid(64, 36, RED)
    assert gallery.colour(x=2, y=18) == YUV["red"]


def test_many_different_places_do_not_fill_the_memory(gallery: Gallery) -> None:
    lamp = source(RED, 16, 16)
    for step in range(1500):
        gallery.program.update(plan(lamp, transform=Transform(x=step / 100)))
        gallery.tick().release()
    assert len(gallery.program._placements) <= 513


# ── transitions ──────────────────────────────────────────────────────────────────────────────────────────────


def share_of_blue(colour: tuple[int, int, int]) -> float:
    return (colour[0] - YUV["red"][0]) / (YUV["blue"][0] - YUV["red"][0])


def test_a_fade_goes_from_the_old_scene_to_the_new(gallery: Gallery) -> None:
    gallery.program.show(plan(source(RED)))
    gallery.colour()
    gallery.program.show(plan(source(BLUE)), "fade", 200)
    shares = [share_of_blue(gallery.colour()) for _ in range(13)]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[5] == pytest.approx(0.5, abs=0.03)
    assert shares[10:] == [1, 1, 1]


def test_both_scenes_keep_moving_during_a_fade(gallery: Gallery) -> None:
    old, new = source(RED), source(RED)
    gallery.program.show(plan(old))
    gallery.program.show(plan(new), "fade", 200)
    gallery.tick(6)
    old.shown = new.shown = solid(64, 36, GREEN)
    assert near(gallery.colour(), YUV["green"], by=1)


def test_after_a_fade_the_old_scene_is_left_alone(gallery: Gallery) -> None:
    old = source(RED)
    gallery.program.show(plan(old))
    gallery.program.show(plan(source(BLUE)), "fade", 100)
    gallery.tick(7)
    asked = len(old.asked_ns)
    gallery.tick(3)
    assert len(old.asked_ns) == asked


def test_a_cut_ends_a_fade(gallery: Gallery) -> None:
    gallery.program.show(plan(source(RED)))
    gallery.program.show(plan(source(BLUE)), "fade", 200)
    gallery.tick(3)
    gallery.program.show(plan(source(GREEN)))
    assert gallery.colour() == YUV["green"]


@pytest.mark.parametrize(("kind", "duration_ms"), [("cut", 500), ("fade", 0)])
def test_what_takes_no_time_is_a_cut(gallery: Gallery, kind: str, duration_ms: int) -> None:
    gallery.program.show(plan(source(RED)))
    gallery.program.show(plan(source(BLUE)), kind, duration_ms)  # type: ignore[arg-type]
    assert gallery.colour() == YUV["blue"]


def test_an_item_that_moves_does_not_end_a_fade(gallery: Gallery) -> None:
    gallery.program.show(plan(source(RED)))
    gallery.program.show(plan(source(BLUE)), "fade", 200)
    gallery.tick(5)
    gallery.program.update(plan(source(BLUE), transform=Transform(opacity=0.999)))
    assert 0.3 < share_of_blue(gallery.colour()) < 0.7


# ── frames on loan ───────────────────────────────────────────────────────────────────────────────────────────


def drawn(rgb: tuple[int, int, int]) -> Plan:
    """A plan that must be composed, as it does not cover the canvas."""
    return plan(source(rgb, 32, 18))


def test_a_frame_that_is_held_is_not_drawn_over(gallery: Gallery) -> None:
    gallery.program.show(drawn(RED))
    kept = gallery.tick().hold()
    kept.release()  # the tick's own
    gallery.program.show(drawn(BLUE))
    for _ in range(5):
        gallery.tick().release()
    assert pixel(kept.picture, 4, 4) == YUV["red"]
    kept.release()


def test_released_frames_are_used_again(gallery: Gallery) -> None:
    gallery.program.show(drawn(RED))
    seen = set()
    for _ in range(10):
        frame = gallery.tick()
        seen.add(id(frame.picture))
        frame.release()
    assert len(seen) == 1


def test_a_fade_gives_back_what_it_mixed_from(gallery: Gallery) -> None:
    gallery.program.show(drawn(RED))
    gallery.program.show(drawn(BLUE), "fade", 400)
    for _ in range(10):
        gallery.tick().release()
    assert len(gallery.program._pool) == 3


def test_a_picture_that_is_handed_through_needs_no_frame(gallery: Gallery) -> None:
    lamp = source(RED)
    gallery.program.show(plan(lamp))
    frames = [gallery.tick() for _ in range(5)]
    assert all(frame.picture is lamp.shown for frame in frames)
    assert len(gallery.program._pool) == 1


class Broken(FakeSource):
    """Its picture cannot be drawn: the planes do not belong together."""

    def picture(self, now_ns: int) -> Picture | None:
        lost = np.zeros((0, 0), np.uint8)
        return Picture(np.zeros((18, 32), np.uint8), lost, lost)


@pytest.mark.parametrize(("old", "new"), [(plan(Broken()), drawn(RED)), (drawn(RED), plan(Broken()))])
def test_frames_that_fail_cost_no_memory(gallery: Gallery, old: Plan, new: Plan) -> None:
    gallery.program.show(old)
    gallery.program.show(new, "fade", 1000)
    for _ in range(10):
        with pytest.raises(cv2.error):
            gallery.tick()
    assert len(gallery.program._pool) <= 2, "one a side of the transition, however often it fails"


# ── T-bar, stinger, nested scenes ────────────────────────────────────────────────────────────────────────────


def test_the_tbar_mixes_program_and_preview_for_as_long_as_it_stands(gallery: Gallery) -> None:
    gallery.program.show(plan(source(RED)))
    gallery.program.preview(plan(source(BLUE)))
    gallery.program.push(0.5, "wipe", "left")
    for _ in range(3):
        assert (gallery.colour(x=2), gallery.colour(x=62)) == (YUV["red"], YUV["blue"])
    gallery.program.push(0.5, "cut", "left")
    middle = tuple(round((r + b) / 2) for r, b in zip(YUV["red"], YUV["blue"], strict=True))
    assert near(gallery.colour(), middle, by=1), "there is no half of a cut"
    gallery.program.push(0, "cut", "left")
    assert gallery.colour() == YUV["red"]


def test_a_stinger_hides_the_cut_under_its_film(gallery: Gallery) -> None:
    film = FakeSource(glass(32, 18, GREEN, 0))
    gallery.program.show(plan(source(RED)))
    gallery.tick().release()
    gallery.program.show(plan(source(BLUE)), "stinger", 200, stinger=Stinger(film, 100))
    assert gallery.colour() == YUV["red"]
    film.shown = solid(32, 18, GREEN)
    assert gallery.colour(2) == YUV["green"], "it covers the canvas whatever its size"
    film.shown = glass(32, 18, GREEN, 0)
    assert gallery.colour(3) == YUV["blue"]
    film.shown = solid(32, 18, GREEN)
    assert gallery.colour(6) == YUV["blue"], "it is over"


def test_a_stinger_without_its_film_is_a_cut(gallery: Gallery) -> None:
    gallery.program.show(plan(source(RED)))
    gallery.program.show(plan(source(BLUE)), "stinger", 500)
    assert gallery.colour() == YUV["blue"]


def test_a_nested_scene_is_placed_scaled_and_paled_as_one(gallery: Gallery) -> None:
    inner = (*plan(source(RED)), *plan(source(BLUE, 32, 36), transform=Transform(x=32)))
    group = PlannedItem(None, Transform(x=32, y=18, scale_x=0.5, scale_y=0.5, opacity=0.5), inner)
    gallery.program.show((*plan(source(GREEN)), group))
    frame = gallery.tick()
    half = {n: tuple(round((c + g) / 2) for c, g in zip(YUV[n], YUV["green"], strict=True)) for n in ("red", "blue")}
    assert pixel(frame.picture, 10, 10) == YUV["green"]
    assert near(pixel(frame.picture, 36, 26), half["red"], by=2)


# ── the thread ───────────────────────────────────────────────────────────────────────────────────────────────


class Recorder:
    """A sink that keeps what passed."""

    def __init__(self) -> None:
        self.pts: list[int] = []

    def __call__(self, frame: ProgramFrame) -> None:
        self.pts.append(frame.pts_ns)


@pytest.fixture
def running() -> Program:
    return Program(SMALL, 100, MonotonicClock())


def test_it_ticks_at_its_rate_and_each_sink_sees_every_frame(running: Program) -> None:
    one, other = Recorder(), Recorder()
    running.add_sink(one)
    running.add_sink(other)
    running.show(plan(source(RED)))
    running.start()
    wait_for(lambda: len(one.pts) >= 10)
    running.close()
    assert one.pts[:10] == other.pts[:10]
    assert all((later - earlier) % running.period_ns == 0 for earlier, later in zip(one.pts, one.pts[1:], strict=False))
    assert one.pts == sorted(set(one.pts))
    assert running.stats.ticks == len(one.pts)
    assert running.stats.compose_cpu_s > 0


def test_a_sink_may_leave(running: Program) -> None:
    staying, leaving = Recorder(), Recorder()
    running.add_sink(staying)
    remove = running.add_sink(leaving)
    running.start()
    wait_for(lambda: leaving.pts)
    remove()
    count = len(leaving.pts)
    passed = len(staying.pts)
    wait_for(lambda: len(staying.pts) > passed + 3)
    running.close()
    assert len(leaving.pts) <= count + 1


def test_a_tick_that_outlasts_its_slot_is_counted_and_time_does_not_stretch() -> None:
    clock = ManualClock()
    program = Program(SMALL, 100, clock)
    seen = Recorder()

    class Slow(FakeSource):
        def picture(self, now_ns: int) -> Picture | None:
            if now_ns == start + 3 * program.period_ns:
                clock.advance(ms=35)
            return super().picture(now_ns)

    start = clock.now_ns()
    program.add_sink(seen)
    program.show(plan(Slow(solid(64, 36, RED))))
    program.start()
    for _ in range(8):
        wait_for(lambda: seen.pts and seen.pts[-1] + program.period_ns > clock.now_ns())
        clock.advance(ms=10)
    program.close()
    assert seen.pts[:6] == [start + number * program.period_ns for number in (0, 1, 2, 3, 6, 7)]
    assert program.stats.late == 3


def test_one_bad_frame_does_not_end_the_programme(running: Program, caplog: pytest.LogCaptureFixture) -> None:
    failing = threading.Event()
    failing.set()

    class Shaky(Broken):
        def picture(self, now_ns: int) -> Picture | None:
            return super().picture(now_ns) if failing.is_set() else self.shown

    seen = Recorder()
    running.add_sink(seen)
    running.show(plan(Shaky(solid(64, 36, RED))))
    running.start()
    wait_for(lambda: running.stats.failed >= 3)
    failing.clear()
    wait_for(lambda: seen.pts)
    running.close()
    assert caplog.text.count("could not be composed") == 1


def test_a_source_that_raises_costs_nobody_else_a_picture(running: Program, caplog: pytest.LogCaptureFixture) -> None:
    class Crashing(FakeSource):
        def picture(self, now_ns: int) -> Picture | None:
            raise OSError("the driver crashed")

    running.show((*drawn(RED), *plan(Crashing())))
    running.start()
    wait_for(lambda: running.stats.faults >= 5)
    frame = wait_for(running.newest)
    running.close()
    assert pixel(frame.picture, 4, 4) == YUV["red"]
    frame.release()
    assert running.stats.failed == 0
    assert caplog.text.count("a source has no picture") == 1


def test_the_newest_frame_is_there_for_whoever_wants_it(running: Program) -> None:
    assert running.newest() is None
    running.show(drawn(RED))
    running.start()
    frame = wait_for(running.newest)
    shown = frame.pts_ns
    running.show(drawn(BLUE))
    wait_for(lambda: newest_ns(running) > shown + 4 * running.period_ns)
    running.close()
    assert pixel(frame.picture, 4, 4) == YUV["red"], "it is held for who asked"
    frame.release()


def newest_ns(program: Program) -> int:
    frame = program.newest()
    assert frame is not None
    frame.release()
    return frame.pts_ns


def test_the_pool_stays_small_while_a_window_looks(running: Program) -> None:
    running.watch_preview = True
    running.preview(drawn(GREEN))
    running.show(drawn(RED))
    running.start()
    for bus in ("program", "preview") * 20:
        wait_for(partial(running.newest, bus)).release()
    wait_for(lambda: running.stats.ticks > 20)
    running.close()
    assert len(running._pool) <= 4


def test_the_preview_is_composed_only_while_somebody_watches() -> None:
    gallery = Gallery()
    gallery.program.preview(drawn(GREEN))
    gallery.tick(4)
    assert gallery.program.newest("preview") is None
    gallery.program.watch_preview = True
    lamp = source(GREEN, 32, 18)
    gallery.program.preview(plan(lamp))
    gallery.tick(10)
    frame = gallery.program.newest("preview")
    assert frame is not None
    assert pixel(frame.picture, 4, 4) == YUV["green"]
    frame.release()
    assert len(lamp.asked_ns) == 10


def test_the_next_tick_is_known_to_who_wants_to_be_fresh() -> None:
    gallery = Gallery()
    start = gallery.clock.now_ns()
    assert gallery.program.next_tick_ns(start) == start + TICK_NS
    assert gallery.program.next_tick_ns(start + TICK_NS - 1) == start + TICK_NS
    assert gallery.program.next_tick_ns(start + TICK_NS) == start + 2 * TICK_NS


def test_transparent_sources_are_blended_on_air(gallery: Gallery) -> None:
    gallery.program.show(plan(source(RED), FakeSource(glass(64, 36, BLUE, 128))))
    expected = tuple(round(a * 127 / 255 + b * 128 / 255) for a, b in zip(YUV["red"], YUV["blue"], strict=True))
    assert near(gallery.colour(), expected)


def test_pts_are_the_ticks_not_the_moments_of_drawing(gallery: Gallery) -> None:
    assert gallery.program.tick(123 * NS_PER_MS).pts_ns == 123 * NS_PER_MS


# ── what has not changed ─────────────────────────────────────────────────────────────────────────────────────


def contents(gallery: Gallery, count: int, bus: str = "program") -> list[int]:
    """The content of the next frames; each must be of its own tick."""
    found, times = [], set()
    for _ in range(count):
        gallery.tick().release()
        frame = gallery.program.newest(bus) if bus != "program" else gallery.program.tick(gallery.clock.now_ns())
        assert frame is not None
        found.append(frame.content)
        times.add(frame.pts_ns)
        frame.release()
    assert len(times) == count
    return found


def test_what_does_not_move_is_composed_once(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    composed: list[int] = []

    def counted(canvas: Picture, layers: Sequence[Layer], *, whole: bool = False) -> Picture:
        composed.append(len(layers))
        return compose(canvas, layers, whole=whole)

    monkeypatch.setattr("studio.scenes.program.compose", counted)
    name = FakeSource(glass(64, 36, BLUE, 128))
    gallery.program.show(plan(source(RED), name))
    assert len(set(contents(gallery, 5))) == 1
    assert composed == [2]
    name.shown = glass(64, 36, GREEN, 128)
    before, after = contents(gallery, 2), contents(gallery, 3)
    assert len({*before, *after}) == 1, "one more picture, made once"
    assert composed == [2, 2]
    gallery.program.update(plan(source(RED)))
    assert contents(gallery, 1)[0] > after[0]


def test_an_item_that_moves_or_fades_is_composed_anew(gallery: Gallery) -> None:
    red, blue = source(RED), source(BLUE)
    seen = set()
    for step in range(4):
        place = Transform(x=step * 4)
        gallery.program.update((PlannedItem(red, Transform()), PlannedItem(blue, place)))
        seen.update(contents(gallery, 2))
    gallery.program.update((PlannedItem(red, Transform()), PlannedItem(blue, Transform(x=12, opacity=0.5))))
    seen.update(contents(gallery, 2))
    assert len(seen) == 5


def test_a_fade_moves_every_picture_and_leaves_nothing_behind(gallery: Gallery) -> None:
    gallery.program.show(plan(source(RED)))
    gallery.tick(3).release()
    gallery.program.show(plan(source(BLUE)), "fade", 200)
    faded = contents(gallery, 4)
    assert len(set(faded)) == 4
    gallery.tick(20).release()
    assert len(set(contents(gallery, 3))) == 1
    assert set(gallery.program._drawn) <= {"program", "preview"}


def test_what_nobody_watches_any_more_is_not_kept(gallery: Gallery) -> None:
    gallery.program.preview(plan(source(BLUE)))
    gallery.program.watch_preview = True
    gallery.program.watch_tiles({"a": plan(source(GREEN))})
    gallery.tick(FPS).release()
    assert {"preview", "tile:a"} <= set(gallery.program._drawn)
    gallery.program.watch_preview = False
    gallery.program.watch_tiles({})
    gallery.tick(2).release()
    assert set(gallery.program._drawn) <= {"program"}


def test_frames_that_are_shown_again_are_not_composed_over(gallery: Gallery) -> None:
    gallery.program.show(plan(source(RED), FakeSource(glass(64, 36, BLUE, 128))))
    gallery.tick().release()
    kept = gallery.tick()
    before = pixel(kept.picture, 30, 18)
    gallery.program.show(plan(source(GREEN), FakeSource(glass(64, 36, RED, 40))))
    for _ in range(6):
        gallery.tick().release()
    assert pixel(kept.picture, 30, 18) == before
    kept.release()


# ── tiles ────────────────────────────────────────────────────────────────────────────────────────────────────


def tile_colour(gallery: Gallery, name: str) -> tuple[int, int, int] | None:
    frame = gallery.program.newest(f"tile:{name}")
    if frame is None:
        return None
    seen = pixel(frame.picture, frame.picture.width // 2, frame.picture.height // 2)
    frame.release()
    return seen


def test_watched_scenes_become_small_pictures_one_a_tick(gallery: Gallery) -> None:
    red, blue = source(RED), source(BLUE)
    gallery.program.watch_tiles({"a": plan(red), "b": plan(blue)})
    seen = []
    for _ in range(10):
        gallery.tick().release()
        seen.append((tile_colour(gallery, "a"), tile_colour(gallery, "b")))
    assert (None, None) not in seen[1:]
    assert seen[-1] == (YUV["red"], YUV["blue"])
    assert (len(red.asked_ns), len(blue.asked_ns)) == (1, 1), "five pictures a second of 50"


def test_tiles_that_nobody_watches_any_more_are_gone(gallery: Gallery) -> None:
    gallery.program.watch_tiles({"a": plan(source(RED))})
    gallery.tick(10).release()
    assert tile_colour(gallery, "a") == YUV["red"]
    gallery.program.watch_tiles({})
    assert tile_colour(gallery, "a") is None


def test_a_tile_looks_at_a_film_without_running_it(gallery: Gallery) -> None:
    class Film(FakeSource):
        def glance(self, now_ns: int) -> Picture | None:
            return solid(64, 36, GREEN)

    film = Film(solid(64, 36, RED))
    gallery.program.watch_tiles({"a": plan(film)})
    gallery.tick(10).release()
    assert (tile_colour(gallery, "a"), film.asked_ns) == (YUV["green"], [])


def test_the_programme_is_on_its_way_before_a_tile_is_made_and_does_not_fail_with_it() -> None:
    program = Program(SMALL, FPS, MonotonicClock())
    sent: list[int] = []
    told: list[int] = []

    def fail(now_ns: int, number: int) -> None:
        told.append(len(sent))
        raise OSError("no tile")

    program._compose_tile = fail  # type: ignore[method-assign]
    program.add_sink(lambda frame: sent.append(frame.pts_ns))
    program.show(plan(source(RED)))
    program.start()
    try:
        wait_for(lambda: len(sent) > 5)
    finally:
        program.close()
    assert told[:3] == [1, 2, 3]
    frame = program.newest()
    assert frame is not None
    frame.release()
