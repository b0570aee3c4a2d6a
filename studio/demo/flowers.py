"""Flowers that grow on labels and beside bottles."""

from PySide6.QtGui import QPainter

from studio.demo.brush import curve, fill, linear, lit, oval, placed, stroke, tone


def rose(painter: QPainter, x: float, y: float, size: float, colour: str) -> None:
    """A small rose: three turns of petals."""
    with placed(painter, (x, y), scale=(size, size)):
        for radius, angle, share in ((1.0, 0.0, 0.0), (0.78, 40.0, 0.2), (0.54, 85.0, -0.1), (0.3, 130.0, 0.25)):
            with placed(painter, angle=angle):
                for turn in range(3):
                    with placed(painter, angle=turn * 120):
                        petal = oval(radius * 0.42, 0, radius * 0.58, radius * 0.52)
                        fill(painter, petal, lit(colour, share + (0.08 if turn == 1 else 0)))


def leaf(painter: QPainter, x: float, y: float, length: float, angle: float, colour: str) -> None:
    """A pointed leaf that grows from (x, y)."""
    with placed(painter, (x, y), angle=angle, scale=(length, length)):
        shape = curve((0, 0), ((0.25, -0.32), (0.75, -0.3), (1, 0)), ((0.75, 0.22), (0.25, 0.26), (0, 0)))
        fill(painter, shape, linear((0, -0.3), (0, 0.3), (0, tone(lit(colour, 0.22))), (1, tone(lit(colour, -0.15)))))
        stroke(painter, curve((0, 0), ((0.3, -0.04), (0.6, -0.04), (0.92, 0))), tone(lit(colour, 0.45), 0.6), 0.02)
