"""What the whole product asks of a laptop: its window, the demo show on air with one viewer; and off air with nothing moving.

The window is a real one on an X display that draws in software, so its painting is in the figure as it is on a machine without a
graphics chip; the browser's work is not.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from studio import paths
from studio.bench import stage
from studio.bench.browser import chromium, wait_playing
from studio.bench.machine import cpu_s, memory_mb, pinned, threads
from studio.bench.report import Row
from studio.bench.studio_client import StudioClient
from studio.commands.show import ShowStart
from studio.commands.stream import StreamStart
from studio.errors import Confirm, DeviceFailed
from studio.link.server_process import running

SETTLE_S = 8.0
LEAST_THREAD = 0.01
STILL = """{
  "version": 1,
  "show": {"id": "still", "title": "Nothing moves"},
  "sources": [
    {"id": "logo", "kind": "image", "name": "Logo", "settings": {"path": "%s"}},
    {"id": "words", "kind": "text", "name": "Words", "settings": {"text": "Tonight at eight"}}
  ],
  "scenes": [{"id": "main", "name": "Main", "items": [{"id": "1", "source": "logo"}, {"id": "2", "source": "words"}]}]
}"""


def run(seconds: float = 30.0) -> list[Row]:
    """Measure the demo show on air for `seconds`, then a still show off air for as long."""
    live, late, by_thread, memory = _on_air(seconds)
    idle = _off_air(seconds)
    rows = [
        Row(name="on air, window open, one viewer: processor", value=sum(live), unit="core", against=0.65),
        Row(name="the same: desktop", value=live[0], unit="core"),
        Row(name="the same: its server", value=live[1], unit="core"),
        Row(name="the same: late ticks", value=late, unit="ticks"),
        Row(name="the same: memory of desktop and server (PSS)", value=sum(memory), unit="MB", against=0.75),
        Row(name="the same: memory of the server", value=memory[1], unit="MB"),
        Row(name="off air, window open, nothing moves: processor", value=sum(idle), unit="core"),
        Row(name="off air ÷ on air", value=sum(idle) / sum(live), unit="×", most=0.15),
    ]
    return rows + [Row(name=f"thread {name}", value=used, unit="core") for name, used in by_thread]


def _on_air(seconds: float) -> tuple[tuple[float, float], float, list[tuple[str, float]], tuple[float, float]]:
    with _window("--demo") as (child, studio):
        studio.execute(StreamStart())
        studio.until("stream", lambda stream: stream and stream["status"] == "live", "the stream")
        try:
            studio.execute(ShowStart())
        except Confirm as error:
            studio.execute(ShowStart(confirm=error.confirm))
        pids = child.pid, studio.server_pid
        with chromium(sound=False, light=True) as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{studio.endpoint.url}/shows/demo")
            wait_playing(page)
            time.sleep(SETTLE_S)
            late, before = studio.state["stream"]["late_render"], threads(child.pid)
            used = _used(pids, seconds)
            now = threads(child.pid)
            shares = [(name, (now[name].used_s - old.used_s) / seconds) for name, old in before.items() if name in now]
            late = studio.state["stream"]["late_render"] - late
            busy = sorted((pair for pair in shares if pair[1] >= LEAST_THREAD), key=lambda pair: -pair[1])
            return used, late, busy, (memory_mb(pids[0]), memory_mb(pids[1]))


def _off_air(seconds: float) -> tuple[float, float]:
    with stage.folder() as folder:
        show = folder / "still.show.json"
        show.write_text(STILL % (paths.assets() / "demo" / "logo.png"))
        with _window("--show", str(show)) as (child, studio):
            time.sleep(SETTLE_S)
            return _used((child.pid, studio.server_pid), seconds)


@contextlib.contextmanager
def _window(*words: str) -> Iterator[tuple["subprocess.Popen[bytes]", StudioClient]]:
    """The studio in its window, and a connection to it."""
    with stage.screen(1920, 1080) as display, stage.folder() as home, stage.sound(home) as fifo, stage.process(_beep(fifo)):
        os.environ["VITRINE_HOME"] = str(home)
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        run = pinned([sys.executable, "-m", "studio", "run", *words])
        with stage.process(run, env=environment) as child:
            with _connected() as studio:
                yield child, studio


def _beep(fifo: Path) -> list[str]:
    """Something for the microphone to hear."""
    return [sys.executable, "-c", f"from studio.bench.clapper import beep; beep({str(fifo)!r})"]


@contextlib.contextmanager
def _connected() -> Iterator[StudioClient]:
    """A connection made once the desktop is at its server with its show: who comes before it would not be told of it."""
    end = time.monotonic() + stage.START_S
    while asyncio.run(running()) is None:
        _again(end)
    while True:
        with StudioClient() as studio:
            if studio.state.get("show"):
                yield studio
                return
        _again(end)


def _again(end: float) -> None:
    if time.monotonic() > end:
        raise DeviceFailed("The studio did not start")
    time.sleep(0.1)


def _used(pids: tuple[int, int], seconds: float) -> tuple[float, float]:
    """Cores that two processes use, over `seconds`."""
    begun, before = time.monotonic(), [cpu_s(pid) for pid in pids]
    time.sleep(seconds)
    passed = time.monotonic() - begun
    desktop, server = ((cpu_s(pid) - old) / passed for pid, old in zip(pids, before, strict=True))
    return desktop, server
