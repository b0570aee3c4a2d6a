"""A full disk is said wherever something is stored; recordings leave a floor, and a body that is cut off leaves nothing."""

import asyncio
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from studio.server import faults
from studio.server.app import ShowServer
from tests.fakes import until
from tests.server import strangers
from tests.server.conftest import BOTH_DATABASES
from tests.server.edges.outage import filled, goes_on, stored
from tests.server.strangers import BEARER, Asked, ask, look_at_form, look_at_log, routes_of


@BOTH_DATABASES
async def test_a_full_disk_is_507_wherever_something_is_stored(
    server: ShowServer, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(server)
    engine = server.tokens.engine
    assert engine is not None

    def full(cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            raise sqlite3.OperationalError(faults.SQLITE_FULL) if engine.dialect.name == "sqlite" else disk_full()

    event.listen(engine.sync_engine, "do_execute", full)
    for asked in stored(1):
        answer = await ask(server, asked)
        assert answer.status == 507, f"{asked}: {answer}"
        look_at_form(asked, answer)
    event.remove(engine.sync_engine, "do_execute", full)
    await goes_on(server)
    look_at_log(caplog.records, errors=True)


def disk_full() -> Exception:
    """As the driver says it, wrapped as SQLAlchemy does."""
    cause = asyncpg.exceptions.DiskFullError("could not extend file")
    error = DBAPIError("INSERT", {}, cause)
    error.__cause__ = cause
    return error


async def test_recordings_and_films_leave_a_floor_on_the_disk(
    server: ShowServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(server)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=faults.LEAST_FREE + 1000))
    multipart = {"Content-Type": "multipart/form-data; boundary=b"}
    left = strangers.form(b'{"contact":"a@b.example"}', b"\x1a\x45\xdf\xa3" + b"x" * 100)
    offer = {
        "id": "a-film-12",
        "kind": "clip",
        "title": "A",
        "length_ms": 1,
        "width": 2,
        "height": 2,
        "size": 5000,
        "sha256": "0" * 64,
    }
    for asked in (
        Asked("POST", b"/api/calls/messages", multipart, left),
        Asked("POST", b"/studio/shows/demo/films", dict(BEARER), json.dumps(offer).encode()),
    ):
        answer = await ask(server, asked)
        assert answer.status in (503, 507), f"{asked}: {answer}"
        look_at_form(asked, answer)
    assert not [path for path in (server.config.data_dir / "messages").glob("*") if path.is_file()]
    look_at_log(caplog.records)


async def test_who_hangs_up_in_the_middle_of_a_body_leaves_nothing(server: ShowServer, caplog: pytest.LogCaptureFixture) -> None:
    await filled(server)
    cut = strangers.form(b'{"contact":"a@b.example"}', b"\x1a\x45\xdf\xa3" + b"x" * 200_000)[:100_000]
    assert server._listener is not None
    listener = server._listener
    for route in routes_of(server):
        if route.method in ("GET", "HEAD"):
            continue
        for kind in strangers.TYPES:
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            head = f"{route.method} {route.target().decode()} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
            head += f"Content-Type: {kind}\r\nAuthorization: {BEARER['Authorization']}\r\n\r\n"
            writer.write(head.encode() + cut[: 40_000 if kind else 0])
            await writer.drain()
            await until(lambda: sum(listener.open.values()) == 1)
            writer.transport.abort()
            await until(lambda: not listener.open)
    assert server.app is not None
    await until(lambda: not [task for task in asyncio.all_tasks() if "RequestHandler.start" in repr(task)])
    assert not [path for path in (server.config.data_dir / "messages").glob("*") if path.is_file()]
    look_at_log(caplog.records)
