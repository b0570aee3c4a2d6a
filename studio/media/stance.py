"""How a picture is meant to stand: turned, mirrored, or made of pixels that are not square, as is written beside it.

Display matrix: ISO 14496-12, 8.3.2 (`tkhd`), as FFmpeg hands it on with each frame. Pixels: H.264 E.2.1, `sar_width`.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.media.frames import Picture

Plane = NDArray[np.uint8]
SIDE_MAX = 8192
STRETCH_MAX = 8
"""No camera has narrower or wider pixels; what says so is broken."""
_MATRIX = struct.Struct("<9i")


@dataclass(frozen=True, slots=True)
class Stance:
    """`turned`: rows become columns first; then it is mirrored left to right (`across`) and upside down (`down`). `pixel`: how
    much wider than high a stored pixel is."""

    turned: bool = False
    across: bool = False
    down: bool = False
    pixel: Fraction = Fraction(1)

    def stretched(self, width: int, height: int) -> tuple[int, int]:
        """The size that a stored picture has with square pixels, even, before it is turned: no side becomes smaller."""
        if self.pixel >= 1:
            width = round(width * self.pixel)
        else:
            height = round(height / self.pixel)
        scale = min(Fraction(1), Fraction(SIDE_MAX, max(width, height)))
        return max(2, round(width * scale) & ~1), max(2, round(height * scale) & ~1)

    def shown(self, width: int, height: int) -> tuple[int, int]:
        """The size that it is shown with."""
        width, height = self.stretched(width, height)
        return (height, width) if self.turned else (width, height)

    @property
    def plain(self) -> bool:
        """Whether it stands as it is stored."""
        return not (self.turned or self.across or self.down)

    def plane(self, plane: Plane) -> Plane:
        """One plane as it is to be shown."""
        rotation = _ROTATIONS.get((self.turned, self.across, self.down))
        return np.asarray(rotation(plane), np.uint8) if rotation is not None else plane

    def put(self, picture: Picture) -> Picture:
        """A picture as it is to be shown; its pixels are square already."""
        if self.plain:
            return picture
        alpha = self.plane(picture.alpha) if picture.alpha is not None else None
        return Picture(self.plane(picture.y), self.plane(picture.u), self.plane(picture.v), alpha)


def _rotated(code: int) -> Callable[[Plane], Any]:
    return lambda plane: cv2.rotate(plane, code)


def _flipped(code: int) -> Callable[[Plane], Any]:
    return lambda plane: cv2.flip(plane, code)


_ROTATIONS: dict[tuple[bool, bool, bool], Callable[[Plane], Any]] = {
    (False, True, False): _flipped(1),
    (False, False, True): _flipped(0),
    (False, True, True): _rotated(cv2.ROTATE_180),
    (True, False, False): cv2.transpose,
    (True, True, False): _rotated(cv2.ROTATE_90_CLOCKWISE),
    (True, False, True): _rotated(cv2.ROTATE_90_COUNTERCLOCKWISE),
    (True, True, True): lambda plane: cv2.rotate(cv2.transpose(plane), cv2.ROTATE_180),
}


def stance_of(frame: Any, pixel: Fraction | None = None) -> Stance:
    """Of a decoded frame; `pixel` is what its stream says of its pixels."""
    for data in frame.side_data or ():
        if getattr(data.type, "name", "") == "DISPLAYMATRIX" and data.buffer_size >= _MATRIX.size:
            return by_matrix(_MATRIX.unpack(bytes(data)[: _MATRIX.size]), pixel)
    return Stance(pixel=_sane(pixel))


def by_matrix(matrix: tuple[int, ...], pixel: Fraction | None = None) -> Stance:
    """x' = a·x + c·y, y' = b·x + d·y; angles that are not right ones become the nearest that is."""
    a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Stance(across=a < 0, down=d < 0, pixel=_sane(pixel))
    return Stance(turned=True, across=c < 0, down=b < 0, pixel=_sane(pixel))


def by_orientation(orientation: int) -> Stance:
    """Of a photo (Exif 2.32, 4.6.4 A, tag 0x0112): 1 to 8, which stand for the eight ways."""
    turned, across, down = _ORIENTATIONS.get(orientation, (False, False, False))
    return Stance(turned, across, down)


_ORIENTATIONS = {
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, True, False),
    7: (True, True, True),
    8: (True, False, True),
}


def _sane(pixel: Fraction | None) -> Fraction:
    if pixel is None or pixel <= 0 or not Fraction(1, STRETCH_MAX) <= pixel <= STRETCH_MAX:
        return Fraction(1)
    return pixel
