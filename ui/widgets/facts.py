"""Names and values, one a row."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui import theme
from ui.widgets.label import label

Fact = tuple[str, str, str]
"""A name, its value, and how that looks: `value`, `warn`, `ok`."""


class Facts(QWidget):
    """`show_facts` with the rows; nothing is made anew while they stay the same."""

    def __init__(self, *, large: bool = False) -> None:
        super().__init__()
        self._names, self._values = ("muted", "fact-large") if large else ("small", "fact")
        self._facts: tuple[Fact, ...] = ()
        self._labels: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(5))
        self._grid.setColumnStretch(1, 1)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Other rows."""
        if tuple(facts) == self._facts:
            return
        shape = [(name, look) for name, _value, look in facts]
        if shape == [(name, look) for name, _value, look in self._facts]:
            for written, (_name, value, _look) in zip(self._labels[1::2], facts, strict=True):
                written.setText(value)
        else:
            self._make(facts)
        self._facts = tuple(facts)

    def _look(self, look: str) -> str:
        return self._values if look == "value" else f"{self._values}-{look}"

    def _make(self, facts: Sequence[Fact]) -> None:
        for old in self._labels:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._labels = []
        for row, (name, value, look) in enumerate(facts):
            names, values = label(self._names, name), label(self._look(look), value, wrap=True)
            values.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            values.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(names, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(values, row, 1)
            self._labels += [names, values]
