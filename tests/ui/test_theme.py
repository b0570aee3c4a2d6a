"""Tokens: contrast of what is written on what."""

import pytest

from ui.theme import DARK

PAIRS = [("text", "bg"), ("text", "panel"), ("text", "raised"), ("muted", "panel"), ("muted", "raised"), ("accent-ink", "accent")]


def luminance(colour: str) -> float:
    """WCAG 2.1's relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.1's contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_can_be_read(ink: str, ground: str) -> None:
    assert contrast(DARK[ink], DARK[ground]) >= 4.5


def test_the_air_buttons_words_can_be_read_while_it_fills() -> None:
    assert contrast(DARK["text"], DARK["air-deep"]) >= 4.5
