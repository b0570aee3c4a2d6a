"""The brand's products: feeds, and their pictures."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from itertools import accumulate
from typing import Any

import msgspec
from aiohttp import web

from studio.commands import Actor
from studio.queries.catalogue import CatalogueSearch, Found
from studio.server.answers import at_once
from studio.server.catalogue.feeds import Feeds
from studio.server.catalogue.fetcher import Fetcher
from studio.server.catalogue.importer import Importer
from studio.server.catalogue.pictures import Pictures
from studio.server.catalogue.routes import CatalogueRoutes
from studio.server.db import catalogue as rows
from studio.server.ground import Ground
from studio.server.live.show import LiveShow
from studio.server.part import Part
from studio.show.brand import Brand
from studio.show.product import CatalogueProduct
from studio.spine import Dispatcher
from studio.state import Feed

ANSWER_MAX = 64 * 1024
"""Bytes of products in one answer: heartbeats and commands share its way, and wait for it on a slow network."""
FOR_EVER = "public, max-age=31536000, immutable"


class CataloguePart(Part):
    """`push` tells every studio a branch; `zone()` is where the brand is: feeds are read when it is night there."""

    def __init__(self, ground: Ground, push: Callable[[str, Any], None], zone: Callable[[], str]) -> None:
        self._push = push
        self._engine = ground.engine
        self.fetcher = Fetcher(private=ground.config.feeds.private)
        changed = ground.live_shows.catalogue_changed
        self.pictures = Pictures(ground.engine, self.fetcher, ground.folder("pictures"), ground.clock, changed)
        importer = Importer(ground.engine, ground.clock)
        self.feeds = Feeds(
            ground.engine,
            importer,
            self.fetcher,
            folder=ground.folder("feeds"),
            clock=ground.clock,
            changed=changed,
            tell=self._tell,
        )
        self.feeds.zone = zone
        self._routes = CatalogueRoutes(ground.engine, ground.admission, self.feeds, ground.folder("feeds"))

    async def open(self, opened: AsyncExitStack) -> None:
        for part in (self.fetcher, self.pictures, self.feeds):
            opened.push_async_callback(part.close)
        self.pictures.start()
        await self.feeds.start()

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/pictures/{name}", at_once(self._picture))
        self._routes.add_routes(router)

    def register(self, brand: Dispatcher) -> None:
        brand.register(CatalogueSearch, self._search)

    async def _search(self, query: CatalogueSearch, by: Actor) -> Found:
        """As a list shows them, and as many as the link carries beside everything else: at least one."""
        async with self._engine.connect() as connection:
            found = await rows.search(connection, query.words, query.limit + 1, query.offset)
        listed = [_listed(product) for product in found[: query.limit]]
        sizes = accumulate(len(msgspec.json.encode(product)) for product in listed)
        told = max(1, sum(size <= ANSWER_MAX for size in sizes))
        return Found(products=tuple(listed[:told]), more=len(found) > told)

    def register_show(self, live: LiveShow) -> None:
        self.feeds.register(live.dispatcher)

    def branches(self, client: str, live: LiveShow | None) -> dict[str, Any]:
        return {"feeds": self.feeds.state, "brand": self.feeds.brand}

    def _picture(self, request: web.Request) -> web.Response:
        """`GET /pictures/{name}`: our own copy of a product's picture, named by its content."""
        path = self.pictures.path(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.Response(body=path.read_bytes(), content_type="image/webp", headers={"Cache-Control": FOR_EVER})

    def _tell(self, feeds: tuple[Feed, ...], brand: Brand) -> None:
        self._push("feeds", feeds)
        self._push("brand", brand)


def _listed(product: CatalogueProduct) -> CatalogueProduct:
    """Without what a list does not show."""
    variants = tuple(msgspec.structs.replace(variant, options={}, image="") for variant in product.variants)
    return msgspec.structs.replace(product, description="", images=product.images[:1], variants=variants, history=())
