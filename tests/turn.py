"""A real TURN server (coturn) over TCP and TLS only, as for people whose network blocks UDP."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import free_port


@dataclass(frozen=True)
class Coturn:
    """`log()` is what it has said."""

    tls_port: int
    tcp_port: int
    log_file: Path

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")


@contextmanager
def coturn(folder: Path, host: str, secret: str, chain: Path, key: Path) -> Iterator[Coturn]:
    """Relays for whoever has a password by `secret`."""
    program = shutil.which("turnserver")
    assert program, "coturn is not installed: packaging/test.sh does that"
    running = Coturn(free_port(), free_port(), folder / "coturn.log")
    options = {
        "listening-ip": host,
        "relay-ip": host,
        "listening-port": running.tcp_port,
        "tls-listening-port": running.tls_port,
        "cert": chain,
        "pkey": key,
        "static-auth-secret": secret,
        "realm": "vitrine",
        "log-file": running.log_file,
        "pidfile": folder / "coturn.pid",
        "userdb": folder / "coturn.sqlite",
    }
    switches = ["use-auth-secret", "no-udp", "no-dtls", "no-cli", "allow-loopback-peers", "simple-log", "verbose"]
    words = [program, "-n", *(f"--{name}={value}" for name, value in options.items()), *(f"--{name}" for name in switches)]
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection((host, running.tls_port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.05)
        yield running
    finally:
        process.terminate()
        process.wait(10)
