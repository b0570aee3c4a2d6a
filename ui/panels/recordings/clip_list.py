"""The clips of a recording: a picture, a title, a time each."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from studio.i18n import _
from studio.state import State
from studio.state.recording import Clip, Recorded
from ui import theme
from ui.films import Films
from ui.models.film_words import clip_title, clip_word, film_time
from ui.widgets.label import plain_tip
from ui.widgets.picture_icon import picture_icon

ICON = QSize(64, 36)
WHICH = Qt.ItemDataRole.UserRole
Place = tuple[str, int]
"""A clip, and where in the film its picture is (ms)."""


class ClipList(QListWidget):
    """In the order of the film; `films` reads their pictures."""

    def __init__(self, films: Films) -> None:
        super().__init__()
        self._films = films
        self._icons: dict[Place, QIcon] = {}
        self._asked: set[Place] = set()
        self._shown: tuple[tuple[str, str], ...] | None = None
        self._clips: dict[str, Clip] = {}
        self._film: Path | None = None
        self.setAccessibleName(_("Clips of this recording"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(theme.px(170), theme.px(110))
        self.setIconSize(QSize(theme.px(ICON.width()), theme.px(ICON.height())))

    @property
    def chosen(self) -> str:
        """The chosen clip's id; empty without one."""
        item = self.currentItem()
        return str(item.data(WHICH)) if item is not None else ""

    def show_clips(self, recorded: Recorded, state: State, film: Path | None, chosen: str) -> None:
        """Those of a recording, whose film lies at `film`. `chosen` stays so; once it is gone, what takes its place is."""
        self._clips, self._film = {clip.id: clip for clip in recorded.clips}, film
        shown = tuple((clip.id, _words(clip, state)) for clip in sorted(recorded.clips, key=lambda clip: clip.begins_ms))
        if shown != self._shown:
            self._shown = shown
            self._fill(shown, chosen)

    def end(self) -> None:
        """No picture is wanted any more."""
        for clip, _at in self._asked:
            self._films.drop(f"editor.clip.{clip}")

    def _fill(self, shown: tuple[tuple[str, str], ...], chosen: str) -> None:
        place, ids = max(0, self.currentRow()), [clip for clip, _words in shown]
        if ids != [self.item(row).data(WHICH) for row in range(self.count())]:
            self.blockSignals(True)
            self.clear()
            for clip in ids:
                item = QListWidgetItem()
                item.setData(WHICH, clip)
                item.setSizeHint(QSize(0, 3 * self.fontMetrics().lineSpacing() + theme.px(16)))
                self.addItem(item)
            self.blockSignals(False)
            self.setCurrentRow(ids.index(chosen) if chosen in ids else min(place, len(ids) - 1))
        for row, (_clip, words) in enumerate(shown):
            self.item(row).setText(words)
            self.item(row).setToolTip(plain_tip(words))
        self._show_icons()

    def _show_icons(self) -> None:
        for row in range(self.count()):
            item = self.item(row)
            if self._film is None or (clip := self._clips.get(item.data(WHICH))) is None:
                continue
            key = (clip.id, clip.begins_ms)
            if key not in self._asked:
                self._asked.add(key)
                height = round(self.iconSize().height() * self.devicePixelRatioF())
                self._films.thumb(f"editor.clip.{clip.id}", self._film, clip.begins_ms, height, partial(self._on_icon, key))
            if item.icon().isNull() or key in self._icons:
                blank = picture_icon(None, self.iconSize(), self.devicePixelRatioF())
                item.setIcon(self._icons.get(key, blank))

    def _on_icon(self, key: Place, image: QImage) -> None:
        self._icons[key] = picture_icon(image, self.iconSize(), self.devicePixelRatioF())
        self._show_icons()


def _words(clip: Clip, state: State) -> str:
    length = film_time(clip.ends_ms - clip.begins_ms)
    title = ("◇ " if clip.proposed else "") + clip_title(clip)
    return f"{title}\n{film_time(clip.begins_ms)} · {length}\n{clip_word(clip, state.works)}"
