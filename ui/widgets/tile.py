"""A scene as a tile: its live picture, its name and key, and whether it is the programme, in preview or on air."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QTransform,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui import theme
from ui.widgets.button import ENTER, keeps_enter
from ui.widgets.label import plain_tip
from ui.widgets.picture_view import badge

STRIP = 26.0
STRIP_GROUND, STRIP_INK, STRIP_KEY = QColor(10, 12, 16, 215), QColor("#ffffff"), QColor("#c3cbd5")
INK = {"air": "air-ink", "preview": "preview-ink", "warn": "warn-ink", "raised": "text"}


class Tile(QAbstractButton):
    """Clicked to take or preview. The tally is a frame and a word, never colour alone. `set_image` with a new picture."""

    double_clicked = Signal()

    def __init__(self, name: str, key: str, aspect: float) -> None:
        super().__init__()
        self._key, self._aspect = key, aspect
        self._word, self._tally, self._warning = "", "", ""
        self._image: QImage | None = None
        self._told: tuple[str, ...] = ()
        self._face: tuple[tuple[object, ...], QPixmap] | None = None
        """What lies over the picture, and what it was painted of."""
        self.setText(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_tally("")

    def set_words(self, name: str, key: str) -> None:
        """Another name or key; the tally is told anew after it."""
        if (name, key) != (self.text(), self._key):
            self._key = key
            self.setText(name)

    def set_tally(self, word: str, tally: str = "raised", warning: str = "") -> None:
        """Mark the scene with a word on the colour of a token; `warning` says what is wrong in it."""
        told = (self.text(), self._key, word, tally, warning)
        if told == self._told:
            return
        self._told = told
        self._word, self._tally, self._warning = word, tally, warning
        words = ", ".join(filter(None, (self.text(), word, warning)))
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(f"{words} ({self._key})" if self._key else words))
        self.update()

    def set_image(self, image: QImage) -> None:
        """Show `image`."""
        self._image = image
        self.update()

    @property
    def tally(self) -> str:
        """The word it is marked with."""
        return self._word

    @property
    def warning(self) -> str:
        """What is wrong in it."""
        return self._warning

    @property
    def fits(self) -> bool:
        """Whether the picture that is held has the size in which it is shown."""
        return self._image is not None and self._image.size() == self.picture_size()

    def picture_size(self) -> QSize:
        """The size in device pixels at which the picture is shown; even numbers."""
        box, ratio = self._covering(self._box()), self.devicePixelRatioF()
        return QSize(max(2, int(box.width() * ratio) & ~1), max(2, int(box.height() * ratio) & ~1))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(142), theme.px(80))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(96), theme.px(80))

    def event(self, event: QEvent) -> bool:
        return keeps_enter(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and not event.isAutoRepeat():
            self.click()
        elif event.key() != Qt.Key.Key_Space:  # Space takes nothing: it may only have been meant for something else
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._picture())
        painter.drawPath(self._outline())
        painter.drawPixmap(0, 0, self._words())

    def _box(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)

    def _outline(self) -> QPainterPath:
        path = QPainterPath()
        path.addRoundedRect(self._box(), 8, 8)
        return path

    def _picture(self) -> QBrush:
        """The picture as what the outline is filled with: where it has the right size its pixels are copied, not scaled."""
        if self._image is None:
            return QBrush(QColor("#000000"))
        place, brush = self._covering(self._box()), QBrush(self._image)
        ratio = self.devicePixelRatioF()
        if ratio == 1 and self.fits:
            brush.setTransform(QTransform.fromTranslate(round(place.x()), round(place.y())))
        else:
            across, down = place.width() / self._image.width(), place.height() / self._image.height()
            brush.setTransform(QTransform.fromTranslate(place.x(), place.y()).scale(across, down))
        return brush

    def _words(self) -> QPixmap:
        """Strip, words, frame and focus: painted when one of them changes, not with every picture."""
        ratio, focus = self.devicePixelRatioF(), self.hasFocus()
        painted_of = (*self._told, self.size(), ratio, focus, theme.scale(), theme.token("line"))
        if self._face is None or self._face[0] != painted_of:
            face = QPixmap(self.size() * ratio)
            face.setDevicePixelRatio(ratio)
            face.fill(Qt.GlobalColor.transparent)
            painter = QPainter(face)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_face(painter, focus=focus)
            painter.end()
            self._face = painted_of, face
        return self._face[1]

    def _paint_face(self, painter: QPainter, *, focus: bool) -> None:
        box, path = self._box(), self._outline()
        strip = QRectF(box.left(), box.bottom() - theme.px(STRIP), box.width(), theme.px(STRIP))
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(strip, STRIP_GROUND)
        painter.restore()
        self._paint_words(painter, box, strip)
        frame = self._tally if self._word and self._tally != "raised" else "text" if self._word else "line"
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour(frame), 3 if self._word else 1))
        painter.drawPath(path)
        if focus:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 6, 6)

    def _covering(self, box: QRectF) -> QRectF:
        width, height = max(box.width(), box.height() * self._aspect), max(box.height(), box.width() / self._aspect)
        return QRectF(box.center().x() - width / 2, box.center().y() - height / 2, width, height)

    def _paint_words(self, painter: QPainter, box: QRectF, strip: QRectF) -> None:
        painter.setFont(theme.font(12, bold=bool(self._word)))
        inner = strip.adjusted(theme.px(9), 0, -theme.px(8), 0)
        painter.setPen(STRIP_KEY)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._key)
        room = inner.adjusted(0, 0, -(painter.fontMetrics().horizontalAdvance(self._key) + theme.px(8)), 0)
        name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.setPen(STRIP_INK)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        word, ground = (self._warning, "warn") if self._warning else (self._word, self._tally)
        if word:
            badge(painter, QPointF(box.left() + theme.px(6), box.top() + theme.px(6)), box.width(), word, ground, INK[ground])
