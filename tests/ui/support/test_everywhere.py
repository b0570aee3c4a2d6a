"""Every state of the workspace at every size, in both languages; nothing that a customer writes becomes markup."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from studio.state import State
from tests.ui.audit import problems
from tests.ui.calling import (
    ANNE,
    CARD,
    GUEST,
    MAJA,
    NOW_MS,
    REMOTE,
    FakeBridge,
    calm,
    of,
    queue,
    ringing,
    state,
    talking,
    wrapping,
)
from tests.ui.conftest import front
from tests.ui.support.looking import HOSTILE, settled
from ui.dialogs.call_colleague import InviteDialog, TransferDialog
from ui.dialogs.call_takes import TakesDialog
from ui.main_window import MainWindow
from ui.workspaces.support import SupportWorkspace

STATES: dict[str, State] = {
    "off": calm("off", why="missed"),
    "idle": state(calm().advising, queue(GUEST, MAJA)),
    "ringing": ringing(),
    "ringing, came back": ringing(MAJA, GUEST),
    "connecting": talking(remote=None),
    "live": talking(),
    "muted": talking(media={"sends_sound": False, "sends_picture": False}),
    "no picture": talking(of(ANNE, card=of(CARD, camera="denied", microphone="prompt")), of(REMOTE, picture=False)),
    "text": talking(of(ANNE, kind="text"), remote=None),
    "away": talking(state="away", until_ms=NOW_MS + 151_000),
    "held": talking(held=True),
    "failed": talking(media={"problem": "The relay refused the connection, and there is no other way from here"}),
    "wrap-up": wrapping(),
}
SIZES = [(1280, 720, 100), (1440, 900, 100), (1920, 1080, 100), (1280, 720, 200), (1920, 1080, 150)]


def test_what_customers_call_themselves_is_never_markup(
    bridge: FakeBridge, window: MainWindow, support: SupportWorkspace
) -> None:
    eve = of(ANNE, name=HOSTILE, note=HOSTILE, card=of(CARD, title=HOSTILE, extra={HOSTILE[:40]: HOSTILE}))
    for shown in (
        ringing(eve),
        talking(eve),
        talking(eve, state="away", until_ms=NOW_MS),
        of(wrapping(), advising=wrapping().advising),
    ):
        bridge.show(shown)
        labels = [label for label in window.findChildren(QLabel) if label.isVisible() and "<b>" in label.text()]
        assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
        tips = [widget.toolTip() for widget in window.findChildren(QWidget) if "Eve" in widget.toolTip()]
        assert [tip for tip in tips if "<b>" in tip or "<img" in tip] == [], "nor in a tooltip"
    bridge.show(ringing(eve))
    assert HOSTILE in support.stage.ringing.name.text()
    bridge.show(talking(eve))
    support.stage.ask_end()
    assert front(QMessageBox).textFormat() == Qt.TextFormat.PlainText
    front(QMessageBox).close()


def test_no_part_is_ever_a_window_of_its_own(bridge: FakeBridge, window: MainWindow, support: SupportWorkspace) -> None:
    """A widget that is shown before it has a place takes the focus from who writes."""
    shown: list[QWidget] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched)
            return False

    watch = Watch()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(watch)
    try:
        for now in STATES.values():
            bridge.show(now)
            QApplication.processEvents()
        window.rebuild()
        QApplication.processEvents()
    finally:
        app.removeEventFilter(watch)
    assert shown == []


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_every_state_at_every_size(
    bridge: FakeBridge, window: MainWindow, qtbot: QtBot, language: str, width: int, height: int, percent: int
) -> None:
    window._settings.set("language", language)
    window._settings.set("window.theme", "light" if language == "en" else "dark")
    window._settings.set("window.text_percent", percent)
    window._dress()
    window.resize(width, height)
    found: dict[str, list[str]] = {}
    for name, shown in STATES.items():
        bridge.show(shown)
        settled()
        if wrong := problems(window):
            found[name] = wrong
    assert (window.width(), window.height()) == (width, height), "it fits the screen"
    window.show_workspace("host")
    bridge.show(ringing())
    settled()
    assert window.banner.isVisible()
    if wrong := problems(window.banner):
        found["banner"] = wrong
    assert found == {}


@pytest.mark.parametrize(("language", "percent"), [("en", 100), ("da", 200)])
def test_every_dialog(bridge: FakeBridge, window: MainWindow, language: str, percent: int) -> None:
    window._settings.set("language", language)
    window._settings.set("window.text_percent", percent)
    QApplication.processEvents()  # the window is dressed anew
    bridge.show(talking())
    support = window.workspaces.support
    found: dict[str, list[str]] = {}
    for kind, show in (
        (InviteDialog, support.open_invite),
        (TransferDialog, support.open_transfer),
        (TakesDialog, support.open_takes),
    ):
        show()
        settled()
        dialog = front(kind)
        if wrong := problems(dialog):
            found[kind.__name__] = wrong
        dialog.close()
    assert found == {}
