"""Where things lie, and that a file is either the old one or the new one."""

import os
import stat
from pathlib import Path

import pytest

from studio import paths


def test_one_variable_moves_everything(home: Path) -> None:
    assert paths.data_dir() == home / "data"
    assert paths.config_dir() == home / "config"
    assert paths.cache_dir() == home / "cache"
    assert paths.runtime_dir() == home / "run"
    assert paths.server_note() == home / "run" / "server.json"


def test_folders_are_made_when_they_are_asked_for(home: Path) -> None:
    assert paths.data_dir().is_dir()


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
def test_the_runtime_folder_is_the_users_alone(home: Path) -> None:
    (home / "run").mkdir(mode=0o777)
    assert stat.S_IMODE(paths.runtime_dir().stat().st_mode) == 0o700


def test_the_runtime_folder_goes_by_the_desktops_convention(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VITRINE_HOME", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert paths.runtime_dir() == tmp_path / "vitrine"


def test_the_pages_are_found_in_a_checkout() -> None:
    assert (paths.assets() / "viewer" / "vitrine-show.js").is_file()


def test_writing_replaces_the_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"something long")
    paths.write_atomically(file, b"short")
    assert file.read_bytes() == b"short"
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"old")
    with pytest.raises(TypeError):
        paths.write_atomically(file, "not bytes")  # type: ignore[arg-type]
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.json"]


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_the_mode_is_the_one_that_was_asked_for(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "a.json"
    paths.write_atomically(file, b"", mode=mode)
    assert stat.S_IMODE(file.stat().st_mode) == mode
