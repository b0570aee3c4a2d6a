"""The demo show's still pictures: logo, product card, poster and the pause picture."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPainterPath

from studio.demo import products, wordmark
from studio.demo.brush import (
    blur,
    box,
    canvas,
    clipped,
    curve,
    fill,
    glow,
    keep,
    linear,
    oval,
    painting,
    placed,
    radial,
    stroke,
    tone,
)
from studio.demo.clip import HostPicture
from studio.demo.flowers import leaf
from studio.overlays.base import font

WARM_WHITE = "#fff6ea"
POSTER_PHASE = 0.45


def logo() -> QImage:
    """The brand's name in warm white; its shadow keeps it legible on light pictures too."""
    name = wordmark.brand()
    scale = 272 / name.boundingRect().width()
    place = QPointF(160, 60) - name.boundingRect().center() * scale
    image = canvas(320, 120)
    for sigma, strength, passes in ((7.0, 0.55, 3), (1.8, 0.6, 2)):
        shade = canvas(320, 120)
        with painting(shade) as painter, placed(painter, (place.x(), place.y() + 1.5), scale=(scale, scale)):
            fill(painter, name, tone("#1d0f0a", strength))
        blur(shade, sigma)
        with painting(image) as painter:
            for _ in range(passes):
                painter.drawImage(0, 0, shade)
    with painting(image) as painter, placed(painter, (place.x(), place.y()), scale=(scale, scale)):
        fill(painter, name, WARM_WHITE)
    return image


def _text(painter: QPainter, words: str, at: QPointF, face: QFont, colour: str) -> float:
    """Words as a path on a base line; answers where they end."""
    path = QPainterPath()
    path.addText(at, face, words)
    fill(painter, path, colour)
    return at.x() + QFontMetricsF(face).horizontalAdvance(words)


def card() -> QImage:
    """The first product as a white card."""
    image = canvas(620, 220)
    with painting(image) as painter:
        fill(painter, box(24, 26, 572, 166, 20), tone("#000000", 0.42))
    blur(image, 9)
    with painting(image) as painter:
        fill(painter, box(20, 16, 580, 172, 20), tone("#ffffff", 0.98))
        with clipped(painter, box(36, 32, 140, 140, 12)):
            painter.drawImage(QRectF(36, 32, 140, 140), products.picture(0), QRectF(95, 95, 410, 410))
        _text(painter, "Rose Facial Oil 30 ml", QPointF(200, 92), font(36, bold=True), "#16191f")
        end = _text(painter, "249 kr.", QPointF(200, 144), font(36, bold=True), "#b3161b")
        before = font(29)
        stop = _text(painter, "329 kr.", QPointF(end + 18, 144), before, "#565c66")
        stroke(painter, box(end + 16, 134, stop - end - 14, 0.01), tone("#565c66"), 2)
    return image


def poster(picture: HostPicture) -> QImage:
    """The presenter with the bottle lifted, for where the show has not begun."""
    aspect, how = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    return picture.at(POSTER_PHASE).scaled(1280, 720, aspect, how)


def _sprig(painter: QPainter, at: QPointF, angle: float, size: float, colour: str) -> None:
    with placed(painter, (at.x(), at.y()), angle=angle, scale=(size, size)):
        stroke(painter, curve((0, 0), ((10, -90), (-8, -180), (6, -280))), tone(colour), 4)
        for step in range(7):
            y = -40.0 - step * 36
            for side in (-1, 1):
                leaf(painter, 2, y, 84 - step * 6, -90 + side * (58 - step * 3), colour)
        leaf(painter, 5, -272, 52, -88, colour)


def pause() -> QImage:
    """A calm evening in the brand's colours, empty in the middle."""
    width, height = 1920, 1080
    image = QImage(width, height, QImage.Format.Format_RGB32)
    sky = ((0, "#3a2636"), (0.45, "#74474a"), (0.78, "#b97a63"), (1, "#dba583"))
    with painting(image) as painter:
        painter.fillRect(0, 0, width, height, linear((300, 0), (760, 1080), *((at, tone(name)) for at, name in sky)))
        for half, strength in ((760.0, 0.1), (570.0, 0.11), (390.0, 0.13)):
            arch = box(960 - half, 1040 - half * 1.36, 2 * half, 2400, half)
            fill(
                painter,
                arch,
                linear(
                    (0, 1040 - half * 1.36), (0, 1080), (0, tone("#ffd9b8", strength * 2.2)), (1, tone("#ffd9b8", strength * 0.4))
                ),
            )
        glow(painter, (960, 700), (620, 520), "#ffdcb4", 0.34)
        dice = np.random.default_rng(3)
        for _ in range(22):
            x, y, size, shine = (float(value) for value in dice.random(4))
            radius = 14 + 58 * size
            centre = (width * x, 80 + 760 * y)
            stops = ((0, 0.6), (0.82, 1.0), (0.94, 0.8), (1, 0.0))
            strength = 0.05 + 0.09 * shine
            fill(
                painter,
                oval(*centre, radius, radius),
                radial(centre, radius, *((at, tone("#ffe2c0", strength * share)) for at, share in stops)),
            )
        for reach, colour in (((900, 830), "#a86a5a"), ((960, 905), "#86504a"), ((1010, 985), "#5c3539")):
            hill = curve(
                (0, reach[0]),
                ((420, reach[0] - 110), (820, reach[1] + 40), (1180, reach[1] - 20)),
                ((1480, reach[1] - 70), (1720, reach[0] - 90), (1920, reach[0] - 30)),
            )
            hill.lineTo(width, height)
            hill.lineTo(0, height)
            fill(painter, hill, linear((0, reach[1] - 60), (0, 1080), (0, tone(colour, 0.75)), (1, tone(colour, 0.95))))
    sprigs = canvas(width, height)
    with painting(sprigs) as painter:
        for x, y, angle, size, colour in (
            (60, 1110, 14, 1.7, "#3d3a36"),
            (230, 1130, 30, 1.25, "#4d4a40"),
            (1870, 1110, -16, 1.8, "#33302f"),
            (1690, 1130, -30, 1.3, "#474339"),
        ):
            _sprig(painter, QPointF(x, y), angle, size, colour)
    blur(sprigs, 2.4)
    with painting(image) as painter:
        painter.drawImage(0, 0, sprigs)
        painter.fillRect(0, 0, width, height, radial((960, 520), 1180, (0.5, tone("#1c0d12", 0)), (1, tone("#1c0d12", 0.45))))
    return image


def write(folder: Path, picture: HostPicture) -> None:
    """All four."""
    keep(logo(), folder / "logo.png")
    keep(card(), folder / "card.png")
    keep(poster(picture), folder / "poster.webp", 94)
    keep(pause(), folder / "break.webp", 92)
