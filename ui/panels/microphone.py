"""The microphone in the host's eye line: how loud it is, and whether anybody can hear it."""

from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton

from studio.commands.mixer import ChannelSet
from studio.i18n import _
from studio.state import LOST, Channel, Source, State
from ui import theme
from ui.actions import microphone
from ui.bridge import Bridge
from ui.widgets.label import label
from ui.widgets.meter import FLOOR_DB, Meter


class MicrophonePanel(QFrame):
    """Meter, status in words, mute. The meter moves while muted, in grey."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._bridge = bridge
        colour = theme.colour
        self.meter = Meter(colour("ok"), colour("warn"), colour("air"), colour("line"), colour("faint"))
        self.meter.setAccessibleName(_("Microphone level"))
        self.status = label("muted")
        self.mute = QPushButton()
        self.mute.clicked.connect(self._toggle)
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 10, 12, 12)
        grid.setHorizontalSpacing(12)
        grid.addWidget(label("heading", _("Microphone")), 0, 0)
        grid.addWidget(self.status, 0, 1)
        grid.addWidget(self.mute, 0, 2)
        grid.addWidget(self.meter, 1, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        source, channel = self._found(state)
        self.mute.setEnabled(channel is not None)
        muted = channel is not None and channel.muted
        self.mute.setText(_("Unmute") if muted else _("Mute"))
        self.mute.setToolTip(f"{self.mute.text()} (M)")
        kind = "muted-on" if muted else ""
        if self.mute.property("kind") != kind:
            self.mute.setProperty("kind", kind)
            self.mute.style().polish(self.mute)
        self.status.setText(self._words(source, channel))

    def tick(self) -> None:
        """Move the meter."""
        source, channel = self._found(self._bridge.state)
        level = self._bridge.levels().get(source.id) if source is not None else None
        muted = channel is not None and channel.muted
        self.meter.set_level(*(level or (FLOOR_DB, FLOOR_DB)), muted=muted)

    @staticmethod
    def _words(source: Source | None, channel: Channel | None) -> str:
        if source is None or channel is None:
            return _("This show has no microphone")
        if source.status in LOST:
            return source.reason
        if channel.muted:
            return _("MUTED: nobody hears you")
        return "" if source.name == _("Microphone") else source.name

    def _found(self, state: State) -> tuple[Source | None, Channel | None]:
        wanted = microphone(state)
        return (
            next((s for s in state.sources if s.id == wanted), None),
            next((c for c in state.mixer.channels if c.source == wanted), None),
        )

    def _toggle(self) -> None:
        channel = self._found(self._bridge.state)[1]
        if channel is not None:
            self._bridge.run(ChannelSet(source=channel.source, muted=not channel.muted))
