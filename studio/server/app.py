"""The server's parts, built in order and closed in reverse, and the table of its routes."""

import asyncio
import logging
import os
import ssl
import warnings
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from aiohttp import BadContentDispositionHeader, BadContentDispositionParam, web
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock, MonotonicClock
from studio.errors import Forbidden
from studio.server import api, pages, shop_api
from studio.server.answers import at_once, json_answer
from studio.server.audience import Audience
from studio.server.auth import Bearer, Tokens
from studio.server.broker import Broker
from studio.server.calls.advisors import AdvisorCommands
from studio.server.calls.bookings import Bookings
from studio.server.calls.callers import Callers
from studio.server.calls.desk import Desk
from studio.server.calls.inbox import Inbox
from studio.server.calls.line import Line
from studio.server.calls.routes import CallRoutes
from studio.server.calls.sockets import CallSockets
from studio.server.catalogue.feeds import ZONE, Feeds
from studio.server.catalogue.fetcher import Fetcher
from studio.server.catalogue.importer import Importer
from studio.server.catalogue.pictures import Pictures
from studio.server.config import ServerConfig, port_range, read_secret
from studio.server.db.engine import open_database
from studio.server.desktops.link import StudioLink
from studio.server.desktops.media import DesktopMedia
from studio.server.event_log import EventLog
from studio.server.films.films import Films
from studio.server.films.public import PublicFilms
from studio.server.films.uploads import FilmUploads
from studio.server.guests.guests import Guests
from studio.server.guests.sockets import GuestSockets
from studio.server.health import Health
from studio.server.http_guard import HTTP_LOG, LOOPBACK, SECURITY_HEADERS, HttpGuard, hostname, unreadable
from studio.server.ice_servers import IceServers
from studio.server.limiter import Limiter, address_of
from studio.server.listener import Listener
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.server.mail.postbox import Postbox
from studio.server.metrics import TEXT, Metrics
from studio.server.open_sockets import OpenSockets
from studio.server.retention import keep
from studio.server.shop.visits import Visits
from studio.server.show_routes import ShowRoutes
from studio.server.studio_api import StudioApi
from studio.server.tls import renew, tls_context
from studio.server.visitors import Visitors
from studio.server.whep import Whep
from studio.show.brand import Brand
from studio.state import Feed
from studio.tasks import Tasks
from studio.webrtc.udp_ports import use_ports

for category in (BadContentDispositionHeader, BadContentDispositionParam):  # they repeat what a stranger sent, and keep it
    warnings.filterwarnings("ignore", category=category)

log = logging.getLogger(__name__)

KEEPALIVE_S = 30.0
LINGERING_S = 1.0
"""Who is refused while they still send has this long to stop, so that they can read the answer."""
SERVER = "Vitrine"
"""What we call ourselves to strangers: which version of what is nobody's business."""


class ShowServer:
    """`await start()` opens the database and listens; `await close()` stops everything it started."""

    def __init__(self, config: ServerConfig, tokens: Tokens, clock: Clock | None = None) -> None:
        self.config = config
        self.tokens = tokens
        self.port = 0
        self._clock = clock or MonotonicClock()
        self._engine: AsyncEngine | None = None
        self._opened = AsyncExitStack()
        """How each part that was opened is closed again."""
        self._listener: Listener | None = None
        self._tls: ssl.SSLContext | None = None
        self.app: web.Application | None = None
        """Its routes, once it is open."""
        self._order_secret = ""
        self.sockets = OpenSockets()
        ice = self.ice = IceServers(config.ice)
        self.whep = Whep(config, ice)
        self.visitors = Visitors()
        self.audience = Audience(config, self.visitors, self._clock, self.sockets, ice, self.whep)
        self.metrics = Metrics(self)
        self.broker = Broker()
        self.log: EventLog
        self.live_shows: LiveShows
        self.link: StudioLink
        self.fetcher: Fetcher
        self.pictures: Pictures
        self.feeds: Feeds | None = None

    @property
    def url(self) -> str:
        """Where people reach it."""
        if self.config.url:
            return self.config.url.rstrip("/")
        host = "127.0.0.1" if self.config.host in ("0.0.0.0", "::") else self.config.host
        return f"{'https' if self._tls else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def connections_refused(self) -> int:
        """Connections beyond what one address may have."""
        return self._listener.refused if self._listener else 0

    async def start(self) -> None:
        """Open the database, listen. When that fails (the port is taken), what was opened is closed again."""
        try:
            await self._open()
        except BaseException:
            try:
                await self.close()
            except Exception:  # what is told is why it could not be opened
                log.exception("not everything could be closed again")
            raise

    async def _open(self) -> None:
        if self.config.ice.udp_ports:
            use_ports(asyncio.get_running_loop(), port_range(self.config.ice.udp_ports))
        await self._open_shows()
        self._open_shop()
        self._open_link()
        await self._open_desk()
        await self._open_guests()
        await self.films.start()
        self.pictures.start()
        await self._open_feeds()
        self._open_api()
        await self._listen()
        self._start_tasks()

    async def _open_shows(self) -> None:
        """The database, and what happens in it."""
        opened = self._opened
        self._engine = self.tokens.engine = await open_database(self.config.database)
        opened.push_async_callback(self._engine.dispose)
        self.tokens.wrong = Limiter(0 if self.config.embedded else self.config.limits.wrong_tokens_a_minute)
        self.log = EventLog(self._engine, self.broker, self._clock)
        opened.push_async_callback(self.log.close)
        self.log.start()
        self.live_shows = LiveShows(self._engine, self.log, self.broker, self._clock)
        opened.push_async_callback(self.live_shows.close)
        await self.visitors.open(self._engine, self._clock.wall_ms())

    def _open_shop(self) -> None:
        """Catalogue, films, and what visitors do."""
        assert self._engine is not None
        opened, data = self._opened, self.config.data_dir
        self.fetcher = Fetcher(private=self.config.feeds.private)
        opened.push_async_callback(self.fetcher.close)
        self.pictures = Pictures(self._engine, self.fetcher, data / "pictures", self._clock, self.live_shows.catalogue_changed)
        opened.push_async_callback(self.pictures.close)
        importer = Importer(self._engine, self._clock)
        self.feeds = Feeds(
            self._engine, importer, self.fetcher, data / "feeds", self._clock, self.live_shows.catalogue_changed, self._tell_feeds
        )
        opened.push_async_callback(self.feeds.close)
        self.films = Films(self._engine, self._clock, self.live_shows, data / "films", self.config.films)
        self.public_films = PublicFilms(self.films, self.live_shows)
        self.live_shows.register = self._register
        self.live_shows.pictures = self.pictures.want
        self.audience.visits = Visits(self._engine, self._clock, self.live_shows.open, self.visitors.banned)
        self._visitor_api = shop_api.VisitorApi(self.audience.visits, self.visitors, self.config.proxies)
        if self.config.shop.orders_secret_file:
            self._order_secret = read_secret(self.config.shop.orders_secret_file, "shop.orders_secret_file")

    def _open_link(self) -> None:
        """Desktops, and whoever works beside them."""
        assert self._engine is not None
        self.link = StudioLink(self._engine, self._clock, self.live_shows, self.tokens, self.sockets)
        self.log.token_of = self.link.owners.token_of
        self.link.pid = os.getpid()
        self.link.proxies = self.config.proxies

    async def _open_feeds(self) -> None:
        """Feeds are read when it is night where the brand is."""
        feeds = self.feeds
        assert feeds is not None
        self.link.feeds = lambda: feeds.state
        self.link.brand_state = lambda: feeds.brand
        feeds.zone = lambda: self.desk.rules.hours.zone if self.desk.rules.hours is not None else ZONE
        await feeds.start()

    def _open_api(self) -> None:
        assert self._engine is not None
        assert self.feeds is not None
        self.health = Health(self._engine, self._facts, lambda: {"desktops": self.link.engines}, self._authenticate)
        known = self.tokens, self.config.proxies
        feeds = self.config.data_dir / "feeds"
        self.studio_api = StudioApi(self._engine, known, self.feeds, self.live_shows, feeds, self.inbox)
        self.film_uploads = FilmUploads(self.films, self.studio_api.admit)

    async def _listen(self) -> None:
        opened = self._opened
        self.app = self._app()
        runner = web.AppRunner(
            self.app,
            access_log=None,
            logger=HTTP_LOG,
            shutdown_timeout=1,
            lingering_time=LINGERING_S,
            keepalive_timeout=KEEPALIVE_S,
        )
        opened.push_async_callback(runner.cleanup)
        await runner.setup()
        for part in (self.sockets, self.whep, self.metrics):
            opened.push_async_callback(part.close)
        self._tls = tls_context(self.config.tls)
        per_address = 0 if self.config.embedded else self.config.limits.connections
        listener = Listener(runner, self.config.host, self.config.port, self._tls, per_address, self.config.proxies, _unreadable)
        self._listener = listener
        await listener.start()
        opened.push_async_callback(_stop_listening, runner)
        self.port = listener.bound_port
        self.link.viewer_url = self.url
        if not self.url.startswith("https:") and not self.config.embedded and hostname(self.url) not in LOOPBACK:
            log.warning("pages and passwords travel in the clear: set [tls], or [server] url to that of a proxy with TLS")

    def _start_tasks(self) -> None:
        assert self._engine is not None
        self.metrics.start()
        tasks = Tasks(log)
        self._opened.push_async_callback(tasks.close)
        tasks.spawn(self.link.watch_tokens(), "tokens")
        tasks.spawn(keep(self._engine, self.config.retention, self._clock), "retention")
        tasks.spawn(self.inbox.keep(self.config.retention.calls_days), "inbox")
        tasks.spawn(self.postbox.run(), "e-mails")
        tasks.spawn(self.films.keep(), "films")

    async def _open_desk(self) -> None:
        """One-to-one calls; whoever was in line still is."""
        assert self._engine is not None
        ice = self.config.ice
        line = Line(self._engine, self.log, self._clock)
        identify = partial(self.audience.visits.identify, self.visitors)
        self.postbox = Postbox(self._engine, self._clock, self.config.mail)
        desk_of = self._engine, self.log, self._clock, identify, self.postbox
        limited = not self.config.embedded
        self.inbox = Inbox(*desk_of, self.config.data_dir / "messages", limited=limited)
        self.bookings = Bookings(*desk_of, url=lambda: self.url, origins=self.config.origins, limited=limited)
        for part in (self.inbox, self.bookings):
            part.register(self.link.brand)
        relay = bool(ice.turn) and not ice.direct_calls
        desk = Desk(line, self.inbox, self.bookings, self._engine, self._clock, self.ice, relay=relay)
        desk.push, desk.sessions_of = self.link.push, self.link.sessions_of
        AdvisorCommands(desk, self._engine, self._clock).register(self.link.brand)
        callers = Callers(desk, self._engine, self._clock, limited=limited)
        self.calls = CallSockets(self.config, desk, callers, self.audience.visits, self.visitors, self.sockets)
        self.desk = self.link.desk = desk
        self.audience.visits.forgetting += [self.inbox.forget, self.bookings.forget, desk.forget]
        self._opened.push_async_callback(desk.close)
        await desk.start()

    async def _open_guests(self) -> None:
        """Guests of shows; links that held still do."""
        assert self._engine is not None
        ice = self.config.ice
        relay = bool(ice.turn) and not ice.direct_calls
        self.guests = self.link.guests = Guests(self._engine, self._clock, self.ice, lambda: self.url, relay=relay)
        self.guests.engines = self.link.engines_of
        await self.guests.load()
        self.guest_sockets = GuestSockets(self.config, self.guests, self.live_shows, self.sockets)

    def _register(self, live: LiveShow) -> None:
        """The commands that are the same in every show."""
        assert self.feeds is not None
        self.feeds.register(live.dispatcher)
        self.guests.register(live)
        self.films.register(live)

    def reload(self) -> None:
        """Read the certificate again, which has been renewed."""
        if self._tls is not None:
            renew(self._tls, self.config.tls)

    async def close(self) -> None:
        """Say goodbye to everybody, write what waits, close the database."""
        await self._opened.aclose()

    def _app(self) -> web.Application:
        def counted(status: int) -> None:
            self.metrics.requests.labels(status).inc()

        guard = HttpGuard(self.config, lambda: self.url, counted, self.whep.add_links)
        app = web.Application(middlewares=[guard.middleware()])
        app.on_response_prepare.append(_prepared)
        router = app.router
        router.add_get("/healthz", self.health.handle)
        router.add_get("/metrics", self._metrics)
        router.add_get("/embed.js", at_once(pages.embed))
        router.add_get("/order.js", at_once(pages.order_script))
        router.add_get("/assets/{path:.+}", at_once(pages.asset))
        if self.config.embedded:
            router.add_get("/demo/shop", at_once(pages.demo_shop_home))
            router.add_get("/demo/shop/{path:.*}", at_once(pages.demo_shop))
        router.add_get("/favicon.ico", at_once(lambda request: web.Response(status=204)))
        router.add_get("/pictures/{name}", at_once(lambda request: shop_api.picture(self.pictures, request.match_info["name"])))
        router.add_get("/api/openapi.json", at_once(lambda request: json_answer(api.OPENAPI)))
        router.add_get("/api/visitor", self._visitor_api.held)
        router.add_delete("/api/visitor", self._visitor_api.forget)
        router.add_post("/api/orders", self._api_orders)
        router.add_get("/guests/ws", self.guest_sockets.handle)
        router.add_get("/guest", at_once(pages.guest_page))
        router.add_get("/studio", self.link.handle)
        for part in (
            *self._routes(),
            DesktopMedia(self.link, self.sockets),
            self.studio_api,
            self.film_uploads,
            self.public_films,
        ):
            part.add_routes(router)
        return app

    def _routes(self) -> tuple[ShowRoutes, CallRoutes]:
        proxies = self.config.proxies
        shop = self._visitor_api, self.public_films
        shows = ShowRoutes(self.live_shows, self.audience, self.whep, shop, lambda: self.url)
        return shows, CallRoutes(self.desk, (self.inbox, self.bookings), self.calls, self.visitors, proxies)

    async def _api_orders(self, request: web.Request) -> web.StreamResponse:
        return await shop_api.take_order(request, self.live_shows, self._order_secret, self._clock)

    def _tell_feeds(self, feeds: tuple[Feed, ...], brand: Brand) -> None:
        self.link.push("feeds", feeds)
        self.link.push("brand", brand)

    def _facts(self) -> dict[str, Any]:
        return {"readers": self.whep.count, "time_ms": self._clock.wall_ms()}

    async def _authenticate(self, request: web.Request) -> Bearer:
        return await self.tokens.authenticate(request, address_of(request, self.config.proxies))

    async def _metrics(self, request: web.Request) -> web.StreamResponse:
        if not self.config.embedded:
            bearer = await self._authenticate(request)
            if bearer.role != "admin":
                raise Forbidden("{role} may not use {name}", role=bearer.role, name="/metrics")
        return web.Response(body=self.metrics.text(), headers={"Content-Type": TEXT})


async def _stop_listening(runner: web.AppRunner) -> None:
    for site in tuple(runner.sites):
        await site.stop()


async def _prepared(request: web.Request, response: web.StreamResponse) -> None:
    """What is begun before the guard has it carries the same."""
    response.headers.update(SECURITY_HEADERS | {"Server": SERVER})


def _unreadable(status: int) -> web.Response:
    response = unreadable(status)
    response.headers["Server"] = SERVER
    return response
