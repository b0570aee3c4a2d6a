"""Customers' pages and advisors' desktops around a real server whose wall clock a test moves."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from studio.clock import MonotonicClock
from studio.commands.call import CallAnswer, CallAvailable
from studio.server.app import ShowServer
from tests.server.conftest import MakeDesktop, StartServer
from tests.server.fakes import Desktop, Page

Ring = Callable[..., Awaitable["Caller"]]


class MovedClock(MonotonicClock):
    """The machine's clock, and as much later as a test says."""

    def __init__(self) -> None:
        self.later_ms = 0

    def wall_ms(self) -> int:
        return super().wall_ms() + self.later_ms


class Caller(Page):
    """A customer's page on the calls' socket."""

    secret = ""

    async def call(self, **fields: Any) -> Any:
        """The first word about the call that fits."""
        return await self.next("call", **fields)

    @property
    def id(self) -> str:
        """The call's id."""
        return str(next(m["id"] for m in self.inbox.all if m["t"] == "call"))

    async def ring(self, kind: str = "video", **fields: Any) -> Any:
        """Get into the line; the answer."""
        answer = await self.ask(t="ring", kind=kind, **fields)
        if "ok" in answer:
            self.secret = (await self.next("call"))["secret"]
        return answer


@contextlib.asynccontextmanager
async def caller(
    http: aiohttp.ClientSession,
    server: ShowServer,
    *,
    visitor: str = "",
    call: str = "",
    secret: str = "",
    browser: str = "a browser",
) -> AsyncIterator[Caller]:
    """A page that has been welcomed."""
    opened = Caller(await http.ws_connect(f"{server.url}/calls/ws"))
    opened.secret = secret
    try:
        await opened.send(t="hello", visitor=visitor, call=call, secret=secret)
        await opened.next("welcome")
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def server(start_server: StartServer, clock: MovedClock) -> ShowServer:
    """A running server."""
    return await start_server(clock)


@pytest.fixture
async def passes(server: ShowServer, clock: MovedClock) -> Callable[[float], Awaitable[None]]:
    """Let seconds pass."""

    async def pass_(seconds: float) -> None:
        clock.later_ms += round(seconds * 1000)
        await server.calls.desk.tick()

    return pass_


@pytest.fixture
async def advisor(make_desktop: MakeDesktop) -> Desktop:
    """A support desktop that takes calls."""
    return await available(make_desktop(client="ida-1", name="A laptop", show="", token="the-supporter's-token"), name="Ida")


async def available(desktop: Desktop, **fields: Any) -> Desktop:
    """Connect, and take calls."""
    await desktop.connect()
    await desktop.do(CallAvailable(**fields))
    return desktop


async def rung(desktop: Desktop, call: str = "") -> Any:
    """What the desktop is told when it rings there."""
    return await desktop.branch("advising", lambda a: a["status"] == "ringing" and (not call or a["call"]["id"] == call))


async def answered(desktop: Desktop, page: Caller) -> Any:
    """Answer the call of a page; what the page is told."""
    await rung(desktop, page.id)
    await desktop.do(CallAnswer(call=page.id))
    return await page.call(state="live")


@pytest.fixture
async def customer(http: aiohttp.ClientSession, server: ShowServer, advisor: Desktop) -> AsyncIterator[Caller]:
    """A customer who looks at the page; somebody is there."""
    async with caller(http, server) as opened:
        yield opened
