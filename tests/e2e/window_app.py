"""The real application on a camera that a file unplugs, with an answer to one question: where is what is called so?

Only looks: it moves nothing. What happens in the window comes from the X server as from anybody's mouse and keyboard.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QListView, QMenu, QMenuBar, QTabBar, QWidget

from studio.cli import run
from studio.desktop.studio import StudioOptions
from studio.errors import DeviceFailed
from studio.settings import Settings
from studio.sources import camera, choices
from studio.sources.camera_list import Camera, Mode
from ui.bridge import Bridge

UNPLUGGED = Path(os.environ["VITRINE_HOME"]) / "unplugged"
CAMERA = Camera("/dev/video90", "Test camera", (Mode("mjpeg", 640, 360, 30),))


class FakePictures:
    """Thirty pictures a second that move, until the file is there."""

    def close(self) -> None:
        pass

    def decode(self, video: int) -> Iterator[av.VideoFrame]:
        ramp = np.tile(np.arange(640, dtype=np.uint8), (540, 1))
        for number in range(1 << 30):
            if UNPLUGGED.exists():
                raise av.error.OSError(19, "No such device")
            yield av.VideoFrame.from_ndarray(np.roll(ramp, number * 3, axis=1), format="yuv420p")
            time.sleep(1 / 30)


def open_fake(settings: object) -> "FakePictures":
    if UNPLUGGED.exists():
        raise DeviceFailed("The camera {name} is not there", name=CAMERA.name)
    return FakePictures()


class Answers(QObject):
    """Reads questions from standard input, answers them on the window's thread."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.asked.emit(line)

    def _answer(self, line: str) -> None:
        question = json.loads(line)
        answer: Any = None
        if question["ask"] == "where":
            answer = where(question["name"])
        elif question["ask"] == "focus":
            focus = QApplication.focusWidget()
            answer = [*names_of(focus), f"#{id(focus):x}"] if focus is not None else []
        elif question["ask"] == "main":  # the window itself is in front, not a dialog that has not gone yet
            front = QApplication.activeWindow()
            answer = front is not None and not isinstance(front, QDialog)
        elif question["ask"] == "words":
            answer = words()
        elif question["ask"] == "state":
            answer = msgspec.to_builtins(BRIDGES[0].state)
        print("ANSWER " + json.dumps(answer), flush=True)


BRIDGES: list[Bridge] = []


def names_of(widget: QWidget) -> list[str]:
    """What a widget is called."""
    text = widget.text() if hasattr(widget, "text") and callable(widget.text) else getattr(widget, "text", "")
    tab = widget.tabText(widget.currentIndex()) if isinstance(widget, QTabBar) else ""
    return [
        str(name).replace("&", "")
        for name in (text, tab, widget.accessibleName(), widget.accessibleDescription(), type(widget).__name__)
        if name
    ]


def roots() -> list[QWidget]:
    """Where a person can press something now: a menu, or else the dialog in front, or else every window."""
    if (popup := QApplication.activePopupWidget()) is not None:
        return [popup]
    dialogs: list[QWidget] = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    if dialogs:
        return dialogs
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def where(name: str) -> list[int] | None:
    """The middle of the first visible thing of that name, on the screen."""
    for root in roots():
        for widget in (root, *root.findChildren(QWidget)):
            if not widget.isVisible() or not widget.isEnabled():
                continue
            if (found := inside(widget, name)) is not None:
                return middle(widget, found)
            if name in names_of(widget) and not isinstance(widget, QLabel):
                seen = widget.visibleRegion().boundingRect()
                return middle(widget, seen) if not seen.isEmpty() else None
    return None


def inside(widget: QWidget, name: str) -> QRect | None:
    """An entry of a menu, a tab, or a row of a list."""
    if isinstance(widget, QMenuBar | QMenu):
        for action in widget.actions():
            if action.text().replace("&", "").partition("\t")[0] == name and action.isEnabled():
                return widget.actionGeometry(action)
    if isinstance(widget, QTabBar):
        for at in range(widget.count()):
            if widget.tabText(at) == name and at != widget.currentIndex():
                return widget.tabRect(at)
    if isinstance(widget, QListView):
        for at in range(widget.model().rowCount()):
            index = widget.model().index(at, 0)
            if str(index.data()).startswith(name):
                return widget.visualRect(index)
    return None


def middle(widget: QWidget, rect: QRect) -> list[int]:
    point: QPoint = widget.mapToGlobal(rect.center())
    return [point.x(), point.y()]


def words() -> list[str]:
    """All that is written and visible."""
    return [
        str(name)
        for root in roots()
        for widget in (root, *root.findChildren(QWidget))
        if widget.isVisible()
        for name in names_of(widget)
    ]


def main() -> int:
    camera.CameraSource.__init__.__defaults__ = (open_fake,)
    choices.camera_list.cameras = lambda platform="": [CAMERA]  # type: ignore[attr-defined]
    started = Bridge.__init__

    def remember(self: Bridge, options: StudioOptions, settings: Settings) -> None:
        started(self, options, settings)
        BRIDGES.append(self)
        self.answers = Answers()  # type: ignore[attr-defined]

    Bridge.__init__ = remember  # type: ignore[method-assign]
    return run.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
