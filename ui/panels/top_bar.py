"""The one unmistakable state: title, OFF AIR / REHEARSAL / ON AIR with elapsed time, viewers, health, the recording, the guarded
buttons."""

import time
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame

from studio.commands.base import Command
from studio.commands.panic import PanicOff, PanicOn
from studio.commands.show import ShowEnd, ShowRehearse, ShowResume, ShowStart
from studio.commands.stream import StreamStart, StreamStop
from studio.errors import Confirm, StudioError
from studio.i18n import _
from studio.state import State
from ui import theme
from ui.actions import key_of
from ui.bridge import Bridge
from ui.models.air import air_word
from ui.models.clock import elapsed
from ui.panels.recordings.sign import DiskLabel, RecordingSign
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.hold_button import HoldButton
from ui.widgets.label import ElidedLabel, label
from ui.widgets.pill import Pill

Guarded = ShowStart | ShowEnd | PanicOff


class TopBar(QFrame):
    """Follows the state; `Hold to go live` starts the stream, then the show. `blocked` when the preflight found what must
    be put right first; `asked` with an action of the table that was chosen here."""

    blocked = Signal()
    asked = Signal(str)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self._bridge = bridge
        self._pending: Guarded | None = None
        self.title = ElidedLabel("title")
        self.title.setMaximumWidth(theme.px(340))
        self.pill = Pill()
        self.elapsed = label("heading")
        self.viewers = label("muted")
        self.health = ElidedLabel("muted")
        self.recording = RecordingSign(bridge)
        self.recording.asked.connect(self.asked)
        self.disk = DiskLabel()
        self.rehearse = Button(_("Rehearse"), self._on_rehearse)
        self.resume = Button(
            _("Resume"), lambda: bridge.run(ShowResume()), kind="primary", tip=_("The audience sees the programme again")
        )
        self.panic = Button(_("Panic curtain"), lambda: bridge.run(PanicOn()))
        self.calm = HoldButton(_("Hold to raise the curtain"), "warn", "warn-ink")
        self.calm.held.connect(lambda: self._send(PanicOff()))
        self.air = HoldButton(_("Hold to go live"), "air", "air-ink")
        self.air.held.connect(self._on_air_held)
        self.again = Button(_("New show from this one …"), lambda: self.asked.emit("show.again"), kind="primary")
        self.again.set_tip(_("An ended show cannot go live again. The new one gets its scenes, products and rundown."))
        self._row = row = FlowLayout(self, spacing=14)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        for words in (self.title, self.pill, self.elapsed, self.viewers, self.health, self.recording, self.disk):
            row.addWidget(words)
        row.add_spring()
        for button in (self.resume, self.rehearse, self.panic, self.calm, self.air, self.again):
            row.addWidget(button)
        bridge.refused.connect(self._on_refused)
        self._second = QTimer(self)
        self._second.timeout.connect(lambda: self._show_elapsed(self._bridge.state))
        self._second.start(500)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        show, stream = state.show, state.stream
        live, rehearsal = show.state in ("live", "paused"), show.state == "rehearsal"
        self.title.setText(show.title)
        self.pill.show_word(*air_word(state))
        back = live and stream.status == "off"
        self.resume.setVisible(show.state == "paused")
        self.air.setText(_("Hold to go back on air") if back else _("Hold to end show") if live else _("Hold to go live"))
        ended = show.state == "ended"
        self.air.setEnabled(not ended and state.link.status == "connected")
        self.air.setVisible(not ended)
        self.again.setVisible(ended)
        self.air.setToolTip(_("Hold the mouse button, or Tab here and hold Enter"))
        self.rehearse.setText(_("End rehearsal") if rehearsal else _("Rehearse"))
        self.rehearse.set_tip(_("Everything works as on air; the audience is simulated, and nobody sees it"))
        self.rehearse.setVisible(show.state in ("draft", "rehearsal"))
        self.rehearse.setEnabled(state.link.status == "connected")
        self.panic.set_key(key_of(state, "panic"))
        self.panic.set_tip(_("Lower the curtain and mute everything, at once"))
        self.panic.setVisible(not state.panic)
        self.calm.setVisible(state.panic)
        watching, simulated = _("{count} watching"), _("{count} simulated viewers")
        viewers = watching.format(count=show.viewers) if live else ""
        self.viewers.setText(simulated.format(count=state.rehearsal.viewers) if rehearsal else viewers)
        self.health.setText(self._health(state))
        self.recording.refresh(state)
        self.disk.show_left(state.recording.left_s)
        self._row.set_yielding(self.disk if self.disk.level != "bad" else None)
        self._show_elapsed(state)

    @staticmethod
    def _health(state: State) -> str:
        if state.link.status != "connected":
            return _("Server: {reason}").format(reason=state.link.reason or _("connecting"))
        if state.stream.status == "live":
            return _("Sending {mbit:.1f} Mbit/s").format(mbit=state.stream.kbps / 1000)
        return state.stream.reason or _("Ready")

    def _show_elapsed(self, state: State) -> None:
        since = state.show.live_since_ms if state.show.state in ("live", "paused") else None
        self.elapsed.setText(elapsed(time.time() - since / 1000) if since else "")
        self.elapsed.setVisible(bool(since))
        self.viewers.setVisible(bool(self.viewers.text()))

    def _on_air_held(self) -> None:
        state = self._bridge.state
        if state.show.state in ("live", "paused") and state.stream.status != "off":
            self._send(ShowEnd())
        elif state.show.state in ("live", "paused"):
            self._bridge.run(StreamStart())
        elif any(finding.verdict == "bad" for finding in state.preflight.findings) and not state.preflight.running:
            self.blocked.emit()
        else:
            self._bridge.run(StreamStart(), partial(self._then, ShowStart()))

    def _on_rehearse(self) -> None:
        bridge = self._bridge
        if bridge.state.show.state == "rehearsal":
            bridge.run(ShowRehearse(on=False), partial(self._then, StreamStop()))
        else:
            bridge.run(ShowRehearse(on=True), partial(self._then, StreamStart()))

    def _then(self, command: Command, _result: object) -> None:
        if isinstance(command, Guarded):
            self._send(command)
        else:
            self._bridge.run(command)

    def _send(self, command: Guarded) -> None:
        """A guarded command: holding the button is the confirmation, the code follows by itself."""
        self._pending = command
        self._bridge.run(command)

    def _on_refused(self, error: StudioError) -> None:
        if isinstance(error, Confirm) and self._pending is not None:
            pending, self._pending = self._pending, None
            confirmed: Command = type(pending)(confirm=error.confirm)
            self._bridge.run(confirmed)
