"""What the drawn parts of the shop are told: the shop as it is, what the audience wrote, and products' pictures."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from PySide6.QtGui import QImage

from studio.show.chat import ChatLine
from studio.state import Shop

LINES = 50
PICTURES_BYTES = 192 << 20
PICTURE_MAX = 4096
"""Pixels of a side; the server makes them smaller than that."""


class ShopData:
    """`shop` is replaced whole. `want(path)` is called once for a picture that is not here yet; `brought` gives it. Written
    on the studio's loop, read on any thread."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.want: Callable[[str], None] = lambda path: None
        self.came: Callable[[], None] = lambda: None
        """Called when a picture has been brought, on the thread that brought it."""
        self._lines: deque[ChatLine] = deque(maxlen=LINES)
        self._pictures: OrderedDict[str, QImage | None] = OrderedDict()
        """What was asked for last comes last: what is on the picture is asked for in every tick, and stays."""
        self._bytes = 0
        self._lock = threading.Lock()

    def chatted(self, lines: Sequence[ChatLine]) -> None:
        """The audience wrote something, or a line is another now."""
        with self._lock:
            for line in lines:
                kept = [one for one in self._lines if one.id != line.id]
                if len(kept) < len(self._lines) or line.state != "shown":
                    self._lines = deque(kept, maxlen=LINES)
                if line.state == "shown" and not line.private and not line.staff:
                    self._lines.append(line)

    def removed(self, line: str) -> None:
        """A line was taken away."""
        with self._lock:
            self._lines = deque((one for one in self._lines if one.id != line), maxlen=LINES)

    def newest_line(self, before_ms: int) -> ChatLine | None:
        """The newest line that was written before a time (Unix) and still stands."""
        with self._lock:
            return next((line for line in reversed(self._lines) if line.at_ms <= before_ms), None)

    def picture(self, path: str) -> QImage | None:
        """A product's picture, when it is here; else it is asked for."""
        if not path:
            return None
        with self._lock:
            if path in self._pictures:
                self._pictures.move_to_end(path)
                return self._pictures[path]
            self._pictures[path] = None
        self.want(path)
        return None

    def brought(self, path: str, data: bytes) -> None:
        """A picture that was asked for; nothing, or something that is none, leaves it away until it is asked for anew."""
        image = decoded(data)
        with self._lock:
            if image is None:
                self._pictures.pop(path, None)
            elif path in self._pictures:
                self._pictures[path] = image
                self._bytes += image.sizeInBytes()
                while self._bytes > PICTURES_BYTES and len(self._pictures) > 1:
                    _, left = self._pictures.popitem(last=False)
                    self._bytes -= left.sizeInBytes() if left is not None else 0
        if image is not None:
            self.came()


def decoded(data: bytes) -> QImage | None:
    """A picture file as Qt draws it; None when it is none, or larger than any of ours."""
    if not data:
        return None
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None or found.dtype != np.uint8 or max(found.shape[:2]) > PICTURE_MAX:
        return None
    if found.ndim == 2:
        found = cv2.cvtColor(found, cv2.COLOR_GRAY2BGR)
    rgba = cv2.cvtColor(found, cv2.COLOR_BGRA2RGBA if found.shape[2] == 4 else cv2.COLOR_BGR2RGBA)
    height, width = rgba.shape[:2]
    return QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
