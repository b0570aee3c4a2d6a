"""A bad network between a viewer and the server: a UDP relay in user space (this kernel has no netem).

It stands where the server's candidate should be: the test rewrites the answer's candidates to the relay's address.
"""

import asyncio
import random
import re
import socket
import threading
from collections.abc import Callable
from typing import Any

QUEUE_S = 0.25
"""What waits longer for a slow link is dropped, as a router does."""


def own_address() -> str:
    """This machine's address as others see it; without a network loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


class Weather:
    """How bad it is now; set from the test's thread."""

    def __init__(self) -> None:
        self.loss = 0.0
        self.loss_up = 0.0
        """From the viewer; `loss` is to them."""
        self.jitter_s = 0.0
        self.kbps: float | None = None
        self.blackout = False


class UdpRelay:
    """Forwards datagrams between viewers and one server address, through `weather`, which is bad on the way to the viewer."""

    def __init__(self, host: str) -> None:
        self.weather = Weather()
        self.host = host
        self.port = 0
        self.target: tuple[str, int] | None = None
        self.passed = self.lost = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="udp-relay")
        self._up: dict[Any, asyncio.DatagramTransport] = {}
        self._opened: list[asyncio.DatagramTransport] = []
        self._free_s: dict[Any, float] = {}
        self._dice = random.Random(7)
        self._ready = threading.Event()

    def __enter__(self) -> "UdpRelay":
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def rewrite(self, answer: str) -> str:
        """The answer with the relay in the place of its first candidate, and no other."""
        found = re.search(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host.*$", answer, re.MULTILINE)
        assert found is not None
        self.target = found[1], int(found[2])
        mine = f"a=candidate:1 1 udp 2130706431 {self.host} {self.port} typ host"
        first, rest = answer[: found.start()], answer[found.end() :]
        return first + mine + re.sub(r"^a=candidate:.*\r?\n", "", rest, flags=re.MULTILINE)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._down, _ = self._loop.run_until_complete(
            self._loop.create_datagram_endpoint(lambda: _Port(self._from_viewer), (self.host, 0))
        )
        self.port = self._down.get_extra_info("sockname")[1]
        self._ready.set()
        self._loop.run_forever()
        for transport in (*self._opened, self._down):
            transport.close()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    def _from_viewer(self, data: bytes, viewer: Any) -> None:
        if self.weather.blackout or self.target is None or self._dice.random() < self.weather.loss_up:
            return
        if viewer in self._up:
            self._up[viewer].sendto(data)
        else:
            self._loop.create_task(self._open(data, viewer))

    async def _open(self, data: bytes, viewer: Any) -> None:
        transport, _ = await self._loop.create_datagram_endpoint(
            lambda: _Port(lambda back, _: self._to_viewer(back, viewer)), remote_addr=self.target
        )
        self._opened.append(transport)
        self._up.setdefault(viewer, transport).sendto(data)

    def _to_viewer(self, data: bytes, viewer: Any) -> None:
        weather, now = self.weather, self._loop.time()
        if weather.blackout or self._dice.random() < weather.loss:
            self.lost += 1
            return
        delay = self._dice.random() * weather.jitter_s
        if weather.kbps is not None:
            free = max(now, self._free_s.get(viewer, now))
            if free - now > QUEUE_S:
                self.lost += 1
                return
            self._free_s[viewer] = free + len(data) * 8 / 1000 / weather.kbps
            delay += self._free_s[viewer] - now
        self.passed += 1
        if delay > 0:
            self._loop.call_later(delay, self._down.sendto, data, viewer)
        else:
            self._down.sendto(data, viewer)


class _Port(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes, Any], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._received(data, addr)

    def error_received(self, exc: Exception) -> None:
        return
