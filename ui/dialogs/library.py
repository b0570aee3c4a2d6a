"""The library: everything that was recorded on this computer, to look at, to publish, to take along, to throw away."""

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.commands.recording import LibraryRestore
from studio.i18n import _
from studio.queries.recording import RecordingSpace
from studio.state import State
from studio.state.recording import Recorded
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.ask import ask_first
from ui.dialogs.base import Dialog
from ui.films import Films
from ui.models.dates import day_time
from ui.models.film_words import FILTERS, matches, running_time, size_words, state_word
from ui.panels.recordings.recording import RecordingPanel, delete_trash
from ui.widgets.button import Button
from ui.widgets.form import NoWheel
from ui.widgets.label import ElidedLabel, label, plain_tip
from ui.widgets.picture_icon import picture_icon

NARROW = 720
POSTER = QSize(96, 54)
FREE_LOOK_MS = 10_000
WHICH = Qt.ItemDataRole.UserRole


class LibraryDialog(Dialog):
    """A list that follows the state, the newest first; the chosen one beside it. `clips_asked` with a recording."""

    clips_asked = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget, films: Films, speaker: str = "") -> None:
        super().__init__(parent, _("Library"), size=(1040, 720))
        self._bridge, self._films = bridge, films
        self._icons: dict[tuple[str, int], QIcon] = {}
        self._asked: set[tuple[str, int]] = set()
        self._gone = ""
        """What was thrown away last, while it may be taken back here."""
        self._known: dict[str, str] = {}
        self._free: int | None = None
        self._make_search()
        self.list = QListWidget()
        self.list.setAccessibleName(_("Recordings"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(theme.px(POSTER.width()), theme.px(POSTER.height())))
        self.list.setMinimumSize(theme.px(180), theme.px(130))
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        self.view: RecordingPanel = RecordingPanel(bridge, films, speaker)
        self.list.itemActivated.connect(lambda _item: self.view.toggle())
        self.view.clips_asked.connect(self.clips_asked)
        self.empty = label("muted", wrap=True)
        self.room = label("small", wrap=True)
        self._lay_out()
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.list, context=Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.view.throw_away)
        self.empty_trash = self.add_button(Button(_("Empty the trash …"), self._empty_trash))
        self.close_ = self.add_button(Button(_("Close"), self.accept))
        bridge.changed.connect(self._on_changed)
        self.finished.connect(lambda _result: self.view.film.end())
        self._look = QTimer(self)
        self._look.timeout.connect(self._look_at_disk)
        self._look.start(FREE_LOOK_MS)
        self._look_at_disk()
        self._on_changed()
        if self.list.count():
            self.list.setCurrentRow(0)
            self.list.setFocus()

    def _make_search(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search titles and products …"))
        self.search.setAccessibleName(_("Search recordings"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._on_changed())
        self.filter = NoWheel(_("Which recordings"), [(_(words), which) for which, words in FILTERS])
        self.filter.setMinimumContentsLength(max(len(self.filter.itemText(at)) for at in range(self.filter.count())))
        self.filter.currentIndexChanged.connect(lambda _index: self._on_changed())

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(theme.px(8))
        above.addWidget(self.search, 1)
        above.addWidget(self.filter)
        self.gone = QWidget()
        line = QHBoxLayout(self.gone)
        line.setContentsMargins(0, 0, 0, 0)
        self.gone_words = ElidedLabel("heading")
        self.take_back = Button(_("Take it back"), self._take_back, kind="small")
        self.take_back.setAutoDefault(False)
        line.addWidget(self.gone_words, 1)
        line.addWidget(self.take_back)
        self.gone.hide()
        self.both = QWidget()
        self._sides = row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self.both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.room)
        row.addLayout(left, 2)
        row.addWidget(self.view, 3)
        self.body.addLayout(above)
        self.body.addWidget(self.gone)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.both, 1)
        self.body.addStretch(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where both have no room side by side, the list stands above."""
        narrow = event.size().width() < theme.px(NARROW)
        directions = QBoxLayout.Direction
        self._sides.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)
        super().resizeEvent(event)

    # ── following ────────────────────────────────────────────────────────────────────────────────────────────

    def _on_changed(self) -> None:
        state = self._bridge.state
        library, which = state.library, str(self.filter.currentData())
        self._note_gone(state)
        found = [one for one in library.recordings if matches(one, self.search.text(), which)]
        self._fill(found, state)
        self.both.setVisible(bool(found))
        self.empty.setVisible(not found)
        self.empty.setText(self._why_empty(which))
        self.empty_trash.setVisible(which == "trash" and any(one.state == "trash" for one in library.recordings))
        used = size_words(library.used)
        words = [_("{used} of {quota} used").format(used=used, quota=size_words(library.quota)) if library.quota else ""]
        words[0] = words[0] or _("{used} used").format(used=used)
        if self._free is not None:
            words.append(_("{free} free on the disk").format(free=size_words(self._free)))
        self.room.setText(" · ".join(words))
        self._show_chosen()

    def _why_empty(self, which: str) -> str:
        if self.search.text().strip():
            return _("No recording has these words.")
        if which == "trash":
            return _("The trash is empty.")
        if which == "replay":
            return _("No recording is published as a replay. Choose one and press “Publish as replay”.")
        return _(
            "Nothing has been recorded yet. Every show that goes on air is recorded by itself, unless the settings say otherwise."
        )

    def _note_gone(self, state: State) -> None:
        """Offer to take back what has just been thrown away."""
        now = {one.id: one.state for one in state.library.recordings}
        for one in state.library.recordings:
            if one.state == "trash" and self._known.get(one.id, "trash") != "trash":
                self._gone = one.id
                self.gone_words.setText(_("{title} is in the trash.").format(title=one.title))
        self._known = dict(now)
        if now.get(self._gone) != "trash":
            self._gone = ""
        self.gone.setVisible(bool(self._gone) and self.filter.currentData() != "trash")

    def _fill(self, found: list[Recorded], state: State) -> None:
        """The chosen one stays chosen; when it has gone, the one that takes its place is."""
        shown = [self.list.item(row).data(WHICH) for row in range(self.list.count())]
        if shown != [one.id for one in found]:
            item = self.list.currentItem()
            chosen, place = (item.data(WHICH), self.list.currentRow()) if item is not None else ("", 0)
            self.list.blockSignals(True)
            self.list.clear()
            for one in found:
                item = QListWidgetItem()
                item.setData(WHICH, one.id)
                item.setSizeHint(
                    QSize(0, max(theme.px(POSTER.height()), 3 * self.list.fontMetrics().lineSpacing()) + theme.px(16))
                )
                self.list.addItem(item)
            kept = next((row for row, one in enumerate(found) if one.id == chosen), min(place, len(found) - 1))
            self.list.setCurrentRow(kept)
            self.list.blockSignals(False)
        for row, one in enumerate(found):
            item, words = self.list.item(row), self._line(one, state)
            if item.text() != words:
                item.setText(words)
                item.setToolTip(plain_tip(words))
            self._show_poster(item, one)

    @staticmethod
    def _line(one: Recorded, state: State) -> str:
        length_ms = state.recording.length_ms if one.id == state.recording.id else one.length_ms
        facts = f"{day_time(one.at_ms)} · {running_time(length_ms)}"
        word, products = state_word(one, state.works)[0], len(one.products)
        shown = _("{count} products").format(count=products) if products != 1 else _("1 product")
        return f"{one.title}\n{facts}\n{word} · {shown}" if products else f"{one.title}\n{facts}\n{word}"

    def _show_poster(self, item: QListWidgetItem, one: Recorded) -> None:
        key = (one.id, one.size if one.state == "ready" else 0)
        if key in self._icons:
            if item.icon().isNull():
                item.setIcon(self._icons[key])
        elif item.icon().isNull():
            item.setIcon(picture_icon(None, self.list.iconSize(), self.devicePixelRatioF()))
        if key not in self._asked and one.state in ("ready", "trash"):
            self._asked.add(key)
            if (path := self._bridge.poster(one.id)) is not None:
                self._films.poster(f"library.{one.id}", path, partial(self._on_poster, key))

    def _on_poster(self, key: tuple[str, int], image: QImage) -> None:
        self._icons[key] = picture_icon(image, self.list.iconSize(), self.devicePixelRatioF())
        for row in range(self.list.count()):
            if self.list.item(row).data(WHICH) == key[0]:
                self.list.item(row).setIcon(self._icons[key])

    def _show_chosen(self) -> None:
        item, state = self.list.currentItem(), self._bridge.state
        chosen = next((one for one in state.library.recordings if item is not None and one.id == item.data(WHICH)), None)
        self.view.setVisible(chosen is not None)
        if chosen is not None:
            self.view.show_recording(chosen, state)

    def choose(self, recording: str) -> None:
        """Go to one."""
        for row in range(self.list.count()):
            if self.list.item(row).data(WHICH) == recording:
                self.list.setCurrentRow(row)

    # ── what a person does ───────────────────────────────────────────────────────────────────────────────────

    def _look_at_disk(self) -> None:
        self._bridge.run(RecordingSpace(), self._on_free)

    def _on_free(self, free: int | None) -> None:
        self._free = free
        self._on_changed()

    def _take_back(self) -> None:
        if self._gone:
            self._bridge.run(LibraryRestore(recording=self._gone))

    def _empty_trash(self) -> None:
        count = sum(one.state == "trash" for one in self._bridge.state.library.recordings)
        question = _("Delete everything in the trash for good ({count})?").format(count=count)
        words = _("The films and their clips are deleted from this computer. What is published stays at the show server.")
        ask_first(self, question, words, (_("Keep them"), _("Delete")), partial(delete_trash, self._bridge))
