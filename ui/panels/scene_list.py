"""The scenes of the show: preview one, add, rename, duplicate, move, remove."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.commands.base import Command
from studio.commands.scene import (
    SceneAdd,
    SceneDuplicate,
    ScenePreview,
    SceneRemove,
    SceneRename,
    SceneReorder,
    SceneTake,
)
from studio.i18n import _
from studio.settings import Settings
from studio.state import Scene, State
from ui import theme
from ui.actions import SCENE_KEYS, key_of
from ui.bridge import Bridge
from ui.dialogs.ask import ask_name
from ui.panels.scene_row import lost_source, scene_tally
from ui.widgets.button import ENTER, Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import plain_tip
from ui.widgets.panel import Panel
from ui.widgets.picture_view import badge
from ui.widgets.tile import INK

SCENE = Qt.ItemDataRole.UserRole
MARK = Qt.ItemDataRole.UserRole + 1
ROW = 32


class Mark(NamedTuple):
    """What a row says of its scene: a word on the colour of a token, and its key."""

    word: str
    tally: str
    key: str


class SceneRowPainter(QStyledItemDelegate):
    """A scene's name, and at the right end its tally or its key."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(theme.px(80), theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        box, mark = QRectF(option.rect), Mark(*index.data(MARK))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        right = box.right() - theme.px(6)
        if mark.word:
            painter.setFont(theme.font(11, bold=True))
            width = painter.fontMetrics().horizontalAdvance(mark.word) + theme.px(16)
            right -= min(width, box.width() * 0.6)
            at = QPointF(right, box.center().y() - theme.px(10))
            badge(painter, at, box.width() * 0.6 + theme.px(16), mark.word, mark.tally, INK[mark.tally])
        elif mark.key:
            painter.setFont(theme.font(12))
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                box.adjusted(0, 0, -theme.px(8), 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, mark.key
            )
            right -= painter.fontMetrics().horizontalAdvance(mark.key) + theme.px(6)
        painter.setFont(theme.font(14, bold=bool(mark.word)))
        painter.setPen(theme.colour("text"))
        room = QRectF(box.left() + theme.px(8), box.top(), right - box.left() - theme.px(14), box.height())
        name = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()


class Rows(QListWidget):
    """A list that keeps Enter to itself."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in ENTER:
            event.accept()
            return True
        return super().event(event)


class SceneList(Panel):
    """The row in the list is the scene in preview. A double click takes only where the settings say so."""

    def __init__(self, bridge: Bridge, settings: Settings) -> None:
        super().__init__(_("Scenes"))
        self._bridge, self._settings = bridge, settings
        self._settling = False
        self.add = Button("+", self._add, kind="tool", tip=_("Add a scene"))
        self.tools.addWidget(self.add)
        self.list = Rows()
        self.list.setAccessibleName(_("Scenes"))
        self.list.setItemDelegate(SceneRowPainter(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._on_row)
        self.list.itemDoubleClicked.connect(self._on_double)
        self.body.addWidget(self.list, 1)
        tools = FlowLayout(spacing=4)
        self.rename = Button(_("Rename"), self._rename, kind="tool")
        self.duplicate = Button(_("Duplicate"), lambda: self._of_current(lambda s: SceneDuplicate(scene=s.id)), kind="tool")
        self.up = Button("↑", lambda: self._move(-1), kind="tool", tip=_("Move the scene up"))
        self.down = Button("↓", lambda: self._move(1), kind="tool", tip=_("Move the scene down"))
        self.remove = Button(_("Remove"), lambda: self._of_current(lambda s: SceneRemove(scene=s.id)), kind="tool")
        self.remove.set_tip(_("Remove the scene; Undo brings it back"))
        for button in (self.rename, self.duplicate, self.up, self.down, self.remove):
            tools.addWidget(button)
        self.body.addLayout(tools)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        self._settling = True
        scenes = state.scenes.scenes
        while self.list.count() > len(scenes):
            self.list.takeItem(self.list.count() - 1)
        while self.list.count() < len(scenes):
            self.list.addItem(QListWidgetItem())
        for number, scene in enumerate(scenes):
            row = self.list.item(number)
            word, tally = scene_tally(state, scene.id, preview=True)
            lost = lost_source(state, scene.id)
            key = key_of(state, f"scene.{number + 1}") if number < SCENE_KEYS else ""
            mark = Mark(lost or word, "warn" if lost else tally, key)
            if (row.text(), row.data(MARK)) != (scene.name, mark):
                row.setText(scene.name)
                row.setData(MARK, mark)
                words = ", ".join(filter(None, (scene.name, lost, word, key)))
                row.setToolTip(plain_tip(words))
                row.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            row.setData(SCENE, scene.id)
            if scene.id == state.scenes.preview and self.list.currentRow() != number:
                self.list.setCurrentRow(number)
        self.remove.setEnabled(state.scenes.preview != state.scenes.program and len(scenes) > 1)
        self._settling = False

    def _current(self) -> Scene | None:
        scenes = self._bridge.state.scenes
        return next((scene for scene in scenes.scenes if scene.id == scenes.preview), None)

    def _on_row(self, row: int) -> None:
        if not self._settling and row >= 0:
            self._bridge.run(ScenePreview(scene=self.list.item(row).data(SCENE)))

    def _on_double(self, row: QListWidgetItem) -> None:
        if self._settings["window.double_click"]:
            self._bridge.run(SceneTake(scene=row.data(SCENE)))

    def _of_current(self, make: Callable[[Scene], Command]) -> None:
        if (scene := self._current()) is not None:
            self._bridge.run(make(scene))

    def _add(self) -> None:
        names = {scene.name for scene in self._bridge.state.scenes.scenes}
        base = _("Scene")
        name = next(f"{base} {n}" for n in range(len(names) + 1, 2 * len(names) + 3) if f"{base} {n}" not in names)
        ask_name(self, _("Add a scene"), _("Name of the scene"), value=name, done=self._added)

    def _added(self, name: str) -> None:
        self._bridge.run(SceneAdd(name=name), partial(self._preview, name))

    def _preview(self, name: str, _result: object) -> None:
        self._bridge.run(ScenePreview(scene=name))

    def _rename(self) -> None:
        scene = self._current()
        if scene is not None:
            ask_name(
                self,
                _("Rename"),
                _("Name of the scene"),
                value=scene.name,
                done=lambda name: self._bridge.run(SceneRename(scene=scene.id, name=name)),
            )

    def _move(self, by: int) -> None:
        scenes, scene = self._bridge.state.scenes.scenes, self._current()
        if scene is not None:
            at = [other.id for other in scenes].index(scene.id) + by
            if 0 <= at < len(scenes):
                self._bridge.run(SceneReorder(scene=scene.id, index=at))
