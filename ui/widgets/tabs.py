"""Tabs with a name."""

from PySide6.QtWidgets import QTabWidget


class Tabs(QTabWidget):
    """A tab widget whose bar a screen reader can name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.tabBar().setAccessibleName(name)
        self.setUsesScrollButtons(True)
