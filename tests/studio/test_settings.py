"""Settings: a table with limits; a bad file or value falls back and says so; nothing a newer version wrote is lost."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from studio.errors import InvalidValue
from studio.settings import TABLE, Settings, checked


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_without_a_file_the_defaults_hold(path: Path) -> None:
    settings = Settings(path)
    assert {name: settings[name] for name in TABLE} == {name: row.default for name, row in TABLE.items()}
    assert settings.warnings == []


def test_the_file_lies_in_the_users_config_folder(home: Path) -> None:
    Settings().set("language", "da")
    assert json.loads((home / "config" / "settings.json").read_bytes()) == {"language": "da"}


def test_what_is_set_is_there_the_next_time(path: Path) -> None:
    Settings(path).set("video.bitrate_kbps", 2500)
    assert Settings(path)["video.bitrate_kbps"] == 2500


def test_names_of_a_newer_version_are_kept(path: Path) -> None:
    path.write_text('{"video.codec": "av1", "language": "en"}')
    Settings(path).set("language", "da")
    assert json.loads(path.read_bytes()) == {"video.codec": "av1", "language": "da"}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[1]", b'"words"'])
def test_a_broken_file_means_the_defaults_and_one_warning(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    settings = Settings(path)
    assert settings["video.bitrate_kbps"] == 4500
    assert len(settings.warnings) == 1
    assert str(path) in settings.warnings[0]
    assert "the defaults are used" in settings.warnings[0]


def test_a_deeply_nested_file_means_the_defaults(path: Path) -> None:
    path.write_text("[" * 100_000)
    assert Settings(path).warnings


def test_a_folder_in_the_files_place_means_the_defaults(path: Path) -> None:
    path.mkdir()
    assert len(Settings(path).warnings) == 1


def test_a_bad_value_falls_back_alone_and_the_warning_names_it(path: Path) -> None:
    path.write_text('{"video.bitrate_kbps": 5, "audio.bitrate_kbps": 128}')
    settings = Settings(path)
    assert settings["video.bitrate_kbps"] == 4500
    assert settings["audio.bitrate_kbps"] == 128
    assert settings.warnings == [f"{path}: video.bitrate_kbps: must be from 200 to 50000"]


def test_overrides_hold_until_somebody_sets_the_value(path: Path) -> None:
    settings = Settings(path, {"video.bitrate_kbps": 900})
    assert settings["video.bitrate_kbps"] == 900
    settings.set("video.bitrate_kbps", 1200)
    assert settings["video.bitrate_kbps"] == 1200


def test_an_override_is_not_written_down(path: Path) -> None:
    Settings(path, {"video.bitrate_kbps": 900}).set("language", "en")
    assert json.loads(path.read_bytes()) == {"language": "en"}


def test_observers_hear_the_value_as_it_was_stored(path: Path) -> None:
    settings, heard = Settings(path), []
    settings.observe(lambda name, value: heard.append((name, value)))
    settings.set("video.bitrate_kbps", "1500")
    assert heard == [("video.bitrate_kbps", 1500)]


def test_nobody_hears_of_a_refused_value(path: Path) -> None:
    settings, heard = Settings(path), []
    settings.observe(lambda name, value: heard.append(name))
    with pytest.raises(InvalidValue):
        settings.set("video.bitrate_kbps", 1)
    assert heard == []
    assert not path.exists()


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
def test_only_the_user_may_read_the_file(path: Path) -> None:
    Settings(path).set("language", "en")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("video.bitrate_kbps", "4500", 4500),
        ("window.sounds", "false", False),
        ("window.sounds", "True", True),
        ("language", "", ""),
        ("server.url", "http://localhost:8080", "http://localhost:8080"),
    ],
)
def test_words_become_the_settings_own_type(name: str, given: str, kept: Any) -> None:
    value = checked(name, given)
    assert (value, type(value)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("video.bitrat_kbps", 1, "video.bitrat_kbps: There is no such setting"),
        ("video.bitrate_kbps", "fast", "video.bitrate_kbps: fast does not fit; expected int"),
        ("video.bitrate_kbps", 4500.5, "video.bitrate_kbps: 4500.5 does not fit; expected int"),
        ("video.bitrate_kbps", True, "video.bitrate_kbps: True does not fit; expected int"),
        ("video.bitrate_kbps", 199, "video.bitrate_kbps: must be from 200 to 50000"),
        ("video.bitrate_kbps", 50_001, "video.bitrate_kbps: must be from 200 to 50000"),
        ("video.preset", "veryslow", "video.preset: must be one of ultrafast, superfast, veryfast, faster"),
        ("window.sounds", "perhaps", "window.sounds: perhaps does not fit; expected bool"),
        ("window.sounds", 1, "window.sounds: 1 does not fit; expected bool"),
        ("server.url", None, "server.url: None does not fit; expected str"),
    ],
)
def test_a_refused_value_is_told_with_its_name_and_what_fits(name: str, value: Any, sentence: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        checked(name, value)
    assert str(caught.value) == sentence


def test_every_default_is_itself_allowed() -> None:
    for name, row in TABLE.items():
        assert checked(name, row.default) == row.default
