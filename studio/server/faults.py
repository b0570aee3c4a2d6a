"""What can fail below a request, as an error that whoever asked can understand: the database is away, the disk is full.

Everything else is a fault of ours: `place_of` says where, in few enough words for one line of a log, with nobody's address.
"""

import errno
import shutil
import socket
import sqlite3
import traceback
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

import studio
from studio.errors import InvalidValue, Overloaded, StudioError, Unreachable
from studio.i18n import N_

AWAY_S = 2
"""When to ask again."""
LEAST_FREE = 256 << 20
"""What films and recordings leave on the disk."""
ROOT = Path(studio.__file__).parent.parent
SQLITE_FULL = "database or disk is full"
SQLSTATE_DISK_FULL = "53100"
SQLSTATES_AWAY = ("08", "53", "57P")
"""PostgreSQL, appendix A: connection exceptions, insufficient resources, shutting down or starting."""


class DiskFull(Overloaded):
    """There is no room on the server's disk."""

    code = "disk_full"


class DatabaseAway(Unreachable):
    """The database does not answer, or not in time."""

    code = "database_away"


def known(error: BaseException) -> StudioError | None:
    """`error` as one that people are told; None for a fault of ours."""
    if isinstance(error, StudioError):
        return error
    if isinstance(error, RecursionError):
        return InvalidValue(N_("It is nested too deeply"))
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return _full()
        if isinstance(cause, sqlite3.OperationalError):
            return _full() if SQLITE_FULL in str(cause) else _away()
        state = getattr(cause, "sqlstate", None)
        if state == SQLSTATE_DISK_FULL:
            return _full()
        if isinstance(state, str) and state.startswith(SQLSTATES_AWAY):
            return _away()
        if isinstance(cause, PoolTimeout | InterfaceError | ConnectionRefusedError | socket.gaierror | TimeoutError):
            return _away()
        if isinstance(cause, DBAPIError) and cause.connection_invalidated:
            return _away()
        if isinstance(cause, OSError) and _in_database(cause):
            return _away()
    return None


def leave_floor(folder: Path, wanted: int) -> None:
    """Raises `DiskFull` when so many bytes more would leave too little on the disk: the database lives there too."""
    there = folder if folder.is_dir() else folder.parent
    if shutil.disk_usage(there).free - wanted < LEAST_FREE:
        raise _full()


def gone(error: BaseException) -> bool:
    """Whether it only says that the other side has hung up: nobody's fault."""
    lost = isinstance(error, ConnectionResetError | BrokenPipeError | ConnectionAbortedError)
    return lost and not _in_database(error)


def place_of(error: BaseException) -> str:
    """The error's type and the innermost line of ours that it passed: `KeyError at studio/server/whep.py:12`."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(ROOT / "studio")]
    where = f" at {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{where}"


def _in_database(error: BaseException) -> bool:
    """Whether it came out of SQLAlchemy: the network between us and the database."""
    frames, at = error.__traceback__, False
    while frames is not None and not at:
        at, frames = frames.tb_frame.f_globals.get("__name__", "").startswith("sqlalchemy."), frames.tb_next
    return at


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is not None and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [getattr(cause, "orig", None), cause.__cause__]


def _full() -> DiskFull:
    return DiskFull(N_("There is no room on the server's disk"))


def _away() -> DatabaseAway:
    return DatabaseAway(N_("The server cannot reach its database; try again in a moment"))
