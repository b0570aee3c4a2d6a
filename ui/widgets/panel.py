"""A panel: a heading with words and tools beside it, and a body."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.label import ElidedLabel, label


class Panel(QFrame):
    """`tools` is the row of the heading; the body is added to with `body`. In a tab (`headed` False) the title stands there."""

    def __init__(self, title: str = "", *, headed: bool = True) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(10))
        self.body.setSpacing(theme.px(8))
        self.words = ElidedLabel("muted")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(theme.px(6))
        if title:
            if headed:
                self.tools.addWidget(label("heading", title))
            self.tools.addWidget(self.words, 1)
            self.body.addLayout(self.tools)


def show_if(widget: QWidget, shown: bool) -> None:
    """Show or hide a part of a window. One that has no place yet stays hidden: shown, it would be a window of its own."""
    widget.setVisible(shown and widget.parentWidget() is not None)


def scrolled(inner: QWidget) -> QScrollArea:
    """`inner` in an area that scrolls up and down where it must, and never sideways."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    area.viewport().setAutoFillBackground(False)
    inner.setAutoFillBackground(False)
    return area


def column(*widgets: QWidget, spacing: int = 8) -> QWidget:
    """Widgets one under the other."""
    made = QWidget()
    rows = QVBoxLayout(made)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(theme.px(spacing))
    for widget in widgets:
        rows.addWidget(widget)
    return made
