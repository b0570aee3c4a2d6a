"""A word in a rounded field: ON AIR, OFF AIR."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from ui import theme


class Pill(QLabel):
    """`show_word` with the word and the tokens of its colours."""

    def __init__(self) -> None:
        super().__init__()
        self._looks = ""

    def show_word(self, word: str, ground: str, ink: str) -> None:
        """Say `word` on `ground` in `ink`."""
        self.setText(word)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        height = theme.px(24)
        self.setFixedHeight(height)
        self.setAccessibleName(word)
        looks = (
            f"background: {theme.token(ground)}; color: {theme.token(ink)}; border-radius: {height // 2}px; "
            f"padding: 0 {theme.px(12)}px; font-weight: 700; font-size: {theme.px(12)}px;"
        )
        if looks != self._looks:  # a style sheet is read, and everything measured, even where it is the same
            self._looks = looks
            self.setStyleSheet(looks)
