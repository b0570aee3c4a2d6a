"""The window over a real studio and a real server, driven as a host would."""

from typing import Any, Literal

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.commands.hotkey import HotkeySet
from studio.commands.mixer import ChannelSet
from studio.commands.panic import PanicOn
from studio.commands.rundown import CueSend
from studio.commands.scene import SceneTake
from studio.errors import WrongState
from studio.show.chat import ChatLine
from tests.ui.conftest import FILE, GTIN, Open, front, state, wait_front
from ui import theme
from ui.actions import ACTIONS
from ui.dialogs.price import PriceDialog
from ui.dialogs.settings import SettingsDialog
from ui.main_window import MainWindow
from ui.panels import take_column
from ui.widgets import hold_button


def held(window: MainWindow, qtbot: QtBot) -> None:
    """Hold the air button until something happens, and wait until it can be held again."""
    before = state(window).show.state
    qtbot.mousePress(window.top.air, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(window).show.state != before)
    qtbot.mouseRelease(window.top.air, Qt.MouseButton.LeftButton)


def test_a_show_from_the_window(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    host = window.workspaces.host
    assert window.top.pill.text() == "OFF AIR"
    assert [tile.tally for tile in host.scenes.buttons] == ["PROGRAMME", "", ""]
    qtbot.waitUntil(lambda: host.program.grab().toImage().pixelColor(host.program.rect().center()).red() > 150)
    qtbot.waitUntil(lambda: host.scenes.buttons[0].grab().toImage().pixelColor(80, 30).red() > 150)

    qtbot.mouseClick(host.scenes.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: host.scenes.buttons[1].tally == "PROGRAMME")

    held(window, qtbot)
    qtbot.waitUntil(lambda: window.top.pill.text() == "● ON AIR")
    qtbot.waitUntil(lambda: host.scenes.buttons[1].tally == "ON AIR")
    qtbot.waitUntil(lambda: window.frame.grab().toImage().pixelColor(1, 300) == theme.colour("air"))
    assert window.top.air.text == "Hold to end show"
    qtbot.waitUntil(lambda: "Sending" in window.top.health.text())

    monkeypatch.setattr(hold_button, "SWALLOW_MS", 0)
    held(window, qtbot)
    qtbot.waitUntil(lambda: window.top.pill.text() == "ENDED")
    assert not window.top.air.isEnabled()
    assert not window.top.air.isVisible()
    assert "cannot go live again" in window.top.again.toolTip()

    window.extra.toggle("presenter")
    presenter = window.extra.made["presenter"]
    assert presenter.state.text() == "ENDED"  # type: ignore[attr-defined]
    window.extra.toggle("presenter")

    qtbot.waitUntil(lambda: state(window).stream.status == "off")
    window._bridge.started.connect(window.rebuild)
    qtbot.mouseClick(window.top.again, Qt.MouseButton.LeftButton)
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, QInputDialog)
    assert asked.textValue() == FILE.show.title
    asked.setTextValue("Prøveshow, anden aften")
    asked.accept()
    qtbot.waitUntil(lambda: state(window).show.title == "Prøveshow, anden aften")
    qtbot.waitUntil(lambda: window.top.pill.text() == "OFF AIR")
    qtbot.waitUntil(lambda: len(state(window).shop.products) == len(FILE.show.products))
    qtbot.waitUntil(lambda: [step.title for step in state(window).rundown.steps] == [step.title for step in FILE.rundown])
    assert [scene.id for scene in state(window).scenes.scenes] == ["a", "b", "c"]
    assert (state(window).shop.pins, window.chat.count) == ((), 0)
    qtbot.waitUntil(window.top.air.isEnabled)  # once the server knows of the show
    assert not window.top.again.isVisible()


@pytest.mark.parametrize("show", ["draft", "rehearsal", "live", "paused", "ended"])
@pytest.mark.parametrize("stream", ["off", "live"])
def test_the_presenter_view_says_what_the_window_says(
    window: MainWindow, qtbot: QtBot, show: Literal["draft", "rehearsal", "live", "paused", "ended"], stream: Any
) -> None:
    window.extra.toggle("presenter")
    now = state(window)
    replace = msgspec.structs.replace
    for panic in (False, True):
        shown = replace(now, show=replace(now.show, state=show), stream=replace(now.stream, status=stream), panic=panic)
        window.extra.made["presenter"].refresh(shown)
        window.top.refresh(shown)
        assert window.extra.made["presenter"].state.text() == window.top.pill.text()  # type: ignore[attr-defined]


def test_the_preflight_of_an_ended_show_offers_the_next(window: MainWindow, qtbot: QtBot) -> None:
    from ui.dialogs.preflight import PreflightDialog

    window.dialogs.open("preflight")
    assert not front(PreflightDialog).new_show.isVisible()
    front(PreflightDialog).close()
    store = window._bridge._studio.store  # type: ignore[union-attr]
    store.update(show=msgspec.structs.replace(state(window).show, state="ended"))
    window.dialogs.open("preflight")
    qtbot.mouseClick(front(PreflightDialog).new_show, Qt.MouseButton.LeftButton)
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, QInputDialog)
    asked.reject()


def test_a_rehearsal_is_framed_has_an_audience_and_reaches_nobody(window: MainWindow, qtbot: QtBot) -> None:
    window._bridge._studio.audience.lines_a_second = 50  # type: ignore[union-attr]
    qtbot.mouseClick(window.top.rehearse, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.frame.words.startswith("REHEARSAL"))
    qtbot.waitUntil(lambda: state(window).stream.status == "live")
    qtbot.waitUntil(lambda: window.chat.count > 3)
    assert "simulated viewers" in window.top.viewers.text()
    qtbot.waitUntil(lambda: "simulated" in window.workspaces.host.chat.view.toPlainText())
    assert window.top.pill.text() == "REHEARSAL"
    assert (state(window).show.viewers, state(window).show.readers, state(window).show.live_since_ms) == (0, 0, None)
    qtbot.mouseClick(window.top.rehearse, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(window).show.state == "draft" and state(window).stream.status == "off")
    qtbot.waitUntil(lambda: window.frame.words == "")
    qtbot.waitUntil(lambda: "simulated" not in window.workspaces.host.chat.view.toPlainText())


def test_panic_is_one_key_and_calm_is_held(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: state(window).panic)
    qtbot.waitUntil(lambda: window.top.pill.text() == "CURTAIN DOWN, SILENT")
    assert window.top.calm.isVisible()
    assert not window.top.panic.isVisible()
    qtbot.mouseClick(window.top.calm, Qt.MouseButton.LeftButton)
    assert state(window).panic, "a click is not a hold"
    qtbot.mousePress(window.top.calm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not state(window).panic)


def test_space_never_takes_or_goes_live(window: MainWindow, qtbot: QtBot) -> None:
    wait_front(window, qtbot)
    qtbot.mouseClick(window.workspaces.host.scenes.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(window).scenes.program == "b")
    qtbot.mouseClick(window.workspaces.host.scenes.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(window).scenes.program == "a")
    for widget in (QApplication.focusWidget() or window, window.workspaces.host.scenes.buttons[1], window.top.air):
        qtbot.keyPress(widget, Qt.Key.Key_Space)
        qtbot.wait(hold_button.HOLD_MS * 2)
        qtbot.keyRelease(widget, Qt.Key.Key_Space)
    assert (state(window).scenes.program, state(window).show.state) == ("a", "draft")


def test_keys_take_scenes_step_through_the_rundown_and_undo(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: state(window).scenes.program == "b")
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: state(window).scenes.program == "a")
    for current, program in (("1", "a"), ("2", "b"), ("3", "b")):
        qtbot.keyClick(window, Qt.Key.Key_N)
        qtbot.waitUntil(lambda current=current: state(window).rundown.current == current)  # type: ignore[misc]
        qtbot.waitUntil(lambda program=program: state(window).scenes.program == program)  # type: ignore[misc]
    qtbot.waitUntil(lambda: window.workspaces.host.rundown.words.text().startswith("step 3 of 3"))
    assert [row.time.text() for row in window.workspaces.host.rundown.rows] == ["done", "done", ""]


def test_a_key_can_be_moved_held_and_is_warned_of_when_it_is_taken(window: MainWindow, qtbot: QtBot) -> None:
    bridge = window._bridge
    bridge.run(HotkeySet(action="scene.3", key="X"))
    qtbot.waitUntil(lambda: window._hotkeys._keys == {"scene.3": "X"})
    qtbot.keyClick(window, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: state(window).scenes.program == "c")
    window.dialogs.open("settings")
    dialog = front(SettingsDialog)
    row = next(row for row in dialog.keys if row.action == "scene.3")
    other = next(row for row in dialog.keys if row.action == "mute")
    assert row.edit.keySequence().toString() == "X"
    bridge.run(HotkeySet(action="mute", key="X"))
    qtbot.waitUntil(lambda: "Scene 3" in other.problem.text())
    assert not row.usual.isHidden()
    qtbot.mouseClick(row.usual, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "scene.3" not in state(window).hotkeys and other.problem.text() == "")
    dialog.close()


def test_while_somebody_writes_letters_are_letters(window: MainWindow, qtbot: QtBot) -> None:
    wait_front(window, qtbot)
    window.workspaces.host.products.search.setFocus()
    qtbot.keyClicks(window.workspaces.host.products.search, "number 3 n")
    assert window.workspaces.host.products.search.text() == "number 3 n"
    assert state(window).rundown.current == ""


def test_products_are_searched_as_one_types(window: MainWindow, qtbot: QtBot) -> None:
    products = window.workspaces.host.products
    qtbot.waitUntil(lambda: products.list.model().rowCount() == len(FILE.show.products))
    wait_front(window, qtbot)
    products.search.setFocus()
    qtbot.keyClicks(products.search, "natcreme p3")
    assert products.list.model().rowCount() == 1
    assert "SOLD OUT" in str(products.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    products.search.clear()
    assert products.list.model().rowCount() == len(FILE.show.products)
    products.list.grab()


def pins(window: MainWindow) -> tuple[str, ...]:
    return state(window).shop.pins


def test_a_number_pins_and_nought_unpins(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(state(window).shop.products) == len(FILE.show.products))
    wait_front(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: pins(window) == ("p1",))
    qtbot.keyClick(window, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: pins(window) == ("p1", "p3"))
    model = window.workspaces.host.products.list.model()
    assert "Pinned" in str(model.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    window.workspaces.host.products.list.grab()
    qtbot.waitUntil(lambda: state(window).undo[-1:] == ("Pins",))
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: pins(window) == ("p1",))
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: pins(window) == ("p2",))
    qtbot.keyClick(window, Qt.Key.Key_0)
    qtbot.waitUntil(lambda: pins(window) == ())


def test_a_scanner_types_a_code_and_enter(window: MainWindow, qtbot: QtBot) -> None:
    products = window.workspaces.host.products
    qtbot.waitUntil(lambda: products.list.model().rowCount() == len(FILE.show.products))
    wait_front(window, qtbot)
    products.search.setFocus()
    qtbot.keyClicks(products.search, GTIN)
    qtbot.keyClick(products.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pins(window) == ("p5",))
    qtbot.waitUntil(lambda: products.search.text() == "")


def test_enter_pins_and_s_sells_out(window: MainWindow, qtbot: QtBot) -> None:
    products = window.workspaces.host.products
    qtbot.waitUntil(lambda: products.list.model().rowCount() == len(FILE.show.products))
    wait_front(window, qtbot)
    products.list.setFocus()
    products.list.setCurrentIndex(products.list.model().index(1, 0))
    qtbot.keyClick(products.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pins(window) == ("p1",))
    qtbot.keyClick(products.list, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: state(window).shop.products[1].sold_out)
    assert products.list.currentIndex().row() == 1, "the row stays where it is"


def test_products_are_moved_hidden_and_priced(window: MainWindow, qtbot: QtBot) -> None:
    products = window.workspaces.host.products
    qtbot.waitUntil(lambda: products.list.model().rowCount() == len(FILE.show.products))
    menu = products.menu_of(state(window).shop.products[0])
    names = {action.text(): action for action in menu.actions()}
    names["Later"].trigger()
    qtbot.waitUntil(lambda: [p.id for p in state(window).shop.products][:2] == ["p1", "p0"])
    products._model.moved.emit("p5", 0)
    qtbot.waitUntil(lambda: state(window).shop.products[0].id == "p5")
    names["Hide from the audience"].trigger()
    qtbot.waitUntil(lambda: next(p for p in state(window).shop.products if p.id == "p0").hidden)
    names["Price for this show …"].trigger()
    dialog = window.findChild(PriceDialog)
    assert dialog is not None
    dialog.price.setText("half")
    qtbot.mouseClick(dialog.give, Qt.MouseButton.LeftButton)
    assert dialog.problem.isVisible()
    dialog.price.setText("12,50")
    dialog.code.setText("AFTEN")
    qtbot.mouseClick(dialog.give, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: priced(window) == (1250, "AFTEN"))


def priced(window: MainWindow) -> tuple[int, str] | None:
    held = next(product for product in state(window).shop.products if product.id == "p0").show_price
    return (held.price_minor, held.code) if held is not None else None


def test_a_line_is_answered_pinned_shown_and_removed(window: MainWindow, qtbot: QtBot) -> None:
    chat = window.workspaces.host.chat
    qtbot.waitUntil(lambda: state(window).link.status == "connected" and chat.input.isEnabled())
    wait_front(window, qtbot)
    chat.input.setFocus()
    qtbot.keyClicks(chat.input, "Fri fragt i aften")
    qtbot.keyClick(chat.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Fri fragt i aften" in chat.view.toPlainText())
    chat.view.setFocus()
    qtbot.keyClick(chat.view, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: chat.actions_.isVisible())
    qtbot.keyClick(chat.view, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: chat.pinned.text() == "Pinned: Fri fragt i aften")
    qtbot.keyClick(chat.view, Qt.Key.Key_O)
    qtbot.waitUntil(lambda: state(window).shop.picture_line is not None)
    qtbot.keyClick(chat.view, Qt.Key.Key_R)
    assert chat.input.hasFocus()
    qtbot.keyClicks(chat.input, "Til kl. 22")
    qtbot.waitUntil(lambda: "is answering" in chat.view.toPlainText())
    qtbot.mouseClick(chat.send, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "↳ to Butik" in chat.view.toPlainText())
    qtbot.waitUntil(lambda: "is answering" not in chat.view.toPlainText())
    chat._select(1)
    qtbot.keyClick(chat.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Fri fragt i aften" not in chat.view.toPlainText())
    assert not chat.actions_.isVisible()
    qtbot.waitUntil(lambda: not chat.pinned.isVisible())


def test_what_is_sent_is_sent_once_and_what_is_refused_is_given_back(window: MainWindow, qtbot: QtBot) -> None:
    chat = window.workspaces.host.chat
    qtbot.waitUntil(lambda: state(window).link.status == "connected" and chat.input.isEnabled())
    chat.input.setText("Hej")
    chat._send()
    chat._send()
    chat.input.setText("Og nu")  # begun while the first is on its way
    qtbot.waitUntil(lambda: "Hej" in chat.view.toPlainText())
    assert chat.input.text() == "Og nu"
    assert chat.view.toPlainText().count("Hej") == 1
    chat.input.setText("\u200b")  # nothing that anybody could read
    chat._send()
    assert chat.input.text() == ""
    qtbot.waitUntil(lambda: chat.input.text() == "\u200b")


def line(number: int, text: str = "hello") -> ChatLine:
    return ChatLine(id=str(number), at_ms=1_700_000_000_000, name="Sofie <b>", text=text)


def test_chat_never_runs_away(window: MainWindow, qtbot: QtBot) -> None:
    chat = window.workspaces.host.chat
    window._bridge.chatted.emit([line(n) for n in range(150)])
    qtbot.waitUntil(lambda: chat.view.blockCount() == 150)
    bar = chat.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    assert "Sofie <b>" in chat.view.toPlainText(), "names are words, not markup"
    bar.setValue(10)
    window._bridge.chatted.emit([line(n, "is it good?") for n in range(150, 187)])
    qtbot.waitUntil(lambda: chat.newer.isVisible())
    assert (chat.newer.text(), bar.value()) == ("37 new messages ↓", 10)
    qtbot.mouseClick(chat.newer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not chat.newer.isVisible() and bar.value() == bar.maximum())
    chat.tabs.setCurrentIndex(1)
    assert chat.view.blockCount() == 37
    assert "Questions 37" in chat.tabs.tabText(1)


def test_a_cue_stands_in_the_eye_line_until_it_is_seen(window: MainWindow, qtbot: QtBot) -> None:
    window._bridge.run(CueSend(text="Two minutes left on the oil"))
    qtbot.waitUntil(lambda: window.workspaces.host.cue.isVisible())
    assert "Two minutes left" in window.workspaces.host.cue.words.text()
    qtbot.mouseClick(window.workspaces.host.cue.seen, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.workspaces.host.cue.isVisible())


def test_overlays_are_shown_and_hidden_with_a_click(window: MainWindow, qtbot: QtBot) -> None:
    button = window.workspaces.host.on_screen.buttons[0]
    assert (button.text(), button.isChecked()) == ("Name", True)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not state(window).scenes.scenes[0].items[1].visible)


def test_the_teleprompter_runs_and_jumps(window: MainWindow, qtbot: QtBot) -> None:
    prompter = window.workspaces.host.prompter
    assert prompter.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: window.prompter.at > 0.2)
    assert prompter.play.text() == "Pause"
    qtbot.mouseClick(prompter.next, Qt.MouseButton.LeftButton)
    assert window.prompter.at >= 8
    qtbot.keyClick(window, Qt.Key.Key_T)
    assert not window.prompter.running


def test_a_button_pressed_in_vain_shows_how_it_is(window: MainWindow, qtbot: QtBot) -> None:
    window.show_workspace("producer")
    kinds = window.workspaces.producer.take_column.kinds
    now = state(window).scenes.transition
    other = next(kind for kind in kinds if kind != now and kinds[kind].isEnabled())
    kinds[other].setChecked(True)  # as a click does before anybody is asked
    window._bridge.refused.emit(WrongState("not now"))
    assert [kind for kind, button in kinds.items() if button.isChecked()] == [now]


def test_a_refused_command_is_said_in_the_eye_line(window: MainWindow, qtbot: QtBot) -> None:
    window._bridge.run(SceneTake(scene="Rad"))
    qtbot.waitUntil(lambda: window.notice.isVisible())
    assert "did you mean Red?" in window.notice.text()


def test_language_colours_and_size_change_while_the_show_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    window._bridge.run(SceneTake(scene="b"))
    window._bridge.chatted.emit([line(1, "Er den god?")])
    qtbot.waitUntil(lambda: state(window).scenes.program == "b")
    for name, value in (("language", "da"), ("window.theme", "light"), ("window.text_percent", 150)):
        window._settings.set(name, value)
    qtbot.waitUntil(lambda: window.top.air.text == "Hold for at gå live")
    assert (i18n.language(), theme.mode(), theme.scale()) == ("da", "light", 1.5)
    assert window.workspaces.host.scenes.buttons[1].tally == "PROGRAM"
    qtbot.waitUntil(lambda: "Er den god?" in window.workspaces.host.chat.view.toPlainText())
    qtbot.keyClick(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: theme.scale() == 1.25)


def test_leaving_while_on_air_is_asked_about(window: MainWindow, qtbot: QtBot) -> None:
    held(window, qtbot)
    window.close()
    box = QApplication.activeModalWidget()
    assert box is not None
    assert window.isVisible()
    assert box.defaultButton().text() == "Stay"  # type: ignore[attr-defined]
    box.reject()  # type: ignore[attr-defined]


def test_the_producer_previews_takes_and_is_told_what_changes(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_column, "SWALLOW_S", 3600)
    window = opened(window__workspace="producer")
    producer, column = window.workspaces.producer, window.workspaces.producer.take_column
    qtbot.waitUntil(lambda: producer.stage.grab().toImage().pixelColor(30, 60) != theme.colour("bg"))
    assert "Begins the sound of Pattern" in column.changes.text()
    window.frame.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: state(window).scenes.program == "b")
    qtbot.waitUntil(lambda: "Silences Pattern" in column.changes.text())
    qtbot.mouseClick(column.take_button, Qt.MouseButton.LeftButton)
    qtbot.wait(50)
    assert state(window).scenes.program == "b", "the second within a second is swallowed"
    monkeypatch.setattr(take_column, "SWALLOW_S", 0)
    qtbot.mouseClick(column.take_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(window).scenes.program == "a")
    qtbot.keyClick(window, Qt.Key.Key_F3)
    qtbot.waitUntil(lambda: state(window).scenes.preview == "c")
    qtbot.waitUntil(lambda: producer.items.empty.isVisible())


def test_transitions_duration_and_the_t_bar(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    column = window.workspaces.producer.take_column
    qtbot.mouseClick(column.kinds["wipe"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(window).scenes.transition == "wipe")
    column.duration.setValue(900)
    qtbot.waitUntil(lambda: state(window).scenes.transition_ms == 900)
    column.tbar.setValue(500)
    qtbot.waitUntil(lambda: state(window).scenes.tbar == 0.5)
    column.tbar.setValue(1000)
    qtbot.waitUntil(lambda: state(window).scenes.program == "b" and column.tbar.value() == 0)
    assert not column.kinds["stinger"].isEnabled(), "no film was chosen for it"


def test_scenes_are_added_renamed_moved_and_removed_with_undo(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    scenes = window.workspaces.producer.scenes

    def names() -> list[str]:
        return [scene.name for scene in state(window).scenes.scenes]

    qtbot.mouseClick(scenes.duplicate, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names() == ["Red", "Pattern", "Pattern 2", FILE.scenes[2].name])
    qtbot.mouseClick(scenes.up, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names()[0] == "Pattern")
    qtbot.mouseClick(scenes.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Pattern" not in names())
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: names()[0] == "Pattern")
    qtbot.mouseClick(scenes.add, Qt.MouseButton.LeftButton)
    dialog = QApplication.activeModalWidget()
    dialog.setTextValue("Slides")  # type: ignore[union-attr]
    dialog.accept()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: names()[-1] == "Slides" and state(window).scenes.preview == state(window).scenes.scenes[-1].id)


def test_a_fader_is_drawn_and_taken_back_as_one(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    strip = window.workspaces.producer.mixer.strips["tone"]
    for _step in range(6):
        qtbot.keyClick(strip.fader, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: state(window).mixer.channels[0].fader_db == -3)
    assert len(state(window).undo) == 1
    window._bridge.run(ChannelSet(source="tone", muted=True))
    qtbot.waitUntil(lambda: strip.mute.property("kind") == "tool-on")


def test_panic_in_the_producers_eyes(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    window._bridge.run(PanicOn())
    qtbot.waitUntil(lambda: window.workspaces.producer.program.word == "CURTAIN DOWN, SILENT")


def test_panic_mute_and_scenes_work_while_a_dialog_is_open(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.open("settings")
    dialog = front(SettingsDialog)
    dialog.tabs.setFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: state(window).scenes.program == "b")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: state(window).panic)
    qtbot.mouseClick(window.workspaces.host.scenes.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(window).scenes.program == "a")
    dialog.close()


def test_enter_in_a_field_is_the_fields_and_takes_nothing(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    wait_front(window, qtbot)
    cue, duration = window.workspaces.producer.cue, window.workspaces.producer.take_column.duration
    cue.line.setFocus()
    qtbot.keyClicks(cue.line, "Two minutes")
    qtbot.keyClick(cue.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: state(window).rundown.cue.text == "Two minutes")
    qtbot.mouseClick(window.workspaces.producer.take_column.kinds["fade"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(duration.isEnabled)
    duration.setFocus()
    duration.selectAll()
    qtbot.keyClicks(duration, "750")
    qtbot.keyClick(duration, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: state(window).scenes.transition_ms == 750)
    assert state(window).scenes.program == "a"


def test_a_hand_that_draws_the_t_bar_past_its_end_takes_once(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    column = window.workspaces.producer.take_column
    column.tbar.setSliderDown(True)
    for value in (400, 1000, 999, 1000, 990, 1000):
        column.tbar.setValue(value)
        qtbot.wait(20)
    qtbot.waitUntil(lambda: state(window).scenes.program == "b")
    column.tbar.setSliderDown(False)
    column.tbar.sliderReleased.emit()
    assert (state(window).scenes.program, column.tbar.value()) == ("b", 0)


def test_a_finding_that_must_be_put_right_keeps_the_show_off_air(window: MainWindow, qtbot: QtBot) -> None:
    from studio.state.preflight import Finding, Preflight
    from ui.dialogs.preflight import PreflightDialog

    store = window._bridge._studio.store  # type: ignore[union-attr]
    store.update(preflight=Preflight(findings=(Finding("Camera", "bad", "gone"),), at_ms=1))
    qtbot.mousePress(window.top.air, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "must be put right" in window.notice.text())
    front(PreflightDialog).close()
    assert (state(window).show.state, state(window).stream.status) == ("draft", "off")


def test_a_paused_show_is_resumed_in_the_window(window: MainWindow, qtbot: QtBot) -> None:
    from studio.commands.show import ShowPause

    held(window, qtbot)
    window._bridge.run(ShowPause())
    qtbot.waitUntil(lambda: window.top.resume.isVisible())
    qtbot.mouseClick(window.top.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(window).show.state == "live" and not window.top.resume.isVisible())


def test_a_scene_that_stands_still_is_sharp_in_a_window_of_another_size(window: MainWindow, qtbot: QtBot) -> None:
    host = window.workspaces.host
    views = (host.program, host.scenes.buttons[0])
    window.resize(1300, 760)
    qtbot.waitUntil(lambda: all(view.fits for view in views))
    small = host.program.picture_size()
    window.resize(1700, 980)
    qtbot.waitUntil(lambda: host.program.picture_size() != small and all(view.fits for view in views))


def test_what_the_table_of_actions_asks_of_the_window_is_there(window: MainWindow) -> None:
    for action in ACTIONS:
        if not action.window:
            continue
        name, _colon, about = action.window.partition(":")
        assert name in window._acts, action.id
        known = {
            "dialog": window.dialogs.names,
            "window": window.extra.names,
            "workspace": {"host", "producer", "support", "relation"},
        }
        assert about in known.get(name, {about}), action.id
