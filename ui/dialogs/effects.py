"""A channel's effects in the order they are gone through, with balance, mono and stepping back for another."""

from functools import partial
from typing import Any

import msgspec
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.mixer import ChannelDuck, ChannelEffects, ChannelSet
from studio.i18n import _
from studio.state import Channel
from studio.state.effects import AnyEffect
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.models.labels import EFFECTS
from ui.panels.struct_form import StructForm
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import Form, control
from ui.widgets.label import label

TYPES: dict[str, Any] = {str(kind.__struct_config__.tag): kind for kind in AnyEffect.__args__}


class EffectsDialog(Dialog):
    """Every change is heard at once, and can be undone."""

    def __init__(self, bridge: Bridge, parent: QWidget, source: str) -> None:
        name = next((one.name for one in bridge.state.sources if one.id == source), source)
        super().__init__(parent, _("Effects of {name}").format(name=name), size=(560, 640))
        self._bridge, self._source = bridge, source
        self.forms: list[StructForm] = []
        self._shown: Channel | None = None
        self._content: QWidget | None = None
        bridge.changed.connect(self._refresh)
        self.add_button(Button(_("Close"), self.accept), default=True)
        self._refresh()

    def _channel(self) -> Channel | None:
        return next((one for one in self._bridge.state.mixer.channels if one.source == self._source), None)

    def _refresh(self) -> None:
        channel = self._channel()
        if channel is None:
            self.reject()
            return
        kinds = [type(effect) for effect in channel.effects]
        if self._shown is None or kinds != [type(effect) for effect in self._shown.effects]:
            self._rebuild(channel)
        self._shown = channel

    def _rebuild(self, channel: Channel) -> None:
        if self._content is not None:
            self.body.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = QWidget()
        rows = QVBoxLayout(self._content)
        rows.setContentsMargins(0, 0, 0, 0)
        self.forms = []
        self._add_channel(rows, channel)
        add = FlowLayout(spacing=6)
        for tag in EFFECTS:
            button = Button("+ " + _(EFFECTS[tag]), partial(self._add, tag), kind="small")
            button.setAutoDefault(False)
            add.addWidget(button)
        rows.addLayout(add)
        for number, effect in enumerate(channel.effects):
            rows.addWidget(self._effect_box(number, effect))
        rows.addStretch(1)
        self.body.addWidget(self._content)

    def _add_channel(self, rows: QVBoxLayout, channel: Channel) -> None:
        form = Form()
        form.add(_("Balance"), control("float", _("Balance"), channel.balance, partial(self._set, "balance"), low=-1, high=1))
        form.add("", control("bool", _("Both sides together (mono)"), channel.mono, partial(self._set, "mono")))
        form.add("", control("bool", _("Heard in the headphones"), channel.monitor, partial(self._set, "monitor")))
        sources = {source.id: source.name for source in self._bridge.state.sources}
        others = [(sources[c.source], c.source) for c in self._bridge.state.mixer.channels if c.source != self._source]
        key = channel.ducking.key if channel.ducking is not None else ""
        steps_back = control("choice", _("Steps back for"), key, self._duck, choices=[(_("Nobody"), ""), *others])
        form.add(_("Steps back for"), steps_back)
        rows.addLayout(form)

    def _effect_box(self, number: int, effect: Any) -> QWidget:
        box = QFrame()
        box.setObjectName("panel")
        rows = QVBoxLayout(box)
        head = QHBoxLayout()
        head.addWidget(label("heading", _(EFFECTS[str(type(effect).__struct_config__.tag)])), 1)
        for sign, tip, act in (
            ("↑", _("Earlier"), partial(self._move, number, -1)),
            ("↓", _("Later"), partial(self._move, number, 1)),
            ("✕", _("Remove this effect"), partial(self._remove, number)),
        ):
            button = Button(sign, act, kind="tool", tip=tip)
            button.setAutoDefault(False)
            head.addWidget(button)
        rows.addLayout(head)
        form = StructForm(type(effect), msgspec.structs.asdict(effect), partial(self._change, number))
        self.forms.append(form)
        rows.addWidget(form)
        rows.setContentsMargins(*([theme.px(12)] * 4))
        return box

    def _effects(self) -> list[Any]:
        channel = self._channel()
        return list(channel.effects) if channel is not None else []

    def _put(self, effects: list[Any]) -> None:
        self._bridge.run(ChannelEffects(source=self._source, effects=tuple(effects)))

    def _add(self, tag: str) -> None:
        self._put([*self._effects(), TYPES[tag]()])

    def _remove(self, number: int) -> None:
        effects = self._effects()
        self._put(effects[:number] + effects[number + 1 :])

    def _move(self, number: int, by: int) -> None:
        effects = self._effects()
        if 0 <= number + by < len(effects):
            effects[number], effects[number + by] = effects[number + by], effects[number]
            self._put(effects)

    def _change(self, number: int, name: str, value: Any) -> None:
        effects = self._effects()
        if number < len(effects):
            effects[number] = msgspec.structs.replace(effects[number], **{name: value})
            self._put(effects)

    def _set(self, name: str, value: Any) -> None:
        self._bridge.run(ChannelSet(source=self._source, **{name: value}))

    def _duck(self, key: str) -> None:
        self._bridge.run(ChannelDuck(source=self._source, key=key))
