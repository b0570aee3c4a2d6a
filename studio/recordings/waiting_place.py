"""Where what waits for a film lies: on another disk than the film's where there is one, so that a slow stick does not slow its
own backlog down."""

import hashlib
from pathlib import Path

from studio import paths


def place(film: Path) -> Path:
    """The folder for a film that is about to be written."""
    there = elsewhere(film.parent)
    with_us = film.parent if film.parent.exists() else film.parent.parent  # what is recorded by itself makes its folder later
    return film.parent if with_us.stat().st_dev == paths.cache_dir().stat().st_dev else there


def places(film: Path) -> tuple[Path, ...]:
    """Where it may lie."""
    return (film.parent, elsewhere(film.parent))


def elsewhere(folder: Path) -> Path:
    """The place for the films of `folder` on the disk of the cache."""
    return paths.cache_dir() / "waiting" / hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]
