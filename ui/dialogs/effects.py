"""A channel's effects in the order they are gone through, with balance, mono and stepping back for another."""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import partial
from typing import Any

import msgspec
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.mixer import ChannelDuck, ChannelEffects, ChannelSet
from studio.i18n import _
from studio.state import Channel
from studio.state.effects import NAMES, AnyEffect
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.panels.struct_form import StructForm
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import Form, control, show_value
from ui.widgets.label import label

TYPES: dict[str, Any] = {str(kind.__struct_config__.tag): kind for kind in AnyEffect.__args__}


class EffectBox(QFrame):
    """One effect. `tell` hears what is asked of it: `move` and the way, `remove`, `set` and the values."""

    def __init__(self, effect: Any, tell: Callable[["EffectBox", str, Any], None]) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.kind = type(effect)
        rows = QVBoxLayout(self)
        head = QHBoxLayout()
        head.addWidget(label("heading", _(NAMES[str(self.kind.__struct_config__.tag)])), 1)
        for sign, tip, act in (
            ("↑", _("Earlier"), partial(tell, self, "move", -1)),
            ("↓", _("Later"), partial(tell, self, "move", 1)),
            ("✕", _("Remove this effect"), partial(tell, self, "remove", None)),
        ):
            button = Button(sign, act, kind="tool", tip=tip)
            button.setAutoDefault(False)
            head.addWidget(button)
        rows.addLayout(head)
        set_ = partial(_set_of, tell, self)
        self.form = StructForm(self.kind, msgspec.structs.asdict(effect), set_)
        rows.addWidget(self.form)
        rows.setContentsMargins(*([theme.px(12)] * 4))


def _set_of(tell: Callable[[EffectBox, str, Any], None], box: EffectBox, name: str, value: Any) -> None:
    tell(box, "set", {name: value})


class EffectsDialog(Dialog):
    """Every change is heard at once, and can be undone. The controls follow what is changed elsewhere; an effect that stays keeps
    its controls."""

    def __init__(self, bridge: Bridge, parent: QWidget, source: str) -> None:
        name = next((one.name for one in bridge.state.sources if one.id == source), source)
        super().__init__(parent, _("Effects of {name}").format(name=name), size=(560, 640))
        self._bridge, self._source = bridge, source
        self.boxes: list[EffectBox] = []
        self._add_channel()
        add = FlowLayout(spacing=6)
        for tag in NAMES:
            button = Button("+ " + _(NAMES[tag]), partial(self._add, tag), kind="small")
            button.setAutoDefault(False)
            add.addWidget(button)
        self.body.addLayout(add)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(8))
        self.body.addLayout(self._list)
        self.body.addStretch(1)
        bridge.changed.connect(self._refresh)
        self.add_button(Button(_("Close"), self.accept), default=True)
        self._refresh()

    @property
    def forms(self) -> list[StructForm]:
        """Of the effects, in their order."""
        return [box.form for box in self.boxes]

    def _channel(self) -> Channel | None:
        return next((one for one in self._bridge.state.mixer.channels if one.source == self._source), None)

    def _add_channel(self) -> None:
        form = Form()
        self.balance = control("float", _("Balance"), 0, partial(self._set, "balance"), low=-1, high=1)
        self.mono = control("bool", _("Both sides together (mono)"), False, partial(self._set, "mono"))
        self.monitor = control("bool", _("Heard in the headphones"), False, partial(self._set, "monitor"))
        self.steps_back = control("choice", _("Steps back for"), "", self._duck, choices=[(_("Nobody"), "")])
        form.add(_("Balance"), self.balance)
        form.add("", self.mono)
        form.add("", self.monitor)
        form.add(_("Steps back for"), self.steps_back)
        self.body.addLayout(form)

    def _refresh(self) -> None:
        channel = self._channel()
        if channel is None:
            self.reject()
            return
        show_value(self.balance, channel.balance)
        show_value(self.mono, channel.mono)
        show_value(self.monitor, channel.monitor)
        state = self._bridge.state
        names = {source.id: source.name for source in state.sources}
        others = [(names.get(c.source, c.source), c.source) for c in state.mixer.channels if c.source != self._source]
        key = channel.ducking.key if channel.ducking is not None else ""
        show_value(self.steps_back, key, [(_("Nobody"), ""), *others])
        self._match(channel.effects)
        for box, effect in zip(self.boxes, channel.effects, strict=True):
            box.form.show_values(msgspec.structs.asdict(effect))

    def _match(self, effects: Sequence[Any]) -> None:
        """As many boxes as effects, in their order: those whose kinds stand in the same order stay."""
        kinds = [type(effect) for effect in effects]
        before = [box.kind for box in self.boxes]
        if kinds == before:
            return
        kept: dict[int, EffectBox] = {}
        for block in SequenceMatcher(None, before, kinds, autojunk=False).get_matching_blocks():
            kept |= {block.b + at: self.boxes[block.a + at] for at in range(block.size)}
        for box in self.boxes:
            if box not in kept.values():
                self._list.removeWidget(box)
                box.hide()
                box.deleteLater()
        self.boxes = [kept.get(at) or EffectBox(effect, self._asked) for at, effect in enumerate(effects)]
        for at, box in enumerate(self.boxes):
            if self._list.indexOf(box) != at:
                self._list.insertWidget(at, box)

    def _asked(self, box: EffectBox, what: str, value: Any) -> None:
        number = self.boxes.index(box)
        if what == "move":
            self._move(number, value)
        elif what == "remove":
            self._remove(number)
        else:
            self._change(number, value)

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

    def _change(self, number: int, values: dict[str, Any]) -> None:
        effects = self._effects()
        if number < len(effects):
            effects[number] = msgspec.structs.replace(effects[number], **values)
            self._put(effects)

    def _set(self, name: str, value: Any) -> None:
        self._bridge.run(ChannelSet(source=self._source, **{name: value}))

    def _duck(self, key: str) -> None:
        self._bridge.run(ChannelDuck(source=self._source, key=key))
