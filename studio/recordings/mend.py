"""Makes a film whole that was not ended: what is there of it, and what still waited to be written."""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from studio.clock import NS_PER_S
from studio.media.encoder import Encoded
from studio.media.timed_ring import Samples, sample_ns
from studio.recordings.backlog import Left, left
from studio.recordings.movie_file import RATE, MovieFile, compact, is_whole
from studio.recordings.sound_file import SoundFile
from studio.recordings.waiting_place import elsewhere, places

log = logging.getLogger(__name__)


def mend(path: Path, *, sound: bool = True) -> None:
    """The film at `path`, or the sound of one microphone, ended well; what waited is deleted once it is in it. Nothing is encoded
    again but sound. The file is whole, or as it was, at every moment. `sound`: whether the film has any.

    Raises `OSError`, `FFmpegError` and `ValueError`."""
    path.parent.mkdir(exist_ok=True, mode=0o700)
    waiting = [found for place in places(path) if (found := left(place, path.name)) is not None]
    if path.suffix == ".flac":
        for found in waiting:
            _longer_sound(path, found)
    elif not path.exists() or not is_whole(path):
        for found in waiting:
            _longer_film(path, found, sound=sound)
        if not is_whole(path):
            compact(path)
    for found in waiting:
        for file in found.files:
            file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # it is not there, or others wait in it
        elsewhere(path.parent).rmdir()


def _longer_film(path: Path, found: Left, *, sound: bool) -> None:
    part = path.with_name(f".{path.name}.longer")
    part.unlink(missing_ok=True)
    film = MovieFile(part, began_ns=found.began_ns, sound=sound)
    try:
        if path.exists() and found.began_ns is not None:
            film.go_on(path)
        last_ns = film.ended_ns + NS_PER_S // RATE  # which is rounded to its clock
        for item in found.items:
            if not isinstance(item, Encoded):
                film.sound(*item)
            elif film.length_ms == 0 or item.pts_ns > last_ns:
                film.video(item)
        film.close()
        os.replace(part, path)
    finally:
        film.abandon()
        part.unlink(missing_ok=True)


def _longer_sound(path: Path, found: Left) -> None:
    part = path.with_name(f".{path.name}.longer")
    part.unlink(missing_ok=True)
    sound = SoundFile(part, found.began_ns or 0)
    try:
        for block, at in _read(path):
            sound.sound(block, sound.began_ns + sample_ns(at))
        for item in found.items:
            if not isinstance(item, Encoded):
                sound.sound(*item)
        sound.close()
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _read(path: Path) -> Iterator[tuple[Samples, int]]:
    """What can be read of a sound that may have been cut off: blocks, and where they begin."""
    at = 0
    try:
        with av.open(str(path)) as source:
            for frame in source.decode(audio=0):
                block = frame.to_ndarray().reshape(-1, 2).astype(np.float32) / np.float32(32767)
                yield block, at
                at += len(block)
    except (FFmpegError, FileNotFoundError) as error:
        log.info("%s can be read until sample %d: %s", path, at, error)
