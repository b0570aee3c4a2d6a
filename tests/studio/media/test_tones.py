"""HLG, PQ and wide colours become the BT.709 that they were made from; reckoned back here by the formulas of BT.2100."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.media.tones import BT2020, HLG, P3, P3_DCI, PQ, WHITE, ToneMap, Tones, tones_of

Floats = NDArray[np.float64]
COLOURS = {
    "grey": (128, 128, 128),
    "dark": (40, 40, 40),
    "black": (0, 0, 0),
    "skin": (208, 160, 128),
    "red": (192, 0, 0),
    "green": (60, 160, 80),
    "blue": (30, 60, 180),
    "sand": (222, 206, 180),
}
TO_2020 = np.array(((0.627404, 0.329283, 0.043313), (0.069097, 0.919540, 0.011362), (0.016391, 0.088013, 0.895595)))
TO_P3 = np.array(((0.822462, 0.177538, 0.0), (0.033194, 0.966806, 0.0), (0.017083, 0.072397, 0.910520)))


def signal(colour: tuple[int, int, int], tones: Tones) -> Floats:
    """A colour of BT.709 as the signal of such a film, reference white being 203 cd/m²."""
    linear = (TO_2020 if tones.primaries == BT2020 else TO_P3) @ (np.array(colour) / 255) ** 2.4
    if tones.transfer == PQ:
        power = (linear * WHITE / 10_000) ** 0.1593017578125
        return np.asarray(((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375)
    if tones.transfer == HLG:
        display = linear * WHITE / 1000
        luminance = display @ np.array((0.2627, 0.6780, 0.0593))
        scene = display * luminance ** (1 / 1.2 - 1) if luminance > 0 else display
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        return np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c)
    return np.asarray(linear ** (1 / 2.4))


def planes(rgb: Floats, tones: Tones) -> list[NDArray[np.uint16]]:
    """The signal in ten bits, as a picture of one colour."""
    wr, wb = (0.2627, 0.0593) if tones.primaries == BT2020 else (0.2126, 0.0722)
    luma = wr * rgb[0] + (1 - wr - wb) * rgb[1] + wb * rgb[2]
    blue, red = (rgb[2] - luma) / (2 * (1 - wb)), (rgb[0] - luma) / (2 * (1 - wr))
    if tones.full:
        values = (1023 * luma, 512 + 1023 * blue, 512 + 1023 * red)
    else:
        values = (64 + 876 * luma, 512 + 896 * blue, 512 + 896 * red)
    sizes: list[Any] = [(36, 64), (18, 32), (18, 32)]
    return [np.full(size, round(value), np.uint16) for size, value in zip(sizes, values, strict=True)]


def shown(tones: Tones, rgb: Floats) -> tuple[float, float, float]:
    """The colour that the map makes of a signal."""
    y, u, v = (float(plane[9, 9]) for plane in ToneMap(tones).planes(*planes(rgb, tones)))
    luma, blue, red = (y - 16) / 219, (u - 128) / 224 * 1.8556, (v - 128) / 224 * 1.5748
    r, b = luma + red, luma + blue
    return 255 * r, 255 * (luma - 0.2126 * r - 0.0722 * b) / 0.7152, 255 * b


FILMS = [
    Tones(HLG, BT2020, full=False),
    Tones(HLG, BT2020, full=True),
    Tones(PQ, BT2020, full=False),
    Tones(PQ, P3, full=False),
    Tones(0, BT2020, full=False),
    Tones(0, P3, full=False),
]


@pytest.mark.parametrize("tones", FILMS, ids=str)
@pytest.mark.parametrize("colour", COLOURS.values(), ids=COLOURS)
def test_a_colour_comes_back(tones: Tones, colour: tuple[int, int, int]) -> None:
    for found, expected in zip(shown(tones, signal(colour, tones)), colour, strict=True):
        assert abs(found - expected) < (10 if expected else 24), "next to no light at all is already some steps of gamma"


@pytest.mark.parametrize("tones", FILMS, ids=str)
def test_white_is_white_and_lights_are_told_apart(tones: Tones) -> None:
    white = shown(tones, signal((255, 255, 255), tones))
    assert min(white) > 245
    if tones.transfer:
        brighter = [shown(tones, np.full(3, float(signal((255, 255, 255), tones)[0]) * more))[1] for more in (1.0, 1.05, 1.2)]
        assert brighter == sorted(brighter)
        assert brighter[-1] <= 256


@pytest.mark.parametrize("tones", FILMS, ids=str)
def test_a_ramp_never_goes_back(tones: Tones) -> None:
    ramp = np.repeat(np.arange(64, 941, dtype=np.uint16), 2)[None].repeat(2, axis=0)
    grey = np.full((1, ramp.shape[1] // 2), 512, np.uint16)
    y, u, v = ToneMap(tones).planes(ramp, grey, grey)
    assert (np.diff(y[0].astype(int)) >= 0).all()
    assert np.abs(u.astype(int) - 128).max() <= 1
    assert np.abs(v.astype(int) - 128).max() <= 1


def test_what_says_nothing_is_left_as_it_is() -> None:
    assert tones_of(2, 2, full=False) is None
    assert tones_of(1, 1, full=True) is None
    assert tones_of(13, P3_DCI, full=True) == Tones(0, P3, full=True)
    assert tones_of(HLG, 2, full=False) == Tones(HLG, BT2020, full=False)
