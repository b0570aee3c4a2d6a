"""Chat fan-out: one server process, five thousand pages' sockets in another, some of which never read."""

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

from studio.bench import machine
from studio.bench.report import Row
from studio.bench.show_on_server import SHOW, ShowOnServer, show_on_server
from studio.commands.chat import ChatSay

SOCKETS, STALLED = 5000, 20
LINES_A_SECOND = 20


def run(seconds: float = 20.0) -> list[Row]:
    """Let everybody connect, then talk for `seconds`."""
    return asyncio.run(_run(seconds))


async def _run(seconds: float) -> list[Row]:
    async with show_on_server() as show:
        pid = show.endpoint.pid
        assert pid is not None
        before = machine.memory_mb(pid, "Pss_Anon")
        words = [sys.executable, "-m", "studio.bench.chat_readers", show.endpoint.url, SHOW, str(SOCKETS), str(STALLED)]
        readers = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE, stdin=subprocess.PIPE)
        assert readers.stdout is not None
        assert readers.stdin is not None
        await readers.stdout.readline()  # all are there
        await asyncio.sleep(2)
        memory = machine.memory_mb(pid, "Pss_Anon") - before
        used, begun = machine.cpu_s(pid), time.monotonic()
        await _talk(show, seconds)
        used, took = machine.cpu_s(pid) - used, time.monotonic() - begun
        await asyncio.sleep(1)
        readers.stdin.close()
        result: dict[str, Any] = json.loads(await readers.stdout.readline())
        await readers.wait()
    lines = round(seconds * LINES_A_SECOND)
    return [
        Row(name="sockets, of which stalled", value=SOCKETS, unit=""),
        Row(name="line said → read by a page, p50", value=result["p50_ms"], unit="ms"),
        Row(name="line said → read by a page, p95", value=result["p95_ms"], unit="ms", most=150),
        Row(name="lines that reached every reading page", value=100 * result["complete"] / lines, unit="%", least=100),
        Row(name="server's processor", value=used / took, unit="cores", most=0.8),
        Row(name="server's memory a socket", value=memory * 1048.576 / SOCKETS, unit="kB", most=60),
    ]


async def _talk(show: ShowOnServer, seconds: float) -> None:
    """A line every twentieth of a second; each says when it was said."""
    said: list[asyncio.Task[Any]] = []
    begun = time.monotonic()
    for number in range(round(seconds * LINES_A_SECOND)):
        await asyncio.sleep(max(0.0, begun + number / LINES_A_SECOND - time.monotonic()))
        said.append(asyncio.create_task(show.connection.execute(ChatSay(text=f"said={time.monotonic_ns()};"))))
    await asyncio.gather(*said)
