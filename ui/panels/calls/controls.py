"""The round buttons of a call."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from studio.commands.base import Command
from studio.commands.call import CallAsk, CallHold, CallKindAsk, CallRecord, CallSend
from studio.i18n import _
from studio.show.call import CallKind
from studio.state import State
from ui import theme
from ui.actions import key_of
from ui.models.call_words import in_call
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.pill import Pill
from ui.widgets.round_button import SIDE, RoundButton

Run = Callable[[Command], None]
PATH_SHOWN = 56
WAYS: tuple[CallKind, ...] = ("video", "sound", "text")


class CallControls(QWidget):
    """`pointing` when the pointer is taken or put away, `snapshot`, `end` and `block` when they are asked for."""

    pointing = Signal(bool)
    snapshot = Signal()
    end = Signal()
    block = Signal()

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run
        self._state = State()
        self._points = False
        self.microphone = RoundButton("microphone", self._toggle_sound)
        self.camera = RoundButton("camera", self._toggle_picture)
        self.hold = RoundButton("hold", self._toggle_hold)
        self.pointer = RoundButton("pen", lambda: self.point(on=not self._points))
        self.snap = RoundButton("snapshot", self.snapshot.emit)
        self.more = RoundButton("more", self._open_menu, tip=_("More"))
        self.end_call = Button(_("End call"), self.end.emit, kind="end", tip=_("End the call for everybody in it"))
        self.end_call.setFixedHeight(theme.px(SIDE))
        self.recording = Pill()
        row = FlowLayout(self, spacing=10, centred=True)
        row.addWidget(self.recording)
        for button in (self.microphone, self.camera, self.hold, self.pointer, self.snap, self.more, self.end_call):
            row.addWidget(button)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        self._state = state
        media, call = state.call_media, in_call(state.advising)
        held = call is not None and call.held
        talks = call is not None and call.kind != "text"
        if media.sends_sound:
            self.microphone.show_as("microphone", "plain", _("Mute your microphone"))
        else:
            self.microphone.show_as("microphone-off", "off", _("Unmute your microphone"))
        if media.sends_picture:
            self.camera.show_as("camera", "plain", _("Turn your camera off"))
        else:
            self.camera.show_as("camera-off", "off", _("Turn your camera on"))
        self.recording.setVisible(bool(media.recording))
        if media.recording == "on":
            self.recording.show_word("● " + _("Recording"), "air", "air-ink")
        elif media.recording:
            self.recording.show_word(_("Not recorded any more: see the disk"), "warn", "warn-ink")
        hold = _("Go on with the call") if held else _("Put the customer on hold")
        self.hold.show_as("play" if held else "hold", "off" if held else "plain", hold)
        for button, action in ((self.microphone, "call.mute"), (self.camera, "call.camera"), (self.hold, "call.hold")):
            button.set_key(key_of(state, action))
        self.pointer.set_key(key_of(state, "call.pointer"))
        self.snap.set_key(key_of(state, "call.snapshot"))
        self.end_call.set_key(key_of(state, "call.end"))
        self.microphone.setEnabled(talks)
        self.camera.setEnabled(talks)
        self.snap.set_tip(_("Keep the customer's picture as it is now"))
        self._show_pointer()

    def show_picture(self, *, there: bool) -> None:
        """Whether there is a picture to point at."""
        for button in (self.pointer, self.snap):
            button.setEnabled(there)
        if not there and self._points:
            self.point(on=False)

    def point(self, *, on: bool) -> None:
        """Take the pointer, or put it away."""
        on = on and self.pointer.isEnabled()
        if on != self._points:
            self._points = on
            self._show_pointer()
            self.pointing.emit(on)

    @property
    def points(self) -> bool:
        """Whether the pointer is in hand."""
        return self._points

    def _show_pointer(self) -> None:
        tip = _("Put the pointer away") if self._points else _("Point at the customer's picture, or draw on it")
        self.pointer.show_as("pen", "on" if self._points else "plain", tip)

    def _toggle_sound(self) -> None:
        self._run(CallSend(sound=not self._state.call_media.sends_sound))

    def _toggle_picture(self) -> None:
        self._run(CallSend(picture=not self._state.call_media.sends_picture))

    def _toggle_hold(self) -> None:
        call = in_call(self._state.advising)
        self._run(CallHold(on=call is None or not call.held))

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.popup(self.more.mapToGlobal(self.more.rect().topLeft()) - menu.rect().bottomLeft())

    def menu(self) -> QMenu:
        """What is needed now and then."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        call = in_call(self._state.advising)
        words = {"video": _("Go on with pictures"), "sound": _("Go on with voices only"), "text": _("Go on in writing")}
        for way in WAYS:
            if call is not None and call.kind != way:
                menu.addAction(words[way]).triggered.connect(lambda _on=False, way=way: self._run(CallKindAsk(kind=way)))
        menu.addSeparator()
        ask = menu.addAction(_("Ask them to show their screen"))
        ask.triggered.connect(lambda: self._run(CallAsk(ask="screen")))
        if call is not None and call.kind != "text":
            said = {one.ask: one.yes for one in self._state.advising.asked}
            records = self._state.call_media.recording == "on"
            again = _("Record on") if said.get("recording") else _("Ask to record the call")
            command: Command = CallRecord(on=not records) if said.get("recording") else CallAsk(ask="recording")
            record = menu.addAction(_("Stop recording") if records else again)
            record.triggered.connect(lambda: self._run(command))
            air = menu.addAction(_("Ask to take them on air"))
            air.triggered.connect(lambda: self._run(CallAsk(ask="air")))
            air.setEnabled(not said.get("air"))
        menu.addSeparator()
        menu.addAction(_("Block this visitor …")).triggered.connect(self.block.emit)
        menu.adjustSize()
        return menu


def shown_path(path: object) -> str:
    """A file's place as people read it: from home, and of a long one its end."""
    text, home = str(path), str(Path.home())
    if text.startswith(home):
        text = f"~{text[len(home) :]}"
    return text if len(text) <= PATH_SHOWN else str(Path("…", *Path(text).parts[-2:]))
