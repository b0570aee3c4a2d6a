"""The brand's feeds: kept, read on a schedule or when asked, and told about in words."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.catalogue.item import Options
from studio.clock import Clock
from studio.commands import Actor
from studio.commands import feed as ask
from studio.errors import InvalidValue, NotFound, StudioError
from studio.i18n import N_
from studio.server.catalogue.fetcher import Fetcher
from studio.server.catalogue.importer import Imported, Importer, Told, silent
from studio.server.catalogue.paged import fetch_feed, site_of
from studio.server.catalogue.pictures import spool
from studio.server.db import calls as settings
from studio.server.db import catalogue as rows
from studio.server.db.engine import writing
from studio.server.faults import place_of
from studio.show import money
from studio.show.brand import Brand
from studio.show.opening_hours import ZONE
from studio.show.read_as import Convention, ReadAs
from studio.spine import Dispatcher
from studio.state.shop import Feed

log = logging.getLogger(__name__)

BRAND = "brand"
POLL_S = 30.0
"""How often the schedule is looked at."""
MINUTE_MS = 60_000


class Feeds:
    """`changed` hears which products are different, `tell` how the feeds are. On the server's loop."""

    def __init__(
        self,
        engine: AsyncEngine,
        importer: Importer,
        fetcher: Fetcher,
        *,
        folder: Path,
        clock: Clock,
        changed: Callable[[frozenset[str]], Awaitable[None]],
        tell: Callable[[tuple[Feed, ...], Brand], None],
    ) -> None:
        self._engine = engine
        self._importer = importer
        self._fetcher = fetcher
        self._folder = folder
        self._clock = clock
        self._changed = changed
        self._told = tell
        self.brand = Brand()
        self.zone: Callable[[], str] = lambda: ZONE
        """Of times that name none."""
        self._rows: dict[str, rows.Row] = {}
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._anew: set[str] = set()
        """Those that are read again when their reading has ended."""
        self._schedule: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read what feeds there are, and begin to keep their schedule."""
        await self._importer.clean()
        for left in self._folder.glob("in-*") if self._folder.is_dir() else ():
            left.unlink(missing_ok=True)
        async with self._engine.connect() as connection:
            self._rows = {row["id"]: row for row in await rows.feeds(connection)}
            if stored := await settings.setting(connection, BRAND):
                self.brand = msgspec.json.decode(stored, type=Brand)
        self._schedule = asyncio.create_task(self._keep_schedule(), name="feeds")

    async def close(self) -> None:
        """Stop reading."""
        self._anew.clear()
        tasks = [*filter(None, [self._schedule]), *self._reading.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def state(self) -> tuple[Feed, ...]:
        """All feeds, by name."""
        return tuple(self._feed(row) for row in sorted(self._rows.values(), key=lambda row: str(row["name"]).casefold()))

    def register(self, dispatcher: Dispatcher) -> None:
        """Run the commands about feeds."""
        dispatcher.register(ask.FeedAdd, self._on_add)
        dispatcher.register(ask.FeedChange, self._on_change)
        dispatcher.register(ask.BrandSet, self._on_brand)
        dispatcher.register(ask.FeedSync, self._on_sync)
        dispatcher.register(ask.FeedStop, self._on_stop)
        dispatcher.register(ask.FeedRemove, self._on_remove)

    async def import_file(self, path: Path, name: str, options: Options, told: Told = silent) -> Imported:
        """Read a file somebody sent; the next one of the same name is what this feed has then."""
        same = next((row for row in self._rows.values() if row["name"] == name and not row["url"]), None)
        row = same or self._row(secrets.token_hex(4), name=name)
        options = _with(options, _convention(row))
        return await self._import(lambda: row | _said(options, row), path, self._options(options), told)

    async def import_address(self, url: str, name: str, options: Options, told: Told = silent) -> Imported:
        """Fetch a feed once and read it, as one that is not on a schedule."""
        same = next((row for row in self._rows.values() if row["url"] == url), None)
        row = same or self._of_address(url, name if name != "feed" else "", options.kind or "", options.currency, 0)
        named = {"name": name[:200]} if name and name != "feed" else {}
        path = spool(self._folder)
        try:
            await fetch_feed(self._fetcher, url, path)
            whole = _with(options, _convention(self._rows.get(row["id"], row)))
            whole = msgspec.structs.replace(whole, url=whole.url or site_of(url), currency=whole.currency or row["currency"])

            def now() -> rows.Row:
                if same is not None and row["id"] not in self._rows:
                    raise NotFound("There is no feed {feed}", feed=row["id"])  # it was removed meanwhile
                kept = self._rows.get(row["id"], row)
                return kept | _said(options, kept) | named

            return await self._import(now, path, self._options(whole), told)
        finally:
            path.unlink(missing_ok=True)

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_add(self, command: ask.FeedAdd, by: Actor) -> str:
        row = self._of_address(command.url, command.name, command.kind, command.currency, command.every_minutes)
        await self._save(row | {"convention": _json(command.convention)})
        await self._learn(command.currency)
        self._begin(row["id"])
        return str(row["id"])

    async def _on_change(self, command: ask.FeedChange, by: Actor) -> None:
        row = self._find(command.feed)
        await self._save(row | {"convention": _json(command.convention)})
        if row["url"]:
            self._begin_anew(command.feed)

    async def _on_brand(self, command: ask.BrandSet, by: Actor) -> None:
        await self._set_brand(msgspec.structs.replace(self.brand, currency=_known(command.currency)))

    async def _learn(self, currency: str) -> None:
        """The first currency that somebody names is the brand's own."""
        if currency and not self.brand.currency:
            await self._set_brand(msgspec.structs.replace(self.brand, currency=_known(currency)))

    async def _set_brand(self, brand: Brand) -> None:
        async with writing(self._engine).begin() as connection:
            await settings.put_setting(connection, BRAND, _json(brand))
        self.brand = brand
        self._tell()

    def _options(self, options: Options) -> Options:
        """`options` with what the brand has set."""
        return msgspec.structs.replace(options, currency=options.currency or self.brand.currency, zone=self.zone())

    def _tell(self) -> None:
        self._told(self.state, self.brand)

    async def _on_sync(self, command: ask.FeedSync, by: Actor) -> None:
        row = self._find(command.feed)
        if not row["url"]:
            raise NotFound(N_("This came from a file: import the newer file"))
        self._begin(command.feed)

    async def _on_stop(self, command: ask.FeedStop, by: Actor) -> None:
        self._find(command.feed)
        self._anew.discard(command.feed)
        if (task := self._reading.get(command.feed)) is not None:
            task.cancel()

    async def _on_remove(self, command: ask.FeedRemove, by: Actor) -> None:
        await self._on_stop(ask.FeedStop(feed=command.feed), by)
        async with writing(self._engine).begin() as connection:
            await rows.remove_feed(connection, command.feed, self._clock.wall_ms())
        del self._rows[command.feed]
        self._tell()
        await self._changed(frozenset())

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _keep_schedule(self) -> None:
        while True:
            now_ms = self._clock.wall_ms()
            for row in tuple(self._rows.values()):
                every_ms = row["every_minutes"] * MINUTE_MS
                if row["url"] and every_ms and now_ms - (row["read_ms"] or 0) >= every_ms:
                    self._begin(row["id"])
            await asyncio.sleep(POLL_S)

    def _begin(self, feed: str) -> None:
        if feed not in self._reading:
            task = asyncio.create_task(self._read(feed), name=f"feed-{feed}")
            self._reading[feed] = task
            task.add_done_callback(lambda _: self._ended(feed))
            self._tell()

    def _begin_anew(self, feed: str) -> None:
        """What is being read is read by yesterday's rules: it ends first."""
        if (task := self._reading.get(feed)) is None:
            self._begin(feed)
        else:
            self._anew.add(feed)
            task.cancel()

    def _ended(self, feed: str) -> None:
        self._reading.pop(feed, None)
        if feed in self._anew:
            self._anew.discard(feed)
            if feed in self._rows:
                self._begin(feed)
        self._tell()

    async def _read(self, feed: str) -> None:
        row = self._rows[feed]
        path = spool(self._folder)
        try:
            await fetch_feed(self._fetcher, row["url"], path)
            said = _convention(row)
            options = Options(
                currency=row["currency"], kind=row["kind"] or None, url=said.shop or site_of(row["url"]), decimal=said.decimal,
                dates=said.dates, vat=said.vat,
            )  # fmt: skip
            await self._import(lambda: self._rows.get(feed, row), path, self._options(options), silent)
        except StudioError as error:
            log.warning("feed %s: %s", feed, error)
            problem = {"problem": error.message, "params": {name: str(value) for name, value in error.params.items()}}
            before = msgspec.json.decode(row["result"] or "{}")
            await self._save(self._rows.get(feed, row) | {"read_ms": self._clock.wall_ms(), "result": _json(before | problem)})
        except Exception as error:
            log.error("feed %s could not be read: %s", feed, place_of(error))
            failed = {"problem": N_("The server failed; its log says why")}
            await self._save(self._rows.get(feed, row) | {"read_ms": self._clock.wall_ms(), "result": _json(failed)})
        finally:
            path.unlink(missing_ok=True)

    async def _import(self, row: Callable[[], rows.Row], path: Path, options: Options, told: Told) -> Imported:
        """`row`: the feed as it is to be kept, asked again when it has been read."""
        done = await self._importer.run(path, row()["id"], options, told)
        result = {"products": done.products, "refused": done.refused, "rejected": done.rejected, "read_as": done.read_as}
        await self._save(row() | {"read_ms": self._clock.wall_ms(), "result": _json(result)})
        await self._learn(options.currency)
        await self._changed(frozenset())  # the others as well: their stock is as old as this reading now
        return done

    async def _save(self, row: rows.Row) -> None:
        async with writing(self._engine).begin() as connection:
            await rows.save_feed(connection, row)
        self._rows[row["id"]] = row
        self._tell()

    def _of_address(self, url: str, name: str, kind: str, currency: str, every_minutes: int) -> rows.Row:
        """The feed at an address, as it is to be from now on."""
        same = next((row for row in self._rows.values() if row["url"] == url), None)
        return self._row(
            same["id"] if same else secrets.token_hex(4),
            name=name or urlsplit(url).hostname or url,
            url=url,
            kind=kind,
            currency=currency,
            every_minutes=every_minutes,
            read_ms=same["read_ms"] if same else None,
            result=same["result"] if same else "{}",
            convention=same["convention"] if same else "{}",
        )

    def _find(self, feed: str) -> rows.Row:
        if feed not in self._rows:
            raise NotFound("There is no feed {feed}", feed=feed)
        return self._rows[feed]

    def _row(self, id: str, **values: Any) -> rows.Row:
        bare = {"url": "", "kind": "", "currency": "", "every_minutes": 0, "read_ms": None, "result": "{}", "convention": "{}"}
        return bare | values | {"id": id, "name": str(values["name"])[:200]}

    def _feed(self, row: rows.Row) -> Feed:
        result = msgspec.json.decode(row["result"] or "{}")
        problem = str(result.get("problem", ""))
        return Feed(
            id=row["id"],
            name=row["name"],
            url=_without_secrets(row["url"]),
            every_minutes=row["every_minutes"],
            read_ms=row["read_ms"],
            products=result.get("products", 0),
            rejected=result.get("refused", 0),
            problem=problem.format_map(result.get("params", {})) if problem else "",
            running=row["id"] in self._reading,
            convention=_convention(row),
            read_as=msgspec.convert(result.get("read_as", {}), ReadAs),
        )


def _without_secrets(url: str) -> str:
    """An address as it may be shown: shops put passwords and tokens into feeds' addresses."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}" if host else ""


def _convention(row: rows.Row) -> Convention:
    return msgspec.json.decode(row["convention"] or "{}", type=Convention)


def _with(options: Options, said: Convention) -> Options:
    """`options` with what was said about the feed before."""
    return msgspec.structs.replace(
        options, url=options.url or said.shop, decimal=options.decimal or said.decimal, dates=options.dates or said.dates,
        vat=options.vat or said.vat,
    )  # fmt: skip


def _said(options: Options, row: rows.Row) -> rows.Row:
    """What somebody has said with an import, to be kept for the next one."""
    told = {name: value for name in ("decimal", "dates", "vat") if (value := getattr(options, name))}
    shop = {"shop": options.url} if options.url.startswith(("http://", "https://")) else {}
    convention = msgspec.convert(msgspec.to_builtins(_convention(row)) | told | shop, Convention)
    return {"kind": options.kind or row["kind"], "currency": options.currency or row["currency"], "convention": _json(convention)}


def _known(currency: str) -> str:
    if currency and not money.known(currency):
        raise InvalidValue("{currency} is not a currency", field="currency", currency=currency)
    return currency


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
