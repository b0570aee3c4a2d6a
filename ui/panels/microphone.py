"""The microphone in the host's eye line: how loud it is, and whether anybody can hear it."""

from studio.commands.mixer import ChannelSet
from studio.i18n import _
from studio.state import LOST, Channel, Source, State
from ui.actions import key_of, microphone
from ui.bridge import Bridge
from ui.widgets.button import Button, restyle
from ui.widgets.meter import FLOOR_DB, Meter
from ui.widgets.panel import Panel


class MicrophonePanel(Panel):
    """Meter, status in words, mute. The meter moves while muted, in grey."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Microphone"))
        self._bridge = bridge
        self.meter = Meter()
        self.meter.setAccessibleName(_("Microphone level"))
        self.status = self.words
        self.mute = Button(_("Mute"), self._toggle)
        self.tools.addWidget(self.mute)
        self.body.addWidget(self.meter)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        source, channel = self._found(state)
        self.mute.setEnabled(channel is not None)
        muted = channel is not None and channel.muted
        self.mute.setText(_("Unmute") if muted else _("Mute"))
        self.mute.set_key(key_of(state, "mute"))
        self.mute.set_tip(self.mute.text())
        self.mute.set_kind("muted-on" if muted else "")
        loudness = self._bridge.mailboxes.loudness()
        words, name = self._words(source, channel)
        if not words and loudness is not None and loudness.short_term > -70:
            words = f"{loudness.short_term:.0f} LUFS"
        self.status.setText(words)
        if self.status.objectName() != name:
            self.status.setObjectName(name)
            restyle(self.status)

    def tick(self) -> None:
        """Move the meter."""
        source, channel = self._found(self._bridge.state)
        level = self._bridge.mailboxes.levels().get(source.id) if source is not None else None
        muted = channel is not None and channel.muted
        self.meter.set_level(*(level or (FLOOR_DB, FLOOR_DB)), muted=muted)

    @staticmethod
    def _words(source: Source | None, channel: Channel | None) -> tuple[str, str]:
        if source is None or channel is None:
            return _("This show has no microphone"), "muted"
        if source.status in LOST:
            return source.reason, "bad"
        if channel.muted:
            return _("MUTED: nobody hears you"), "warn"
        return ("" if source.name == _("Microphone") else source.name), "muted"

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
