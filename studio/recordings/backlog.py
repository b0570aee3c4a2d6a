"""What is still to be written of a film. It waits in memory for a moment and then on a disk, so that a slow disk or a busy
processor costs the film nothing, and so that what waits is still there when the process is killed."""

import contextlib
import errno
import logging
import os
import re
import shutil
import struct
import threading
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from studio.clock import NS_PER_S
from studio.media.encoder import Encoded
from studio.media.timed_ring import Samples
from studio.media.worker import Worker

log = logging.getLogger(__name__)

Item = Encoded | tuple[Samples, int]
"""A picture, or a block of the mix with its time on the media clock."""

AWAIT_NS = 1 * NS_PER_S
"""What has waited for longer than this goes to the disk."""
KEEP_NS = 4 * NS_PER_S
"""What was handed out within this time is not on the disk for certain: a film is written in fragments of a second."""
TAKEN_MAX = 60
"""Items that are handed out together: about half a second."""
POLL_S = 0.25
RETRY_S = 2.0
"""A disk that took nothing is tried again after this time."""
MEMORY_MAX = 256 << 20
"""Bytes that wait when both the film's disk and that of the backlog stand still: more than three minutes of 1080p."""
SEGMENT = 32 << 20
"""A file of the backlog is deleted when all of it is in the film, so that a long one does not keep all it has ever held."""
HEAD = struct.Struct("<4sq")
"""Magic, and when the film began (ns on the media clock; -1: its first picture is in here)."""
MAGIC = b"VBK1"
RECORD = struct.Struct("<cBqI")
"""Kind, keyframe, pts (ns), bytes that follow."""
PICTURE, SOUND = b"p", b"s"


def time_of(item: Item) -> int:
    """When it was, in ns on the media clock."""
    return item.pts_ns if isinstance(item, Encoded) else item[1]


class Backlog:
    """First in, first out. `put` never waits for a disk; `take` is for the one thread that writes the film.

    Args:
        folder, name: where its files are, `.{name}.waiting-N`; the folder is made when it is needed.
        began_ns: when the film began, where that is known.
        least_free: bytes of the disk that stay free.
    """

    def __init__(self, folder: Path, name: str, began_ns: int | None = None, least_free: int = 0) -> None:
        self.began_ns = began_ns
        """When the first keyframe was."""
        self.last_ns = 0
        """When the last picture was."""
        self.bytes = 0
        """In memory."""
        self._folder, self._name, self._least_free = folder, name, least_free
        self._memory: deque[Item] = deque()
        self._recent: deque[Item] = deque()
        self._segments: deque[_Segment] = deque()
        self._moving = 0
        self._closed = False
        self._changed = threading.Condition()
        self._spiller = Worker("record-wait", self._spill)

    def start(self) -> None:
        """Begin to look after what waits."""
        self._spiller.start()

    def put(self, item: Item) -> bool:
        """Add it at the end; False when there is no room for it."""
        with self._changed:
            if self.bytes > MEMORY_MAX:
                return False
            if isinstance(item, Encoded):
                if self.began_ns is None and item.key:
                    self.began_ns = item.pts_ns
                self.last_ns = max(self.last_ns, item.pts_ns)
            self._memory.append(item)
            self.bytes += _size(item)
            self._changed.notify()
            return True

    def end(self) -> None:
        """Nothing more comes: `take` gives what there is, and then nothing."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self, timeout_s: float = 0.5) -> list[Item]:
        """What is to be written next, at most `TAKEN_MAX`; empty when nothing came within the time. What was taken before has
        been written by now. Raises `OSError`."""
        with self._changed:
            self._changed.wait_for(lambda: self._ready() or (self._closed and not self._moving), timeout_s)
            segment = next((one for one in self._segments if one.unread), None)
            if segment is None:
                found = [] if self._moving else [self._memory.popleft() for _ in range(min(TAKEN_MAX, len(self._memory)))]
                self.bytes -= sum(map(_size, found))
                self._handed_out(found)
                return found
        found = segment.read(TAKEN_MAX)
        with self._changed:
            self._handed_out(found)
        return found

    @property
    def ended(self) -> bool:
        """Whether nothing more comes."""
        return self._closed

    @property
    def empty(self) -> bool:
        """Whether everything has been taken."""
        with self._changed:
            return not self._memory and not self._moving and not any(one.unread for one in self._segments)

    @property
    def waits_ns(self) -> int:
        """How much of the film has not been taken."""
        with self._changed:
            if not self._recent:
                return self.last_ns - self.began_ns if self.began_ns is not None else 0
            return max(0, self.last_ns - time_of(self._recent[-1]))

    def close(self) -> None:
        """Let go of it: the film has everything, or cannot have it."""
        self.end()
        self._spiller.close(60.0)
        with self._changed:
            for segment in self._segments:
                segment.close()
            self._segments.clear()

    def _ready(self) -> bool:
        return bool(self._memory and not self._moving) or any(one.unread for one in self._segments)

    def _handed_out(self, items: list[Item]) -> None:
        self._recent.extend(items)
        if self._recent:
            self._forget(time_of(self._recent[-1]) - KEEP_NS)

    def _forget(self, before_ns: int) -> None:
        """What is in the film for certain."""
        while self._recent and time_of(self._recent[0]) < before_ns:
            self._recent.popleft()
        while self._segments and self._segments[0].full and self._segments[0].over(before_ns):
            self._segments.popleft().close()
        if not self._moving and len(self._segments) == 1 and self._segments[0].over(before_ns):
            self._segments.popleft().close()

    # ── on its own thread ────────────────────────────────────────────────────────────────────────────────────

    def _spill(self, stop: threading.Event) -> None:
        while not stop.wait(POLL_S):  # woken by every picture and block it would cost more than all of its work
            with self._changed:
                count = len(self._memory) if self._waits_too_long() else 0
            try:
                while count > 0 and not stop.is_set():
                    count -= self._move()
            except OSError as error:
                log.warning("what waits for the film stays in memory: %s", error)
                stop.wait(RETRY_S)

    def _waits_too_long(self) -> bool:
        return bool(self._memory) and time_of(self._memory[-1]) - time_of(self._memory[0]) > AWAIT_NS

    def _move(self) -> int:
        """Take some of it from memory to the disk; how many. What was handed out a moment ago stands before it, already read."""
        with self._changed:
            items = list(islice(self._memory, TAKEN_MAX))
            if not items:  # they were taken meanwhile
                return 1
            self._moving = len(items)
            recent = [] if self._segments else list(self._recent)
        try:
            segment = self._segment()
            if recent:
                segment.append(recent, read=True)
            segment.append(items, read=False)
        except OSError:
            items = []
            raise
        finally:
            with self._changed:
                for _ in items:
                    self.bytes -= _size(self._memory.popleft())
                self._moving = 0
                self._changed.notify_all()
        return len(items)

    def _segment(self) -> "_Segment":
        with self._changed:
            if self._segments and not self._segments[-1].full:
                return self._segments[-1]
            number = self._segments[-1].number + 1 if self._segments else 0
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(self._folder).free < self._least_free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        segment = _Segment(self._folder / f".{self._name}.waiting-{number}", number, self.began_ns)
        with self._changed:
            self._segments.append(segment)
        return segment


class _Segment:
    """A file of items; written by one thread and read by another."""

    def __init__(self, path: Path, number: int, began_ns: int | None) -> None:
        self.number = number
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._end = os.write(self._file, HEAD.pack(MAGIC, -1 if began_ns is None else began_ns))
        self._at = self._end
        self._last_ns = 0

    @property
    def unread(self) -> bool:
        return self._at < self._end

    @property
    def full(self) -> bool:
        return self._end >= SEGMENT

    def over(self, before_ns: int) -> bool:
        """Whether all of it was read, and is older."""
        return not self.unread and self._last_ns < before_ns

    def append(self, items: list[Item], *, read: bool) -> None:
        data = b"".join(map(_packed, items))
        view, at = memoryview(data), self._end
        try:
            while view:
                written = os.pwrite(self._file, view, at)
                view, at = view[written:], at + written
        except OSError:
            os.ftruncate(self._file, self._end)  # what is written here next may be shorter
            raise
        self._last_ns = max([self._last_ns, *map(time_of, items)])
        if read:
            self._at = at
        self._end = at

    def read(self, count: int) -> list[Item]:
        found: list[Item] = []
        while len(found) < count and self.unread:
            head = os.pread(self._file, RECORD.size, self._at)
            size = RECORD.unpack(head)[3]
            found.append(_unpacked(head, os.pread(self._file, size, self._at + RECORD.size)))
            self._at += RECORD.size + size
        return found

    def close(self) -> None:
        """Delete it."""
        os.close(self._file)
        with contextlib.suppress(OSError):
            self._path.unlink()


class Left(NamedTuple):
    """What a crash has left of a backlog: when the film began (ns; None: with its first keyframe), its items, its files."""

    began_ns: int | None
    items: Iterator[Item]
    files: tuple[Path, ...]


def left(folder: Path, name: str) -> Left | None:
    """What there is of it in `folder`; None when nothing waited. The last item may have been cut off, and is left out."""
    files = sorted(folder.glob(f".{name}.waiting-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    if not files:
        return None
    began_ns = None
    with open(files[0], "rb") as file:
        head = file.read(HEAD.size)
        if len(head) == HEAD.size and head.startswith(MAGIC) and (at := HEAD.unpack(head)[1]) >= 0:
            began_ns = at
    return Left(began_ns, _items(files), tuple(files))


def waiting(folder: Path) -> set[str]:
    """For which names something waits in `folder`."""
    found = (re.fullmatch(r"\.(.+)\.waiting-\d+", path.name) for path in folder.glob(".*.waiting-*"))
    return {match[1] for match in found if match is not None}


def _items(files: list[Path]) -> Iterator[Item]:
    for path in files:
        with open(path, "rb") as file:
            if not file.read(HEAD.size).startswith(MAGIC):
                continue
            while len(head := file.read(RECORD.size)) == RECORD.size:
                size = RECORD.unpack(head)[3]
                data = file.read(size)
                if len(data) < size or head[:1] not in (PICTURE, SOUND):
                    break
                yield _unpacked(head, data)


def _size(item: Item) -> int:
    return len(item.payload) if isinstance(item, Encoded) else item[0].nbytes


def _packed(item: Item) -> bytes:
    if isinstance(item, Encoded):
        return RECORD.pack(PICTURE, item.key, item.pts_ns, len(item.payload)) + item.payload
    block = np.ascontiguousarray(item[0], np.float32)
    return RECORD.pack(SOUND, 0, item[1], block.nbytes) + block.tobytes()


def _unpacked(head: bytes, data: bytes) -> Item:
    kind, key, pts_ns, _size = RECORD.unpack(head)
    if kind == PICTURE:
        return Encoded(data, pts_ns, bool(key))
    return np.frombuffer(data, np.float32).reshape(-1, 2), pts_ns
