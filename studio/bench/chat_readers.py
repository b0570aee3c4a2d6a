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
from urllib.parse import urlsplit

from studio.bench.report import percentile

SAID = re.compile(rb"said=(\d+);")
PING_S = 20.0
TAIL = 40
"""A frame may be cut in two: so many bytes are looked at again."""


def frame(payload: bytes) -> bytes:
    """A client's text frame, masked with zeros (RFC 6455 5.3)."""
    return bytes((0x81, 0x80 | len(payload))) + bytes(4) + payload


class Readers:
    """All of them."""

    def __init__(self, url: str, show: str, count: int, stalled: int) -> None:
        parts = urlsplit(url)
        self.late_ms: list[float] = []
        self.seen: Counter[bytes] = Counter()
        self._reading = count - stalled
        self._sockets: dict[int, socket.socket] = {}
        self._tails: dict[int, bytes] = {}
        self._epoll = select.epoll()
        address = str(parts.hostname), int(parts.port or 80)
        everybody = [self._connect(address, show, number) for number in range(count)]
        for number, one in enumerate(everybody):
            one.setblocking(False)
            if number >= stalled:
                self._sockets[one.fileno()] = one
                self._tails[one.fileno()] = b""
                self._epoll.register(one.fileno(), select.EPOLLIN)
        self._stalled = everybody[:stalled]

    @staticmethod
    def _connect(address: tuple[str, int], show: str, number: int) -> socket.socket:
        one = socket.create_connection(address)
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET /shows/{show}/ws HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nUser-Agent: page {number}\r\n\r\n"
        )
        one.sendall(request.encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += one.recv(4096)
        one.sendall(frame(b'{"t":"hello"}'))
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
            self.late_ms.append((now - int(said)) / 1e6)
            self.seen[said] += 1
        self._tails[handle] = data[end:]

    @property
    def complete(self) -> int:
        """Lines that every reading socket got exactly once."""
        return sum(times == self._reading for times in self.seen.values())


def main(url: str, show: str, count: int, stalled: int) -> None:
    """Connect, listen, and say how it was."""
    readers = Readers(url, show, count, stalled)
    print("ready", flush=True)
    readers.read(sys.stdin.fileno())
    late = readers.late_ms
    print(json.dumps({"p50_ms": percentile(late, 50), "p95_ms": percentile(late, 95), "complete": readers.complete}), flush=True)


if __name__ == "__main__":
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
