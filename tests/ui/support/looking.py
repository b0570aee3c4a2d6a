"""What a test does at the support workspace: it reads, presses and shows pictures, and moves the clock."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.calling import FakeBridge
from tests.ui.conftest import front
from ui.sounds import Sounds
from ui.workspaces.support import SupportWorkspace

LEFT = Qt.MouseButton.LeftButton
HOSTILE = "<img src='file:///etc/passwd'><b>Eve</b>"
"""What a stranger calls themselves."""


class Ticks:
    """This machine's clock, which only goes when it is told to."""

    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        return self.ms


class Silent(Sounds):
    """Counts instead of playing."""

    def ring(self) -> None:
        self.rung += 1


def words(widget: QWidget) -> str:
    """Everything that is written on a widget now."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def press(answer: str) -> None:
    """Answer the question that is asked."""
    question = front(QMessageBox)
    next(one for one in question.buttons() if one.text() == answer).click()


def settled() -> None:
    """Let layouts finish."""
    for _turn in range(6):
        QApplication.processEvents()


def picture(width: int, height: int, colour: str = "#884422") -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def seen(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot, width: int = 1280, height: int = 720) -> None:
    """The customer's picture is there."""
    bridge.mailboxes.picture, bridge.mailboxes.number = picture(width, height), bridge.mailboxes.number + 1
    qtbot.waitUntil(lambda: support.stage.call.picture.image is not None)
