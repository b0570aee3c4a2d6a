"""A slate stands in for a lost source: opaque, its size, its name."""

from collections.abc import Iterator

import pytest

from studio.media.frames import rgb_to_yuv
from studio.overlays.painter import OverlayPainter
from studio.overlays.slate import Slates
from studio.sources.base import SourceContext
from studio.state import Canvas, Source
from tests.fakes import near, pixel, wait_for

pytestmark = pytest.mark.usefixtures("gui")


@pytest.fixture
def slates() -> Iterator[Slates]:
    painter = OverlayPainter()
    painter.start()
    yield Slates(painter, SourceContext(canvas=Canvas(640, 360)))
    painter.close()


def test_it_hides_what_lies_under_it_and_bears_bright_words(slates: Slates) -> None:
    slate = slates.of(Source(id="cam", kind="camera", name="Kamera ved vinduet", width=320, height=180))
    picture = wait_for(lambda: slate.picture(0))
    assert (picture.width, picture.height, picture.alpha) == (320, 180, None)
    assert near(pixel(picture, 20, 20), rgb_to_yuv(0x17, 0x1B, 0x22), by=3)
    assert (picture.y[60:110] > 180).sum() > 50, "the name"


def test_a_source_whose_size_is_not_known_yet_gets_the_whole_canvas(slates: Slates) -> None:
    slate = slates.of(Source(id="cam", kind="camera", name="Kamera"))
    picture = wait_for(lambda: slate.picture(0))
    assert (picture.width, picture.height) == (640, 360)


def test_it_is_drawn_once_and_anew_under_another_name(slates: Slates) -> None:
    camera = Source(id="cam", kind="camera", name="Kamera")
    slate = slates.of(camera)
    assert slates.of(camera) is slate
    assert slates.of(Source(id="cam", kind="camera", name="Front")) is not slate
