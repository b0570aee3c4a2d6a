"""The machine a figure was measured on."""

import os
import platform
import sys
from pathlib import Path


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
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()} {platform.release().split('-')[0]}, Python {sys.version.split()[0]}"


def cpu_s(pid: int) -> float:
    """Processor seconds a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stolen_s() -> float:
    """Processor seconds that the host gave to others while this machine wanted them, since it started (Linux; proc(5))."""
    stat = Path("/proc/stat")
    return int(stat.read_text(encoding="utf-8").split()[8]) / os.sysconf("SC_CLK_TCK") if stat.exists() else 0.0
