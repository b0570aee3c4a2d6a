"""The items of the scene in preview, topmost first: take, hide, lock, order, remove, add."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from studio.commands.scene import ItemRemove, ItemReorder, ItemSet
from studio.i18n import _
from studio.state import LOST, Scene, SceneItem, Source, State
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.add_source import AddSource
from ui.models.labels import KINDS
from ui.widgets.button import Button, ElidedButton, restyle
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label, plain_tip
from ui.widgets.panel import Panel, column, scrolled
from ui.widgets.rows import match_rows


class ItemRow(QFrame):
    """One item: its name takes it."""

    def __init__(self, item: str, kind: str) -> None:
        super().__init__()
        self.setObjectName("step")
        self.item = item
        self.name = ElidedButton("", kind="plain")
        self.kind = label("small", kind)
        self.shown = Button("", kind="tool")
        self.locked = Button("", kind="tool")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(4), theme.px(2), theme.px(2), theme.px(2))
        row.setSpacing(theme.px(4))
        row.addWidget(self.name, 1)
        row.addWidget(self.kind)
        row.addWidget(self.shown)
        row.addWidget(self.locked)

    def show_state(self, item: SceneItem, source: Source, *, taken: bool) -> None:
        """How it stands."""
        lost = source.status in LOST
        self.name.set_words(source.name)
        self.kind.setText(_("no signal") if lost else "")
        self.kind.setVisible(lost)
        for button, on, words in (
            (self.shown, item.visible, (_("Shown"), _("Hidden"))),
            (self.locked, not item.locked, (_("Free"), _("Locked"))),
        ):
            button.setText(words[0] if on else words[1])
            button.set_kind("tool" if on else "tool-on")
        self.shown.set_tip(_("Show or hide {name}").format(name=source.name))
        self.locked.set_tip(_("Lock or free {name}").format(name=source.name))
        self.shown.setAccessibleName(f"{source.name}: {self.shown.text()}")
        self.locked.setAccessibleName(f"{source.name}: {self.locked.text()}")
        self.name.setToolTip(plain_tip(f"{source.name} · {source.reason}" if lost else source.name))
        place = "current" if taken else ""
        if self.property("place") != place:
            self.setProperty("place", place)
            restyle(self)


class ItemList(Panel):
    """`taken` when another item is taken here."""

    taken = Signal(str)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Items"))
        self._bridge = bridge
        self._item = ""
        self._rows: dict[tuple[str, str], ItemRow] = {}
        self.add = Button("+ " + _("Source"), self.add_source, kind="small", tip=_("Add a source to this scene"))
        self.tools.addWidget(self.add)
        self.empty = label("muted", _("This scene is empty: add a source."), wrap=True)
        inner = column(self.empty, spacing=2)
        rows = inner.layout()
        assert isinstance(rows, QVBoxLayout)
        self._list = rows
        self._list.addStretch(1)
        self.body.addWidget(scrolled(inner), 1)
        tools = FlowLayout(spacing=4)
        self.up = Button("↑", lambda: self._move(1), kind="tool", tip=_("Above the next"))
        self.down = Button("↓", lambda: self._move(-1), kind="tool", tip=_("Below the next"))
        self.remove = Button(_("Remove"), self._remove, kind="tool", tip=_("Remove the item; Undo brings it back"))
        for button in (self.up, self.down, self.remove):
            tools.addWidget(button)
        self.body.addLayout(tools)
        self.refresh(bridge.state)

    @property
    def rows(self) -> list[ItemRow]:
        """The topmost first."""
        return list(self._rows.values())

    def take(self, item: str) -> None:
        """Mark an item."""
        self._item = item
        self.refresh(self._bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        scene = self._scene(state)
        self.words.setText(scene.name if scene is not None else "")
        sources = {source.id: source for source in state.sources}
        items = [item for item in reversed(scene.items if scene is not None else ()) if item.source in sources]
        place = scene.id if scene is not None else ""
        kinds = {item.id: sources[item.source].kind for item in items}
        match_rows(self._list, self._rows, [(place, item.id) for item in items], lambda key: self._make(key[1], kinds[key[1]]), 1)
        for row, item in zip(self.rows, items, strict=True):
            row.show_state(item, sources[item.source], taken=item.id == self._item)
        self.empty.setVisible(not items)
        self.add.setEnabled(scene is not None)
        for button in (self.up, self.down, self.remove):
            button.setEnabled(any(item.id == self._item for item in items))

    def add_source(self) -> None:
        """Ask which source to add."""
        AddSource(self._bridge, self.window()).open()

    def _make(self, item: str, kind: str) -> ItemRow:
        row = ItemRow(item, _(KINDS.get(kind, kind)))
        row.name.clicked.connect(partial(self._take, item))
        row.shown.clicked.connect(partial(self._toggle, item, "visible"))
        row.locked.clicked.connect(partial(self._toggle, item, "locked"))
        return row

    def _take(self, item: str, *_checked: bool) -> None:
        self.take(item)
        self.taken.emit(item)

    def _toggle(self, item: str, what: str, *_checked: bool) -> None:
        scene, found = self._found(item)
        if scene is not None and found is not None:
            change = ItemSet(scene=scene.id, item=item, visible=not found.visible)
            if what == "locked":
                change = ItemSet(scene=scene.id, item=item, locked=not found.locked)
            self._bridge.run(change)

    def _move(self, by: int) -> None:
        scene, found = self._found(self._item)
        if scene is not None and found is not None:
            at = [item.id for item in scene.items].index(found.id) + by
            self._bridge.run(ItemReorder(scene=scene.id, item=found.id, index=max(0, at)))

    def _remove(self) -> None:
        scene, found = self._found(self._item)
        if scene is not None and found is not None:
            self._bridge.run(ItemRemove(scene=scene.id, item=found.id))

    def _found(self, item: str) -> tuple[Scene | None, SceneItem | None]:
        scene = self._scene(self._bridge.state)
        return scene, next((one for one in (scene.items if scene is not None else ()) if one.id == item), None)

    @staticmethod
    def _scene(state: State) -> Scene | None:
        return next((scene for scene in state.scenes.scenes if scene.id == state.scenes.preview), None)
