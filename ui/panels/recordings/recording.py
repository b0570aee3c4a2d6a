"""One recording of the library: its film, its chapters, and what can be done with it."""

from functools import partial

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QSlider, QVBoxLayout, QWidget

from studio.commands.recording import (
    LibraryEmpty,
    LibraryExport,
    LibraryRemove,
    LibraryRename,
    LibraryRestore,
    ReplayPublish,
    ReplayWithdraw,
)
from studio.errors import Confirm, StudioError
from studio.i18n import _
from studio.state import State
from studio.state.recording import Recorded
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.ask import ask_first
from ui.films import Films
from ui.models.dates import day_time
from ui.models.film_marks import chapters_of
from ui.models.film_words import film_time, running_time, size_words, state_word
from ui.panels.recordings.film import FilmView
from ui.panels.recordings.works import WorkList
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label
from ui.widgets.pill import Pill

WHEN = Qt.ItemDataRole.UserRole
STEP_MS, PAGE_MS = 1000, 10_000


class RecordingPanel(QWidget):
    """`clips_asked` with the recording whose clips are to be cut."""

    clips_asked = Signal(str)

    def __init__(self, bridge: Bridge, films: Films, speaker: str) -> None:
        super().__init__()
        self._bridge = bridge
        self._recorded: Recorded | None = None
        self._chapters: tuple[tuple[int, str], ...] | None = None
        self.title = QLineEdit()
        self.title.setMaxLength(200)
        self.title.setAccessibleName(_("Title of the recording"))
        self.title.editingFinished.connect(self._rename)
        self.state = Pill()
        self.facts = label("muted", wrap=True)
        self.products = label("muted", wrap=True)
        self.problem = label("warn", wrap=True)
        self.film = FilmView(films, "library", speaker)
        self.film.picture.setMinimumHeight(theme.px(140))
        self.film.moved.connect(self._on_moved)
        self.film.changed.connect(self._show_play)
        self.play = Button(_("Play"), self.toggle, kind="small")
        self.place = QSlider(Qt.Orientation.Horizontal)
        self.place.setAccessibleName(_("Place in the film"))
        self.place.setSingleStep(STEP_MS)
        self.place.setPageStep(PAGE_MS)
        self.place.valueChanged.connect(self._seek)
        self.time = label("muted")
        self.time.setFont(theme.figures(self.time.font()))
        self.chapters = QListWidget()
        self.chapters.setAccessibleName(_("Chapters"))
        self.chapters.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chapters.itemActivated.connect(self._jump)
        self.chapters.itemClicked.connect(self._jump)
        self.chapters.setFont(theme.figures(self.chapters.font()))
        self.chapters.setFixedHeight(theme.px(96))
        self.no_chapters = label("muted", _("No chapters: set markers or pin products while it is recorded."), wrap=True)
        self.works = WorkList(bridge)
        self._make_buttons()
        self._lay_out()

    def _make_buttons(self) -> None:
        self.clips = Button(_("Clips …"), self._ask_clips, kind="primary", tip=_("Cut clips out of this recording"))
        self.publish = Button(_("Publish as replay"), self._publish, tip=_("The show's page plays it, with products and chat"))
        self.withdraw = Button(_("Withdraw the replay …"), self._withdraw, tip=_("Take the replay from the show's page"))
        self.export = Button(_("Export …"), self._export, tip=_("Copy film, chapters, pictures, event log and clips to a folder"))
        self.open_ = Button(_("Open"), self._open, tip=_("Open the film in this computer's player"))
        self.folder = Button(_("Show in folder"), self._open_folder)
        self.remove = Button(_("Throw away"), self.throw_away, tip=_("Into the trash, from which it can be taken back"))
        self.restore = Button(_("Take back"), self._restore, kind="primary", tip=_("Out of the trash"))
        self.delete = Button(_("Delete for good …"), self.throw_away)
        self.buttons = (self.clips, self.publish, self.withdraw, self.export, self.open_, self.folder)
        for button in (self.play, *self.buttons, self.remove, self.restore, self.delete):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.title, 1)
        head.addWidget(self.state)
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(self.play)
        line.addWidget(self.place, 1)
        line.addWidget(self.time)
        acts = FlowLayout()
        for button in (*self.buttons, self.restore):
            acts.addWidget(button)
        acts.add_spring()
        acts.addWidget(self.remove)
        acts.addWidget(self.delete)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.px(6), 0, 0, 0)
        rows.setSpacing(theme.px(8))
        rows.addLayout(head)
        rows.addWidget(self.facts)
        rows.addWidget(self.problem)
        rows.addWidget(self.film, 1)
        rows.addLayout(line)
        rows.addWidget(self.products)
        rows.addWidget(self.chapters)
        rows.addWidget(self.no_chapters)
        rows.addWidget(self.works)
        rows.addLayout(acts)

    def show_recording(self, recorded: Recorded, state: State) -> None:
        """Another one, or another state of it."""
        before, self._recorded = self._recorded, recorded
        length_ms = recorded.length_ms
        if recorded.id == state.recording.id:
            length_ms = state.recording.written_ms
        another = before is None or before.id != recorded.id
        if another or not self.title.hasFocus():
            self._set_title(recorded.title)
        self.state.show_word(*state_word(recorded, state.works))
        size = f"{recorded.width} × {recorded.height}" if recorded.width else ""
        facts = (day_time(recorded.at_ms), running_time(length_ms), size, size_words(recorded.size))
        self.facts.setText(" · ".join(filter(None, facts)))
        problem = recorded.problem or recorded.replay.problem
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.products.setText(_("Shown: {products}").format(products=", ".join(recorded.products)))
        self.products.setVisible(bool(recorded.products))
        self.place.blockSignals(True)
        self.place.setRange(0, max(1, length_ms))
        self.place.blockSignals(False)
        self.film.ends_ms = length_ms
        usable = recorded.state in ("ready", "recording", "trash") and length_ms > 0
        # A film that grows shows something a moment after it began; one that plays already does so in a moment.
        blank = usable and self.film.picture.image is None and not self.film.player.plays
        if another or (before is not None and before.state != recorded.state) or blank:
            path = self._bridge.film(recorded.id) if usable else None
            self.film.show_film(path, (recorded.width, recorded.height), length_ms)
            self._show_place(0)
        self._show_chapters(recorded)
        self._show_buttons(recorded)
        self.works.refresh(state.works, recorded)

    def throw_away(self) -> None:
        """Into the trash; from there for good, once that has been said again."""
        one = self._recorded
        if one is None or one.state in ("recording", "ending"):
            return
        self.film.stop()
        if one.state != "trash":
            self._bridge.run(LibraryRemove(recording=one.id))
            return
        question = _("Delete {title} for good?").format(title=one.title)
        words = _("The film and its clips are deleted from this computer. What is published stays at the show server.")
        ask_first(self.window(), question, words, (_("Keep it"), _("Delete")), partial(delete_trash, self._bridge, one.id))

    def toggle(self) -> None:
        """Play, or stop."""
        self.film.toggle()

    def _show_buttons(self, one: Recorded) -> None:
        ready, trash = one.state == "ready", one.state == "trash"
        public = bool(one.replay.film or one.replay.upload)
        self.clips.setVisible(one.state in ("ready", "recording"))
        self.publish.setVisible(ready and not public and bool(one.show))
        self.withdraw.setVisible(public)
        self.export.setVisible(ready)
        self.open_.setVisible(not trash and one.state != "broken")
        self.folder.setVisible(not trash)
        self.remove.setVisible(not trash)
        self.remove.setEnabled(one.state not in ("recording", "ending"))
        self.restore.setVisible(trash)
        self.delete.setVisible(trash)
        for widget in (self.film, self.play, self.place, self.time):
            widget.setVisible(one.state != "broken")
        self.title.setReadOnly(trash)
        self._show_play()

    def _show_play(self) -> None:
        self.play.setText(_("Stop") if self.film.player.plays else _("Play"))
        self.play.set_tip(_("Play the film here, with its sound on this computer's loudspeaker"))

    def _show_chapters(self, recorded: Recorded) -> None:
        chapters = tuple((chapter.begins_ms, chapter.title) for chapter in chapters_of(recorded))
        self.chapters.setVisible(bool(chapters))
        self.no_chapters.setVisible(not chapters and recorded.state != "broken")
        if chapters == self._chapters:
            return
        self._chapters = chapters
        self.chapters.clear()
        for begins_ms, title in chapters:
            item = QListWidgetItem(f"{film_time(begins_ms)}   {title}")
            item.setData(WHEN, begins_ms)
            item.setSizeHint(QSize(0, self.chapters.fontMetrics().lineSpacing() + theme.px(8)))
            self.chapters.addItem(item)

    def _jump(self, item: QListWidgetItem) -> None:
        self.place.setValue(int(item.data(WHEN)))

    def _seek(self, at_ms: int) -> None:
        self.film.seek(at_ms)
        self._show_time(at_ms)

    def _on_moved(self, at_ms: int) -> None:
        self._show_place(at_ms)

    def _show_place(self, at_ms: int) -> None:
        self.place.blockSignals(True)
        self.place.setValue(at_ms)
        self.place.blockSignals(False)
        self._show_time(at_ms)

    def _show_time(self, at_ms: int) -> None:
        words = f"{film_time(at_ms)} / {film_time(self.place.maximum())}"
        self.time.setText(words)
        self.place.setAccessibleDescription(words)

    def _set_title(self, title: str) -> None:
        if self.title.text() != title:
            self.title.setText(title)
            self.title.setCursorPosition(0)

    def _rename(self) -> None:
        one, title = self._recorded, self.title.text().strip()
        if one is None or one.state == "trash":
            return
        if not title:
            self._set_title(one.title)
        elif title != one.title:
            self._bridge.run(LibraryRename(recording=one.id, title=title))

    def _ask_clips(self) -> None:
        if self._recorded is not None:
            self.film.stop()
            self.clips_asked.emit(self._recorded.id)

    def _publish(self) -> None:
        if self._recorded is not None:
            self._bridge.run(ReplayPublish(recording=self._recorded.id))

    def _withdraw(self) -> None:
        if (one := self._recorded) is not None:
            question = _("Withdraw the replay of {title}?").format(title=one.title)
            words = _("The show's page stops playing it. The recording stays here.")
            act = partial(self._bridge.run, ReplayWithdraw(recording=one.id))
            ask_first(self.window(), question, words, (_("Keep it"), _("Withdraw")), act)

    def _restore(self) -> None:
        if self._recorded is not None:
            self._bridge.run(LibraryRestore(recording=self._recorded.id))

    def _export(self) -> None:
        if self._recorded is None:
            return
        dialog = QFileDialog(self, _("Folder to export to"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.fileSelected.connect(partial(self._exported_to, self._recorded.id))
        dialog.open()

    def _exported_to(self, recording: str, folder: str) -> None:
        self._bridge.run(LibraryExport(recording=recording, folder=folder))

    def _open(self) -> None:
        path = self._bridge.film(self._recorded.id) if self._recorded is not None else None
        if path is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.problem.setText(_("No program of this computer plays {path}").format(path=path))
            self.problem.show()

    def _open_folder(self) -> None:
        path = self._bridge.film(self._recorded.id) if self._recorded is not None else None
        if path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def delete_trash(bridge: Bridge, recording: str = "") -> None:
    """Delete one that is in the trash, or all; it has been asked for."""

    def answered(error: StudioError | None) -> None:
        if isinstance(error, Confirm):
            bridge.run(LibraryEmpty(recording=recording, confirm=error.confirm))

    bridge.attempt(LibraryEmpty(recording=recording), answered)
