"""Shows on disk: made, listed, copied, bundled, brought in, and what a crash leaves."""

import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import i18n, show_file
from studio.errors import InvalidValue, NotFound
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.show_file import FileSource, ShowFile, ShowInfo
from studio.shows import bundle, missing
from studio.shows.library import ShowLibrary
from studio.shows.session import Left, Session
from studio.shows.templates import TEMPLATES, Devices, make
from studio.state import CANVASES, Canvas

pytestmark = pytest.mark.usefixtures("home", "gui")


@pytest.fixture
def library(home: Path) -> ShowLibrary:
    return ShowLibrary(all_kinds(OverlayPainter()))


def small(title: str = "Forår", **fields: object) -> ShowFile:
    return ShowFile(show=ShowInfo(id=show_file.slug(title), title=title), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize("language", ["en", "da"])
def test_every_template_is_a_whole_show(library: ShowLibrary, template: str, canvas: Canvas, language: str) -> None:
    i18n.use(language)
    path = library.add(make(template, "Aftenshow", canvas, Devices("/dev/video7", "mic")))
    file = show_file.load(path, all_kinds(OverlayPainter()))
    assert (file.show.title, file.canvas, file.program) == ("Aftenshow", canvas, file.scenes[0].id)
    devices = [source.settings.get("device") for source in file.sources if source.kind in ("camera", "microphone")]
    assert devices[:2] == (["/dev/video7", "mic"] if template != "empty" else [])
    for scene in file.scenes:
        for item in scene.items:
            assert 0 <= item.transform.x < canvas.width
            assert 0 <= item.transform.y < canvas.height


def test_titles_may_repeat_and_files_may_not(library: ShowLibrary) -> None:
    paths = [library.add(small()) for _n in range(3)]
    assert [path.name for path in paths] == ["foraar.show.json", "foraar-2.show.json", "foraar-3.show.json"]
    assert [json.loads(path.read_bytes())["show"]["id"] for path in paths] == ["foraar", "foraar-2", "foraar-3"]


def test_the_list_has_the_latest_first_and_says_what_is_broken(library: ShowLibrary, tmp_path: Path) -> None:
    one, two = library.add(small("One")), library.add(small("Two"))
    os.utime(one, (1, 1))
    os.utime(two, (2, 2))
    (library.folder / "broken.show.json").write_text("{")
    os.utime(library.folder / "broken.show.json", (0, 0))
    elsewhere = tmp_path / "elsewhere.show.json"
    show_file.save(elsewhere, small("Elsewhere"))
    library.opened(elsewhere)
    library.opened(one)
    entries = library.entries()
    assert [entry.title for entry in entries] == ["One", "Elsewhere", "Two", "broken"]
    assert "not valid JSON" in entries[3].problem
    assert library.last() == one.resolve()
    one.unlink()
    assert library.last() == elsewhere.resolve(), "what is gone is not offered"


def test_a_broken_list_of_shows_is_no_reason_to_fail(library: ShowLibrary, home: Path) -> None:
    for content in (b"{", b"5", b"[5, null]"):
        (home / "data").mkdir(exist_ok=True)
        (home / "data" / "recent.json").write_bytes(content)
        assert library.last() is None
        assert library.entries() == []


def test_a_copy_is_another_show(library: ShowLibrary) -> None:
    path = library.add(ShowFile(show=ShowInfo(id="one", title="One", starts_at_ms=5)))
    copy = show_file.decode(library.duplicate(path).read_bytes())
    assert (copy.show.title, copy.show.id, copy.show.starts_at_ms) == ("One (copy)", "one-copy", None)


def test_a_show_travels_with_its_films_and_pictures(library: ShowLibrary, tmp_path: Path) -> None:
    logo, other = tmp_path / "logo.png", tmp_path / "deep" / "logo.png"
    other.parent.mkdir()
    logo.write_bytes(b"one")
    other.write_bytes(b"two")
    sources = tuple(
        FileSource(id=name, kind="image", name=name, settings={"path": str(path)})
        for name, path in (("a", logo), ("b", other), ("c", logo), ("gone", tmp_path / "gone.png"))
    )
    target = tmp_path / "show.vitrine"
    assert bundle.pack(target, small(sources=sources)) == [str(tmp_path / "gone.png")]
    logo.unlink()
    brought = library.bring(target)
    file = show_file.load(brought, all_kinds(OverlayPainter()))
    contents = [Path(source.settings["path"]).read_bytes() for source in file.sources[:3]]
    assert contents == [b"one", b"two", b"one"]
    assert json.loads(brought.read_bytes())["sources"][0]["settings"]["path"] == "media/01-logo.png", "it can be moved"
    assert not list(tmp_path.glob(".*part"))


@pytest.mark.parametrize(
    "name", ["../evil.png", "/etc/evil", "media/../../evil", "media/deep/evil", "other.txt", "media/..", "media\\..\\evil"]
)
def test_a_bundle_writes_nowhere_else(library: ShowLibrary, tmp_path: Path, name: str) -> None:
    path = tmp_path / "evil.vitrine"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("show.show.json", json.dumps({"version": 1, "show": {"id": "ab", "title": "A"}}))
        archive.writestr(name, "x")
    with pytest.raises(InvalidValue, match="not a show's bundle"):
        library.bring(path)
    assert [one.name for one in tmp_path.rglob("evil*")] == ["evil.vitrine"]
    assert library.entries() == []


@given(st.binary(max_size=300))
def test_rubbish_is_no_bundle(content: bytes) -> None:
    library = ShowLibrary(all_kinds(OverlayPainter()))
    library.folder.mkdir(parents=True, exist_ok=True)
    path = library.folder / "rubbish.vitrine"
    path.write_bytes(content)
    with pytest.raises(InvalidValue):
        library.bring(path)
    assert [one.name for one in library.folder.iterdir()] == ["rubbish.vitrine"]


def test_what_is_not_there_cannot_be_brought(library: ShowLibrary, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        library.bring(tmp_path / "none.vitrine")


def test_missing_files_are_found_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "a" / "deep").mkdir(parents=True)
    (tmp_path / "a" / "deep" / "LOGO.png").write_bytes(b"")
    (tmp_path / "a" / "logo.png").write_bytes(b"")
    (tmp_path / "film.mp4").write_bytes(b"")
    found = missing.search(tmp_path, ["/old/logo.png", "/old/film.mp4", "/old/none.mp4"])
    assert found == {"/old/logo.png": str(tmp_path / "a" / "logo.png"), "/old/film.mp4": str(tmp_path / "film.mp4")}


# ── what a crash leaves ──────────────────────────────────────────────────────────────────────────────────────


def gone_pid() -> int:
    """The number of a process that has ended."""
    import subprocess

    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


def test_a_clean_end_leaves_nothing(home: Path) -> None:
    session = Session()
    session.write(home / "a.show.json", on_air=False, at_ms=5)
    session.end()
    assert session.left() is None
    session.end()


def test_a_crash_leaves_the_show_and_whether_it_was_on_air(home: Path) -> None:
    session = Session(home / "session.json")
    left = Left(show="/a.show.json", pid=gone_pid(), on_air=True, at_ms=7)
    (home / "session.json").write_text(json.dumps({"show": left.show, "pid": left.pid, "on_air": True, "at_ms": 7}))
    assert session.left() == left


def test_a_vitrine_that_still_runs_has_not_crashed(home: Path) -> None:
    session = Session(home / "session.json")
    session.write(home / "a.show.json", on_air=True, at_ms=1, panic=True)
    note = json.loads((home / "session.json").read_text()) | {"pid": os.getppid()}
    (home / "session.json").write_text(json.dumps(note))
    assert session.left() is None
    session.write(home / "b.show.json", on_air=False, at_ms=2)
    session.end()
    assert json.loads((home / "session.json").read_text()) == note, "another Vitrine's note is its own"


def test_after_the_machine_was_started_anew_a_number_means_nothing(home: Path) -> None:
    (home / "session.json").write_text(json.dumps({"show": "/a", "pid": os.getppid(), "boot": "another"}))
    assert Session(home / "session.json").left() is not None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"show": 5, "pid": "x"}'])
def test_a_half_written_note_is_no_note(home: Path, content: str) -> None:
    (home / "session.json").write_text(content)
    assert Session(home / "session.json").left() is None


def test_a_show_without_a_file_leaves_no_note(home: Path) -> None:
    session = Session(home / "session.json")
    session.write(None, on_air=True, at_ms=1)
    assert not (home / "session.json").exists()
