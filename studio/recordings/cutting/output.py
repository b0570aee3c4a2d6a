"""The clip's file: under another name until it is whole, its index in front without a second copy of it."""

import contextlib
import os
import shutil
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer

from studio.errors import DeviceFailed
from studio.recordings.reserved_file import ReservedFile
from studio.show.film import Chapter

INDEX_A_SECOND = 4 << 10
"""Bytes of index at sixty pictures and fifty packets of sound a second, with room to spare."""
INDEX_LEAST = 64 << 10
SPARE = 8 << 20
"""Left free on the disk beside the film."""


class Output:
    """A film that becomes `target`. `with` it: whatever leaves the block without `finish` leaves no file."""

    def __init__(self, target: Path | str, length_ms: int, chapters: Sequence[Chapter] = (), about: int = 0) -> None:
        """`about`: how many bytes it will have, where that is known. Raises `DeviceFailed` when there is no room for them."""
        self._target = Path(target)
        self._whole = False
        self.part = part_of(target)
        self.part.unlink(missing_ok=True)
        if shutil.disk_usage(self.part.parent).free < about + SPARE:
            raise disk_full()
        self._file = ReservedFile(self.part, INDEX_LEAST + INDEX_A_SECOND * length_ms // 1000 + 200 * len(chapters))
        # Packets before 0 stay there: the edit list that hides them is made of it.
        options = {"avoid_negative_ts": "disabled", "movflags": "use_metadata_tags"}
        self.container: OutputContainer = av.open(self._file, "w", format="mp4", options=options)
        if chapters:
            self.container.set_chapters(spans(chapters, length_ms))

    def finish(self) -> int:
        """Whole, and under its name; how many bytes it has."""
        self.container.close()
        self._file.finish()
        self._file.close()
        os.replace(self.part, self._target)
        self._whole = True
        return self._target.stat().st_size

    def __enter__(self) -> "Output":
        return self

    def __exit__(self, *_: object) -> None:
        if self._whole:
            return
        with contextlib.suppress(Exception):  # the disk may be full: what is written now is thrown away
            self.container.close()
        self._file.close()
        self.part.unlink(missing_ok=True)


def part_of(target: Path | str) -> Path:
    """Where it is while it is written."""
    return Path(f"{target}.part")


def disk_full() -> DeviceFailed:
    """There is no room for a clip."""
    return DeviceFailed("The disk is full: nothing was saved")


def spans(chapters: Sequence[Chapter], length_ms: int) -> list[Any]:
    """Chapters as FFmpeg takes them: each ends where the next begins."""
    ends = [chapter.begins_ms for chapter in chapters[1:]] + [length_ms]
    return [
        {
            "id": number,
            "start": chapter.begins_ms,
            "end": max(end_ms, chapter.begins_ms + 1),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": chapter.title},
        }
        for number, (chapter, end_ms) in enumerate(zip(chapters, ends, strict=True))
    ]
