"""The show of `vitrine bench abuse`: at a server as a brand runs it, with pictures that cost nothing to make."""

import asyncio
import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from sqlalchemy import insert

from studio import wire
from studio.bench import stage
from studio.bench.attacks import LONG, SHOW
from studio.commands import show as show_commands
from studio.commands.call import CallRulesSet
from studio.errors import Confirm, DeviceFailed
from studio.events import ProductUnpinned, encode
from studio.link.connection import Connection, connect, hello
from studio.link.server_process import Endpoint
from studio.server.config import sqlite_url
from studio.server.db import shows, tables
from studio.server.db.engine import open_database, writing
from studio.show.call_rules import CallRules
from studio.show.opening_hours import OpeningHours, Span
from studio.show.shelf import Product
from studio.wire import SESSION_HEADER

DATABASE, LOG = "bench.sqlite", "log"
"""The server's files."""
EVENTS = 100_000
FPS, KEY_BYTES, PICTURE_BYTES = 30, 25_000, 6_000
RULES = CallRules(hours=OpeningHours(week=((Span(0, 1440),),) * 7), bookings=True, advisors=5)


async def write_long_log(home: Path) -> None:
    """A show of which a page may have missed very much."""
    engine = await open_database(sqlite_url(home / DATABASE))
    show = {"id": LONG, "title": "Long", "brand": "", "state": "draft", "key": "k", "created_ms": 1, "poster": "", "shop": "{}"}
    event = {"stream": LONG, "at_ms": 1, "media_ms": 0, "actor": "", "type": "product.unpinned", "audience": "public"}
    data = encode(ProductUnpinned(product="oil")).decode()
    async with writing(engine).begin() as connection:
        await shows.create(connection, show)
        await connection.execute(tables.streams.update().where(tables.streams.c.id == LONG).values(seq=EVENTS))
        for start in range(1, EVENTS + 1, 20_000):
            rows = [event | {"seq": seq, "data": data} for seq in range(start, min(start + 20_000, EVENTS + 1))]
            await connection.execute(insert(tables.events), rows)
    await engine.dispose()


@asynccontextmanager
async def server(home: Path) -> AsyncIterator[Endpoint]:
    """`vitrine serve`, not embedded: its limits are those that it comes with."""
    token = secrets.token_urlsafe(32)
    words = [sys.executable, "-m", "studio", "serve", "--host", "127.0.0.1", "--port", "0"]
    words += ["--database", str(home / DATABASE), "--linger", "60"]
    environment = os.environ | {"VITRINE_HOME": str(home), "VITRINE_TOKEN": token}
    with (home / LOG).open("wb") as log, stage.process(words, env=environment, stdout=subprocess.PIPE, stderr=log) as child:
        assert child.stdout is not None
        line = await asyncio.to_thread(child.stdout.readline)
        if not line:
            raise DeviceFailed("The show server did not start: {problem}", problem=(home / LOG).read_text(encoding="utf-8"))
        ready = json.loads(line)
        yield Endpoint(ready["url"], token, ready["pid"])


@asynccontextmanager
async def on_air(endpoint: Endpoint) -> AsyncIterator[None]:
    """The show is live, and a desktop sends pictures."""
    wanted = asyncio.Event()

    async def handle(message: object) -> None:
        if isinstance(message, wire.Keyframe):
            wanted.set()

    async with aiohttp.ClientSession() as http:
        connection = await connect(http, endpoint.url, endpoint.token, hello("bench", "bench", "", studio=True))
        reader = asyncio.create_task(connection.run(handle))
        media = await _begin(http, endpoint, connection)
        sender = asyncio.create_task(_send(media[0], media[1], wanted))
        try:
            await asyncio.sleep(0.5)
            try:
                await connection.execute(show_commands.ShowStart())
            except Confirm as error:
                await connection.execute(show_commands.ShowStart(confirm=error.confirm))
            yield
        finally:
            for task in (sender, reader):
                task.cancel()
            await asyncio.gather(sender, reader, return_exceptions=True)
            await connection.close()


async def _begin(
    http: aiohttp.ClientSession, endpoint: Endpoint, connection: Connection
) -> tuple[aiohttp.ClientWebSocketResponse, int]:
    product = Product(id="oil", title="Oil", price_minor=24_900)
    await connection.execute(show_commands.ShowCreate(id=SHOW, title="Abused", brand="Bench", products=(product,)))
    await connection.execute(CallRulesSet(rules=RULES))
    lease = await connection.lease(wire.Lease(action="take", show=SHOW, renditions=[720]))
    headers = {"Authorization": f"Bearer {endpoint.token}", SESSION_HEADER: connection.welcome.session}
    return await http.ws_connect(f"{endpoint.url}/studio/media", headers=headers), lease.epoch


async def _send(socket: aiohttp.ClientWebSocketResponse, epoch: int, wanted: asyncio.Event) -> None:
    """What looks like 1.5 Mbit/s of H.264 to whoever does not decode it, a keyframe a second and when one is wanted."""
    start = b"\0\0\0\1"
    key = start + b"\x67" + b"\x42" * 20 + start + b"\x68" + b"\x42" * 4 + start + b"\x65" + b"\x42" * KEY_BYTES
    begun = time.monotonic()
    with contextlib.suppress(ConnectionError):
        for number in range(1 << 30):
            await asyncio.sleep(max(0.0, begun + number / FPS - time.monotonic()))
            is_key = wanted.is_set() or number % FPS == 0
            wanted.clear()
            payload = key if is_key else start + b"\x41" + b"\x42" * PICTURE_BYTES
            packet = wire.MediaPacket(wire.VIDEO, 2, is_key, epoch, number + 1, number * 1_000_000_000 // FPS, payload)
            await socket.send_bytes(packet.pack())
