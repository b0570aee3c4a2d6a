"""The server's parts, built in order and closed in reverse; their routes, and those that are nobody's in particular."""

import asyncio
import logging
import ssl
import warnings
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from aiohttp import BadContentDispositionHeader, BadContentDispositionParam, web
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock, MonotonicClock
from studio.commands import Actor
from studio.errors import Forbidden
from studio.server import api, pages
from studio.server.admission import Admission
from studio.server.answers import at_once, json_answer
from studio.server.audience import Audience
from studio.server.auth import Tokens
from studio.server.broker import Broker
from studio.server.calls.part import CallsPart
from studio.server.catalogue.part import CataloguePart
from studio.server.config import ServerConfig, port_range
from studio.server.console.part import ConsolePart
from studio.server.db.engine import open_database
from studio.server.desktops.link import StudioLink
from studio.server.desktops.media import DesktopMedia
from studio.server.desktops.owners import Owners
from studio.server.event_log import EventLog
from studio.server.films.part import FilmsPart
from studio.server.ground import Ground
from studio.server.guests.part import GuestsPart
from studio.server.health import Health
from studio.server.http_guard import HTTP_LOG, LOOPBACK, SECURITY_HEADERS, HttpGuard, hostname, unreadable
from studio.server.ice_servers import IceServers
from studio.server.limiter import Limiter
from studio.server.listener import Listener
from studio.server.live.asked import AskedShows
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.server.login.part import LoginPart
from studio.server.mail.queue import MailQueue
from studio.server.metrics import TEXT, Metrics
from studio.server.newsletter.part import NewsletterPart
from studio.server.open_sockets import OpenSockets
from studio.server.part import Part
from studio.server.relation.part import RelationPart
from studio.server.retention import purge_loop
from studio.server.shop.part import ShopPart
from studio.server.shop.visits import Visits
from studio.server.show_routes import ShowRoutes
from studio.server.tls import renew, tls_context
from studio.server.visitors import Visitors
from studio.server.whep import Whep
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
        self._opened = AsyncExitStack()
        """How each part that was opened is closed again."""
        self._tasks = Tasks(log)
        self._listener: Listener | None = None
        self._tls: ssl.SSLContext | None = None
        self.app: web.Application | None = None
        """Its routes, once it is open."""
        self.sockets = OpenSockets()
        ice = self.ice = IceServers(config.ice)
        self.whep = Whep(config, ice, self._clock)
        self.visitors = Visitors()
        self.audience = Audience(config, self.visitors, self._clock, sockets=self.sockets, ice=ice, whep=self.whep)
        self.metrics = Metrics(self)
        self.broker = Broker()
        self.log: EventLog
        self.live_shows: LiveShows
        self.mail: MailQueue
        self.link: StudioLink
        self.catalogue: CataloguePart
        self.films: FilmsPart
        self.calls: CallsPart
        self.guests: GuestsPart
        self.relation: RelationPart
        self.newsletters: NewsletterPart
        self.logins: LoginPart
        self.parts: tuple[Part, ...] = ()
        """Every domain, in the order in which they open."""

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
        engine = await open_database(self.config.database)
        self._opened.push_async_callback(engine.dispose)
        ground = await self._open_ground(engine)
        self._opened.push_async_callback(self._tasks.close)
        self._build(ground)
        for part in self.parts:
            self.audience.visits.forgetters += part.forgetters()
            part.register(self.link.brand)
        for part in self.parts:
            await part.open(self._opened)
        health = Health(engine, self._facts, self._more_facts, ground.admission.bearer)
        await self._listen(self._app(ground, health))
        self._start_tasks(engine)

    async def _open_ground(self, engine: AsyncEngine) -> Ground:
        """The database, and what happens in it."""
        config, clock, opened = self.config, self._clock, self._opened
        self.tokens.engine, self.tokens.clock = engine, clock
        self.tokens.wrong = Limiter(0 if config.embedded else config.limits.wrong_tokens_a_minute)
        self.log = EventLog(engine, self.broker, clock)
        opened.push_async_callback(self.log.close)
        self.log.start()
        self.live_shows = LiveShows(engine, self.log, self.broker, clock)
        opened.push_async_callback(self.live_shows.close)
        await self.visitors.open(engine, clock.wall_ms())
        visits = self.audience.visits = Visits(engine, clock, self.live_shows.open, self.visitors)
        self.mail = MailQueue(engine, clock, config.mail)
        return Ground(
            config=config,
            engine=engine,
            clock=clock,
            log=self.log,
            admission=Admission(self.tokens, config.proxies),
            live_shows=self.live_shows,
            asked=AskedShows(self.live_shows),
            visitors=self.visitors,
            visits=visits,
            sockets=self.sockets,
            ice=self.ice,
            mail=self.mail,
            url=lambda: self.url,
        )

    def _build(self, ground: Ground) -> None:
        """Make the parts: here a new domain takes its place."""
        owners = Owners(ground.engine, ground.clock, self.tokens)
        self.log.token_of = owners.token_of
        self.link = StudioLink(owners, self.tokens, ground.admission, ground.live_shows, ground.sockets)
        self.calls = CallsPart(ground, self.link.push, self.link.sessions_of)
        self.guests = GuestsPart(ground)
        self.films = FilmsPart(ground)
        self.catalogue = CataloguePart(ground, self.link.push, self.calls.zone)
        self.relation = RelationPart(ground, self.link.push, self.calls.zone)
        self.newsletters = NewsletterPart(ground, self.link.push, self.relation)
        self.logins = LoginPart(ground, self.relation)
        console = ConsolePart(ground, self.link, self.tokens)
        self.relation.callers.customer_of = self._customer_of
        shop = ShopPart(ground)
        shop.orders.ordered = self.relation.deeds.ordered
        shop.orders.cancelled = self.relation.deeds.cancelled
        self.parts = self.link.parts = (
            self.calls,
            self.guests,
            self.films,
            self.catalogue,
            shop,
            self.relation,
            self.newsletters,
            self.logins,
            console,
        )
        self.live_shows.register = self._register_show
        self.live_shows.pictures = self.catalogue.pictures.want

    def _customer_of(self, by: Actor) -> tuple[str, str, str]:
        row = self.calls.desk.customer_of(by)
        return row.id, row.visitor, row.consent

    def _register_show(self, live: LiveShow) -> None:
        for part in self.parts:
            part.register_show(live)

    async def _listen(self, app: web.Application) -> None:
        opened = self._opened
        self.app = app
        runner = web.AppRunner(
            app,
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
        listener = Listener(
            runner,
            self.config.host,
            self.config.port,
            context=self._tls,
            per_address=per_address,
            proxies=self.config.proxies,
            unreadable=_unreadable,
        )
        self._listener = listener
        await listener.start()
        opened.push_async_callback(_stop_listening, runner)
        self.port = listener.bound_port
        if not self.url.startswith("https:") and not self.config.embedded and hostname(self.url) not in LOOPBACK:
            log.warning("pages and passwords travel in the clear: set [tls], or [server] url to that of a proxy with TLS")

    def _start_tasks(self, engine: AsyncEngine) -> None:
        self.metrics.start()
        for part in self.parts:
            part.begin(self._tasks)
        self._tasks.spawn(self.link.watch_tokens(), "tokens")
        self._tasks.spawn(purge_loop(engine, self.config.retention, self._clock), "retention")
        self._tasks.spawn(self.mail.run(), "e-mails")

    def reload(self) -> None:
        """Read the certificate again, which has been renewed."""
        if self._tls is not None:
            renew(self._tls, self.config.tls)

    async def close(self) -> None:
        """Say goodbye to everybody, write what waits, close the database."""
        await self._opened.aclose()

    def _app(self, ground: Ground, health: Health) -> web.Application:
        def counted(status: int) -> None:
            self.metrics.requests.labels(status).inc()

        guard = HttpGuard(self.config, ground.url, counted, self.whep.add_links)
        app = web.Application(middlewares=[guard.middleware()])
        app.on_response_prepare.append(_prepared)
        router = app.router
        router.add_get("/healthz", health.handle)
        router.add_get("/metrics", partial(self._metrics, ground.admission))
        router.add_get("/embed.js", at_once(pages.embed))
        router.add_get("/order.js", at_once(pages.order_script))
        router.add_get("/relation.js", at_once(pages.relation_script))
        router.add_get("/assets/{path:.+}", at_once(pages.asset))
        if self.config.embedded:
            router.add_get("/demo/shop", at_once(pages.demo_shop_home))
            router.add_get("/demo/shop/{path:.*}", at_once(pages.demo_shop))
        router.add_get("/favicon.ico", at_once(lambda request: web.Response(status=204)))
        router.add_get("/api/openapi.json", at_once(lambda request: json_answer(api.OPENAPI)))
        router.add_get("/studio", self.link.handle)
        DesktopMedia(self.link, ground.admission, self.sockets).add_routes(router)
        ShowRoutes(ground, self.audience, self.whep).add_routes(router)
        for part in self.parts:
            part.add_routes(router)
        return app

    def _facts(self) -> dict[str, Any]:
        return {"readers": self.whep.count, "time_ms": self._clock.wall_ms()}

    def _more_facts(self) -> dict[str, Any]:
        problems = {"forwarding": self.relation.forwarder.problem, "warehouse": self.relation.warehouse.problem}
        return {"desktops": self.link.engines} | {name: problem for name, problem in problems.items() if problem}

    async def _metrics(self, admission: Admission, request: web.Request) -> web.StreamResponse:
        if not self.config.embedded:
            bearer = await admission.bearer(request)
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
