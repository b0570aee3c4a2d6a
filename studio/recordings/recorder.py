"""Writes a film on a thread of its own. What a slow disk or a busy processor cannot take in time waits, and is written later; a
disk that takes nothing any more ends the film, and that is said, while everything else goes on."""

import contextlib
import errno
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from studio.clock import NS_PER_MS, NS_PER_S
from studio.media.encoder import Encoded
from studio.media.timed_ring import Samples
from studio.media.worker import Worker
from studio.recordings.backlog import Backlog, Item
from studio.recordings.movie_file import MovieFile
from studio.recordings.sound_file import SoundFile
from studio.recordings.waiting_place import elsewhere, place
from studio.show.film import Chapter

log = logging.getLogger(__name__)

LEAST_FREE = 64 << 20
"""With less left on the disk a film is ended, in good order, before it would be cut off."""
LOOK_EVERY = 30
"""Pictures between two looks at what is left."""
SPARE = 8 << 20
"""Kept beside the film, and given up when the disk is full, so that its index can be written."""

BEHIND_NS = 2 * NS_PER_S
"""What is written lags by a fragment at any time."""
STILL_S = 60.0
"""A disk that takes nothing for so long at the end of a film is given up."""
ENDING_S = 600.0
"""The same when all is written, and the index is: a film of 256 MB is copied then."""
POLL_S = 0.5

Trouble = Literal["", "disk_full", "disk_slow", "gone", "failed"]
"""Why it ended by itself. `gone`: somebody deleted or moved the file."""
Behind = Literal["", "disk", "processor"]
"""What the writing waits for."""


class Recorder:
    """From `start` to `close`, one film at `path`. `video` and `sound` are called from any thread, `ended(trouble)` on the
    recorder's own when it has to stop by itself. With `opened` the file is opened there as well, and `start` never waits for a
    disk; `began_ns` is when that file begins."""

    def __init__(
        self,
        path: Path,
        ended: Callable[[Trouble], None] = lambda trouble: None,
        opened: Callable[[], MovieFile | SoundFile] | None = None,
        began_ns: int | None = None,
    ) -> None:
        self.path = path
        self.trouble: Trouble = ""
        self.length_ms = self.size = 0
        """How much of it is written: ms, and bytes."""
        self._ended = ended
        self._opened = opened
        self._film: MovieFile | SoundFile | None = None if opened else MovieFile(path)
        self._backlog = Backlog(place(path), path.name, began_ns, LEAST_FREE)
        self._chapters: Sequence[Chapter] = ()
        self._spare = path.with_name(f".{path.name}.spare")
        self._pictures = self._written = 0
        self._even = (time.monotonic_ns(), 0)
        self._over = threading.Event()
        self._ending = self._told = False
        self._telling = threading.Lock()
        self._worker = Worker("record", self._run)

    def start(self) -> None:
        """Begin. Raises `OSError` when the disk has no room."""
        if self._film is not None:
            self._reserve(self._film)
        self._backlog.start()
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

    @property
    def received_ms(self) -> int:
        """How long it is with what still waits."""
        began_ns = self._backlog.began_ns
        return 0 if began_ns is None else max(0, self._backlog.last_ns - began_ns) // NS_PER_MS

    @property
    def behind(self) -> Behind:
        """What the writing waits for when it lags, and what is written lags by more than `BEHIND_NS`."""
        if self.trouble:
            return ""
        film, now_ns = self._film, time.monotonic_ns()
        waited_ns = 0 if film is None else film.waited_ns
        if self._backlog.waits_ns < BEHIND_NS:
            self._even = (now_ns, waited_ns)
            return ""
        since_ns, before_ns = self._even
        return "disk" if (waited_ns - before_ns) * 2 > now_ns - since_ns else "processor"

    def video(self, unit: Encoded) -> None:
        """The next picture."""
        self._put(unit)

    def sound(self, block: Samples, pts_ns: int) -> None:
        """The next block of the mix."""
        self._put((block, pts_ns))

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        """Write what waits, however long that takes, and end the film; `trouble` then says whether all of it is there. Only a
        disk that takes nothing for `STILL_S` is given up: what waits is then kept for a repair."""
        self._chapters = chapters
        self._worker.stop.set()
        self._backlog.end()
        written, still_s = -1, 0.0
        while self._worker.alive and not self._over.wait(POLL_S):
            still_s = still_s + POLL_S if written == self._written else 0.0
            written = self._written
            if still_s >= (STILL_S if not self._ending else ENDING_S):
                self.trouble = self.trouble or "disk_slow"
                log.error("%s: the disk takes nothing, the film is not ended", self.path)
                return
        self._worker.close()

    def fail(self, trouble: Trouble) -> None:
        """Something else than the disk went wrong with it: write what waits, and end it."""
        self.trouble = self.trouble or trouble
        self._backlog.end()
        self._tell()

    @property
    def unfinished(self) -> bool:
        """Whether it was given up, and is left to a repair."""
        return self._worker.alive and not self._over.is_set()

    def _tell(self) -> None:
        """Once, and as soon as it is known: what waits may take long to write."""
        with self._telling:
            told, self._told = self._told, True
        if not told:
            self._ended(self.trouble)

    def _put(self, item: Item) -> None:
        if self._worker.stop.is_set() or self.trouble:
            return
        if not self._backlog.put(item):
            self.fail("disk_slow")

    def _run(self, stop: threading.Event) -> None:
        try:
            self._write()
            self._end()
        finally:  # whatever the disk says: somebody has to know
            self._over.set()
            if self.trouble:
                self._tell()

    def _write(self) -> None:
        """Until nothing more comes and nothing waits."""
        try:
            if self._opened is not None:
                self._film = self._opened()
            assert self._film is not None
            while not (self._backlog.ended and self._backlog.empty):
                for item in self._backlog.take():
                    if isinstance(item, Encoded):
                        self._film.video(item)
                        self._look()
                    else:
                        self._film.sound(*item)
                    self.length_ms, self._written = self._film.length_ms, self._written + 1
                self.size = self._film.size
        except Exception as error:  # whatever a disk or FFmpeg says, and also of memory: it must end in good order
            self._fail(error)

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
        self._ending = True
        with contextlib.suppress(OSError):
            self._spare.unlink(missing_ok=True)
        if self._film is None:
            self._let_go()
            return
        try:
            self._film.close(self._chapters)
        except Exception as error:
            log.warning("the recording could not be ended well, and is repaired later: %s", error)
            if not self.trouble:
                self._fail(error)
            with contextlib.suppress(OSError):
                self._film.abandon()
        self._let_go()
        with contextlib.suppress(OSError):  # it was moved away, or the disk is
            self.size = self.path.stat().st_size

    def _let_go(self) -> None:
        """Nothing waits any more."""
        self._backlog.close()
        with contextlib.suppress(OSError):  # it was never made, or another film of this folder waits there
            elsewhere(self.path.parent).rmdir()
