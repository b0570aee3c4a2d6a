"""Where faces are in a picture, by a small model that comes with the program (BlazeFace: Bazarevsky et al., arXiv:1907.05047)."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from studio import paths

MODEL = "face_detection_short_range.tflite"
INPUT = 128
GRIDS = ((16, 2), (8, 6))
"""Cells a side, and anchors a cell."""
SURE = 0.6
OVERLAP = 0.3
SHARED = 0.5
"""How far neighbouring squares of a long picture lie over each other: a face is whole in one of them."""


class Face(NamedTuple):
    """Middle and width as shares of the picture's width and height (0…1), and how sure it is."""

    x: float
    y: float
    width: float
    height: float
    score: float


class FaceFinder:
    """One model. Used by one thread. Raises `OSError` or `cv2.error` when this machine cannot run it."""

    def __init__(self) -> None:
        path = str(paths.assets() / "models" / MODEL)
        classic = getattr(cv2.dnn, "ENGINE_CLASSIC", None)  # OpenCV 5; its new engine gives only one of the two outputs
        self._net = cv2.dnn.readNetFromTFLite(path) if classic is None else cv2.dnn.readNetFromTFLite(path, engine=classic)
        self._outputs = self._net.getUnconnectedOutLayersNames()
        self._anchors = np.concatenate([_cells(side, each) for side, each in GRIDS])

    def again(self, rgb: NDArray[np.uint8], last: Face) -> list[Face]:
        """The faces in the square around where one was before; a quarter of the work of `find`."""
        height, width = rgb.shape[:2]
        side = min(height, width)
        x, y = (int(np.clip(at * length - side / 2, 0, length - side)) for at, length in ((last.x, width), (last.y, height)))
        return self._placed(rgb, x, y)

    def find(self, rgb: NDArray[np.uint8]) -> list[Face]:
        """The faces in a (h, w, 3) picture, the largest first. It is looked at in squares of its shorter side."""
        height, width = rgb.shape[:2]
        side = min(height, width)
        steps = max(1, round((max(height, width) - side) / (side * (1 - SHARED))))
        places = {round(step * (max(height, width) - side) / steps) for step in range(steps + 1)}
        found: list[Face] = []
        for place in sorted(places):
            x, y = (place, 0) if width >= height else (0, place)
            found += self._placed(rgb, x, y)
        return sorted(_distinct(found), key=lambda face: -face.width * face.height)

    def _placed(self, rgb: NDArray[np.uint8], x: int, y: int) -> list[Face]:
        """The faces in the square at that place, as shares of the whole picture; the largest first."""
        height, width = rgb.shape[:2]
        side = min(height, width)
        found = [
            Face(
                (x + face.x * side) / width,
                (y + face.y * side) / height,
                face.width * side / width,
                face.height * side / height,
                face.score,
            )
            for face in self._in_square(rgb[y : y + side, x : x + side])
        ]
        return sorted(_distinct(found), key=lambda face: -face.width * face.height)

    def _in_square(self, rgb: NDArray[np.uint8]) -> list[Face]:
        self._net.setInput(cv2.dnn.blobFromImage(rgb, 1 / 127.5, (INPUT, INPUT), (127.5, 127.5, 127.5)))
        by_width = {out.shape[-1]: out.reshape(-1, out.shape[-1]) for out in self._net.forward(self._outputs)}
        scores = 1 / (1 + np.exp(-np.clip(by_width[1][:, 0], -50, 50)))
        boxes = by_width[16]
        return [
            Face(
                float(self._anchors[number, 0] + boxes[number, 0] / INPUT),
                float(self._anchors[number, 1] + boxes[number, 1] / INPUT),
                float(boxes[number, 2] / INPUT),
                float(boxes[number, 3] / INPUT),
                float(scores[number]),
            )
            for number in np.flatnonzero(scores >= SURE)
        ]


def _cells(side: int, each: int) -> NDArray[np.float32]:
    """The middles of a grid's cells, row by row, each so many times (0…1)."""
    y, x = np.mgrid[0:side, 0:side]
    middles: NDArray[np.float32] = ((np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) / side).astype(np.float32)
    return middles.repeat(each, axis=0)


def _distinct(faces: list[Face]) -> list[Face]:
    """Each face once, as the detector is most sure of it."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda one: -one.score):
        if all(_overlap(face, other) < OVERLAP for other in kept):
            kept.append(face)
    return kept


def _overlap(one: Face, other: Face) -> float:
    """Shared area over joint area."""
    across = min(one.x + one.width / 2, other.x + other.width / 2) - max(one.x - one.width / 2, other.x - other.width / 2)
    down = min(one.y + one.height / 2, other.y + other.height / 2) - max(one.y - one.height / 2, other.y - other.height / 2)
    shared = max(0.0, across) * max(0.0, down)
    joint = one.width * one.height + other.width * other.height - shared
    return shared / joint if joint > 0 else 0.0
