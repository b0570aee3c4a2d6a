"""A real show server beside a test that drives a browser: playwright has a loop in the test's thread, so this one has its own."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import aiohttp

from studio.commands import Actor, Command
from studio.server.app import ShowServer
from studio.server.auth import Tokens
from studio.server.config import ServerConfig
from tests.fakes import TIMEOUT_S
from tests.server.fakes import PushedClock
from tests.server.relation.shop import Page

BY = Actor("desk", "host", "Desk")


class LiveServer:
    """`run` does something on its loop; `http` is for what is done there."""

    def __init__(self, loop: asyncio.AbstractEventLoop, server: ShowServer, http: aiohttp.ClientSession) -> None:
        self.server, self.http = server, http
        self._loop = loop

    @property
    def url(self) -> str:
        return self.server.url

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(TIMEOUT_S)

    def do(self, command: Command) -> Any:
        """As the host's desktop does it."""
        return self.run(self.server.link.brand.execute(command, BY))

    def page(self, device: str = "desktop") -> Page:
        """A visitor's browser."""
        return Page(self.http, self.server, PushedClock(), device)


async def _serve(config: ServerConfig, tokens: Tokens, told: "Future[tuple[LiveServer, asyncio.Event]]") -> None:
    server = ShowServer(config, tokens)
    await server.start()
    enough = asyncio.Event()
    async with aiohttp.ClientSession() as http:
        told.set_result((LiveServer(asyncio.get_running_loop(), server, http), enough))
        await enough.wait()
    await server.close()


@contextlib.contextmanager
def live_server(folder: Path, port: int = 0, **settings: Any) -> Iterator[LiveServer]:
    """One on this machine, with its database in `folder`."""
    config = ServerConfig(database=f"sqlite+aiosqlite:///{folder}/shows.sqlite", embedded=True, port=port, **settings)
    told: Future[tuple[LiveServer, asyncio.Event]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(config, Tokens(), told)), name="live-server")
    thread.start()
    live, enough = told.result(TIMEOUT_S)
    try:
        yield live
    finally:
        live._loop.call_soon_threadsafe(enough.set)
        thread.join()
