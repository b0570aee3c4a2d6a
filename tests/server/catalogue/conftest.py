"""Somebody else's shop, on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web

from studio.commands.show import ShowCreate
from studio.link.server_process import Endpoint
from studio.link.shop_client import ShopClient
from studio.server.app import ShowServer
from studio.server.config import FeedRules
from tests.server.conftest import StartServer
from tests.server.fakes import TOKEN, Desktop

Answer = Callable[[web.Request], "web.StreamResponse"]


class Shop:
    """Serves what a test puts into `answers`, by path; counts what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        self.headers.append(dict(request.headers))
        answer = self.answers.get(request.path)
        if callable(answer):
            return await answer(request)  # type: ignore[no-any-return]
        if isinstance(answer, bytes):
            return web.Response(body=answer)
        raise web.HTTPNotFound


@pytest.fixture
async def feed_shop() -> AsyncIterator[Shop]:
    shop = Shop()
    app = web.Application()
    app.router.add_get("/{path:.*}", shop.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield shop
    await runner.cleanup()
    await asyncio.sleep(0.1)  # handlers that were cut off end


@pytest.fixture
async def open_server(start_server: StartServer) -> ShowServer:
    """A server that may fetch from this machine."""
    return await start_server(feeds=FeedRules(private=True))


@pytest.fixture
async def client(open_server: ShowServer, http: aiohttp.ClientSession) -> ShopClient:
    return ShopClient(http, Endpoint(open_server.url, TOKEN))


@pytest.fixture
async def desk(open_server: ShowServer, http: aiohttp.ClientSession) -> AsyncIterator[Desktop]:
    desktop = await Desktop(http, open_server.url, show="shop").connect()
    await desktop.do(ShowCreate(id="shop", title="Aften"))
    yield desktop
    await desktop.close()
