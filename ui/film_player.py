"""Plays a stretch of a film: pictures as they are due, sound on the computer's own loudspeaker. Never to the audience.

Two threads, for a film that is open is one thread's. The wall clock is the master, from the first picture on: a machine without
a loudspeaker plays as well, silently, and who is late leaves pictures out.
"""

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.media.encoder import SAMPLE_RATE
from studio.media.frames import Converter
from studio.recordings.cutting.source import Block, opened
from studio.sources import exact_sound
from studio.sources.sound_system import ask_sound_system

log = logging.getLogger(__name__)

LATE_S, FROZEN_S = 0.1, 0.3
"""A picture that comes later is left out, unless none has been shown for so long."""
TAIL_S = 0.1
JOIN_S = 3.0
BLOCK = SAMPLE_RATE // 50


class FilmPlayer(QObject):
    """`shown` with the film's time (ms) and the picture; `ended` when the stretch is over by itself."""

    shown = Signal(int, QImage)
    ended = Signal()
    _came = Signal(object)
    _over = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._run: _Run | None = None
        self._ending: list[_Run] = []
        """Stopped, but their threads may still be at a picture."""
        self._came.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._over.connect(self._end, Qt.ConnectionType.QueuedConnection)

    @property
    def plays(self) -> bool:
        """Whether it does."""
        return self._run is not None

    def play(self, path: Path, span: tuple[int, int], room: QSize, speaker: str = "") -> None:
        """Play a span (ms), as large as it can be in `room` (device pixels); `speaker` empty: the usual one."""
        self.stop()
        self._run = run = _Run(self, path, span, room, speaker)
        run.start()

    def stop(self) -> None:
        """Stop at once; its threads end by themselves."""
        run, self._run = self._run, None
        if run is not None:
            run.stop()
            self._ending = [run, *(other for other in self._ending if other.lives)]

    def close(self) -> None:
        """Stop, and wait until the films are closed."""
        self.stop()
        for run in self._ending:
            run.join()

    @Slot(object)
    def _show(self, run: "_Run") -> None:
        newest, run.newest = run.newest, None
        if run is self._run and newest is not None:
            self.shown.emit(*newest)

    @Slot(object)
    def _end(self, run: "_Run") -> None:
        if run is self._run:
            self.stop()
            self.ended.emit()


class _Run:
    """One stretch."""

    def __init__(self, player: FilmPlayer, path: Path, span: tuple[int, int], room: QSize, speaker: str) -> None:
        self._player, self._path, self._span, self._room, self._speaker = player, path, span, room, speaker
        self.newest: tuple[int, QImage] | None = None
        """Waits to be shown; a newer one takes its place."""
        self._stop, self._ready = threading.Event(), threading.Event()
        self._began_s = self._shown_s = 0.0
        self._threads = [
            threading.Thread(target=self._pictures, name="film-player", daemon=True),
            threading.Thread(target=self._sound, name="film-sound", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    @property
    def lives(self) -> bool:
        """Whether one of its threads does."""
        return any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        self._stop.set()
        self._ready.set()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(JOIN_S)

    def _pictures(self) -> None:
        converter = Converter()
        begins_ms, ends_ms = self._span
        try:
            with opened(self._path) as source:
                left_out: tuple[float, av.VideoFrame] | None = None
                for at_ms, frame in source.pictures(begins_ms, ends_ms):
                    if not self._ready.is_set():
                        self._began_s = time.monotonic()
                        self._ready.set()
                    due_s = self._began_s + (at_ms - begins_ms) / 1000 - time.monotonic()
                    if self._stop.wait(max(0.0, due_s)):
                        return
                    left_out = (at_ms, frame) if due_s < -LATE_S and time.monotonic() - self._shown_s < FROZEN_S else None
                    if left_out is None:
                        self._put(max(at_ms, begins_ms), converter.convert(frame, *self._size(frame), "bgra"))
                if left_out is not None:
                    self._put(left_out[0], converter.convert(left_out[1], *self._size(left_out[1]), "bgra"))
            left_s = self._began_s + (ends_ms - begins_ms) / 1000 - time.monotonic()
            self._stop.wait(max(0.0, min(left_s, LATE_S)) + TAIL_S)  # the last picture, and sound that is on its way
        except (StudioError, FFmpegError, OSError, ValueError) as error:
            log.info("%s cannot be played: %s", self._path, error)
        self._ready.set()
        if not self._stop.is_set():
            self._player._over.emit(self)

    def _size(self, frame: av.VideoFrame) -> tuple[int, int]:
        size = QSize(frame.width, frame.height).scaled(self._room, Qt.AspectRatioMode.KeepAspectRatio)
        return max(2, size.width() & ~1), max(2, size.height() & ~1)

    def _put(self, at_ms: float, rgb: av.VideoFrame) -> None:
        self._shown_s = time.monotonic()
        plane = rgb.planes[0]
        image = QImage(bytes(plane), rgb.width, rgb.height, plane.line_size, QImage.Format.Format_RGB32)
        told, self.newest = self.newest is not None, (round(at_ms), image)
        if not told:
            self._player._came.emit(self)

    def _sound(self) -> None:
        self._ready.wait()
        if self._stop.is_set():
            return
        try:
            name = self._speaker
            with opened(self._path, threads=1) as source, ask_sound_system(lambda system: _speaker(system, name)) as out:
                late_ms = 1000 * (time.monotonic() - self._began_s)
                for block in _filled(source.sound(self._span[0] + late_ms, self._span[1])):
                    for first in range(0, block.shape[1], BLOCK):
                        if self._stop.is_set():
                            return
                        out.play(block[:, first : first + BLOCK].T)
        except Exception as error:  # whatever the sound system says: the picture plays on
            log.info("a film could not be heard: %s", error)


def _speaker(system: Any, name: str) -> Any:
    """A player on the chosen speaker, or the system's default one, and on no other."""
    found = exact_sound.exactly(system.all_speakers(), name) if name else exact_sound.default_speaker(system)
    if found is None:
        raise exact_sound.lost(name)
    return exact_sound.player(system, found, rate=SAMPLE_RATE, channels=2, block=BLOCK)


def _filled(blocks: Iterator[tuple[int, Block]]) -> Iterator[Block]:
    """The blocks with silence in the holes between them."""
    reached = 0
    for at, block in blocks:
        if at > reached:
            yield np.zeros((2, at - reached), np.float32)
        yield block
        reached = at + block.shape[1]
