"""The library: named, thrown away, found again, taken along."""

import json
import shutil
from pathlib import Path

import av
import msgspec
import pytest

from studio import paths
from studio.commands import recording as ask
from studio.errors import Confirm, DeviceFailed, InvalidValue, NotFound, WrongState
from studio.recordings.folder import RecordingFolder
from studio.recordings.library import DAY_MS
from studio.settings import Settings
from studio.state.recording import Clip, Mark, Recorded, Replay
from tests.fakes import until
from tests.studio.recordings.cutting.films import recorded as film
from tests.studio.recordings.room import HOST, Room


async def kept(room: Room, name: str = "1-a-1", **fields: object) -> Recorded:
    """A film of three seconds in the library."""
    folder = room.library.new(name)
    folder.make()
    film(folder.film, 3)
    marks = (Mark(at_ms=0, kind="product", ref="oil", title="Rose <Oil>"), Mark(at_ms=2000, title="Tak"))
    made = Recorded(id=name, show="spring", title="Forår", session="a", at_ms=1, marks=marks, state="ready")
    await room.library.finished(msgspec.structs.replace(made, **fields))
    return room.library.get(name)


async def again(room: Room) -> Room:
    """The same folder, in the next run of the program."""
    return Room(room.root, Settings(room.root.parent / "settings.json"))


async def confirmed(room: Room, command: ask.LibraryEmpty) -> None:
    with pytest.raises(Confirm) as asked:
        await room.do(command)
    await room.do(msgspec.structs.replace(command, confirm=asked.value.confirm))


async def test_it_is_there_in_the_next_run(room: Room) -> None:
    one = await kept(room)
    await room.do(ask.LibraryRename(recording=one.id, title=" Sommer "))
    await room.library.flush()
    other = await again(room)
    await other.library.open()
    assert [found.title for found in other.recordings] == ["Sommer"]
    await room.dispatcher.undo.undo(HOST.id)
    assert room.library.get(one.id).title == "Forår"


async def test_the_trash_takes_and_gives_back_and_is_emptied_only_when_confirmed(room: Room) -> None:
    one = await kept(room)
    await room.do(ask.LibraryRemove(recording=one.id))
    assert room.library.get(one.id).state == "trash"
    with pytest.raises(WrongState, match="trash"):
        room.library.usable(one.id)
    await room.do(ask.LibraryRestore(recording=one.id))
    assert room.library.usable(one.id).trashed_ms is None
    await room.do(ask.LibraryRemove(recording=one.id))
    await confirmed(room, ask.LibraryEmpty())
    assert room.recordings == ()
    assert not room.library.folder(one.id).path.exists()


async def test_only_what_is_in_the_trash_is_deleted(room: Room) -> None:
    one = await kept(room)
    with pytest.raises(WrongState, match="Only what is in the trash"):
        await confirmed(room, ask.LibraryEmpty(recording=one.id))
    assert room.library.folder(one.id).film.exists()


async def test_what_is_recorded_now_is_not_thrown_away(room: Room) -> None:
    recording = await room.do(ask.RecordingStart())
    with pytest.raises(WrongState, match="still being recorded"):
        await room.do(ask.LibraryRemove(recording=recording))


async def test_a_recording_that_is_not_there_is_named(room: Room) -> None:
    with pytest.raises(NotFound, match="no recording nowhere"):
        await room.do(ask.LibraryRename(recording="nowhere", title="x"))


async def test_old_trash_goes_and_so_does_some_when_there_is_no_room(room: Room, tmp_path: Path) -> None:
    for name, days in (("1-a-1", 40), ("2-b-1", 10), ("3-c-1", 5)):
        await kept(room, name, state="ready")
        await room.do(ask.LibraryRemove(recording=name))
        room.library.change(name, trashed_ms=room.clock.wall_ms() - days * DAY_MS, size=1 << 30)
    await kept(room, "4-d-1", size=1 << 30)
    await room.library._tidy()
    assert [one.id for one in room.recordings if one.state == "trash"] == ["2-b-1", "3-c-1"]
    room.settings.set("library.quota_gb", 1)
    room.library.change("4-d-1", problem="")
    await room.library._tidy()
    assert [one.id for one in room.recordings] == ["4-d-1"], "what nobody has thrown away stays"


async def test_what_has_been_kept_for_long_enough_is_thrown_away_unless_it_is_public(room: Room) -> None:
    for name, days in (("1-a-1", 40), ("2-b-1", 40), ("3-c-1", 40), ("4-d-1", 20)):
        await kept(room, name, at_ms=room.clock.wall_ms() - days * DAY_MS, replay=Replay(film="f" if name == "2-b-1" else ""))
    room.library.change("3-c-1", clips=(Clip(id="x", upload="on its way"),))
    await room.library._tidy()
    assert {one.state for one in room.recordings} == {"ready"}, "for ever, unless one says how long"
    room.settings.set("library.keep_days", 30)
    await room.library._tidy()
    assert [one.id for one in room.recordings if one.state == "trash"] == ["1-a-1"]
    assert room.library.folder("1-a-1").film.exists(), "it can be taken back"


async def test_taken_along_it_has_all_that_belongs_to_it(room: Room, tmp_path: Path) -> None:
    one = await kept(room, clips=())
    clip = room.library.folder(one.id).clip("abc-12.mp4")
    film(clip, 1)
    room.library.change(one.id, clips=(Clip(id="abc", file=clip.name, ends_ms=1000),))
    target = tmp_path / "stick"
    target.mkdir()
    told: list[float] = []
    for _ in range(2):
        await room.do(ask.LibraryExport(recording=one.id, folder=str(target)))
        await room.worked()
    await room.library.export(one.id, target, told.append)
    assert sorted(path.name for path in target.iterdir()) == ["Forår", "Forår 2", "Forår 3"]
    folder = target / "Forår"
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert names == ["chapters.vtt", "clip abc.mp4", "film.mp4", "pictures/01.jpg", "pictures/02.jpg", "poster.jpg", "show.json"]
    assert "00:00:02.000 --> 00:00:0" in (folder / "chapters.vtt").read_text()
    assert "Rose &lt;Oil&gt;" in (folder / "chapters.vtt").read_text()
    about = json.loads((folder / "show.json").read_text())
    assert (about["recording"]["title"], about["transcript"], about["events"]) == ("Forår", None, [])
    with av.open(str(folder / "film.mp4")) as found:
        assert len(found.chapters()) == 2
    assert told == sorted(told)


async def test_a_folder_that_is_not_there_is_said(room: Room, tmp_path: Path) -> None:
    one = await kept(room)
    with pytest.raises(InvalidValue, match="is not a folder") as error:
        await room.do(ask.LibraryExport(recording=one.id, folder=str(tmp_path / "nowhere")))
    assert error.value.field == "folder"


async def test_a_copy_that_fails_leaves_nothing(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await kept(room)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    target = tmp_path / "stick"
    target.mkdir()
    with pytest.raises(DeviceFailed, match="No space left"):
        await room.library.export(one.id, target, lambda share: None)
    assert list(target.iterdir()) == []


async def test_a_note_that_cannot_be_read_leaves_the_others(room: Room) -> None:
    one = await kept(room)
    (room.root / "garbage").mkdir()
    (room.root / "garbage" / "recording.json").write_text("{ not json")
    (room.root / "empty").mkdir()
    (room.root / "copied").mkdir()
    RecordingFolder(room.root / "copied").write(Recorded(id="../elsewhere", title="x"))
    other = await again(room)
    await other.library.open()
    assert [found.id for found in other.recordings] == [one.id]


async def test_a_film_that_cannot_be_read_is_said_to_be_broken(room: Room) -> None:
    folder = room.library.new("9-x-1")
    folder.make()
    folder.film.write_bytes(b"this is not a film at all")
    await room.library.finished(Recorded(id="9-x-1", title="x", state="ready"))
    one = room.library.get("9-x-1")
    assert (one.state, one.problem) == ("broken", "The film cannot be read")
    with pytest.raises(WrongState):
        await room.do(ask.ReplayPublish(recording="9-x-1"))


async def test_another_desktops_films_are_not_touched(tmp_path: Path) -> None:
    """Two desktops of one user share the folder: the second repairs nothing, for the first may be writing it."""
    root = tmp_path / "recordings"
    root.mkdir()
    held = paths.lock(root / ".lock")
    folder = RecordingFolder(root / "1-a-1")
    folder.make()
    film(folder.film, 1)
    folder.write(Recorded(id="1-a-1", title="x", state="recording"))
    async with Room(root, Settings(tmp_path / "settings.json")).running() as room:
        await until(lambda: bool(room.recordings))
        await room.library.flush()
        assert room.recordings[0].state == "recording"
    held.close()


async def test_the_event_log_survives_a_line_that_was_cut_off(tmp_path: Path) -> None:
    folder = RecordingFolder(tmp_path / "a")
    folder.make()
    line = b'{"seq":2,"at_ms":1,"media_ms":5,"actor":"","data":{"type":"show.started"}}\n'
    (folder.path / "events.jsonl").write_bytes(line + line.replace(b'"seq":2', b'"seq":1') + line[:20])
    assert [event.seq for event in folder.events()] == [1, 2]
