"""Five hundred customers wait on one server: how soon it rings, whether everybody knows their place, and what it costs."""

import asyncio
import time
from typing import Any

import aiohttp
import msgspec

from studio.bench import machine
from studio.bench.report import Row, percentile
from studio.bench.show_on_server import ShowOnServer, show_on_server
from studio.commands.call import CallAnswer, CallAvailable, CallHangUp, CallRulesSet, CallWrapUp
from studio.link.connection import connect, hello
from studio.show.call_rules import CallRules
from studio.show.opening_hours import OpeningHours, Span

CUSTOMERS, ANSWERED = 500, 30
WAIT_S = 20.0
ALWAYS = OpeningHours(week=((Span(0, 1440),),) * 7)


class Waiting:
    """One customer's page."""

    def __init__(self) -> None:
        self.call: dict[str, Any] = {}
        self.changed = asyncio.Event()

    async def run(self, http: aiohttp.ClientSession, url: str) -> None:
        """Ring, and listen."""
        async with http.ws_connect(f"{url}/calls/ws") as socket:
            await socket.send_json({"t": "hello"})
            await socket.send_json({"t": "ring", "n": 1, "kind": "text"})
            async for message in socket:
                told = msgspec.json.decode(message.data)
                if told["t"] == "call":
                    self.call = told
                    self.changed.set()


def run(seconds: float = 10.0) -> list[Row]:
    """Let them all ring, watch the line for `seconds`, then answer some."""
    return asyncio.run(_run(seconds))


async def _run(seconds: float) -> list[Row]:
    async with show_on_server() as show, aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        assert show.endpoint.pid is not None
        advising: dict[str, Any] = {}
        news = asyncio.Event()

        async def handle(message: Any) -> None:
            if getattr(message, "branch", "") == "advising":
                advising.update(message.value)
                news.set()

        advisor = await connect(http, show.endpoint.url, show.endpoint.token, hello("advisor", "advisor", "", studio=True))
        reader = asyncio.create_task(advisor.run(handle))
        await advisor.execute(CallRulesSet(rules=CallRules(hours=ALWAYS)))
        customers = [Waiting() for _ in range(CUSTOMERS)]
        pages = []
        begun = time.monotonic()
        for customer in customers:  # one after the other, so that their order is known
            pages.append(asyncio.create_task(customer.run(http, show.endpoint.url)))
            await _until(lambda customer=customer: customer.call, customer.changed)
        entered_s = time.monotonic() - begun
        used, begun = machine.cpu_s(show.endpoint.pid), time.monotonic()
        await asyncio.sleep(seconds)
        idle = (machine.cpu_s(show.endpoint.pid) - used) / (time.monotonic() - begun)
        await advisor.execute(CallAvailable())
        rows = await _answer(show, advisor, customers, advising, news)
        reader.cancel()
        for page in pages:
            page.cancel()
        await asyncio.gather(reader, *pages, return_exceptions=True)
        await advisor.close()
    return [
        Row(name="customers in line", value=CUSTOMERS, unit=""),
        Row(name="ring → in line, one after the other, mean", value=entered_s / CUSTOMERS * 1000, unit="ms"),
        Row(name="server's processor while they wait", value=idle, unit="cores", most=0.2),
        *rows,
    ]


async def _answer(
    show: ShowOnServer, advisor: Any, customers: list[Waiting], advising: dict[str, Any], news: asyncio.Event
) -> list[Row]:
    """Take the first ones; each time the next one rings, and all others move up."""
    assert show.endpoint.pid is not None
    rings: list[float] = []
    fair = 0
    used, begun = machine.cpu_s(show.endpoint.pid), time.monotonic()
    for number in range(ANSWERED):
        free_s = time.monotonic()
        await _until(lambda: advising.get("status") == "ringing", news)
        rings.append((time.monotonic() - free_s) * 1000)
        call = advising["call"]["id"]
        fair += call == customers[number].call["id"]
        await advisor.execute(CallAnswer(call=call))
        await advisor.execute(CallHangUp())
        await advisor.execute(CallWrapUp(outcome="helped"))
    took = time.monotonic() - begun
    used = machine.cpu_s(show.endpoint.pid) - used
    await asyncio.sleep(2)
    waiting = customers[ANSWERED + 1 :]
    right = sum(customer.call["place"] in (place, place + 1) for place, customer in enumerate(waiting, start=1))
    return [
        Row(name="free → it rings, p50", value=percentile(rings, 50), unit="ms", most=300),
        Row(name="free → it rings, p95", value=percentile(rings, 95), unit="ms", most=600),
        Row(name="rung in the order they came", value=100 * fair / ANSWERED, unit="%", least=100),
        Row(name="who wait and know their place", value=100 * right / len(waiting), unit="%", least=100),
        Row(name="server's processor while calls are answered", value=used / took, unit="cores"),
    ]


async def _until(done: Any, changed: asyncio.Event) -> None:
    async with asyncio.timeout(WAIT_S):
        while not done():
            changed.clear()
            await changed.wait()
