"""Product pictures: fetched once, checked, made small, kept. Only for products of shows, when they come into one."""

import asyncio
import hashlib
import logging
import os
import re
import secrets
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from studio import paths
from studio.clock import Clock
from studio.errors import StudioError
from studio.server import faults
from studio.server.catalogue.fetcher import PICTURE_MAX, PICTURE_S, Fetcher
from studio.server.catalogue.picture_file import LONGEST, made_small, made_small_apart
from studio.server.db import catalogue as rows
from studio.server.db.engine import writing

__all__ = ["LONGEST", "Pictures", "made_small", "spool"]

log = logging.getLogger(__name__)

RETRY_MS = 6 * 3600 * 1000
AT_ONCE = 4
"""Fetched, that is; decoded is one at a time."""
FILE = re.compile(r"[0-9a-f]{32}\.webp")


class Pictures:
    """A queue of pictures to fetch; `changed` is told which products' pictures there are now."""

    def __init__(
        self,
        engine: AsyncEngine,
        fetcher: Fetcher,
        folder: Path,
        clock: Clock,
        changed: Callable[[set[str]], Awaitable[None]],
    ) -> None:
        self.folder = folder
        self._engine = engine
        self._fetcher = fetcher
        self._clock = clock
        self._changed = changed
        self._wanted: dict[str, set[str]] = {}
        self._more = asyncio.Event()
        self._one = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to fetch."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._tasks = [asyncio.create_task(self._run(), name=f"pictures-{number}") for number in range(AT_ONCE)]

    async def close(self) -> None:
        """Fetch no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def want(self, pictures: Iterable[tuple[str, str]]) -> None:
        """(product, address) of pictures that a show needs; those we have, or lately could not get, are left out."""
        wanted: dict[str, set[str]] = {}
        for product, url in pictures:
            if url.startswith(("http://", "https://")):
                wanted.setdefault(url, set()).add(product)
        if not wanted:
            return
        async with self._engine.connect() as connection:
            missing = await rows.missing_pictures(connection, wanted, self._clock.wall_ms() - RETRY_MS)
        for url in missing:
            self._wanted.setdefault(url, set()).update(wanted[url])
        self._more.set()

    def path(self, name: str) -> Path | None:
        """The file behind `/pictures/{name}`, when it is one of ours."""
        path = self.folder / name
        return path if FILE.fullmatch(name) and path.is_file() else None

    async def _run(self) -> None:
        while True:
            while not self._wanted:
                self._more.clear()
                await self._more.wait()
            url = next(iter(self._wanted))
            products = self._wanted.pop(url)
            try:
                await self._take(url)
                await self._changed(products)
            except Exception as error:  # the database may be away: one picture less
                log.warning("a picture could not be kept: %s", faults.place_of(error))

    async def _take(self, url: str) -> None:
        file, problem = "", ""
        try:
            file = await self._fetch(url)
        except StudioError as error:
            problem = str(error)
        except OSError as error:
            problem = error.strerror or str(error)
        async with writing(self._engine).begin() as connection:
            await rows.save_picture(connection, url, file, problem, self._clock.wall_ms())

    async def _fetch(self, url: str) -> str:
        with tempfile.TemporaryDirectory(prefix="picture-", dir=self.folder) as folder:
            raw = Path(folder) / "raw"
            await self._fetcher.fetch(url, raw, most=PICTURE_MAX, time_s=PICTURE_S)
            small = Path(folder) / "small"
            async with self._one:
                await made_small_apart(raw, small)
            data = await asyncio.to_thread(small.read_bytes)
        name = f"{hashlib.sha256(data).hexdigest()[:32]}.webp"
        await asyncio.to_thread(paths.write_atomically, self.folder / name, data)
        return name


def spool(folder: Path) -> Path:
    """A new, empty file of ours to write something large into."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"in-{secrets.token_hex(8)}"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return path
