"""Pictures in I420: planes as numpy views on FFmpeg's own memory, so that nothing is copied to be looked at.

`Picture` is what sources hand over and the compositor reads; `FramePool` lends the canvas frames that are composed
into, previewed and encoded.
"""

import threading
from dataclasses import dataclass, field
from typing import Any

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from studio.media.tones import ToneMap, Tones, tones_of

Plane = NDArray[np.uint8]

BLACK = (16, 128, 128)
"""Y, U, V of black in limited range."""


@dataclass(slots=True, eq=False)
class Picture:
    """One picture: planes of uint8, `y` (h, w), `u` and `v` (h/2, w/2), BT.709 limited range, even sizes.

    With `alpha` (h, w) the colour planes are premultiplied by it. `frame` keeps the planes' memory alive and, where
    there is no alpha, can be encoded as it is. A picture is never changed after it was handed over, so its identity
    may serve as a cache key.
    """

    y: Plane
    u: Plane
    v: Plane
    alpha: Plane | None = None
    frame: av.VideoFrame | None = None
    stands_for: tuple[int, int] | None = None
    """The size (width, height) of what this is a smaller copy of: scenes lay it out by that."""
    _cache: dict[object, object] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.y.shape[0])

    @property
    def cache(self) -> dict[object, object]:
        """Room for what is made from this picture and dies with it (scaled copies)."""
        return self._cache


def of_frame(frame: av.VideoFrame) -> Picture:
    """A view on a yuv420p frame; odd sizes lose their last row or column."""
    width, height = frame.width & ~1, frame.height & ~1
    y, u, v = frame.planes[0], frame.planes[1], frame.planes[2]
    return Picture(_view(y, width, height), _view(u, width // 2, height // 2), _view(v, width // 2, height // 2), frame=frame)


def _view(plane: av.video.plane.VideoPlane, width: int, height: int) -> Plane:
    rows = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]
    view: Plane = rows[: plane.line_size * (rows.size // plane.line_size)].reshape(-1, plane.line_size)
    return view[:height, :width]


def _view_16(plane: av.video.plane.VideoPlane, width: int, height: int) -> NDArray[np.uint16]:
    rows = np.frombuffer(plane, np.uint16)  # type: ignore[call-overload]
    across = plane.line_size // 2
    view: NDArray[np.uint16] = rows[: across * (rows.size // across)].reshape(-1, across)
    return view[:height, :width]


def blank(width: int, height: int, colour: tuple[int, int, int] = BLACK) -> Picture:
    """A new opaque picture of one colour (Y, U, V)."""
    frame = av.VideoFrame(width, height, "yuv420p")
    frame.colorspace = Colorspace.ITU709  # else a small one would be taken for BT.601
    picture = of_frame(frame)
    for plane, value in zip((picture.y, picture.u, picture.v), colour, strict=True):
        plane[:] = value
    return picture


def rgb_to_yuv(red: int, green: int, blue: int) -> tuple[int, int, int]:
    """BT.709 limited range of an sRGB colour (ITU-R BT.709-6, 3.4)."""
    r, g, b = red / 255, green / 255, blue / 255
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return (
        round(16 + 219 * luma),
        round(128 + 224 * (b - luma) / 1.8556),
        round(128 + 224 * (r - luma) / 1.5748),
    )


def of_rgba(rgba: NDArray[np.uint8], *, premultiplied: bool = False) -> Picture:
    """A picture with alpha from (h, w, 4) RGBA of uint8; odd sizes get a transparent row or column.

    The colours are premultiplied here unless they are already, then converted with BT.709: Y' = 16·α + (Y−16), so
    that transparent means 0 in every plane and blending is `dst·(1−α) + src`.
    """
    height, width = rgba.shape[:2]
    if height % 2 or width % 2:
        rgba = np.pad(rgba, ((0, height % 2), (0, width % 2), (0, 0)))
    alpha = rgba[..., 3]
    weight = alpha.astype(np.float32) / np.float32(255)
    rgb = rgba[..., :3].astype(np.float32) / np.float32(255)
    if not premultiplied:
        rgb *= weight[..., None]
    luma = rgb @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    y = 16 * weight + 219 * luma
    u = 128 * weight + 224 * (rgb[..., 2] - luma) / 1.8556
    v = 128 * weight + 224 * (rgb[..., 0] - luma) / 1.5748
    return Picture(_round(y), _round(_halve(u)), _round(_halve(v)), alpha=np.ascontiguousarray(alpha))


def _halve(plane: NDArray[Any]) -> NDArray[np.float32]:
    height, width = plane.shape
    halved: NDArray[np.float32] = plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3), dtype=np.float32)
    return halved


def _round(plane: NDArray[Any]) -> Plane:
    return np.ascontiguousarray(np.clip(np.rint(plane), 0, 255).astype(np.uint8))


class Converter:
    """Converts frames of any format to I420 BT.709 limited range. One a thread: sharing one is a segfault."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()
        self._tones: tuple[Tones, ToneMap] | None = None

    def picture(self, frame: av.VideoFrame, width: int = 0, height: int = 0) -> Picture:
        """`frame` as a picture, scaled when a size is given; no work at all when it already fits."""
        width, height = width or frame.width & ~1, height or frame.height & ~1
        full = frame.color_range == ColorRange.JPEG
        tones = None if frame.format.is_rgb else tones_of(frame.color_trc, frame.color_primaries, full)
        clear = any(component.is_alpha for component in frame.format.components)
        if tones is not None:
            toned = self._toned(frame, width, height, tones)
            return _premultiplied(toned, _alpha(self.convert(frame, width, height, "yuva420p"))) if clear else toned
        if clear:
            straight = self.convert(frame, width, height, "yuva420p")
            return _premultiplied(of_frame(straight), _alpha(straight))
        if (
            frame.format.name == "yuv420p"
            and frame.color_range != ColorRange.JPEG
            and _matrix(frame) == Colorspace.ITU709
            and (
                frame.width & ~1,
                frame.height & ~1,
            )
            == (width, height)
        ):
            return of_frame(frame)
        return of_frame(self.convert(frame, width, height, "yuv420p"))

    def _toned(self, frame: av.VideoFrame, width: int, height: int, tones: Tones) -> Picture:
        """A picture of high dynamic range or wide colours: from ten bits of its own numbers, through its tables."""
        if (frame.format.name, frame.width, frame.height) != ("yuv420p10le", width, height):
            same = {"src_color_range": frame.color_range, "dst_color_range": frame.color_range} if frame.color_range else {}
            frame = self._reformatter.reformat(
                frame, width, height, "yuv420p10le", interpolation="FAST_BILINEAR", threads=1, **same
            )
        planes = [_view_16(plane, plane.width, plane.height) for plane in frame.planes]
        y, u, v = (plane[: height >> (number > 0), : width >> (number > 0)] for number, plane in enumerate(planes))
        if self._tones is None or self._tones[0] != tones:
            self._tones = tones, ToneMap(tones)
        return Picture(*self._tones[1].planes(y, u, v))

    def convert(self, frame: av.VideoFrame, width: int, height: int, pixel_format: str) -> av.VideoFrame:
        """`frame` in another format or size; colours are read as what the frame says, or as what its size suggests."""
        rgb = frame.format.is_rgb
        to_rgb = pixel_format.startswith(("rgb", "bgr", "rgba", "bgra"))
        return self._reformatter.reformat(
            frame,
            width,
            height,
            pixel_format,
            src_colorspace=None if rgb else _matrix(frame),
            dst_colorspace=None if to_rgb else Colorspace.ITU709,
            src_color_range=ColorRange.JPEG if rgb else (frame.color_range or ColorRange.MPEG),
            dst_color_range=ColorRange.JPEG if to_rgb else ColorRange.MPEG,
            interpolation="FAST_BILINEAR",
            threads=1,  # with more, swscale 9 gets the first four pixels of each further slice wrong
        )


def _alpha(frame: av.VideoFrame) -> Plane:
    """Of a yuva420p frame."""
    return np.ascontiguousarray(_view(frame.planes[3], frame.width & ~1, frame.height & ~1))


def _premultiplied(picture: Picture, alpha: Plane) -> Picture:
    """A picture whose colours are not yet multiplied by its alpha: Y' = 16·α + (Y−16)·α = Y·α, U and V alike."""
    half = cv2.resize(alpha, (picture.width // 2, picture.height // 2), interpolation=cv2.INTER_AREA)
    y, u, v = (
        cv2.multiply(plane, weight, scale=1 / 255).astype(np.uint8, copy=False)
        for plane, weight in ((picture.y, alpha), (picture.u, half), (picture.v, half))
    )
    return Picture(y, u, v, alpha=alpha)


def _matrix(frame: av.VideoFrame) -> Colorspace:
    """How Y, U, V of `frame` were made from red, green and blue (codes of ITU-T H.273, 8.3)."""
    if frame.colorspace in (1, 9, 10):  # BT.2020's, of what says nothing else about its colours, is nearer to this than to 601
        return Colorspace.ITU709
    if frame.colorspace in (5, 6):
        return Colorspace.ITU601
    return Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601


class Lease:
    """A canvas frame on loan: whoever holds it adds itself with `hold` and lets go with `release`."""

    __slots__ = ("_holders", "_lock", "picture", "pts_ns")

    def __init__(self, picture: Picture, lock: threading.Lock) -> None:
        self.picture = picture
        self.pts_ns = 0
        self._lock = lock
        self._holders = 0

    def hold(self) -> "Lease":
        """One more holder."""
        with self._lock:
            self._holders += 1
        return self

    def release(self) -> None:
        """One holder fewer; without holders the frame is composed into again."""
        with self._lock:
            self._holders -= 1

    @property
    def free(self) -> bool:
        """Nobody holds it."""
        return self._holders == 0


class FramePool:
    """Canvas frames, reused. `take` never waits: when all are held, one more is made (and stays)."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._lock = threading.Lock()
        self._leases: list[Lease] = []

    def take(self) -> Lease:
        """A frame with one holder: the caller."""
        for lease in self._leases:
            if lease.free:
                return lease.hold()
        lease = Lease(blank(self.width, self.height), self._lock)
        self._leases.append(lease)
        return lease.hold()

    def __len__(self) -> int:
        return len(self._leases)
