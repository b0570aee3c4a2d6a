"""`vitrine serve` as a process: locks its database, prints one ready line, leaves a note where to find it, ends cleanly."""

import asyncio
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from studio import paths
from studio.errors import Held
from studio.server.app import ShowServer
from studio.server.auth import Tokens
from studio.server.config import ServerConfig, sqlite_file
from studio.server.db.engine import unopened

log = logging.getLogger(__name__)

COLLECT = (700, 10, 100)
"""Of the last, Python's own is 10: with two hundred viewers who are connecting a full collection takes 130 ms, in which nobody is
answered."""

ADVISORY_LOCK = 0x76697472
SOCKETS_MOST = 65_536


class DatabaseLock:
    """One server a database file: held as long as the process lives, freed by the system when it dies."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        try:
            self._file = paths.lock(self.path)
        except BlockingIOError:
            raise Held("Another server already uses {path}", path=str(database)) from None
        except OSError as error:
            raise unopened(database, error.strerror or str(error)) from None

    def release(self) -> None:
        """Let another server have it."""
        self._file.close()


@asynccontextmanager
async def sole_user(url: str) -> AsyncIterator[None]:
    """The same for a PostgreSQL database: an advisory lock, freed by the server when our connection ends. Raises `Held`."""
    if sqlite_file(url) is not None:
        yield
        return
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            held = (await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK})).scalar()
            await connection.commit()
            if not held:
                raise Held("Another server already uses {path}", path=make_url(url).render_as_string(hide_password=True))
            yield
    finally:
        await engine.dispose()


async def serve(config: ServerConfig, token: str, *, note: Path | None, announce: Callable[[dict[str, object]], None]) -> None:
    """Run until SIGINT or SIGTERM, or, with `linger_s`, until no desktop has been there for so long. SIGHUP: the
    certificate was renewed."""
    async with sole_user(config.database):
        await _serve(config, token, note=note, announce=announce)


async def _serve(config: ServerConfig, token: str, *, note: Path | None, announce: Callable[[dict[str, object]], None]) -> None:
    allow_many_sockets()
    tokens = Tokens()
    tokens.add(token, "host")
    server = ShowServer(config, tokens)
    await server.start()
    gc.freeze()  # what is here stays: a full collection need not look at it
    gc.set_threshold(*COLLECT)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows: its asyncio has no signal handlers, Ctrl-C raises KeyboardInterrupt
            pass
    if hasattr(signal, "SIGHUP"):
        loop.add_signal_handler(signal.SIGHUP, server.reload)
    ready = {"ready": True, "url": server.url, "port": server.port, "pid": os.getpid()}
    if note is not None and _belongs_to_another(note):
        note = None  # a second server beside a running studio must not take its place in the note
    if note is not None:
        content = {"pid": os.getpid(), "port": server.port, "url": server.url, "token": token, "database": config.database}
        paths.write_atomically(note, json.dumps(content).encode(), mode=0o600)
    announce(ready)
    try:
        await _until_stopped(server, config.linger_s, stop)
    finally:
        if note is not None and _is_ours(note):
            note.unlink(missing_ok=True)
        await server.close()


def allow_many_sockets() -> None:
    """Each page and each viewer is a file descriptor: have as many as the system lets us."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = min(hard, SOCKETS_MOST) if hard != resource.RLIM_INFINITY else SOCKETS_MOST
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _belongs_to_another(note: Path) -> bool:
    """Whether the note speaks of another process that is alive (on Windows there is no asking without harm)."""
    if os.name != "posix":
        return False
    try:
        pid = int(json.loads(note.read_bytes())["pid"])
        os.kill(pid, 0)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return pid != os.getpid()


def _is_ours(note: Path) -> bool:
    try:
        return bool(json.loads(note.read_bytes()).get("pid") == os.getpid())
    except (OSError, ValueError):
        return False


async def _until_stopped(server: ShowServer, linger_s: float, stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    alone_since = loop.time()
    while not stop.is_set():
        try:
            async with asyncio.timeout(0.5):
                await stop.wait()
        except TimeoutError:
            pass
        if server.link.engines:
            alone_since = loop.time()
        elif linger_s and loop.time() - alone_since > linger_s:
            log.info("no desktop for %.0f s: the server ends itself", linger_s)
            return
