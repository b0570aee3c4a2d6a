"""A show that somebody else packed: it fills no disk, names nothing of this machine, and what cannot be opened leaves nothing."""

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import show_file
from studio.errors import InvalidValue
from studio.show_file import FileSource, ShowFile, ShowInfo
from studio.shows import bundle


def show(title: str = "Forår", *paths: object) -> dict[str, Any]:
    sources = [
        {"id": f"s{number}", "kind": "image", "name": "A", "settings": {"path": path}} for number, path in enumerate(paths)
    ]
    return {"version": 1, "show": {"id": "foraar", "title": title}, "sources": sources}


def packed(path: Path, content: object, files: dict[str, bytes] | None = None, how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        archive.writestr(bundle.SHOW, content if isinstance(content, bytes) else json.dumps(content))
        for name, data in (files or {}).items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def usage(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets how much is free on the disk."""
    real = shutil.disk_usage("/")

    def free(size: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda path: real._replace(free=size))

    return free


def test_what_was_packed_comes_out_again(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(os.urandom(1000))
    source = FileSource(id="a", kind="image", name="A", settings={"path": str(film)})
    assert bundle.pack(tmp_path / "a.vitrine", ShowFile(show=ShowInfo(id="aa", title="A"), sources=(source,))) == []
    path = bundle.unpack(tmp_path / "a.vitrine", tmp_path / "out")
    (inside,) = show_file.with_inside_paths(show_file.decode(path.read_bytes()), path.parent).sources
    assert Path(inside.settings["path"]).read_bytes() == film.read_bytes()
    assert Path(inside.settings["path"]).is_relative_to(tmp_path / "out")


def test_what_unpacks_to_fifty_times_its_size_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "RATIO_FROM", 1 << 20)
    source = packed(tmp_path / "a.vitrine", show(), {f"media/{number}": bytes(1 << 20) for number in range(3)})
    assert source.stat().st_size < 10_000
    with pytest.raises(InvalidValue, match="suspiciously small"):
        bundle.unpack(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_films_that_do_not_shrink_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "RATIO_FROM", 1 << 10)
    source = packed(tmp_path / "a.vitrine", show(), {"media/film": os.urandom(1 << 20)})
    assert bundle.unpack(source, tmp_path / "out").is_file()


def test_a_little_that_shrinks_much_is_nothing(tmp_path: Path) -> None:
    source = packed(tmp_path / "a.vitrine", show(), {"media/picture": bytes(1 << 20)})
    assert bundle.unpack(source, tmp_path / "out").is_file()


def test_there_must_be_room_and_some_is_left(tmp_path: Path, usage: Any) -> None:
    source = packed(tmp_path / "a.vitrine", show(), {"media/film": os.urandom(1 << 20)}, zipfile.ZIP_STORED)
    usage(bundle.LEAST_FREE + (1 << 20))
    with pytest.raises(InvalidValue, match="no room on the disk"):
        bundle.unpack(source, tmp_path / "deep" / "er" / "out")
    assert not (tmp_path / "deep").exists()
    usage(bundle.LEAST_FREE + (2 << 20))
    assert bundle.unpack(source, tmp_path / "deep" / "er" / "out").is_file()


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../../etc/passwd",
        "media/../../../etc/passwd",
        "media/../../x",
        "..",
        ".",
        "~/.ssh/id_rsa",
        "~root/x",
        "C:\\Windows\\win.ini",
        "C:x",
        "\\\\host\\share\\x",
        "..\\..\\x",
        "file:///etc/passwd",
        "http://x.example/a",
        "/dev/video0",
        "/proc/self/environ",
        "media/a\nb",
        " ",
        "media/",
    ],
)
def test_what_a_bundle_names_lies_in_it(tmp_path: Path, path: str) -> None:
    made = bundle.unpack(packed(tmp_path / "a.vitrine", show("A", path)), tmp_path / "out")
    written = json.loads(made.read_bytes())["sources"][0]["settings"]["path"]
    assert not Path(written).is_absolute(), "the show can be moved"
    assert not written.startswith("~")
    (source,) = show_file.with_inside_paths(show_file.decode(made.read_bytes()), made.parent).sources
    found = Path(os.path.abspath(source.settings["path"]))
    assert found.is_relative_to(tmp_path / "out"), found


@given(st.text(max_size=60))
def test_whatever_it_names(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    folder = tmp_path_factory.mktemp("bundle")
    try:
        made = bundle.unpack(packed(folder / "a.vitrine", show("A", path)), folder / "out")
    except InvalidValue:
        assert not (folder / "out").exists()
        return
    (source,) = show_file.with_inside_paths(show_file.decode(made.read_bytes()), made.parent).sources
    if source.settings["path"]:
        assert Path(os.path.abspath(source.settings["path"])).is_relative_to(folder / "out")


@pytest.mark.parametrize(
    "content",
    [
        b'{"version":1,"show":{"id":"aa","title":"\\ud800"}}',
        b'{"version":1,"show":{"id":"aa","title":"A"},"\\udfff":1}',
        b'{"version":1,"show":{"id":"aa","title":"A","x":["\\ud800"]}}',
        b'{"version":1,"show":{"id":"aa","title":"A"},"sources":[{"id":"s","kind":"image","name":"A","settings":{"path":"\\ud800"}}]}',
        b'{"version":1,"show":{"id":"aa","title":"A"},"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"\xff\xfe",
        b"[]",
        b"",
        b'{"version":99}',
    ],
)
def test_a_show_that_cannot_be_read_or_written_leaves_no_folder(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidValue):
        bundle.unpack(packed(tmp_path / "a.vitrine", content), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_full_while_it_is_unpacked_is_left_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "extract", full)
    with pytest.raises(InvalidValue, match="No space left"):
        bundle.unpack(packed(tmp_path / "a.vitrine", show()), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@given(st.binary(max_size=30), st.integers(0, 3000))
def test_any_damage_is_a_sentence_and_leaves_nothing(tmp_path_factory: pytest.TempPathFactory, damage: bytes, at: int) -> None:
    folder = tmp_path_factory.mktemp("bundle")
    source = packed(folder / "a.vitrine", show("A", "media/a"), {"media/a": os.urandom(500)})
    data = bytearray(source.read_bytes())
    at %= len(data)
    data[at : at + len(damage)] = damage
    source.write_bytes(data)
    try:
        assert bundle.unpack(source, folder / "out").is_file()
    except InvalidValue:
        assert not (folder / "out").exists()
