"""A name on a band, with the brand's colour at its edge."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from studio.media.frames import Picture, rgb_to_yuv
from studio.overlays.lower_third import MAX_WIDTH, LowerThirdSettings, LowerThirdSource
from studio.overlays.painter import OverlayPainter
from studio.state import Canvas
from tests.fakes import Reports, near, pixel

pytestmark = pytest.mark.usefixtures("gui")
ACCENT = (122, 167, 255)


@pytest.fixture
def painter() -> Iterator[OverlayPainter]:
    made = OverlayPainter()
    made.start()
    yield made
    made.close()


def drawn(painter: OverlayPainter, **settings: Any) -> Picture:
    reports = Reports(canvas=Canvas())
    source = LowerThirdSource(painter, LowerThirdSettings(**settings), reports.context)
    source.start()
    reports.live()
    picture = source.picture(0)
    assert picture is not None
    return picture


def bright(picture: Picture) -> np.ndarray:
    """Where letters are: white is bright, the band is dark."""
    seen: np.ndarray = picture.y[:, 16:] > 180
    return seen


def test_the_edge_has_the_brands_colour_and_the_band_is_dark_and_lets_a_little_through(painter: OverlayPainter) -> None:
    picture = drawn(painter, title="Mette Søndergård", subtitle="Vært")
    middle = picture.height // 2
    assert near(pixel(picture, 2, middle), rgb_to_yuv(*ACCENT), by=3)
    assert picture.alpha is not None
    assert int(picture.alpha[middle, 12]) == 0xC7
    assert int(picture.y[middle, 12]) < 40


def test_another_brand_has_another_edge(painter: OverlayPainter) -> None:
    picture = drawn(painter, title="Mette", accent="#ff0000")
    assert near(pixel(picture, 2, picture.height // 2), rgb_to_yuv(255, 0, 0), by=3)


def test_the_name_is_above_what_the_person_is_and_larger(painter: OverlayPainter) -> None:
    rows = bright(drawn(painter, title="HHH", subtitle="HHH")).any(axis=1)
    starts = np.flatnonzero(np.diff(rows.astype(int)) == 1)
    ends = np.flatnonzero(np.diff(rows.astype(int)) == -1)
    assert len(starts) == len(ends) == 2
    name, job = ends - starts
    assert name / job == pytest.approx(46 / 30, rel=0.1)


def test_without_a_second_line_the_band_is_lower(painter: OverlayPainter) -> None:
    assert drawn(painter, title="Mette").height < drawn(painter, title="Mette", subtitle="Vært").height - 20


def test_letters_stay_inside_the_band(painter: OverlayPainter) -> None:
    seen = bright(drawn(painter, title="Mette Søndergård Åkjær", subtitle="Vært"))
    assert seen.any()
    assert not seen[:, -20:].any()
    assert not seen[:8].any()
    assert not seen[-8:].any()


def test_a_long_name_is_cut_with_an_ellipsis_and_stays_inside(painter: OverlayPainter) -> None:
    long = drawn(painter, title="Anna " * 24, subtitle="x")
    longer = drawn(painter, title="Anna " * 23, subtitle="x")
    assert long.width == longer.width == MAX_WIDTH
    seen = bright(long)
    assert not seen[:, -24:].any()
    assert (bright(long) == bright(longer)).all(), "both are cut at the same letter"


def test_a_short_name_is_not_cut(painter: OverlayPainter) -> None:
    one, other = (bright(drawn(painter, title=f"Mette Madsen-Lund{end}")) for end in ("B", "D"))
    assert one.shape != other.shape or (one != other).any(), "the last letter is seen"


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_it_scales_with_the_canvas(painter: OverlayPainter, scale: float) -> None:
    plain, scaled = drawn(painter, title="Mette", subtitle="Vært"), drawn(painter, title="Mette", subtitle="Vært", scale=scale)
    assert scaled.height == pytest.approx(plain.height * scale, rel=0.05)
    assert scaled.width == pytest.approx(plain.width * scale, rel=0.05)


def test_without_words_it_is_an_empty_band(painter: OverlayPainter) -> None:
    assert not bright(drawn(painter)).any()
