"""The preview as a stage: items are taken, moved, sized, cropped and turned on the picture itself, by mouse and by keys."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QApplication

from studio.commands.scene import ItemRemove, ItemReorder, ItemSet
from studio.i18n import _
from studio.state import Scene, SceneItem, State, Transform
from ui import theme
from ui.bridge import Bridge
from ui.models.stage import (
    SAFE,
    TURN_ARM,
    Handle,
    Outline,
    Snap,
    dragged,
    handle_points,
    hit,
    moved,
    shape,
    size_of,
    snapped,
    turned_to,
)
from ui.panels.program import BusView

GRIP = 9.0
REACH = 10.0
TELL_MS = 33
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class _Drag:
    """What a hand does: with which handle, from where, on which transform."""

    def __init__(self, item: SceneItem, handle: Handle | None, *, turn: bool, x: float, y: float) -> None:
        self.item, self.handle, self.turn = item, handle, turn
        self.x, self.y = x, y
        self.began = False


class StageView(BusView):
    """`selected` when another item is taken. Alt crops, Shift keeps the direction or frees the ratio, Ctrl does not snap."""

    selected = Signal(str)

    def __init__(self, bridge: Bridge, told: Callable[[str], None]) -> None:
        self._item, self._of = "", ""
        """What is taken, and the scene it is in."""
        self._waiting: Transform | None = None
        self._drag: _Drag | None = None
        self._shown: Transform | None = None
        """The transform under the hand, until the state has it."""
        self._guides = Snap(0, 0)
        super().__init__(bridge, "preview")
        self._say = told
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleDescription(
            _("Arrow keys move the item, with Shift by ten. Tab and Shift+Tab go on. Page up and down: order. Delete removes it.")
        )
        self._timer = QTimer(self)
        self._timer.setInterval(TELL_MS)
        self._timer.timeout.connect(self._send_waiting)

    # ── what is there ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def item(self) -> SceneItem | None:
        """The item that is taken."""
        scene = self._scene()
        return next((item for item in scene.items if item.id == self._item), None) if scene is not None else None

    def select(self, item: str) -> None:
        """Take an item; '' lets go."""
        if item != self._item:
            self._item = item
            self._shown = None
            self.selected.emit(item)
        self.update()

    def refresh(self, state: State) -> None:
        """Show `state`. What was taken was taken in its scene: another scene's items may have the same ids."""
        super().refresh(state)
        if state.scenes.preview != self._of:
            self._of, self._drag, self._waiting = state.scenes.preview, None, None
            self.select("")
        if self._drag is None:
            self._shown = None
        self.update()

    def _scene(self) -> Scene | None:
        scenes = self._bridge.state.scenes
        return next((scene for scene in scenes.scenes if scene.id == scenes.preview), None)

    def _placed(self, item: SceneItem) -> Outline | None:
        if self._shown is not None and item.id == self._item:
            item = SceneItem(id=item.id, source=item.source, transform=self._shown)
        return shape(self._bridge.state, item)

    def _canvas_point(self, at: QPointF) -> tuple[float, float]:
        box, canvas = self.box(), self._bridge.state.scenes.canvas
        return (at.x() - box.left()) * canvas.width / box.width(), (at.y() - box.top()) * canvas.height / box.height()

    def _view_point(self, x: float, y: float) -> QPointF:
        box, canvas = self.box(), self._bridge.state.scenes.canvas
        return QPointF(box.left() + x * box.width() / canvas.width, box.top() + y * box.height() / canvas.height)

    def _zoom(self) -> float:
        return self._bridge.state.scenes.canvas.width / self.box().width()

    def _turning_point(self, found: Outline) -> tuple[float, float]:
        arm = self._bridge.state.scenes.canvas.height * TURN_ARM
        height = max(1.0, found.box.height)
        return found.at(0.5, -arm / height)

    # ── the mouse ────────────────────────────────────────────────────────────────────────────────────────────

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or (scene := self._scene()) is None:
            return
        x, y = self._canvas_point(event.position())
        taken = self.item
        if taken is not None and not taken.locked and (grip := self._grip(taken, event.position())) is not None:
            handle, turn = grip
            self._drag = _Drag(taken, handle, turn=turn, x=x, y=y)
            return
        under = hit(self._bridge.state, scene, x, y)
        self.select(under.id if under is not None else "")
        if under is not None:
            self._drag = _Drag(under, None, turn=False, x=x, y=y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        drag = self._drag
        if drag is None:
            self._point(event.position())
            return
        x, y = self._canvas_point(event.position())
        if not drag.began and max(abs(x - drag.x), abs(y - drag.y)) < 3 * self._zoom():
            return
        drag.began = True
        self._shown = self._pulled(drag, x, y, event.modifiers())
        self._waiting = self._shown
        if not self._timer.isActive():
            self._send_waiting()
            self._timer.start()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self._guides = Snap(0, 0)
        self._send_waiting()
        self._timer.stop()
        self.update()

    def _pulled(self, drag: _Drag, x: float, y: float, held: Qt.KeyboardModifier) -> Transform:
        state, transform = self._bridge.state, drag.item.transform
        size, canvas, scene = size_of(state, drag.item), state.scenes.canvas, self._scene()
        dx, dy = x - drag.x, y - drag.y
        shift, free = bool(held & Qt.KeyboardModifier.ShiftModifier), bool(held & Qt.KeyboardModifier.ControlModifier)
        if drag.turn:
            return turned_to(transform, size, canvas, x, y, snap=not free)
        if drag.handle is not None:
            crop = bool(held & Qt.KeyboardModifier.AltModifier)
            return dragged(transform, drag.handle, dx, dy, size=size, canvas=canvas, crop=crop, keep_ratio=not shift)
        if shift:
            dx, dy = (dx, 0.0) if abs(dx) > abs(dy) else (0.0, dy)
        assert scene is not None
        self._guides = Snap(dx, dy) if free else snapped(state, scene, drag.item, dx=dx, dy=dy, reach=REACH * self._zoom())
        return moved(transform, self._guides.dx, self._guides.dy, size, canvas)

    def _grip(self, item: SceneItem, at: QPointF) -> tuple[Handle | None, bool] | None:
        found = self._placed(item)
        if found is None:
            return None
        if (self._view_point(*self._turning_point(found)) - at).manhattanLength() < theme.px(GRIP) * 1.6:
            return None, True
        for handle, point in handle_points(found).items():
            if (self._view_point(*point) - at).manhattanLength() < theme.px(GRIP) * 1.6:
                return handle, False
        return None

    def _point(self, at: QPointF) -> None:
        item = self.item
        grip = self._grip(item, at) if item is not None and not item.locked else None
        if grip is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor if grip[1] else Qt.CursorShape.SizeAllCursor)
        else:
            self.unsetCursor()

    def _send_waiting(self) -> None:
        if self._waiting is None:
            self._timer.stop()
            return
        self._set(self._waiting)
        self._waiting = None

    def _set(self, transform: Transform) -> None:
        if self._of and self._item:
            self._bridge.run(ItemSet(scene=self._of, item=self._item, transform=transform))

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item, key = self.item, Qt.Key(event.key())
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            if not self._go_on(-1 if key == Qt.Key.Key_Backtab else 1):
                super().keyPressEvent(event)
        elif item is not None and key in ARROWS:
            if item.locked:
                self._say(_("The item is locked"))
                return
            step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            dx, dy = ARROWS[key]
            state = self._bridge.state
            base = self._shown or item.transform
            self._shown = moved(base, dx * step, dy * step, size_of(state, item), state.scenes.canvas)
            self._set(self._shown)
            self.update()
        elif item is not None and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._bridge.run(ItemRemove(scene=self._bridge.state.scenes.preview, item=item.id))
            self.select("")
        elif item is not None and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._restack(item, 1 if key == Qt.Key.Key_PageUp else -1)
        elif key == Qt.Key.Key_Escape and item is not None:
            self.select("")
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the items first, then out of the stage."""
        return self._go_on(1 if forward else -1) or super().focusNextPrevChild(forward)

    def _go_on(self, direction: int) -> bool:
        scene = self._scene()
        if scene is None:
            return False
        ids = [item.id for item in reversed(scene.items) if shape(self._bridge.state, item) is not None]
        at = ids.index(self._item) + direction if self._item in ids else (0 if direction > 0 else len(ids) - 1)
        if not 0 <= at < len(ids):
            return False
        self.select(ids[at])
        return True

    def _restack(self, item: SceneItem, by: int) -> None:
        scene = self._scene()
        if scene is not None:
            at = [other.id for other in scene.items].index(item.id) + by
            self._bridge.run(ItemReorder(scene=scene.id, item=item.id, index=max(0, at)))

    # ── what is drawn over the picture ───────────────────────────────────────────────────────────────────────

    def paint_over(self, painter: QPainter, box: QRectF) -> None:
        scene, item = self._scene(), self.item
        if scene is not None and not scene.items:
            painter.setPen(theme.colour("text") if theme.mode() == "dark" else theme.colour("panel"))
            painter.setFont(theme.font(14))
            words = _("This scene is empty: add a source.")
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
        if self._drag is not None and self._drag.began:
            self._paint_guides(painter, box)
        found = self._placed(item) if item is not None else None
        if item is not None and found is not None:
            self._paint_outline(painter, found, locked=item.locked)
        if self.hasFocus() and QApplication.focusWidget() is self:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRect(box.adjusted(3, 3, -3, -3))

    def _paint_guides(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(QPen(theme.colour("faint"), 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(box.width() * SAFE, box.height() * SAFE, -box.width() * SAFE, -box.height() * SAFE))
        painter.setPen(QPen(theme.colour("warn"), 1))
        for x in self._guides.across:
            at = self._view_point(x, 0).x()
            painter.drawLine(QPointF(at, box.top()), QPointF(at, box.bottom()))
        for y in self._guides.down:
            at = self._view_point(0, y).y()
            painter.drawLine(QPointF(box.left(), at), QPointF(box.right(), at))

    def _paint_outline(self, painter: QPainter, found: Outline, *, locked: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corners = [self._view_point(*found.at(*corner)) for corner in ((0, 0), (1, 0), (1, 1), (0, 1))]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ink, width in (("bg", 4), ("accent", 2)):
            style = Qt.PenStyle.DashLine if locked and ink == "accent" else Qt.PenStyle.SolidLine
            painter.setPen(QPen(theme.colour(ink), width, style))
            painter.drawPolygon(QPolygonF(corners))
        if locked:
            return
        top, arm = self._view_point(*found.at(0.5, 0)), self._view_point(*self._turning_point(found))
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawLine(top, arm)
        painter.setBrush(theme.colour("accent-ink"))
        painter.drawEllipse(arm, theme.px(GRIP) / 2, theme.px(GRIP) / 2)
        for point in handle_points(found).values():
            square = QRectF(0, 0, theme.px(GRIP), theme.px(GRIP))
            square.moveCenter(self._view_point(*point))
            painter.drawRect(square)
