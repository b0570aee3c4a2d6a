"""The rack: every command on sources, what each does to the state, and what is refused."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from msgspec import Meta

from studio.commands import Actor, media, source
from studio.errors import ChangedSince, InvalidValue, NotFound, WrongState
from studio.sources.base import Report, SourceContext, SourceKind, SourceSettings
from studio.sources.rack import SourceRack
from studio.spine import Dispatcher, Store
from studio.state import Channel, Mixer, Scene, SceneItem, Scenes, Source
from tests.fakes import FakeSource, Reports, until

HOST = Actor("laptop", "host")


class LampSettings(SourceSettings, frozen=True, kw_only=True):
    watts: Annotated[int, Meta(ge=1, le=100)] = 40
    colour: str = "warm"


class Lamp(FakeSource):
    """A kind of source: reports what the test tells it to."""

    def __init__(self, settings: LampSettings, context: SourceContext) -> None:
        super().__init__()
        self.settings = settings
        self.report = context.report
        self.may_close = threading.Event()
        self.may_close.set()

    def close(self) -> None:
        self.may_close.wait(5)
        super().close()


class Film(Lamp):
    """One that can be played."""

    def __init__(self, settings: LampSettings, context: SourceContext) -> None:
        super().__init__(settings, context)
        self.done: list[Any] = []

    def play(self) -> None:
        self.done.append("play")

    def pause(self) -> None:
        self.done.append("pause")

    def seek(self, position_ms: int) -> None:
        self.done.append(position_ms)


KINDS = {"lamp": SourceKind(LampSettings, Lamp), "film": SourceKind(LampSettings, Film)}


class Bench:
    """A rack with a lamp and a film in it."""

    def __init__(self) -> None:
        self.store = Store()
        self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.rack = SourceRack(self.store, self.dispatcher, KINDS, Reports().context, iter("xyz").__next__)
        self.rack.open(
            (
                Source(id="a", kind="lamp", name="Lampe", settings={"watts": 60}),
                Source(id="b", kind="film", name="Film"),
            )
        )

    async def do(self, command: Any) -> Any:
        return await self.dispatcher.execute(command, HOST)

    def running(self, wanted: str) -> Any:
        return self.rack.running[wanted]

    def state(self, wanted: str) -> Source:
        return self.rack.state(wanted)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    yield made
    await made.rack.close()


async def test_the_sources_of_a_show_are_started_with_their_settings(bench: Bench) -> None:
    lamp = bench.running("a")
    assert (lamp.started, lamp.settings.watts, lamp.settings.colour) == (1, 60, "warm")
    assert [s.id for s in bench.store.state.sources] == ["a", "b"]


async def test_closing_the_rack_closes_every_source(bench: Bench) -> None:
    sources = [bench.running("a"), bench.running("b")]
    await bench.rack.close()
    assert [s.closed for s in sources] == [1, 1]
    assert bench.rack.running == {}


async def test_a_report_from_any_thread_becomes_state(bench: Bench) -> None:
    threading.Thread(target=bench.running("a").report, args=(Report("failed", "no bulb", (4, 6), 900, True),)).start()
    await until(lambda: bench.state("a").status == "failed")
    state = bench.state("a")
    assert (state.reason, state.width, state.height, state.duration_ms, state.paused) == ("no bulb", 4, 6, 900, True)


async def test_a_report_leaves_what_it_does_not_speak_of(bench: Bench) -> None:
    report = bench.running("a").report
    report(Report("live", "", (4, 6)))
    report(Report(paused=True))
    await until(lambda: bench.state("a").paused)
    assert (bench.state("a").status, bench.state("a").width) == ("live", 4)


async def test_a_late_report_of_a_removed_source_changes_nothing(bench: Bench) -> None:
    report = bench.running("a").report
    await bench.do(source.SourceRemove(source="a"))
    report(Report("live", ""))
    await asyncio.sleep(0)
    assert [s.id for s in bench.store.state.sources] == ["b"]


# ── add ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_added_source_gets_an_id_and_starts(bench: Bench) -> None:
    assert await bench.do(source.SourceAdd(kind="lamp", name="Ny lampe", settings={"watts": 5})) == "x"
    assert bench.running("x").settings.watts == 5
    assert bench.state("ny lampe").status == "starting"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (source.SourceAdd(kind="lam", name="x"), "kind: unknown source kind lam; did you mean lamp? (known: film, lamp)"),
        (source.SourceAdd(kind="lamp", name="x", settings={"watts": 0}), "settings.watts: Expected `int` >= 1"),
        (source.SourceAdd(kind="lamp", name="LAMPE"), "name: there is already a source called LAMPE"),
    ],
)
async def test_a_source_that_cannot_be_is_refused_with_the_field(bench: Bench, command: Any, sentence: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        await bench.do(command)
    assert str(caught.value) == sentence
    assert set(bench.rack.running) == {"a", "b"}


# ── set ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_changed_settings_restart_the_source_and_keep_the_others(bench: Bench) -> None:
    old = bench.running("a")
    await bench.do(source.SourceSet(source="Lampe", settings={"colour": "cold"}))
    new = bench.running("a")
    assert (old.closed, new.started) == (1, 1)
    assert (new.settings.watts, new.settings.colour) == (60, "cold")
    assert bench.state("a").settings == {"watts": 60, "colour": "cold"}


async def test_a_restarted_source_is_starting_again_and_its_old_reason_is_gone(bench: Bench) -> None:
    bench.running("a").report(Report("failed", "no bulb"))
    await until(lambda: bench.state("a").status == "failed")
    await bench.do(source.SourceSet(source="a", settings={"watts": 7}))
    assert (bench.state("a").status, bench.state("a").reason) == ("starting", "")


async def test_wrong_settings_leave_the_source_running(bench: Bench) -> None:
    old = bench.running("a")
    with pytest.raises(InvalidValue, match=r"settings\.watts: Expected `int` <= 100"):
        await bench.do(source.SourceSet(source="a", settings={"watts": 1000}))
    assert bench.running("a") is old
    assert old.closed == 0


async def test_nobody_ever_sees_the_state_without_the_source_that_restarts(bench: Bench) -> None:
    """Otherwise its channel would vanish from the mixer, and its fader and mute with it."""
    there: list[bool] = []
    bench.store.observe(lambda old, new: there.append("a" in bench.rack.running))
    await bench.do(source.SourceSet(source="a", settings={"watts": 7}))
    assert there
    assert all(there)


async def test_two_changes_at_once_both_hold_and_leave_one_source_running(bench: Bench) -> None:
    first = bench.running("a")
    first.may_close.clear()
    changes = [
        asyncio.create_task(bench.do(source.SourceSet(source="a", settings={"watts": 7}))),
        asyncio.create_task(bench.do(source.SourceSet(source="a", settings={"colour": "cold"}))),
    ]
    await asyncio.sleep(0.01)
    first.may_close.set()
    await asyncio.gather(*changes)
    assert bench.state("a").settings == {"watts": 7, "colour": "cold"}
    last = bench.running("a")
    assert (last.settings.watts, last.settings.colour, last.closed) == (7, "cold", 0)
    assert first.closed == 1


async def test_a_source_that_is_removed_while_it_restarts_is_gone(bench: Bench) -> None:
    first = bench.running("a")
    first.may_close.clear()
    change = asyncio.create_task(bench.do(source.SourceSet(source="a", settings={"watts": 7})))
    await asyncio.sleep(0.01)
    remove = asyncio.create_task(bench.do(source.SourceRemove(source="a")))
    await asyncio.sleep(0.01)
    first.may_close.set()
    await asyncio.gather(change, remove)
    assert set(bench.rack.running) == {"b"}
    assert [s.id for s in bench.store.state.sources] == ["b"]


# ── rename and remove ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_source_is_renamed_without_a_restart(bench: Bench) -> None:
    await bench.do(source.SourceRename(source="a", name="Bordlampe"))
    assert bench.state("bordlampe").id == "a"
    assert bench.running("a").closed == 0


async def test_two_sources_cannot_have_one_name(bench: Bench) -> None:
    with pytest.raises(InvalidValue, match="name: there is already a source called FILM"):
        await bench.do(source.SourceRename(source="a", name="FILM"))
    await bench.do(source.SourceRename(source="a", name="LAMPE"))
    assert bench.state("a").name == "LAMPE"


async def test_removing_a_source_removes_its_items_from_all_scenes(bench: Bench) -> None:
    items = (SceneItem(id="1", source="a"), SceneItem(id="2", source="b"), SceneItem(id="3", source="a"))
    bench.store.update(scenes=Scenes(scenes=(Scene(id="s", name="S", items=items), Scene(id="t", name="T", items=items[:1]))))
    lamp = bench.running("a")
    await bench.do(source.SourceRemove(source="a"))
    assert [[item.id for item in scene.items] for scene in bench.store.state.scenes.scenes] == [["2"], []]
    assert [s.id for s in bench.store.state.sources] == ["b"]
    assert lamp.closed == 1


async def test_by_the_time_the_state_knows_a_removed_source_runs_no_more(bench: Bench) -> None:
    """Otherwise the mixer would keep its channel."""
    running: list[bool] = []
    bench.store.observe(lambda old, new: running.append("a" in bench.rack.running))
    await bench.do(source.SourceRemove(source="a"))
    assert running == [False]


# ── films ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_film_is_played_paused_and_sought(bench: Bench) -> None:
    await bench.do(media.MediaPlay(source="b"))
    await bench.do(media.MediaPause(source="film"))
    await bench.do(media.MediaSeek(source="Film", position_ms=1500))
    assert bench.running("b").done == ["play", "pause", 1500]


async def test_what_is_no_film_is_not_played(bench: Bench) -> None:
    with pytest.raises(WrongState, match="This source is not a film"):
        await bench.do(media.MediaPlay(source="a"))


@pytest.mark.parametrize(
    "command",
    [
        source.SourceSet(source="lamp", settings={}),
        source.SourceRename(source="lamp", name="x"),
        source.SourceRemove(source="lamp"),
        media.MediaSeek(source="lamp", position_ms=0),
    ],
)
async def test_an_unknown_source_is_answered_with_what_was_meant(bench: Bench, command: Any) -> None:
    with pytest.raises(NotFound) as caught:
        await bench.do(command)
    assert str(caught.value) == "source: There is no source lamp; did you mean Lampe?"


# ── undo ─────────────────────────────────────────────────────────────────────────────────────────────────────


def scenes_with(*items: str) -> Scenes:
    laid = tuple(SceneItem(id=f"{n}", source=item) for n, item in enumerate(items))
    return Scenes(scenes=(Scene(id="main", name="Main", items=laid),))


async def test_adding_is_taken_back_and_done_again_under_the_same_id(bench: Bench) -> None:
    added = await bench.do(source.SourceAdd(kind="lamp", name="Ny", settings={"watts": 5}))
    lamp = bench.running(added)
    await bench.dispatcher.undo.undo(HOST.id)
    assert added not in bench.rack.running
    assert lamp.closed == 1
    await bench.dispatcher.undo.redo(HOST.id)
    assert (bench.state("Ny").id, bench.running(added).settings.watts) == (added, 5)


async def test_a_removed_source_comes_back_with_its_place_items_and_channel(bench: Bench) -> None:
    channel = Channel(source="a", fader_db=-7)
    bench.store.update(scenes=scenes_with("b", "a", "b"), mixer=Mixer(channels=(channel,)))
    await bench.do(source.SourceRemove(source="a"))
    bench.store.update(mixer=Mixer())  # as the desk does with channels of sources that are gone
    assert [item.source for item in bench.store.state.scenes.scenes[0].items] == ["b", "b"]
    await bench.dispatcher.undo.undo(HOST.id)
    assert [s.id for s in bench.store.state.sources] == ["a", "b"]
    assert [item.source for item in bench.store.state.scenes.scenes[0].items] == ["b", "a", "b"]
    assert bench.store.state.mixer.channels == (channel,)
    assert bench.running("a").settings.watts == 60
    await bench.dispatcher.undo.redo(HOST.id)
    assert "a" not in bench.rack.running


async def test_a_removed_source_does_not_come_back_beside_another_of_its_name(bench: Bench) -> None:
    await bench.do(source.SourceRemove(source="a"))
    await bench.dispatcher.execute(source.SourceAdd(kind="lamp", name="lampe"), Actor("other", "producer"))
    with pytest.raises(InvalidValue, match="already a source called"):
        await bench.dispatcher.undo.undo(HOST.id)


async def test_settings_and_names_are_taken_back_and_done_again(bench: Bench) -> None:
    await bench.do(source.SourceSet(source="a", settings={"watts": 7}))
    await bench.do(source.SourceRename(source="a", name="Stor lampe"))
    await bench.dispatcher.undo.undo(HOST.id)
    await bench.dispatcher.undo.undo(HOST.id)
    assert (bench.state("a").name, bench.state("a").settings, bench.running("a").settings.watts) == ("Lampe", {"watts": 60}, 60)
    await bench.dispatcher.undo.redo(HOST.id)
    assert bench.running("a").settings.watts == 7


async def test_settings_that_somebody_else_changed_since_are_left(bench: Bench) -> None:
    await bench.do(source.SourceSet(source="a", settings={"watts": 7}))
    await bench.dispatcher.execute(source.SourceSet(source="a", settings={"watts": 9}), Actor("other", "producer"))
    with pytest.raises(ChangedSince):
        await bench.dispatcher.undo.undo(HOST.id)


async def test_setting_what_is_set_restarts_nothing(bench: Bench) -> None:
    lamp = bench.running("a")
    await bench.do(source.SourceSet(source="a", settings={"watts": 60}))
    assert (lamp.closed, bench.dispatcher.undo.sentences(HOST.id)) == (0, ())
