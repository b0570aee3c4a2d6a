"""While a database is away every answer says so, whatever keeps us from it; then everything goes on."""

import asyncio
import socket
import sqlite3
from typing import Any

import pytest
from sqlalchemy import event

from studio.server import faults
from studio.server.app import ShowServer
from studio.server.db.engine import open_database
from tests.server.edges.outage import Gate, filled, goes_on, says_that_it_is_away
from tests.server.strangers import Asked, ask, look_at_log


async def test_while_postgresql_is_killed_every_answer_says_so_and_then_it_goes_on(
    behind_gate: ShowServer, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    await gate.shut()
    await says_that_it_is_away(behind_gate)
    await gate.open()
    await goes_on(behind_gate)
    look_at_log(caplog.records, errors=True)


async def test_while_sqlite_is_locked_or_broken_every_answer_says_so_and_then_it_goes_on(
    server: ShowServer, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(server)
    engine = server.tokens.engine
    assert engine is not None

    def away(*_: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    for name in ("do_execute", "do_execute_no_params"):
        event.listen(engine.sync_engine, name, away)
    await says_that_it_is_away(server)
    for name in ("do_execute", "do_execute_no_params"):
        event.remove(engine.sync_engine, name, away)
    await goes_on(server)
    look_at_log(caplog.records, errors=True)


class Slammed(Gate):
    """Lets in and hangs up at once, as a PostgreSQL that ends, or a pooler without one behind it."""

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()


async def test_a_database_that_hangs_up_is_away_and_the_body_is_not_cut_off(behind_gate: ShowServer, gate: Gate) -> None:
    await gate.shut()
    slammed = Slammed(0)
    slammed.port = gate.port
    await slammed.open()
    try:
        await says_that_it_is_away(behind_gate)
    finally:
        await slammed.shut()
        await gate.open()


async def test_a_database_at_a_name_with_two_addresses_is_away_all_the_same(
    behind_gate: ShowServer, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gate.shut()
    assert behind_gate.tokens.engine is not None
    await behind_gate.tokens.engine.dispose()

    async def both(host: str, port: int, **more: Any) -> list[Any]:
        """As most machines know localhost."""
        six = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))
        return [six, (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with monkeypatch.context() as patch:
        patch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
        answer = await ask(behind_gate, Asked("GET", b"/api/shows/other", {}))
    await gate.open()
    assert answer.status == 503, answer


@pytest.mark.parametrize(
    "error",
    [
        OSError(113, "No route to host"),
        OSError(101, "Network is unreachable"),
        FileNotFoundError(2, "No such file or directory"),
        OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 111] Connect call failed"),
        ConnectionResetError(104, "Connection reset by peer"),
        ConnectionError("unexpected connection_lost() call"),
        TimeoutError(),
    ],
    ids=repr,
)
async def test_whatever_keeps_us_from_the_database_it_is_away(
    database: str, error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = await open_database(database)
    await engine.dispose()

    def connect(*args: object, **more: object) -> Any:
        raise error

    monkeypatch.setattr(engine.sync_engine.dialect, "connect", connect)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it becomes
        async with engine.connect():
            pass
    assert isinstance(faults.known(caught.value), faults.DatabaseAway)
    assert not faults.gone(caught.value), "nobody has hung up on us"


async def test_a_server_that_ends_while_its_database_is_away_says_so_in_a_line(
    behind_gate: ShowServer, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    await gate.shut()
    await behind_gate.close()
    look_at_log(caplog.records, errors=True)
    await gate.open()
