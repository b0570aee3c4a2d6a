"""The ten packs of the brand. Each stands on y = 0 about x = 0 and is at most 300 high; light comes from the upper left."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from studio.demo import wordmark
from studio.demo.brush import (
    box,
    canvas,
    clipped,
    curve,
    fill,
    glow,
    linear,
    lit,
    oval,
    painting,
    placed,
    polygon,
    radial,
    round_body,
    smooth,
    soft_stroke,
    stroke,
    tone,
)
from studio.demo.flowers import leaf, rose

GOLD = "#d6a866"
INK = "#4a3029"
CREAM = "#fbf2e6"


@dataclass(frozen=True)
class Pack:
    """How one product looks, and the room it takes."""

    draw: Callable[[QPainter], None]
    width: float
    height: float


def _name(painter: QPainter, y: float, colour: str = INK, scale: float = 1.0) -> None:
    with placed(painter, (0, y), scale=(scale, scale)):
        stroke(painter, wordmark.label(), tone(colour, 0.92), 1.5)


def _rule(painter: QPainter, y: float, half: float, colour: str = INK) -> None:
    stroke(painter, polygon((-half, y), (half, y)), tone(colour, 0.45), 1.2)


def _gleam(painter: QPainter, x: float, top: float, height: float, width: float, strength: float = 0.5) -> None:
    brush = linear((0, top), (0, top + height), (0, tone("#ffffff", strength)), (1, tone("#ffffff", strength * 0.25)))
    fill(painter, box(x, top, width, height, width / 2), brush)


def _foot(painter: QPainter, body: QPainterPath, width: float) -> None:
    """The body darkens where it meets the ground."""
    with clipped(painter, body):
        glow(painter, (0, 4), (width * 0.7, 26), "#22110c", 0.42)


def oil_label(width: float) -> QImage:
    """The facial oil's label laid flat, `width` wide and 78/120 as high: what wraps around the bottle."""
    scale = width / 120
    image = canvas(round(width), round(78 * scale))
    image.fill(tone(CREAM))
    with painting(image) as painter, placed(painter, (width / 2, 0), scale=(scale, scale)):
        rose(painter, 0, 18, 11, "#d9826f")
        leaf(painter, -8, 23, 15, 160, "#8f9a63")
        leaf(painter, 8, 23, 15, 20, "#8f9a63")
        _name(painter, 46)
        _rule(painter, 57, 20)
        _rule(painter, 63, 12)
    return image


def oil_glass(painter: QPainter) -> None:
    """The facial oil without its label."""
    body = curve(
        (-60, -10),
        ((-60, -3), (-56, 0), (-48, 0)),
        ((-20, 2), (20, 2), (48, 0)),
        ((56, 0), (60, -3), (60, -10)),
        ((60, -40), (60, -90), (60, -122)),
        ((60, -146), (44, -154), (26, -158)),
        ((24, -160), (23, -164), (23, -170)),
        ((8, -172), (-8, -172), (-23, -170)),
        ((-23, -164), (-24, -160), (-26, -158)),
        ((-44, -154), (-60, -146), (-60, -122)),
        ((-60, -90), (-60, -40), (-60, -10)),
    )
    fill(painter, body, round_body(-60, 60, "#e9a892"))
    with clipped(painter, body):
        liquid = linear((0, -142), (0, 0), (0, tone("#d5765a", 0.5)), (1, tone("#a8452f", 0.72)))
        fill(painter, box(-54, -138, 108, 132, 10), liquid)
        fill(painter, oval(0, -138, 54, 5), tone("#f6c6a8", 0.75))
        fill(painter, box(-4.5, -172, 9, 160, 4), tone("#fff3e6", 0.42))
        glow(painter, (22, -34), (40, 60), "#ffb98a", 0.4)
    _foot(painter, body, 120)
    fill(painter, box(-29, -190, 58, 24, 4), round_body(-29, 29, GOLD))
    for line in range(9):
        stroke(painter, polygon((-25 + line * 6.2, -187), (-25 + line * 6.2, -169)), tone("#8a5f2c", 0.35), 1)
    bulb = curve(
        (-22, -189),
        ((-23, -206), (-20, -214), (-18, -226)),
        ((-16, -252), (16, -252), (18, -226)),
        ((20, -214), (23, -206), (22, -189)),
    )
    fill(painter, bulb, round_body(-22, 22, "#f3e3d6"))
    _gleam(painter, -13, -236, 38, 6, 0.7)


def oil_gleam(painter: QPainter) -> None:
    """The light on the facial oil's glass, over its label."""
    _gleam(painter, -51, -134, 122, 9, 0.62)
    _gleam(painter, -37, -134, 118, 3.5, 0.35)
    _gleam(painter, 50, -128, 112, 4, 0.3)


def facial_oil(painter: QPainter) -> None:
    """A rose glass bottle with a pipette."""
    oil_glass(painter)
    paper = box(-60, -116, 120, 78)
    painter.drawImage(QRectF(-60, -116, 120, 78), oil_label(480))
    shade = ((0, 0.34), (0.12, 0.1), (0.3, 0.0), (0.6, 0.06), (0.88, 0.3), (1, 0.44))
    fill(painter, paper, linear((-60, 0), (60, 0), *((at, tone("#5d2a1c", dark)) for at, dark in shade)))
    oil_gleam(painter)


def night_cream(painter: QPainter) -> None:
    """A frosted blue jar with a silver-blue lid."""
    body = box(-100, -100, 200, 100, 24)
    fill(painter, body, round_body(-100, 100, "#a9c1e4"))
    with clipped(painter, body):
        fill(painter, box(-82, -96, 164, 84, 18), tone("#f4f8ff", 0.5))
        glow(painter, (40, -30), (70, 50), "#e8f1ff", 0.6)
    _foot(painter, body, 200)
    for x, y, size in ((-26, -66, 1.5), (22, -70, 1.1), (34, -58, 1.7)):
        fill(painter, oval(x, y, size, size), tone("#33507f", 0.7))
    moon = oval(0, -66, 11, 11).subtracted(oval(5, -69, 10, 10))
    fill(painter, moon, tone("#33507f", 0.9))
    _name(painter, -34, "#33507f", 1.1)
    _rule(painter, -26, 22, "#33507f")
    lid = box(-106, -154, 212, 56, 12)
    fill(painter, lid, round_body(-106, 106, "#3f5f97"))
    fill(painter, box(-106, -154, 212, 9, 4.5), tone("#cfe0fb", 0.34))
    fill(painter, box(-106, -104, 212, 5, 2.5), tone("#16284a", 0.45))
    _gleam(painter, -88, -146, 40, 9, 0.5)
    _gleam(painter, -86, -90, 74, 7, 0.55)


def sleep_mist(painter: QPainter) -> None:
    """A slim lavender spray bottle under a clear cap."""
    body = box(-52, -206, 104, 206, 22)
    fill(painter, body, round_body(-52, 52, "#b79bdc"))
    with clipped(painter, body):
        fill(
            painter, box(-46, -168, 92, 164, 16), linear((0, -168), (0, 0), (0, tone("#8d6cc0", 0.25)), (1, tone("#5a3d91", 0.5)))
        )
        fill(painter, oval(0, -168, 46, 4), tone("#efe4ff", 0.7))
    _foot(painter, body, 104)
    for side in (-1, 1):
        for step in range(4):
            leaf(painter, 0, -106 - step * 11, 15, -90 + side * (52 - step * 6), "#f1e8ff")
    stroke(painter, polygon((0, -84), (0, -148)), tone("#f1e8ff", 0.9), 1.6)
    for step in range(6):
        fill(painter, oval(0, -132 - step * 6, 4.6 - step * 0.55, 3.6), tone("#f7f0ff", 0.95))
    _name(painter, -56, "#ffffff", 0.92)
    _rule(painter, -47, 22, "#ffffff")
    fill(painter, box(-30, -218, 60, 16, 4), round_body(-30, 30, "#e6e0ec"))
    fill(painter, box(-15, -252, 30, 36, 5), round_body(-15, 15, "#f7f3fb"))
    fill(painter, box(-19, -260, 38, 14, 5), round_body(-19, 19, "#f7f3fb"))
    fill(painter, box(-21, -256, 5, 6, 1.5), tone("#8f7cab"))
    cap = box(-34, -280, 68, 76, 12)
    fill(
        painter,
        cap,
        linear((-34, 0), (34, 0), (0, tone("#f5efff", 0.6)), (0.3, tone("#ffffff", 0.2)), (1, tone("#a58cc8", 0.42))),
    )
    stroke(painter, cap, tone("#ffffff", 0.5), 1.5)
    _gleam(painter, -27, -272, 58, 7, 0.8)
    _gleam(painter, -42, -190, 160, 8, 0.5)


def clay_mask(painter: QPainter) -> None:
    """An open tub of green clay with a wooden spatula."""
    with placed(painter, (52, -128), angle=28):
        handle = curve(
            (-9, 40), ((-9, 0), (-7, -60), (-9, -110)), ((-10, -146), (10, -146), (9, -110)), ((7, -60), (9, 0), (9, 40))
        )
        fill(painter, handle, linear((-10, 0), (10, 0), (0, tone("#efcf9f")), (0.4, tone("#dfb67f")), (1, tone("#b0834e"))))
        stroke(painter, curve((-2, 30), ((-1, -20), (-3, -60), (-1, -120))), tone("#a87c48", 0.5), 1.2)
    clay = smooth(
        (
            (-98, -112),
            (-84, -136),
            (-52, -146),
            (-34, -166),
            (-2, -178),
            (16, -164),
            (44, -152),
            (78, -140),
            (98, -112),
            (0, -96),
        ),
        closed=True,
    )
    fill(painter, clay, linear((-70, -170), (60, -100), (0, tone("#c3d8ac")), (0.5, tone("#94b582")), (1, tone("#5f8559"))))
    with clipped(painter, clay):
        for at, width in ((-4, 13), (-24, 10)):
            swirl = curve((-80, -118 + at * 0.4), ((-40, -156 + at), (10, -128 + at), (40, -146 + at)))
            soft_stroke(painter, swirl, "#4d7449", width, 0.5)
            soft_stroke(painter, swirl.translated(-3, -9), "#e6f2d6", width * 0.8, 0.6)
    body = curve(
        (-108, -118),
        ((-60, -106), (60, -106), (108, -118)),
        ((106, -80), (100, -44), (96, -22)),
        ((92, -4), (84, 0), (66, 0)),
        ((20, 2), (-20, 2), (-66, 0)),
        ((-84, 0), (-92, -4), (-96, -22)),
        ((-100, -44), (-106, -80), (-108, -118)),
    )
    fill(painter, body, round_body(-108, 108, "#dfe7d2"))
    _foot(painter, body, 216)
    stroke(painter, curve((-107, -117), ((-60, -105), (60, -105), (107, -117))), tone("#ffffff", 0.75), 4)
    leaf(painter, 0, -58, 26, -125, "#7d9c6a")
    leaf(painter, 0, -58, 26, -55, "#7d9c6a")
    _name(painter, -34, "#40603f", 1.15)
    _rule(painter, -25, 24, "#40603f")
    _gleam(painter, -88, -96, 72, 8, 0.6)


def vitamin_serum(painter: QPainter) -> None:
    """A slim orange pump bottle."""
    body = box(-46, -190, 92, 190, 16)
    fill(painter, body, linear((0, -190), (0, 0), (0, tone("#ffc266")), (1, tone("#ee7f2a"))))
    shade = ((0, 0.4), (0.1, 0.14), (0.26, 0.0), (0.55, 0.05), (0.85, 0.34), (1, 0.42))
    fill(painter, body, linear((-46, 0), (46, 0), *((at, tone("#7a2c05", dark)) for at, dark in shade)))
    _foot(painter, body, 92)
    with placed(painter, (0, -128)):
        fill(painter, oval(0, 0, 26, 26), tone("#fff4e0"))
        fill(painter, oval(0, 0, 23, 23), tone("#f9a03f"))
        for turn in range(8):
            with placed(painter, angle=turn * 45 + 22.5):
                wedge = curve((4, 0), ((9, -7), (19, -8.5), (20, -4)), ((21, 0), (21, 0), (20, 4)), ((19, 8.5), (9, 7), (4, 0)))
                fill(painter, wedge, tone("#ffd28a"))
    _name(painter, -72, "#ffffff", 0.84)
    _rule(painter, -63, 20, "#ffffff")
    _rule(painter, -57, 12, "#ffffff")
    fill(painter, box(-40, -214, 80, 28, 5), round_body(-40, 40, "#f0ece6"))
    fill(painter, box(-12, -234, 24, 24, 3), round_body(-12, 12, "#d9d3cb"))
    head = curve(
        (-50, -252),
        ((-50, -262), (-40, -268), (-26, -268)),
        ((0, -268), (12, -268), (22, -268)),
        ((30, -268), (32, -262), (32, -254)),
    )
    head.lineTo(32, -232)
    head.lineTo(-24, -232)
    head.cubicTo(-26, -244, -38, -244, -50, -240)
    head.closeSubpath()
    fill(painter, head, linear((0, -268), (0, -232), (0, tone("#ffffff")), (0.4, tone("#f0ece6")), (1, tone("#bdb4aa"))))
    _gleam(painter, -37, -178, 158, 8, 0.6)


def micellar_water(painter: QPainter) -> None:
    """A large clear bottle of aqua water with a white disc cap."""
    body = box(-76, -222, 152, 222, 34)
    fill(
        painter,
        body,
        linear((-76, 0), (76, 0), (0, tone("#8fc7d2")), (0.2, tone("#e4f7f8")), (0.55, tone("#bfe5ea")), (1, tone("#6fb0be"))),
    )
    with clipped(painter, body):
        fill(painter, box(-76, -172, 152, 180), linear((0, -172), (0, 0), (0, tone("#7cccd8", 0.5)), (1, tone("#2f93a6", 0.62))))
        fill(painter, oval(0, -172, 76, 6), tone("#f2ffff", 0.8))
        for x, y, size in ((46, -52, 5), (54, -90, 3), (-52, -30, 3.5), (40, -26, 3), (-58, -140, 3), (52, -140, 4)):
            stroke(painter, oval(x, y, size, size), tone("#ffffff", 0.75), 1.3)
    _foot(painter, body, 152)
    fill(painter, box(-46, -132, 92, 88, 8), tone("#ffffff", 0.8))
    drop = curve(
        (0, -124), ((6, -114), (11, -109), (11, -102)), ((11, -88), (-11, -88), (-11, -102)), ((-11, -109), (-6, -114), (0, -124))
    )
    fill(painter, drop, linear((0, -124), (0, -90), (0, tone("#8fd6e0")), (1, tone("#2f93a6"))))
    _name(painter, -70, "#1f6473", 0.95)
    _rule(painter, -61, 22, "#1f6473")
    _rule(painter, -55, 13, "#1f6473")
    fill(painter, box(-40, -238, 80, 20, 4), round_body(-40, 40, "#dfeaec"))
    fill(painter, box(-48, -278, 96, 44, 10), round_body(-48, 48, "#f7fbfb"))
    fill(painter, box(-48, -278, 96, 7, 3.5), tone("#ffffff", 0.9))
    _gleam(painter, -64, -196, 164, 10, 0.75)
    _gleam(painter, 60, -190, 150, 5, 0.4)


def hand_cream(painter: QPainter) -> None:
    """A pink tube that stands on its cap."""
    body = curve(
        (-72, -268),
        ((-30, -270), (30, -270), (72, -268)),
        ((68, -180), (58, -90), (50, -46)),
        ((20, -42), (-20, -42), (-50, -46)),
        ((-58, -90), (-68, -180), (-72, -268)),
    )
    fill(painter, body, round_body(-72, 72, "#f0b4b8"))
    with clipped(painter, body):
        fill(painter, polygon((-80, -130), (80, -176), (80, 0), (-80, 0)), tone("#d97d88", 0.42))
        crease = curve((6, -262), ((16, -200), (10, -140), (4, -90)))
        soft_stroke(painter, crease, "#fff3f0", 26, 0.4)
    fill(
        painter,
        box(-74, -286, 148, 22, 3),
        linear((-74, 0), (74, 0), (0, tone("#d98d94")), (0.25, tone("#f7cfcf")), (1, tone("#c0737d"))),
    )
    for line in range(24):
        stroke(painter, polygon((-69 + line * 6, -283), (-69 + line * 6, -267)), tone("#a65662", 0.28), 1.2)
    rose(painter, 0, -196, 17, "#c65c6b")
    leaf(painter, -12, -188, 22, 165, "#8d9a6a")
    leaf(painter, 12, -188, 22, 15, "#8d9a6a")
    _name(painter, -138, "#7a2f3b", 1.1)
    _rule(painter, -128, 24, "#7a2f3b")
    _rule(painter, -121, 14, "#7a2f3b")
    cap = curve(
        (-51, -47),
        ((-20, -43), (20, -43), (51, -47)),
        ((50, -30), (49, -16), (48, -6)),
        ((46, 1), (40, 0), (34, 0)),
        ((10, 2), (-10, 2), (-34, 0)),
        ((-40, 0), (-46, 1), (-48, -6)),
        ((-49, -16), (-50, -30), (-51, -47)),
    )
    fill(painter, cap, round_body(-51, 51, "#fdf4ee"))
    _foot(painter, cap, 80)
    with placed(painter, (-46, -256), angle=-4.5):
        _gleam(painter, -8, 0, 190, 9, 0.55)


def lip_balm(painter: QPainter) -> None:
    """An open balm stick beside its cap."""
    with placed(painter, (74, 0)):
        cap = box(-35, -106, 70, 106, 10)
        fill(painter, cap, round_body(-35, 35, "#a83b4d"))
        _foot(painter, cap, 70)
        fill(painter, box(-35, -14, 70, 6), tone(GOLD))
        _gleam(painter, -27, -98, 78, 7, 0.5)
    with placed(painter, (-34, 0)):
        bullet = curve(
            (-26, -150),
            ((-26, -190), (-26, -196), (-24, -204)),
            ((-14, -226), (10, -250), (22, -250)),
            ((28, -248), (26, -200), (26, -150)),
        )
        fill(painter, bullet, round_body(-26, 26, "#e2707c"))
        face = curve((-22, -204), ((-12, -224), (10, -247), (21, -247)), ((20, -228), (-2, -204), (-22, -204)))
        fill(painter, face, linear((-20, -210), (20, -245), (0, tone("#f7a9ac")), (1, tone("#ef8f97"))))
        fill(painter, box(-31, -160, 62, 44, 4), round_body(-31, 31, GOLD))
        body = box(-38, -122, 76, 122, 9)
        fill(painter, body, round_body(-38, 38, "#a83b4d"))
        _foot(painter, body, 76)
        fill(painter, box(-38, -122, 76, 6), tone(lit(GOLD, 0.2)))
        _name(painter, -52, "#ffe9dc", 0.82)
        _rule(painter, -44, 16, "#ffe9dc")
        _gleam(painter, -29, -112, 96, 7, 0.5)


def sun_cream(painter: QPainter) -> None:
    """A rounded yellow bottle with a large sun."""
    body = curve(
        (0, -232),
        ((52, -232), (76, -196), (78, -140)),
        ((80, -90), (76, -40), (66, -12)),
        ((62, 0), (54, 0), (44, 0)),
        ((20, 2), (-20, 2), (-44, 0)),
        ((-54, 0), (-62, 0), (-66, -12)),
        ((-76, -40), (-80, -90), (-78, -140)),
        ((-76, -196), (-52, -232), (0, -232)),
    )
    fill(painter, body, round_body(-79, 79, "#ffd45c"))
    with clipped(painter, body):
        sea = curve((-90, -52), ((-50, -74), (-30, -34), (0, -52)), ((30, -70), (50, -34), (90, -54)))
        sea.lineTo(90, 20)
        sea.lineTo(-90, 20)
        fill(painter, sea, tone("#f29a3c", 0.75))
        fill(painter, sea.translated(14, 20), tone("#e57f2c", 0.6))
    _foot(painter, body, 150)
    with placed(painter, (0, -148)):
        for turn in range(12):
            with placed(painter, angle=turn * 30):
                stroke(painter, polygon((33, 0), (43 if turn % 2 else 38, 0)), tone("#fffaf0"), 4)
        fill(painter, oval(0, 0, 25, 25), radial((-8, -8), 36, (0, tone("#ffffff")), (1, tone("#ffe9b0"))))
    _name(painter, -78, "#8a4a10", 1.05)
    neck = box(-34, -244, 68, 18, 4)
    fill(painter, neck, round_body(-34, 34, "#f4efe6"))
    fill(painter, box(-44, -284, 88, 44, 12), round_body(-44, 44, "#fffaf2"))
    stroke(painter, polygon((-42, -254), (42, -254)), tone("#b9a78f", 0.6), 1.5)
    _gleam(painter, -64, -182, 130, 9, 0.7)


def gift_set(painter: QPainter) -> None:
    """A deep green box with a golden ribbon."""
    body = box(-118, -142, 236, 142, 6)
    fill(painter, body, linear((-118, 0), (118, 0), (0, tone("#3d7a70")), (0.35, tone("#2f675f")), (1, tone("#183f3b"))))
    _foot(painter, body, 236)
    lid = box(-126, -182, 252, 48, 6)
    fill(painter, box(-118, -136, 236, 12), tone("#0c2523", 0.5))
    fill(painter, lid, linear((-126, 0), (126, 0), (0, tone("#4b8d82")), (0.35, tone("#37766d")), (1, tone("#1d4b46"))))
    fill(painter, box(-126, -182, 252, 5, 2.5), tone("#cdeae2", 0.35))
    ribbon = linear((-20, 0), (20, 0), (0, tone("#f1d39b")), (0.35, tone("#e3b873")), (1, tone("#b98645")))
    fill(painter, box(-19, -142, 38, 142), ribbon)
    fill(painter, box(-19, -136, 38, 12), tone("#5d3d16", 0.3))
    fill(painter, box(-20, -182, 40, 48), ribbon)
    for side in (-1, 1):
        with placed(painter, (0, -186), scale=(side, 1)):
            tail = curve((4, 0), ((24, 14), (44, 26), (58, 54)))
            tail.lineTo(70, 36)
            tail.lineTo(84, 40)
            tail.cubicTo(66, 10, 40, -2, 8, -8)
            fill(painter, tail, linear((0, -8), (70, 50), (0, tone("#c79550")), (1, tone("#ecca8e"))))
            loop = curve((0, 0), ((14, -50), (66, -84), (92, -58)), ((108, -38), (72, 2), (0, 4)))
            fill(painter, loop, linear((10, -60), (60, 0), (0, tone("#f3d9a6")), (0.6, tone("#dcae66")), (1, tone("#b07d3d"))))
            hollow = curve((16, -8), ((28, -38), (62, -60), (78, -47)), ((84, -36), (56, -10), (16, -8)))
            fill(painter, hollow, linear((20, -40), (70, -20), (0, tone("#8a5c26")), (1, tone("#c1904c"))))
    fill(painter, box(-16, -202, 32, 28, 11), linear((-16, 0), (16, 0), (0, tone("#f6dfb0")), (1, tone("#c08d49"))))
    with placed(painter, (-68, -58)):
        _name(painter, 0, "#f0d9ae", 0.95)
        _rule(painter, 9, 20, "#f0d9ae")


FACIAL_OIL = Pack(facial_oil, 120, 246)
NIGHT_CREAM = Pack(night_cream, 212, 154)
SLEEP_MIST = Pack(sleep_mist, 104, 280)
CLAY_MASK = Pack(clay_mask, 216, 220)
VITAMIN_SERUM = Pack(vitamin_serum, 92, 268)
MICELLAR_WATER = Pack(micellar_water, 152, 278)
HAND_CREAM = Pack(hand_cream, 148, 286)
LIP_BALM = Pack(lip_balm, 182, 250)
SUN_CREAM = Pack(sun_cream, 158, 284)
GIFT_SET = Pack(gift_set, 252, 260)

PACKS = (
    FACIAL_OIL,
    NIGHT_CREAM,
    SLEEP_MIST,
    CLAY_MASK,
    VITAMIN_SERUM,
    MICELLAR_WATER,
    HAND_CREAM,
    LIP_BALM,
    SUN_CREAM,
    GIFT_SET,
)


def shadow(painter: QPainter, pack: Pack, at: QPointF, scale: float, strength: float = 1.0) -> None:
    """The pack's soft shadow on the ground, thrown to the right, and the dark line where it stands."""
    half = pack.width / 2 * scale
    glow(painter, (at.x() + half * 0.75, at.y() - 1), (half * 2.1, half * 0.34 + 8), "#2a140c", 0.36 * strength)
    glow(painter, (at.x() + half * 0.1, at.y() + 1), (half * 1.25, half * 0.12 + 6), "#1c0c07", 0.6 * strength)


def mirrored(pack: Pack, scale: float, depth: float) -> QImage:
    """The pack's reflection in a polished ground: upside down, fading over `depth`; its top middle is where the pack stands."""
    width = math.ceil(pack.width * scale * 1.3)
    image = canvas(width, math.ceil(depth))
    with painting(image) as painter:
        with placed(painter, (width / 2, 0), scale=(scale, -scale)):
            pack.draw(painter)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        fade = linear((0, 0), (0, depth), (0, tone("#000000", 0.3)), (0.5, tone("#000000", 0.1)), (1, tone("#000000", 0)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(image.rect(), fade)
    return image


def stand(painter: QPainter, pack: Pack, at: QPointF, scale: float) -> None:
    """The pack on a polished table: reflection, shadow, pack."""
    reflection = mirrored(pack, scale, 110 * scale)
    painter.drawImage(QPointF(at.x() - reflection.width() / 2, at.y() - 2), reflection)
    shadow(painter, pack, at, scale)
    with placed(painter, (at.x(), at.y()), scale=(scale, scale)):
        pack.draw(painter)
