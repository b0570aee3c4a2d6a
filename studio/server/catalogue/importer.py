"""Reads a feed into the catalogue: all of it, or nothing.

A child process reads the file (it is a stranger's, and large: neither its faults nor its work may touch who is on air). What
is new or changed is laid aside as it comes, and taken over in one transaction at the end; until then it can be cancelled.
"""

import asyncio
import contextlib
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.catalogue.frames import Done, Failed, Item, frames
from studio.catalogue.item import Options, Progress, Rejected
from studio.clock import Clock
from studio.errors import InvalidValue
from studio.i18n import N_
from studio.server.db import catalogue as rows
from studio.server.db.engine import writing
from studio.show.product import CatalogueProduct
from studio.show.read_as import ReadAs

BATCH = 500
REJECTED_KEPT = 1000


class Imported(Struct, frozen=True, kw_only=True):
    """What an import did. `rejected` are the first thousand."""

    products: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    skipped: int = 0
    read_as: ReadAs = ReadAs()
    refused: int = 0
    """Products that could not be used; others in `rejected` only lack a field."""
    rejected: tuple[Rejected, ...] = ()


Told = Callable[[Progress | Rejected], Awaitable[None]]


async def silent(said: Progress | Rejected) -> None:
    """For whoever does not want to follow."""


class Importer:
    """Imports of one server, one at a time. On its loop; a cancelled import leaves nothing behind."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = asyncio.Lock()

    async def clean(self) -> None:
        """Throw away what a server that was killed had laid aside."""
        async with writing(self._engine).begin() as connection:
            await rows.clear_staged(connection)

    async def run(self, path: Path, feed: str, options: Options, told: Told = silent) -> Imported:
        """Read `path` as what `feed` has now. Raises `InvalidValue` when it cannot be read; then nothing has changed."""
        async with self._lock:
            run = secrets.token_hex(8)
            try:
                return await self._run(run, path, feed, options, told)
            finally:
                await asyncio.shield(self._clear(run))

    async def _clear(self, run: str) -> None:
        async with writing(self._engine).begin() as connection:
            await rows.clear_staged(connection, run)

    async def _run(self, run: str, path: Path, feed: str, options: Options, told: Told) -> Imported:
        async with self._engine.connect() as connection:
            known = await rows.digests(connection)
        staging = _Staging(self._engine, run, known, self._clock.wall_ms())
        rejected: list[Rejected] = []
        refused = skipped = 0
        read_as = ReadAs()
        async with _reader(path, options) as stream:
            async for frame in frames(stream):
                if isinstance(frame, Item):
                    await staging.add(frame.product)
                elif isinstance(frame, Failed):
                    raise InvalidValue(frame.message, field=frame.field or None, **frame.params)
                elif isinstance(frame, Done):
                    skipped, read_as = frame.skipped, frame.read_as
                else:
                    if isinstance(frame, Rejected):
                        refused += not frame.kept
                        if len(rejected) < REJECTED_KEPT:
                            rejected.append(frame)
                    await told(frame)
        await staging.flush()
        if not staging.seen:
            raise InvalidValue(N_("The feed has no products that can be used; nothing was changed"))
        gone = [id for id, (_, whose, is_gone) in known.items() if whose == feed and not is_gone and id not in staging.seen]
        if staging.staged or gone:
            async with writing(self._engine).begin() as connection:
                await rows.take_over(connection, run, feed, gone, self._clock.wall_ms())
        return Imported(
            products=len(staging.seen),
            new=staging.new,
            changed=len(staging.staged) - staging.new,
            gone=len(gone),
            skipped=skipped,
            read_as=read_as,
            refused=refused,
            rejected=tuple(rejected),
        )


class _Staging:
    """Lays aside what differs from the catalogue, some hundred products at a time."""

    def __init__(self, engine: AsyncEngine, run: str, known: dict[str, tuple[str, str, bool]], now_ms: int) -> None:
        self.seen: set[str] = set()
        self.staged: set[str] = set()
        self.new = 0
        self._engine = engine
        self._run = run
        self._known = known
        self._now_ms = now_ms
        self._batch: list[tuple[CatalogueProduct, rows.Row]] = []

    async def add(self, product: CatalogueProduct) -> None:
        """One more; the same as before costs nothing."""
        self.seen.add(product.id)
        row = rows.catalogue_row(product)
        known = self._known.get(product.id)
        if known is not None and known[0] == row["digest"] and not known[2]:
            return
        self._batch.append((product, row))
        if len(self._batch) >= BATCH:
            await self.flush()

    async def flush(self) -> None:
        """Write what has gathered."""
        batch, self._batch = self._batch, []
        if not batch:
            return
        changed = [product.id for product, _ in batch if product.id in self._known]
        async with writing(self._engine).begin() as connection:
            before = await rows.load(connection, changed)
            offers = [offer for product, _ in batch for offer in rows.offer_rows(product, before.get(product.id), self._now_ms)]
            await rows.stage(connection, self._run, [row for _, row in batch], _once(offers))
        self.staged.update(product.id for product, _ in batch)
        self.new += len(batch) - len(changed)


def _once(offers: list[rows.Row]) -> list[rows.Row]:
    """Of two offers for one moment the first: today's counts, not what the shop says about today."""
    kept: dict[tuple[Any, ...], rows.Row] = {}
    for offer in offers:
        kept.setdefault((offer["product"], offer["variant"], offer["at_ms"]), offer)
    return list(kept.values())


@asynccontextmanager
async def _reader(path: Path, options: Options) -> AsyncIterator[asyncio.StreamReader]:
    """The reading process's output; it is ended when the block is left early."""
    words = [sys.executable, "-m", "studio.catalogue", str(path)]
    for name, value in msgspec.structs.asdict(options).items():
        if value and name != "at_ms":
            words += [f"--{name}", str(value)]
    process = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL, env=dict(os.environ)
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.communicate()  # what is left in the pipe would keep it open
