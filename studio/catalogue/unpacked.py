"""The bytes of a feed, out of their .gz or .zip, within limits: a few kilobytes may unpack to terabytes."""

import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO

from studio.errors import InvalidValue
from studio.i18n import N_

UNPACKED_MAX = 200 << 20
RATIO_MAX = 200
RATIO_FROM = 8 << 20
"""Below this many bytes nobody is hurt, and small repetitive files do shrink a lot."""
CHUNK = 1 << 16
_SUFFIXES = (".csv", ".tsv", ".txt", ".xml", ".rss", ".atom", ".json", ".html", ".htm")
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, ImportError)


class Counted(io.RawIOBase):
    """A seekable file that knows how much of it was read: `done` of `total` bytes."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.total = file.seek(0, os.SEEK_END)
        file.seek(0)
        self.done = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._file.read(-1 if size is None else size)
        self.done = min(self.total, self.done + len(data))
        return data


def unpacked(file: Counted, most: int = UNPACKED_MAX) -> Iterator[bytes]:
    """The content, chunk by chunk. Raises `InvalidValue` for a broken archive and for one that unpacks to too much."""
    file.seek(0)
    magic = file.read(4)
    file.seek(0)
    file.done = 0
    packed = True
    source: IO[bytes] | io.IOBase
    try:
        if magic.startswith(b"\x1f\x8b"):
            source = gzip.GzipFile(fileobj=file)
        elif magic.startswith(b"PK\x03\x04"):
            source = _member(file)
        else:
            source, packed = file, False
        size = 0
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise InvalidValue("The feed is too large: at most {most} MB", most=most >> 20)
            if packed and size > RATIO_FROM and size > RATIO_MAX * max(1, file.done):
                raise InvalidValue(N_("The file is packed suspiciously small and is not opened: send it unpacked"))
            yield chunk
    except _BROKEN as error:
        raise InvalidValue("The file cannot be unpacked: {problem}", problem=str(error)[:200]) from None


_WORKBOOK = ("xl/", "Index/", "content.xml")
"""What Excel's (ECMA-376), Numbers' and LibreOffice's files have inside."""


def _member(file: Counted) -> IO[bytes]:
    archive = zipfile.ZipFile(file)
    if any(info.filename.startswith(_WORKBOOK) for info in archive.infolist()):
        raise InvalidValue(N_("This is a workbook: save its table as CSV (in Excel: CSV UTF-8), and send that"))
    names = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith(("__MACOSX/", "."))]
    feeds = [info for info in names if info.filename.lower().endswith(_SUFFIXES)] or names
    if len(feeds) != 1:
        raise InvalidValue("A zip file must hold one feed; this one holds {count}", count=len(feeds))
    return archive.open(feeds[0])
