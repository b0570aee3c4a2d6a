"""A picture from a file, with its transparency."""

from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
from msgspec import Meta

from studio.errors import DeviceFailed
from studio.i18n import _
from studio.media.frames import Picture, of_rgba
from studio.media.worker import Worker
from studio.sources.base import Report, SilentSource, SourceContext, SourceSettings
from studio.sources.media_path import checked_file

MAX_PIXELS = 64_000_000


class ImageSettings(SourceSettings, frozen=True, kw_only=True):
    """`path` of a PNG, JPEG or WebP file."""

    path: Annotated[str, Meta(min_length=1, max_length=4096)]


class ImageSource(SilentSource):
    """Reads its file once, off the studio's threads."""

    def __init__(self, settings: ImageSettings, context: SourceContext) -> None:
        self._path = settings.path
        self._context = context
        self._picture: Picture | None = None
        self._worker = Worker("source-image", lambda stop: self._load(), self._failed)

    def start(self) -> None:
        self._worker.start()

    def close(self) -> None:
        self._worker.close()

    def picture(self, now_ns: int) -> Picture | None:
        return self._picture

    def _load(self) -> None:
        try:
            self._picture = load_image(checked_file(self._path))
        except DeviceFailed as error:
            self._context.report(Report("failed", error.sentence(_)))
        else:
            self._context.report(Report("live", "", (self._picture.width, self._picture.height)))

    def _failed(self, error: BaseException) -> None:
        self._context.report(Report("failed", f"{type(error).__name__}: {error}"))


def load_image(path: Path) -> Picture:
    """The file as a premultiplied picture with alpha; raises `DeviceFailed` with the reason as a sentence."""
    data = np.fromfile(path, np.uint8)
    try:
        image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data.size else None
    except cv2.error:
        image = None
    if image is None:
        raise DeviceFailed("{path} is not a picture that can be read (PNG, JPEG or WebP)", path=path.name)
    if image.shape[0] * image.shape[1] > MAX_PIXELS:
        raise DeviceFailed("{path} is too large: at most 64 megapixels", path=path.name)
    if image.dtype == np.uint16:
        image = np.right_shift(image.astype(np.uint16), 8)
    code = {2: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}[image.shape[2] if image.ndim == 3 else 2]
    picture = of_rgba(np.asarray(cv2.cvtColor(image.astype(np.uint8), code), np.uint8))
    if picture.alpha is not None and bool((picture.alpha == 255).all()):
        picture.alpha = None
    return picture
