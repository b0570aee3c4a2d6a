"""Writes a film on a thread of its own. Nothing is ever dropped in silence: what the disk cannot take in time ends the film, and
says so, while everything else goes on."""

import contextlib
import errno
import logging
import os
import shutil
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from studio.media.encoder import Encoded
from studio.media.timed_ring import Samples
from studio.media.worker import AHEAD, Worker
from studio.recordings.movie_file import MovieFile
from studio.recordings.sound_file import SoundFile
from studio.show.film import Chapter

log = logging.getLogger(__name__)

WAITING_MAX = 64 << 20
"""Bytes that may wait for a disk that stands still: well over half a minute."""
LEAST_FREE = 64 << 20
"""With less left on the disk a film is ended, in good order, before it would be cut off."""
LOOK_EVERY = 30
"""Pictures between two looks at what is left."""
SPARE = 8 << 20
"""Kept beside the film, and given up when the disk is full, so that its index can be written."""

Trouble = Literal["", "disk_full", "disk_slow", "gone", "failed"]
"""Why it ended by itself. `gone`: somebody deleted or moved the file."""


class Recorder:
    """From `start` to `close`, one film at `path`. `video` and `sound` are called from any thread, `ended(trouble)` on the
    recorder's own when it has to stop by itself. With `opened` the file is opened there as well, and `start` never waits for a
    disk."""

    def __init__(
        self,
        path: Path,
        ended: Callable[[Trouble], None] = lambda trouble: None,
        opened: Callable[[], MovieFile | SoundFile] | None = None,
    ) -> None:
        self.path = path
        self.trouble: Trouble = ""
        self.length_ms = self.size = 0
        self._ended = ended
        self._opened = opened
        self._film: MovieFile | SoundFile | None = None if opened else MovieFile(path)
        self._items: deque[Encoded | tuple[Samples, int]] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._chapters: Sequence[Chapter] = ()
        self._spare = path.with_name(f".{path.name}.spare")
        self._pictures = 0
        self._worker = Worker("record", self._run, nice=AHEAD)

    def start(self) -> None:
        """Begin. Raises `OSError` when the disk has no room."""
        if self._film is not None:
            self._reserve(self._film)
        self._worker.start()

    def _reserve(self, film: MovieFile | SoundFile) -> None:
        try:
            if shutil.disk_usage(self.path.parent).free < LEAST_FREE + SPARE:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            with open(self._spare, "wb") as file:
                os.posix_fallocate(file.fileno(), 0, SPARE) if hasattr(os, "posix_fallocate") else file.write(bytes(SPARE))
        except OSError:
            self._spare.unlink(missing_ok=True)
            film.close()
            raise

    def video(self, unit: Encoded) -> None:
        """The next picture."""
        self._put(unit, len(unit.payload))

    def sound(self, block: Samples, pts_ns: int) -> None:
        """The next block of the mix."""
        self._put((block, pts_ns), block.nbytes)

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        """Write what waits, and end the film. May take a moment; `trouble` then says whether all of it is there."""
        with self._changed:
            self._chapters = chapters
        self._worker.stop.set()
        with self._changed:
            self._changed.notify()
        self._worker.close(60.0)

    def fail(self, trouble: Trouble) -> None:
        """Something else than the disk went wrong with it: end it."""
        with self._changed:
            self.trouble = self.trouble or trouble
            self._changed.notify()

    def _put(self, item: Encoded | tuple[Samples, int], size: int) -> None:
        with self._changed:
            if self._worker.stop.is_set() or self.trouble:
                return
            self._items.append(item)
            self._bytes += size
            if self._bytes > WAITING_MAX:
                self.trouble = "disk_slow"
            self._changed.notify()

    def _run(self, stop: threading.Event) -> None:
        if self._opened is not None:
            try:
                self._film = self._opened()
            except Exception as error:  # whatever a disk or FFmpeg says
                self._fail(error)
        while not (stop.is_set() and not self._items):
            with self._changed:
                self._changed.wait_for(lambda: self._items or stop.is_set(), 0.5)
                items, self._items, self._bytes = tuple(self._items), deque(), 0
            if self._film is not None and self.trouble in ("", "disk_slow"):
                self._write(self._film, items)
            if self.trouble:
                break
        try:
            self._end()
        finally:  # whatever the disk says: somebody has to know
            if self.trouble:
                self._ended(self.trouble)

    def _write(self, film: MovieFile | SoundFile, items: Sequence[Encoded | tuple[Samples, int]]) -> None:
        try:
            for item in items:
                if isinstance(item, Encoded):
                    film.video(item)
                    self._look()
                else:
                    film.sound(*item)
        except Exception as error:  # also of memory: it must end in good order
            self._fail(error)
        self.length_ms, self.size = film.length_ms, film.size

    def _look(self) -> None:
        """What is left on the disk, and whether the file is still where it was."""
        self._pictures += 1
        if self._pictures % LOOK_EVERY:
            return
        if shutil.disk_usage(self.path.parent).free < LEAST_FREE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if not self.path.exists():
            raise FileNotFoundError(self.path)

    def _fail(self, error: Exception) -> None:
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        gone = isinstance(error, FileNotFoundError)
        self.trouble = "disk_full" if full else "gone" if gone else "failed"
        log.warning("the recording ends: %s", error)

    def _end(self) -> None:
        with contextlib.suppress(OSError):
            self._spare.unlink(missing_ok=True)
        if self._film is None:
            return
        try:
            self._film.close(self._chapters)
        except Exception as error:
            log.warning("the recording could not be ended well, and is repaired later: %s", error)
            if not self.trouble:
                self._fail(error)
            with contextlib.suppress(OSError):
                self._film.abandon()
        with contextlib.suppress(OSError):  # it was moved away, or the disk is
            self.size = self.path.stat().st_size
