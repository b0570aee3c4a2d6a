"""The recording's sign: whether, and how long; a click opens what can be done. Beside it how long the disk lasts."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from studio.i18n import _
from studio.state import State
from ui import theme
from ui.actions import BY_ID, key_of, words_of
from ui.bridge import Bridge
from ui.models.film_words import disk_level, disk_time, running_time, size_words
from ui.widgets.button import Button
from ui.widgets.label import ElidedLabel

ENTRIES = (
    *("recording", "recording.pause", "recording.split", "", "marker", "markers", ""),
    *("clip.30", "clip.60", "clip.90", "", "library"),
)
LOOKS = {"recording": ("●", "rec-on"), "paused": ("❚❚", "rec-rests"), "ending": ("●", "rec-rests"), "off": ("○", "rec-off")}


class RecordingSign(Button):
    """`asked` with an action of the table."""

    asked = Signal(str)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__("REC", self.open_menu, kind="rec-off")
        self._bridge = bridge
        self.setFont(theme.figures(self.font()))  # the bar must not move with every second
        self.menu_: QMenu | None = None

    def refresh(self, state: State) -> None:
        """Show `state`."""
        recording = state.recording
        sign, kind = LOOKS[recording.status]
        time = "" if recording.status == "off" else f" {running_time(recording.length_ms)}"
        failed = recording.status == "off" and bool(recording.reason)
        self.setText("! REC" if failed else f"{sign} REC{time}")
        self.set_kind("rec-rests" if failed else kind)
        tip = self._tip(state)
        if tip != self.accessibleDescription():
            self.set_tip(tip)
        self.setAccessibleName(tip)

    @staticmethod
    def _tip(state: State) -> str:
        recording = state.recording
        if recording.status == "off":
            return recording.reason or _("Nothing is recorded")
        words = {"recording": _("The programme is recorded"), "paused": _("The recording is paused")}
        said = [words.get(recording.status, _("The recording is being completed"))]
        said.append(size_words(recording.size))
        if recording.part > 1:
            said.append(_("part {number}").format(number=recording.part))
        if recording.behind:
            said.append(_("written until {time}").format(time=running_time(recording.written_ms)))
        if recording.dropped:
            said.append(_("{count} pictures lost").format(count=recording.dropped))
        return " · ".join(said)

    def open_menu(self) -> None:
        """What can be done now."""
        state = self._bridge.state
        self.menu_ = menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for name in ENTRIES:
            if not name:
                menu.addSeparator()
                continue
            entry = menu.addAction(f"{self._words(name, state)}\t{key_of(state, name)}")
            press = BY_ID[name].press
            entry.setEnabled(press is None or press(state) is not None)
            entry.triggered.connect(partial(self._ask, name))
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _ask(self, name: str, *_checked: bool) -> None:
        self.asked.emit(name)

    @staticmethod
    def _words(name: str, state: State) -> str:
        status = state.recording.status
        if name == "recording":
            return _("Record") if status == "off" else _("End the recording")
        if name == "recording.pause":
            return _("Go on recording") if status == "paused" else _("Pause the recording")
        return words_of(name)


class DiskLabel(ElidedLabel):
    """Amber, then red, with words, when it becomes little."""

    def __init__(self) -> None:
        super().__init__("muted")
        self.level = ""

    def show_left(self, left_s: int | None) -> None:
        """How long it lasts, in seconds; None: unknown."""
        self.level = disk_level(left_s)
        name = self.level or "muted"
        if name != self.objectName():
            self.setObjectName(name)
            self.style().polish(self)
        words = _("Disk nearly full: {time} h") if self.level == "bad" else _("Disk {time} h")
        self.setText(words.format(time=disk_time(left_s)) if left_s is not None else "")
        self.setVisible(left_s is not None)
        self.setToolTip(_("How long the disk lasts for recording, in hours and minutes"))
