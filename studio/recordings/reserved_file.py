"""A file with room behind its first box, where an MP4's index goes in the end: an ordinary fast-start file without copying it.

FFmpeg's hybrid writer (movflags `hybrid_fragmented`) leaves fragments while it writes, so that whatever ends it leaves a file
that plays, and turns them into one `mdat` with the index (`moov`) behind it when it ends well. A player over the network wants
the index in front (ISO/IEC 14496-12 8.2.1). Moving it needs no copy where there is room for it: the sample offsets, which count
from the file's beginning, are those of the shifted data.
"""

import os
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOM = 6 << 20
"""For the index of about three hours."""
HEADER = 8


class ReservedFile:
    """As FFmpeg writes to it (`write`, `seek`, `tell`), without a buffer of its own: what was written survives the process.

    Everything behind the first box (`ftyp`) lies `room` bytes later in the file than the writer thinks.
    """

    def __init__(self, path: Path, room: int = ROOM) -> None:
        self.size = 0
        """Bytes of the file, as it is on the disk."""
        self._waited_ns = 0
        self._waits_ns: int | None = None
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._room = room
        self._first = 0
        self._at = 0
        self._end = 0

    def write(self, data: bytes) -> int:
        """Write at the place."""
        data, length = bytes(data), len(data)
        if not self._first:
            self._first = int.from_bytes(data[:4], "big")
            head, data = data[: self._first], data[self._first :]
            self._put(0, head + struct.pack(">I4s", self._room, b"free"))
            self._at += len(head)
        if data:
            self._put(self._at + self._shift(self._at), data)
            self._at += len(data)
        self._end = max(self._end, self._at)
        self.size = self._end + self._room
        return length

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, in the writer's own counting."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._end}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """The place."""
        return self._at

    @property
    def waited_ns(self) -> int:
        """How long the disk has been waited for, until now. On any thread."""
        since_ns = self._waits_ns
        return self._waited_ns + (0 if since_ns is None else time.monotonic_ns() - since_ns)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Give the file back."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def finish(self) -> bool:
        """Move the index to the front; whether it is there now. The file plays at every moment of this."""
        index = self._index()
        if index is None:
            return False
        at, length = index
        moov = _shifted(os.pread(self._file, length, at), self._room)
        rest = self._room - len(moov)
        if rest < HEADER:  # it stays behind: an ordinary file all the same
            self._put(at, moov)
            os.fsync(self._file)
            return False
        self._put(self._first + len(moov), struct.pack(">I4s", rest, b"free"))
        self._put(self._first + HEADER, moov[HEADER:])
        os.fsync(self._file)
        self._put(self._first, moov[:HEADER])
        os.ftruncate(self._file, at)
        os.fsync(self._file)
        self.size = at
        return True

    def _shift(self, at: int) -> int:
        return self._room if at >= self._first else 0

    def _put(self, at: int, data: bytes) -> None:
        view, self._waits_ns = memoryview(data), time.monotonic_ns()
        while view:
            written = os.pwrite(self._file, view, at)
            view, at = view[written:], at + written
        waited_ns, self._waits_ns = time.monotonic_ns() - self._waits_ns, None
        self._waited_ns += waited_ns

    def _index(self) -> tuple[int, int] | None:
        """Place and length of the last box, when it is the index."""
        end = os.fstat(self._file).st_size
        at = self._first + self._room
        while at + HEADER <= end:
            size, kind = struct.unpack(">I4s", os.pread(self._file, HEADER, at))
            if size == 1:
                size = int.from_bytes(os.pread(self._file, 8, at + HEADER), "big")
            if size < HEADER:
                return None
            if at + size == end:
                return (at, size) if kind == b"moov" else None
            at += size
        return None


CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}


def _shifted(box: bytes, by: int) -> bytes:
    """A box with `by` added to every chunk offset in it (`stco`, `co64`: 8.7.5). Offsets that do not fit any more get twice the
    room."""
    kind, inside = box[4:HEADER], box[HEADER:]
    if kind in CONTAINERS:
        inside = b"".join(_shifted(child, by) for child in _children(inside))
    elif kind in (b"stco", b"co64"):
        offsets = np.frombuffer(inside[8:], ">u4" if kind == b"stco" else ">u8").astype(np.uint64) + np.uint64(by)
        wide = kind == b"co64" or bool((offsets > 0xFFFFFFFF).any())
        kind = b"co64" if wide else b"stco"
        inside = inside[:8] + offsets.astype(">u8" if wide else ">u4").tobytes()
    return struct.pack(">I4s", HEADER + len(inside), kind) + inside


def _children(inside: bytes) -> Iterator[bytes]:
    at = 0
    while at + HEADER <= len(inside):
        size = max(HEADER, int.from_bytes(inside[at : at + 4], "big"))
        yield inside[at : at + size]
        at += size
