"""What is wrong with a window that no eye must find: nameless controls, clipped words, things on top of each other."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QWidget,
)

from ui.widgets.button import ElidedButton
from ui.widgets.fader import Fader
from ui.widgets.hold_button import HoldButton
from ui.widgets.label import ElidedLabel
from ui.widgets.tile import Tile

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    Fader,
    HoldButton,
)
INSIDE = (QAbstractSpinBox, QComboBox, QTabBar, QAbstractItemView, QLineEdit, QKeySequenceEdit)
"""Their parts are Qt's own."""
QT_PARTS = ("QScrollBar", "QMenuBarExtension", "qt_scrollarea_hcontainer", "qt_scrollarea_vcontainer")
ROUNDING = 2


def problems(window: QWidget) -> list[str]:
    """Sentences; empty when all is well."""
    shown = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    own = [widget for widget in shown if not _part_of_qt(widget)]
    return [*nameless(own), *clipped(own), *overlapping(own), *cut_off(shown)]


def nameless(widgets: list[QWidget]) -> list[str]:
    """Controls that a screen reader could not name."""
    controls = [widget for widget in widgets if isinstance(widget, INTERACTIVE) and not isinstance(widget, QScrollBar)]
    return [f"no name: {describe(widget)}" for widget in controls if not name_of(widget)]


def clipped(widgets: list[QWidget]) -> list[str]:
    """Words that do not fit in what they stand in."""
    found = []
    for widget in widgets:
        if isinstance(widget, ElidedLabel | ElidedButton | Tile) or widget.size().isEmpty():
            continue
        if isinstance(widget, QLabel) and widget.text() and widget.wordWrap():
            if widget.heightForWidth(widget.width()) > widget.height() + ROUNDING:
                found.append(f"clipped below: {describe(widget)}")
        elif isinstance(widget, QLabel | QAbstractButton | HoldButton) and text_of(widget):
            wanted = widget.sizeHint() if not isinstance(widget, HoldButton) else widget.size()
            if wanted.width() > widget.width() + ROUNDING or wanted.height() > widget.height() + ROUNDING:
                found.append(f"clipped: {describe(widget)} wants {wanted.width()}x{wanted.height()}")
    return found


def cut_off(widgets: list[QWidget]) -> list[str]:
    """What lies beside the edge of an area that does not scroll sideways."""
    off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    areas = [widget for widget in widgets if isinstance(widget, QScrollArea) and widget.horizontalScrollBarPolicy() == off]
    return [
        f"cut off at the right: {describe(inner)} in {area.viewport().width()}"
        for area in areas
        if (inner := area.widget()) is not None and inner.width() > area.viewport().width() + ROUNDING
    ]


def overlapping(widgets: list[QWidget]) -> list[str]:
    """Brothers and sisters on top of each other."""
    found = []
    by_parent: dict[QWidget | None, list[QWidget]] = {}
    for widget in widgets:
        if not widget.isWindow() and widget.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents) is False:
            by_parent.setdefault(widget.parentWidget(), []).append(widget)
    for children in by_parent.values():
        for number, one in enumerate(children):
            for other in children[number + 1 :]:
                shared: QRect = one.geometry().intersected(other.geometry())
                if shared.width() > ROUNDING and shared.height() > ROUNDING:
                    found.append(f"overlap: {describe(one)} and {describe(other)}")
    return found


def name_of(widget: QWidget) -> str:
    """What a screen reader says."""
    return widget.accessibleName() or text_of(widget)


def text_of(widget: QWidget) -> str:
    """What is written on it."""
    if isinstance(widget, HoldButton):
        return widget.text
    return widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""


def describe(widget: QWidget) -> str:
    """Which one it is, for who must find it."""
    box = widget.geometry()
    parent = type(widget.parentWidget()).__name__ if widget.parentWidget() is not None else ""
    where = f"{box.x()},{box.y()} {box.width()}x{box.height()}"
    return f"{type(widget).__name__} “{name_of(widget)[:40]}” in {parent} at {where}"


def _part_of_qt(widget: QWidget) -> bool:
    if type(widget).__name__ in QT_PARTS:
        return True
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, INSIDE):
            return True
        parent = parent.parentWidget()
    return False
