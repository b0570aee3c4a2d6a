"""What the item that is taken can be told: where it lies, and its source's own settings."""

from functools import partial
from typing import Any

import msgspec
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.commands.base import Command
from studio.commands.scene import ItemSet
from studio.commands.source import SourceDelay, SourceRename, SourceSet
from studio.errors import StudioError
from studio.i18n import _
from studio.queries.source import CHOSEN, Choice, SourceChoices, SourceModes
from studio.state import SceneItem, Source, State, Transform
from ui import theme
from ui.bridge import Bridge
from ui.models.guests import guest_choices
from ui.models.labels import CHOICES, FIELDS
from ui.models.stage import Side, aligned, shape
from ui.panels.proxy_row import ProxyRow
from ui.panels.struct_form import StructForm
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import Form, NoWheel, control, show_value
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
BOXED, SCALED = ("width", "height"), ("scale_x", "scale_y")
"""Which numbers size an item that is fitted into a box, and which one that has its own size."""
AS_IT_IS = -1


class PropertiesPanel(Panel):
    """Rebuilt when another item is taken; else everything in it follows the state where it stands, so that who writes in a field
    goes on writing whatever else changes."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Properties"))
        self._bridge = bridge
        self._item = ""
        self._built: tuple[str, ...] | None = None
        self._sent: dict[str, Any] = {}
        """Settings that are on their way to the studio."""
        self.numbers: dict[str, QWidget] = {}
        self.name: QWidget | None = None
        self.form: StructForm | None = None
        self.delay: QWidget | None = None
        self.proxy: ProxyRow | None = None
        self.devices: NoWheel | None = None
        self.formats: NoWheel | None = None
        self._found_devices: tuple[Choice, ...] = ()
        self._found_formats: tuple[Choice, ...] = ()
        self._place_rows: Form | None = None
        self._place_box: QWidget | None = None
        self._content: QWidget | None = None
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
        key = (state.scenes.preview, item.id, source.id, source.kind) if item is not None and source is not None else ()
        if key != self._built:
            self._built = key
            self._sent = {}
            self._rebuild(source)
        self.words.setText(source.name if source is not None else "")
        if item is not None and source is not None:
            self._show_source(state, source)
            self._show_place(state, item)

    def _found(self, state: State) -> tuple[SceneItem | None, Source | None]:
        scene = next((scene for scene in state.scenes.scenes if scene.id == state.scenes.preview), None)
        item = next((item for item in (scene.items if scene is not None else ()) if item.id == self._item), None)
        source = next((source for source in state.sources if item is not None and source.id == item.source), None)
        return (item, source) if source is not None else (None, None)

    def _is_of(self, source: str) -> bool:
        """Whether it is this source's form that stands here."""
        return bool(self._built) and self._built is not None and self._built[2] == source

    # ── building ─────────────────────────────────────────────────────────────────────────────────────────────

    def _rebuild(self, source: Source | None) -> None:
        old, self._content = self._content, QWidget()
        if old is not None:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        rows = QVBoxLayout(self._content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(8))
        self.numbers, self.name, self.form, self.delay, self.proxy = {}, None, None, None, None
        self.devices = self.formats = None
        self._found_devices, self._found_formats = (), ()
        self._place_box = self._place_rows = None
        if source is None:
            rows.addWidget(label("muted", _("Take an item on the preview or in the list."), wrap=True))
        else:
            self._add_source(rows, source)
            self._add_place(rows)
        rows.addStretch(1)
        self._rows.addWidget(self._content)

    def _add_source(self, rows: QVBoxLayout, source: Source) -> None:
        head = Form()
        self.name = control("text", _("Name"), source.name, partial(self._rename, source.id), length=80)
        head.add(_("Name"), self.name)
        self._add_devices(head, source)
        rows.addLayout(head)
        kind = self._bridge.kinds.get(source.kind)
        if kind is None:
            return
        leave_out = OF_DEVICE if source.kind in CHOSEN else frozenset()
        if source.kind == "camera":
            leave_out |= OF_FORMAT
            self._add_formats(head, source)
        self.form = StructForm(
            kind.settings,
            source.settings,
            partial(self._set, source.id),
            leave_out=leave_out,
            choices=self._choices(self._bridge.state, source),
        )
        rows.addWidget(self.form)
        if source.kind == "media_file":
            self.proxy = ProxyRow(self._bridge, source.id)
            rows.addWidget(self.proxy)
        below = Form()
        self.delay = control("int", _("Delay, ms"), source.delay_ms, partial(self._delay, source.id), low=0, high=1000)
        below.add(_("Delay, ms"), self.delay)
        rows.addLayout(below)

    @staticmethod
    def _choices(state: State, source: Source) -> dict[str, list[tuple[str, Any]]] | None:
        """What fields offer that name other things of the show."""
        if source.kind == "scene":
            return {"scene": [(scene.name, scene.id) for scene in state.scenes.scenes]}
        if source.kind == "guest":
            return {"guest": [(_("Nobody yet"), ""), *guest_choices(state)]}
        return None

    def _add_devices(self, head: Form, source: Source) -> None:
        """What is chosen now, and the others once they have been looked for."""
        if source.kind not in CHOSEN:
            return
        self.devices = NoWheel(_(DEVICE), [])
        self.devices.activated.connect(partial(self._choose, source.id))
        head.add(_(DEVICE), self.devices)
        self._bridge.run(SourceChoices(kind=source.kind), partial(self._offer, source.id))

    def _offer(self, source: str, found: tuple[Choice, ...]) -> None:
        if self._is_of(source):
            self._found_devices = found
            self.refresh(self._bridge.state)

    def _add_formats(self, head: Form, source: Source) -> None:
        """How the camera delivers: its own choice, or one of the ways it has."""
        own = Choice(_("The camera's own"), {"format": "", "width": 0, "height": 0, "fps": 0.0})
        self._found_formats = (own,)
        self.formats = NoWheel(_(FORMAT), [])
        self.formats.activated.connect(partial(self._choose_format, source.id))
        head.add(_(FORMAT), self.formats)
        device = str(source.settings.get("device", ""))
        self._bridge.run(SourceModes(device=device), partial(self._offer_formats, source.id))

    def _offer_formats(self, source: str, found: tuple[Choice, ...]) -> None:
        if self._is_of(source):
            self._found_formats = (*self._found_formats[:1], *found)
            self.refresh(self._bridge.state)

    def _add_place(self, rows: QVBoxLayout) -> None:
        self._place_box = QWidget()
        inner = QVBoxLayout(self._place_box)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.px(8))
        inner.addWidget(label("heading", _("Place")))
        align = FlowLayout(spacing=4)
        names = {"left": _("Left"), "centre": _("Centre"), "right": _("Right")}
        names |= {"top": _("Top"), "middle": _("Middle"), "bottom": _("Bottom")}
        for side, sign in ALIGN:
            align.addWidget(
                Button(sign, partial(self._align, side), kind="tool", tip=_("Align: {side}").format(side=names[side]))
            )
        inner.addLayout(align)
        form = self._place_rows = Form()
        fits = [(_(CHOICES[fit]), fit) for fit in ("none", "fit", "fill", "stretch")]
        self._number(form, "fit", "choice", choices=fits)
        for name in PLACE:
            low, high = {"rotation": (-360.0, 360.0), "opacity": (0.0, 1.0)}.get(name, (-20_000.0, 20_000.0))
            self._number(form, name, "float", low=low, high=high)
        for name in (*BOXED, *SCALED):
            self._number(form, name, "float", low=0.0, high=20_000.0 if name in BOXED else 100.0)
        for name in CROPS:
            self._number(form, name, "int", low=0, high=20_000)
        inner.addLayout(form)
        rows.addWidget(self._place_box)

    def _number(self, form: Form, name: str, kind: str, **limits: Any) -> None:
        made = control(kind, _(FIELDS[name]), "none" if kind == "choice" else 0, partial(self._place, name), **limits)
        self.numbers[name] = made
        form.add(_(FIELDS[name]), made)

    # ── following ────────────────────────────────────────────────────────────────────────────────────────────

    def _show_source(self, state: State, source: Source) -> None:
        settings = source.settings | self._sent
        if self.name is not None:
            show_value(self.name, source.name)
        if self.form is not None:
            self.form.show_values(settings, self._choices(state, source))
        if self.proxy is not None:
            self.proxy.show_state(state, source)
        if self.delay is not None:
            show_value(self.delay, source.delay_ms)
        for box, found in ((self.devices, self._found_devices), (self.formats, self._found_formats)):
            if box is not None:
                _show_choice(box, found, settings)

    def _show_place(self, state: State, item: SceneItem) -> None:
        if self._place_box is None or self._place_rows is None:
            return
        self._place_box.setVisible(shape(state, item) is not None)
        boxed = item.transform.fit != "none"
        for name, made in self.numbers.items():
            show_value(made, getattr(item.transform, name))
            made.setEnabled(not item.locked)
        for names, shown in ((BOXED, boxed), (SCALED, not boxed)):
            for name in names:
                self._place_rows.setRowVisible(self.numbers[name], shown)

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────────

    def _place(self, name: str, value: Any) -> None:
        item, _source = self._found(self._bridge.state)
        if item is None:
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
        self._send(source, {name: value})

    def _choose(self, source: str, _row: int) -> None:
        if self.devices is not None and (at := self.devices.currentData()) != AS_IT_IS:
            self._send(source, self._found_devices[at].settings)

    def _choose_format(self, source: str, _row: int) -> None:
        if self.formats is not None and (at := self.formats.currentData()) != AS_IT_IS:
            self._send(source, self._found_formats[at].settings)

    def _send(self, source: str, settings: dict[str, Any]) -> None:
        """Set; until the studio has answered, the form shows what was chosen."""
        now = next((one for one in self._bridge.state.sources if one.id == source), None)
        if now is None or all((now.settings | self._sent).get(name) == value for name, value in settings.items()):
            return
        self._sent |= settings
        self._tell(SourceSet(source=source, settings=settings), settings)

    def _rename(self, source: str, name: str) -> None:
        if (name := name.strip()) and any(one.id == source and one.name != name for one in self._bridge.state.sources):
            self._tell(SourceRename(source=source, name=name))
        else:
            self.refresh(self._bridge.state)

    def _delay(self, source: str, delay_ms: int) -> None:
        self._bridge.run(SourceDelay(source=source, delay_ms=int(delay_ms)))

    def _tell(self, command: Command, settings: dict[str, Any] | None = None) -> None:
        self._bridge.attempt(command, partial(self._answered, settings or {}))

    def _answered(self, settings: dict[str, Any], _error: StudioError | None) -> None:
        """What was refused is shown as it is again."""
        for name, value in settings.items():
            if self._sent.get(name) == value:
                del self._sent[name]
        self.refresh(self._bridge.state)


def _show_choice(box: NoWheel, found: tuple[Choice, ...], settings: dict[str, Any]) -> None:
    """What is offered, and which of it is set; what is set and not offered has an entry too."""
    fits = (
        at
        for at, choice in enumerate(found)
        if choice.settings and all(settings.get(name, type(value)()) == value for name, value in choice.settings.items())
    )
    now = next(fits, AS_IT_IS)
    entries = [(choice.name, at) for at, choice in enumerate(found)]
    box.fill([(_("As it is"), AS_IT_IS), *entries] if now == AS_IT_IS else entries, now)
