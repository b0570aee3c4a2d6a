"""A PostgreSQL of a benchmark's own, as Debian sets it up: what is answered is on the disk. Gone afterwards."""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

USER = "postgres"
"""It refuses to run as root; Debian's package makes this user."""


def missing() -> str:
    """What this machine lacks for it, in a line; empty: nothing."""
    if _program("initdb") is None or _program("pg_ctl") is None:
        return "PostgreSQL is not installed (Debian: apt-get install postgresql): its rows are left out"
    if importlib.util.find_spec("asyncpg") is None:
        return "asyncpg is not installed (the extra “postgresql”): PostgreSQL's rows are left out"
    return ""


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """`host:port/database` of a running server, whose user `vitrine` needs no password."""
    folder = Path(tempfile.mkdtemp(prefix="vb-pg-", dir="/tmp" if Path("/tmp").is_dir() else None))
    if _is_root():
        shutil.chown(folder, USER)
    port = _free_port()
    data, settings = folder / "data", f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    try:
        _run("initdb", folder, "-D", str(data), "-U", "vitrine", "--auth=trust", "--encoding=UTF8", "--locale=C")
        _run("pg_ctl", folder, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", settings, "start")
        try:
            yield f"127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", folder, "-D", str(data), "-w", "-m", "fast", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str | None:
    """PostgreSQL's own programs, which Debian keeps out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(found[0]) if found else shutil.which(name)


def _run(name: str, folder: Path, *words: str) -> None:
    program = _program(name)
    assert program is not None
    who = USER if _is_root() else None
    subprocess.run([program, *words], check=True, timeout=120, cwd=folder, user=who, stdout=subprocess.DEVNULL)


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
