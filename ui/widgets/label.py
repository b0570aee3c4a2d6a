"""A label with a name the style sheet knows."""

from PySide6.QtWidgets import QLabel


def label(name: str, text: str = "") -> QLabel:
    """A QLabel called `name`."""
    made = QLabel(text)
    made.setObjectName(name)
    return made
