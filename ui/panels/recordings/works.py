"""What takes its time: how far it is, and a button that stops it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from studio.commands.recording import WorkCancel
from studio.i18n import _
from studio.state.recording import Recorded, Work
from ui import theme
from ui.bridge import Bridge
from ui.models.film_words import WORKS, clip_title
from ui.widgets.button import Button
from ui.widgets.label import ElidedLabel


class WorkRow(QWidget):
    """One of it."""

    def __init__(self, bridge: Bridge, work: str) -> None:
        super().__init__()
        self.words = ElidedLabel("muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bar.setMinimumWidth(theme.px(80))
        self.cancel = Button(_("Cancel"), lambda: bridge.run(WorkCancel(work=work)), kind="small")
        self.cancel.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.words, 2)
        row.addWidget(self.bar, 3)
        row.addWidget(self.cancel)

    def show_work(self, work: Work, words: str) -> None:
        """How far it is."""
        self.words.setText(words)
        self.bar.setAccessibleName(words)
        self.bar.setValue(round(100 * (work.progress or 0)))
        self.bar.setFormat(_("waits for its turn") if work.progress is None else "%p %")
        self.cancel.setAccessibleName(_("Cancel: {what}").format(what=words))


class WorkList(QWidget):
    """All of one recording's."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.rows: dict[str, WorkRow] = {}
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(theme.px(6))

    def refresh(self, works: tuple[Work, ...], recorded: Recorded) -> None:
        """Follow them."""
        mine = {work.id: work for work in works if work.recording == recorded.id}
        for work in [work for work in self.rows if work not in mine]:
            row = self.rows.pop(work)
            row.hide()
            row.deleteLater()
        titles = {clip.id: clip_title(clip) for clip in recorded.clips}
        for work, one in mine.items():
            if work not in self.rows:
                self.rows[work] = WorkRow(self._bridge, work)
                self._list.addWidget(self.rows[work])
            words = _(WORKS[one.kind])
            self.rows[work].show_work(one, f"{words}: {titles[one.clip]}" if one.clip in titles else words)
        self.setVisible(bool(mine))
