"""Files a person names are looked at before any decoder sees them."""

import os
from pathlib import Path

import pytest

from studio.errors import DeviceFailed
from studio.sources.media_path import checked_file


def test_a_file_with_something_in_it_is_fine(tmp_path: Path) -> None:
    file = tmp_path / "Ærø.mp4"
    file.write_bytes(b"x")
    assert checked_file(str(file)) == file


def test_the_users_home_may_be_written_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.mp4").write_bytes(b"x")
    assert checked_file("~/a.mp4") == tmp_path / "a.mp4"


def refused(path: str) -> str:
    with pytest.raises(DeviceFailed) as caught:
        checked_file(path)
    return str(caught.value)


def test_missing_empty_and_folders_are_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert refused(str(tmp_path / "no.mp4")) == f"The file {tmp_path}/no.mp4 is missing"
    assert refused(str(tmp_path / "empty.mp4")) == f"The file {tmp_path}/empty.mp4 is empty"
    assert refused(str(tmp_path)) == f"{tmp_path} is not a file"


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000, "~nobody-by-this-name/a.mp4", "http://example.com/a.mp4", "concat:a|b"])
def test_what_is_no_path_at_all_is_refused_with_a_sentence(path: str) -> None:
    assert refused(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    assert refused(str(pipe)) == f"{pipe} is not a file"
