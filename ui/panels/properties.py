"""What the item that is taken can be told: where it lies, and its source's own settings."""

from functools import partial
from typing import Any

import msgspec
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.commands.scene import ItemSet
from studio.commands.source import SourceDelay, SourceRename, SourceSet
from studio.i18n import _
from studio.state import SceneItem, Source, State, Transform
from studio.state.source import Source as SourceState
from ui import theme
from ui.bridge import CHOSEN, Bridge, Choice
from ui.models.guests import guest_choices
from ui.models.labels import CHOICES, FIELDS
from ui.models.stage import Side, aligned, shape
from ui.panels.struct_form import StructForm
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import Form, control
from ui.widgets.label import label
from ui.widgets.panel import Panel, scrolled

ALIGN: tuple[tuple[Side, str], ...] = (
    ("left", "⇤"),
    ("centre", "↔"),
    ("right", "⇥"),
    ("top", "⤒"),
    ("middle", "↕"),
    ("bottom", "⤓"),
)
OF_DEVICE = frozenset({"device", "display", "x", "y", "width", "height", "application", "title"})
OF_FORMAT = frozenset({"format", "fps"})
DEVICE, FORMAT = FIELDS["device"], FIELDS["format"]
PLACE = ("x", "y", "rotation", "opacity")
CROPS = ("crop_left", "crop_right", "crop_top", "crop_bottom")


class PropertiesPanel(Panel):
    """Rebuilt when another item is taken or its source's settings came from elsewhere; numbers follow the state."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Properties"))
        self._bridge = bridge
        self._item = ""
        self._built: tuple[Any, ...] | None = None
        self._settling = False
        self.numbers: dict[str, Any] = {}
        self.form: StructForm | None = None
        self.devices: Any = None
        self.formats: Any = None
        self._inner = QWidget()
        self._rows = QVBoxLayout(self._inner)
        self._rows.setContentsMargins(0, 0, theme.px(4), 0)
        self._rows.setSpacing(theme.px(8))
        self.body.addWidget(scrolled(self._inner), 1)
        self.refresh(bridge.state)

    def take(self, item: str) -> None:
        """Show another item."""
        self._item = item
        self.refresh(self._bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        item, source = self._found(state)
        key = (item.id, source.id, source.settings, source.name, state.scenes.preview) if item and source else ()
        if key != self._built:
            self._built = key
            self._rebuild(state, item, source)
        if item is not None:
            self._show_place(state, item)

    def _found(self, state: State) -> tuple[SceneItem | None, Source | None]:
        scene = next((scene for scene in state.scenes.scenes if scene.id == state.scenes.preview), None)
        item = next((item for item in (scene.items if scene is not None else ()) if item.id == self._item), None)
        source = next((source for source in state.sources if item is not None and source.id == item.source), None)
        return (item, source) if source is not None else (None, None)

    # ── building ─────────────────────────────────────────────────────────────────────────────────────────────

    def _rebuild(self, state: State, item: SceneItem | None, source: Source | None) -> None:
        old, self._inner_content = getattr(self, "_inner_content", None), QWidget()
        if old is not None:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        rows = QVBoxLayout(self._inner_content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(8))
        self.numbers, self.form, self.devices, self.formats = {}, None, None, None
        self.words.setText(source.name if source is not None else "")
        if item is None or source is None:
            rows.addWidget(label("muted", _("Take an item on the preview or in the list."), wrap=True))
        else:
            self._add_source(rows, source)
            self._add_place(rows, state, item)
        rows.addStretch(1)
        self._rows.addWidget(self._inner_content)

    def _add_source(self, rows: QVBoxLayout, source: SourceState) -> None:
        head = Form()
        name = control("text", _("Name"), source.name, partial(self._rename, source.id), length=80)
        head.add(_("Name"), name)
        self._add_devices(head, source)
        rows.addLayout(head)
        kind = self._bridge.kinds.get(source.kind)
        if kind is None:
            return
        choices = None
        if source.kind == "scene":
            choices = {"scene": [(scene.name, scene.id) for scene in self._bridge.state.scenes.scenes]}
        elif source.kind == "guest":
            choices = {"guest": [(_("Nobody yet"), ""), *guest_choices(self._bridge.state)]}
        leave_out = OF_DEVICE if source.kind in CHOSEN else frozenset()
        if source.kind == "camera":
            leave_out |= OF_FORMAT
            self._add_formats(head, source)
        self.form = StructForm(
            kind.settings, source.settings, partial(self._set, source.id), leave_out=leave_out, choices=choices
        )
        rows.addWidget(self.form)
        delay = Form()
        delay.add(
            _("Delay, ms"), control("int", _("Delay, ms"), source.delay_ms, partial(self._delay, source.id), low=0, high=1000)
        )
        rows.addLayout(delay)

    def _add_devices(self, head: Form, source: SourceState) -> None:
        """What is chosen now, and the others once they have been looked for."""
        if source.kind not in CHOSEN:
            return
        now = Choice(_("As it is"), source.settings)
        box = control("choice", _(DEVICE), 0, partial(self._choose, source.id), choices=[(now.name, 0)])
        head.add(_(DEVICE), box)
        self.devices, self._found_devices = box, [now]
        self._bridge.choices(source.kind, partial(self._offer, source.id))

    def _offer(self, source: str, found: list[Choice]) -> None:
        if self.devices is None or not self._built or self._built[1] != source:
            return
        now = self._found_devices[0].settings
        for choice in found:
            same = all(now.get(name) == value for name, value in choice.settings.items())
            if same and now:
                self.devices.setItemText(0, choice.name)
            else:
                self._found_devices.append(choice)
                self.devices.addItem(choice.name, len(self._found_devices) - 1)

    def _add_formats(self, head: Form, source: SourceState) -> None:
        """How the camera delivers: its own choice, or one of the ways it has."""
        own = Choice(_("The camera's own"), {"format": "", "width": 0, "height": 0, "fps": 0.0})
        self._formats = [own]
        self.formats = control("choice", _(FORMAT), 0, partial(self._choose_format, source.id), choices=[(own.name, 0)])
        head.add(_(FORMAT), self.formats)
        self._bridge.camera_modes(str(source.settings.get("device", "")), partial(self._offer_formats, source.id))

    def _offer_formats(self, source: str, found: list[Choice]) -> None:
        if self.formats is None or not self._built or self._built[1] != source:
            return
        now = self._built[2]
        for choice in found:
            self._formats.append(choice)
            self.formats.addItem(choice.name, len(self._formats) - 1)
            if all(now.get(name) == value for name, value in choice.settings.items()):
                self.formats.setCurrentIndex(self.formats.count() - 1)

    def _choose_format(self, source: str, at: int) -> None:
        self._quietly(source, self._formats[at].settings)

    def _add_place(self, rows: QVBoxLayout, state: State, item: SceneItem) -> None:
        found = shape(state, item)
        if found is None:
            return
        rows.addWidget(label("heading", _("Place")))
        align = FlowLayout(spacing=4)
        names = {"left": _("Left"), "centre": _("Centre"), "right": _("Right")}
        names |= {"top": _("Top"), "middle": _("Middle"), "bottom": _("Bottom")}
        for side, sign in ALIGN:
            align.addWidget(
                Button(sign, partial(self._align, side), kind="tool", tip=_("Align: {side}").format(side=names[side]))
            )
        rows.addLayout(align)
        form = Form()
        fits = [(_(CHOICES[fit]), fit) for fit in ("none", "fit", "fill", "stretch")]
        self._number(form, "fit", "choice", choices=fits)
        for name in PLACE:
            low, high = {"rotation": (-360.0, 360.0), "opacity": (0.0, 1.0)}.get(name, (-20_000.0, 20_000.0))
            self._number(form, name, "float", low=low, high=high)
        sized = ("width", "height") if item.transform.fit != "none" else ("scale_x", "scale_y")
        for name in sized:
            self._number(form, name, "float", low=0.0, high=20_000.0 if name in ("width", "height") else 100.0)
        for name in CROPS:
            self._number(form, name, "int", low=0, high=20_000)
        rows.addLayout(form)

    def _number(self, form: Form, name: str, kind: str, **limits: Any) -> None:
        made = control(kind, _(FIELDS[name]), "none" if kind == "choice" else 0, partial(self._place, name), **limits)
        self.numbers[name] = made
        form.add(_(FIELDS[name]), made)

    # ── following and telling ────────────────────────────────────────────────────────────────────────────────

    def _show_place(self, state: State, item: SceneItem) -> None:
        self._settling = True
        for name, made in self.numbers.items():
            value = getattr(item.transform, name)
            if name == "fit":
                made.setCurrentIndex(made.findData(value))
            elif not made.hasFocus():
                made.setValue(int(value) if name in CROPS else value)
            made.setEnabled(not item.locked)
        self._settling = False
        wanted = "width" if item.transform.fit != "none" else "scale_x"
        if self.numbers and wanted not in self.numbers:
            self._built = None
            self.refresh(state)

    def _place(self, name: str, value: Any) -> None:
        item, _source = self._found(self._bridge.state)
        if self._settling or item is None:
            return
        transform: Transform = msgspec.structs.replace(item.transform, **{name: value})
        if name == "fit" and value != "none" and item.transform.fit == "none":
            found = shape(self._bridge.state, item)
            if found is not None:  # the box it had, so that nothing jumps
                transform = msgspec.structs.replace(transform, width=found.box.width, height=found.box.height)
        if transform != item.transform:
            self._tell_place(item.id, transform)

    def _align(self, side: Side) -> None:
        state = self._bridge.state
        item, _source = self._found(state)
        if item is not None:
            self._tell_place(item.id, aligned(state, item, side))

    def _tell_place(self, item: str, transform: Transform) -> None:
        self._bridge.run(ItemSet(scene=self._bridge.state.scenes.preview, item=item, transform=transform))

    def _set(self, source: str, name: str, value: Any) -> None:
        self._quietly(source, {name: value})

    def _choose(self, source: str, at: int) -> None:
        self._quietly(source, self._found_devices[at].settings)

    def _quietly(self, source: str, settings: dict[str, Any]) -> None:
        """Set, without the form being rebuilt under the hand that writes in it."""
        now = next((one for one in self._bridge.state.sources if one.id == source), None)
        if now is None or all(now.settings.get(name) == value for name, value in settings.items()):
            return
        assert self._built is not None
        item, _source, before, title, scene = self._built
        self._built = (item, source, before | settings, title, scene)
        self._bridge.run(SourceSet(source=source, settings=settings))

    def _rename(self, source: str, name: str) -> None:
        if name.strip() and self._built and name != self._built[3]:
            self._bridge.run(SourceRename(source=source, name=name.strip()))

    def _delay(self, source: str, delay_ms: int) -> None:
        self._bridge.run(SourceDelay(source=source, delay_ms=int(delay_ms)))
