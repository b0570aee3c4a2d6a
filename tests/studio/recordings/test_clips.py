"""Clips: proposed by themselves, kept in the middle of the show, made in a queue, stopped, sent, taken back."""

import asyncio

import msgspec
import pytest

from studio.commands import recording as ask
from studio.errors import DeviceFailed, InvalidValue, NotFound, WrongState
from studio.recordings.cutting.job import Done, Job
from studio.recordings.cutting.probe import facts
from studio.show.film import Span
from studio.state.recording import Clip, Mark, Recorded
from tests.fakes import until
from tests.studio.recordings.cutting.films import recorded as film
from tests.studio.recordings.room import HOST, FakeFilmServer, Room

PINNED = (
    Mark(at_ms=0, kind="product", ref="oil", title="Rose <Oil>", until_ms=9000),
    Mark(at_ms=9000, kind="product", ref="cream", title="Natcreme"),
)


async def kept(room: Room, seconds: float = 4, marks: tuple[Mark, ...] = (), show: str = "spring") -> str:
    """A film in the library."""
    folder = room.library.new("1-a-1")
    folder.make()
    film(folder.film, seconds)
    live = (Span(film_ms=0, media_ms=0, length_ms=round(seconds * 1000)),)
    one = Recorded(id="1-a-1", show=show, title="Forår", brand="Butik", session="a", marks=marks, spans=live)
    await room.library.finished(one)
    return "1-a-1"


async def cut(room: Room, **fields: object) -> Clip:
    """A clip of its second second, made."""
    clip = await room.do(ask.ClipAdd(recording="1-a-1", begins_ms=1000, ends_ms=2000, title="Kort"))
    if fields:
        await room.do(ask.ClipSet(recording="1-a-1", clip=clip, **fields))  # type: ignore[arg-type]
    await room.do(ask.ClipExport(recording="1-a-1", clip=clip))
    await room.worked()
    return room.clips.get("1-a-1", clip)


class SlowExporter:
    """Makes nothing until it is let."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.ended = 0
        self.go = asyncio.Event()

    async def run(self, job: Job, progress: object) -> Done:
        self.jobs.append(job)
        try:
            await self.go.wait()
        finally:
            self.ended += 1
        return Done(length_ms=1000, size=10, width=320, height=180)


async def test_a_film_with_pins_has_proposals_by_itself(room: Room) -> None:
    await kept(room, 20, PINNED)
    await until(lambda: len(room.library.get("1-a-1").clips) == 2)
    clips = room.library.get("1-a-1").clips
    assert [(clip.product, clip.title, clip.proposed) for clip in clips] == [
        ("oil", "Rose <Oil>", True),
        ("cream", "Natcreme", True),
    ]
    assert all(clip.ends_ms > clip.begins_ms for clip in clips)
    assert clips[1].ends_ms <= room.library.get("1-a-1").length_ms


async def test_new_proposals_leave_what_somebody_has_changed(room: Room) -> None:
    await kept(room, 20, PINNED)
    await until(lambda: len(room.library.get("1-a-1").clips) == 2)
    oil, cream = room.library.get("1-a-1").clips
    await room.do(ask.ClipSet(recording="1-a-1", clip=oil.id, title="Min"))
    await room.do(ask.ClipPropose(recording="1-a-1"))
    await room.worked()
    mine, other = room.library.get("1-a-1").clips
    assert (mine.id, mine.title, mine.proposed) == (oil.id, "Min", False)
    assert (other.product, other.proposed) == ("cream", True)
    assert other.id != cream.id


async def test_without_pins_there_is_nothing_to_propose(room: Room) -> None:
    await kept(room)
    with pytest.raises(WrongState, match="No product was shown"):
        await room.do(ask.ClipPropose(recording="1-a-1"))


async def test_the_last_seconds_are_kept_while_it_is_recorded(room: Room) -> None:
    room.pin("oil")
    await room.do(ask.RecordingStart())
    await room.recorded(2500)
    clip = await room.do(ask.ClipLast(seconds=5))
    recording = room.now.id
    await room.worked()
    one = room.clips.get(recording, clip)
    assert (one.problem, one.product, one.begins_ms) == ("", "oil", 0)
    made = facts(room.library.folder(recording).clip(one.file))
    assert made.length_ms == pytest.approx(one.ends_ms, abs=80)
    assert room.now.status == "recording"
    await room.do(ask.RecordingStop())
    assert [kept.id for kept in (await room.ready()).clips if not kept.proposed] == [clip], "it is still there"


async def test_the_last_seconds_of_nothing_are_refused(room: Room) -> None:
    with pytest.raises(WrongState, match="Nothing is being recorded"):
        await room.do(ask.ClipLast())


async def test_only_its_ends_changed_it_is_cut_without_loss_and_can_be_changed_again(room: Room) -> None:
    await kept(room)
    one = await cut(room)
    path = room.library.folder("1-a-1").clip(one.file)
    assert one.length_ms == pytest.approx(1000, abs=40)
    assert one.size == path.stat().st_size
    await room.do(ask.ClipSet(recording="1-a-1", clip=one.id, title="Andet ord"))
    assert room.clips.get("1-a-1", one.id).file == one.file, "words are not in the picture"
    await room.do(ask.ClipSet(recording="1-a-1", clip=one.id, ends_ms=1500))
    assert room.clips.get("1-a-1", one.id).file == ""
    assert not path.exists()
    await room.dispatcher.undo.undo(HOST.id)
    assert room.clips.get("1-a-1", one.id).ends_ms == 2000


@pytest.mark.parametrize(
    ("begins_ms", "ends_ms", "words"),
    [(1000, 1400, "half a second"), (0, 4000 * 1000, "half an hour"), (0, 60_000, "only 4"), (3000, 1000, "half a second")],
)
async def test_a_clip_that_cannot_be_is_refused_with_its_field(room: Room, begins_ms: int, ends_ms: int, words: str) -> None:
    await kept(room)
    with pytest.raises(InvalidValue, match=words) as error:
        await room.do(ask.ClipAdd(recording="1-a-1", begins_ms=begins_ms, ends_ms=ends_ms))
    assert error.value.field == "ends_ms"


async def test_a_size_that_is_none_is_refused(room: Room) -> None:
    await kept(room)
    clip = await room.do(ask.ClipAdd(recording="1-a-1", begins_ms=0, ends_ms=1000))
    with pytest.raises(InvalidValue, match="0, 720 or 1080"):
        await room.do(ask.ClipSet(recording="1-a-1", clip=clip, short_side=500))
    with pytest.raises(NotFound, match="no clip nix"):
        await room.do(ask.ClipSet(recording="1-a-1", clip="nix"))


async def test_two_are_made_at_once_and_the_third_waits(room: Room) -> None:
    await kept(room)
    slow = SlowExporter()
    room.clips._exporter = slow  # type: ignore[assignment]
    clips = [await room.do(ask.ClipAdd(recording="1-a-1", begins_ms=0, ends_ms=1000)) for _ in range(3)]
    works = [await room.do(ask.ClipExport(recording="1-a-1", clip=clip)) for clip in clips]
    assert await room.do(ask.ClipExport(recording="1-a-1", clip=clips[0])) == works[0], "once is enough"
    await until(lambda: len(slow.jobs) == 2)
    assert [work.progress is None for work in room.store.state.works] == [False, False, True]
    await room.do(ask.WorkCancel(work=works[2]))
    await room.do(ask.WorkCancel(work=works[0]))
    assert [work.id for work in room.store.state.works] == [works[1]]
    slow.go.set()
    await room.worked()
    assert [bool(clip.file) for clip in room.library.clips("1-a-1")] == [False, True, False]
    with pytest.raises(NotFound):
        await room.do(ask.WorkCancel(work=works[0]))


async def test_while_a_show_runs_one_is_made_at_a_time(room: Room) -> None:
    await kept(room)
    slow = SlowExporter()
    room.clips._exporter = slow  # type: ignore[assignment]
    room.settings.set("recording.auto", False)
    room.show("live")
    for _ in range(2):
        clip = await room.do(ask.ClipAdd(recording="1-a-1", begins_ms=0, ends_ms=1000))
        await room.do(ask.ClipExport(recording="1-a-1", clip=clip))
    await until(lambda: len(slow.jobs) == 1)
    assert [work.progress is None for work in room.store.state.works] == [False, True]
    slow.go.set()
    await room.worked()
    assert [bool(clip.file) for clip in room.library.clips("1-a-1")] == [True, True]


async def test_while_a_show_runs_cutting_gives_way(room: Room) -> None:
    await kept(room)
    slow = SlowExporter()
    slow.go.set()
    room.clips._exporter = slow  # type: ignore[assignment]
    room.settings.set("recording.auto", False)
    await cut(room)
    room.show("live")
    await cut(room)
    assert [(job.threads, job.nice) for job in slow.jobs] == [(2, 5), (1, 10)]


async def test_changed_while_it_was_made_the_old_film_is_not_kept(room: Room) -> None:
    await kept(room)
    slow = SlowExporter()
    room.clips._exporter = slow  # type: ignore[assignment]
    clip = await room.do(ask.ClipAdd(recording="1-a-1", begins_ms=0, ends_ms=1000))
    await room.do(ask.ClipExport(recording="1-a-1", clip=clip))
    await until(lambda: len(slow.jobs) == 1)
    await room.do(ask.ClipSet(recording="1-a-1", clip=clip, ends_ms=1500))
    slow.go.set()
    await room.worked()
    assert room.clips.get("1-a-1", clip).file == ""


async def test_a_failure_is_a_sentence_at_the_clip(room: Room) -> None:
    await kept(room)
    room.library.folder("1-a-1").film.write_bytes(b"nothing that plays")
    one = await cut(room)
    assert one.problem
    assert one.file == ""


async def test_deleted_for_good_nothing_goes_on(room: Room) -> None:
    await kept(room)
    slow = SlowExporter()
    room.clips._exporter = slow  # type: ignore[assignment]
    clip = await room.do(ask.ClipAdd(recording="1-a-1", begins_ms=0, ends_ms=1000))
    await room.do(ask.ClipExport(recording="1-a-1", clip=clip))
    await until(lambda: len(slow.jobs) == 1)
    await room.do(ask.LibraryRemove(recording="1-a-1"))
    assert (slow.ended, room.store.state.works) == (1, ()), "in the trash already"
    await room.library._delete(room.library.get("1-a-1"))
    assert room.recordings == ()


async def test_a_clip_that_is_removed_takes_its_file_along(room: Room) -> None:
    await kept(room)
    one = await cut(room)
    await room.do(ask.ClipRemove(recording="1-a-1", clip=one.id))
    assert room.library.clips("1-a-1") == ()
    assert not room.library.folder("1-a-1").clip(one.file).exists()


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_replay_is_sent_with_its_spans_and_chapters(room: Room) -> None:
    room.show("live")
    await room.recorded(1200)
    room.show("ended")
    one = await room.ready()
    await room.do(ask.ReplayPublish(recording=one.id))
    await room.worked()
    film_id = room.library.get(one.id).replay.film
    show, offer = room.server.offers[film_id]
    assert (show, offer.kind, offer.title, offer.width, offer.height) == ("spring", "replay", "Forår", 320, 180)
    assert offer.spans == one.spans
    assert room.server.kept[film_id] == room.library.folder(one.id).film.read_bytes()
    assert room.server.posters[film_id].startswith(b"\xff\xd8")
    await room.do(ask.ReplayWithdraw(recording=one.id))
    assert room.server.kept == {}
    assert room.library.get(one.id).replay.film == ""


async def test_a_replay_may_lie_in_a_store_and_is_taken_from_where_it_lies(room: Room) -> None:
    await kept(room)
    room.elsewhere = True
    await room.do(ask.ReplayPublish(recording="1-a-1"))
    await room.worked()
    replay = room.library.get("1-a-1").replay
    assert room.bucket == {f"{replay.film}.mp4": room.library.folder("1-a-1").film.read_bytes()}
    assert room.server.offers[replay.film][1].src == f"https://films.example.com/{replay.film}.mp4"
    room.elsewhere = False
    await room.do(ask.ReplayPublish(recording="1-a-1"))
    await room.worked()
    assert room.bucket == {}, "the one before is gone from the store"
    assert list(room.server.kept) == [room.library.get("1-a-1").replay.film]
    assert not room.library.get("1-a-1").replay.elsewhere


async def test_what_lies_at_another_server_is_not_forgotten(room: Room) -> None:
    await kept(room)
    room.server.address = "https://shows.example.com"
    await room.do(ask.ReplayPublish(recording="1-a-1"))
    await room.worked()
    published = room.library.get("1-a-1").replay
    there, room.server = room.server, FakeFilmServer()
    with pytest.raises(WrongState, match=r"still at https://shows\.example\.com"):
        await room.do(ask.ReplayWithdraw(recording="1-a-1"))
    assert room.library.get("1-a-1").replay == published
    room.server = there
    await room.do(ask.ReplayWithdraw(recording="1-a-1"))
    assert (there.kept, room.library.get("1-a-1").replay.film) == ({}, "")


async def test_all_parts_of_a_recording_are_one_replay(room: Room) -> None:
    room.show("live")
    room.pin("oil")
    await room.recorded(700)
    await room.do(ask.RecordingSplit())
    await until(lambda: room.now.part == 2)
    await room.recorded(700)
    await room.do(ask.MarkerSet(title="Anden del"))
    await room.recorded(1200)
    room.show("ended")
    second = await room.ready(2)
    first = room.recordings[1]
    await room.do(ask.ReplayPublish(recording=first.id))
    await room.worked()
    replay = room.library.get(first.id).replay
    offer = room.server.offers[replay.film][1]
    assert offer.length_ms == pytest.approx(first.length_ms + second.length_ms, abs=200)
    assert [span.film_ms for span in offer.spans] == [0, pytest.approx(first.length_ms, abs=200)]
    gap = offer.spans[1].media_ms - offer.spans[0].media_ms - offer.spans[0].length_ms
    assert 0 <= gap < 500, "the show clock ran through the split; a busy machine drops pictures"
    assert list(room.library.folder(first.id).path.glob("whole*")) == []


async def test_cut_off_at_thirty_percent_it_goes_on_there(room: Room) -> None:
    await kept(room)
    size = room.library.folder("1-a-1").film.stat().st_size
    room.server.cut = size * 30 // 100
    room.server.away = 2
    await room.do(ask.ReplayPublish(recording="1-a-1"))
    await room.worked()
    assert [offset for _, offset in room.server.asked] == [0, size * 30 // 100]
    assert room.server.kept[room.library.get("1-a-1").replay.film] == room.library.folder("1-a-1").film.read_bytes()


async def test_closed_while_the_server_was_away_it_is_sent_the_next_time(room: Room) -> None:
    await kept(room)
    room.server.away = 1 << 20
    await room.do(ask.ReplayPublish(recording="1-a-1"))
    await until(lambda: room.library.get("1-a-1").replay.problem != "", what=lambda: "why it is not there yet is said")
    await room.works.close()
    room.server.away = 0
    room.publisher.go_on()
    await room.worked()
    replay = room.library.get("1-a-1").replay
    assert (bool(replay.film), replay.problem) == (True, "")


async def test_after_a_restart_it_goes_on_with_the_same_film(room: Room) -> None:
    await kept(room)
    room.server.hold.clear()
    await room.do(ask.ReplayPublish(recording="1-a-1"))
    await until(lambda: room.server.asked != [])
    await room.works.close()
    upload = room.library.get("1-a-1").replay.upload
    assert upload
    room.server.hold.set()
    room.publisher.go_on()
    await room.worked()
    assert room.library.get("1-a-1").replay == msgspec.structs.replace(room.library.get("1-a-1").replay, film=upload, upload="")


async def test_stopped_by_a_person_it_is_not_sent_later(room: Room) -> None:
    await kept(room)
    room.server.hold.clear()
    work = await room.do(ask.ReplayPublish(recording="1-a-1"))
    await until(lambda: room.server.asked != [])
    await room.do(ask.WorkCancel(work=work))
    replay = room.library.get("1-a-1").replay
    assert (replay.upload, replay.film, replay.problem) == ("", "", "")
    await until(lambda: room.server.kept == {}, what=lambda: "what had been sent is taken back")


async def test_a_clip_is_made_and_sent_at_once(room: Room) -> None:
    await kept(room)
    clip = await room.do(ask.ClipAdd(recording="1-a-1", begins_ms=0, ends_ms=1000))
    await room.do(ask.ClipSet(recording="1-a-1", clip=clip, product="oil", title="Olie"))
    await room.do(ask.ClipPublish(recording="1-a-1", clip=clip))
    await room.worked()
    one = room.clips.get("1-a-1", clip)
    offer = room.server.offers[one.film][1]
    assert (offer.kind, offer.products, offer.title) == ("clip", ("oil",), "Olie")
    await room.do(ask.ClipWithdraw(recording="1-a-1", clip=clip))
    assert (room.clips.get("1-a-1", clip).film, room.server.kept) == ("", {})


async def test_a_film_that_the_server_refuses_is_said(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    await kept(room)

    async def full(*_: object) -> int:
        raise DeviceFailed("The show server has no room")

    monkeypatch.setattr(room.server, "offer", full)
    await room.do(ask.ReplayPublish(recording="1-a-1"))
    await room.worked()
    replay = room.library.get("1-a-1").replay
    assert replay.problem == "The show server has no room"
    monkeypatch.undo()
    await room.do(ask.ReplayPublish(recording="1-a-1"))
    await room.worked()
    assert room.library.get("1-a-1").replay.film == replay.upload, "what the server has of it is not sent again"


async def test_what_was_before_and_after_the_show_is_not_in_its_replay(room: Room) -> None:
    """Begun by hand in the rehearsal, ended after the talk behind the curtain."""
    await room.do(ask.RecordingStart())
    await room.recorded(2500)
    room.show("live")
    await room.recorded(6000)  # a chapter that begins at once is the beginning
    room.pin("oil")
    await room.recorded(7000)
    room.origin_ns = None
    room.show("ended")
    await room.recorded(9000)
    await room.do(ask.RecordingStop())
    one = await room.ready()
    assert one.spans[0].film_ms > 2000
    await room.do(ask.ReplayPublish(recording=one.id))
    await room.worked()
    replay = room.library.get(one.id).replay
    assert replay.problem == ""
    offer = room.server.offers[replay.film][1]
    live_ms = one.spans[-1].film_ms + one.spans[-1].length_ms - one.spans[0].film_ms
    assert offer.length_ms == pytest.approx(live_ms, abs=150)
    assert offer.spans[0].film_ms == 0
    (chapter,) = (chapter for chapter in offer.chapters if chapter.title == "Rose <Oil>")
    mark = next(mark for mark in one.marks if mark.kind == "product")
    assert chapter.begins_ms == pytest.approx(mark.at_ms - one.spans[0].film_ms, abs=20)


async def test_what_was_never_live_is_no_replay(room: Room) -> None:
    await room.do(ask.RecordingStart())
    await room.recorded(300)
    await room.do(ask.RecordingStop())
    one = await room.ready()
    with pytest.raises(WrongState, match="Nothing of this recording was live"):
        await room.do(ask.ReplayPublish(recording=one.id))


async def test_thrown_away_while_it_is_sent_it_does_not_become_public(room: Room) -> None:
    await kept(room)
    room.server.hold.clear()
    await room.do(ask.ReplayPublish(recording="1-a-1"))
    await until(lambda: room.server.asked != [])
    await room.do(ask.LibraryRemove(recording="1-a-1"))
    room.server.hold.set()
    assert room.store.state.works == ()
    assert room.library.get("1-a-1").replay.film == ""


async def test_a_recording_of_no_show_has_no_page_to_be_on(room: Room) -> None:
    await kept(room, show="")
    with pytest.raises(WrongState, match="belongs to no show"):
        await room.do(ask.ReplayPublish(recording="1-a-1"))
