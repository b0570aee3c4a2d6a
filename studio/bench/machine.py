"""The machine a figure was measured on."""

import os
import platform
import sys
import threading
from pathlib import Path

from msgspec import Struct

HALF = "VITRINE_BENCH_HALF"
"""Set in the environment: what is measured is pinned to one core."""


def describe() -> str:
    """Processor, cores, system and Python in one line."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        model = next(
            (
                line.partition(":")[2].strip()
                for line in info.read_text(encoding="utf-8").splitlines()
                if line.startswith("model name")
            ),
            model,
        )
    half = " of which one is used" if os.environ.get(HALF) else ""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{model}, {cores} cores{half}, {platform.system()} {platform.release().split('-')[0]}, Python {sys.version.split()[0]}"
    )


def cpu_s(pid: int) -> float:
    """Processor seconds a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int, kind: str = "Pss") -> float:
    """Megabytes (2^20 bytes) of a process, shared pages divided among those who share them; `kind` is a line of smaps_rollup
    (Linux; proc(5))."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{kind}:")) / 1024


def stolen_s() -> float:
    """Processor seconds that the host gave to others while this machine wanted them, since it started (Linux; proc(5))."""
    stat = Path("/proc/stat")
    return int(stat.read_text(encoding="utf-8").split()[8]) / os.sysconf("SC_CLK_TCK") if stat.exists() else 0.0


def pinned(words: list[str]) -> list[str]:
    """The words of a command; with half a machine it runs, with its children, on the first core alone (Linux; taskset(1))."""
    return ["taskset", "-c", str(min(os.sched_getaffinity(0))), *words] if os.environ.get(HALF) else words


class ThreadTime(Struct, frozen=True):
    """What threads of one name have used: seconds of processor, and seconds ready but waiting for one."""

    name: str
    used_s: float
    waited_s: float


def threads(pid: int | str = "self") -> dict[str, ThreadTime]:
    """The threads of a process by name (Linux; proc(5), sched-stats). Of our own process Python's names are taken."""
    known = {str(thread.native_id): thread.name for thread in threading.enumerate()} if pid == "self" else {}
    found: dict[str, ThreadTime] = {}
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            name = known.get(task.name) or (task / "comm").read_text(encoding="utf-8").strip()
            used, waited, _times = (int(word) for word in (task / "schedstat").read_text(encoding="utf-8").split())
        except (OSError, ValueError):  # it ended meanwhile, or this kernel keeps no such statistics
            continue
        old = found.get(name, ThreadTime(name, 0, 0))
        found[name] = ThreadTime(name, old.used_s + used / 1e9, old.waited_s + waited / 1e9)
    return found
