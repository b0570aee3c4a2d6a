"""Ten minutes live with one viewer and a scene change every ten seconds: nothing may grow after the second minute."""

import asyncio
import contextlib
import os
import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from studio import wire
from studio.bench import stage
from studio.bench.browser import chromium, wait_playing
from studio.bench.report import Row, median
from studio.bench.studio_process import RunningStudio, running_studio
from studio.link.connection import Connection, connect, hello
from studio.link.server_process import running

SHOW = {
    "version": 1,
    "show": {"id": "soak", "title": "Soak"},
    "sources": [
        {"id": "pattern", "kind": "test_pattern", "name": "Pattern"},
        {"id": "words", "kind": "text", "name": "Words", "settings": {"text": "Soak"}},
    ],
    "scenes": [
        {"id": "main", "name": "Main", "items": [{"id": "1", "source": "pattern"}]},
        {"id": "both", "name": "Both", "items": [{"id": "1", "source": "pattern"}, {"id": "2", "source": "words"}]},
    ],
}
EVERY_S = 5.0
TAKE_EVERY = 2
WARM_S = 120.0
"""Caches fill, the allocator settles, codecs reach their working set."""
STALL_S = 0.030
LAST = 12
"""Samples at either end that are compared, a minute of them."""


@dataclass
class Sample:
    """One process: resident memory in MB, threads, file descriptors."""

    memory_mb: float
    threads: float
    files: float


@dataclass
class Soak:
    """What was seen, sample by sample. `stream` is the desktop's own account."""

    desktop: list[Sample] = field(default_factory=list)
    server: list[Sample] = field(default_factory=list)
    queues: list[float] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    stalls: list[float] = field(default_factory=list)
    """Seconds at which the machine let an idle thread wait."""
    stream: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def sample(pid: int) -> Sample:
    """Linux's account of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = {name: float(value) for name, value in re.findall(r"^(VmRSS|Threads):\s+(\d+)", status, re.MULTILINE)}
    return Sample(found["VmRSS"] / 1024, found["Threads"], sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()))


def run(seconds: float = 600.0) -> list[Row]:
    """Watch for `seconds`; of less than three minutes the first half is the warm-up."""
    soak, stop = Soak(), threading.Event()
    with stage.folder() as folder, running_studio(folder, SHOW, {"video.rendition": "720"}) as studio:
        with chromium(sound=False) as browser:
            page = browser.new_page(viewport={"width": 640, "height": 400})
            page.goto(studio.viewer)
            wait_playing(page)
            watcher = threading.Thread(target=lambda: asyncio.run(_watch(studio, soak, stop)), name="soak")
            witness = threading.Thread(target=_witness, args=(soak, stop), name="witness")
            for thread in (watcher, witness):
                thread.start()
            stop.wait(seconds)
            stop.set()
            for thread in (watcher, witness):
                thread.join()
            playing = page.get_attribute("vitrine-show", "state") == "playing"
    if soak.problem:
        raise RuntimeError(soak.problem)
    return [*_rows(soak, min(WARM_S, seconds / 2)), Row(name="viewer still playing", value=float(playing), unit="", least=1)]


def _witness(soak: Soak, stop: threading.Event) -> None:
    """A thread that does nothing but sleep: when it wakes late, so does everybody, whatever they do."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), -15)
    begun = last = time.monotonic()
    while not stop.is_set():
        time.sleep(0.005)
        now = time.monotonic()
        if now - last > STALL_S:
            soak.stalls.append(now - begun)
        last = now


async def _watch(studio: RunningStudio, soak: Soak, stop: threading.Event) -> None:
    endpoint = await running(studio.home / "run" / "server.json")
    assert endpoint is not None
    pids = studio.child.pid, studio.ready["server_pid"]
    async with aiohttp.ClientSession() as http:
        greeting = hello("bench-soak", "soak", "", studio=False)
        connection = await connect(http, endpoint.url, endpoint.token, greeting)
        reader = asyncio.create_task(connection.run(_keep(soak)))
        try:
            await _sample_all(http, connection, endpoint.url, pids=pids, soak=soak, stop=stop)
        except Exception as error:  # told by the thread that waits for us
            soak.problem = f"{type(error).__name__}: {error}"
            stop.set()
        finally:
            await connection.close()
            await reader


def _keep(soak: Soak) -> Any:
    async def keep(message: wire.AnyMessage) -> None:
        if isinstance(message, wire.StateMessage) and message.branch == "stream":
            soak.stream = message.value

    return keep


async def _sample_all(
    http: aiohttp.ClientSession, connection: Connection, url: str, *, pids: tuple[int, int], soak: Soak, stop: threading.Event
) -> None:
    number, begun = 0, time.monotonic()
    while not stop.is_set():
        soak.desktop.append(sample(pids[0]))
        soak.server.append(sample(pids[1]))
        async with http.get(f"{url}/metrics") as response:
            found = re.search(r"^vitrine_event_queue (\S+)$", await response.text(), re.MULTILINE)
        soak.queues.append(float(found[1]) if found else 0.0)
        soak.late.append(soak.stream.get("late_render", 0))
        soak.dropped.append(soak.stream.get("dropped_encoder", 0) + soak.stream.get("dropped_network", 0))
        if number % TAKE_EVERY == 0:
            await connection.request("scene.take", {"scene": ("both", "main")[number // TAKE_EVERY % 2]})
        number += 1
        await asyncio.to_thread(stop.wait, max(0.0, begun + number * EVERY_S - time.monotonic()))


def _rows(soak: Soak, warm_s: float) -> list[Row]:
    rows = []
    first = max(1, min(len(soak.desktop) - 2, round(warm_s / EVERY_S)))
    span = max(1, min(LAST, (len(soak.desktop) - first) // 2))
    for name, samples in (("desktop", soak.desktop), ("server", soak.server)):
        for what, unit, most in (("memory_mb", "MB", 4.0), ("threads", "", 0.0), ("files", "", 0.0)):
            values = [float(getattr(one, what)) for one in samples[first:]]
            before, after = median(values[:span]), median(values[-span:])
            shown = {"memory_mb": "memory", "threads": "threads", "files": "file descriptors"}[what]
            rows.append(Row(name=f"{name}: {shown} at the end", value=after, unit=unit))
            rows.append(Row(name=f"{name}: {shown}, growth after the warm-up", value=after - before, unit=unit, most=most))
    rows.append(Row(name="events waiting to be stored, most", value=max(soak.queues[first:]), unit="", most=0))
    rows.append(Row(name="late ticks after the warm-up", value=soak.late[-1] - soak.late[first], unit="", most=0))
    rows.append(Row(name="pictures dropped after the warm-up", value=soak.dropped[-1] - soak.dropped[first], unit="", most=0))
    stalls = sum(1 for at_s in soak.stalls if at_s > warm_s)
    rows.append(Row(name="times an idle thread woke over 30 ms late meanwhile", value=stalls, unit=""))
    return rows
