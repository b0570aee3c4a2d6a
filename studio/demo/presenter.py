"""The presenter: she sits behind the table and lifts a bottle beside her face. Her own middle is x = 0."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QBrush, QPainter, QPainterPath, QTransform

from studio.demo import bottles, face
from studio.demo.brush import (
    Point,
    between,
    box,
    clipped,
    curve,
    fill,
    glow,
    limb,
    linear,
    lit,
    oval,
    placed,
    smooth,
    soft_stroke,
    stroke,
    tone,
)
from studio.demo.face import SKIN, SKIN_SHADE
from studio.demo.pose import Pose

PLACE = (960.0, 868.0)
SCALE = 1.12
BLUE = "#304567"
BLUE_DARK = "#1b2944"
BLUE_LIGHT = "#5d789f"
DEEP = "#111a2e"
NAIL = "#cf6f6c"
SHADOW = "#24110b"
BOTTLE_SCALE = 0.98

HEAD = (0.0, -488.0)
NECK = (0.0, -372.0)
SHOULDER = (168.0, -190.0)
ELBOW_LOW, ELBOW_HIGH = (284.0, 26.0), (334.0, 26.0)
FOREARM_LOW, FOREARM_HIGH = 118.0, 220.0
ANGLE_LOW, ANGLE_HIGH = 175.0, 268.0
WRIST_LOW, WRIST_HIGH = (96.0, 6.0), (74.0, 66.0)
GROUND = 76.0
GRIP = 36.0


def body(painter: QPainter, pose: Pose) -> None:
    """All that is behind the table: hair, torso, neck and head."""
    rise = -4.0 * pose.breath
    with placed(painter, PLACE, scale=(SCALE, SCALE)):
        glow(painter, (70, -330), (300, 420), "#3a1a10", 0.3)
        with _head_place(painter, pose, 0.65):
            face.back_hair(painter)
        _neck(painter, pose, rise)
        _torso(painter, pose, rise)
        with _head_place(painter, pose, 1.0):
            face.head(painter, pose)


def arms(painter: QPainter, pose: Pose) -> None:
    """All that is over the table: the resting arm and the one that lifts the bottle."""
    rise = -4.0 * pose.breath
    with placed(painter, PLACE, scale=(SCALE, SCALE)):
        _resting_arm(painter, rise)
        _lifting_arm(painter, pose, rise)


@contextmanager
def _head_place(painter: QPainter, pose: Pose, share: float) -> Iterator[None]:
    """The head's own place: turned about the neck."""
    neck, head = (NECK[0], NECK[1] - 2.5 * pose.breath), (HEAD[0] - NECK[0] + pose.turn * 0.4, HEAD[1] - NECK[1])
    with placed(painter, neck, angle=pose.tilt * share), placed(painter, head):
        yield


def _neck(painter: QPainter, pose: Pose, rise: float) -> None:
    lean = pose.tilt * 0.7
    shape = curve(
        (-41 + lean, -400),
        ((-42, -350), (-44, -318 + rise), (-62, -300 + rise)),
        ((-92, -278 + rise), (-130, -262 + rise), (-150, -240 + rise)),
        ((-90, -150), (90, -150), (150, -240 + rise)),
        ((130, -262 + rise), (92, -278 + rise), (62, -300 + rise)),
        ((44, -318 + rise), (42, -350), (41 + lean, -400)),
    )
    fill(painter, shape, linear((-60, -340), (110, -260), (0, tone("#f2c8ac")), (0.5, tone("#e6b293")), (1, tone("#c78c6e"))))
    with clipped(painter, shape):
        shadow = oval(14 + lean, -372, 78, 60)
        for step in range(8):
            with placed(painter, (14 + lean, -372), scale=(1 - step * 0.035, 1 - step * 0.035)):
                fill(painter, shadow.translated(-14 - lean, 372), tone("#a9623f", 0.085))
        soft_stroke(
            painter, curve((-8, -262 + rise), ((-24, -262 + rise), (-54, -270 + rise), (-92, -262 + rise))), SKIN_SHADE, 9, 0.4
        )
        soft_stroke(
            painter, curve((12, -262 + rise), ((28, -262 + rise), (58, -270 + rise), (96, -262 + rise))), SKIN_SHADE, 9, 0.5
        )
        glow(painter, (-70, -272 + rise), (50, 16), "#fff0e0", 0.45)
    chain = curve(
        (-58, -300 + rise),
        ((-40, -236 + rise), (-12, -222 + rise), (2, -220 + rise)),
        ((16, -222 + rise), (42, -236 + rise), (58, -300 + rise)),
    )
    stroke(painter, chain, tone("#e2b56d", 0.95), 2)
    fill(painter, oval(2, -214 + rise, 5.5, 6.5), linear((-4, 0), (8, 0), (0, tone("#fff0cc")), (1, tone("#c08a45"))))


def _torso(painter: QPainter, pose: Pose, rise: float) -> None:
    swell = 2.5 * pose.breath
    shape = curve(
        (-98, -276 + rise),
        ((-66, -214 + rise), (-34, -186 + rise), (0, -186 + rise)),
        ((34, -186 + rise), (66, -214 + rise), (98, -276 + rise)),
        ((142, -262 + rise), (196, -250 + rise), (214, -196 + rise)),
        ((220, -150), (206, -120), (184 + swell, -92)),
        ((160 + swell, -50), (150, 0), (156, 60)),
        ((60, 66), (-60, 66), (-156, 60)),
        ((-150, 0), (-160 - swell, -50), (-184 - swell, -92)),
        ((-206, -120), (-220, -150), (-214, -196 + rise)),
        ((-196, -250 + rise), (-142, -262 + rise), (-98, -276 + rise)),
    )
    fill(painter, shape, _cloth())
    with clipped(painter, shape):
        _cloth_light(painter)
        glow(painter, (-50, -110 + rise * 0.5), (130, 90), BLUE_LIGHT, 0.26)
        glow(painter, (0, 66), (240, 78), DEEP, 0.6)
        for side in (-1, 1):
            under = curve((side * 128, -190), ((side * 132, -130), (side * 160, -80), (side * 210, 20)))
            soft_stroke(painter, under, DEEP, 46, 0.6)
    neckline = curve(
        (-98, -276 + rise),
        ((-66, -214 + rise), (-34, -186 + rise), (0, -186 + rise)),
        ((34, -186 + rise), (66, -214 + rise), (98, -276 + rise)),
    )
    with clipped(painter, shape):
        stroke(painter, neckline, tone(lit(BLUE, 0.12)), 20)
        stroke(painter, neckline.translated(0, 10), tone(BLUE_DARK, 0.55), 1.6)


def _cloth() -> QBrush:
    """One gradient for the whole top, so that a sleeve and the torso meet without a seam."""
    return linear((-230, -240), (250, 60), (0, tone(lit(BLUE, 0.16))), (0.45, tone(BLUE)), (1, tone(BLUE_DARK)))


def _cloth_light(painter: QPainter) -> None:
    glow(painter, (-140, -206), (130, 84), BLUE_LIGHT, 0.5)
    glow(painter, (140, -214), (110, 60), BLUE_LIGHT, 0.3)


def _cloth_limb(painter: QPainter, shape: QPainterPath, start: Point, end: Point, width: float, first: float) -> None:
    """A part of a sleeve along start…end, lit from the upper left; its shading begins `first` of the way along."""
    fill(painter, shape, _cloth())
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    side = -1 if -0.75 * math.sin(angle) + 0.66 * math.cos(angle) > 0 else 1

    def beside(share: float, out: float) -> Point:
        x, y = between(start, end, share)
        return x - math.sin(angle) * out * side, y + math.cos(angle) * out * side

    with clipped(painter, shape):
        _cloth_light(painter)
        light = smooth([beside(share, width * 0.42) for share in (first, 0.4, 0.7, 0.95)])
        soft_stroke(painter, light, BLUE_LIGHT, width * 1.1, 0.36)
        dark = smooth([beside(share, -width * 1.02) for share in (first / 3, 0.4, 0.7, 1.1)])
        soft_stroke(painter, dark, DEEP, width * 1.3, 0.54)


def _upper_arm(painter: QPainter, shoulder: Point, elbow: Point, cuff: Point, radii: Point) -> None:
    """From the shoulder to the elbow, with the soft shadow that the forearm throws on it."""
    shape = limb(shoulder, radii[0], elbow, radii[1])
    _cloth_limb(painter, shape, shoulder, elbow, radii[1], 0.3)
    with clipped(painter, shape.subtracted(oval(*elbow, radii[1] * 1.1, radii[1] * 1.1))):
        soft_stroke(painter, smooth((elbow, between(elbow, cuff, 0.5), cuff)), DEEP, radii[1] * 3.0, 0.7)


def _forearm(painter: QPainter, elbow: Point, cuff: Point, radii: Point) -> None:
    """From the elbow to a straight hem."""
    across = math.atan2(cuff[1] - elbow[1], cuff[0] - elbow[0])
    hem = QTransform().translate(*cuff).rotateRadians(across)
    beyond = hem.map(box(0, -60, 60, 120).subtracted(oval(0, 0, 7, radii[1])))
    shape = limb(elbow, radii[0], cuff, radii[1]).subtracted(beyond)
    _cloth_limb(painter, shape, elbow, cuff, radii[1], 0.3)
    band = box(-26, -radii[1] - 4, 50, 2 * radii[1] + 8).subtracted(oval(-26, 0, 7, radii[1] + 4))
    with clipped(painter, shape), placed(painter, cuff, angle=math.degrees(across)):
        fill(painter, band, tone(lit(BLUE, 0.1), 0.6))
        glow(painter, (-6, radii[1] if across > -1 else -radii[1]), (40, radii[1]), DEEP, 0.6)


def _finger(painter: QPainter, knuckle: Point, tip: Point, radius: float, *, nail: bool = True) -> None:
    shape = limb(knuckle, radius, tip, radius * 0.84)
    fill(
        painter,
        shape,
        linear((0, knuckle[1] - radius), (0, knuckle[1] + radius), (0, tone("#f8d8c1")), (0.5, tone(SKIN)), (1, tone("#d39b7c"))),
    )
    stroke(painter, shape, tone("#a9684c", 0.32), 1.1)
    if nail:
        angle = math.degrees(math.atan2(tip[1] - knuckle[1], tip[0] - knuckle[0]))
        with placed(painter, tip, angle=angle):
            fill(
                painter,
                oval(radius * 0.14, -radius * 0.12, radius * 0.66, radius * 0.5),
                linear((0, -6), (0, 6), (0, tone(lit(NAIL, 0.3))), (1, tone(NAIL))),
            )


def _resting_arm(painter: QPainter, rise: float) -> None:
    elbow, cuff = (-262.0, 24.0), (-112.0, 48.0)
    glow(painter, (-150, 84), (190, 26), SHADOW, 0.6)
    _upper_arm(painter, (-SHOULDER[0], SHOULDER[1] + rise), elbow, cuff, (50, 45))
    hand = curve(
        (-132, 22),
        ((-100, 14), (-78, 20), (-58, 28)),
        ((-36, 38), (-12, 50), (0, 62)),
        ((6, 70), (0, 76), (-10, 75)),
        ((-40, 78), (-90, 82), (-132, 72)),
    )
    fill(painter, hand, linear((-80, 20), (-60, 84), (0, tone("#f8d8c1")), (0.5, tone(SKIN)), (1, tone("#c98f70"))))
    for knuckle, tip, radius in (((-62, 43), (4, 57), 10.5), ((-66, 51), (8, 66), 10.5), ((-72, 59), (2, 74), 10)):
        _finger(painter, knuckle, tip, radius)
    with clipped(painter, hand):
        glow(painter, (-80, 42), (46, 24), "#f9dcc6", 0.95)
    _finger(painter, (-98, 66), (-48, 81), 10.5)
    _forearm(painter, elbow, cuff, (45, 33))


def _lifting_arm(painter: QPainter, pose: Pose, rise: float) -> None:
    lift = pose.lift
    shoulder = (SHOULDER[0], SHOULDER[1] + rise)
    elbow = between(ELBOW_LOW, ELBOW_HIGH, lift)
    angle = math.radians(ANGLE_LOW + (ANGLE_HIGH - ANGLE_LOW) * lift)
    reach = FOREARM_LOW + (FOREARM_HIGH - FOREARM_LOW) * lift
    wrist = (elbow[0] + reach * math.cos(angle), elbow[1] + reach * math.sin(angle))
    offset = between(WRIST_LOW, WRIST_HIGH, lift)
    grip = (wrist[0] - offset[0], wrist[1] - offset[1])
    height = max(0.0, GROUND - GRIP - grip[1])
    glow(
        painter,
        (grip[0] + 30 + height * 0.4, GROUND + 8),
        (100 + height * 0.2, 18 + height * 0.05),
        "#24110b",
        0.6 / (1 + height / 60),
    )
    glow(painter, (between(elbow, wrist, 0.3 * (1 - lift))[0] + 10, GROUND), (120 - 40 * lift, 22), SHADOW, 0.6)
    cuff = between(elbow, wrist, 0.88)
    _upper_arm(painter, shoulder, elbow, cuff, (50, 47))
    heel = (grip[0] + 68, grip[1] + 14)
    palm = limb(between(elbow, wrist, 0.7), 25, wrist, 25).united(limb(wrist, 25, heel, 38))
    skin = linear(
        (grip[0] + 20, grip[1] - 40),
        (grip[0] + 110, grip[1] + 60),
        (0, tone(SKIN)),
        (0.55, tone("#e3ae8f")),
        (1, tone("#bd8061")),
    )
    fill(painter, palm, skin)
    with placed(painter, grip, angle=pose.bottle):
        _finger(painter, (82, -6), (60, -50), 12.5, nail=False)
        with placed(painter, (0, GRIP), scale=(BOTTLE_SCALE, BOTTLE_SCALE)):
            bottles.FACIAL_OIL.draw(painter)
        for y, tip, radius in ((35, -24, 10.5), (18, -38, 12.0), (-1, -44, 12.5), (-21, -36, 12.0)):
            with clipped(painter, box(-60, -GRIP, 120, 2 * GRIP, 6)):
                soft_stroke(painter, smooth(((70, y), (tip, y + 9))), "#4a1c10", 34, 0.3)
            _finger(painter, (70, y), (tip, y + 6), radius)
        back = curve(
            (52, -33), ((90, -38), (108, -22), (108, 8)), ((108, 36), (94, 52), (52, 48)), ((52, 30), (52, -14), (52, -33))
        )
        fill(
            painter,
            back,
            linear(
                (52, 0), (112, 22), (0, tone("#f5d0b6", 0)), (0.35, tone("#f0c4a7")), (0.6, tone("#e6b292")), (1, tone("#c4866a"))
            ),
        )
        for y in (-11, 9, 28):
            soft_stroke(painter, smooth(((62, y), (70, y), (80, y + 2))), "#a9684c", 4, 0.36)
    _forearm(painter, elbow, cuff, (47, 34))
