"""A show server of its own with one show, and a studio connected to it, for benchmarks that need no picture."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp

from studio.bench import stage
from studio.commands.show import ShowCreate
from studio.link.connection import Connection, connect, hello
from studio.link.server_process import Endpoint, ServerProcess
from studio.link.shop_client import ShopClient
from studio.show.shelf import Product

SHOW = "bench"


@dataclass(frozen=True)
class ShowOnServer:
    """The server's endpoint, a connection that may command, and the HTTP side."""

    endpoint: Endpoint
    connection: Connection
    shop: ShopClient

    @property
    def page(self) -> str:
        """The viewer page."""
        return f"{self.endpoint.url}/shows/{SHOW}"


@contextlib.asynccontextmanager
async def show_on_server(products: tuple[Product, ...] = ()) -> AsyncIterator[ShowOnServer]:
    """It ends with the block."""
    with stage.folder() as home:
        server = ServerProcess(database=home / "bench.sqlite", linger_s=60)
        endpoint = await server.start()
        try:
            async with linked(endpoint, products) as connection:
                yield ShowOnServer(endpoint, connection, ShopClient(connection.http, endpoint))
        finally:
            await server.close()


@contextlib.asynccontextmanager
async def linked(endpoint: Endpoint, products: tuple[Product, ...] = ()) -> AsyncIterator[Connection]:
    """A studio at a server that runs, which has made the show there."""
    async with aiohttp.ClientSession() as http:
        connection = await connect(http, endpoint.url, endpoint.token, hello("bench", "bench", "", studio=True))
        reader = asyncio.create_task(connection.run(_ignore))
        try:
            await connection.execute(ShowCreate(id=SHOW, title="Bench", brand="Bench", products=products))
            yield connection
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
            await connection.close()


async def _ignore(message: object) -> None:
    pass
