"""One colour over the whole canvas."""

from studio.media.frames import rgb_to_yuv
from studio.sources.colour import ColourSettings, ColourSource, rgb
from tests.fakes import Reports, near, pixel


def test_it_fills_the_canvas_with_its_colour() -> None:
    reports = Reports()
    source = ColourSource(ColourSettings(colour="#c83c14"), reports.context)
    source.start()
    picture = source.picture(0)
    assert picture is not None
    assert (picture.width, picture.height) == (64, 36)
    assert near(pixel(picture, 0, 0), rgb_to_yuv(200, 60, 20), by=0)
    assert near(pixel(picture, 63, 35), rgb_to_yuv(200, 60, 20), by=0)
    assert reports.live().size == (64, 36)
    source.close()


def test_it_is_always_the_same_picture_so_that_nothing_need_be_drawn() -> None:
    source = ColourSource(ColourSettings(), Reports().context)
    assert source.picture(0) is source.picture(10**9)
    assert source.ring is None


def test_colours_may_be_written_in_capitals() -> None:
    assert rgb("#FF8000") == rgb("#ff8000") == (255, 128, 0)
