"""Recording: with the show by itself, by hand, and through everything that breaks."""

import os
import shutil
import threading
import time
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest

from studio.commands import recording as ask
from studio.errors import DeviceFailed, WrongState
from studio.events import Logged, ProductPinned
from studio.media.encoder import Encoded
from studio.media.frames import rgb_to_yuv
from studio.recordings import controller as controller_module
from studio.recordings.movie_file import is_whole
from studio.recordings.recorder import Trouble
from studio.recordings.reserved_file import ReservedFile
from studio.settings import Settings
from studio.show.film import film_at
from studio.state.recording import Mark
from tests.fakes import BLUE, EndlessRing, FakeSource, solid, until
from tests.studio.recordings.room import Room

START, STOP = ask.RecordingStart(), ask.RecordingStop()


def chapters_of(path: Path) -> list[tuple[int, str]]:
    with av.open(str(path)) as film:
        told = film.chapters()
    units = [one["time_base"] for one in told]
    assert None not in units
    return [(round(1000 * one["start"] * unit), one["metadata"]["title"]) for one, unit in zip(told, units, strict=True) if unit]


async def test_by_hand_it_becomes_an_ordinary_film_in_the_library(room: Room) -> None:
    recording = await room.do(START)
    assert room.status == "recording"
    assert room.recordings[0].state == "recording"
    await room.recorded(900)
    assert room.now.left_s is not None
    await room.do(STOP)
    assert room.status == "off"
    one = await room.ready()
    assert (one.id, one.title, one.brand, one.width, one.height) == (recording, "Forår", "Butik", 320, 180)
    folder = room.library.folder(recording)
    assert is_whole(folder.film)
    assert folder.poster.read_bytes().startswith(b"\xff\xd8")
    with av.open(str(folder.film)) as film:
        assert [film.streams[number].codec_context.name for number in (0, 1)] == ["h264", "aac"]
        assert (film.duration or 0) / 1000 == pytest.approx(one.length_ms, abs=60)
    assert folder.read() == one


async def test_what_the_disk_does_not_take_in_time_is_said_and_written_later(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    takes, write = threading.Event(), ReservedFile.write

    def waits(file: ReservedFile, data: bytes) -> int:
        file._waits_ns = time.monotonic_ns()
        takes.wait(60)
        return write(file, data)

    monkeypatch.setattr(ReservedFile, "write", waits)
    await room.do(START)
    try:
        await until(lambda: room.now.behind == "disk")
        assert room.now.length_ms > room.now.written_ms + 1900  # the clock goes on with the show
    finally:
        takes.set()
    await until(lambda: room.now.behind == "" and room.now.written_ms > 2000)
    length_ms = room.now.length_ms
    await room.do(STOP)
    one = await room.ready()
    assert one.problem == ""
    assert one.length_ms >= length_ms


async def test_it_begins_pauses_goes_on_and_ends_with_the_show(room: Room) -> None:
    room.show("draft", sent=True)
    room.show("live")
    await room.recorded(500)
    room.show("paused")
    assert room.status == "paused"
    room.show("live")
    assert room.status == "recording"
    await room.recorded(1000)
    room.show("ended")
    one = await room.ready()
    await until(lambda: room.status == "off")
    assert one.spans[0].media_ms < 500
    assert one.products == ()


async def test_it_goes_on_when_the_stream_is_lost_and_when_it_is_stopped(room: Room) -> None:
    room.show("live")
    await room.recorded(300)
    room.show("live", sent=False)
    assert room.status == "recording"
    before = room.now.id
    room.show("live", sent=True)
    await room.recorded(600)
    assert room.now.id == before


async def test_whoever_stops_it_is_not_overruled_before_the_next_show(room: Room) -> None:
    room.show("live")
    await room.recorded(200)
    await room.do(STOP)
    room.show("live", sent=False)
    room.show("live")
    assert room.status == "off"
    room.show("ended")
    room.show("live")
    await until(lambda: room.status == "recording")


async def test_the_settings_may_say_no(room: Room) -> None:
    room.settings.set("recording.auto", False)
    room.show("live")
    with pytest.raises(WrongState, match="Nothing is being recorded"):
        await room.do(STOP)


async def test_somebody_elses_show_is_not_recorded_here(room: Room) -> None:
    room.show("live", sent=False)
    with pytest.raises(WrongState):
        await room.do(ask.RecordingPause())


async def test_what_is_shown_taken_and_named_is_marked_and_becomes_chapters(room: Room) -> None:
    room.pin("cream")
    room.show("live")
    await room.recorded(300)
    await room.do(ask.MarkersPlan(titles=("Velkommen", "Tak")))
    await room.do(ask.MarkerSet())
    await room.recorded(2600)
    room.pin("oil")
    room.take("b")
    await room.recorded(2900)
    room.pin()
    await room.do(ask.MarkerSet())
    await room.do(ask.MarkerSet())
    await room.do(ask.MarkerSet(title="  Noget andet "))
    marks = room.now.marks
    await room.recorded(marks[-1].at_ms + 200)
    room.show("ended")
    one = await room.ready()
    assert one.marks == marks
    assert [mark.title for mark in marks if mark.kind == "marker"] == ["Velkommen", "Tak", "Marker 3", "Noget andet"]
    products = [mark for mark in marks if mark.kind == "product"]
    assert [(mark.ref, mark.title, mark.until_ms is not None) for mark in products] == [
        ("cream", "Natcreme", True),
        ("oil", "Rose <Oil>", True),
    ]
    assert products[0].at_ms == 0
    assert [mark.title for mark in marks if mark.kind == "scene"] == ["Oversigt", "Nær"]
    assert one.products == ("Natcreme", "Rose <Oil>")
    found = chapters_of(room.library.folder(one.id).film)
    assert found[0] == (0, "Velkommen")
    assert [title for _, title in found] == ["Velkommen", "Noget andet"]
    assert room.now.planned == ("Velkommen", "Tak"), "prepared for the next show as well"


async def test_an_event_is_in_the_film_where_it_was_in_the_show(room: Room) -> None:
    room.show("live")
    await room.recorded(700)
    media_ms = room._media_ms(room.clock.now_ns())
    assert media_ms is not None
    room.pin("oil")
    await room.recorded(1200)
    room.show("ended")
    one = await room.ready()
    mark = next(mark for mark in one.marks if mark.kind == "product")
    found = film_at(one.spans, media_ms)
    assert found is not None
    assert abs(found - mark.at_ms) <= 20
    (event,) = room.library.folder(one.id).events()
    assert event.data.product == "oil"  # type: ignore[union-attr]


@pytest.mark.parametrize("first", ["event", "state"])
async def test_a_pin_is_where_the_server_says_not_where_its_state_arrives(room: Room, first: str) -> None:
    room.show("live")
    await room.recorded(900)
    said_ms = room._media_ms(room.clock.now_ns())
    assert said_ms is not None
    event = Logged(seq=1, at_ms=0, media_ms=said_ms, actor="", data=ProductPinned(product="oil", price_minor=1, currency="DKK"))
    await room.recorded(1500)
    shop = msgspec.structs.replace(room.store.state.shop, pins=("oil",))
    if first == "event":
        room.board.happened(event)
        room.store.update(shop=shop)
    else:
        room.store.update(shop=shop)
        room.board.happened(event)
    (mark,) = (mark for mark in room.now.marks if mark.kind == "product")
    assert room.board._run is not None
    assert mark.at_ms == pytest.approx(film_at(room.board._run.reel.film.spans.spans, said_ms), abs=40)


async def test_a_split_by_hand_and_by_length(room: Room) -> None:
    await room.do(START)
    room.pin("oil")
    await room.recorded(500)
    await room.do(ask.RecordingSplit())
    await until(lambda: room.now.part == 2)
    assert [mark.ref for mark in room.now.marks if mark.kind == "product"] == ["oil"], "what is shown goes on in the next film"
    await room.recorded(500)
    await room.do(STOP)
    second = await room.ready(2)
    first = room.recordings[1]
    assert (first.part, second.part, second.title) == (1, 2, "Forår, part 2")
    assert first.session == second.session
    assert {part.id for part in room.library.parts(first.session)} == {first.id, second.id}


async def test_paused_it_is_not_split(room: Room) -> None:
    await room.do(START)
    await room.recorded(200)
    await room.do(ask.RecordingPause())
    with pytest.raises(WrongState, match="paused"):
        await room.do(ask.RecordingSplit())
    await room.do(ask.RecordingResume())


async def test_a_second_recording_at_once_is_refused(room: Room) -> None:
    await room.do(START)
    with pytest.raises(WrongState, match="already"):
        await room.do(START)


async def test_without_room_on_the_disk_it_does_not_begin_and_says_so(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.recordings.recorder.LEAST_FREE", 1 << 60)
    with pytest.raises(DeviceFailed, match="No space"):
        await room.do(START)
    room.show("live")
    await until(lambda: "No space" in room.now.reason)
    assert room.status == "off"
    assert room.store.state.stream.status == "live", "the stream goes on"
    monkeypatch.setattr("studio.recordings.recorder.LEAST_FREE", 0)
    await room.do(START)
    assert room.now.reason == ""


async def test_a_disk_that_fills_ends_it_with_words_and_keeps_what_there_is(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.show("live")
    await room.recorded(500)
    monkeypatch.setattr("studio.recordings.recorder.LEAST_FREE", 1 << 60)
    one = await room.ready()
    assert "The disk is full" in one.problem
    await until(lambda: room.status == "off")
    assert "The disk is full" in room.now.reason
    assert one.length_ms >= 500
    monkeypatch.setattr("studio.recordings.recorder.LEAST_FREE", 0)
    await room.do(START)
    assert room.status == "recording"


@pytest.mark.parametrize("gone", ["deleted", "moved"])
async def test_a_file_that_goes_away_is_said_and_another_begins(room: Room, gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controller_module, "RETRY_NS", 0)
    room.show("live")
    await room.recorded(500)
    before = room.now.id
    folder = room.library.folder(before)
    if gone == "deleted":
        shutil.rmtree(folder.path)
    else:
        os.rename(folder.film, room.root.parent / "elsewhere.mp4")
    await until(lambda: room.now.id not in ("", before))
    assert "deleted or moved" in room.now.reason
    await room.recorded(300)
    room.show("ended")
    await until(lambda: room.status == "off")
    assert room.recordings[0].state == "ready"
    assert before not in [one.id for one in room.recordings], "there is nothing to offer"


@pytest.mark.parametrize("trouble", ["disk_slow", "failed"])
async def test_it_ends_by_itself_only_once_in_a_while(room: Room, trouble: Trouble) -> None:
    await room.do(START)
    await room.recorded(200)
    assert room.board._run is not None
    recorder = room.board._run.reel.film.recorder
    recorder.fail(trouble)
    await until(lambda: room.status == "off")
    assert room.now.reason == controller_module.WORDS[trouble], "it had only just begun: another one would fail as well"


async def test_a_crash_leaves_a_film_that_is_repaired_and_offered(room: Room, tmp_path: Path, quick: None) -> None:
    room.show("live")
    await room.recorded(400)
    await room.do(ask.MarkerSet(title="Før faldet"))
    await room.recorded(2600)
    await room.board._look(note=True)
    await room.library.flush()
    left = tmp_path / "left"
    shutil.copytree(room.root, left)  # what a kill -9 leaves
    async with Room(left, Settings(tmp_path / "other.json")).running() as again:
        one = await again.ready()
        assert (one.recovered, one.problem) == (True, "")
        assert is_whole(again.library.folder(one.id).film)
        assert one.length_ms >= 1500
        assert one.spans[-1].film_ms + one.spans[-1].length_ms >= one.length_ms - 1100
        assert Mark(at_ms=one.marks[-1].at_ms, title="Før faldet") == one.marks[-1]
        assert again.now.status == "off"


async def test_what_is_recorded_again_in_the_same_show_is_its_next_part(room: Room) -> None:
    room.store.update(show=msgspec.structs.replace(room.store.state.show, live_since_ms=room.clock.wall_ms()))
    room.show("live")
    await room.recorded(300)
    await room.do(STOP)
    await room.ready()
    await room.do(START)
    await room.recorded(300)
    room.show("ended")
    await room.do(STOP)
    second = await room.ready(2)
    first = room.recordings[1]
    assert (second.session, first.part, second.part) == (first.session, 1, 2)
    await room.do(ask.ReplayPublish(recording=second.id))
    await room.worked()
    assert room.library.get(first.id).replay.film, "a replay is all of it, whichever part one points at"
    room.show("draft")
    await room.do(START)
    await room.recorded(100)
    await room.do(STOP)
    assert (await room.ready(3)).session != first.session


async def test_a_quarter_of_an_hour_of_events_is_bounded(room: Room) -> None:
    await room.do(START)
    room.pin("oil")
    assert room.board._run is not None
    room.board._run.events *= controller_module.EVENTS_MAX + 10
    length = len(room.board._run.events)
    room.pin("oil")
    assert len(room.board._run.events) == length


async def test_stopped_in_the_moment_of_a_split_both_films_are_there(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first film has turned, and nobody has heard of it yet."""
    await room.do(START)
    await room.recorded(400)
    monkeypatch.setattr(room.board, "_after_split", lambda run, film: None)
    await room.do(ask.RecordingSplit())
    run = room.board._run
    assert run is not None
    await until(lambda: run.turned != [])
    await until(lambda: run.reel.film.recorder.length_ms > 200)
    await room.do(STOP)
    second = await room.ready(2)
    assert [one.part for one in room.recordings if one.state == "ready"] == [2, 1]
    assert all(is_whole(room.library.folder(one.id).film) for one in (second, room.recordings[1]))


async def test_a_fault_in_the_recording_leaves_the_audience_its_picture(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Encoded] = []
    tap = room.best.tap(seen.append)
    tap.start()
    tap.readers = 1
    await room.do(START)
    await room.recorded(300)
    assert room.board._run is not None

    def broken(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(room.board._run.reel, "video", broken)
    await until(lambda: room.status == "off")
    assert room.now.reason == "The recording has failed"
    count = len(seen)
    await until(lambda: len(seen) > count + 5)
    tap.close()


async def test_a_folder_that_is_gone_does_not_leave_it_ending_for_ever(room: Room) -> None:
    await room.do(START)
    await room.recorded(300)
    room.pin("oil")
    shutil.rmtree(room.library.folder(room.now.id).path)
    await room.do(STOP)
    assert room.status == "off"
    await room.do(START)
    assert room.status == "recording"


async def test_a_film_whose_note_was_lost_is_found_all_the_same(room: Room, tmp_path: Path, quick: None) -> None:
    await room.do(START)
    await room.recorded(1500)
    await room.do(STOP)
    one = await room.ready()
    left = tmp_path / "left"
    shutil.copytree(room.root, left)
    (left / one.id / "recording.json").write_text("{ half of it")
    async with Room(left, Settings(tmp_path / "other.json")).running() as again:
        found = await again.ready()
        assert (found.id, found.length_ms, found.recovered) == (one.id, one.length_ms, True)


async def test_a_source_whose_size_changes_changes_nothing_of_the_film(room: Room) -> None:
    room.show("live")
    await room.recorded(400)
    for size in ((160, 90), (640, 480), (90, 160)):
        room.source.shown = solid(*size, BLUE)
        before = room.now.length_ms
        await room.recorded(before + 200)
    room.show("ended")
    one = await room.ready()
    with av.open(str(room.library.folder(one.id).film)) as film:
        frames = list(film.decode(video=0))
    assert {(frame.width, frame.height) for frame in frames} == {(320, 180)}
    assert len(frames) >= 30
    assert one.problem == ""


async def test_cameras_and_microphones_by_themselves_are_on_the_films_time(room: Room) -> None:
    ring = EndlessRing(0.25)
    room.cameras, room.microphones = {"cam": FakeSource(solid(320, 180, BLUE))}, {"mic": ring}
    await room.do(START)
    await room.recorded(900)
    await room.do(ask.RecordingPause())
    begun = room.clock.now_ns()
    await until(lambda: room.clock.now_ns() - begun > 500_000_000)
    await room.do(ask.RecordingResume())
    await room.recorded(1800)
    await room.do(STOP)
    one = await room.ready()
    assert one.isolated == ("cam.mp4", "mic.flac")
    folder = room.library.folder(one.id).path / "isolated"
    with av.open(str(folder / "cam.mp4")) as film:
        frames = [(float(frame.time or 0), frame.to_ndarray(format="yuv420p")[90, 160]) for frame in film.decode(video=0)]
    assert frames[0][0] < 0.3
    assert frames[-1][0] == pytest.approx(one.length_ms / 1000, abs=0.3)
    assert {int(luma) // 8 for _, luma in frames} == {rgb_to_yuv(*BLUE)[0] // 8}
    with av.open(str(folder / "mic.flac")) as sound:
        samples = np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in sound.decode(audio=0)])
    assert len(samples) / 48 == pytest.approx(one.length_ms, abs=100)
    assert np.abs(samples[2000:-2000] / 32768 - 0.25).max() < 0.01, "without a hole at the pause"
