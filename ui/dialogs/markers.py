"""Markers: names prepared before the show, set with a press while it is recorded, and those that are set."""

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.commands.recording import MarkerSet, MarkersPlan
from studio.i18n import _
from ui import theme
from ui.actions import key_of
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.models.film_words import film_time
from ui.widgets.button import Button, ElidedButton
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label
from ui.widgets.rows import match_rows

PLANNED_MAX, TITLE_MAX = 50, 200
SET_SHOWN = 200


class PlannedRow(QWidget):
    """A prepared name: pressing it sets the marker."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.set_ = ElidedButton(title)
        self.up = Button("↑", kind="tool", tip=_("{title}: earlier").format(title=title))
        self.down = Button("↓", kind="tool", tip=_("{title}: later").format(title=title))
        self.remove = Button("✕", kind="tool", tip=_("{title}: remove").format(title=title))
        self.used = label("ok")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.set_, 1)
        row.addWidget(self.used)
        for button in (self.up, self.down, self.remove):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.set_.setAutoDefault(False)


class MarkersDialog(Dialog):
    """Follows the state for as long as it is open."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        words = _("Markers become chapters of the film and of the replay. Prepare their names; during the show press one.")
        super().__init__(parent, _("Markers"), words, size=(520, 620))
        self._bridge = bridge
        self._planned: tuple[str, ...] | None = None
        self._set: tuple[tuple[int, str], ...] | None = None
        self._planned_rows: dict[str, PlannedRow] = {}
        self.name = QLineEdit()
        self.name.setMaxLength(TITLE_MAX)
        self.name.setPlaceholderText(_("Name of a marker"))
        self.name.setAccessibleName(_("Name of a marker"))
        self.name.returnPressed.connect(self._add)
        self.add = Button(_("Prepare"), self._add, tip=_("Put the name at the end of the list"))
        self.now = Button(_("Set now"), self._set_now, kind="primary", tip=_("Mark this moment"))
        self.why = label("muted", _("Nothing is recorded: markers can be set while it is."), wrap=True)
        self.none = label("muted", _("No names are prepared."), wrap=True)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Markers that are set"))
        self.list.setFont(theme.figures(self.list.font()))
        self.list.setMinimumHeight(theme.px(90))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.heading = label("heading")
        self._lay_out()
        remove = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.name, context=Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self.name.clear)
        self.add_button(Button(_("Close"), self.accept))
        bridge.changed.connect(self.follow)
        self.follow()
        self.name.setFocus()

    @property
    def rows(self) -> list[PlannedRow]:
        """In the order of the list."""
        return list(self._planned_rows.values())

    def _lay_out(self) -> None:
        for button in (self.add, self.now):
            button.setAutoDefault(False)
        ask = FlowLayout()
        ask.addWidget(self.add)
        ask.addWidget(self.now)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.px(6))
        self.body.addWidget(self.name)
        self.body.addLayout(ask)
        self.body.addWidget(self.why)
        self.body.addWidget(label("heading", _("Prepared")))
        self.body.addWidget(self.none)
        self.body.addLayout(self._rows)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.list, 1)

    def follow(self) -> None:
        """The state has changed."""
        state = self._bridge.state
        recording = state.recording
        records = recording.status in ("recording", "paused")
        if recording.planned != self._planned:
            self._planned = recording.planned
            self._fill_planned(recording.planned)
        marks = [mark for mark in recording.marks if mark.kind == "marker"]
        used = {mark.title: mark.at_ms for mark in marks}
        for row in self.rows:
            row.set_.setEnabled(records)
            row.used.setText(f"✓ {film_time(used[row.title])}" if row.title in used else "")
        shown = tuple((mark.at_ms, mark.title) for mark in marks[-SET_SHOWN:])
        if shown != self._set:
            self._set = shown
            self._fill_set(shown)
        self.heading.setText(_("Set in this recording: {count}").format(count=len(marks)))
        self.heading.setVisible(records)
        self.list.setVisible(records)
        self.now.setEnabled(records)
        self.now.set_key(key_of(state, "marker"))
        self.why.setVisible(not records)
        self.none.setVisible(not recording.planned)
        self.add.setEnabled(len(recording.planned) < PLANNED_MAX)

    def _fill_planned(self, titles: tuple[str, ...]) -> None:
        match_rows(self._rows, self._planned_rows, titles, self._make)
        for number, row in enumerate(self.rows):
            row.up.setEnabled(number > 0)
            row.down.setEnabled(number < len(titles) - 1)

    def _make(self, title: str) -> PlannedRow:
        row = PlannedRow(title)
        row.set_.clicked.connect(partial(self._press, title))
        row.up.clicked.connect(partial(self._move, title, -1))
        row.down.clicked.connect(partial(self._move, title, 1))
        row.remove.clicked.connect(partial(self._remove, title))
        return row

    def _fill_set(self, shown: tuple[tuple[int, str], ...]) -> None:
        self.list.clear()
        for at_ms, title in shown:
            item = QListWidgetItem(f"{film_time(at_ms)}   {title}")
            item.setSizeHint(QSize(0, self.list.fontMetrics().lineSpacing() + theme.px(8)))
            self.list.addItem(item)
        self.list.scrollToBottom()

    def _plan(self, titles: tuple[str, ...]) -> None:
        self._bridge.run(MarkersPlan(titles=titles))

    def _add(self) -> None:
        title, planned = self.name.text().strip(), self._bridge.state.recording.planned
        if not title or len(planned) >= PLANNED_MAX:
            self.name.setFocus()
            return
        if title not in planned:
            self._plan((*planned, title))
        self.name.clear()

    def _press(self, title: str, *_checked: bool) -> None:
        self._bridge.run(MarkerSet(title=title))

    def _set_now(self) -> None:
        self._bridge.run(MarkerSet(title=self.name.text().strip()))
        self.name.clear()

    def _move(self, title: str, by: int, *_checked: bool) -> None:
        titles = list(self._bridge.state.recording.planned)
        if title in titles and 0 <= (place := titles.index(title) + by) < len(titles):
            titles.remove(title)
            titles.insert(place, title)
            self._plan(tuple(titles))

    def _remove(self, title: str, *_checked: bool) -> None:
        self._plan(tuple(one for one in self._bridge.state.recording.planned if one != title))
