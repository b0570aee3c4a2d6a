"""A delayed source shows what there was a while ago."""

from studio.clock import NS_PER_MS
from studio.sources.delayed import DelayedSource
from tests.fakes import BLUE, GREEN, RED, FakeSource, solid

FRAME = 33 * NS_PER_MS


def test_it_shows_what_was_shown_then() -> None:
    colours = [solid(8, 8, rgb) for rgb in (RED, GREEN, BLUE, RED, GREEN)]
    camera = FakeSource()
    delayed = DelayedSource(camera, 66)
    seen = []
    for number, picture in enumerate(colours):
        camera.shown = picture
        seen.append(delayed.picture(number * FRAME))
    assert seen == [None, None, *colours[:3]]


def test_a_picture_that_stands_is_kept_once() -> None:
    camera = FakeSource(solid(8, 8, RED))
    delayed = DelayedSource(camera, 500)
    for number in range(100):
        delayed.picture(number * FRAME)
    assert delayed.picture(100 * FRAME) is camera.shown
    assert len(delayed._waiting) <= 1


def test_what_it_delays_is_the_others_to_start_and_close() -> None:
    camera = FakeSource()
    delayed = DelayedSource(camera, 100)
    delayed.start()
    delayed.close()
    assert (camera.started, camera.closed, delayed.ring) == (0, 0, None)
