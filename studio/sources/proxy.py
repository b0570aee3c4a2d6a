"""A film's proxy: a smaller copy, for a computer that the film itself is too heavy for. It lies in the cache, can be made again,
and belongs to exactly the file it was made of."""

import contextlib
import hashlib
import os
from pathlib import Path

from studio import paths
from studio.errors import DeviceFailed
from studio.sources.media_path import checked_file

KEPT = 20
"""So many are kept, those that were used last."""


def folder() -> Path:
    """Where they lie."""
    path = paths.cache_dir() / "proxies"
    path.mkdir(exist_ok=True)
    return path


def proxy_of(path: str) -> Path:
    """Where the proxy of a film lies, or would. Raises `DeviceFailed` where there is no such film."""
    file = checked_file(path).resolve()
    info = file.stat()
    key = f"{file}\n{info.st_size}\n{info.st_mtime_ns}".encode()
    return folder() / f"{hashlib.sha256(key).hexdigest()[:32]}.mp4"


def to_play(path: str) -> Path | None:
    """The proxy, where there is one."""
    with contextlib.suppress(DeviceFailed, OSError):
        proxy = proxy_of(path)
        if proxy.is_file():
            os.utime(proxy)
            return proxy
    return None


def tidy() -> None:
    """Throw the oldest away."""
    with contextlib.suppress(OSError):
        for proxy in sorted(folder().glob("*.mp4"), key=lambda one: one.stat().st_mtime)[:-KEPT]:
            proxy.unlink(missing_ok=True)
