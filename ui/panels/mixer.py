"""The mixer: a strip a channel with fader, meter, mute, solo, effects; the programme at the end."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from studio.commands.mixer import ChannelSet, MasterSet, MonitorSet
from studio.i18n import _
from studio.queries.source import Choice, SourceChoices
from studio.state import LOST, Channel, State
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.effects import EffectsDialog
from ui.widgets.button import Button
from ui.widgets.fader import Fader
from ui.widgets.label import ElidedLabel, label
from ui.widgets.meter import FLOOR_DB, Meter
from ui.widgets.panel import Panel
from ui.widgets.rows import match_rows

MASTER = ""


def decibels(db: float) -> str:
    """A fader's place in words."""
    return _("silent") if db <= -60 else f"{db:+.1f}" if db else "0.0"


class Strip(QFrame):
    """One channel, or the programme."""

    def __init__(self, bridge: Bridge, source: str, name: str) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._bridge, self.source = bridge, source
        self._name = ""
        self.name = ElidedLabel("strip-name")
        self.name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.fader = Fader(name)
        self.fader.moved.connect(self._moved)
        self.meter = Meter(Qt.Orientation.Vertical)
        self.value = label("small", "0.0")
        self.value.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.mute = Button("M", self._mute, kind="tool")
        self.solo = Button("S", self._solo, kind="tool")
        self.effects = Button("Fx", self._effects, kind="tool")
        for button in (self.mute, self.solo, self.effects):
            button.setParent(self)
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(4))
        middle.addStretch(1)
        middle.addWidget(self.fader)
        middle.addWidget(self.meter)
        middle.addStretch(1)
        keys = QHBoxLayout()
        keys.setSpacing(theme.px(3))
        for button in (self.mute, self.solo, self.effects) if source != MASTER else (self.mute,):
            keys.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.px(3), theme.px(4), theme.px(3), theme.px(4))
        rows.setSpacing(theme.px(4))
        rows.addWidget(self.name)
        rows.addLayout(middle, 1)
        rows.addWidget(self.value)
        rows.addLayout(keys)
        for button in (self.solo, self.effects):
            button.setVisible(source != MASTER)
        self.setFixedWidth(theme.px(98))
        self._muted = False
        self.set_name(name)

    def set_name(self, name: str) -> None:
        """What the source is called now."""
        if name == self._name:
            return
        self._name = name
        self.name.setText(name)
        self.fader.setAccessibleName(name)
        self.meter.setAccessibleName(_("Level of {name}").format(name=name))
        self.mute.set_tip(_("Mute {name}").format(name=name))
        self.solo.set_tip(_("Solo {name} in the headphones").format(name=name))
        self.effects.set_tip(_("Effects of {name}").format(name=name))

    def show_state(self, db: float, *, muted: bool, solo: bool = False, effects: int = 0, lost: bool = False) -> None:
        """How it stands."""
        self._muted = muted
        self.fader.set_db(db)
        self.value.setText(decibels(db))
        self.mute.set_kind("tool-on" if muted else "tool")
        self.mute.setAccessibleName(f"{self.name.text()}: {_('muted') if muted else _('heard')}")
        self.solo.set_kind("tool-on" if solo else "tool")
        self.effects.setText(f"Fx {effects}" if effects else "Fx")
        self.name.setEnabled(not lost)

    def tick(self) -> None:
        """Move the meter."""
        level = self._bridge.mailboxes.levels().get(self.source)
        self.meter.set_level(*(level or (FLOOR_DB, FLOOR_DB)), muted=self._muted)

    def _moved(self, db: float) -> None:
        self.value.setText(decibels(db))
        if self.source == MASTER:
            self._bridge.run(MasterSet(fader_db=db))
        else:
            self._bridge.run(ChannelSet(source=self.source, fader_db=db))

    def _mute(self) -> None:
        mixer = self._bridge.state.mixer
        if self.source == MASTER:
            self._bridge.run(MasterSet(muted=not mixer.master_muted))
        elif (channel := self._channel()) is not None:
            self._bridge.run(ChannelSet(source=self.source, muted=not channel.muted))

    def _solo(self) -> None:
        if (channel := self._channel()) is not None:
            self._bridge.run(ChannelSet(source=self.source, solo=not channel.solo))

    def _effects(self) -> None:
        EffectsDialog(self._bridge, self.window(), self.source).open()

    def _channel(self) -> Channel | None:
        return next((channel for channel in self._bridge.state.mixer.channels if channel.source == self.source), None)


class MixerPanel(Panel):
    """Strips in the order of the sources; they scroll sideways."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Mixer"))
        self._bridge = bridge
        self._error = ""
        """Of the headphones, as it is said."""
        self._channels: dict[str, Strip] = {}
        self.listen = Button(_("Headphones"), self._listen, kind="small", tip=_("Choose where solo and monitoring are heard"))
        self.tools.addWidget(self.listen)
        self._inner = QWidget()
        self._row = QHBoxLayout(self._inner)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._inner)
        self.master = Strip(bridge, MASTER, _("Programme"))
        area.viewport().setAutoFillBackground(False)
        self._inner.setAutoFillBackground(False)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(area, 1)
        across.addWidget(self.master)  # in sight, however many there are
        self.body.addLayout(across, 1)
        self.refresh(bridge.state)

    @property
    def strips(self) -> dict[str, Strip]:
        """By source; the programme's under MASTER."""
        return {**self._channels, MASTER: self.master}

    def refresh(self, state: State) -> None:
        """Show `state`."""
        names = {source.id: source.name for source in state.sources}
        lost = {source.id for source in state.sources if source.status in LOST}
        channels = [channel for channel in state.mixer.channels if channel.source in names]
        wanted = [channel.source for channel in channels]
        match_rows(self._row, self._channels, wanted, lambda source: Strip(self._bridge, source, names[source]))
        for channel in channels:
            strip = self._channels[channel.source]
            strip.set_name(names[channel.source])
            strip.show_state(
                channel.fader_db,
                muted=channel.muted,
                solo=channel.solo,
                effects=sum(effect.on for effect in channel.effects),
                lost=channel.source in lost,
            )
        self.master.show_state(state.mixer.master_db, muted=state.mixer.master_muted)
        if state.mixer.monitor_error != self._error:
            self._error = state.mixer.monitor_error
            self.words.setText(self._error)

    def tick(self) -> None:
        """Move the meters."""
        for strip in self.strips.values():
            if strip.isVisible():
                strip.tick()
        loudness = self._bridge.mailboxes.loudness()
        if loudness is not None and not self._bridge.state.mixer.monitor_error:
            words = _("Programme {lufs:.0f} LUFS").format(lufs=loudness.short_term)
            self.words.setText(words if loudness.short_term > -70 else "")

    def _listen(self) -> None:
        self._bridge.run(SourceChoices(kind="system_sound"), self._ask_headphones)

    def _ask_headphones(self, found: tuple[Choice, ...]) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, device in ((_("None"), ""), *((choice.name, str(choice.settings["device"])) for choice in found)):
            entry = menu.addAction(name)
            entry.setCheckable(True)
            entry.setChecked(device == self._bridge.state.mixer.monitor_device)
            entry.triggered.connect(partial(self._listen_on, device))
        menu.popup(self.listen.mapToGlobal(self.listen.rect().bottomLeft()))

    def _listen_on(self, device: str, *_checked: bool) -> None:
        self._bridge.run(MonitorSet(device=device))
