"""The close-up clip: the facial oil on a stone in still water, turning a little; a drop falls and rings run out. Six seconds."""

import math
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from studio.demo import bottles, music
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
    oval,
    painting,
    pixels,
    placed,
    radial,
    smooth,
    soft_stroke,
    stroke,
    tone,
    wave,
)
from studio.demo.film import FPS, Recipe, of_image, write
from studio.overlays.painter import ensure_gui

WIDTH, HEIGHT = 1280, 720
SECONDS = 6.0
FRAMES = round(SECONDS * FPS)
SHORE = 452.0
BOTTLE = (452.0, 590.0)
SCALE = 2.05
TIP = (886.0, 190.0)
WATER = (886.0, 600.0)
DROP = 20.0
FORM_END = 1.25
FALL = 0.46
HIT = FORM_END + FALL
TURN = 0.4
LABEL_ARC = 2.5
RECIPE = Recipe(WIDTH, HEIGHT, {"preset": "slow", "crf": "16", "profile": "high", "tune": "animation"}, gop=120)
PETALS = (
    (96, 640, 40, 18, 0.1),
    (196, 694, 30, -30, 0.5),
    (746, 690, 36, 40, 0.8),
    (1120, 560, 28, -12, 0.3),
    (1190, 682, 46, 150, 0.65),
)


class CloseupPicture:
    """Draws the close-up at any moment of its loop; what stands still is drawn once."""

    def __init__(self) -> None:
        ensure_gui()
        self._ground = canvas(WIDTH, HEIGHT)
        with painting(self._ground) as painter:
            _ground(painter)
        grain(self._ground, 0.8, 3)
        label = bottles.oil_label(480)
        self._label = pixels(label).copy()
        dice = np.random.default_rng(5)
        self._lights = [tuple(float(value) for value in dice.random(5)) for _ in range(16)]

    def at(self, phase: float) -> QImage:
        """The picture `phase` 0…1 through the loop."""
        image = canvas(WIDTH, HEIGHT)
        bottle = self._bottle(TURN * wave(phase, 1))
        with painting(image) as painter:
            painter.drawImage(0, 0, self._ground)
            self._far_lights(painter, phase)
            self._reflection(painter, bottle, phase)
            _rings(painter, phase)
            _petals(painter, phase)
            _stone(painter)
            painter.drawImage(QPointF(BOTTLE[0] - bottle.width() / 2, BOTTLE[1] - bottle.height() + 10), bottle)
            _pipette(painter)
            _drop(painter, phase)
            vignette = radial((560, 320), 860, (0.5, tone("#2a0d0c", 0)), (1, tone("#2a0d0c", 0.4)))
            painter.fillRect(0, 0, WIDTH, HEIGHT, vignette)
        return image

    def _far_lights(self, painter: QPainter, phase: float) -> None:
        for x, y, size, shine, start in self._lights:
            radius = 16 + 46 * size
            centre = (60 + 1180 * x + 10 * wave(phase, 1, start), 50 + 330 * y + 7 * wave(phase, 1, start + 0.25))
            strength = (0.08 + 0.2 * shine) * (0.75 + 0.25 * wave(phase, 1, shine))
            colour = ("#ffe0b8", "#ffc9a6", "#ffd6c8")[int(size * 3)]
            stops = ((0, 0.7), (0.82, 1.0), (0.93, 0.9), (1, 0.0))
            fill(
                painter,
                oval(*centre, radius, radius),
                radial(centre, radius, *((at, tone(colour, strength * share)) for at, share in stops)),
            )

    def _bottle(self, angle: float) -> QImage:
        """The bottle turned by `angle`, its label wrapped around it."""
        width, height = 130 * SCALE, 262 * SCALE
        image = canvas(math.ceil(width), math.ceil(height))
        with painting(image) as painter, placed(painter, (width / 2, height - 10), scale=(SCALE, SCALE)):
            bottles.oil_glass(painter)
            painter.drawImage(QRectF(-60, -116, 120, 78), self._wrapped(angle))
            bottles.oil_gleam(painter)
        return image

    def _wrapped(self, angle: float) -> QImage:
        rows, columns = self._label.shape[:2]
        wide = round(120 * SCALE * 2)
        tall = round(78 * SCALE * 2)
        across = (np.arange(wide, dtype=np.float32) + 0.5) / wide * 2 - 1
        turned = np.arcsin(np.clip(across, -0.9999, 0.9999)) - angle
        source = (turned / LABEL_ARC * columns + columns / 2).astype(np.float32)
        map_x = np.repeat(source[None, :], tall, axis=0)
        map_y = np.repeat(((np.arange(tall, dtype=np.float32) + 0.5) / tall * rows - 0.5)[:, None], wide, axis=1)
        image = canvas(wide, tall)
        pixels(image)[:] = cv2.remap(
            self._label, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0, 0)
        )
        shade = ((0, 0.4), (0.12, 0.12), (0.3, 0.0), (0.6, 0.06), (0.88, 0.3), (1, 0.48))
        with painting(image) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
            painter.fillRect(image.rect(), linear((0, 0), (wide, 0), *((at, tone("#5d2a1c", dark)) for at, dark in shade)))
        return image

    def _reflection(self, painter: QPainter, bottle: QImage, phase: float) -> None:
        """The bottle upside down in the water, its rows swaying."""
        depth = 112
        image = canvas(bottle.width() + 40, depth)
        with painting(image) as soft:
            soft.drawImage(QPointF(20, -8), bottle.flipped())
            soft.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
            soft.fillRect(
                image.rect(),
                linear((0, 0), (0, depth), (0, tone("#000000", 0.4)), (0.5, tone("#000000", 0.16)), (1, tone("#000000", 0))),
            )
        data = pixels(image)
        rows, columns = data.shape[:2]
        depth_at = np.arange(rows, dtype=np.float32)
        sway = (1 + depth_at * 0.028) * np.sin(depth_at * 0.16 - 2 * math.tau * phase + 0.5 * wave(phase, 1))
        map_x = np.arange(columns, dtype=np.float32)[None, :] + sway[:, None].astype(np.float32)
        map_y = np.repeat(depth_at[:, None], columns, axis=1)
        data[:] = cv2.remap(data.copy(), map_x, map_y, cv2.INTER_LINEAR)
        painter.drawImage(QPointF(BOTTLE[0] - image.width() / 2, BOTTLE[1] + 40), image)


def _ground(painter: QPainter) -> None:
    painter.fillRect(
        0, 0, WIDTH, HEIGHT, linear((0, 0), (WIDTH, 620), (0, tone("#f3d3bd")), (0.45, tone("#cf9180")), (1, tone("#70404a")))
    )
    glow(painter, (300, 120), (620, 420), "#fff0dc", 0.6)
    water = ((0, "#d9a28d"), (0.2, "#b97b6f"), (1, "#5b3039"))
    painter.fillRect(
        0, int(SHORE), WIDTH, HEIGHT, linear((200, SHORE), (700, HEIGHT + 60), *((at, tone(name)) for at, name in water))
    )
    glow(painter, (420, SHORE + 6), (620, 60), "#ffe9d2", 0.75)
    glow(painter, (640, SHORE), (900, 14), "#fff3e2", 0.35)
    streaks = canvas(WIDTH, HEIGHT)
    dice = np.random.default_rng(9)
    with painting(streaks) as soft:
        for _ in range(26):
            y = SHORE + 8 + 250 * dice.random() ** 1.6
            half = 40 + 150 * dice.random()
            x = WIDTH * dice.random()
            fill(soft, oval(x, y, half, 1 + (y - SHORE) * 0.012), tone("#ffe6d2", 0.2))
    blur(streaks, 2.2)
    painter.drawImage(0, 0, streaks)


def _stone(painter: QPainter) -> None:
    x, y = BOTTLE
    glow(painter, (x + 36, y + 52), (380, 46), "#2b1013", 0.6)
    base = box(x - 228, y, 456, 30).united(oval(x, y + 30, 228, 38))
    fill(painter, base, linear((x - 228, 0), (x + 228, 0), (0, tone("#a98b82")), (0.3, tone("#c7aaa0")), (1, tone("#4d3636"))))
    fill(
        painter,
        oval(x, y, 228, 38),
        linear((x - 228, y - 34), (x + 228, y + 34), (0, tone("#f0dcd0")), (0.5, tone("#cdb0a5")), (1, tone("#8c6f6a"))),
    )
    glow(painter, (x + 84, y + 2), (220, 24), "#2b1013", 0.5)
    glow(painter, (x + 7, y + 3), (142, 15), "#1c080a", 0.7)


def _petals(painter: QPainter, phase: float) -> None:
    for x, y, size, angle, start in PETALS:
        bob = wave(phase, 1, start)
        glow(painter, (x + 6, y + size * 0.3), (size * 1.3, size * 0.36), "#2b1013", 0.4)
        with placed(painter, (x + 2.5 * wave(phase, 1, start + 0.25), y + 1.6 * bob), scale=(size, size * 0.5)):
            with placed(painter, angle=angle + 4 * bob):
                petal = smooth(
                    ((-1, 0.1), (-0.55, -0.72), (0.3, -0.85), (0.92, -0.42), (0.84, 0), (0.98, 0.36), (0.3, 0.8), (-0.6, 0.68)),
                    closed=True,
                )
                fill(
                    painter,
                    petal,
                    linear((-1, -0.8), (1, 0.8), (0, tone("#ffd9d2")), (0.55, tone("#eea39d")), (1, tone("#b9605f"))),
                )
                with clipped(painter, petal):
                    glow(painter, (-0.3, -0.2), (0.7, 0.5), "#fff3ee", 0.6)


def _pipette(painter: QPainter) -> None:
    with placed(painter, TIP, scale=(1.5, 1.5)):
        tube = curve((-15, -150), ((-15, -120), (-15, -90), (-14, -70)), ((-13, -36), (-5, -30), (-5, 0)))
        tube.cubicTo(-4, 3, 4, 3, 5, 0)
        tube.cubicTo(5, -30, 13, -36, 14, -70)
        tube.cubicTo(15, -90, 15, -120, 15, -150)
        tube.closeSubpath()
        oil = linear((-11, 0), (11, 0), (0, tone("#f2a987", 0.85)), (0.35, tone("#e58c68", 0.75)), (1, tone("#b4553c", 0.9)))
        with clipped(painter, tube):
            fill(painter, box(-11, -150, 22, 156), oil)
        shades = ((0, "#fff6ee", 0.75), (0.25, "#ffffff", 0.35), (0.6, "#f6c9b6", 0.35), (1, "#a85f52", 0.6))
        fill(painter, tube, linear((-15, 0), (15, 0), *((at, tone(name, strength)) for at, name, strength in shades)))
        stroke(painter, tube, tone("#fff6ee", 0.5), 1.2)
        fill(painter, box(-10, -150, 4.5, 84, 2), tone("#ffffff", 0.75))


def _bead(painter: QPainter, x: float, y: float, radius: float, stretch: float) -> None:
    """A drop of oil whose round middle is (x, y)."""
    top = -radius * (1 + stretch)
    shape = curve(
        (0, top),
        ((radius * 0.3, top * 0.72), (radius, -radius * 0.55), (radius, 0)),
        ((radius, radius * 0.56), (radius * 0.56, radius), (0, radius)),
        ((-radius * 0.56, radius), (-radius, radius * 0.56), (-radius, 0)),
        ((-radius, -radius * 0.55), (-radius * 0.3, top * 0.72), (0, top)),
    )
    with placed(painter, (x, y)):
        fill(
            painter,
            shape,
            radial(
                (-radius * 0.3, -radius * 0.3), radius * 2, (0, tone("#ffd2b0")), (0.45, tone("#ee9a70")), (1, tone("#b4512f"))
            ),
        )
        fill(painter, oval(-radius * 0.35, -radius * 0.3, radius * 0.22, radius * 0.3), tone("#ffffff", 0.9))
        glow(painter, (radius * 0.25, radius * 0.45), (radius * 0.6, radius * 0.4), "#ffe3c4", 0.8)


def _drop(painter: QPainter, phase: float) -> None:
    """The drop grows at the tip, falls, and throws up small ones where it meets the water."""
    time = phase * SECONDS
    x, y = TIP
    if time < FORM_END:
        grown = (time / FORM_END) ** 0.7
        radius = 3 + (DROP - 3) * grown
        _bead(painter, x, y + radius * 0.95 + 4 * grown, radius, 0.35 + 0.5 * grown**4)
        return
    fallen = (time - FORM_END) / FALL
    if fallen < 1:
        start = y + DROP * 0.95 + 4
        _bead(painter, x, start + (WATER[1] - 12 - start) * fallen**2, DROP * (1 - 0.06 * fallen), 0.85 * (1 - fallen) + 0.25)
        return
    age = time - HIT
    for side, rise, speed, radius in ((-1, 280.0, 70.0, 5.0), (1, 230.0, 58.0, 4.2), (0, 400.0, 5.0, 8.0)):
        up = rise * age - 1100 * age * age / 2
        if age > 0.03 and up > 0:
            _bead(painter, x + side * speed * age * 1.4, WATER[1] - up, radius, 0.1)
    if age < 0.3:
        glow(painter, (x, WATER[1]), (80 * (0.3 + age * 3), 18), "#fff0e0", 0.8 * (1 - age / 0.3))


def _rings(painter: QPainter, phase: float) -> None:
    """Rings run out from where the drop met the water, and are gone before the next one."""
    age = (phase * SECONDS - HIT) % SECONDS
    with clipped(painter, box(0, SHORE + 4, WIDTH, HEIGHT)):
        for index in range(5):
            own = age - index * 0.24
            if own <= 0:
                continue
            radius = 170 * own**0.8
            strength = 0.75 * math.exp(-0.85 * own) * max(0.0, 1 - own / 3.9) * min(1.0, own / 0.12)
            if strength < 0.004:
                continue
            height = radius * 0.27
            width = 3 + 7 * own**0.5
            soft_stroke(painter, oval(*WATER, radius, height), "#fff1e2", width, strength)
            soft_stroke(
                painter,
                oval(WATER[0], WATER[1] + 3, max(1.0, radius - width), max(0.5, height - width * 0.4)),
                "#4a1f24",
                width,
                strength * 0.7,
            )


def write_closeup(path: Path) -> None:
    """The clip that is shipped with the demo show."""
    picture = CloseupPicture()
    frames = (of_image(picture.at(index / FRAMES)) for index in range(FRAMES))
    write(path, frames, music.loop(SECONDS), RECIPE)
