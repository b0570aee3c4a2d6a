"""Thousands of pages' sockets in one process, as cheap as they can be (epoll, nothing else), so that the server is what is
measured.

`python -m studio.bench.chat_readers URL SHOW SOCKETS STALLED`: prints a line when all are connected; when standard input
ends, a line of JSON with how late each line was. Linux only.
"""

import base64
import json
import os
import re
import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from studio.bench.report import percentile

SAID = re.compile(rb"said=(\d+);")
PING_S = 20.0
TAIL = 40
"""A frame may be cut in two: so many bytes are looked at again."""
LATE_MS = 1000.0
"""Later than that a line of chat is no answer any more."""
HELLO = b'{"t":"hello"}'


def frame(payload: bytes) -> bytes:
    """A client's text frame, masked with zeros (RFC 6455 5.3)."""
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < 126 else bytes((0x81, 0xFE)) + size.to_bytes(2, "big")
    return head + bytes(4) + payload


class Readers:
    """All of them. `hellos`: the first word of each, when it is not the same."""

    def __init__(
        self, url: str, show: str, count: int, stalled: int, *, hellos: Sequence[bytes] = (), agent: str = "page"
    ) -> None:
        parts = urlsplit(url)
        self.late_ms: list[float] = []
        self.seen: Counter[bytes] = Counter()
        self.late: set[bytes] = set()
        """Lines that one of them got later than `LATE_MS`."""
        self._reading = count - stalled
        self._sockets: dict[int, socket.socket] = {}
        self._tails: dict[int, bytes] = {}
        self._places: dict[int, int] = {}
        self._epoll = select.epoll()
        address = str(parts.hostname), int(parts.port or 80)
        everybody = [
            self._connect(address, show, f"{agent} {number}", hellos[number] if hellos else HELLO) for number in range(count)
        ]
        for number, one in enumerate(everybody):
            one.setblocking(False)
            if number >= stalled:
                self._sockets[one.fileno()] = one
                self._tails[one.fileno()] = b""
                self._places[one.fileno()] = number
                self._epoll.register(one.fileno(), select.EPOLLIN)
        self._stalled = everybody[:stalled]

    @staticmethod
    def _connect(address: tuple[str, int], show: str, agent: str, hello: bytes) -> socket.socket:
        one = socket.create_connection(address)
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET /shows/{show}/ws HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nUser-Agent: {agent}\r\n\r\n"
        )
        one.sendall(request.encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += one.recv(4096)
        one.sendall(frame(hello))
        return one

    def read(self, until: int) -> None:
        """Read until something can be read from the file `until`."""
        self._epoll.register(until, select.EPOLLIN)
        ping, begun, pinged = frame(b'{"t":"ping","at":0}'), time.monotonic(), 0
        everybody = list(self._sockets.values())
        while True:
            for handle, _ in self._epoll.poll(0.1):
                if handle == until:
                    return
                self._take(handle)
            due = int((time.monotonic() - begun) / PING_S * len(everybody))  # one after the other, as people come
            for number in range(pinged, due):
                everybody[number % len(everybody)].send(ping)
            pinged = due

    def _take(self, handle: int) -> None:
        data = self._tails[handle] + self._sockets[handle].recv(1 << 16)
        now = time.monotonic_ns()
        end = max(0, len(data) - TAIL)
        for found in SAID.finditer(data):
            said = found[1]
            end = max(end, found.end())
            late_ms = (now - int(said)) / 1e6
            self.late_ms.append(late_ms)
            self.seen[said] += 1
            if late_ms > LATE_MS:
                self.late.add(said)
        self._tails[handle] = data[end:]

    @property
    def complete(self) -> int:
        """Lines that every reading socket got exactly once."""
        return sum(times == self._reading for times in self.seen.values())

    @property
    def in_time(self) -> int:
        """The same, and none of them later than `LATE_MS`."""
        return sum(times == self._reading and said not in self.late for said, times in self.seen.items())


def main(url: str, show: str, count: int, stalled: int) -> None:
    """Connect, listen, and say how it was."""
    readers = Readers(url, show, count, stalled)
    print("ready", flush=True)
    readers.read(sys.stdin.fileno())
    late = readers.late_ms
    took = {"p50_ms": percentile(late, 50), "p95_ms": percentile(late, 95), "slowest_ms": max(late, default=0.0)}
    print(json.dumps(took | {"complete": readers.complete, "in_time": readers.in_time}), flush=True)


def allow_many() -> None:
    """Each socket is a file: have as many as the system lets us."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    allow_many()
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
