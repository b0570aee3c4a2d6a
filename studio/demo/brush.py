"""What all drawings share: colours, gradients, soft light, smooth outlines and blurred layers."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QRadialGradient,
)

Pixels = NDArray[np.uint8]
Point = tuple[float, float]

_SOFT = [(at / 12, math.exp(-4.2 * (at / 12) ** 2) * (1 - (at / 12) ** 4)) for at in range(13)]


def tone(name: str, alpha: float = 1.0) -> QColor:
    """`#rrggbb` at an opacity of 0…1."""
    colour = QColor(name)
    colour.setAlphaF(alpha)
    return colour


def mix(first: str, second: str, share: float) -> str:
    """The colour `share` of the way from `first` to `second`."""
    a, b = QColor(first), QColor(second)
    parts = (round(x + (y - x) * share) for x, y in ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue())))
    return "#" + "".join(f"{part:02x}" for part in parts)


def lit(name: str, share: float) -> str:
    """Lighter (`share` above 0) towards warm white, or darker (below 0) towards warm black."""
    return mix(name, "#fff6ea" if share > 0 else "#22110c", abs(share))


def linear(start: Point, end: Point, *stops: tuple[float, QColor]) -> QBrush:
    """A straight gradient."""
    gradient = QLinearGradient(QPointF(*start), QPointF(*end))
    for at, colour in stops:
        gradient.setColorAt(at, colour)
    return QBrush(gradient)


def radial(centre: Point, radius: float, *stops: tuple[float, QColor]) -> QBrush:
    """A round gradient."""
    gradient = QRadialGradient(QPointF(*centre), radius)
    for at, colour in stops:
        gradient.setColorAt(at, colour)
    return QBrush(gradient)


def round_body(left: float, right: float, colour: str) -> QBrush:
    """The shading of something round and upright, lit from the left."""
    shades = ((0, -0.3), (0.07, -0.1), (0.2, 0.34), (0.3, 0.22), (0.5, 0.0), (0.8, -0.26), (0.95, -0.38), (1, -0.28))
    return linear((left, 0), (right, 0), *((at, tone(lit(colour, share))) for at, share in shades))


def glow(painter: QPainter, centre: Point, radii: Point, colour: str, strength: float) -> None:
    """An ellipse of light (or, with a dark colour, of shadow) that fades out like a blur."""
    painter.save()
    painter.translate(*centre)
    painter.scale(radii[0], radii[1])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(radial((0, 0), 1, *((at, tone(colour, strength * share)) for at, share in _SOFT)))
    painter.drawEllipse(QPointF(0, 0), 1, 1)
    painter.restore()


def fill(painter: QPainter, path: QPainterPath, brush: QBrush | QColor | str) -> None:
    """The path filled, without an outline."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(brush) if isinstance(brush, str) else brush)
    painter.drawPath(path)


def stroke(painter: QPainter, path: QPainterPath, colour: QColor | QBrush, width: float) -> None:
    """The path as a line with round ends."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QBrush(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(path)


def soft_stroke(painter: QPainter, path: QPainterPath, colour: str, width: float, strength: float) -> None:
    """A wide line whose edges fade out."""
    steps = 7
    for step in range(steps):
        stroke(painter, path, tone(colour, strength / steps), width * (1 - step / steps))


def box(left: float, top: float, width: float, height: float, radius: float = 0) -> QPainterPath:
    """A rectangle with round corners."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(left, top, width, height), radius, radius)
    return path


def oval(x: float, y: float, rx: float, ry: float) -> QPainterPath:
    """An ellipse about a centre."""
    path = QPainterPath()
    path.addEllipse(QPointF(x, y), rx, ry)
    return path


def polygon(*points: Point) -> QPainterPath:
    """Straight edges, closed."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(*point) for point in points]))
    path.closeSubpath()
    return path


def curve(start: Point, *bends: tuple[Point, Point, Point]) -> QPainterPath:
    """A line of cubic bends, each given by its two handles and its end."""
    path = QPainterPath(QPointF(*start))
    for one, two, end in bends:
        path.cubicTo(QPointF(*one), QPointF(*two), QPointF(*end))
    return path


def smooth(points: Sequence[Point], *, closed: bool = False) -> QPainterPath:
    """A line that runs evenly through all points (Catmull and Rom)."""
    count = len(points)

    def at(index: int) -> Point:
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    path = QPainterPath(QPointF(*points[0]))
    for index in range(count if closed else count - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (at(index + step) for step in (-1, 0, 1, 2))
        path.cubicTo(bx + (cx - ax) / 6, by + (cy - ay) / 6, cx - (dx - bx) / 6, cy - (dy - by) / 6, cx, cy)
    if closed:
        path.closeSubpath()
    return path


def limb(start: Point, start_radius: float, end: Point, end_radius: float) -> QPainterPath:
    """Two circles and what lies between them: a finger or an upper arm."""
    (ax, ay), (bx, by) = start, end
    length = max(math.hypot(bx - ax, by - ay), 1e-6)
    along = math.atan2(by - ay, bx - ax)
    lean = math.acos(max(-1.0, min(1.0, (start_radius - end_radius) / length)))

    def on(centre: Point, radius: float, angle: float) -> Point:
        return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)

    corners = ((start, start_radius, along + lean), (end, end_radius, along + lean))
    others = ((end, end_radius, along - lean), (start, start_radius, along - lean))
    path = polygon(*(on(*corner) for corner in (*corners, *others)))
    return path.united(oval(ax, ay, start_radius, start_radius)).united(oval(bx, by, end_radius, end_radius))


def between(first: Point, second: Point, share: float) -> Point:
    """The point `share` of the way from `first` to `second`."""
    return first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share


def ease(value: float) -> float:
    """0…1 with a soft start and a soft end; what is outside is held."""
    value = max(0.0, min(1.0, value))
    return value * value * value * (value * (value * 6 - 15) + 10)


def wave(phase: float, turns: int, start: float = 0.0) -> float:
    """−1…1, `turns` whole times in one loop, so that the loop has no seam."""
    return math.sin(math.tau * (turns * phase + start))


@contextmanager
def placed(painter: QPainter, at: Point = (0, 0), *, angle: float = 0, scale: Point = (1, 1)) -> Iterator[None]:
    """Draw in another place, turned and scaled."""
    painter.save()
    painter.translate(*at)
    painter.rotate(angle)
    painter.scale(*scale)
    yield
    painter.restore()


@contextmanager
def clipped(painter: QPainter, path: QPainterPath) -> Iterator[None]:
    """Draw only inside `path`."""
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    yield
    painter.restore()


def canvas(width: int, height: int) -> QImage:
    """A transparent picture."""
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image


@contextmanager
def painting(image: QImage) -> Iterator[QPainter]:
    """A painter on `image` with smooth edges."""
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    try:
        yield painter
    finally:
        painter.end()


class Sprite:
    """A drawing kept as a picture, for what costs much and only moves: `draw` paints inside left, top, width, height."""

    def __init__(self, draw: Callable[[QPainter], None], room: tuple[float, float, float, float], density: float) -> None:
        self._room = QRectF(*room)
        self._image = canvas(math.ceil(room[2] * density), math.ceil(room[3] * density))
        with painting(self._image) as painter:
            painter.scale(density, density)
            painter.translate(-room[0], -room[1])
            draw(painter)

    def paint(self, painter: QPainter) -> None:
        """Put it where it was drawn, in the painter's own place."""
        painter.drawImage(self._room, self._image)


def pixels(image: QImage) -> Pixels:
    """The picture's own memory as rows of blue, green, red, alpha; changes show in the picture, which must outlive them."""
    rows = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)


def blur(image: QImage, sigma: float) -> None:
    """Soften the picture in place."""
    data = pixels(image)
    data[:] = cv2.GaussianBlur(data, (0, 0), sigma)


def grain(image: QImage, amount: float, seed: int) -> None:
    """A still, fine noise in place: a smooth gradient then shows no steps."""
    data = pixels(image)
    noise = np.random.default_rng(seed).normal(0, amount, data.shape[:2]).astype(np.float32)[..., None]
    seen = data[..., 3:].astype(np.float32) / 255
    data[..., :3] = np.clip(np.rint(data[..., :3] + noise * seen), 0, data[..., 3:]).astype(np.uint8)


def keep(image: QImage, path: Path, quality: int = -1) -> None:
    """Write the picture in the format that the name ends with."""
    if not image.save(str(path), quality=quality):
        raise OSError(f"{path} could not be written")
