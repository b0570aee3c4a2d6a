"""Shows a picture, letterboxed, with a coloured tally frame around it and a word in its corner."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme

FRAME = 3.0


class PictureView(QWidget):
    """`set_image` with a new QImage; `set_tally` with the token of a colour, and a word."""

    def __init__(self, aspect: float) -> None:
        super().__init__()
        self._aspect = aspect
        self._image: QImage | None = None
        self._tally, self._ink, self._word = "", "", ""
        self.painted = 0
        """How often a new picture reached the screen."""
        self._new = False
        self._ground = ""
        self.setMinimumSize(160, 90)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_image(self, image: QImage) -> None:
        """Show `image`."""
        self._image = image
        self._new = True
        self.update()

    def set_ground(self, ground: str) -> None:
        """The token of the colour that it lies on: it paints that itself, and what lies under it is not painted thirty times a
        second to be covered."""
        self._ground = ground
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_tally(self, tally: str, ink: str = "", word: str = "") -> None:
        """Frame the picture in the colour of a token and say why."""
        if (tally, ink, word) != (self._tally, self._ink, self._word):
            self._tally, self._ink, self._word = tally, ink, word
            self.update()

    @property
    def word(self) -> str:
        """What it says in the corner."""
        return self._word

    def picture_size(self) -> QSize:
        """The size in device pixels at which the picture is shown; even numbers."""
        box, ratio = self.box(), self.devicePixelRatioF()
        return QSize(max(2, int(box.width() * ratio) & ~1), max(2, int(box.height() * ratio) & ~1))

    @property
    def fits(self) -> bool:
        """Whether the picture that is held has the size in which it is shown."""
        return self._image is not None and self._image.size() == self.picture_size()

    def box(self) -> QRectF:
        """Where the picture is, on whole pixels: one that fits is copied to the screen, not scaled once more."""
        width, height = self.width() - 2 * FRAME, self.height() - 2 * FRAME
        shown_w = max(2, int(min(width, height * self._aspect)) & ~1)
        shown_h = max(2, int(shown_w / self._aspect) & ~1)
        return QRectF((self.width() - shown_w) // 2, (self.height() - shown_h) // 2, shown_w, shown_h)

    def sizeHint(self) -> QSize:
        return QSize(320, round(320 / self._aspect))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = self.box()
        if self._ground:
            ground, width, height = theme.colour(self._ground), self.width(), self.height()
            painter.fillRect(QRectF(0, 0, width, box.top()), ground)
            painter.fillRect(QRectF(0, box.bottom(), width, height - box.bottom()), ground)
            painter.fillRect(QRectF(0, box.top(), box.left(), box.height()), ground)
            painter.fillRect(QRectF(box.right(), box.top(), width - box.right(), box.height()), ground)
        if self._image is None:
            painter.fillRect(box, QColor("#000000"))
        else:
            if self.fits and self.devicePixelRatioF() == 1:
                painter.drawImage(box.topLeft().toPoint(), self._image)
            else:
                painter.drawImage(box, self._image)
            self.painted += self._new
            self._new = False
        self.paint_over(painter, box)
        if self._tally:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            pen = QPen(theme.colour(self._tally), FRAME, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(-FRAME / 2, -FRAME / 2, FRAME / 2, FRAME / 2))
        if self._word:
            badge(
                painter,
                QPointF(box.left() + theme.px(8), box.top() + theme.px(8)),
                box.width(),
                self._word,
                self._tally,
                self._ink,
            )

    def paint_over(self, painter: QPainter, box: QRectF) -> None:
        """What lies on the picture, for who derives from this."""


def badge(painter: QPainter, at: QPointF, room: float, word: str, ground: str, ink: str) -> None:
    """A word in a rounded field."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.font(11, bold=True))
    metrics = painter.fontMetrics()
    width = min(metrics.horizontalAdvance(word) + theme.px(16), room - theme.px(16))
    field = QRectF(at.x(), at.y(), width, theme.px(20))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(ground or "raised"))
    painter.drawRoundedRect(field, field.height() / 2, field.height() / 2)
    painter.setPen(theme.colour(ink or "text"))
    shown = metrics.elidedText(word, Qt.TextElideMode.ElideRight, int(field.width() - theme.px(8)))
    painter.drawText(field, Qt.AlignmentFlag.AlignCenter, shown)
