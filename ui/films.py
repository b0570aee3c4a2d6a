"""Pictures and sound lines of films, read on threads of their own: the window never waits for a disk or a decoder."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.recordings.cutting.pictures import EVERY_MAX_MS, picture, strip
from studio.recordings.cutting.probe import facts
from studio.recordings.cutting.waveform import waveform
from ui.bridge import still_there

log = logging.getLogger(__name__)

LANES = ("picture", "strip")
"""What a person waits for, and what comes by and by."""
PIECES = 8
Peaks = NDArray[np.float32]


@dataclass(eq=False)
class _Ask:
    """`steps` runs on its lane; what it yields is given to `done` on the window's thread."""

    steps: Callable[[], Iterator[Any]]
    done: Callable[[Any], None]
    over: bool = False


class Films(QObject):
    """Of what is asked under one `slot` only the newest is answered; what is outdated ends early or never begins."""

    _came = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._lanes = {lane: ThreadPoolExecutor(1, f"film-{lane}") for lane in LANES}
        self._asked: dict[str, _Ask] = {}
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def close(self) -> None:
        """Nothing is answered any more; waits for what is being read."""
        for slot in tuple(self._asked):
            self.drop(slot)
        for lane in self._lanes.values():
            lane.shutdown(cancel_futures=True)

    def drop(self, slot: str) -> None:
        """It is not wanted any more."""
        if (ask := self._asked.pop(slot, None)) is not None:
            ask.over = True

    def poster(self, slot: str, path: Path, done: Callable[[QImage], None]) -> None:
        """A picture file as it is; nothing comes when there is none."""
        self._ask("strip", slot, partial(_poster, path), done)

    def picture(self, slot: str, path: Path, at_ms: int, height: int, done: Callable[[QImage], None]) -> None:
        """What a film shows at `at_ms`."""
        self._ask("picture", slot, partial(_picture, path, at_ms, height), done)

    def thumb(self, slot: str, path: Path, at_ms: int, height: int, done: Callable[[QImage], None]) -> None:
        """The same, by and by."""
        self._ask("strip", slot, partial(_picture, path, at_ms, height), done)

    def fps(self, slot: str, path: Path, done: Callable[[float], None]) -> None:
        """Pictures a second, on average."""
        self._ask("strip", slot, partial(_fps, path), done)

    def strip(
        self, slot: str, path: Path, span: tuple[int, int], *, count: int, height: int, done: Callable[[tuple[int, QImage]], None]
    ) -> None:
        """`count` pictures of a span (ms), each with its number, as they come."""
        self._ask("strip", slot, partial(_strip, path, span, count, height), done)

    def waveform(
        self, slot: str, path: Path, span: tuple[int, int], points: int, done: Callable[[tuple[int, Peaks]], None]
    ) -> None:
        """How loud a span (ms) is: pieces of `points` peaks (0 to 1), each with the number of its first."""
        self._ask("strip", slot, partial(_waveform, path, span, points), done)

    def _ask(self, lane: str, slot: str, steps: Callable[[], Iterator[Any]], done: Callable[[Any], None]) -> None:
        self.drop(slot)
        self._asked[slot] = ask = _Ask(steps, done)
        self._lanes[lane].submit(self._work, ask)

    def _work(self, ask: _Ask) -> None:
        """On the lane's thread."""
        if ask.over:
            return
        try:
            for found in ask.steps():
                if ask.over:
                    return
                self._came.emit(ask, found)
        except (StudioError, FFmpegError, OSError, ValueError) as error:
            log.info("a film could not be looked into: %s", error)

    @Slot(object, object)
    def _deliver(self, ask: _Ask, found: Any) -> None:
        if not ask.over and still_there(ask.done):
            ask.done(found)


def _image(data: bytes) -> Iterator[QImage]:
    image = QImage.fromData(data)
    if not image.isNull():
        yield image


def _poster(path: Path) -> Iterator[QImage]:
    yield from _image(path.read_bytes())


def _fps(path: Path) -> Iterator[float]:
    yield facts(path).fps


def _picture(path: Path, at_ms: int, height: int) -> Iterator[QImage]:
    yield from _image(picture(path, at_ms, height))


def _strip(path: Path, span: tuple[int, int], count: int, height: int) -> Iterator[tuple[int, QImage]]:
    begins_ms, ends_ms = span
    if ends_ms - begins_ms > EVERY_MAX_MS:  # of keyframes, in one go
        for number, data in enumerate(strip(path, begins_ms, ends_ms, count=count, height=height)):
            yield from ((number, image) for image in _image(data))
        return
    for number in range(count):
        at_ms = begins_ms + round((number + 0.5) * (ends_ms - begins_ms) / count)
        yield from ((number, image) for image in _image(picture(path, at_ms, height)))


def _waveform(path: Path, span: tuple[int, int], points: int) -> Iterator[tuple[int, Peaks]]:
    edges = [round(points * piece / PIECES) for piece in range(PIECES + 1)]
    each_ms = (span[1] - span[0]) / max(1, points)
    for first, last in pairwise(edges):
        if last > first:
            begins_ms, ends_ms = (round(span[0] + edge * each_ms) for edge in (first, last))
            yield first, waveform(path, begins_ms, ends_ms, last - first)
