"""A brand that also writes with a mail tool, of each kind there is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from studio.commands import newsletter as ask
from studio.relation.newsletter import MailSettings, Topic
from studio.server.app import ShowServer
from studio.server.config import Mail, MailToolRules
from studio.server.mail_tools.pusher import LOOK_S, POLL_MS, SWEEP_MS, Pusher
from tests.server.conftest import StartServer
from tests.server.fakes import PushedClock
from tests.server.mail_server import MailServer
from tests.server.mail_tools.vendors import KEY, VENDORS, Vendor
from tests.server.newsletter.conftest import by_hand, new_page, readers
from tests.server.newsletter.readers import SHOP_ORIGIN
from tests.server.relation.shop import order

__all__ = ["by_hand", "new_page", "readers"]
RUN = Pusher.run


@pytest.fixture(params=list(VENDORS))
async def vendor(request: pytest.FixtureRequest, hands: PushedClock) -> AsyncIterator[Vendor]:
    made = VENDORS[request.param](hands)
    runner = await made.start()
    yield made
    await runner.cleanup()


@pytest.fixture(autouse=True)
def told_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tools are told when a test says so (`Tool.settle`)."""

    async def idle(self: Pusher) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Pusher, "run", idle)


@pytest.fixture
def rules(vendor: Vendor, tmp_path: Path) -> MailToolRules:
    key = tmp_path / "tool.key"
    key.write_text(KEY, encoding="utf-8")
    return MailToolRules(name="tool", kind=vendor.kind, key_file=str(key), list=vendor.list_id, topic="news", url=vendor.url)


@pytest.fixture
def mail(mail_server: MailServer) -> Mail:
    return Mail(host="127.0.0.1", port=mail_server.port, security="none", sender="Sandø <hej@sandoe.example>")


@pytest.fixture
async def server(start_server: StartServer, mail: Mail, rules: MailToolRules) -> ShowServer:
    server = await start_server(mail=mail, origins=(SHOP_ORIGIN,), mail_tool=(rules,))
    settings = MailSettings(brand="Sandø", contact="Strandgade 1, 1401 København K", gap_hours=0)
    await order(server, ask.NewsletterSettings(settings=settings))
    await order(server, ask.TopicSave(topic=Topic(id="news", name="News from Sandø")))
    return server


class Tool:
    """What staff see and do of it."""

    def __init__(self, server: ShowServer, clock: PushedClock) -> None:
        self.server = server
        self._clock = clock

    @property
    def pusher(self) -> Pusher:
        return self.server.newsletters.tools.one("tool")

    async def switch(self, *segments: str, on: bool = True) -> Any:
        return await order(self.server, ask.MailToolSwitch(tool="tool", on=on, segments=segments))

    async def settle(self) -> None:
        """Everything that is due was told."""
        self._clock.push(LOOK_S)
        while await self.pusher.step():
            pass

    async def later(self) -> None:
        """The tool was heard, and everybody looked at again."""
        self._clock.push(max(POLL_MS, SWEEP_MS) / 1000)
        await self.settle()


@pytest.fixture
def tool(server: ShowServer, hands: PushedClock) -> Tool:
    return Tool(server, hands)
