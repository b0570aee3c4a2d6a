"""Abuse: a show on air at a server as a brand runs it, with the limits as they come; what honest viewers notice while one address
does what `attacks` lists, beside the quiet before and after. Linux only: each viewer has an address of 127.0.0.0/8.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from studio.bench import machine, stage
from studio.bench.abuse_show import LOG, on_air, server, write_long_log
from studio.bench.abuse_viewers import TOO_LATE, WATCHERS, Done, Stop, Viewers
from studio.bench.attacks import ATTACKS, SHOW, address_of
from studio.bench.report import Row, median, percentile
from studio.bench.soak import sample
from studio.errors import DeviceFailed
from studio.link.server_process import Endpoint

WORSE = 1.5
"""How much slower an attack may make it."""
TIMES, OTHERS = 3, 0.3
"""So often is measured what makes it slower than that, or was disturbed: other programs took more processors than this. The
median counts, of the undisturbed times when there are any."""
WARM_S, START_S, ENDING_S = 5.0, 1.0, 15.0
GONE_S, POLL_S = 30.0, 60.0
"""Nothing of an attack is left after so long; and for so long we look."""
JOINING = 6
"""Honest viewers who may be on their way in or out at any moment."""
STATES = ("01", "08")
"""Connections that the server holds: established, or left by the other side (proc(5), net/tcp)."""


@dataclass
class Window:
    """A span of time, by the monotonic clock, and the processors that the server, and programs that have nothing to do with all
    this, took in it. `answers`: what the attackers were told; `gone_s`:
    how long after it something of theirs was still there, `grown_mb` what the server kept of it."""

    from_s: float
    until_s: float
    cores: float
    others: float
    answers: Counter[str]
    gone_s: float = 0.0
    grown_mb: float = 0.0


@dataclass
class Figures:
    """What the honest ones noticed in some windows."""

    join_ms: float
    page_ms: float
    line_ms: float
    line_p95_ms: float
    refused: list[str]
    lost: int
    stop_ms: float
    others: float
    """Processors that other programs took, at most."""


def run(seconds: float = 8.0) -> list[Row]:
    """Each attack lasts `seconds`, and so does each quiet between them."""
    if sys.platform != "linux":
        raise DeviceFailed("This benchmark needs Linux: each viewer has an address of its own in 127.0.0.0/8")
    return asyncio.run(_run(seconds))


async def _run(seconds: float) -> list[Row]:
    with stage.folder() as home:
        await write_long_log(home)
        async with server(home) as endpoint, on_air(endpoint):
            rows = await Bench(endpoint).run(seconds)
        log = (home / LOG).read_text(encoding="utf-8").splitlines()
    told = [line for line in log if "Traceback" in line or "127.0." in line]
    rows.append(Row(name="lines in the server's log", value=len(log), unit=""))
    rows.append(Row(name="of them tracebacks and addresses", value=len(told), unit="", most=0))
    return rows


class Bench:
    """Honest viewers at `endpoint`, and attacks on it."""

    def __init__(self, endpoint: Endpoint) -> None:
        assert endpoint.pid is not None
        self._pid = endpoint.pid
        self._endpoint = endpoint
        self._viewers = Viewers(endpoint.url, SHOW, endpoint.token)

    async def run(self, seconds: float) -> list[Row]:
        """Quiet, attack, quiet, attack …, quiet; then let everybody go and see what is left."""
        empty = sockets(self._pid)
        await self._viewers.start()
        await asyncio.sleep(WARM_S)
        before = sample(self._pid)
        quiet = [await self._quiet(seconds)]
        attacks: dict[str, list[Window]] = {name: [] for name in ATTACKS}
        for time_ in range(TIMES):
            for name, windows in attacks.items():
                if time_ == 0 or self._doubtful(windows, quiet):
                    windows.append(await self._attack(name, time_, seconds))
                    quiet.append(await self._quiet(seconds))
        after = sample(self._pid)
        await self._viewers.close()
        gone_s = await self._gone(empty)
        left = sockets(self._pid) - empty  # before anything is asked, which is a socket too
        return [
            *self._rows(quiet, attacks),
            Row(name="server's memory, growth through all of it", value=after.memory_mb - before.memory_mb, unit="MB"),
            Row(name="server's memory at the end", value=after.memory_mb, unit="MB"),
            Row(name="readers when everybody has left", value=await self._readers(), unit="", most=0),
            Row(name="attackers' connections then", value=self._left(), unit="", most=0),
            Row(name="the server's sockets then, beside before", value=left, unit="", most=0),
            Row(name="until that was so", value=gone_s, unit="s", most=GONE_S),
        ]

    def _rows(self, quiet: Sequence[Window], attacks: dict[str, list[Window]]) -> list[Row]:
        done, stops = self._viewers.done, self._viewers.stops
        rows = quiet_rows(done, stops, quiet)
        for name, windows in attacks.items():
            rows += attack_rows(name, windows, *compared(done, stops, windows, quiet))
        return rows

    async def _quiet(self, seconds: float) -> Window:
        return await self._window(asyncio.sleep(seconds, Counter[str]()))

    async def _window(self, work: Awaitable[Counter[str]], *pids: int) -> Window:
        """`pids`: processes that are no strangers to this machine, beside the server and us."""
        begun, busy, server_s, ours_s = time.monotonic(), busy_s(), machine.cpu_s(self._pid), _cpu_s(os.getpid(), *pids)
        answers = await work
        took, server_s = time.monotonic() - begun, machine.cpu_s(self._pid) - server_s
        others_s = busy_s() - busy - server_s - (_cpu_s(os.getpid(), *pids) - ours_s)
        return Window(begun, begun + took, server_s / took, max(0.0, others_s / took), answers)

    def _doubtful(self, windows: Sequence[Window], quiet: Sequence[Window]) -> bool:
        now, calm = compared(self._viewers.done, self._viewers.stops, windows, quiet)
        missed = not all(row.ok for row in attack_rows("", windows, now, calm))
        return missed or all(map(disturbed, now, calm))

    async def _attack(self, name: str, time_: int, seconds: float) -> Window:
        """A process of its own, which is killed at the end: strangers do not say goodbye."""
        address = self._viewers.host = address_of(name, time_)
        words = [sys.executable, "-m", "studio.bench.attacks", name, self._endpoint.url, str(seconds), address]
        memory_mb = sample(self._pid).memory_mb
        child = await asyncio.create_subprocess_exec(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdin is not None
        assert child.stdout is not None
        stdin, stdout = child.stdin, child.stdout

        async def attack() -> Counter[str]:
            stdin.write(b"\n")
            async with asyncio.timeout(seconds + ENDING_S):
                return Counter(json.loads(await stdout.readline()))

        try:
            await stdout.readline()
            await asyncio.sleep(START_S)  # what its start cost is over
            window = await self._window(attack(), child.pid)
        finally:
            child.kill()
            await child.wait()
        window.gone_s = await self._lessened(address)
        window.grown_mb = sample(self._pid).memory_mb - memory_mb
        return window

    async def _lessened(self, address: str) -> float:
        """Wait until only honest ones are there, the host beside the attackers among them; how long it took."""
        begun = time.monotonic()
        while time.monotonic() < begun + POLL_S:
            if held(self._port, address) <= 1 and await self._readers() <= WATCHERS + JOINING:
                break
            await asyncio.sleep(0.5)
        return time.monotonic() - begun

    async def _gone(self, empty: int) -> float:
        """Wait until nobody is there, and no more sockets than before; how long it took."""
        begun = time.monotonic()
        while time.monotonic() < begun + POLL_S:
            if sockets(self._pid) <= empty and await self._readers() == 0:
                break
            await asyncio.sleep(0.5)
        return time.monotonic() - begun

    def _left(self) -> int:
        return sum(held(self._port, address_of(name, time_)) for name in ATTACKS for time_ in range(TIMES))

    @property
    def _port(self) -> int:
        return urlsplit(self._endpoint.url).port or 0

    async def _readers(self) -> int:
        async with aiohttp.ClientSession() as http, http.get(f"{self._endpoint.url}/healthz") as response:
            return int((await response.json())["readers"])


# ── what it comes to ─────────────────────────────────────────────────────────────────────────────────────────


def figures(done: Sequence[Done], stops: Sequence[Stop], windows: Sequence[Window]) -> Figures:
    """What was begun in these windows."""
    here = [one for one in done if any(window.from_s <= one.at_s < window.until_s for window in windows)]
    paused = [one for one in stops if any(window.from_s <= one.at_s < window.until_s for window in windows)]

    def took(what: str, percent: float) -> float:
        return percentile([one.ms for one in here if one.what == what and one.problem in ("", TOO_LATE)], percent)

    return Figures(
        join_ms=took("join", 50),
        page_ms=took("page", 50),
        line_ms=took("line", 50),
        line_p95_ms=took("line", 95),
        refused=[f"{one.what} {one.problem}" for one in here if one.problem],
        lost=sum(one.lost for one in paused),
        stop_ms=max((one.ms for one in paused), default=0.0),
        others=max((window.others for window in windows), default=0.0),
    )


def compared(
    done: Sequence[Done], stops: Sequence[Stop], windows: Sequence[Window], quiet: Sequence[Window]
) -> tuple[list[Figures], list[Figures]]:
    """What was noticed in each window, and in the quiet just before and after it."""
    now = [figures(done, stops, [window]) for window in windows]
    calm = []
    for window in windows:
        before = [one for one in quiet if one.until_s <= window.from_s][-1:]
        after = [one for one in quiet if one.from_s >= window.until_s][:1]
        calm.append(figures(done, stops, before + after))
    return now, calm


def disturbed(now: Figures, calm: Figures) -> bool:
    """Whether other programs had a part in it."""
    return max(now.others, calm.others) > OTHERS


def quiet_rows(done: Sequence[Done], stops: Sequence[Stop], quiet: Sequence[Window]) -> list[Row]:
    """What everything else is compared with."""
    calm = figures(done, stops, quiet)
    p95s = [figures(done, stops, [window]).line_p95_ms for window in quiet]
    return [
        Row(name="quiet: POST → first picture, p50", value=calm.join_ms, unit="ms"),
        Row(name="quiet: page opened → welcome, p50", value=calm.page_ms, unit="ms"),
        Row(name="quiet: line → another page has it, p50", value=calm.line_ms, unit="ms"),
        Row(name="quiet: line → another page has it, p95", value=calm.line_p95_ms, unit="ms"),
        Row(name="quiet: that p95, from", value=min(p95s), unit="ms"),
        Row(name="quiet: that p95, to", value=max(p95s), unit="ms"),
        Row(name=_with("quiet: refused", Counter(calm.refused)), value=len(calm.refused), unit="", most=0),
        Row(name="quiet: packets lost", value=calm.lost, unit=""),
        Row(name="quiet: longest stop of a picture", value=calm.stop_ms, unit="ms"),
        Row(name="quiet: server's processor", value=median([window.cores for window in quiet]), unit="cores"),
        Row(name="quiet: other programs' processor", value=median([window.others for window in quiet]), unit="cores"),
    ]


def attack_rows(name: str, windows: Sequence[Window], now: Sequence[Figures], calm: Sequence[Figures]) -> list[Row]:
    """One attack beside the quiet around it; the median of the times, but nobody may be refused at any."""
    answers = sum((window.answers for window in windows), Counter[str]())
    refused = [why for one in now for why in one.refused]

    pairs = list(zip(now, calm, strict=True))
    fair = [pair for pair in pairs if not disturbed(*pair)]

    def slower(of: Callable[[Figures], float]) -> float:
        return median([of(one) / of(other) for one, other in fair or pairs])

    return [
        Row(name=_with(f"{name}: asked", answers), value=answers.total(), unit=""),
        Row(name=f"{name}: join p50 ÷ quiet", value=slower(lambda one: one.join_ms), unit="", most=WORSE),
        Row(name=f"{name}: page p50 ÷ quiet", value=slower(lambda one: one.page_ms), unit=""),
        Row(name=f"{name}: chat p50 ÷ quiet", value=slower(lambda one: one.line_ms), unit=""),
        Row(name=f"{name}: chat p95 ÷ quiet", value=slower(lambda one: one.line_p95_ms), unit="", most=WORSE),
        Row(name=_with(f"{name}: honest refused", Counter(refused)), value=len(refused), unit="", most=0),
        Row(name=f"{name}: packets lost", value=sum(one.lost for one in now), unit=""),
        Row(name=f"{name}: longest stop of a picture", value=max(one.stop_ms for one in now), unit="ms"),
        Row(name=f"{name}: server's processor", value=median([window.cores for window in windows]), unit="cores"),
        Row(name=f"{name}: server's memory, growth each time", value=median([w.grown_mb for w in windows]), unit="MB"),
        Row(name=f"{name}: gone after, at most", value=max(window.gone_s for window in windows), unit="s", most=GONE_S),
        Row(name=f"{name}: times measured", value=len(windows), unit=""),
        Row(name=f"{name}: times undisturbed by other programs", value=len(fair), unit=""),
    ]


def _with(name: str, counted: Counter[str]) -> str:
    """A row's name, and what it is made of."""
    parts = ", ".join(f"{what} ×{times}" for what, times in counted.most_common(5) if times)
    return f"{name} ({parts})" if parts else name


def held(port: int, address: str) -> int:
    """Connections of an IPv4 address that the server at `port` has open (Linux)."""
    wanted = bytes(reversed([int(part) for part in address.split(".")])).hex().upper()
    count = 0
    for line in Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()[1:]:
        _, local, remote, state = line.split()[:4]
        count += int(local.partition(":")[2], 16) == port and remote.partition(":")[0] == wanted and state in STATES
    return count


def busy_s() -> float:
    """Processor seconds that this machine has spent since it started (Linux; proc(5), guests' time is in the users')."""
    fields = [int(field) for field in Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()[1:8]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def _cpu_s(*pids: int) -> float:
    return sum(map(machine.cpu_s, pids))


def sockets(pid: int) -> int:
    """Sockets that a process has open (Linux)."""
    count = 0
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # it has just been closed
            count += str(handle.readlink()).startswith("socket:")
    return count
