"""Product pictures: fetched once, checked, made small, kept. Only for products of shows, when they come into one."""

import asyncio
import hashlib
import io
import logging
import os
import re
import secrets
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.ext.asyncio import AsyncEngine

from studio import paths
from studio.clock import Clock
from studio.errors import StudioError
from studio.i18n import N_
from studio.server.catalogue.fetcher import PICTURE_MAX, PICTURE_S, Fetcher, FetchFailed
from studio.server.db import catalogue as rows
from studio.server.db.engine import writing

log = logging.getLogger(__name__)

PIXELS_MAX = 50_000_000
LONGEST = 800
"""Pixels of the longer side: a product sheet on a large screen, and a card on a 1080-line picture."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
"""What is decoded. Not SVG: it is a program."""
AGAIN_MS = 6 * 3600 * 1000
AT_ONCE = 4
FILE = re.compile(r"[0-9a-f]{32}\.webp")

Image.MAX_IMAGE_PIXELS = PIXELS_MAX


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
            missing = await rows.missing_pictures(connection, wanted, self._clock.wall_ms() - AGAIN_MS)
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
            except Exception:  # the database may be away: one picture less
                log.exception("a picture could not be kept")

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
            data = await asyncio.to_thread(lambda: made_small(raw.read_bytes()))
        name = f"{hashlib.sha256(data).hexdigest()[:32]}.webp"
        await asyncio.to_thread(paths.write_atomically, self.folder / name, data)
        return name


def made_small(data: bytes) -> bytes:
    """A picture as WebP, no side longer than `LONGEST`, upright, without what cameras write into files (places, names).

    Raises `FetchFailed` for what is no picture, or one with more than `PIXELS_MAX` pixels.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise FetchFailed("The picture has more than {most} million pixels", most=PIXELS_MAX // 1_000_000)
            picture.draft("RGB", (LONGEST, LONGEST))  # JPEG: decode no more of it than is needed
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
            mode = "RGBA" if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info else "RGB"
            out = io.BytesIO()
            upright.convert(mode).save(out, "WEBP", quality=82, method=4)
            return out.getvalue()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, Image.DecompressionBombError):
            raise FetchFailed("The picture has more than {most} million pixels", most=PIXELS_MAX // 1_000_000) from None
        raise FetchFailed(N_("This is no picture we can read (JPEG, PNG, WebP, GIF or AVIF)")) from None


def spool(folder: Path) -> Path:
    """A new, empty file of ours to write something large into."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"in-{secrets.token_hex(8)}"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return path
