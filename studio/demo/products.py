"""The product pictures: each pack on a low plinth before a soft ground of its own hue."""

from pathlib import Path

from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from studio.demo import bottles
from studio.demo.brush import (
    blur,
    box,
    canvas,
    clipped,
    fill,
    glow,
    keep,
    linear,
    lit,
    oval,
    painting,
    placed,
    radial,
    tone,
)

SIDE = 600
HUES = ("#e3b192", "#93aed8", "#b49bd6", "#9cbf92", "#f0ab67", "#86c6cf", "#eaa6ac", "#cf6f7b", "#f3cb62", "#6fa398")


def _ground(painter: QPainter, hue: str) -> None:
    painter.fillRect(0, 0, SIDE, SIDE, linear((0, 0), (SIDE, SIDE), (0, tone(lit(hue, 0.72))), (1, tone(lit(hue, 0.02)))))
    glow(painter, (190, 150), (420, 380), "#fffaf2", 0.55)
    fill(
        painter, oval(300, 292, 214, 214), linear((120, 100), (480, 480), (0, tone("#ffffff", 0.42)), (1, tone("#ffffff", 0.04)))
    )


def _plinth(painter: QPainter, hue: str) -> None:
    glow(painter, (330, 548), (330, 60), lit(hue, -0.55), 0.5)
    side = box(78, 466, 444, 74).united(oval(300, 540, 222, 30)).subtracted(oval(300, 466, 222, 30))
    shades = ((0, 0.3), (0.25, 0.46), (0.6, 0.08), (1, -0.2))
    fill(painter, side, linear((78, 0), (522, 0), *((at, tone(lit(hue, share))) for at, share in shades)))
    top = oval(300, 466, 222, 30)
    fill(painter, top, linear((90, 440), (510, 490), (0, tone(lit(hue, 0.75))), (1, tone(lit(hue, 0.3)))))
    with clipped(painter, top):
        glow(painter, (215, 458), (200, 26), "#ffffff", 0.5)


def _long_shadow(pack: bottles.Pack, hue: str, scale: float) -> QImage:
    """The pack's own outline as a soft shadow that falls to the right on the plinth."""
    image = canvas(SIDE, SIDE)
    with painting(image) as painter:
        with placed(painter, (300, 470)):
            painter.shear(-2.6, 0)
            with placed(painter, scale=(scale, scale * 0.1)):
                pack.draw(painter)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(image.rect(), tone(lit(hue, -0.7), 0.38))
    blur(image, 5)
    return image


def picture(index: int) -> QImage:
    """Product `index` (from 0) as a square, opaque picture."""
    pack, hue = bottles.PACKS[index], HUES[index]
    scale = min(1.34, 1.34 * 286 / pack.height, 330 / pack.width)
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    with painting(image) as painter:
        _ground(painter, hue)
        _plinth(painter, hue)
        with clipped(painter, oval(300, 466, 222, 30)):
            painter.drawImage(0, 0, _long_shadow(pack, hue, scale))
        at = QPointF(300, 474)
        bottles.shadow(painter, pack, at, scale, 0.45)
        with placed(painter, (at.x(), at.y()), scale=(scale, scale)):
            pack.draw(painter)
        painter.fillRect(0, 0, SIDE, SIDE, radial((220, 200), 560, (0.5, tone("#2b1208", 0)), (1, tone("#2b1208", 0.12))))
    return image


def write(folder: Path) -> None:
    """All ten as `01.webp` … `10.webp`."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(len(bottles.PACKS)):
        keep(picture(index), folder / f"{index + 1:02}.webp", 96)
