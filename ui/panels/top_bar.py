"""The one unmistakable state: title, OFF AIR / ON AIR with elapsed time, viewers, health, and the guarded air button."""

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout

from studio.commands.show import ShowEnd, ShowStart
from studio.commands.stream import StreamStart
from studio.errors import Confirm, StudioError
from studio.i18n import _
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.widgets.hold_button import HoldButton
from ui.widgets.label import label
from ui.widgets.pill import Pill


class TopBar(QFrame):
    """Follows the state; `Hold to go live` starts the stream, then the show."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self._bridge = bridge
        self._pending: ShowStart | ShowEnd | None = None
        self.title = label("title")
        self.pill = Pill()
        self.elapsed = label("heading")
        self.viewers = label("muted")
        self.health = label("muted")
        colour = theme.colour
        self.air = HoldButton(_("Hold to go live"), colour("air-deep"), colour("text"), colour("raised"), colour("accent"))
        self.air.held.connect(self._on_air_held)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(16)
        for widget in (self.title, self.pill, self.elapsed, self.viewers, self.health):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.air)
        bridge.refused.connect(self._on_refused)
        self._second = QTimer(self)
        self._second.timeout.connect(lambda: self._show_elapsed(self._bridge.state))
        self._second.start(500)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        show, stream = state.show, state.stream
        self.title.setText(show.title)
        tokens = theme.DARK
        live = show.state in ("live", "paused")
        if show.state == "live" and stream.status == "live":
            self.pill.show_word("● " + _("ON AIR"), tokens["air"], tokens["air-ink"])
        elif live:
            self.pill.show_word(_("PAUSED") if show.state == "paused" else _("NO PICTURE"), tokens["warn"], "#14181f")
        elif show.state == "ended":
            self.pill.show_word(_("ENDED"), tokens["raised"], tokens["muted"])
        else:
            self.pill.show_word(_("OFF AIR"), tokens["raised"], tokens["muted"])
        back = live and stream.status == "off"
        self.air.setText(_("Hold to go back on air") if back else _("Hold to end show") if live else _("Hold to go live"))
        self.air.setEnabled(show.state != "ended" and state.link.status == "connected")
        self.air.setToolTip(_("Hold the mouse button, or Tab here and hold Enter"))
        self.viewers.setText(_("{count} watching").format(count=show.viewers) if live else "")
        self.health.setText(self._health(state))
        self._show_elapsed(state)

    @staticmethod
    def _health(state: State) -> str:
        if state.link.status != "connected":
            return _("Server: {reason}").format(reason=state.link.reason or _("connecting"))
        if state.stream.status == "live":
            return _("Sending {mbit:.1f} Mbit/s").format(mbit=state.stream.kbps / 1000)
        return state.stream.reason or _("Ready")

    def _show_elapsed(self, state: State) -> None:
        since = state.show.live_since_ms
        if state.show.state in ("live", "paused") and since:
            seconds = max(0, int(time.time() - since / 1000))
            self.elapsed.setText(f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}")
        else:
            self.elapsed.setText("")

    def _on_air_held(self) -> None:
        state = self._bridge.state
        if state.show.state in ("live", "paused") and state.stream.status != "off":
            self._send(ShowEnd())
        elif state.show.state in ("live", "paused"):
            self._bridge.run(StreamStart())
        else:
            self._bridge.run(StreamStart(), lambda result: self._send(ShowStart()))

    def _send(self, command: ShowStart | ShowEnd) -> None:
        """A guarded command: holding the button is the confirmation, the code follows by itself."""
        self._pending = command
        self._bridge.run(command)

    def _on_refused(self, error: StudioError) -> None:
        if isinstance(error, Confirm) and self._pending is not None:
            pending, self._pending = self._pending, None
            self._bridge.run(type(pending)(confirm=error.confirm))
