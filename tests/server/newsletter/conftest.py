"""A brand that writes newsletters, and people who read them."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from studio.commands import newsletter as ask
from studio.relation.newsletter import MailSettings, Topic
from studio.server.app import ShowServer
from studio.server.config import Mail
from studio.server.newsletter.mailings import Mailings
from tests.server.conftest import StartServer
from tests.server.fakes import PushedClock
from tests.server.mail_server import MailServer
from tests.server.newsletter.readers import SHOP_ORIGIN, Readers
from tests.server.relation.shop import SHOP, NewPage, Page, order

RUN = Mailings.run


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newsletters go when a test says so (`Readers.settle`): nothing else has one in hand then."""

    async def idle(self: Mailings) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Mailings, "run", idle)


@pytest.fixture
async def server(start_server: StartServer, mail_server: MailServer) -> ShowServer:
    """A server that sends newsletters about one topic."""
    mail = Mail(
        host="127.0.0.1",
        port=mail_server.port,
        security="none",
        sender="Sandø <hej@sandoe.example>",
        bounces="retur@sandoe.example",
    )
    server = await start_server(mail=mail, origins=(SHOP_ORIGIN,))
    settings = MailSettings(brand="Sandø", contact="Strandgade 1, 1401 København K · hej@sandoe.example", gap_hours=0)
    await order(server, ask.NewsletterSettings(settings=settings))
    await order(server, ask.TopicSave(topic=Topic(id="news", name="News from Sandø", text="Once a week.")))
    return server


@pytest.fixture
async def new_page(server: ShowServer, http: aiohttp.ClientSession, hands: PushedClock) -> NewPage:
    """Browsers on pages of the shop."""
    server.tokens.add(SHOP, "shop")
    return lambda device="desktop": Page(http, server, hands, device)


@pytest.fixture
def readers(server: ShowServer, http: aiohttp.ClientSession, hands: PushedClock, mail_server: MailServer) -> Readers:
    """Who types addresses, and clicks in mails."""
    return Readers(server, http, hands, mail_server)


At = Callable[[int, int], Awaitable[None]]


@pytest.fixture
def wall(server: ShowServer, hands: PushedClock) -> Callable[[int, int], None]:
    """Push the clock to the next time that the brand's wall says so."""

    def push(hour: int, minute: int = 0) -> None:
        zone, now_ms = server.relation.book.zone, hands.wall_ms()
        wall = zone.wall(now_ms)
        wanted = wall.replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None)
        at_ms = zone.moment_ms(wanted)
        if at_ms <= now_ms:
            day = zone.day(now_ms) + 1
            at_ms = zone.midnight_ms(day) + (hour * 60 + minute) * 60_000
        hands.push((at_ms - now_ms) / 1000)

    return push
