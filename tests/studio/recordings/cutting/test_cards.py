"""Words on clips: within their place, legible on any ground, whole when they can be."""

import numpy as np
import pytest

from studio.media.frames import Picture, rgb_to_yuv
from studio.recordings.cutting.cards import WHITE, end_card, ink_on, lower_third
from studio.recordings.cutting.job import EndCard, LowerThird

pytestmark = pytest.mark.usefixtures("gui")
LONG = "Natcreme med hyben og morgenfrue til tør og følsom hud, hundrede milliliter i glas " * 2
SIZES = [(1920, 1080), (1080, 1920), (1080, 1080), (360, 640)]


def letters(picture: Picture, above: int = 200) -> tuple[np.ndarray, np.ndarray]:
    bright = picture.y > above
    return np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("title", ["Olie", LONG[:120], "x" * 120, ""])
def test_the_band_lies_in_the_picture(width: int, height: int, title: str) -> None:
    picture, x, y = lower_third(LowerThird(title=title, line="249 kr. · før 329 kr."), "#7aa7ff", width, height)
    assert x >= 0.04 * width
    assert x + picture.width <= 0.96 * width
    assert y + picture.height <= height * (0.77 if height > width else 0.93)
    assert y > height / 3
    assert (x % 2, y % 2, picture.width % 2, picture.height % 2) == (0, 0, 0, 0)


def test_the_bands_edge_has_the_brands_colour() -> None:
    picture, _, _ = lower_third(LowerThird(title="Olie"), "#ff0000", 1080, 1080)
    _, _, red = rgb_to_yuv(255, 0, 0)
    assert picture.alpha is not None
    assert picture.alpha[picture.height // 2, 2] == 255
    assert picture.v[picture.height // 4, 1] == pytest.approx(red, abs=2)


def test_longer_words_become_smaller_before_they_are_cut() -> None:
    short, _, _ = lower_third(LowerThird(title="Natcreme"), "#ff0000", 1080, 1920)
    long, _, _ = lower_third(LowerThird(title="Natcreme med hyben og morgenfrue, halvtreds milliliter"), "#ff0000", 1080, 1920)
    assert long.width > short.width
    assert short.height < long.height < 2.2 * short.height


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize(
    "words", [("Olie", "249 kr.", "Matilde"), (LONG[:120], LONG[:100], LONG[:80]), ("x" * 120, "y" * 200, "")]
)
def test_the_card_fills_the_picture_and_its_words_have_room(width: int, height: int, words: tuple[str, str, str]) -> None:
    title, line, brand = words
    picture = end_card(EndCard(title=title, line=line, brand=brand), "#a3161a", width, height)
    assert (picture.width, picture.height) == (width, height)
    rows, columns = letters(picture)
    assert columns[0] > 0.05 * width
    assert columns[-1] < 0.95 * width
    assert rows[0] > 0.05 * height
    assert rows[-1] < 0.95 * height
    assert (columns[0] + columns[-1]) / 2 == pytest.approx(width / 2, abs=0.05 * width)


def test_white_words_are_legible_whatever_the_clip_ended_with() -> None:
    picture = end_card(EndCard(title="Olie"), "#7aa7ff", 360, 640)
    assert picture.alpha is not None
    luma = 235 * (1 - picture.alpha.astype(float) / 255) + picture.y  # over white
    level = ((luma[200:440, 4:20].max() - 16) / 219) ** 2.2
    assert 1.05 / (level + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("accent", "dark"),
    [("#7aa7ff", True), ("#ffffff", True), ("#ffd27a", True), ("#a3161a", False), ("#000000", False), ("#2459c9", False)],
)
def test_the_words_on_the_brands_colour_are_the_ones_that_are_read_better(accent: str, dark: bool) -> None:
    assert (ink_on(accent).name() != WHITE) == dark
