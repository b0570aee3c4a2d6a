"""`vitrine serve` as people and desktops run it: a process of its own."""

import asyncio
import json
import os
import signal
import socket
import stat
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from studio.commands.show import ShowCreate
from studio.errors import Held
from studio.link.server_process import ServerProcess, running
from studio.server.process import DatabaseLock
from tests.fakes import TIMEOUT_S
from tests.server.fakes import Desktop

pytestmark = pytest.mark.usefixtures("home")


class Served:
    """A running `vitrine serve`."""

    def __init__(self, process: asyncio.subprocess.Process, ready: dict[str, Any]) -> None:
        self.process = process
        self.ready = ready
        self.url = str(ready.get("url", ""))

    async def end(self) -> int:
        """Wait for its end; the exit status."""
        async with asyncio.timeout(TIMEOUT_S):
            return await self.process.wait()


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Start `vitrine serve` with these words; ended with the test."""
    started: list[asyncio.subprocess.Process] = []

    async def start(*words: str, database: str = "shows.sqlite") -> Served:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", "-m", "studio", "serve", "--database", str(tmp_path / database), *words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {"VITRINE_TOKEN": "the-host's-token", "VITRINE_LANGUAGE": "en"},
        )
        started.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(TIMEOUT_S):
            line = await process.stdout.readline()
        return Served(process, json.loads(line) if line else {})

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def test_a_database_has_one_server(tmp_path: Path) -> None:
    lock = DatabaseLock(tmp_path / "a.sqlite")
    with pytest.raises(Held, match=r"Another server already uses .*a\.sqlite"):
        DatabaseLock(tmp_path / "a.sqlite")
    other = DatabaseLock(tmp_path / "b.sqlite")
    lock.release()
    DatabaseLock(tmp_path / "a.sqlite").release()
    other.release()


async def test_it_says_where_it_is_leaves_a_private_note_and_ends_cleanly(serve: Callable[..., Any], home: Path) -> None:
    server = await serve()
    assert server.ready["ready"] is True
    assert server.ready["pid"] == server.process.pid
    note = home / "run" / "server.json"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    content = json.loads(note.read_text())
    assert (content["pid"], content["port"], content["token"]) == (server.process.pid, server.ready["port"], "the-host's-token")
    found = await running()
    assert found is not None
    assert (found.url, found.pid, found.desktops) == (server.url, server.process.pid, 0)

    beside, second = await asyncio.gather(serve(database="other.sqlite"), serve())
    assert beside.ready["ready"] is True
    assert json.loads(note.read_text()) == content, "a second server does not take its place"
    beside.process.terminate()
    assert await beside.end() == 0
    assert json.loads(note.read_text()) == content

    assert (second.ready, await second.end()) == ({}, 2)
    words = (await second.process.stderr.read()).decode()
    assert words.count("\n") == 1
    assert "Another server already uses" in words

    server.process.send_signal(signal.SIGTERM)
    assert await server.end() == 0
    assert not note.exists()
    assert b"Traceback" not in await server.process.stderr.read()
    assert await running() is None


async def test_it_ends_cleanly_while_people_are_connected_and_leaves_somebody_elses_note_alone(
    serve: Callable[..., Any], home: Path
) -> None:
    server = await serve()
    note = home / "run" / "server.json"
    note.write_text('{"pid": 1}')
    async with aiohttp.ClientSession() as http:
        desktop = await Desktop(http, server.url).connect()
        await desktop.do(ShowCreate(id="demo", title="Demo"))
        await desktop.take()
        async with http.ws_connect(f"{server.url}/shows/demo/ws") as page:
            await page.send_json({"t": "hello"})
            await page.receive_json()
            server.process.send_signal(signal.SIGINT)
            assert await server.end() == 0
        await desktop.close()
    words = (await server.process.stderr.read()).decode()
    assert "Traceback" not in words, words
    assert note.read_text() == '{"pid": 1}'


async def test_a_taken_port_is_one_line_and_a_status(serve: Callable[..., Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = await serve("--port", str(port))
        assert (server.ready, await server.end()) == ({}, 2)
    words = (await server.process.stderr.read()).decode()
    assert words.count("\n") == 1, words
    assert f"127.0.0.1:{port}" in words


async def test_without_a_desktop_it_ends_itself_after_a_while_and_with_one_it_stays(
    serve: Callable[..., Any], home: Path
) -> None:
    server = await serve("--linger", "0.4")
    async with aiohttp.ClientSession() as http:
        desktop = await Desktop(http, server.url, show="").connect()
        await asyncio.sleep(1.0)
        assert server.process.returncode is None
        await desktop.close()
    began = time.monotonic()
    assert await server.end() == 0
    assert time.monotonic() - began > 0.1
    assert not (home / "run" / "server.json").exists()


async def test_a_desktop_starts_one_finds_it_again_and_ends_it(home: Path) -> None:
    child = ServerProcess(database=home / "shows.sqlite", linger_s=60)
    endpoint = await child.start()
    assert child.alive
    found = await running()
    assert found is not None
    assert (found.url, found.token, found.pid) == (endpoint.url, endpoint.token, endpoint.pid)
    async with aiohttp.ClientSession() as http:
        desktop = await Desktop(http, endpoint.url, show="", token=endpoint.token).connect()
        assert desktop.welcome.pid == endpoint.pid
        found = await running()
        assert found is not None
        assert found.desktops == 1
        await desktop.close()
    await child.close()
    assert not child.alive
    assert await running() is None


async def test_a_note_of_a_server_that_is_gone_is_no_server(home: Path) -> None:
    note = home / "run" / "server.json"
    note.parent.mkdir()
    for content in ("", "{}", "[]", '{"url": "http://127.0.0.1:1", "token": "x", "pid": 1}'):
        note.write_text(content)
        assert await running() is None


async def test_a_file_of_settings_and_a_token_made_beside_the_running_server(
    serve: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "vitrine.toml"
    settings.write_text('[server]\nhost = "127.0.0.1"\nport = 0\n[log]\nformat = "json"\nlevel = "debug"\n')
    served = await serve("--config", str(settings))
    words = (sys.executable, "-m", "studio", "token")
    database = ("--config", str(settings), "--database", str(tmp_path / "shows.sqlite"))

    async def token(*more: str) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            *words, *more, *database, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    status, made, said = await token("new", "--role", "producer", "--name", "Sune", "--days", "30")
    assert (status, len(made.splitlines())) == (0, 1), said
    assert "producer" in said
    assert made.strip() not in said
    async with aiohttp.ClientSession() as http:
        desktop = await Desktop(http, served.url, token=made.strip()).connect()
        assert desktop.welcome.role == "producer"
        await desktop.close()
    _, listed, _ = await token("list")
    identity = listed.split()[0]
    assert "Sune" in listed
    assert made.strip() not in listed
    assert (await token("revoke", identity))[0] == 0
    assert (await token("revoke", identity))[:2] == (2, "")
    served.process.send_signal(signal.SIGTERM)
    _, err = await served.process.communicate()
    lines = [json.loads(line) for line in err.decode().splitlines()]
    assert lines
    assert {"time", "level", "logger", "message"} <= set(lines[0])
    assert made.strip() not in err.decode()


async def test_bad_settings_are_one_line_and_status_2(serve: Callable[..., Any], tmp_path: Path) -> None:
    settings = tmp_path / "vitrine.toml"
    settings.write_text("[server]\nprot = 443\n")
    served = await serve("--config", str(settings))
    _, err = await served.process.communicate()
    assert served.process.returncode == 2
    assert err.decode().splitlines() == [
        "vitrine: server.prot: There is no such setting; see packaging/vitrine.toml for those there are"
    ]
