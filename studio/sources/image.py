"""A picture from a file, with its transparency; one that moves moves."""

import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
from msgspec import Meta
from PIL import Image, ImageSequence, UnidentifiedImageError

from studio.clock import NS_PER_MS
from studio.errors import DeviceFailed
from studio.i18n import _
from studio.media.frames import Picture, of_rgba
from studio.media.srgb import in_srgb
from studio.media.stance import by_orientation
from studio.media.worker import Worker
from studio.sources.base import Report, SilentSource, SourceContext, SourceSettings
from studio.sources.media_path import checked_file

MAX_PIXELS = 64_000_000
MOVING = ("GIF", "WEBP", "PNG")
MOVING_PIXELS = 4_000_000
"""A moving one is drawn again and again."""
FRAMES_AHEAD = 3
HIDDEN_NS = 500 * NS_PER_MS
SHORT_MS, USUAL_MS = 11, 100
"""What claims to last no longer than 10 ms lasts 100, as browsers have it."""
ORIENTATION = 0x0112


class ImageSettings(SourceSettings, frozen=True, kw_only=True):
    """`path` of a PNG, JPEG, WebP or GIF file."""

    path: Annotated[str, Meta(min_length=1, max_length=4096)]


class ImageSource(SilentSource):
    """Reads its file off the studio's threads: a still once, a moving picture a little ahead of what is shown, for as long as
    somebody looks."""

    def __init__(self, settings: ImageSettings, context: SourceContext) -> None:
        self._path = settings.path
        self._context = context
        self._picture: Picture | None = None
        self._ahead: deque[tuple[int, Picture]] = deque()
        """What comes next, and for how long what is shown then stays (ns)."""
        self._until_ns = 0
        self._asked_ns = -HIDDEN_NS
        self._changed = threading.Condition()
        self._worker = Worker("source-image", self._load, self._failed)

    def start(self) -> None:
        self._worker.start()

    def close(self) -> None:
        self._worker.close()

    def picture(self, now_ns: int) -> Picture | None:
        if not self._ahead and not self._until_ns:
            return self._picture
        with self._changed:
            if now_ns - self._asked_ns > HIDDEN_NS:
                self._until_ns = max(self._until_ns, now_ns)  # it stood still meanwhile
            self._asked_ns = now_ns
            while self._ahead and self._until_ns <= now_ns:
                lasts_ns, self._picture = self._ahead.popleft()
                self._until_ns = max(self._until_ns + lasts_ns, now_ns - lasts_ns)
            self._changed.notify()
            return self._picture

    def _load(self, stop: threading.Event) -> None:
        try:
            path = checked_file(self._path)
            self._picture = load_image(path)
        except DeviceFailed as error:
            self._context.report(Report("failed", error.sentence(_)))
            return
        self._context.report(Report("live", "", (self._picture.width, self._picture.height)))
        if moves(path):
            self._move(path, stop)

    def _move(self, path: Path, stop: threading.Event) -> None:
        """Keep a few frames ahead until stopped, round and round."""
        with Image.open(path, formats=MOVING) as image:
            while not stop.is_set():
                for lasts_ns, picture in _frames(image):
                    with self._changed:
                        while len(self._ahead) >= FRAMES_AHEAD and not stop.is_set():
                            self._changed.wait(0.1)
                        if stop.is_set():
                            return
                        self._ahead.append((lasts_ns, picture))

    def _failed(self, error: BaseException) -> None:
        self._context.report(Report("failed", f"{type(error).__name__}: {error}"))


def moves(path: Path) -> bool:
    """Whether it is a GIF, WebP or PNG of several frames, and small enough to be drawn again and again."""
    try:
        with Image.open(path, formats=MOVING) as image:
            return bool(getattr(image, "is_animated", False)) and image.width * image.height <= MOVING_PIXELS
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False


def _frames(image: Image.Image) -> Iterator[tuple[int, Picture]]:
    """Each frame as it looks, on what stood before it, and how long it stays (ns)."""
    beside = _orientation(image), image.info.get("icc_profile")
    for frame in ImageSequence.Iterator(image):
        picture = _as_meant(np.asarray(frame.convert("RGBA"), np.uint8), *beside)
        lasts_ms = frame.info.get("duration", 0)  # WebP's is known once it is decoded
        yield round((lasts_ms if lasts_ms >= SHORT_MS else USUAL_MS) * NS_PER_MS), picture


def load_image(path: Path) -> Picture:
    """The file as a premultiplied picture with alpha, upright and in sRGB; raises `DeviceFailed` with the reason."""
    data = np.fromfile(path, np.uint8)
    try:
        image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data.size else None
    except cv2.error:
        image = None
    if image is None:
        return _first_frame(path)
    if image.shape[0] * image.shape[1] > MAX_PIXELS:
        raise DeviceFailed("{path} is too large: at most 64 megapixels", path=path.name)
    if image.dtype == np.uint16:
        image = np.right_shift(image.astype(np.uint16), 8)
    elif image.dtype.kind == "f":  # light from 0 to 1
        image = np.clip(np.nan_to_num(image) * 255, 0, 255)
    code = {2: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}[image.shape[2] if image.ndim == 3 else 2]
    rgba = np.asarray(cv2.cvtColor(image.astype(np.uint8), code), np.uint8)
    return _as_meant(rgba, *_beside(path))


def _first_frame(path: Path) -> Picture:
    """What OpenCV does not read, such as moving WebP, as Pillow reads it."""
    try:
        with Image.open(path, formats=MOVING) as image:
            if image.width * image.height > MAX_PIXELS:
                raise DeviceFailed("{path} is too large: at most 64 megapixels", path=path.name)
            beside = _orientation(image), image.info.get("icc_profile")
            return _as_meant(np.asarray(image.convert("RGBA"), np.uint8), *beside)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise DeviceFailed("{path} is not a picture that can be read (PNG, JPEG or WebP)", path=path.name) from None


def _beside(path: Path) -> tuple[int, Any]:
    """What is written beside the picture: how it stands (Exif), and its colour profile (ICC)."""
    try:
        with Image.open(path) as image:
            turned = image.format == "TIFF"  # OpenCV has turned it; it turns no other with IMREAD_UNCHANGED
            return 1 if turned else _orientation(image), image.info.get("icc_profile")
    except (OSError, SyntaxError, ValueError, TypeError, Image.DecompressionBombError):
        return 1, None


def _orientation(image: Image.Image) -> int:
    """How the camera was held (Exif); 1 where that is not said."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except (OSError, SyntaxError, ValueError, TypeError):
        return 1


def _as_meant(rgba: np.ndarray[Any, np.dtype[np.uint8]], orientation: int, profile: Any) -> Picture:
    return by_orientation(orientation).put(_opaque(of_rgba(_in_srgb(rgba, profile))))


def _in_srgb(rgba: np.ndarray[Any, np.dtype[np.uint8]], profile: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The colours of another space, such as a phone's Display P3, in sRGB; its alpha as it was."""
    if not profile:
        return rgba
    changed = in_srgb(Image.fromarray(rgba[..., :3]), profile)
    return np.dstack((np.asarray(changed, np.uint8), rgba[..., 3]))


def _opaque(picture: Picture) -> Picture:
    """Without an alpha that says nothing."""
    if picture.alpha is not None and bool((picture.alpha == 255).all()):
        picture.alpha = None
    return picture
