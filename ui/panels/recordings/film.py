"""A film to look at: the picture at the playhead, which is read beside the window, and played with its sound."""

from pathlib import Path

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QImage, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.i18n import _
from ui.film_player import FilmPlayer
from ui.films import Films
from ui.widgets.crop_view import CropView

SETTLE_MS = 60
"""After the last change of size, before the picture is read once more."""


class FilmView(QWidget):
    """`moved` with the playhead (ms) while it plays; `changed` when it begins or ends playing. `name`: of whom asks."""

    moved = Signal(int)
    changed = Signal()

    def __init__(self, films: Films, name: str, speaker: str) -> None:
        super().__init__()
        self._films, self._slot, self._speaker = films, f"{name}.picture", speaker
        self._path: Path | None = None
        self.at_ms = 0
        self.ends_ms = 0
        """Where playing ends."""
        self.picture = CropView()
        self.picture.setAccessibleName(_("The film's picture"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.picture, 1)
        self.player = FilmPlayer()
        self.player.shown.connect(self._on_shown)
        self.player.ended.connect(self._on_ended)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._read)

    def show_film(self, path: Path | None, size: tuple[int, int], ends_ms: int) -> None:
        """Another film, from its beginning; None: none."""
        self.stop()
        self._path, self.ends_ms, self.at_ms = path, ends_ms, 0
        self.picture.set_aspect(size[0] / size[1] if all(size) else 16 / 9)
        self.picture.clear()
        if path is None:
            self._films.drop(self._slot)
        else:
            self._read()

    @property
    def empty(self) -> bool:
        """Whether there is no film."""
        return self._path is None

    def seek(self, at_ms: int) -> None:
        """Put the playhead there; it does not play on."""
        self.stop()
        if at_ms != self.at_ms or self.picture.image is None:
            self.at_ms = at_ms
            self._read()

    def toggle(self, ends_ms: int | None = None, begins_ms: int = 0) -> None:
        """Play on, to `ends_ms` when given, or stop. From the end it begins again at `begins_ms`."""
        if self.player.plays:
            self.stop()
            return
        end_ms = self.ends_ms if ends_ms is None else ends_ms
        if self._path is None or end_ms <= 0:
            return
        at_ms = begins_ms if self.at_ms >= end_ms - 100 else self.at_ms
        self._films.drop(self._slot)
        self.player.play(self._path, (at_ms, end_ms), self._room(), self._speaker)
        self.changed.emit()

    def stop(self) -> None:
        """Stop playing."""
        if self.player.plays:
            self.player.stop()
            self.changed.emit()

    def end(self) -> None:
        """It is not looked at any more: every film is closed."""
        self.stop()
        self.player.close()
        self._films.drop(self._slot)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: it does not play on."""
        self.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.player.plays:
            self._settle.start()

    def _room(self) -> QSize:
        return (self.picture.size() * self.devicePixelRatioF()).expandedTo(QSize(64, 36))

    def _read(self) -> None:
        if self._path is not None and not self.player.plays:
            height = self.picture.picture_size().height()
            self._films.picture(self._slot, self._path, self.at_ms, max(90, height), self._on_picture)

    def _on_picture(self, image: QImage) -> None:
        if not self.player.plays:
            self.picture.set_image(image)

    def _on_shown(self, at_ms: int, image: QImage) -> None:
        self.at_ms = at_ms
        self.picture.set_image(image)
        self.moved.emit(at_ms)

    def _on_ended(self) -> None:
        self.changed.emit()
