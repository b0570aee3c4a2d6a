"""The evening studio: a warm wall with a lit arch, a window with the city's lights, a lamp, a plant and the table."""

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPainterPath

from studio.demo import bottles
from studio.demo.brush import (
    blur,
    box,
    canvas,
    clipped,
    curve,
    fill,
    glow,
    grain,
    linear,
    lit,
    oval,
    painting,
    placed,
    radial,
    soft_stroke,
    stroke,
    tone,
    wave,
)

WIDTH, HEIGHT = 1920, 1080
TABLE = 868.0
WINDOW = (1452.0, 84.0, 330.0, 700.0)
LAMP = (286.0, 214.0)


@dataclass(frozen=True)
class Light:
    """One far light behind the window."""

    x: float
    y: float
    radius: float
    colour: str
    strength: float
    turns: int
    start: float


@dataclass(frozen=True)
class Leaf:
    """One leaf of the plant: where its stem ends, how it hangs, and how it sways."""

    x: float
    y: float
    length: float
    angle: float
    colour: str
    sway: float
    start: float


LEAVES = (
    Leaf(196, 560, 150, -118, "#2f4a3b", 1.6, 0.10),
    Leaf(96, 640, 170, -158, "#2c4538", 1.8, 0.55),
    Leaf(250, 600, 170, -52, "#35533f", 1.9, 0.30),
    Leaf(150, 520, 190, -96, "#3f6149", 2.2, 0.00),
    Leaf(222, 690, 190, -22, "#3a5a45", 2.0, 0.80),
    Leaf(120, 720, 180, -190, "#39583f", 1.8, 0.35),
    Leaf(188, 630, 200, -66, "#4d7254", 2.4, 0.65),
    Leaf(138, 650, 190, -138, "#557b5a", 2.3, 0.20),
)
ROOT = (176.0, 930.0)


def _arch(left: float, top: float, width: float, bottom: float) -> QPainterPath:
    """An opening with a round head."""
    path = box(left, top, width, width, width / 2)
    return path.united(box(left, top + width / 2, width, bottom - top - width / 2))


def _lights() -> tuple[Light, ...]:
    dice = np.random.default_rng(7)
    left, top, width, height = WINDOW
    colours = ("#ffd9a0", "#ffc078", "#ffb08a", "#ffe6c4", "#f6a5a0", "#c9b7ff")
    lights = []
    for index in range(30):
        depth = dice.random()
        lights.append(
            Light(
                left + width * dice.random(),
                top + height * (0.4 + 0.56 * dice.random() ** 0.8),
                14 + 40 * depth**2,
                colours[index % len(colours)],
                0.26 + 0.4 * dice.random(),
                1 + int(dice.integers(0, 2)),
                dice.random(),
            )
        )
    return tuple(sorted(lights, key=lambda light: light.radius))


def _wall(painter: QPainter) -> None:
    painter.fillRect(
        0,
        0,
        WIDTH,
        HEIGHT,
        linear(
            (0, 0), (1920, 1080), (0, tone("#e2cbb5")), (0.42, tone("#b3937c")), (0.75, tone("#765a4a")), (1, tone("#4b382f"))
        ),
    )
    glow(painter, LAMP, (900, 760), "#ffe3bd", 0.6)


def _niche(painter: QPainter) -> None:
    """The arch behind the presenter, lit from behind its edge."""
    arch = _arch(560, 58, 800, TABLE + 20)
    halo = canvas(WIDTH, HEIGHT)
    with painting(halo) as soft:
        stroke(soft, arch, tone("#ffdcae", 0.85), 26)
    blur(halo, 34)
    painter.drawImage(0, 0, halo)
    fill(painter, arch, linear((560, 60), (1360, 900), (0, tone("#cfa287")), (0.5, tone("#b07d65")), (1, tone("#7d5345"))))
    with clipped(painter, arch):
        glow(painter, (760, 330), (560, 520), "#f7d3b3", 0.55)
        inner = canvas(WIDTH, HEIGHT)
        with painting(inner) as soft:
            stroke(soft, arch, tone("#4a2418", 0.7), 30)
        blur(inner, 22)
        painter.drawImage(8, 10, inner)
    stroke(painter, arch, tone("#ffeacb", 0.9), 3.5)


def _window_view(painter: QPainter) -> None:
    left, top, width, height = WINDOW
    sky = ((0, "#39344f"), (0.4, "#5b4860"), (0.68, "#9c6a69"), (0.86, "#d79a7c"), (1, "#e8b98f"))
    with clipped(painter, _arch(left, top, width, top + height)):
        painter.fillRect(
            int(left),
            int(top),
            int(width) + 1,
            int(height) + 1,
            linear((0, top), (0, top + height), *((at, tone(name)) for at, name in sky)),
        )
        roofs = canvas(WIDTH, HEIGHT)
        with painting(roofs) as soft:
            for x, rise, wide in ((1430, 190, 90), (1510, 260, 70), (1575, 160, 80), (1645, 300, 60), (1700, 210, 110)):
                fill(soft, box(x, top + height - rise, wide, rise), tone("#4a3550", 0.6))
        blur(roofs, 16)
        painter.drawImage(0, 0, roofs)


def _window_frame(painter: QPainter) -> None:
    left, top, width, height = WINDOW
    arch = _arch(left, top, width, top + height)
    wood = linear((left, top), (left + width, top + height), (0, tone("#f0dcc4")), (1, tone("#8a6a55")))
    fill(painter, box(left + width / 2 - 6, top, 12, height), wood)
    for y in (top + 262, top + 480):
        fill(painter, box(left, y - 5, width, 10), wood)
        fill(painter, box(left, y + 5, width, 5), tone("#2a1a18", 0.25))
    with clipped(painter, arch):
        soft_stroke(painter, arch, "#1f1218", 60, 0.5)
    ring = _arch(left - 18, top - 18, width + 36, top + height + 4).subtracted(arch)
    fill(
        painter,
        ring,
        linear((left, top), (left + width, top + height), (0, tone("#f4e2cc")), (0.5, tone("#c9a98c")), (1, tone("#7c5e4b"))),
    )
    fill(
        painter,
        box(left - 44, top + height, width + 88, 26, 5),
        linear((left, 0), (left + width, 0), (0, tone("#ecd6bd")), (1, tone("#94755f"))),
    )
    glow(painter, (left + width / 2 + 30, top + height + 34), (width * 0.66, 26), "#23120c", 0.45)
    fill(
        painter,
        box(left - 44, top + height, width + 88, 26, 5),
        linear((left, 0), (left + width, 0), (0, tone("#ecd6bd")), (1, tone("#94755f"))),
    )


def _curtain(painter: QPainter) -> None:
    """A linen curtain at the right edge."""
    cloth = curve((1772, 0), ((1796, 240), (1752, 520), (1800, 900)))
    cloth.lineTo(1920, 900)
    cloth.lineTo(1920, 0)
    cloth.closeSubpath()
    glow(painter, (1770, 480), (90, 560), "#1d0f0c", 0.4)
    fill(painter, cloth, linear((1760, 0), (1920, 0), (0, tone("#c9a88f")), (0.35, tone("#a98771")), (1, tone("#6a4d40"))))
    with clipped(painter, cloth):
        for x, light in ((1782, 0.5), (1826, 0.34), (1874, 0.24), (1916, 0.15)):
            fold = curve((x + 10, -20), ((x + 26, 260), (x - 22, 520), (x + 22, 920)))
            soft_stroke(painter, fold.translated(20, 0), "#3a2119", 34, 0.5)
            soft_stroke(painter, fold, "#ffe9d2", 22, light)


def _lamp(painter: QPainter) -> None:
    x, y = LAMP
    stroke(painter, curve((x, -10), ((x, 40), (x, 60), (x, y - 92))), tone("#5a4033"), 4)
    fill(painter, box(x - 12, y - 100, 24, 26, 6), linear((x - 12, 0), (x + 12, 0), (0, tone("#e9c78f")), (1, tone("#8f6a3c"))))
    glow(painter, (x, y + 6), (330, 300), "#fff0d2", 0.6)
    fill(
        painter, oval(x, y + 2, 118, 16), radial((x, y), 118, (0, tone("#fffdf4")), (0.6, tone("#fff0cf")), (1, tone("#f4cf9a")))
    )
    shade = curve(
        (x - 120, y), ((x - 116, y - 58), (x - 62, y - 86), (x, y - 86)), ((x + 62, y - 86), (x + 116, y - 58), (x + 120, y))
    )
    shade.cubicTo(x + 70, y + 14, x - 70, y + 14, x - 120, y)
    fill(
        painter,
        shade,
        linear(
            (x - 120, 0),
            (x + 120, 0),
            (0, tone("#d78e6b")),
            (0.3, tone("#e9ab87")),
            (0.65, tone("#c07a5a")),
            (1, tone("#8a4f3a")),
        ),
    )
    stroke(painter, curve((x - 119, y), ((x - 70, y + 14), (x + 70, y + 14), (x + 119, y))), tone("#fff2d8", 0.85), 3)


def _table(painter: QPainter) -> None:
    top = box(-10, TABLE, WIDTH + 20, HEIGHT - TABLE + 10)
    fill(
        painter,
        top,
        linear((0, TABLE), (WIDTH, HEIGHT + 160), (0, tone("#e3c6ab")), (0.45, tone("#b98f77")), (1, tone("#5d4337"))),
    )
    with clipped(painter, top):
        glow(painter, (520, TABLE + 10), (760, 130), "#fff0dc", 0.5)
        glow(painter, (965, TABLE - 4), (430, 74), "#2f1710", 0.5)
        painter.fillRect(
            0, int(TABLE), WIDTH, 220, linear((0, TABLE + 90), (0, HEIGHT), (0, tone("#2a160f", 0)), (1, tone("#2a160f", 0.3)))
        )
    painter.fillRect(
        0,
        int(TABLE),
        WIDTH,
        3,
        linear((0, 0), (WIDTH, 0), (0, tone("#fff3e2", 0.9)), (0.6, tone("#f0d2b6", 0.5)), (1, tone("#a98873", 0.4))),
    )


class Backdrop:
    """Draws what is behind the presenter and the table before her; what stands still is drawn once."""

    def __init__(self) -> None:
        self._lights = _lights()
        self._behind = canvas(WIDTH, HEIGHT)
        with painting(self._behind) as painter:
            _wall(painter)
            _niche(painter)
            _window_view(painter)
        grain(self._behind, 0.8, 1)
        self._frame = canvas(WIDTH, HEIGHT)
        with painting(self._frame) as painter:
            _window_frame(painter)
            _curtain(painter)
            _lamp(painter)
        self._table = canvas(WIDTH, HEIGHT)
        with painting(self._table) as painter:
            _table(painter)
        grain(self._table, 0.8, 2)

    def room(self, painter: QPainter, phase: float) -> None:
        """The wall and all that is on it, `phase` 0…1 through the loop."""
        painter.drawImage(0, 0, self._behind)
        left, top, width, height = WINDOW
        with clipped(painter, _arch(left, top, width, top + height)):
            for light in self._lights:
                self._bokeh(painter, light, phase)
        painter.drawImage(0, 0, self._frame)
        self._plant(painter, phase)

    def table(self, painter: QPainter) -> None:
        """The table's top."""
        painter.drawImage(0, 0, self._table)

    def _bokeh(self, painter: QPainter, light: Light, phase: float) -> None:
        shine = light.strength * (0.72 + 0.28 * wave(phase, light.turns, light.start))
        x = light.x + 7 * wave(phase, 1, light.start)
        y = light.y + 5 * wave(phase, 1, light.start + 0.25)
        disc = radial(
            (x, y),
            light.radius,
            (0, tone(light.colour, shine * 0.7)),
            (0.8, tone(light.colour, shine)),
            (0.93, tone(light.colour, shine * 0.9)),
            (1, tone(light.colour, 0)),
        )
        fill(painter, oval(x, y, light.radius, light.radius), disc)

    def _plant(self, painter: QPainter, phase: float) -> None:
        glow(painter, (250, 700), (270, 300), "#2a1711", 0.32)
        for leaf in LEAVES:
            sway = leaf.sway * wave(phase, 1, leaf.start) + 0.4 * leaf.sway * wave(phase, 2, leaf.start * 2)
            x, y = leaf.x + sway * 1.6, leaf.y
            stem = curve((ROOT[0], ROOT[1]), ((ROOT[0], ROOT[1] - 140), (x + 10, y + 120), (x, y)))
            stroke(painter, stem, tone(lit(leaf.colour, -0.12)), 6)
            with placed(painter, (x, y), angle=leaf.angle + sway, scale=(leaf.length, leaf.length)):
                self._leaf(painter, leaf.colour)

    def _leaf(self, painter: QPainter, colour: str) -> None:
        shape = curve((-0.02, 0), ((0.14, -0.3), (0.7, -0.34), (1.04, 0.02)), ((0.7, 0.28), (0.16, 0.3), (-0.02, 0)))
        fill(
            painter,
            shape,
            linear((0.2, -0.3), (0.6, 0.3), (0, tone(lit(colour, 0.3))), (0.5, tone(colour)), (1, tone(lit(colour, -0.3)))),
        )
        with clipped(painter, shape):
            half = curve((-0.02, 0), ((0.3, -0.05), (0.7, -0.05), (1.04, 0.02)), ((0.7, 0.28), (0.16, 0.3), (-0.02, 0)))
            fill(painter, half, tone("#14231b", 0.22))
            for step in range(5):
                x = 0.14 + step * 0.16
                for side in (-1, 1):
                    vein = curve((x, -0.03), ((x + 0.06, side * 0.08), (x + 0.12, side * 0.16), (x + 0.2, side * 0.24)))
                    stroke(painter, vein, tone("#dfeeda", 0.13), 0.008)
        stroke(painter, curve((0, 0), ((0.3, -0.05), (0.7, -0.05), (1.0, 0.015))), tone("#e4f0d8", 0.4), 0.012)


def stand_packs(painter: QPainter, placed_packs: tuple[tuple[bottles.Pack, float, float, float], ...]) -> None:
    """Packs on the table, each with its place and scale, the farthest first."""
    for pack, x, y, scale in placed_packs:
        bottles.stand(painter, pack, QPointF(x, y), scale)


def vignette(painter: QPainter) -> None:
    """The corners a little darker, so that the eye stays in the middle."""
    shade = radial((900, 470), math.hypot(WIDTH, HEIGHT) * 0.56, (0.55, tone("#1a0b06", 0)), (1, tone("#1a0b06", 0.34)))
    painter.fillRect(0, 0, WIDTH, HEIGHT, shade)
