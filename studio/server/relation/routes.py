"""`relation/v1`: what pages and shops' servers tell, and what pages ask."""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock, seconds
from studio.commands import Role
from studio.errors import InvalidValue, StudioError
from studio.i18n import LANGUAGES, N_
from studio.relation import moments, names, robots
from studio.relation.agreement import letters
from studio.relation.behaviour import Behaviour, Source
from studio.relation.evaluate import Watching
from studio.relation.identity import Identifier, normal
from studio.server import reading
from studio.server.admission import Admission
from studio.server.answers import json_answer
from studio.server.db import profiles
from studio.server.limiter import Layers, Limiter
from studio.server.live.asked import AskedShows
from studio.server.members import Origin
from studio.server.relation import said
from studio.server.relation.arrivals import Arrivals
from studio.server.relation.book import Book
from studio.server.relation.decisions import Asking, Decisions, answer
from studio.server.relation.intake import Intake
from studio.server.relation.people import People
from studio.server.relation.product_names import ProductNames
from studio.server.relation.watchers import Watchers
from studio.server.relation.weekly import WeeklyLists
from studio.server.shop.visits import PURPOSES, Visits, narrowed
from studio.server.visitors import Visitors, token_of
from studio.show.consent import Consent

BEHAVIOURS_A_MINUTE, BEHAVIOURS_AT_ONCE = 600, 600
HOUSE_BEHAVIOURS_A_MINUTE = 6000
ASKS_A_MINUTE, HOUSE_ASKS_A_MINUTE = 240, 2400
NEW_A_MINUTE, HOUSE_NEW_A_MINUTE = 60, 600
"""Strangers who are given a name, or agree to something."""
PRIVATE = {"Cache-Control": "private, no-store"}


SHOPS: frozenset[Role] = frozenset({"shop", "admin"})


class RelationRoutes:
    """On the server's loop. `shown` is told when a rule was on a screen."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        *,
        admission: Admission,
        shows: AskedShows,
        visitors: Visitors,
        visits: Visits,
        book: Book,
        intake: Intake,
        people: People,
        arrivals: Arrivals,
        decisions: Decisions,
        proxies: tuple[str, ...],
        limited: bool,
        shown: Callable[[], None],
        watchers: Watchers,
        weekly: WeeklyLists,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._admission = admission
        self._shows = shows
        self._visitors = visitors
        self._visits = visits
        self._book = book
        self._intake = intake
        self._people = people
        self._arrivals = arrivals
        self._decisions = decisions
        self._proxies = proxies
        self._shown = shown
        self._watchers = watchers
        self._weekly = weekly
        self._names = ProductNames(engine, clock)
        on = int(limited)
        self._deeds = Layers(Limiter(BEHAVIOURS_A_MINUTE * on, BEHAVIOURS_AT_ONCE * on), Limiter(HOUSE_BEHAVIOURS_A_MINUTE * on))
        self._news = Layers(Limiter(NEW_A_MINUTE * on), Limiter(HOUSE_NEW_A_MINUTE * on))
        self._asks = Layers(Limiter(ASKS_A_MINUTE * on), Limiter(HOUSE_ASKS_A_MINUTE * on))

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this class."""
        router.add_post("/relation/v1/behaviours", self._behaviours)
        router.add_post("/relation/v1/decide", self._decide)
        router.add_post("/relation/v1/for-you", self._for_you)
        router.add_post("/relation/v1/consent", self._consent)

    # ── what was done ────────────────────────────────────────────────────────────────────────────────────────

    async def _behaviours(self, request: web.Request) -> web.Response:
        """`POST relation/v1/behaviours`, from a page, or from a shop's own server with its token."""
        if request.headers.get("Authorization", "").lower().startswith("bearer "):
            return await self._told(request)
        body = await reading.body(request, said.BODY_MAX)
        batch = said.batch.take(body)
        origin = self._origin(request)
        self._deeds.spend((origin.network, origin.house), seconds(self._clock), max(1, len(batch.behaviours)))
        kind, why = robots.of_agent(request.headers.get("User-Agent", ""), webdriver=batch.webdriver)
        if kind == "robot":
            return self._accepted(0, ignored=len(batch.behaviours), why=str(why))
        read, refused = said.each(batch.behaviours)
        token, fresh = await self._token(request, batch.visitor, origin, read[0].id if read else "")
        visitor = self._visitors.who(token)
        received_ms = self._clock.wall_ms()
        consent = await self._agreed(visitor, batch, origin)
        if not consent.analytics:
            why_not = N_("not known (no consent)")
            return self._accepted(0, ignored=len(read), refused=refused, why=why_not, token=token if fresh else "")
        taken, wrong = self._read(batch, read, visitor, consent.flags, received_ms)
        taken = await self._names.fill(taken)
        new = await self._intake.put(taken, batch.device)
        if any(one.name in names.RULES for one in taken):
            self._shown()
        self._watchers.did(visitor, taken)
        return self._accepted(new, duplicate=len(taken) - new, refused=refused + wrong, token=token if fresh else "")

    def _read(
        self, batch: said.Batch, read: list[said.Said], visitor: str, consent: str, received_ms: int
    ) -> tuple[list[Behaviour], list[dict[str, str]]]:
        taken, refused = [], []
        touch = batch.touch.touch if batch.touch is not None else None
        props = {name: value for name, value in (("device", batch.device), ("language", batch.language)) if value}
        for one in read:
            moment = moments.corrected(one.at, batch.sent_at, received_ms)
            try:
                made = said.behaviour(one, visitor, moment, received_ms, consent, "page")
            except StudioError as error:
                refused.append({"id": one.id, "why": str(error)})
                continue
            taken.append(msgspec.structs.replace(made, touch=touch, props=made.props | props))
        return taken, refused

    async def _agreed(self, visitor: str, batch: said.Batch, origin: Origin) -> Consent:
        """What holds now. A batch may say less than we know, which holds at once; more only of somebody who never answered: what
        was on its way while they took something back gives nothing again."""
        known = await self._visits.consent_of(visitor)
        if batch.choices is None:
            return known
        given = {purpose: getattr(batch.choices, purpose) for purpose in PURPOSES}
        less = narrowed(known, given)
        if less != known:
            return await self._visits.agree(visitor, {purpose: getattr(less, purpose) for purpose in PURPOSES}, "page")
        if not any(given.values()) or all(getattr(known, purpose) == agreed for purpose, agreed in given.items()):
            return known
        async with self._engine.connect() as connection:
            answered = await profiles.answered_ms(connection, visitor)
        if answered is not None or known.at_ms is not None:
            return known
        self._news.spend((origin.network, origin.house), seconds(self._clock))
        return await self._visits.agree(visitor, given, "page")

    async def _told(self, request: web.Request) -> web.Response:
        """A shop's own server tells what its customers did; their times are true."""
        await self._admission.role(request, SHOPS)
        batch = said.told.take(await reading.body(request, said.BODY_MAX))
        if batch.history and not batch.visitor and not await self._is_known(batch.customer):
            return self._accepted(0, ignored=len(batch.behaviours), why=N_("not known (no consent)"))
        token, why = await self._whose(batch)
        visitor = token.partition(".")[0]
        received_ms = self._clock.wall_ms()
        agreed = await self._arrivals.agreed_by(visitor) if visitor else frozenset()
        source: Source = "import" if batch.history else "server"
        read, refused = said.each(batch.behaviours)
        taken = []
        for one in read:
            moment = moments.told(one.at, received_ms)
            try:
                taken.append(said.behaviour(one, visitor, moment, received_ms, letters(agreed), source))
            except StudioError as error:
                refused.append({"id": one.id, "why": str(error)})
        kept = [one for one in taken if "a" in one.consent or (one.name in names.ORDERS and not visitor)]
        new = await self._intake.put(await self._names.fill(kept))
        fresh = token if batch.visitor and token != batch.visitor else ""
        return self._accepted(
            new, duplicate=len(kept) - new, ignored=len(taken) - len(kept), refused=refused, why=why, token=fresh
        )

    async def _is_known(self, customer: str) -> bool:
        """Whether a customer is anybody yet: history makes nobody."""
        async with self._engine.connect() as connection:
            return bool(await profiles.owner(connection, "customer", normal("customer", customer)))

    async def _whose(self, batch: said.Told) -> tuple[str, str]:
        """The token of the visitor that a shop's server speaks of, which is another than it showed where that is somebody
        else's; and why. Of a customer without one, what stands for a token. Raises `InvalidValue`."""
        customer = normal("customer", batch.customer) if batch.customer else ""
        if customer and await self._is_erased(f"customer {customer}"):
            raise InvalidValue(N_("This customer was forgotten"), field="customer")
        known = Identifier(kind="customer", value=customer, proof="signed")
        if batch.visitor:
            visitor = self._visitors.who(batch.visitor)
            if not visitor or await self._is_erased(visitor):
                raise InvalidValue(N_("This visitor is not known here"), field="visitor")
            if not customer:
                return batch.visitor, ""
            arrived = await self._arrivals.arrive(batch.visitor, known)
            return arrived.token, arrived.why
        if not customer:
            return "", ""
        visitor = "c" + hashlib.blake2b(customer.encode(), digest_size=14, key=self._visitors.salt.encode()).hexdigest()
        if not await self._is_erased(visitor):
            await self._people.customers(known, visitor)
        return visitor, ""

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────

    async def _decide(self, request: web.Request) -> web.Response:
        """`POST relation/v1/decide`."""
        origin = self._origin(request)
        self._asks.spend((origin.network, origin.house), seconds(self._clock))
        wanted = said.wanted.take(await reading.body(request, said.ONE_MAX))
        kind, _ = robots.of_agent(request.headers.get("User-Agent", ""), webdriver=wanted.webdriver)
        live = None
        if wanted.show:
            live, _ = await self._shows.find(request, wanted.show)
        language = wanted.language[:2] if wanted.language[:2] in LANGUAGES else "en"
        asking = Asking(
            visitor=await self._who(request),
            slots=wanted.slots,
            kind=kind,
            live=live,
            watching=Watching(show=live.show.id) if live is not None else None,
            language=language,
        )
        decided = await self._decisions.decide(asking)
        response = json_answer({"decisions": answer(decided, language)})
        response.headers.update(PRIVATE)
        return response

    async def _for_you(self, request: web.Request) -> web.Response:
        """`POST relation/v1/for-you`."""
        origin = self._origin(request)
        self._asks.spend((origin.network, origin.house), seconds(self._clock))
        wanted = said.own_list.take(await reading.body(request, said.ONE_MAX))
        kind, _ = robots.of_agent(request.headers.get("User-Agent", ""), webdriver=wanted.webdriver)
        language = wanted.language[:2] if wanted.language[:2] in LANGUAGES else "en"
        visitor = await self._who(request) if kind == "person" else ""
        response = json_answer(await self._weekly.for_you(visitor, language, wanted.cart))
        response.headers.update(PRIVATE)
        return response

    async def _consent(self, request: web.Request) -> web.Response:
        """`POST relation/v1/consent`: what somebody agrees to, on a page without a show. An answer that is older than the one we
        know changes nothing; a no is always heard."""
        answered = said.answered.take(await reading.body(request, said.ONE_MAX))
        given = {purpose: getattr(answered.choices, purpose) for purpose in PURPOSES}
        origin = self._origin(request)
        if any(given.values()):
            self._asks.spend((origin.network, origin.house), seconds(self._clock))
        token, fresh = await self._token(request, "", origin, f"consent {answered.choices.at}")
        visitor = self._visitors.who(token)
        received_ms = self._clock.wall_ms()
        at_ms = moments.corrected(answered.choices.at, answered.sent_at or answered.choices.at, received_ms).at_ms
        async with self._engine.connect() as connection:
            before_ms = await profiles.answered_ms(connection, visitor)
        if before_ms is None or at_ms > before_ms or not all(given.values()):
            await self._visits.agree(visitor, given, answered.where or "page")
        return json_answer({"ok": True} | ({"visitor": token} if fresh else {}))

    # ── who asks ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _who(self, request: web.Request) -> str:
        visitor = self._visitors.who(token_of(request))
        return "" if visitor and await self._is_erased(visitor) else visitor

    async def _token(self, request: web.Request, carried: str, origin: Origin, words: str) -> tuple[str, bool]:
        """The token that the page shows, in a header or where none can be; or a new one, for a stranger and for whoever was
        forgotten. Whether it is new."""
        shown = token_of(request) or carried
        if shown and (visitor := self._visitors.who(shown)) and not await self._is_erased(visitor):
            return shown, False
        self._news.spend((origin.network, origin.house), seconds(self._clock))
        made = self._visitors.fresh(f"{origin.network} {words}") if words else self._visitors.recognise("")
        if words and await self._is_erased(self._visitors.who(made)):
            made = self._visitors.recognise("")
        return made, True

    async def _is_erased(self, what: str) -> bool:
        return await self._visits.is_erased(what)

    def _origin(self, request: web.Request) -> Origin:
        return self._visitors.origin(request, self._proxies)

    @staticmethod
    def _accepted(
        accepted: int,
        *,
        duplicate: int = 0,
        ignored: int = 0,
        refused: list[dict[str, str]] | None = None,
        why: str = "",
        token: str = "",
    ) -> web.Response:
        told: dict[str, Any] = {"accepted": accepted, "duplicate": duplicate, "ignored": ignored, "refused": refused or []}
        if why:
            told["why"] = why
        if token:
            told["visitor"] = token
        response = json_answer(told, status=202)
        response.headers.update(PRIVATE)
        return response
