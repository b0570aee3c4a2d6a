"""Where windows stand: wholly on a screen that there is, however small it is or whatever was remembered."""

import re

from PySide6.QtCore import QMargins, QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

FRAME = QMargins(8, 40, 8, 10)
"""What a window manager may put around a window, until it has said what it does."""
PLACE = re.compile(r"(-?\d{1,6}),(-?\d{1,6}),(\d{1,6}),(\d{1,6})( maximized)?")


def room(point: QPoint | None) -> QRect:
    """What windows may take of the screen that `point` lies on, or of the first."""
    screen = QGuiApplication.screenAt(point) if point is not None else None
    return (screen or QGuiApplication.primaryScreen()).availableGeometry()


def inside(box: QRect, least: QSize, space: QRect, frame: QMargins = FRAME) -> QRect:
    """`box` made as small and moved as far as it takes to lie in `space` with its frame. Not smaller than `least` where there
    is room for that."""
    space = space.marginsRemoved(frame)
    size = box.size().expandedTo(least).boundedTo(space.size())
    left = max(space.left(), min(box.left(), space.right() + 1 - size.width()))
    top = max(space.top(), min(box.top(), space.bottom() + 1 - size.height()))
    return QRect(QPoint(left, top), size)


def frame_of(window: QWidget) -> QMargins:
    """What stands around it."""
    outer, inner = window.frameGeometry(), window.geometry()
    if not window.isVisible() or outer == inner:
        return FRAME
    return QMargins(
        inner.left() - outer.left(), inner.top() - outer.top(), outer.right() - inner.right(), outer.bottom() - inner.bottom()
    )


def keep_inside(window: QWidget) -> None:
    """Make it fit the screen it stands on, and move it there."""
    if window.isMaximized() or window.isFullScreen() or window.isMinimized():
        return
    now = window.geometry()
    wanted = inside(now, window.minimumSizeHint(), room(now.center()), frame_of(window))
    if wanted.size() != now.size():
        window.resize(wanted.size())
    if wanted.topLeft() != now.topLeft():
        window.setGeometry(QRect(wanted.topLeft(), window.size()))


def place_at(window: QWidget, size: QSize, beside: QRect | None = None) -> None:
    """Put a window that is not shown yet in the middle of the screen, or of `beside` on its screen."""
    space = room(beside.center() if beside is not None else None)
    box = QRect(QPoint(0, 0), size)
    box.moveCenter((beside or space).center())
    window.setGeometry(inside(box, window.minimumSizeHint(), space))


def place_of(window: QWidget) -> str:
    """Where it stands, to be remembered: left, top, width, height of the window as it is when it does not fill the screen."""
    box = window.normalGeometry() if window.isMaximized() or window.isFullScreen() else window.geometry()
    words = f"{box.left()},{box.top()},{box.width()},{box.height()}"
    return words + " maximized" if window.isMaximized() else words


def put_back(window: QWidget, place: str, usual: QSize) -> bool:
    """Put it where `place` says, on a screen that there is now; where nothing was remembered, at its usual size. Whether it
    is to fill the screen: it did, or the screen is smaller than that."""
    found = PLACE.fullmatch(place)
    if found is None:
        place_at(window, usual)
        return window.width() < usual.width() or window.height() < usual.height()
    left, top, width, height = (int(number) for number in found.groups()[:4])
    box = QRect(left, top, width, height)
    window.setGeometry(inside(box, window.minimumSizeHint(), room(box.center())))
    return bool(found[5])
