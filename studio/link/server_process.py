"""The show server this desktop starts for itself, or finds already running."""

import asyncio
import contextlib
import ipaddress
import json
import logging
import secrets
import subprocess
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from studio import paths
from studio.errors import InvalidValue, StudioError, Unreachable
from studio.i18n import N_
from studio.link import spare_server

log = logging.getLogger(__name__)

START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 5.0
LINGER_S = 2 * 3600.0


def check_transport(url: str, field: str = "server") -> None:
    """A token goes only where nobody reads along: over TLS, or to this machine. Raises `InvalidValue`."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise InvalidValue("{url} is not the address of a show server", field=field, url=url) from None
    if parts.scheme not in ("http", "https") or not host:
        raise InvalidValue("{url} is not the address of a show server", field=field, url=url)
    if parts.scheme == "http" and not _is_here(host):
        problem = "The token would travel in the clear: write https://{host}, or set up TLS at the server ([tls] in vitrine.toml)"
        raise InvalidValue(problem, field=field, host=host)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running server: where, its token, its process, and how many desktops it has (when asked). Raises `InvalidValue` where the
    token would travel in the clear."""

    url: str
    token: str
    pid: int | None = None
    desktops: int = 0

    def __post_init__(self) -> None:
        check_transport(self.url)


async def running(note: Path | None = None) -> Endpoint | None:
    """The server that the note in the runtime directory speaks of, when it answers."""
    note = note or paths.server_note()
    try:
        content = json.loads(note.read_bytes())
        endpoint = Endpoint(str(content["url"]), str(content["token"]), int(content["pid"]))
    except (OSError, ValueError, KeyError, TypeError, StudioError):
        return None
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.0)) as http:
            headers = {"Authorization": f"Bearer {endpoint.token}"}  # who shows it is told how many desktops there are
            async with http.get(f"{endpoint.url}/healthz", headers=headers) as response:
                health = await response.json()
                if response.status == 200 and health.get("ok"):
                    return replace(endpoint, desktops=int(health["desktops"]))
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError):
        pass
    return None


class ServerProcess:
    """A `vitrine serve` child. It outlives our crash (another desktop adopts it) and leaves with our clean end."""

    def __init__(self, *, port: int = 0, database: Path | None = None, linger_s: float = LINGER_S) -> None:
        self._port = port
        self._database = database
        self._linger_s = linger_s
        self._token = secrets.token_urlsafe(32)
        self._process: subprocess.Popen[bytes] | None = None
        self._log: threading.Thread | None = None
        self.endpoint: Endpoint | None = None

    async def start(self) -> Endpoint:
        """Start it and wait until it is ready; raises `Unreachable` with its last words."""
        words = ["--port", str(self._port), "--linger", str(self._linger_s)]
        if self._database is not None:
            words += ["--database", str(self._database)]
        told = f"{self._token}\n"
        process = spare_server.take()
        if process is None:
            process = spare_server.spawn(words)
        else:
            told += f"{json.dumps(words)}\n"
        self._process = process
        assert process.stdin
        assert process.stdout
        with contextlib.suppress(OSError):  # it is gone already, and its last words say why
            process.stdin.write(told.encode())
            process.stdin.close()
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                line = await asyncio.to_thread(process.stdout.readline)
            ready = json.loads(line)
            self.endpoint = Endpoint(ready["url"], self._token, ready["pid"])
            self._port = ready["port"]
        except (TimeoutError, ValueError, KeyError, TypeError):
            words_ = (await asyncio.to_thread(self._last_words)) or "it said nothing"
            raise Unreachable("The show server did not start: {problem}", problem=words_) from None
        self._log = threading.Thread(target=self._follow, args=(process,), name="server-log", daemon=True)
        self._log.start()
        return self.endpoint

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._process is not None and self._process.poll() is None

    async def close(self) -> None:
        """End it and wait; it writes down what it has."""
        if self._process is not None:
            await asyncio.to_thread(self._end, self._process)

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            log.warning("the show server had to be killed")
            process.kill()
            process.wait()
        if self._log is not None:
            self._log.join()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    def _last_words(self) -> str:
        assert self._process is not None
        assert self._process.stderr is not None
        self._process.kill()
        lines = self._process.stderr.read().decode(errors="replace").strip().splitlines()
        self._process.wait()
        return lines[-1] if lines else ""

    @staticmethod
    def _follow(process: "subprocess.Popen[bytes]") -> None:
        """Pass the child's log on to ours."""
        assert process.stderr
        for line in process.stderr:
            log.info("server: %s", line.decode(errors="replace").rstrip())


def unreachable() -> Unreachable:
    """There is no server to talk to."""
    return Unreachable(N_("No studio is running on this machine: start one with `vitrine run`, or name a server with --server"))
