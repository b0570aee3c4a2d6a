"""A word in a rounded field: ON AIR, OFF AIR."""

from PySide6.QtWidgets import QLabel


class Pill(QLabel):
    """`show_word` with the word and its colours."""

    def show_word(self, word: str, ground: str, ink: str) -> None:
        """Say `word` on `ground` in `ink` (CSS colours)."""
        self.setText(word)
        self.setFixedHeight(24)
        self.setAccessibleName(word)
        self.setStyleSheet(
            f"background: {ground}; color: {ink}; border-radius: 12px; padding: 0 12px; font-weight: 700; font-size: 12px;"
        )
