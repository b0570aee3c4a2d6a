"""The dialog of guests, on a real server: a link is made, its code can be read, guests are put into a scene and sent away."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from studio.commands.scene import SceneTake
from studio.state.calls import Remote
from tests.ui.conftest import front, state
from ui.dialogs.add_source import AddSource
from ui.dialogs.guests import GuestsDialog
from ui.dialogs.link_card import qr
from ui.main_window import MainWindow


def read(image: QImage) -> str:
    """What a QR code says, to whoever photographs it."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())[:, : grey.width()]
    return cv2.QRCodeDetector().detectAndDecode(pixels.copy())[0]


def test_a_code_can_be_read(qapp: object) -> None:
    link = "https://show.example.com/guest#0123abcd.AbCdEfGhIjKlMnOpQrStUvWx"
    assert read(qr(link, 240).toImage()) == link


@pytest.fixture
def guests(window: MainWindow, qtbot: QtBot) -> GuestsDialog:
    """The dialog with one guest."""
    window.dialogs.open("guests")
    dialog = front(GuestsDialog)
    assert dialog.empty.isVisible()
    dialog.name.setText("<b>Mette</b>")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.link.isVisible() and len(state(window).guests) == 1)
    return dialog


def test_somebody_is_invited(window: MainWindow, qtbot: QtBot, guests: GuestsDialog) -> None:
    (guest,) = state(window).guests
    assert guest.name == "<b>Mette</b>"
    assert not guests.empty.isVisible()
    assert guests.link.text.text().startswith("http")
    assert f"/guest#{guest.id}." in guests.link.text.text()
    assert guests.link.local.isVisible(), "a server of this machine only"
    qtbot.mouseClick(guests.link.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == guests.link.text.text()
    (row,) = guests._rows.values()
    assert row.status.text() == "Not here"


def test_a_guest_is_put_into_the_scene_in_preview(window: MainWindow, qtbot: QtBot, guests: GuestsDialog) -> None:
    (guest,), (row,) = state(window).guests, guests._rows.values()
    qtbot.mouseClick(row.show_in, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not row.show_in.isVisible())
    source = next(one for one in state(window).sources if one.kind == "guest")
    assert source.settings == {"guest": guest.id}
    preview = next(scene for scene in state(window).scenes.scenes if scene.id == state(window).scenes.preview)
    assert source.id in [item.source for item in preview.items]
    channel = next(one for one in state(window).mixer.channels if one.source == source.id)
    assert channel.monitor, "whoever sits here hears them"
    connected = Remote(peer=guest.id, name="Mette", status="connected", picture=True, size=(1280, 720), kbps_in=900, rtt_ms=30)
    window._bridge.call(lambda studio: _update(studio, connected))
    qtbot.waitUntil(lambda: row.status.text() == "Green room")
    assert row.quality.text() == "1280 × 720 · 900 kbit/s · 30 ms"
    window._bridge.run(SceneTake())
    qtbot.waitUntil(lambda: row.status.text().endswith("In the programme"))


async def _update(studio: object, remote: Remote) -> None:
    studio.store.update(guest_media=(remote,))  # type: ignore[attr-defined]


def test_a_guest_is_sent_away(window: MainWindow, qtbot: QtBot, guests: GuestsDialog) -> None:
    (row,) = guests._rows.values()
    qtbot.mouseClick(row.remove, Qt.MouseButton.LeftButton)
    box = front(QMessageBox)
    assert "<b>Mette</b>" in box.text()
    away = next(button for button in box.buttons() if button is not box.defaultButton())
    qtbot.mouseClick(away, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(window).guests == ())
    qtbot.waitUntil(lambda: guests.empty.isVisible() and not guests.link.isVisible())


def test_a_source_shows_a_guest_or_the_call(window: MainWindow, qtbot: QtBot, guests: GuestsDialog) -> None:
    guests.accept()
    AddSource(window._bridge, window).open()
    dialog = front(AddSource)
    qtbot.mouseClick(dialog.kinds["guest"], Qt.MouseButton.LeftButton)
    assert [button.text() for button in dialog.found] == ["The customer of the call, when they agree", "<b>Mette</b>"]
    qtbot.mouseClick(dialog.found[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(one.settings.get("guest") == "call" for one in state(window).sources))
