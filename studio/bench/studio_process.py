"""A headless studio of its own: own folders, own server, own show."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.bench.machine import pinned
from studio.bench.stage import process
from studio.errors import DeviceFailed

READY_S = 60.0


@dataclass(frozen=True)
class RunningStudio:
    """`ready` is the studio's first line; `ready_s` how long it took."""

    ready: dict[str, Any]
    ready_s: float
    child: "subprocess.Popen[bytes]"
    home: Path

    @property
    def viewer(self) -> str:
        """The viewer page."""
        return str(self.ready["viewer"])

    def line(self, key: str) -> dict[str, Any]:
        """The next line it prints that has `key`."""
        return _line(self.child, key)


@contextlib.contextmanager
def running_studio(
    home: Path, show: dict[str, Any] | Path, settings: dict[str, Any] | None = None, *words: str, go_live: bool = True
) -> Iterator[RunningStudio]:
    """A studio that runs `show` until the block ends, live unless told otherwise; `words` are given to `vitrine run`."""
    if not isinstance(show, Path):
        path = home / "bench.show.json"
        path.write_text(json.dumps(show))
        show = path
    (home / "config").mkdir(parents=True, exist_ok=True)
    (home / "config" / "settings.json").write_text(json.dumps(settings or {}))
    run = [sys.executable, "-m", "studio", "run", "--headless", "--show", str(show), *words, *["--go-live"] * go_live]
    begun = time.monotonic()
    with process(pinned(run), env=os.environ | {"VITRINE_HOME": str(home)}, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        ready = _line(child, "ready")
        studio = RunningStudio(ready, time.monotonic() - begun, child, home)
        if go_live:
            while _line(child, "event")["event"] != "stream.started":
                pass
        yield studio


def _line(child: "subprocess.Popen[bytes]", key: str) -> dict[str, Any]:
    """The next line of the studio that has `key`."""
    assert child.stdout is not None
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        if not select.select([child.stdout], [], [], 0.5)[0]:
            continue
        line = child.stdout.readline()
        if not line:
            break
        content: dict[str, Any] = json.loads(line)
        if key in content:
            return content
    raise DeviceFailed("the studio did not start")
