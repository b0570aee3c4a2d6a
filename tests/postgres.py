"""A PostgreSQL of the tests' own: a fresh cluster on a socket and a free port, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binary(name: str) -> str | None:
    """PostgreSQL's own programs, which Debian keeps out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(found[0]) if found else shutil.which(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a running server with a user `vitrine` who may make databases."""
    folder = Path(tempfile.mkdtemp(prefix="vitrine-pg-"))
    user = {"user": "postgres"} if os.geteuid() == 0 else {}  # it refuses to run as root
    if user:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()
    initdb, server = binary("initdb"), binary("postgres")
    assert initdb, "PostgreSQL is not installed: packaging/test.sh does that"
    assert server
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **user}
    command = [initdb, "-D", str(data), "-U", "vitrine", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
    subprocess.run(command, check=True, timeout=60, **quiet)  # type: ignore[call-overload]
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    running = subprocess.Popen([server, "-D", str(data), "-p", str(port), *options], **quiet)  # type: ignore[call-overload]
    try:
        yield f"postgresql+asyncpg://vitrine@127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
