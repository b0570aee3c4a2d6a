"""Tokens: contrast of what is written on what."""

import re

import pytest
from PySide6.QtWidgets import QApplication

from studio import paths
from ui import theme
from ui.theme import MODES

PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in ("text", "muted") for ground in ("bg", "panel", "raised", "hover")),
    *((ink, ground) for ink in ("faint", "warn", "ok", "air-text", "accent") for ground in ("bg", "panel", "raised")),
    ("warn", "hover"),
    ("air-ink", "air"),
    ("accent-ink", "accent"),
    ("preview-ink", "preview"),
    ("warn-ink", "warn"),
)
"""What is written on what: every pair is at least 4.5:1 in both modes."""


def luminance(colour: str) -> float:
    """WCAG 2.1's relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.1's contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_can_be_read(mode: str, ink: str, ground: str) -> None:
    assert contrast(MODES[mode][ink], MODES[mode][ground]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("mark", "ground"), [("control", "bg"), ("control", "panel"), ("accent", "bg"), ("air", "bg"), ("preview", "bg")]
)
def test_edges_and_marks_can_be_seen(mode: str, mark: str, ground: str) -> None:
    assert contrast(MODES[mode][mark], MODES[mode][ground]) >= 3


def test_both_modes_have_the_same_tokens() -> None:
    assert MODES["dark"].keys() == MODES["light"].keys()


def test_the_sheet_is_written_out_and_grows_with_the_text(qapp: QApplication) -> None:
    theme.apply(qapp, "light", 200)
    sheet = theme.sheet()
    assert "@" not in sheet
    assert MODES["light"]["accent"] in sheet
    assert "font-size: 34px" in sheet, "17 px, twice as large"
    assert (theme.mode(), theme.scale(), theme.px(10)) == ("light", 2.0, 20)
    theme.apply(qapp, "no such mode", 1000)
    assert (theme.mode(), theme.scale()) == ("dark", 2.0)
    theme.apply(qapp)
    assert (theme.mode(), theme.scale(), qapp.font().pixelSize()) == ("dark", 1.0, theme.BASE_PIXELS)


def test_the_pages_properties_are_tokens_too() -> None:
    page = (paths.assets() / "viewer" / "page.css").read_text()
    root = page[page.index(":root {") : page.index("}")]
    assert set(re.findall(r"--([a-z-]+):", root)) <= set(MODES["dark"])
