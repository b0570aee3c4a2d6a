"""Servers on both databases, and one whose PostgreSQL goes away when a test says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from studio.commands.call import CallAvailable, CallRulesSet
from studio.commands.guest import GuestInvite
from studio.commands.show import ShowCreate
from studio.server import audience
from studio.server.app import ShowServer
from studio.server.calls import sockets as call_sockets
from studio.server.config import ShopRules
from studio.server.guests import sockets as guest_sockets
from studio.show.call_rules import CallRules
from tests.server import strangers
from tests.server.conftest import StartServer, create_database
from tests.server.edges.both import ALWAYS, LINKS, OIL, SECRET, Pair
from tests.server.edges.outage import Gate, filled
from tests.server.fakes import Desktop


@pytest.fixture
async def pair(
    start_server: StartServer, home: Path, database: str, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Pair]:
    """Both with a show `demo` that sells oil, with hours for calls, and with nothing limited."""
    monkeypatch.setattr(audience, "MESSAGES_A_SECOND", 10**9)
    monkeypatch.setattr(call_sockets, "WORDS_A_SECOND", 10**9)
    monkeypatch.setattr(guest_sockets, "WORDS_A_SECOND", 10**9)
    name = f"edges{tmp_path.name[-20:]}".lower().replace("-", "_")
    await create_database(postgres_url, name, "TEMPLATE migrated")
    secret = tmp_path / "orders.secret"
    secret.write_text(SECRET)
    shop = ShopRules(orders_secret_file=str(secret))
    made = Pair(await start_server(shop=shop), await start_server(shop=shop, database=f"{postgres_url}/{name}"))
    async with aiohttp.ClientSession() as http:
        for server in made:
            desktop = await Desktop(http, server.url).connect()
            await desktop.do(ShowCreate(id="demo", title="Demo", products=(OIL,)))
            await desktop.do(CallRulesSet(rules=CallRules(hours=ALWAYS, bookings=True)))
            await desktop.do(CallAvailable(on=True))
            await desktop.take()
            link = str(await desktop.do(GuestInvite(name="Mette")))
            monkeypatch.setitem(LINKS, server.url, link.partition("#")[2])
            await desktop.close()
        with strangers.everybody_may():
            yield made


@pytest.fixture
async def gate(postgres_url: str) -> AsyncIterator[Gate]:
    gate = Gate(int(postgres_url.rpartition(":")[2]))
    await gate.open()
    yield gate
    await gate.shut()


@pytest.fixture
async def behind_gate(start_server: StartServer, postgres_url: str, gate: Gate, home: Path, tmp_path: Path) -> ShowServer:
    """A server whose PostgreSQL is behind the gate."""
    name = f"away{tmp_path.name[-20:]}".lower().replace("-", "_")
    await create_database(postgres_url, name, "TEMPLATE migrated")
    server = await start_server(database=f"postgresql+asyncpg://vitrine@127.0.0.1:{gate.port}/{name}")
    await filled(server)
    return server
