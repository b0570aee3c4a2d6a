"""The presenter's head. The middle of the face is (0, 0), the chin 137 below it."""

import math
from collections.abc import Callable, Sequence
from functools import cache

from PySide6.QtGui import QPainter, QPainterPath

from studio.demo.brush import (
    Point,
    Sprite,
    between,
    clipped,
    curve,
    fill,
    glow,
    linear,
    lit,
    oval,
    placed,
    radial,
    smooth,
    soft_stroke,
    stroke,
    tone,
)
from studio.demo.pose import Pose

SKIN = "#f2cbb0"
SKIN_SHADE = "#c98a6c"
HAIR = "#5a3523"
HAIR_DARK = "#3a2017"
HAIR_LIGHT = "#a8714a"
LIPS = "#c4595a"
INK = "#37211a"

Strand = tuple[tuple[Point, ...], tuple[float, ...], str]
BEHIND: tuple[Strand, ...] = (
    (((88, -90), (122, -10), (128, 80), (112, 150), (126, 226)), (50, 70, 70, 58, 3), HAIR_DARK),
    (((-70, -130), (-114, -50), (-120, 40), (-134, 110), (-122, 168), (-142, 226)), (30, 56, 62, 60, 46, 3), "#4c2c1e"),
    (((-60, -110), (-96, -20), (-96, 70), (-106, 140), (-88, 190), (-100, 236)), (30, 50, 56, 54, 40, 3), HAIR),
)
BEFORE: tuple[Strand, ...] = (
    (
        ((38, -142), (100, -108), (126, -26), (132, 70), (148, 132), (134, 186), (152, 236)),
        (24, 44, 46, 52, 54, 42, 3),
        "#4c2c1e",
    ),
    (((24, -146), (84, -116), (108, -40), (104, 40), (120, 104), (108, 164), (124, 226)), (20, 46, 46, 44, 50, 40, 3), HAIR),
)


def _outline() -> QPainterPath:
    return curve(
        (0, -130),
        ((60, -130), (98, -92), (98, -26)),
        ((98, 26), (92, 62), (66, 96)),
        ((45, 123), (22, 134), (0, 134)),
        ((-22, 134), (-45, 123), (-66, 96)),
        ((-92, 62), (-98, 26), (-98, -26)),
        ((-98, -92), (-60, -130), (0, -130)),
    )


def _lock(painter: QPainter, spine: Sequence[Point], widths: Sequence[float], colour: str) -> None:
    """A strand of hair along `spine`, as wide at each point as told, lit along its left."""
    left: list[Point] = []
    right: list[Point] = []
    last = len(spine) - 1
    for index, ((x, y), width) in enumerate(zip(spine, widths, strict=True)):
        (ax, ay), (bx, by) = spine[max(0, index - 1)], spine[min(last, index + 1)]
        length = math.hypot(bx - ax, by - ay)
        nx, ny = (by - ay) / length * width / 2, (ax - bx) / length * width / 2
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    shape = smooth([*left, *reversed(right)], closed=True)
    middle = spine[len(spine) // 2]
    half = max(widths) / 2
    shades = ((0, lit(colour, -0.25)), (0.3, lit(colour, 0.12)), (0.6, colour), (1, lit(colour, -0.4)))
    fill(painter, shape, linear((middle[0] - half, 0), (middle[0] + half, 10), *((at, tone(name)) for at, name in shades)))
    with clipped(painter, shape):
        for share, strength, shine in ((0.28, 0.4, HAIR_LIGHT), (0.46, 0.22, HAIR_LIGHT), (0.74, 0.3, HAIR_DARK)):
            line = smooth([between(one, other, share) for one, other in zip(right, left, strict=True)])
            soft_stroke(painter, line, shine, half * 0.3, strength)


def back_hair(painter: QPainter) -> None:
    """What falls behind the neck; to be drawn before neck and face."""
    _kept(_back_hair).paint(painter)


@cache
def _kept(draw: Callable[[QPainter], None]) -> Sprite:
    """Hair costs much and only turns with the head: drawn once, at twice the size it is shown."""
    return Sprite(draw, (-190, -190, 380, 450), 2.24)


def _back_hair(painter: QPainter) -> None:
    core = curve(
        (0, -166),
        ((76, -168), (124, -116), (126, -38)),
        ((128, 30), (120, 110), (112, 196)),
        ((60, 220), (-60, 220), (-112, 196)),
        ((-120, 110), (-126, 30), (-126, -38)),
        ((-124, -116), (-76, -166), (0, -166)),
    )
    fill(painter, core, linear((-120, 0), (120, 0), (0, tone(HAIR_DARK)), (1, tone(lit(HAIR_DARK, -0.35)))))
    for spine, widths, colour in BEHIND:
        _lock(painter, spine, widths, colour)


def head(painter: QPainter, pose: Pose) -> None:
    """Ears, face, and the hair before them."""
    outline = _outline()
    with placed(painter, (-100 + pose.turn * 0.3, 8), angle=-4):
        ear = oval(0, 0, 15, 27)
        fill(painter, ear, linear((-14, 0), (14, 0), (0, tone(SKIN)), (1, tone(lit(SKIN_SHADE, 0.15)))))
        stroke(painter, curve((3, -15), ((-9, -14), (-9, 8), (2, 14))), tone(SKIN_SHADE, 0.55), 2.2)
    fill(painter, outline, linear((-90, -110), (100, 120), (0, tone("#f9dcc6")), (0.45, tone(SKIN)), (1, tone("#dfa98b"))))
    with clipped(painter, outline):
        side = linear((20, 0), (104, 18), (0, tone(SKIN_SHADE, 0)), (0.6, tone(SKIN_SHADE, 0.2)), (1, tone(SKIN_SHADE, 0.62)))
        painter.fillRect(-110, -140, 230, 290, side)
        glow(painter, (8, 144), (86, 30), SKIN_SHADE, 0.34)
        glow(painter, (-34, -70), (64, 42), "#fff1e2", 0.5)
        with placed(painter, (pose.turn, 0)):
            glow(painter, (-56, 44), (46, 32), "#e8836f", 0.36)
            glow(painter, (56, 46), (44, 32), "#dd7361", 0.4)
            glow(painter, (-58, 22), (40, 18), "#fff3e6", 0.3)
            _features(painter, pose)
        shade = _fringe().translated(7, 13)
        fill(painter, shade, tone("#a55f42", 0.3))
    _kept(_front_hair).paint(painter)
    with placed(painter, (-103 + pose.turn * 0.3, 44)):
        fill(
            painter,
            oval(0, 0, 6.5, 6.5),
            radial((-2, -2.5), 9, (0, tone("#fffaf0")), (0.5, tone("#efd9b4")), (1, tone("#b98a4c"))),
        )


def _features(painter: QPainter, pose: Pose) -> None:
    for side in (-1, 1):
        _brow(painter, side, pose)
        with placed(painter, (side * 43 + pose.turn * 0.25, -4), scale=(side, 1)):
            _eye(painter, side, pose)
    _nose(painter, pose)
    _mouth(painter, pose)


def _brow(painter: QPainter, side: int, pose: Pose) -> None:
    rise = -1.5 * pose.speak - 2.2 * pose.lift
    with placed(painter, (side * 44 + pose.turn * 0.2, -41 + rise), scale=(side, 1)):
        shape = curve(
            (-24, 3), ((-10, -6), (10, -9), (30, 2)), ((12, -3.5), (-6, -0.5), (-22, 8)), ((-25, 9), (-27, 5), (-24, 3))
        )
        fill(painter, shape, tone("#6b4230", 0.85))


def _eye(painter: QPainter, side: int, pose: Pose) -> None:
    """Drawn for the right side; x grows towards the outer corner."""
    shut = 1 - pose.eyes
    peak = -19 + 30 * shut
    upper = ((-12, peak + 1), (9, peak - 1), (24, -1 + 5 * shut))
    lower = ((15, 12), (-8, 13), (-23, 6))
    almond = curve((-23, 6), upper, lower)
    fill(painter, curve((-27, 4), ((-14, -23), (14, -26), (31, -6)), ((16, -8), (-8, -10), (-27, 4))), tone("#b9785c", 0.26))
    if shut < 0.92:
        fill(painter, almond, linear((0, -14), (0, 12), (0, tone("#e9d8cb")), (0.5, tone("#fffaf4"))))
        with clipped(painter, almond):
            x, y = side * (pose.glance + pose.turn * 0.12), -2.0
            fill(
                painter,
                oval(x, y, 12.6, 12.8),
                radial((x, y + 5), 14, (0, tone("#a8794c")), (0.6, tone("#70472c")), (1, tone("#3d2417"))),
            )
            fill(painter, oval(x, y, 5.8, 6), tone("#1d100b"))
            fill(painter, oval(x - side * 4.2, y - 4, 3.4, 3.4), tone("#ffffff", 0.95))
            fill(painter, oval(x + side * 4, y + 4.6, 1.7, 1.7), tone("#ffffff", 0.5))
            soft_stroke(painter, curve((-23, 6), upper), "#5d3324", 10, 0.4)
    tip = upper[2]
    lash = curve((-23, 6.5), upper)
    lash.lineTo(tip[0] + 8, tip[1] - 6 + 8 * shut)
    lash.cubicTo(tip[0] + 2, tip[1] + 2, 12, peak + 4.5, 0, peak + 5.4)
    lash.cubicTo(-10, peak + 5.4, -17, 1, -23, 6.5)
    fill(painter, lash, tone(INK))
    stroke(painter, curve((22, 2), ((14, 12), (2, 13), (-10, 11))), tone("#7a4937", 0.3), 1.3)
    crease = curve((-18, -7 + 6 * shut), ((-9, peak - 4), (12, peak - 7), (27, -8 + 3 * shut)))
    stroke(painter, crease, tone("#a5644a", 0.42), 1.6)


def _nose(painter: QPainter, pose: Pose) -> None:
    with placed(painter, (pose.turn * 0.35, 0)):
        soft_stroke(painter, curve((10, -10), ((7, 8), (9, 22), (16, 36))), SKIN_SHADE, 15, 0.26)
        glow(painter, (2, 50), (24, 8), SKIN_SHADE, 0.55)
        glow(painter, (-3, 32), (12, 12), "#fff6ec", 0.8)
        glow(painter, (-3, 2), (7, 28), "#fff4e8", 0.4)
        stroke(
            painter,
            curve((-11, 47), ((-7, 45.5), (-4, 50.5), (1, 50.5)), ((5, 50.5), (8, 45.5), (12, 47))),
            tone("#a8634a", 0.62),
            2.2,
        )


def _mouth(painter: QPainter, pose: Pose) -> None:
    """A smile whose lips part in speech."""
    wide = 35 + 5 * pose.smile - 6 * pose.speak
    rise = 9 + 5 * pose.smile - 5 * pose.speak
    part = 3.4 + 11 * pose.speak
    left, right = (-wide, -rise), (wide, -rise)
    with placed(painter, (pose.turn * 0.15, 88)):
        line = (((-20, -2), (-9, -2.5), (0, -1.5)), ((9, -2.5), (20, -2), right))
        gap = curve(left, *line, ((18, part + 2), (-18, part + 2), left))
        lower = curve(left, ((-18, part + 1), (18, part + 1), right), ((22, part + 14), (-22, part + 14), left))
        upper = curve(
            left, ((-22, -11), (-10, -14), (-5, -12)), ((-2, -10.8), (2, -10.8), (5, -12)), ((10, -14), (22, -11), right)
        )
        upper.cubicTo(20, -1, 9, -1.5, 0, -0.5)
        upper.cubicTo(-9, -1.5, -20, -1, *left)
        glow(painter, (0, part + 16), (25, 8), SKIN_SHADE, 0.5)
        fill(painter, lower, linear((0, 0), (0, part + 12), (0, tone(LIPS)), (0.5, tone("#dd7f79")), (1, tone("#c25c58"))))
        fill(painter, gap, tone("#6d282a"))
        with clipped(painter, gap):
            fill(painter, curve(left, ((-10, -9), (10, -9), right), ((16, 4.5), (-16, 4.5), left)), "#fff8f0")
        fill(painter, upper, linear((0, -13), (0, 0), (0, tone("#d57172")), (1, tone("#b95256"))))
        glow(painter, (-6, part + 5), (14, 3.2), "#ffe9e2", 0.65)
        for side in (-1, 1):
            glow(painter, (side * (wide + 3), -rise), (8, 9), SKIN_SHADE, 0.4)


def _fringe() -> QPainterPath:
    """The hair swept from its parting to the left and behind the ear."""
    return curve(
        (28, -132),
        ((6, -100), (-46, -70), (-80, -40)),
        ((-96, -24), (-102, 4), (-113, 36)),
        ((-126, 14), (-134, -20), (-131, -54)),
        ((-126, -122), (-74, -168), (6, -168)),
        ((20, -166), (32, -148), (28, -132)),
    )


def _front_hair(painter: QPainter) -> None:
    cap = curve(
        (26, -134),
        ((66, -118), (92, -76), (96, -20)),
        ((110, 0), (126, 0), (132, -20)),
        ((130, -116), (80, -172), (4, -168)),
        ((14, -156), (20, -146), (26, -134)),
    )
    fill(painter, cap, linear((40, -150), (140, -20), (0, tone(HAIR)), (1, tone(HAIR_DARK))))
    for spine, widths, colour in BEFORE:
        _lock(painter, spine, widths, colour)
    left = _fringe()
    fill(
        painter,
        left,
        linear((-120, -130), (30, -60), (0, tone(lit(HAIR, 0.14))), (0.5, tone(HAIR)), (1, tone(lit(HAIR_DARK, 0.05)))),
    )
    with clipped(painter, left):
        for rise, light in ((2, 0.35), (18, 0.6), (36, 0.6), (56, 0.3)):
            lock = curve(
                (24, -138 - rise * 0.5),
                ((-16, -112 - rise * 0.8), (-72, -86 - rise * 0.7), (-108 - rise * 0.25, -10 - rise * 0.3)),
            )
            soft_stroke(painter, lock, HAIR_LIGHT, 13, light)
            soft_stroke(painter, lock.translated(5, 9), HAIR_DARK, 7, 0.3)
    stroke(painter, curve((6, -167), ((14, -156), (22, -146), (28, -133))), tone(HAIR_DARK, 0.55), 2.5)
