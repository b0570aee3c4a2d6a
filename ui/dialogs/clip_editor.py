"""The clip editor: left the clips of a recording, in the middle the picture and the timeline, right what the clip is."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from studio.commands.recording import ClipAdd, ClipPropose, ClipSet
from studio.i18n import _
from studio.state import State
from studio.state.recording import Clip, Recorded
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.films import Films, Peaks
from ui.models.crop import crop, focus_of
from ui.models.film_marks import marks_of
from ui.models.film_words import exact_time, film_time
from ui.panels.recordings.clip_fields import ClipFields
from ui.panels.recordings.clip_list import WHICH, ClipList
from ui.panels.recordings.film import FilmView
from ui.panels.recordings.works import WorkList
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label
from ui.widgets.timeline import Timeline

WIDE = 1000
"""Below this width, at 100 % text, everything stands one under the other."""
NEW_MS, AROUND_MS = 30_000, 5000
FPS = 30.0
"""Until the film's own is known."""


class ClipEditor(Dialog):
    """Of one recording; follows the state."""

    def __init__(self, bridge: Bridge, parent: QWidget, films: Films, recording: str, speaker: str = "") -> None:
        title = next((one.title for one in bridge.state.library.recordings if one.id == recording), "")
        super().__init__(parent, _("Clips of {title}").format(title=title), size=(1240, 760))
        self._bridge, self._films, self.recording = bridge, films, recording
        self._chosen = ""
        self._film_shown = False
        self._fps = FPS
        self.list = ClipList(films)
        self.list.currentItemChanged.connect(lambda _now, _before: self._choose())
        self.none = label("muted", wrap=True)
        self.add = Button(_("New clip"), self._add, tip=_("Half a minute from the playhead on"))
        self.propose = Button(_("Propose"), self._propose, tip=_("A clip for every product that was shown"))
        self.film = FilmView(films, "editor", speaker)
        self.film.picture.setMinimumHeight(theme.px(180))
        self.film.moved.connect(self._on_played)
        self.film.changed.connect(self._show_play)
        self.film.picture.dragged.connect(self._drag_frame)
        self.film.picture.dropped.connect(self._drop_frame)
        self._make_line()
        self.times = label("heading")
        self.times.setFont(theme.figures(self.times.font()))
        self.fields = ClipFields(bridge)
        self.fields.folder_asked.connect(self._open_folder)
        self.works = WorkList(bridge)
        self._make_tools()
        for key, act in (("I", self.line.set_in), ("O", self.line.set_out)):  # wherever nobody writes
            QShortcut(QKeySequence(key), self).activated.connect(act)
        self._lay_out()
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.list, context=Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.fields.ask_remove)
        self.add_button(Button(_("Close"), self.accept))
        bridge.changed.connect(self.follow)
        self.finished.connect(lambda _result: self._end())
        self.follow()
        self.line.setFocus()

    def _make_line(self) -> None:
        self.line = Timeline(_("Timeline"), film_time)
        self.line.setToolTip("")
        self.line.moved.connect(self._on_moved)
        self.line.trimmed.connect(self._show_times)
        self.line.trimmed_for_good.connect(self._trim)
        self.line.zoomed.connect(self._read_line)
        self.line.play_asked.connect(self.toggle)

    def _make_tools(self) -> None:
        line = self.line
        self.play = Button(_("Play"), self.toggle, kind="small", tip=_("Play the clip here, with its sound"), key="Space")
        self.begin = Button(_("Begin here"), line.set_in, kind="small", tip=_("The clip begins at the playhead"), key="I")
        self.end = Button(_("End here"), line.set_out, kind="small", tip=_("The clip ends at the playhead"), key="O")
        self.whole = Button(_("Whole film"), self._show_whole, kind="small", tip=_("Show the whole film in the timeline"))
        self.near = Button(_("Clip"), self._show_near, kind="small", tip=_("Show the clip in the timeline"))
        self.closer = Button("+", lambda: line.zoom(0.5), kind="small", tip=_("Look closer"), key="+")
        self.farther = Button("−", lambda: line.zoom(2), kind="small", tip=_("Look from farther away"), key="-")
        for button in (*self._tools, self.add, self.propose):
            button.setAutoDefault(False)

    @property
    def _tools(self) -> tuple[Button, ...]:
        return self.play, self.begin, self.end, self.whole, self.near, self.closer, self.farther

    def _lay_out(self) -> None:
        self.left, self.middle, self.right = QWidget(), QWidget(), QWidget()
        left = QVBoxLayout(self.left)
        tools = FlowLayout()
        tools.addWidget(self.add)
        tools.addWidget(self.propose)
        for part in (self.list, self.none):
            left.addWidget(part, 1 if part is self.list else 0)
        left.addLayout(tools)
        middle = QVBoxLayout(self.middle)
        below = FlowLayout()
        for button in self._tools[:3]:
            below.addWidget(button)
        below.addWidget(self.times)
        self.keys = label("small", _("Arrows step a picture, with Shift a second"))
        looks = FlowLayout()
        looks.addWidget(self.keys)
        looks.add_spring()
        for button in self._tools[3:]:
            looks.addWidget(button)
        middle.addWidget(self.film, 1)
        middle.addWidget(self.line)
        middle.addLayout(below)
        middle.addLayout(looks)
        middle.addWidget(self.works)
        right = QVBoxLayout(self.right)
        right.addWidget(self.fields)
        for rows in (left, middle, right):
            rows.setContentsMargins(0, 0, 0, 0)
            rows.setSpacing(theme.px(8))
        self.whole_ = QWidget()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self.whole_)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(theme.px(14))
        for side, stretch in ((self.left, 5), (self.middle, 14), (self.right, 7)):
            self._sides.addWidget(side, stretch)
        self.body.addWidget(self.whole_, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where three columns have no room, they stand one under the other."""
        narrow = event.size().width() < theme.px(WIDE)
        directions = QBoxLayout.Direction
        self._sides.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)
        super().resizeEvent(event)

    def _end(self) -> None:
        self.film.end()
        self.list.end()
        for slot in ("editor.strip", "editor.wave", "editor.fps"):
            self._films.drop(slot)

    # ── following ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def recorded(self) -> Recorded | None:
        """The recording, as long as it may be cut."""
        state = self._bridge.state
        found = next((one for one in state.library.recordings if one.id == self.recording), None)
        return found if found is not None and found.state in ("ready", "recording", "ending") else None

    @property
    def clip(self) -> Clip | None:
        """The chosen one."""
        recorded = self.recorded
        return next((one for one in recorded.clips if one.id == self._chosen), None) if recorded is not None else None

    def follow(self) -> None:
        """The state has changed."""
        state, recorded = self._bridge.state, self.recorded
        if recorded is None:  # thrown away, or another show's library
            self.close()
            return
        self._show_film(recorded, state)
        self.list.show_clips(recorded, state, self._bridge.film(self.recording), self._chosen)
        proposing = any(work.kind == "propose" and work.recording == recorded.id for work in state.works)
        pinned = any(mark.kind == "product" for mark in recorded.marks)
        self.propose.setVisible(recorded.state == "ready" and pinned)
        self.propose.setEnabled(not proposing)
        self.none.setText(_("No clips yet. Press “New clip”, or have them proposed from the products that were shown."))
        self.none.setVisible(not recorded.clips)
        self.list.setVisible(bool(recorded.clips))
        self.works.refresh(state.works, recorded)
        self._show_clip()

    def _show_film(self, recorded: Recorded, state: State) -> None:
        length_ms = state.recording.written_ms if recorded.id == state.recording.id else recorded.length_ms
        self.line.show_film(length_ms, self._fps, marks_of(recorded))
        self.film.ends_ms = length_ms
        if not self._film_shown and length_ms > 0:
            self._film_shown = True
            self.film.show_film(self._bridge.film(recorded.id), (recorded.width, recorded.height), length_ms)
            if (path := self._bridge.film(recorded.id)) is not None:
                self._films.fps("editor.fps", path, self._on_fps)
            self._show_whole()

    def _on_fps(self, fps: float) -> None:
        self._fps = fps
        self.follow()

    def _choose(self) -> None:
        """Another clip: go to it."""
        chosen = self.list.chosen
        if chosen == self._chosen:
            return
        self._chosen = chosen
        self._show_clip()
        if (clip := self.clip) is not None:
            self._show_near()
            self.line.show_head(clip.begins_ms)
            self.film.seek(clip.begins_ms)

    def _show_clip(self) -> None:
        recorded, clip = self.recorded, self.clip
        self.right.setVisible(clip is not None)
        for button in (self.begin, self.end, self.near):
            button.setEnabled(clip is not None)
        self.line.show_clip((clip.begins_ms, clip.ends_ms) if clip is not None else None)
        if recorded is not None and clip is not None:
            self.fields.show_clip(recorded, clip, self._bridge.state)
            self._show_frame(clip, clip.focus_x)
        else:
            self.film.picture.show_frame((0.0, 0.0, 1.0, 1.0), free=False)
        self._show_times(*(self.line.clip or (0, 0)))
        self._show_play()

    def _show_frame(self, clip: Clip, focus_x: float) -> None:
        recorded = self.recorded
        if recorded is not None:
            frame = crop(recorded.width, recorded.height, clip.aspect, 0.5 if clip.follow else focus_x)
            self.film.picture.show_frame(frame, free=not clip.follow and frame[2] < 1)

    def _show_times(self, begins_ms: int, ends_ms: int) -> None:
        span = f"{exact_time(begins_ms)} – {exact_time(ends_ms)} ({exact_time(ends_ms - begins_ms)})"
        self.times.setText(span if self.clip is not None else exact_time(self.line.head_ms))

    def _show_play(self) -> None:
        self.play.setText(_("Stop") if self.film.player.plays else _("Play"))

    # ── the timeline ─────────────────────────────────────────────────────────────────────────────────────

    def _show_whole(self) -> None:
        self.line.show_span(0, self.line.length_ms)

    def _show_near(self) -> None:
        if (clip := self.clip) is not None:
            self.line.show_span(clip.begins_ms - AROUND_MS, clip.ends_ms + AROUND_MS)

    def _read_line(self) -> None:
        """Pictures and sound of what the line shows now."""
        recorded, path = self.recorded, self._bridge.film(self.recording)
        if recorded is None or path is None or not self._film_shown:
            return
        aspect = recorded.width / recorded.height if recorded.width and recorded.height else 16 / 9
        count, height = self.line.thumbs_wanted(aspect)
        self._films.waveform("editor.wave", path, self.line.view, self.line.points_wanted(), self._on_peaks)
        self._films.strip("editor.strip", path, self.line.view, count=count, height=height, done=self._on_thumb)

    def _on_peaks(self, piece: tuple[int, Peaks]) -> None:
        self.line.put_peaks(piece[0], piece[1].tolist())

    def _on_thumb(self, thumb: tuple[int, QImage]) -> None:
        self.line.put_thumb(*thumb)

    def _on_moved(self, at_ms: int) -> None:
        self.film.seek(at_ms)
        if self.clip is None:
            self._show_times(0, 0)

    def _on_played(self, at_ms: int) -> None:
        self.line.show_head(at_ms)

    def toggle(self) -> None:
        """Play the clip from the playhead on, or stop. Outside of it, the film."""
        clip, at_ms = self.line.clip, self.line.head_ms
        if clip is not None and clip[0] <= at_ms <= clip[1]:
            self.film.toggle(clip[1], clip[0])
        else:
            self.film.toggle()

    def _trim(self, begins_ms: int, ends_ms: int) -> None:
        if (clip := self.clip) is not None and (clip.begins_ms, clip.ends_ms) != (begins_ms, ends_ms):
            trim = ClipSet(recording=self.recording, clip=clip.id, begins_ms=begins_ms, ends_ms=ends_ms)
            self._bridge.attempt(trim, self._trimmed)
        self._show_times(begins_ms, ends_ms)

    def _trimmed(self, error: Exception | None) -> None:
        if error is not None:  # it is as it was
            self._show_clip()

    def _drag_frame(self, left: float) -> None:
        if (clip := self.clip) is not None:
            self._show_frame(clip, focus_of(left, self._share))

    def _drop_frame(self, left: float) -> None:
        if (clip := self.clip) is not None:
            focus = round(focus_of(left, self._share), 3)
            self._bridge.run(ClipSet(recording=self.recording, clip=clip.id, focus_x=focus))

    @property
    def _share(self) -> float:
        recorded, clip = self.recorded, self.clip
        if recorded is None or clip is None:
            return 1.0
        return crop(recorded.width, recorded.height, clip.aspect, 0.5)[2]

    # ── clips ────────────────────────────────────────────────────────────────────────────────────────────────

    def _add(self) -> None:
        length_ms = self.line.length_ms
        begins_ms = min(self.line.head_ms, max(0, length_ms - 1000))
        ends_ms = min(length_ms, begins_ms + NEW_MS)
        self._bridge.run(ClipAdd(recording=self.recording, begins_ms=begins_ms, ends_ms=ends_ms), self._added)

    def _added(self, clip: str) -> None:
        for row in range(self.list.count()):
            if self.list.item(row).data(WHICH) == clip:
                self.list.setCurrentRow(row)
                self.fields.title.setFocus()
                return
        self._chosen = clip  # the state with it is still on its way
        self.fields.title.setFocus()

    def _propose(self) -> None:
        self._bridge.run(ClipPropose(recording=self.recording))

    def _open_folder(self) -> None:
        clip = self.clip
        path = self._bridge.film(self.recording, clip.file) if clip is not None and clip.file else None
        if path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
