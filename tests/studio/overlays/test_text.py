"""Words as a picture."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from studio.errors import InvalidValue
from studio.media.frames import Picture, rgb_to_yuv
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.overlays.text import TextSettings, TextSource
from studio.sources.base import checked_settings
from studio.state import Canvas
from tests.fakes import Reports, near, pixel

pytestmark = pytest.mark.usefixtures("gui")


@pytest.fixture
def painter() -> Iterator[OverlayPainter]:
    made = OverlayPainter()
    made.start()
    yield made
    made.close()


def drawn(painter: OverlayPainter, **settings: Any) -> Picture:
    reports = Reports(canvas=Canvas())
    source = TextSource(painter, TextSettings(**settings), reports.context)
    assert source.picture(0) is None
    source.start()
    size = reports.live().size
    picture = source.picture(0)
    assert picture is not None
    assert size == (picture.width, picture.height)
    source.close()
    return picture


def ink(picture: Picture) -> np.ndarray:
    """Where something is painted."""
    assert picture.alpha is not None
    return picture.alpha > 128


def bounds(painted: np.ndarray) -> tuple[int, int]:
    """Width and height of what is painted."""
    rows, columns = np.flatnonzero(painted.any(axis=1)), np.flatnonzero(painted.any(axis=0))
    return int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1)


def test_letters_are_as_tall_as_was_asked(painter: OverlayPainter) -> None:
    _, small = bounds(ink(drawn(painter, text="H", size=40)))
    _, large = bounds(ink(drawn(painter, text="H", size=80)))
    assert large == pytest.approx(2 * small, abs=2)
    assert 0.6 * 80 < large < 0.85 * 80


def test_letters_have_their_colour(painter: OverlayPainter) -> None:
    picture = drawn(painter, text="█", size=64, colour="#ff0000")
    rows, columns = np.nonzero(ink(picture))
    assert near(pixel(picture, int(columns.mean()), int(rows.mean())), rgb_to_yuv(255, 0, 0), by=3)


def test_without_a_background_the_ground_is_transparent(painter: OverlayPainter) -> None:
    picture = drawn(painter, text="Hej", size=64)
    assert picture.alpha is not None
    assert picture.alpha[0].max() == 0
    assert picture.alpha.max() == 255


def test_a_background_fills_the_box(painter: OverlayPainter) -> None:
    picture = drawn(painter, text="Hej", size=64, background="#0000ff80")
    assert picture.alpha is not None
    assert int(picture.alpha[4, picture.width // 2]) == 128
    assert near(pixel(picture, picture.width // 2, 4), tuple(round(v * 128 / 255) for v in rgb_to_yuv(0, 0, 255)), by=3)


@pytest.mark.parametrize("pair", ["æa", "øo", "åa", "ÆA", "ØO", "ÅA", "éе"])
def test_danish_letters_are_letters_of_their_own(painter: OverlayPainter, pair: str) -> None:
    letter, other = (ink(drawn(painter, text=one, size=100)) for one in pair)
    assert letter.any()
    assert letter.shape != other.shape or (letter != other).sum() > 50


def test_what_no_font_has_is_still_drawn_as_something(painter: OverlayPainter) -> None:
    assert ink(drawn(painter, text="\U000e0fff\u4e00", size=64)).any()


def test_long_words_make_a_wider_picture(painter: OverlayPainter) -> None:
    assert drawn(painter, text="Velkommen til").width > drawn(painter, text="Hej").width


def test_lines_break_where_they_are_written(painter: OverlayPainter) -> None:
    one, two = drawn(painter, text="Hej Hej", size=40), drawn(painter, text="Hej\nHej", size=40)
    assert two.height == pytest.approx(one.height + 48, abs=6)
    assert two.width < one.width


def test_lines_break_at_a_width(painter: OverlayPainter) -> None:
    picture = drawn(painter, text="Velkommen til udsendelsen her fra butikken", size=40, width=300)
    assert picture.width <= 300
    assert picture.height > 100
    assert bounds(ink(picture))[0] <= 300


@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_short_lines_lie_where_they_are_told(painter: OverlayPainter, align: str) -> None:
    picture = drawn(painter, text="I\nMMMMMMMM", size=40, align=align)
    first_line = ink(picture)[: picture.height // 2]
    centre = float(np.nonzero(first_line)[1].mean()) / picture.width
    assert {"left": centre < 0.3, "centre": 0.4 < centre < 0.6, "right": centre > 0.7}[align]


def test_bold_is_heavier(painter: OverlayPainter) -> None:
    bold, thin = (ink(drawn(painter, text="Hej", size=100, bold=bold)).sum() for bold in (True, False))
    assert bold > 1.1 * thin


def test_no_words_are_a_small_empty_picture(painter: OverlayPainter) -> None:
    picture = drawn(painter, text="")
    assert picture.alpha is not None
    assert picture.alpha.max() == 0


def test_more_words_than_fit_anywhere_do_not_take_all_memory(painter: OverlayPainter) -> None:
    picture = drawn(painter, text="W" * 2000, size=500)
    assert picture.width == 3840
    assert picture.height < 1000


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"size": 7}, "settings.size"),
        ({"colour": "red"}, "settings.colour"),
        ({"colour": "#12345"}, "settings.colour"),
        ({"align": "middle"}, "settings.align"),
        ({"text": "x" * 2001}, "settings.text"),
        ({"width": -1}, "settings.width"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        checked_settings(all_kinds(OverlayPainter()), "text", settings)
    assert caught.value.field == field


def test_drawn_kinds_stand_beside_the_others() -> None:
    kinds = all_kinds(OverlayPainter())
    assert {"text", "lower_third", "colour", "media_file"} <= set(kinds)
    assert kinds["text"].video
    assert not kinds["text"].opens
