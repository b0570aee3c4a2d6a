"""Rows that follow a list: those that stay are the same widgets, with the focus and what is written in them."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

K = TypeVar("K")
W = TypeVar("W", bound=QWidget)


def match_rows(layout: QLayout, rows: dict[K, W], wanted: Sequence[K], make: Callable[[K], W], first: int = 0) -> None:
    """As many rows as keys, in their order; `make` those that are new. In a box they begin at place `first`."""
    wanted = list(dict.fromkeys(wanted))
    if wanted == list(rows):
        return
    there = set(wanted)
    for gone in [key for key in rows if key not in there]:
        row = rows.pop(gone)
        layout.removeWidget(row)
        row.hide()
        row.deleteLater()
    for key in wanted:
        if key not in rows:
            rows[key] = make(key)
    ordered = {key: rows[key] for key in wanted}
    rows.clear()
    rows.update(ordered)
    if isinstance(layout, QBoxLayout):
        for place, row in enumerate(rows.values(), first):
            if layout.indexOf(row) != place:
                layout.removeWidget(row)
                layout.insertWidget(place, row)
    elif [layout.indexOf(row) for row in rows.values()] != list(range(len(rows))):
        for row in rows.values():
            layout.removeWidget(row)
            layout.addWidget(row)
