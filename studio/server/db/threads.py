"""The threads in which SQLite works: none of them outlives its engine.

aiosqlite gives every connection a thread. Where a task is cancelled in the middle of a statement, SQLAlchemy lets the connection
go without waiting, and its thread tells a loop that has ended by then what came of it: that raises where nobody can catch it.
"""

import asyncio
import logging
import sqlite3
import time
from functools import partial
from typing import Any
from weakref import WeakSet

from aiosqlite import Connection
from sqlalchemy import Engine, event
from sqlalchemy.util import await_

WAIT_S = 10.0
CHUNK = 64  # rows that aiosqlite takes at a time where somebody iterates: its own default
log = logging.getLogger(__name__)


class Threads:
    """Opens the connections of one engine, and waits for their threads when it is disposed of."""

    def __init__(self) -> None:
        self._opened: WeakSet[_Connection] = WeakSet()

    def watch(self, engine: Engine) -> None:
        """Do so for `engine`."""
        event.listen(engine, "do_connect", self._connecting)
        event.listen(engine, "engine_disposed", self._disposed)

    def _connecting(self, dialect: object, record: object, args: list[Any], more: dict[str, Any]) -> None:
        more["async_creator_fn"] = self._open

    def _open(self, *args: Any, **more: Any) -> Connection:
        connection = _Connection(partial(sqlite3.connect, *args, **more), CHUNK)
        connection.thread.daemon = True  # as SQLAlchemy does where it opens one itself
        self._opened.add(connection)
        return connection

    def _disposed(self, engine: Engine) -> None:
        await_(asyncio.to_thread(self._join))

    def _join(self) -> None:
        until = time.monotonic() + WAIT_S
        for thread in [one.thread for one in self._opened if one.thread.is_alive()]:
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                log.warning("SQLite was still at work after %s s: a connection was not given back", WAIT_S)
                return


class _Connection(Connection):
    """One that may be stopped twice: whoever asks second would wait for a thread that has ended."""

    _stopping: "asyncio.Future[Any] | None" = None

    def __init__(self, connector: Any, chunk: int) -> None:
        super().__init__(connector, chunk)
        self.thread = self._thread

    def stop(self) -> "asyncio.Future[Any] | None":
        self._stopping = self._stopping or super().stop()
        return self._stopping
