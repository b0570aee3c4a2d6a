"""Adding a source: one of the show's own, or a new one of a kind, with what there is to choose from."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from studio.commands.scene import ItemAdd
from studio.commands.source import SourceAdd
from studio.i18n import _
from studio.queries.source import CHOSEN, Choice
from studio.state import State, Transform
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.dialogs.device_picker import DevicePicker
from ui.models.guests import guest_choices
from ui.models.labels import KINDS, free_name
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label

FILES = {
    "media_file": "*.mp4 *.mov *.mkv *.webm *.mp3 *.wav *.m4a *.ogg *.flac",
    "image": "*.png *.jpg *.jpeg *.webp *.svg *.gif *.bmp",
}
COVERING = frozenset({"camera", "screen", "window", "media_file", "colour", "test_pattern", "scene", "guest"})
"""Kinds that fill the canvas when they are added; others keep their own size."""
SOUND = frozenset({"microphone", "system_sound"})


class AddSource(Dialog):
    """Adds to the scene in preview, and closes."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent, _("Add a source"), size=(620, 560))
        self._bridge = bridge
        self._scene = bridge.state.scenes.preview
        self.kinds: dict[str, Button] = {}
        self.found: list[Button] = []
        self.picker: DevicePicker | None = None
        self.finished.connect(lambda _result: self.picker.stop() if self.picker is not None else None)
        self._menu = self._kinds_page(bridge.state)
        self.body.addWidget(self._menu)
        self._offered = QWidget()
        self._list = QVBoxLayout(self._offered)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._offered.hide()
        self.body.addWidget(self._offered)
        self.body.addStretch(1)
        self.back = self.add_button(Button(_("Back"), self._go_back))
        self.back.hide()
        self.add_button(Button(_("Cancel"), self.reject), default=True)

    def _kinds_page(self, state: State) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(label("heading", _("New")))
        flow = FlowLayout()
        for kind, name in KINDS.items():
            button = Button(_(name), partial(self._new, kind))
            button.setAutoDefault(False)
            self.kinds[kind] = button
            flow.addWidget(button)
        rows.addLayout(flow)
        here = {item.source for scene in state.scenes.scenes if scene.id == self._scene for item in scene.items}
        others = [source for source in state.sources if source.id not in here and source.kind not in SOUND]
        if others:
            rows.addSpacing(theme.px(8))
            rows.addWidget(label("heading", _("Already in the show")))
            again = FlowLayout()
            for source in others:
                use = partial(self._use, source.id, source.kind)
                button = Button(source.name[:60], use, tip=_(KINDS.get(source.kind, source.kind)))
                button.setAutoDefault(False)
                again.addWidget(button)
            rows.addLayout(again)
        return page

    def _new(self, kind: str) -> None:
        if kind in CHOSEN:
            self._pick(kind)
        elif kind in FILES:
            self._ask_file(kind)
        elif kind == "scene":
            scenes = [scene for scene in self._bridge.state.scenes.scenes if scene.id != self._scene]
            self._offer(kind, [Choice(scene.name, {"scene": scene.id}) for scene in scenes])
        elif kind == "guest":
            self._offer(kind, [Choice(name, {"guest": guest}) for name, guest in guest_choices(self._bridge.state)])
        else:
            settings: dict[str, Any] = {}
            if kind in ("text", "lower_third"):
                settings = {"text": _("Your text")} if kind == "text" else {"title": _("Name"), "subtitle": _("What one does")}
            self._make(kind, _(KINDS[kind]), settings)

    def _go_back(self) -> None:
        """To the kinds again."""
        self._clear()
        self._offered.hide()
        self.back.hide()
        self._menu.show()

    def _clear(self) -> None:
        if self.picker is not None:
            self.picker.stop()
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.found, self.picker = [], None

    def _offer_page(self, kind: str) -> None:
        """What a kind offers, in place of the kinds."""
        self._clear()
        self._menu.hide()
        self._list.addWidget(label("heading", _(KINDS[kind])))
        self._offered.show()
        self.back.show()

    def _pick(self, kind: str) -> None:
        """A device, seen or heard before it is added."""
        self._offer_page(kind)
        self.picker = DevicePicker(self._bridge, kind)
        add = Button(_("Add"), self._picked, kind="primary")
        add.setAutoDefault(False)
        add.setEnabled(False)
        self.picker.ready.connect(add.setEnabled)
        self.found = [add]
        self._list.addWidget(self.picker)
        self._list.addWidget(add)
        self.picker.box.setFocus()

    def _picked(self) -> None:
        if self.picker is not None and (choice := self.picker.choice) is not None:
            self._make(self.picker.kind, choice.name, choice.settings)

    def _offer(self, kind: str, found: list[Choice]) -> None:
        self._offer_page(kind)
        for choice in found:
            button = Button(choice.name[:70], partial(self._make, kind, choice.name, choice.settings))
            button.setAutoDefault(False)
            self.found.append(button)
            self._list.addWidget(button)

    def _ask_file(self, kind: str) -> None:
        patterns = FILES[kind]
        dialog = QFileDialog(self, _(KINDS[kind]), "", f"{_(KINDS[kind])} ({patterns})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self._make(kind, Path(path).stem, {"path": path}))
        dialog.open()

    def _make(self, kind: str, name: str, settings: dict[str, Any]) -> None:
        free = free_name((name or _(KINDS[kind]))[:70], (source.name for source in self._bridge.state.sources))
        self._bridge.run(SourceAdd(kind=kind, name=free, settings=settings), partial(self._made, kind))

    def _made(self, kind: str, source: str) -> None:
        self._use(source, kind)

    def _use(self, source: str, kind: str) -> None:
        if kind not in SOUND:
            canvas = self._bridge.state.scenes.canvas
            transform = Transform(fit="fit") if kind in COVERING else Transform(x=canvas.width * 0.05, y=canvas.height * 0.7)
            if kind in ("camera", "guest"):
                transform = Transform(fit="fill")
            self._bridge.run(ItemAdd(scene=self._scene, source=source, transform=transform))
        self.accept()
