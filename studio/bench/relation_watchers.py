"""Thousands of people's sockets that watch a show, in one process: what their segment is shown, and when each pin is there.

`python -m studio.bench.relation_watchers URL SHOW FILE`: a line of `FILE` for each, a token and a campaign. A line of JSON says
when (the monotonic clock's nanoseconds) all were `connected`, all had their own card (`told`), nobody had one (`bare`), and
when a pin was at the last of them (`pin`). Ends with its standard input. Linux only.
"""

import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from studio.bench.chat_readers import Readers, allow_many
from studio.bench.relation_load import BROWSER

CARD = re.compile(rb'"id":"o(\d+)"')
"""The product in the place of the pinned one: pages are not told what the brand calls its rules."""
PINNED = re.compile(rb'"type":"product\.pinned","product":"(p\d+)"|"pins":\["(p\d+)"\]')
NOBODY = -1


def cut(data: bytes) -> tuple[list[bytes], bytes]:
    """The messages in what a server has sent (RFC 6455 5.2: unmasked), and the beginning of one that is not all there."""
    messages, at = [], 0
    while len(data) >= at + 2:
        size, head = data[at + 1], 2
        if size >= 126:
            head = 4 if size == 126 else 10
            size = int.from_bytes(data[at + 2 : at + head], "big")
        if len(data) < at + head + size:
            break
        messages.append(data[at + head : at + head + size])
        at += head + size
    return messages, data[at:]


class Seen:
    """What each of them has been told. `wanted`: by socket, the number of their own card."""

    def __init__(self, wanted: Sequence[int]) -> None:
        self._wanted = wanted
        self._card = [NOBODY] * len(wanted)
        self._right = self._some = 0
        self._pins: dict[bytes, set[int]] = {}

    def take(self, number: int, message: bytes) -> str:
        """One of them got a message; what is now so of all of them, or nothing."""
        if message.startswith(b'{"t":"slots"'):
            found = CARD.search(message)
            return self._slots(number, int(found[1]) if found is not None else NOBODY)
        if message.startswith((b'{"t":"events"', b'{"t":"products"')) and (pinned := PINNED.search(message)) is not None:
            return self._pin(number, pinned[1] or pinned[2])
        return ""

    def _slots(self, number: int, card: int) -> str:
        before, self._card[number] = self._card[number], card
        self._right += (card == self._wanted[number]) - (before == self._wanted[number])
        self._some += (card != NOBODY) - (before != NOBODY)
        if card == before:
            return ""
        return "told" if self._right == len(self._wanted) else "bare" if not self._some else ""

    def _pin(self, number: int, product: bytes) -> str:
        who = self._pins.setdefault(product, set())
        if number in who:
            return ""
        who.add(number)
        return f"pin {product.decode()}" if len(who) == len(self._wanted) else ""


class Watchers(Readers):
    """All of them. `people`: token and campaign."""

    def __init__(self, url: str, show: str, people: Sequence[tuple[str, int]]) -> None:
        self.seen_by = Seen([campaign for _, campaign in people])
        hellos = [json.dumps({"t": "hello", "visitor": token}).encode() for token, _ in people]
        super().__init__(url, show, len(people), 0, hellos=hellos, agent=BROWSER)

    def _take(self, handle: int) -> None:
        messages, self._tails[handle] = cut(self._tails[handle] + self._sockets[handle].recv(1 << 16))
        for message in messages:
            if what := self.seen_by.take(self._places[handle], message):
                say(what)


def say(what: str) -> None:
    """Tell whoever started us, with the time."""
    print(json.dumps({"what": what, "at_ns": time.monotonic_ns()}), flush=True)


def main(url: str, show: str, file: Path) -> None:
    """Watch."""
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    watchers = Watchers(url, show, [(token, int(campaign)) for token, campaign in lines])
    say("connected")
    watchers.read(sys.stdin.fileno())


if __name__ == "__main__":
    allow_many()
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
