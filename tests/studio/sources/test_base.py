"""Kinds and their settings: a wrong one is told with its field and what fits."""

from typing import Any

import pytest

from studio.errors import InvalidValue
from studio.sources.base import checked_settings
from studio.sources.colour import ColourSettings
from studio.sources.kinds import KINDS


def test_settings_become_the_kinds_own_struct() -> None:
    assert checked_settings(KINDS, "colour", {"colour": "#ff0000"}) == ColourSettings(colour="#ff0000")


@pytest.mark.parametrize(
    ("kind", "settings", "sentence"),
    [
        ("colour", {"colour": "red"}, "settings.colour: Expected `str` matching regex '^#[0-9a-fA-F]{6}$(?!\\\\n)'"),
        ("colour", {"color": "#ff0000"}, "settings: Object contains unknown field `color`"),
        ("media_file", {}, "settings: Object missing required field `path`"),
        ("media_file", {"path": ""}, "settings.path: Expected `str` of length >= 1"),
        ("media_file", {"path": "a.mp4", "loop": "yes"}, "settings.loop: Expected `bool`, got `str`"),
        ("screen", {"x": -1}, "settings.x: Expected `int` >= 0"),
        ("test_pattern", {"tone": 1}, "settings.tone: Expected `bool`, got `int`"),
    ],
)
def test_a_wrong_setting_is_told_with_its_field(kind: str, settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        checked_settings(KINDS, kind, settings)
    assert str(caught.value) == sentence


def test_an_unknown_kind_is_told_with_what_was_meant_and_what_there_is() -> None:
    with pytest.raises(InvalidValue) as caught:
        checked_settings(KINDS, "mediafile", {}, field="sources[2].settings")
    assert str(caught.value) == (
        "sources[2].kind: unknown source kind mediafile; did you mean media_file?"
        " (known: camera, colour, guest, image, media_file, microphone, scene, screen, system_sound, test_pattern, window)"
    )


def test_whatever_opens_a_device_or_a_file_says_so() -> None:
    assert {name for name, kind in KINDS.items() if kind.opens} == {
        "camera",
        "window",
        "screen",
        "microphone",
        "system_sound",
        "media_file",
        "image",
    }


def test_microphones_have_no_picture_and_pictures_no_sound() -> None:
    assert {name for name, kind in KINDS.items() if not kind.video} == {"microphone", "system_sound"}
    assert {name for name, kind in KINDS.items() if kind.audio} == {
        *("microphone", "system_sound", "media_file", "test_pattern", "guest")
    }
