"""The brand's name in its own letters: thick stems, hairlines, built from plain shapes, so no typeface is needed."""

from PySide6.QtGui import QPainterPath

from studio.demo.brush import box, curve, oval, polygon

THICK = 19.0
THIN = 5.0
RISE = 164.0
CAP = 150.0
LOW = 104.0


def _stem(x: float, top: float, foot: float = 13) -> QPainterPath:
    """A thick upright with a small flag at its head and a hairline foot that reaches `foot` out to the left."""
    flag = curve((x + 1, -top), ((x - 4, -top + 6), (x - 10, -top + 9), (x - 16, -top + 10)))
    flag.lineTo(x - 16, -top + 14)
    flag.lineTo(x + THICK, -top + 14)
    flag.lineTo(x + THICK, -top - 2)
    flag.closeSubpath()
    return box(x, -top, THICK, top).united(box(x - foot, -THIN, THICK + foot + 13, THIN)).united(flag)


def _bowl(x: float, width: float) -> QPainterPath:
    """A ring that is thick at its sides and a hairline above and below."""
    height = LOW / 2 + 1.5
    outer = oval(x + width / 2, -LOW / 2, width / 2, height)
    return outer.subtracted(oval(x + width / 2, -LOW / 2, width / 2 - THICK + 1, height - THIN))


def _capital_m() -> QPainterPath:
    left = box(14, -CAP, THIN + 1, CAP).united(box(-2, -THIN, 38, THIN)).united(box(-6, -CAP, 26, THIN))
    down = polygon((13, -CAP), (36, -CAP), (88, -26), (79, 0))
    up = polygon((79, 0), (76, -9), (136, -CAP), (142, -CAP))
    right = box(136, -CAP, THICK + 2, CAP).united(box(120, -THIN, 53, THIN)).united(box(136, -CAP, 35, THIN))
    return left.united(down).united(up).united(right)


def _small_t() -> QPainterPath:
    body = polygon((14, -LOW - 34), (14 + THICK, -LOW - 38), (14 + THICK, -24), (14, -24))
    foot = curve((14, -25), ((14, -4), (24, 2), (38, 2)), ((50, 2), (58, -4), (63, -13)))
    foot.lineTo(60, -16)
    foot.cubicTo(55, -8, 50, -5, 45, -5)
    foot.cubicTo(37, -5, 33, -10, 33, -25)
    foot.closeSubpath()
    return body.united(foot).united(box(-6, -LOW, 66, THIN))


def _small_e() -> QPainterPath:
    ring = _bowl(0, 88).subtracted(box(44, -LOW / 2, 60, LOW))
    tail = curve((43, 1.5), ((62, 1.5), (76, -8), (84, -25)))
    tail.lineTo(80, -27)
    tail.cubicTo(72, -12, 61, -3.5, 43, -3.5)
    tail.closeSubpath()
    return ring.united(tail).united(box(10, -LOW / 2 - 3, 78, THIN))


def brand() -> QPainterPath:
    """“Matilde”, its base line at y = 0, its first stem at x = 0; about 605 wide and 165 high."""
    name = _capital_m()
    a = _bowl(0, 88).subtracted(box(72, -LOW, 20, LOW)).united(box(70, -LOW, THICK, LOW)).united(box(70, -THIN, THICK + 14, THIN))
    i = _stem(0, LOW).united(oval(THICK / 2, -RISE + 15, 13, 13))
    d = _bowl(0, 88).subtracted(box(72, -LOW, 20, LOW)).united(_stem(70, RISE, 0))
    x = 190.0
    for letter, advance in ((a, 122), (_small_t(), 92), (i, 58), (_stem(0, RISE), 54), (d, 124), (_small_e(), 90)):
        name.addPath(letter.translated(x, 0))
        x += advance
    return name


def label() -> QPainterPath:
    """“MATILDE” in wide-set capitals for a pack: bare lines to stroke, 10 high, centred on x = 0, the base line at y = 0."""
    letters = (
        ((0, 0), (0, -10), (4.5, -2), (9, -10), (9, 0)),
        ((0, 0), (4.3, -10), (8.6, 0), (6.9, -3.6), (1.7, -3.6)),
        ((0, -10), (8, -10), (4, -10), (4, 0)),
        ((0, 0), (0, -10)),
        ((0, -10), (0, 0), (5.5, 0)),
        ((0, 0), (0, -10), (3, -10), (6, -8.6), (7.4, -5), (6, -1.4), (3, 0), (0, 0)),
        ((6, -10), (0, -10), (0, -5.2), (5, -5.2), (0, -5.2), (0, 0), (6, 0)),
    )
    path = QPainterPath()
    x = 0.0
    for points in letters:
        for index, (px, py) in enumerate(points):
            if index:
                path.lineTo(x + px, py)
            else:
                path.moveTo(x + px, py)
        x += max(px for px, _ in points) + 4.5
    return path.translated(-(x - 4.5) / 2, 0)
