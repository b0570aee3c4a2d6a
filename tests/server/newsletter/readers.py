"""People who read newsletters: they type an address in the shop, and click in what they are sent."""

import asyncio
import re
from email.message import EmailMessage
from typing import Any

import aiohttp

from studio.relation.newsletter import AnyBlock, Newsletter, TextBlock
from studio.server.app import ShowServer
from studio.server.db import catalogue
from studio.server.db.engine import writing
from studio.show.product import CatalogueProduct, Offer
from tests.fakes import TIMEOUT_S
from tests.server.fakes import PushedClock
from tests.server.mail_server import MailServer
from tests.server.relation.shop import Page

SHOP_ORIGIN = "https://shop.example"
HELLO = TextBlock(title="Hello", text="This week's news.")


def newsletter(name: str = "week", *blocks: AnyBlock, **fields: Any) -> Newsletter:
    said = {"id": name, "name": name.capitalize(), "topic": "news", "subject": f"{name.capitalize()} at Sandø"}
    return Newsletter(**(said | {"blocks": blocks or (HELLO,)} | fields))


def links(letter: EmailMessage) -> list[str]:
    """Every link of the plain text."""
    text = letter.get_body(("plain",))
    assert text is not None
    return re.findall(r"https?://[^\s]+", text.get_content())


def shown(letter: EmailMessage) -> str:
    """The HTML."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


class Readers:
    """All of them."""

    def __init__(self, server: ShowServer, http: aiohttp.ClientSession, clock: PushedClock, mail: MailServer) -> None:
        self.server, self.http, self.clock, self.mail = server, http, clock, mail

    async def type(self, address: str, browser: Page | None = None, **fields: Any) -> tuple[int, Any]:
        """Somebody types an address in the shop's form."""
        headers = {"Authorization": f"Visitor {browser.token}"} if browser is not None and browser.token else {}
        body = {"email": address, "topics": ["news"], "zone": "Europe/Copenhagen"} | fields
        async with self.http.post(f"{self.server.url}/relation/v1/subscribe", json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def letters(self, address: str, count: int = 1) -> list[EmailMessage]:
        """So many letters have come."""
        async with asyncio.timeout(TIMEOUT_S):
            while len(found := self.mail.to(address)) < count:
                self.server.mail.wake()
                await self.settle()
                await asyncio.sleep(0.01)
        return found

    async def confirm(self, token: str, page: Page | None = None) -> int:
        headers = {"Authorization": f"Visitor {page.token}"} if page is not None and page.token else {}
        body = {"token": token}
        async with self.http.post(f"{self.server.url}/relation/v1/confirm", json=body, headers=headers) as answer:
            return answer.status

    async def subscribe(self, address: str, page: Page | None = None, **fields: Any) -> None:
        """Typed, and confirmed in the same browser."""
        before = len(self.mail.to(address))
        status, said = await self.type(address, page, **fields)
        assert status == 202, said
        letter = (await self.letters(address, before + 1))[-1]
        assert await self.confirm(token_in(letter), page) == 200

    async def get(self, url: str) -> tuple[int, str]:
        async with self.http.get(url) as answer:
            return answer.status, await answer.text()

    async def post(self, url: str, **form: str) -> tuple[int, str]:
        async with self.http.post(url, data=form) as answer:
            return answer.status, await answer.text()

    async def settle(self) -> None:
        """All that is due has gone, or waits for later."""
        mailings = self.server.newsletters.mailings
        async with asyncio.timeout(TIMEOUT_S):
            while await mailings.step():
                pass

    async def stock(self, *products: str, stock: int | None = None, category: str = "Skincare") -> None:
        """The catalogue has these."""
        made = [
            CatalogueProduct(
                id=name,
                title=name.capitalize(),
                url=f"{SHOP_ORIGIN}/{name}",
                currency="DKK",
                category=category,
                brand="Sandø",
                images=(f"{SHOP_ORIGIN}/{name}.jpg",),
                offer=Offer(price_minor=24_900, stock=stock),
            )
            for name in products
        ]
        assert self.server.tokens.engine is not None
        async with writing(self.server.tokens.engine).begin() as connection:
            await catalogue.put(connection, made, self.clock.wall_ms())


def token_in(letter: EmailMessage) -> str:
    """Of the letter that asks for a confirmation."""
    (link,) = links(letter)
    found = re.search(r"(?:/mail/confirm/|vitrine-mail=)([\w-]+)", link)
    assert found is not None, link
    return found[1]
