"""Newsletters: who asks for them, what each reader is written, and what comes back."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack
from typing import Any

from aiohttp import web

from studio.server.ground import Ground
from studio.server.live.show import LiveShow
from studio.server.mail.own_pages import OwnPages
from studio.server.mail_tools.tools import MailTools
from studio.server.mail_tools.wishes import Wishes
from studio.server.newsletter.composer import Composer
from studio.server.newsletter.controller import NewsletterController
from studio.server.newsletter.links import MailLinks
from studio.server.newsletter.mailings import Mailings
from studio.server.newsletter.readers import Readers
from studio.server.newsletter.returns import Returns
from studio.server.newsletter.routes import NewsletterRoutes
from studio.server.newsletter.subscribers import Subscribers
from studio.server.part import Forget, Part
from studio.server.relation.part import RelationPart
from studio.spine import Dispatcher
from studio.tasks import Tasks


class NewsletterPart(Part):
    """`push` tells every studio a branch. It stands on the relation: whom a reader is, and which rules are theirs."""

    def __init__(self, ground: Ground, push: Callable[[str, Any], None], relation: RelationPart) -> None:
        engine, clock, book = ground.engine, ground.clock, relation.book
        self.links = MailLinks()
        self._engine = engine
        self._shows = ground.live_shows
        composer = Composer(engine, clock, book, relation.decisions, relation.weekly, ground.url)
        self.controller = NewsletterController(engine, clock, push, book=book, composer=composer, postbox=ground.mail)
        self.subscribers = self.controller.subscribers = Subscribers(
            engine,
            clock,
            links=self.links,
            postbox=ground.mail,
            pages=OwnPages(ground.url, ground.config.origins),
            visits=ground.visits,
            visitors=ground.visitors,
            people=relation.people,
            topics=lambda: book.topics,
            settings=lambda: self.controller.settings,
            url=ground.url,
            limited=ground.limited,
        )
        readers = Readers(
            book=book, people=relation.people, composer=composer, subscribers=self.subscribers, watching=self._watching
        )
        self.mailings = self.controller.mailings = Mailings(
            engine,
            clock,
            book=book,
            readers=readers,
            composer=composer,
            subscribers=self.subscribers,
            links=self.links,
            postbox=ground.mail,
            settings=lambda: self.controller.settings,
            url=ground.url,
            visits=ground.visits,
        )
        self.returns = self.controller.returns = Returns(engine, clock, self.links, self.subscribers, ground.config.mailbox)
        self.tools = self.controller.tools = MailTools(
            engine,
            clock,
            ground.config.mail_tool,
            wishes=Wishes(book, readers),
            subscribers=self.subscribers,
            changed=self.controller.refresh,
        )
        self.subscribers.changed = self._changed
        self.mailings.changed = self.controller.refresh
        self._routes = NewsletterRoutes(
            clock,
            subscribers=self.subscribers,
            returns=self.returns,
            admission=ground.admission,
            visitors=ground.visitors,
            settings=lambda: self.controller.settings,
            proxies=ground.config.proxies,
        )

    def _changed(self) -> None:
        self.tools.stir()
        self.controller.refresh()

    def _watching(self, visitors: Collection[str], show: str) -> bool:
        """Whether somebody has a show open now."""
        return any(member.id in visitors for live in self._shows.open() if live.show.id == show for member in live.pages.members)

    async def open(self, opened: AsyncExitStack) -> None:
        await self.links.open(self._engine)
        await self.tools.open(opened)
        await self.controller.open()

    def begin(self, tasks: Tasks) -> None:
        tasks.spawn(self.controller.branch.run(), "newsletters-state")
        tasks.spawn(self.mailings.run(), "newsletters")
        tasks.spawn(self.returns.run(), "mailbox")
        self.tools.begin(tasks)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        self._routes.add_routes(router)

    def register(self, brand: Dispatcher) -> None:
        self.controller.register(brand)

    def forgetters(self) -> Sequence[Forget]:
        async def forgotten(visitor: str) -> None:
            self._changed()

        return [forgotten]

    def branches(self, client: str, live: LiveShow | None) -> dict[str, Any]:
        return {"newsletters": self.controller.branch.state}
