"""The desktop as a whole, without its window, against a show server of the test's own."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from studio import paths, show_file, wire
from studio.commands import Actor
from studio.commands.mixer import ChannelSet
from studio.commands.panic import PanicOff, PanicOn
from studio.commands.product import ProductPin
from studio.commands.rundown import RundownGo, RundownSet
from studio.commands.scene import ItemAdd, ItemSet, SceneAdd, SceneRemove, SceneTake, TransitionMove
from studio.commands.show import ShowEnd, ShowRename
from studio.commands.source import SourceAdd, SourceRemove, SourceSet
from studio.commands.stream import StreamStart
from studio.commands.undo import Redo, Undo
from studio.desktop.studio import Studio, StudioOptions
from studio.errors import ChangedSince, Confirm, Forbidden, Held, InvalidValue, NotFound, StudioError, Unreachable, WrongState
from studio.events import Logged, ShowStarted
from studio.headless import confirmed, ready_line, start_show
from studio.media.frames import BLACK, rgb_to_yuv
from studio.settings import Settings
from studio.show_file import FileSource, ShowFile, ShowInfo
from studio.state import Canvas, Channel, Scene, SceneItem, Show
from studio.state.rundown import Step
from tests.fakes import BLUE, GREEN, RED, make_film, near, pixel, until
from tests.studio.link.show_server import TOKEN, ShowServer

pytestmark = pytest.mark.usefixtures("home", "gui")
PHONE = Actor("phone", "producer", "Phone", local=False)


def example() -> ShowFile:
    return ShowFile(
        show=ShowInfo(id="spring", title="Forår", brand="Butik"),
        canvas=Canvas(640, 360),
        fps=30,
        sources=(
            FileSource(id="red", kind="colour", name="Rød", settings={"colour": "#ff0000"}),
            FileSource(id="blue", kind="colour", name="Blå", settings={"colour": "#0000ff"}),
            FileSource(id="bars", kind="test_pattern", name="Mønster"),
        ),
        scenes=(
            Scene(id="main", name="Oversigt", items=(SceneItem(id="1", source="red"),)),
            Scene(id="close", name="Nærbillede", items=(SceneItem(id="1", source="blue"),)),
            Scene(id="test", name="Prøve", items=(SceneItem(id="1", source="bars"),)),
        ),
        program="main",
        preview="close",
        transition="cut",
        channels=(Channel(source="bars", fader_db=-6),),
    )


@pytest.fixture
async def server() -> AsyncIterator[ShowServer]:
    async with ShowServer().running() as running:
        running.commands["show.create"] = None
        yield running


def no_child(**_: object) -> Any:
    """No test here may start a real server."""
    raise Unreachable("No server is started in this test")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.desktop.autosave.AFTER_S", 0.01)
    monkeypatch.setattr("studio.desktop.publishing.EVERY_S", 0.001)
    monkeypatch.setattr("studio.link.link.BACK_OFF_S", (0.001, 0.01))
    monkeypatch.setattr("studio.desktop.show_server.ServerProcess", no_child)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    show_file.save(tmp_path / "spring.show.json", example())
    return tmp_path / "spring.show.json"


Open = Callable[..., Awaitable[Studio]]


@pytest.fixture
async def opened(path: Path) -> AsyncIterator[Open]:
    """Starts studios, and closes them afterwards; without an address they look for a server on this machine."""
    made: list[Studio] = []

    async def open_studio(server: ShowServer | None = None) -> Studio:
        studio = Studio(StudioOptions(example(), path, server.url if server else "", TOKEN if server else ""), Settings())
        await studio.start()
        made.append(studio)
        return studio

    yield open_studio
    for studio in made:
        await studio.close()


@pytest.fixture
async def studio(opened: Open, server: ShowServer) -> Studio:
    return await opened(server)


@pytest.fixture
def note(home: Path, server: ShowServer) -> None:
    """The server runs on this machine."""
    paths.server_note().write_text(json.dumps({"url": server.url, "token": TOKEN, "pid": 4711}))


def on_air(studio: Studio, bus: str = "program") -> tuple[int, int, int]:
    """The colour in the middle of the newest frame."""
    frame = studio.program.newest(bus)
    if frame is None:
        return BLACK
    seen = pixel(frame.picture, 320, 180)
    frame.release()
    return seen


def shows(studio: Studio, rgb: tuple[int, int, int], bus: str = "program") -> Callable[[], bool]:
    return lambda: near(on_air(studio, bus), rgb_to_yuv(*rgb))


# ── start ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_show_the_server_does_not_know_is_created(server: ShowServer, studio: Studio) -> None:
    (create,) = server.heard(wire.CommandMessage)
    assert create.name == "show.create"
    assert (create.args["id"], create.args["title"], create.args["brand"]) == ("spring", "Forår", "Butik")


async def test_a_show_the_server_knows_is_taken_as_it_is(server: ShowServer, opened: Open) -> None:
    server.state = {"show": {"id": "spring", "title": "Forår og sommer", "state": "live", "viewers": 3}}
    studio = await opened(server)
    assert server.heard(wire.CommandMessage) == []
    assert (studio.store.state.show.title, studio.store.state.show.viewers) == ("Forår og sommer", 3)


async def test_everything_of_the_file_is_there(studio: Studio) -> None:
    state = studio.store.state
    assert [scene.name for scene in state.scenes.scenes] == ["Oversigt", "Nærbillede", "Prøve"]
    assert (state.scenes.program, state.scenes.preview, state.scenes.transition) == ("main", "close", "cut")
    assert state.mixer.channels == (Channel(source="bars", fader_db=-6),)
    assert state.link.status == "connected"
    await until(lambda: [source.status for source in studio.store.state.sources] == ["live"] * 3)
    await until(shows(studio, RED))


async def test_a_script_is_told_what_it_needs(server: ShowServer, studio: Studio) -> None:
    line = ready_line(studio)
    page = f"{server.url}/shows/spring"
    assert (line["ready"], line["viewer"], line["whep"]) == (True, page, f"{page}/whep")
    assert (line["api"], line["obs"], line["server_pid"]) == (f"{server.url}/api/shows/spring", None, 4711)


async def test_the_server_is_told_our_state(server: ShowServer, studio: Studio) -> None:
    await until(lambda: {m.branch for m in server.heard(wire.StateMessage)} >= {"scenes", "sources", "mixer", "stream", "link"})
    await studio.execute(SceneTake())
    newest = await until(lambda: [m for m in server.heard(wire.StateMessage) if m.branch == "scenes"][1:])
    assert newest[-1].value["program"] == "close"


async def test_a_server_that_is_not_there_is_the_reason_and_nothing_is_left_running(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.desktop.studio.CONNECT_TIMEOUT_S", 0.1)
    studio = Studio(StudioOptions(example(), path, "http://127.0.0.1:9", TOKEN), Settings())
    with pytest.raises(StudioError, match="cannot be reached: Connection refused"):
        await studio.start()


@pytest.mark.parametrize(
    "step",
    [
        "studio.overlays.painter.OverlayPainter.start",
        "studio.sources.rack.SourceRack.open",
        "studio.scenes.program.Program.start",
        "studio.audio.mixer.Mixer.start",
        "studio.desktop.studio.choose",
        "studio.recordings.library.LibraryController.open",
        "studio.link.link.Link.start",
    ],
)
async def test_whatever_cannot_be_opened_is_told_and_leaves_nothing_running(
    opened: Open, server: ShowServer, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def broken(*_: object) -> None:
        raise OSError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(step, broken)
        with pytest.raises(OSError, match="broken"):
            await opened(server)
    await opened(server)


@pytest.mark.usefixtures("studio", "note")
async def test_two_studios_on_one_machine_are_one_too_many(opened: Open) -> None:
    with pytest.raises(Held, match=r"A studio is already running on this machine \(process 4711\)"):
        await opened()


@pytest.mark.usefixtures("note")
async def test_a_server_without_a_desktop_is_adopted(server: ShowServer, opened: Open) -> None:
    studio = await opened()
    assert studio.store.state.link.url == server.url


async def test_closed_it_has_hung_up(server: ShowServer, opened: Open, path: Path) -> None:
    studio = Studio(StudioOptions(example(), path, server.url, TOKEN), Settings())
    await studio.start()
    await studio.close()
    await until(lambda: server.connections == 0)


# ── commands become pictures and sound ───────────────────────────────────────────────────────────────────────


async def test_a_take_is_seen(studio: Studio) -> None:
    await studio.execute(SceneTake())
    await until(shows(studio, BLUE))
    studio.program.watch_preview = True
    await until(shows(studio, RED, "preview"))


async def test_a_hidden_item_is_gone(studio: Studio) -> None:
    await studio.execute(ItemSet(scene="main", item="1", visible=False))
    await until(lambda: on_air(studio) == BLACK)


async def test_an_empty_scene_on_air_is_black_and_the_programme_goes_on(studio: Studio) -> None:
    await studio.execute(SourceRemove(source="red"))
    await until(lambda: on_air(studio) == BLACK)
    await studio.execute(SceneTake())
    await until(shows(studio, BLUE))


async def test_a_changed_source_is_seen(studio: Studio) -> None:
    await until(shows(studio, RED))
    await studio.execute(SourceSet(source="Rød", settings={"colour": "#00ff00"}))
    await until(shows(studio, GREEN))


async def test_a_source_that_is_added_is_there_for_scenes(studio: Studio) -> None:
    new = await studio.execute(SourceAdd(kind="text", name="Titel", settings={"text": "Hej"}))
    await until(lambda: studio.rack.state(new).status == "live")
    assert studio.rack.state("titel").width > 20


async def test_a_source_with_a_picture_is_heard_while_its_scene_is_on_air(studio: Studio) -> None:
    heard = {strip.source: strip.heard for strip in studio.mixer._strips}
    assert heard == {"bars": False}
    await studio.execute(SceneTake(scene="test"))
    assert [strip.heard for strip in studio.mixer._strips] == [True]
    assert [strip.fader_db for strip in studio.mixer._strips] == [-6]


async def test_the_fader_is_held_through_a_change_of_the_source(studio: Studio) -> None:
    await studio.execute(ChannelSet(source="bars", muted=True))
    await studio.execute(SourceSet(source="bars", settings={"tone": True}))
    await until(lambda: studio.rack.state("bars").status == "live")
    assert studio.store.state.mixer.channels == (Channel(source="bars", fader_db=-6, muted=True),)


async def test_a_removed_source_loses_its_channel(studio: Studio) -> None:
    await studio.execute(SourceRemove(source="bars"))
    assert studio.store.state.mixer.channels == ()
    assert studio.mixer._strips == ()


async def test_undo_and_redo_and_what_they_would_do_is_state(studio: Studio) -> None:
    await studio.execute(SceneTake())
    assert list(studio.store.state.undo) == ["Take Nærbillede"]
    assert await studio.execute(Undo()) == "Take Nærbillede"
    assert studio.store.state.scenes.program == "main"
    assert list(studio.store.state.undo) == []
    await studio.execute(Redo())
    assert studio.store.state.scenes.program == "close"
    await studio.execute(Undo())
    with pytest.raises(WrongState, match="nothing to undo"):
        await studio.execute(Undo())


# ── the server's part ────────────────────────────────────────────────────────────────────────────────────────


async def test_commands_of_the_server_are_passed_on(server: ShowServer, studio: Studio) -> None:
    server.commands["show.rename"] = NotFound("There is no show {show}", show="spring")
    with pytest.raises(NotFound):
        await studio.execute(ShowRename(title="Sommer"))
    with pytest.raises(WrongState, match="The server runs this command itself"):
        await studio.execute(ShowRename(title="Sommer"), PHONE)


async def test_of_a_server_elsewhere_nobody_may_drive_this_desktop(server: ShowServer, studio: Studio) -> None:
    await server.tell(wire.CommandMessage(id=9, name="scene.take", args={}, actor="phone", role="producer"))
    (reply,) = await until(lambda: server.heard(wire.Reply))
    assert reply.error is not None
    assert (reply.error.code, reply.error.params) == ("forbidden", {"client": "phone"})
    assert studio.store.state.scenes.program == "main"


async def relayed(server: ShowServer, name: str, args: dict[str, Any], role: str = "producer") -> str:
    """What the desktop answers to a command of somebody else: the error's code, or nothing."""
    before = len(server.heard(wire.Reply))
    await server.tell(wire.CommandMessage(id=before, name=name, args=args, actor="phone", role=role))
    reply: wire.Reply = (await until(lambda: server.heard(wire.Reply)[before:]))[0]
    return reply.error.code if reply.error else ""


@pytest.mark.usefixtures("note")
async def test_of_our_own_server_others_may_take_but_not_open_files_or_delete(server: ShowServer, opened: Open) -> None:
    studio = await opened()
    await until(lambda: server.connections)
    assert await relayed(server, "scene.take", {}) == ""
    assert studio.store.state.scenes.program == "close"
    assert await relayed(server, "scene.remove", {"scene": "test"}) == "forbidden"
    assert await relayed(server, "source.add", {"kind": "image", "name": "x", "settings": {"path": "/etc/passwd"}}) == "forbidden"
    assert await relayed(server, "scene.take", {}, role="support") == "forbidden"
    assert await relayed(server, "scene.take", {}, role="emperor") == "forbidden"
    assert await relayed(server, "scene.tak", {}) == "not_found"
    assert await relayed(server, "show.end", {}) == "wrong_state"
    assert studio.store.state.scenes.program == "close"


async def test_what_the_server_offers_to_take_back_is_undone_and_done_again(server: ShowServer, studio: Studio) -> None:
    def offer(*products: str) -> wire.Reply:
        args = {"products": products, "expected": ["oil"]}
        return wire.Reply(id=0, ok="oil", undo=wire.TakesBack(name="product.pins", args=args, sentence="Pins"))

    server.commands |= {"product.pin": offer("mist"), "product.pins": offer("oil")}
    assert await studio.execute(ProductPin(product="oil")) == "oil"
    assert list(studio.store.state.undo) == ["Pins"]
    assert await studio.execute(Undo()) == "Pins"
    assert (list(studio.store.state.undo), list(studio.store.state.redo)) == ([], ["Pins"])
    await studio.execute(Redo())
    asked = [message.args["products"] for message in server.heard(wire.CommandMessage) if message.name == "product.pins"]
    assert asked == [["mist"], ["oil"]]
    assert list(studio.store.state.undo) == ["Pins"]
    server.commands["product.pins"] = ChangedSince("Something else has been pinned since")
    with pytest.raises(ChangedSince):
        await studio.execute(Undo())
    assert list(studio.store.state.undo) == []


async def test_what_changed_nothing_is_not_offered(server: ShowServer, studio: Studio) -> None:
    server.commands["product.pin"] = "oil"
    await studio.execute(ProductPin(product="oil"))
    assert studio.store.state.undo == ()


@pytest.mark.usefixtures("note")
async def test_the_undo_list_is_that_of_who_sits_here(server: ShowServer, opened: Open) -> None:
    studio = await opened()
    await until(lambda: server.connections)
    await studio.execute(SceneTake())
    await relayed(server, "channel.set", {"source": "bars", "muted": True})
    assert studio.store.state.undo == ("Take Nærbillede",)


async def test_deleting_is_possible_at_the_desktop(studio: Studio) -> None:
    await studio.execute(SceneRemove(scene="test"))
    assert [scene.id for scene in studio.store.state.scenes.scenes] == ["main", "close"]
    with pytest.raises(Forbidden):
        await studio.execute(SceneRemove(scene="close"), PHONE)


async def test_events_of_the_show_reach_who_listens(server: ShowServer, studio: Studio) -> None:
    heard: list[Logged] = []
    studio.events.append(heard.append)
    event = Logged(seq=1, at_ms=2, media_ms=3, actor="anna", data=ShowStarted())
    await server.tell(wire.EventMessage(show="spring", event=event))
    await until(lambda: heard == [event])


async def test_going_live_is_stream_then_show_and_its_guard_is_answered(server: ShowServer, studio: Studio) -> None:
    server.commands["show.start"] = Confirm("1a2b3c")
    with pytest.raises(Confirm):
        await start_show(studio)
    sent = [m.args["confirm"] for m in server.heard(wire.CommandMessage) if m.name == "show.start"]
    assert sent == ["", "1a2b3c"]
    assert studio.store.state.stream.status == "live"
    await until(lambda: any(p.kind == wire.AUDIO for p in server.packets))


async def test_pictures_are_sent_when_somebody_reads(server: ShowServer, studio: Studio) -> None:
    await studio.execute(StreamStart())
    assert studio.store.state.stream.renditions == (360,)
    await server.tell(wire.Demand(rendition=360, readers=1))
    first = await until(lambda: [p for p in server.packets if p.kind == wire.VIDEO])
    assert first[0].key


async def test_ending_the_show_ends_the_stream(server: ShowServer, studio: Studio) -> None:
    server.commands["show.end"] = None
    await studio.execute(StreamStart())
    await confirmed(studio, ShowEnd())
    assert studio.store.state.stream.status == "off"


async def test_the_stream_survives_a_broken_link(server: ShowServer, studio: Studio) -> None:
    await studio.execute(StreamStart())
    server.state = {"show": {"id": "spring", "title": "Forår"}}
    await server.hang_up()
    await until(lambda: studio.store.state.stream.epoch == 2)
    assert studio.store.state.stream.status == "live"


async def test_a_lost_lease_ends_the_stream(server: ShowServer, studio: Studio) -> None:
    await studio.execute(StreamStart())
    await server.tell(wire.Lease(action="lost", show="spring", holder="Anna"))
    await until(lambda: studio.store.state.stream.status == "off")
    assert studio.store.state.stream.reason == "Anna sends the show now"


async def test_a_lost_film_is_a_slate_in_the_picture_until_it_is_back(studio: Studio, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    await studio.execute(SourceAdd(kind="media_file", name="Film", settings={"path": str(film), "loop": True}))
    await studio.execute(ItemAdd(scene="main", source="Film"))
    await until(lambda: studio.store.state.sources[-1].status == "failed")

    def shown() -> tuple[int, int, int]:
        frame = studio.program.newest()
        assert frame is not None
        try:
            return pixel(frame.picture, 20, 20)
        finally:
            frame.release()

    await until(lambda: near(shown(), rgb_to_yuv(0x17, 0x1B, 0x22), by=4), what=lambda: str(shown()))
    make_film(film, size=(640, 360))
    await studio.execute(SourceSet(source="Film", settings={"loop": False}))
    await until(lambda: near((shown()[1], shown()[2]), (128, 128)) and shown()[0] >= 16, what=lambda: str(shown()))
    assert studio.store.state.sources[-1].status == "live"


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_changed_is_saved_by_itself(studio: Studio, path: Path) -> None:
    await studio.execute(SceneTake())
    await until(lambda: json.loads(path.read_bytes())["program"] == "close")


async def test_nothing_is_written_while_nothing_changes(studio: Studio, path: Path) -> None:
    before = path.stat().st_mtime_ns
    await studio.execute(SceneTake(scene="main"))
    await asyncio.sleep(0.05)
    assert path.stat().st_mtime_ns == before


async def test_closing_saves_what_was_not_saved_yet(server: ShowServer, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.desktop.autosave.AFTER_S", 60)
    studio = Studio(StudioOptions(example(), path, server.url, TOKEN), Settings())
    await studio.start()
    await studio.execute(ChannelSet(source="bars", fader_db=-12))
    await studio.close()
    assert json.loads(path.read_bytes())["channels"][0]["fader_db"] == -12


async def test_a_full_disk_is_a_line_in_the_log_and_it_is_tried_again(
    studio: Studio, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as full:

        def refuse(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        full.setattr("studio.paths.write_atomically", refuse)
        await studio.execute(SceneTake())
        await until(lambda: "the show could not be saved" in caplog.text)
    await until(lambda: json.loads(path.read_bytes())["program"] == "close")


async def test_the_servers_show_is_not_written_into_the_file(studio: Studio) -> None:
    studio.branch_changed("show", Show(id="spring", title="Another title", viewers=9))
    assert studio.autosave.file.show.title == "Forår"


# ── panic ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_panic_lowers_the_curtain_and_silences_all_until_it_is_confirmed_away(studio: Studio) -> None:
    def colour() -> tuple[int, int, int]:
        frame = studio.program.newest()
        assert frame is not None
        try:
            return pixel(frame.picture, 20, 20)
        finally:
            frame.release()

    await studio.execute(SceneTake(scene="test", transition="cut"))
    await until(lambda: any(strip.heard for strip in studio.mixer._strips))
    await studio.execute(TransitionMove(position=0.5))
    await studio.execute(PanicOn(), PHONE)
    curtain = rgb_to_yuv(0x1D, 0x24, 0x2D)
    await until(lambda: near(colour(), curtain, by=6), what=lambda: str(colour()))
    assert not any(strip.heard for strip in studio.mixer._strips)
    await studio.execute(SceneTake(scene="main", transition="fade", duration_ms=300))
    await asyncio.sleep(0.15)  # into what would be the fade
    assert near(colour(), curtain, by=6)
    with pytest.raises(Confirm) as asked:
        await studio.execute(PanicOff(), PHONE)
    assert studio.store.state.panic
    await studio.execute(PanicOff(confirm=asked.value.confirm), PHONE)
    await until(lambda: near(colour(), rgb_to_yuv(*RED), by=4), what=lambda: str(colour()))


async def test_a_step_of_the_rundown_takes_its_scene_and_the_rundown_is_saved(studio: Studio, path: Path) -> None:
    await studio.execute(RundownSet(steps=(Step(id="1", title="Close", scene="close"),)))
    await studio.execute(RundownGo(take=True))
    assert (studio.store.state.scenes.program, studio.store.state.rundown.current) == ("close", "1")
    await until(lambda: [step["title"] for step in json.loads(path.read_text())["rundown"]] == ["Close"])


async def test_the_studio_looks_for_alarms(studio: Studio) -> None:
    await studio.execute(SourceAdd(kind="image", name="Logo", settings={"path": "/no/such.png"}))
    await until(lambda: [alarm.code for alarm in studio.store.state.alarms] == ["lost"])
    await studio.execute(Undo())
    await until(lambda: studio.store.state.alarms == ())


async def test_a_source_that_comes_back_is_as_loud_as_it_was_and_as_muted(studio: Studio) -> None:
    await studio.execute(ChannelSet(source="bars", fader_db=-20, muted=True))
    await studio.execute(SourceRemove(source="bars"))
    await until(lambda: studio.store.state.mixer.channels == ())
    await studio.execute(Undo())
    assert [(c.fader_db, c.muted) for c in studio.store.state.mixer.channels] == [(-20, True)]
    assert [(strip.fader_db, strip.muted) for strip in studio.mixer._strips] == [(-20, True)]


async def test_the_t_bar_does_not_shine_through_the_curtain(studio: Studio) -> None:
    await studio.execute(PanicOn())
    with pytest.raises(WrongState, match="curtain is down"):
        await studio.execute(TransitionMove(position=0.9), PHONE)
    assert studio.program._tbar[0] == 0


async def test_a_show_that_cannot_be_written_is_an_alarm_and_is_written_later(
    studio: Studio, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(show_file, "save", full)
        await studio.execute(ItemSet(scene="main", item="1", x=11))
        await until(lambda: "unsaved" in [alarm.code for alarm in studio.store.state.alarms])
    await until(lambda: json.loads(path.read_text())["scenes"][0]["items"][0]["transform"]["x"] == 11)
    await until(lambda: studio.store.state.unsaved == "")


async def test_an_undo_that_was_refused_is_no_longer_offered(studio: Studio) -> None:
    await studio.execute(ItemSet(scene="main", item="1", x=11))
    await studio.execute(ItemSet(scene="main", item="1", x=99), PHONE)
    with pytest.raises(StudioError):
        await studio.execute(Undo())
    assert list(studio.store.state.undo) == []


async def test_undoing_a_scene_that_is_on_air_meanwhile_is_refused(studio: Studio) -> None:
    await studio.execute(SceneAdd(name="New"))
    await studio.execute(SceneTake(scene="New"), PHONE)
    with pytest.raises(WrongState, match="on air cannot be removed"):
        await studio.execute(Undo())
    assert [scene.name for scene in studio.store.state.scenes.scenes][-1] == "New"


async def test_a_value_that_could_not_be_read_back_is_refused_here_too(studio: Studio) -> None:
    from studio.state import Transform

    with pytest.raises(InvalidValue):
        await studio.execute(ItemSet(scene="main", item="1", transform=Transform(scale_x=1000)))
