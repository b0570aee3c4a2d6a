"""Pages that tell and ask over HTTP, in one process, as cheap as they can be (epoll, nothing else), so that the server is what is
measured.

`python -m studio.bench.relation_load tell URL FILE SECONDS BATCH` posts batches over as many connections as `FILE` has lines
(a token first), each the next one when the last is answered. `… ask URL FILE SECONDS RATE` asks for decisions, so many a second
whatever the answers take. Prints a line when connected, waits for one, and says in a line of JSON how it was. Linux only.
"""

import itertools
import json
import re
import select
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from studio.bench.relation_shop import PINNED, SLOTS
from studio.relation import names

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
"""Of a person: others are robots, of whom nothing is kept."""
LENGTH, ACCEPTED = re.compile(rb"\r\nContent-Length: (\d+)\r\n"), re.compile(rb'"accepted":(\d+)')
CONNECTIONS = 64
"""Of those that ask."""
PATIENCE_S, WARM_S = 10.0, 1.0
"""So long an answer is waited for in the end; so long pages tell before it counts."""
NAMES = (*(names.PAGE_VIEWED,) * 6, *(names.PRODUCT_VIEWED,) * 3, names.PRODUCT_ADDED)


def request(host: str, path: str, token: str, body: str) -> bytes:
    """A POST as a page makes it."""
    head = (
        f"POST /relation/v1/{path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {BROWSER}\r\nAccept: */*\r\n"
        f"Authorization: Visitor {token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def batch(numbers: Iterator[int], size: int, now_ms: int) -> str:
    """What a page tells: `size` behaviours that nobody has told before."""
    done = []
    for number in itertools.islice(numbers, size):
        name = NAMES[number % len(NAMES)]
        id_ = f"{now_ms:012x}-{number:023x}"  # as long as a UUID
        one: dict[str, object] = {"id": id_, "name": name, "at": now_ms, "page": f"/pages/{number % 30}"}
        if name != names.PAGE_VIEWED:
            one["products"] = [{"product_id": f"p{number % PINNED}"}]
        done.append(one)
    choices = {"analytics": True, "personalisation": True, "marketing": True, "at": 1}
    said = {"sent_at": now_ms, "behaviours": done, "choices": choices, "device": "desktop", "language": "en-GB"}
    return json.dumps(said | {"webdriver": False}, separators=(",", ":"))


def question() -> str:
    """What a page with five slots asks."""
    return json.dumps({"slots": SLOTS, "language": "en", "webdriver": False}, separators=(",", ":"))


def answered(data: bytes) -> tuple[bool, bytes] | None:
    """Whether a whole answer is a good one, and its body; None while it is not all there."""
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return None
    length = LENGTH.search(head + b"\r\n")
    if length is None or len(body) < int(length[1]):
        return None
    return head.startswith(b"HTTP/1.1 20"), body


class Lines:
    """Connections that are kept open, one request at a time on each."""

    def __init__(self, url: str, count: int) -> None:
        parts = urlsplit(url)
        self.host = f"{parts.hostname}:{parts.port}"
        self._epoll = select.epoll()
        self._sockets: list[socket.socket] = []
        self._data: dict[int, bytes] = {}
        self._numbers: dict[int, int] = {}
        for number in range(count):
            one = socket.create_connection((str(parts.hostname), int(parts.port or 80)))
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.append(one)
            self._numbers[one.fileno()] = number
            self._data[one.fileno()] = b""
            self._epoll.register(one.fileno(), select.EPOLLIN)

    def send(self, number: int, request: bytes) -> None:
        """Ask on one of them."""
        self._sockets[number].sendall(request)

    def answers(self, wait_s: float) -> Iterator[tuple[int, bool, bytes]]:
        """What has come: on which, whether it is good, and the body."""
        for handle, _ in self._epoll.poll(max(0.0, wait_s)):
            number = self._numbers[handle]
            piece = self._sockets[number].recv(1 << 16)
            if not piece:
                raise ConnectionError("the server has hung up")
            self._data[handle] += piece
            if (answer := answered(self._data[handle])) is not None:
                self._data[handle] = b""
                yield number, *answer


def tell(url: str, tokens: Sequence[str], seconds: float, size: int) -> dict[str, object]:
    """As many batches as the server takes."""
    lines, numbers = Lines(url, len(tokens)), itertools.count()
    _ready()
    accepted, problems, begun = 0, Counter[str](), time.monotonic() + WARM_S

    def next_of(number: int) -> None:
        lines.send(number, request(lines.host, "behaviours", tokens[number], batch(numbers, size, time.time_ns() // 1_000_000)))

    for number in range(len(tokens)):
        next_of(number)
    while (now := time.monotonic()) < begun + seconds:
        for number, good, body in lines.answers(begun + seconds - now):
            found = ACCEPTED.search(body)
            took = int(found[1]) if good and found is not None else 0
            accepted += took if now >= begun else 0
            if took != size:
                problems[body[:200].decode(errors="replace")] += 1
            next_of(number)
    return {"accepted": accepted, "s": time.monotonic() - begun, "problems": problems}


def ask(url: str, tokens: Sequence[str], seconds: float, rate: float) -> dict[str, object]:
    """By the clock, one after the other of these people; an answer is as late as it is after it was due, so that a server that
    stalls is seen to stall."""
    lines, count = Lines(url, CONNECTIONS), round(seconds * rate)
    _ready()
    asked = [request(lines.host, "decide", token, question()) for token in tokens]
    free, due, took = deque(range(CONNECTIONS)), dict[int, float](), list[float]()
    shown, problems, begun, sent = 0, Counter[str](), time.monotonic(), 0
    while len(took) + problems.total() < count and time.monotonic() < begun + seconds + PATIENCE_S:
        while free and sent < count and (at_s := begun + sent / rate) <= time.monotonic():
            due[free[0]] = at_s
            lines.send(free.popleft(), asked[sent % len(asked)])
            sent += 1
        for number, good, body in lines.answers(begun + sent / rate - time.monotonic() if free and sent < count else 0.1):
            if good:
                took.append((time.monotonic() - due[number]) * 1000)
                shown += b'"rule":' in body
            else:
                problems[body[:200].decode(errors="replace")] += 1
            free.append(number)
    return {"ms": took, "asked": count, "shown": shown, "problems": problems}


def _ready() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def main(what: str, url: str, file: Path, seconds: float, number: float) -> None:
    """Be those pages."""
    tokens = [line.split()[0] for line in file.read_text(encoding="utf-8").splitlines()]
    found = tell(url, tokens, seconds, round(number)) if what == "tell" else ask(url, tokens, seconds, number)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
