"""The one state nobody may mistake, and the guarded way on air and off it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.commands.base import Command
from studio.commands.panic import PanicOff, PanicOn
from studio.commands.show import ShowEnd, ShowRehearse, ShowResume, ShowStart
from studio.commands.stream import StreamStart, StreamStop
from studio.errors import Confirm, WrongState
from studio.state import Show, State, Stream
from studio.state.preflight import Finding, Preflight
from studio.state.rehearsal import Rehearsal
from studio.state.stream import Link
from tests.ui.calling import of
from tests.ui.panels.shows import LONG, SHOW, StudioBridge
from ui.panels.top_bar import TopBar
from ui.widgets import hold_button
from ui.widgets.hold_button import HoldButton

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(bridge: StudioBridge, shown: Callable[..., TopBar], monkeypatch: pytest.MonkeyPatch) -> TopBar:
    """Its buttons are held for no time at all."""
    monkeypatch.setattr(hold_button, "HOLD_MS", 1)
    monkeypatch.setattr(hold_button, "SWALLOW_MS", 0)
    return shown(TopBar(bridge), 1200, 120)


def stands(show: str, stream: str = "off", **changes: object) -> State:
    return of(SHOW, show=Show(id="s", title="Aftenshow", state=show), stream=Stream(status=stream), **changes)  # type: ignore[arg-type]


def put(bridge: StudioBridge, bar: TopBar, state: State) -> None:
    bridge.show(state)
    bar.refresh(state)


def hold(button: HoldButton, qtbot: QtBot) -> None:
    with qtbot.waitSignal(button.held):
        qtbot.mousePress(button, LEFT)
    qtbot.mouseRelease(button, LEFT)


def guarded(bridge: StudioBridge, *tags: str) -> None:
    """What needs a confirmation is refused with its code, as the dispatcher does it."""
    for tag in tags:
        bridge.refuses[tag] = Confirm("c0de")


@pytest.mark.parametrize(
    ("state", "word", "air"),
    [
        (stands("draft"), "OFF AIR", "Hold to go live"),
        (stands("rehearsal", "live"), "REHEARSAL", "Hold to go live"),
        (stands("live", "live"), "● ON AIR", "Hold to end show"),
        (stands("live", "off"), "NO PICTURE", "Hold to go back on air"),
        (stands("live", "reconnecting"), "NO PICTURE", "Hold to end show"),
        (stands("paused", "live"), "PAUSED", "Hold to end show"),
        (stands("live", "live", panic=True), "CURTAIN DOWN, SILENT", "Hold to end show"),
        (stands("ended"), "ENDED", "Hold to go live"),
    ],
    ids=["draft", "rehearsal", "live", "left", "broken off", "paused", "panic", "ended"],
)
def test_one_word_says_how_the_show_stands(bridge: StudioBridge, bar: TopBar, state: State, word: str, air: str) -> None:
    put(bridge, bar, state)
    assert (bar.pill.text(), bar.air.text) == (word, air)
    assert bar.calm.isVisible() == state.panic != bar.panic.isVisible()
    assert bar.resume.isVisible() == (word == "PAUSED")
    assert bar.rehearse.isVisible() == (state.show.state in ("draft", "rehearsal"))
    assert bar.again.isVisible() == (word == "ENDED") != bar.air.isVisible()


def test_going_live_sends_the_picture_first_and_confirms_by_itself(bridge: StudioBridge, bar: TopBar, qtbot: QtBot) -> None:
    guarded(bridge, "show.start")
    hold(bar.air, qtbot)
    assert bridge.sent == [StreamStart(), ShowStart(), ShowStart(confirm="c0de")]


def test_where_no_picture_can_be_sent_the_show_does_not_begin(bridge: StudioBridge, bar: TopBar, qtbot: QtBot) -> None:
    bridge.refuses["stream.start"] = WrongState("The encoder is missing")
    hold(bar.air, qtbot)
    assert bridge.sent == [StreamStart()]


@pytest.mark.parametrize(("show", "stream"), [("live", "live"), ("paused", "live"), ("live", "reconnecting")])
def test_holding_on_air_ends_the_show(bridge: StudioBridge, bar: TopBar, qtbot: QtBot, show: str, stream: str) -> None:
    guarded(bridge, "show.end")
    put(bridge, bar, stands(show, stream))
    hold(bar.air, qtbot)
    assert bridge.sent == [ShowEnd(), ShowEnd(confirm="c0de")]


def test_a_show_that_was_left_is_gone_back_to_and_not_ended(bridge: StudioBridge, bar: TopBar, qtbot: QtBot) -> None:
    put(bridge, bar, stands("live", "off"))
    hold(bar.air, qtbot)
    assert bridge.sent == [StreamStart()]


def test_what_must_be_put_right_keeps_the_show_off_air(bridge: StudioBridge, bar: TopBar, qtbot: QtBot) -> None:
    put(bridge, bar, of(SHOW, preflight=Preflight(findings=(Finding("Camera", "bad", "gone"),), at_ms=1)))
    with qtbot.waitSignal(bar.blocked):
        hold(bar.air, qtbot)
    assert bridge.sent == []
    put(bridge, bar, of(SHOW, preflight=Preflight(findings=(Finding("Camera", "note", "dark"),), at_ms=1)))
    hold(bar.air, qtbot)
    assert bridge.sent == [StreamStart(), ShowStart()], "a note keeps nobody"


@pytest.mark.parametrize(
    ("state", "sent"),
    [
        (stands("draft"), [ShowRehearse(on=True), StreamStart()]),
        (stands("rehearsal", "live"), [ShowRehearse(on=False), StreamStop()]),
    ],
    ids=["begin", "end"],
)
def test_a_rehearsal_begins_and_ends_in_its_order(
    bridge: StudioBridge, bar: TopBar, qtbot: QtBot, state: State, sent: list[Command]
) -> None:
    put(bridge, bar, state)
    qtbot.mouseClick(bar.rehearse, LEFT)
    assert bridge.sent == sent
    bridge.sent.clear()
    bridge.refuses["show.rehearse"] = WrongState("Not now")
    qtbot.mouseClick(bar.rehearse, LEFT)
    assert len(bridge.sent) == 1, "a refused rehearsal sends nothing to anybody"


def test_the_curtain_falls_with_a_click_and_rises_only_when_held(bridge: StudioBridge, bar: TopBar, qtbot: QtBot) -> None:
    guarded(bridge, "panic.off")
    qtbot.mouseClick(bar.panic, LEFT)
    put(bridge, bar, stands("live", "live", panic=True))
    hold(bar.calm, qtbot)
    assert bridge.sent == [PanicOn(), PanicOff(), PanicOff(confirm="c0de")]


def test_a_confirmation_that_was_not_asked_for_here_is_left_alone(bridge: StudioBridge, bar: TopBar) -> None:
    bridge.refused.emit(Confirm("c0de"))
    assert bridge.sent == []


def test_a_code_that_does_not_fit_is_tried_once(bridge: StudioBridge, bar: TopBar, qtbot: QtBot) -> None:
    guarded(bridge, "show.end")
    put(bridge, bar, stands("live", "live"))
    hold(bar.air, qtbot)
    bridge.refused.emit(Confirm("other"))
    assert len(bridge.sent) == 2


def test_resume_and_the_next_show_are_one_click(bridge: StudioBridge, bar: TopBar, qtbot: QtBot) -> None:
    put(bridge, bar, stands("paused", "live"))
    qtbot.mouseClick(bar.resume, LEFT)
    assert bridge.sent == [ShowResume()]
    put(bridge, bar, stands("ended"))
    with qtbot.waitSignal(bar.asked) as asked:
        qtbot.mouseClick(bar.again, LEFT)
    assert asked.args == ["show.again"]


def test_without_a_server_nobody_goes_live_and_it_is_said_why(bridge: StudioBridge, bar: TopBar) -> None:
    put(bridge, bar, of(SHOW, link=Link(status="refused", reason="The token is not known")))
    assert not bar.air.isEnabled()
    assert not bar.rehearse.isEnabled()
    assert bar.panic.isEnabled(), "the curtain needs no server"
    assert bar.health.text() == "Server: The token is not known"
    put(bridge, bar, of(SHOW, link=Link(status="connecting")))
    assert bar.health.text() == "Server: connecting"


def test_who_watches_is_counted_and_who_does_not_exist_is_called_so(bridge: StudioBridge, bar: TopBar) -> None:
    live = stands("live", "live")
    put(bridge, bar, of(live, show=of(live.show, viewers=1204), stream=Stream(status="live", kbps=4460)))
    assert (bar.viewers.text(), bar.health.text()) == ("1204 watching", "Sending 4.5 Mbit/s")
    put(bridge, bar, stands("rehearsal", "live", rehearsal=Rehearsal(viewers=80)))
    assert bar.viewers.text() == "80 simulated viewers"
    put(bridge, bar, SHOW)
    assert not bar.viewers.isVisible()
    assert not bar.elapsed.isVisible()


@pytest.mark.parametrize("width", [700, 1200])
def test_a_long_title_pushes_no_button_out(bridge: StudioBridge, shown: Callable[..., TopBar], width: int) -> None:
    state = stands("draft")
    bridge.show(of(state, show=of(state.show, title=f"{LONG} · {LONG}")))
    bar = shown(TopBar(bridge), width, 160)
    for part in (bar.title, bar.pill, bar.rehearse, bar.panic, bar.air):
        assert bar.rect().contains(part.geometry()), part.accessibleName()
