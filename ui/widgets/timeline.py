"""A stretch of a film to cut in: pictures, sound, marks, the clip between its two handles, and the playhead. Plain Qt.

Keys: arrows step a picture (with Shift a second), I and O set the ends, Home and End go to them, Space plays, + and - zoom.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui import theme
from ui.widgets import timeline_paint
from ui.widgets.label import plain_tip
from ui.widgets.timeline_paint import EDGE, RULER, Mark, Span

STRIP, WAVE, MARKS = 52, 46, 20
GRIP = 10
"""Pixels beside a handle that still take it."""
SHORTEST_MS, NARROWEST_MS = 500, 2000


class Timeline(QWidget):
    """All times in ms of the film. `said` makes a time of ms readable."""

    moved = Signal(int)
    """The playhead was put somewhere."""
    trimmed = Signal(int, int)
    """The clip's ends, while they are dragged."""
    trimmed_for_good = Signal(int, int)
    zoomed = Signal()
    """Another stretch is shown, or as many pixels of it: pictures and sound are wanted."""
    play_asked = Signal()

    def __init__(self, name: str, said: Callable[[int], str]) -> None:
        super().__init__()
        self._said = said
        self.length_ms, self.frame_ms = 0, 40
        self.view: Span = (0, 1)
        self.clip: Span | None = None
        self.head_ms = 0
        self._marks: Sequence[Mark] = ()
        self._thumbs: dict[int, QImage] = {}
        self._count = 1
        self._peaks: list[float] = []
        self._grip = ""
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # ── what it shows ────────────────────────────────────────────────────────────────────────────────────────

    def show_film(self, length_ms: int, fps: float, marks: Sequence[Mark]) -> None:
        """Of this length, with these marks."""
        self.length_ms, self.frame_ms, self._marks = max(1, length_ms), max(1, round(1000 / (fps or 25))), marks
        self.update()

    def show_clip(self, clip: Span | None) -> None:
        """Its ends; None: there is none."""
        if clip != self.clip and not self._grip:
            self.clip = clip
            self.update()

    def show_span(self, begins_ms: int, ends_ms: int) -> None:
        """Look at this stretch."""
        width = min(max(ends_ms - begins_ms, NARROWEST_MS), max(self.length_ms, 1))
        begins_ms = min(max(0, begins_ms), self.length_ms - width)
        if (view := (begins_ms, begins_ms + width)) != self.view:
            self.view = view
            self._forget()
            self.zoomed.emit()

    def show_head(self, at_ms: int) -> None:
        """The playhead; what is shown follows it."""
        at_ms = min(max(0, at_ms), self.length_ms)
        if at_ms != self.head_ms:
            self.head_ms = at_ms
            begins_ms, ends_ms = self.view
            if not begins_ms <= at_ms <= ends_ms and not self._grip:
                half = (ends_ms - begins_ms) // 2
                self.show_span(at_ms - half, at_ms + half)
            self.setAccessibleDescription(self._said(at_ms))
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
            self.update()

    def thumbs_wanted(self, aspect: float) -> tuple[int, int]:
        """How many pictures of that aspect fill the strip, and how high (device pixels). Earlier ones are forgotten."""
        width = max(1.0, theme.px(STRIP) * aspect)
        self._count = max(1, round(self._inner().width() / width))
        self._thumbs = {}
        return self._count, round(theme.px(STRIP) * self.devicePixelRatioF())

    def put_thumb(self, number: int, image: QImage) -> None:
        """One picture of the strip."""
        self._thumbs[number] = image
        self.update()

    def points_wanted(self) -> int:
        """How many peaks the line of sound takes."""
        self._peaks = [0.0] * max(1, int(self._inner().width()) // 2)
        return len(self._peaks)

    def put_peaks(self, first: int, peaks: Sequence[float]) -> None:
        """A piece of the line of sound (0 to 1)."""
        self._peaks[first : first + len(peaks)] = [float(peak) for peak in peaks]
        self.update()

    @property
    def heard(self) -> bool:
        """Whether a line of sound is there."""
        return any(self._peaks)

    @property
    def pictures(self) -> int:
        """How many pictures of the strip have come."""
        return len(self._thumbs)

    def _forget(self) -> None:
        self._thumbs, self._peaks = {}, []
        self.update()

    # ── what a person does ───────────────────────────────────────────────────────────────────────────────────

    def zoom(self, factor: float) -> None:
        """Look closer (below 1) or farther, around the playhead where it is in sight."""
        begins_ms, ends_ms = self.view
        at_ms = self.head_ms if begins_ms <= self.head_ms <= ends_ms else (begins_ms + ends_ms) // 2
        width = min(max(round((ends_ms - begins_ms) * factor), NARROWEST_MS), self.length_ms)
        left = at_ms - round((at_ms - begins_ms) * width / max(1, ends_ms - begins_ms))
        self.show_span(left, left + width)

    def set_in(self) -> None:
        """The clip begins at the playhead."""
        if self.clip is not None:
            self._trim(min(self.head_ms, self.clip[1] - SHORTEST_MS), self.clip[1], done=True)

    def set_out(self) -> None:
        """The clip ends at the playhead."""
        if self.clip is not None:
            self._trim(self.clip[0], max(self.head_ms, self.clip[0] + SHORTEST_MS), done=True)

    def step(self, ms: int) -> None:
        """Move the playhead."""
        self._move(self.head_ms + ms)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._act_of(event) is not None:
            event.accept()  # these keys are the timeline's while it has the focus
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (act := self._act_of(event)) is not None:
            act()
        else:
            super().keyPressEvent(event)

    def _act_of(self, event: QKeyEvent) -> Callable[[], object] | None:
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return None
        by_ms = 1000 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else self.frame_ms
        ends = self.clip or (0, self.length_ms)
        acts: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Left: lambda: self.step(-by_ms),
            Qt.Key.Key_Right: lambda: self.step(by_ms),
            Qt.Key.Key_Home: lambda: self._move(ends[0]),
            Qt.Key.Key_End: lambda: self._move(ends[1]),
            Qt.Key.Key_I: self.set_in,
            Qt.Key.Key_O: self.set_out,
            Qt.Key.Key_Space: self.play_asked.emit,
            Qt.Key.Key_Plus: lambda: self.zoom(0.5),
            Qt.Key.Key_Minus: lambda: self.zoom(2),
        }
        return acts.get(event.key())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = self._grip_at(event.position().x()) or "head"
            self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        at_ms = self.ms_at(x)
        if self._grip == "head":
            self._move(at_ms)
        elif self._grip and self.clip is not None:
            begins_ms, ends_ms = self.clip
            if self._grip == "in":
                begins_ms = min(at_ms, ends_ms - SHORTEST_MS)
            else:
                ends_ms = max(at_ms, begins_ms + SHORTEST_MS)
            self._trim(begins_ms, ends_ms, done=False)
            self._move(begins_ms if self._grip == "in" else ends_ms)
        else:
            self.setCursor(Qt.CursorShape.SizeHorCursor if self._grip_at(x) else Qt.CursorShape.ArrowCursor)
            self._show_tip(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        grip, self._grip = self._grip, ""
        if grip in ("in", "out") and self.clip is not None:
            self.trimmed_for_good.emit(*self.clip)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if not turned:  # a movement begins or ends
            event.ignore()
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(0.8 if turned > 0 else 1.25)
        else:
            by = round((self.view[1] - self.view[0]) * -turned / 1200)
            self.show_span(self.view[0] + by, self.view[1] + by)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.zoomed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _move(self, at_ms: int) -> None:
        self.show_head(at_ms)
        self.moved.emit(self.head_ms)

    def _trim(self, begins_ms: int, ends_ms: int, *, done: bool) -> None:
        self.clip = (max(0, begins_ms), min(ends_ms, self.length_ms))
        self.update()
        (self.trimmed_for_good if done else self.trimmed).emit(*self.clip)

    def _grip_at(self, x: float) -> str:
        if self.clip is None:
            return ""
        away = {name: abs(self.x_of(ms) - x) for name, ms in zip(("in", "out"), self.clip, strict=True)}
        near = min(away, key=lambda name: away[name])
        return near if away[near] <= theme.px(GRIP) else ""

    def _show_tip(self, event: QMouseEvent) -> None:
        near = [mark for mark in self._marks if abs(self.x_of(mark[0]) - event.position().x()) < theme.px(6)]
        words = "\n".join(f"{self._said(at_ms)} {title}" for at_ms, title, _kind in near[:6])
        QToolTip.showText(event.globalPosition().toPoint(), plain_tip(words), self)

    # ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────

    def sizeHint(self) -> QSize:
        return QSize(theme.px(400), theme.px(RULER + MARKS + STRIP + WAVE) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(160), self.sizeHint().height())

    def x_of(self, ms: int) -> float:
        """Where a moment lies, in pixels."""
        inner = self._inner()
        return inner.left() + (ms - self.view[0]) * inner.width() / max(1, self.view[1] - self.view[0])

    def ms_at(self, x: float) -> int:
        """What moment lies there."""
        inner = self._inner()
        share = (x - inner.left()) / max(1.0, inner.width())
        return min(max(0, round(self.view[0] + share * (self.view[1] - self.view[0]))), self.length_ms)

    def _inner(self) -> QRectF:
        return QRectF(self.rect()).adjusted(EDGE + 2, 2, -EDGE - 2, -2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        inner = self._inner()
        painter.fillRect(QRectF(self.rect()), theme.colour("panel"))
        strip = QRectF(inner.left(), inner.top() + theme.px(RULER + MARKS), inner.width(), theme.px(STRIP))
        wave = QRectF(inner.left(), strip.bottom(), inner.width(), theme.px(WAVE))
        timeline_paint.ruler(painter, self, inner, self._said)
        painter.save()
        painter.setClipRect(strip.united(wave))
        timeline_paint.strip(painter, strip, self._thumbs, self._count)
        timeline_paint.wave(painter, wave, self._peaks)
        painter.restore()
        timeline_paint.marks(painter, self, inner, wave.bottom(), self._marks)
        if self.clip is not None:
            timeline_paint.clip(painter, self, strip.united(wave), self.clip)
        timeline_paint.head(painter, self, inner, wave.bottom())
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
