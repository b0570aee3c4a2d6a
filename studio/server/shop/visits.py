"""What visitors do in a show, and what of it is kept: counts of everybody, a person's own doings only with consent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock, seconds
from studio.errors import StudioError
from studio.server import faults
from studio.server import page_words as words
from studio.server.db import behaviours, mail_tools, newsletter, personal, profiles
from studio.server.db import numbers as rows
from studio.server.db.engine import let_go, writing
from studio.server.limiter import Layers, Limiter, TooMany
from studio.server.live.show import LiveShow
from studio.server.members import AudienceSocket, Origin
from studio.server.shop import orders
from studio.server.shop.chat import Refused, public_line
from studio.server.visitors import Visitors
from studio.show.consent import Consent

log = logging.getLogger(__name__)

DOINGS_A_MINUTE, DOINGS_AT_ONCE = 60, 30
HEARTS_A_MINUTE, HEARTS_AT_ONCE = 300, 30
VOTES_A_MINUTE = 20
ORDERS_A_MINUTE, ORDERS_AT_ONCE = 10, 20
"""For all behind one address and browser together."""
ASKS_A_MINUTE = 6
HOUSES = 10
"""Of hearts and what is done with products, all of one address together may do so many times what one may."""
HOUSE_VOTES_A_MINUTE, HOUSE_VOTES_AT_ONCE = 60, 100
HOUSE_ORDERS_A_MINUTE, HOUSE_ORDERS_AT_ONCE = 15, 25
HOUSE_ASKS_A_MINUTE, HOUSE_CHOICES_A_MINUTE = 12, 120

TOLD_MS = 30 * 86_400_000
"""So long it is tried to tell an address of the brand's own who is to be forgotten there."""
REMEMBERED, REMEMBERED_S = 20_000, 1.0
K = TypeVar("K")
PURPOSES = ("analytics", "personalisation", "marketing")
Answer = dict[str, Any] | None
Identify = Callable[[str], Awaitable[tuple[str, str]]]
"""From a page's token to whose it is and what they agreed to, in letters."""


async def _nothing(live: LiveShow, member: AudienceSocket, message: words.Did) -> None:
    """Nobody listens."""


def narrowed(consent: Consent, given: dict[str, bool]) -> Consent:
    """A consent without what is not agreed to any more."""
    left = {name: getattr(consent, name) and agreed for name, agreed in given.items()}
    return msgspec.structs.replace(consent, **left)


Gone = Literal["", "erased", "retired"]


class Visits:
    """Hears what pages say about the shop; on the server's loop. `live_shows` gives those that are open, `visitors` what is left
    of somebody who was forgotten."""

    def __init__(self, engine: AsyncEngine, clock: Clock, live_shows: Callable[[], list[LiveShow]], visitors: Visitors) -> None:
        self._engine = engine
        self._clock = clock
        self._live_shows = live_shows
        self._banned, self._forgotten, self._mailbox = visitors.banned, visitors.forgotten, visitors.mailbox
        self._consents: dict[str, tuple[float, Consent]] = {}
        self._erased: dict[str, tuple[float, Gone]] = {}
        self.people = asyncio.Lock()
        """Held by whoever writes about people: nobody is written about while they are being forgotten, or take something back."""
        self.forgetters: list[Callable[[str], Awaitable[None]]] = []
        """What else lets go of a visitor."""
        self.retirers: list[Callable[[str], None]] = []
        """Who ends the sockets of somebody who logged out elsewhere."""
        self.forwards = False
        """Whether what visitors do is told to an address of the brand's own: then who is forgotten is to be so there as well."""
        self.deed: Callable[[LiveShow, AudienceSocket, words.Did], Awaitable[None]] = _nothing
        """Told of what somebody did who agreed to analytics."""
        self.agreed: list[Callable[[str], None]] = []
        """Told of a visitor who has answered."""
        self._doings = Layers(
            Limiter(DOINGS_A_MINUTE, DOINGS_AT_ONCE), Limiter(DOINGS_A_MINUTE * HOUSES, DOINGS_AT_ONCE * HOUSES)
        )
        self._hearts = Layers(
            Limiter(HEARTS_A_MINUTE, HEARTS_AT_ONCE), Limiter(HEARTS_A_MINUTE * HOUSES, HEARTS_AT_ONCE * HOUSES)
        )
        self._votes = Layers(Limiter(VOTES_A_MINUTE), Limiter(HOUSE_VOTES_A_MINUTE, HOUSE_VOTES_AT_ONCE))
        self._orders = Layers(Limiter(ORDERS_A_MINUTE, ORDERS_AT_ONCE), Limiter(HOUSE_ORDERS_A_MINUTE, HOUSE_ORDERS_AT_ONCE))
        self._asks = Layers(Limiter(ASKS_A_MINUTE), Limiter(HOUSE_ASKS_A_MINUTE))
        self._choices = Layers(Limiter(ASKS_A_MINUTE), Limiter(HOUSE_CHOICES_A_MINUTE))
        self._does: dict[type[words.FromPage], Callable[[LiveShow, AudienceSocket, Any], Awaitable[Answer]]] = {
            words.Say: self._say,
            words.Vote: self._vote,
            words.React: self._react,
            words.Did: self._did,
            words.Agree: self._agree,
        }

    async def consent_of(self, token: str) -> Consent:
        """What the bearer of a token of ours agreed to. It may be a second old, where another server of the same database was
        told otherwise; whatever is written asks again."""
        visitor = token.partition(".")[0]
        if (known := self._consents.get(visitor)) is not None and known[0] > seconds(self._clock):
            return known[1]
        async with self._engine.connect() as connection:
            consent = await rows.consent_of(connection, visitor)
        self._remember(self._consents, visitor, consent)
        return consent

    def _remember(self, where: dict[str, tuple[float, K]], what: str, value: K) -> None:
        if len(where) > REMEMBERED:
            where.clear()
        where[what] = seconds(self._clock) + REMEMBERED_S, value

    async def is_erased(self, what: str) -> bool:
        """Whether we have forgotten them, or they logged out elsewhere: what comes late is nobody's."""
        return bool(await self._gone(what))

    async def is_retired(self, visitor: str) -> bool:
        """Whether they logged out elsewhere: who shows this token may not see, take or delete what is theirs."""
        return await self._gone(visitor) == "retired"

    async def _gone(self, what: str) -> Gone:
        if (known := self._erased.get(what)) is not None and known[0] > seconds(self._clock):
            return known[1]
        erased, retired = self._forgotten(what), self._forgotten(f"retired {what}")
        async with self._engine.connect() as connection:
            found = await profiles.erased(connection, [erased, retired])
        gone: Gone = "erased" if erased in found else "retired" if retired in found else ""
        self._remember(self._erased, what, gone)
        return gone

    async def identify(self, visitors: Visitors, token: str) -> tuple[str, str]:
        """Who a page says it is, and the letters of what they agreed to."""
        visitor = visitors.who(token)
        consent = await self.consent_of(token) if visitor else None
        return visitor, consent.flags if consent is not None else "---"

    async def heard(self, live: LiveShow, member: AudienceSocket, message: words.FromPage) -> Answer:
        """Do what a page says; what it is answered. A fault of ours must not end its socket."""
        try:
            return await self._does[type(message)](live, member, message)
        except Refused as refused:
            return {"refused": refused.reason, "wait_s": refused.wait_s}
        except StudioError as error:
            return {"refused": error.code}
        except Exception as error:
            log.error("%s could not be done: %s", type(message).__name__, faults.place_of(error))
            fault = faults.known(error)
            return {"refused": fault.code if fault is not None else "error"}

    async def _say(self, live: LiveShow, member: AudienceSocket, message: words.Say) -> Answer:
        line = await live.chat.say(member, message.text, message.name, asked=message.asked)
        return {"line": public_line(line)}

    async def _vote(self, live: LiveShow, member: AudienceSocket, message: words.Vote) -> Answer:
        self._spend(self._votes, member)
        await live.polls.vote(member.id, message.answer)
        return {"ok": True}

    async def _react(self, live: LiveShow, member: AudienceSocket, message: words.React) -> Answer:
        for _ in range(message.times):
            self._spend(self._hearts, member)
        live.react(message.times)
        return None

    async def _did(self, live: LiveShow, member: AudienceSocket, message: words.Did) -> Answer:
        if message.product and not live.shelf.has(message.product):
            return None
        if message.what in ("view", "wish", "share"):  # once each
            member.seen = member.seen if member.seen is not None else set()
            if (seen := f"{message.what} {message.product}") in member.seen:
                return None
            member.seen.add(seen)
        self._spend(self._doings, member)
        live.counters.count(message.what, message.product, part=message.part, media_ms=message.media_ms)
        if member.consent.analytics:
            await self._keep(live, member, message.what, product=message.product, media_ms=message.media_ms, part=message.part)
            await self.deed(live, member, message)
        return None

    async def _keep(
        self, live: LiveShow, member: AudienceSocket, name: str, *, product: str, media_ms: int | None, part: str
    ) -> None:
        row = {
            "visitor": member.id,
            "show": live.show.id,
            "at_ms": self._clock.wall_ms(),
            "name": name,
            "product": product,
            "media_ms": min(live.media_ms, live.media_ms if media_ms is None else media_ms),
            "part": part,
            "consent": member.consent.flags,
        }
        async with writing(self._engine).begin() as connection:
            await rows.visit(connection, row)

    # ── consent ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _agree(self, live: LiveShow, member: AudienceSocket, message: words.Agree) -> Answer:
        given = {name: getattr(message, name) for name in PURPOSES}
        narrower = any(getattr(member.consent, name) and not agreed for name, agreed in given.items())
        for other in self._members(member.id):  # on all pages of theirs, and a no at once, however often it was asked
            other.consent = narrowed(other.consent, given)
        if not narrower:
            self._spend(self._choices, member)
        await self.agree(member.id, given, f"show {live.show.id}")
        return {"ok": True}

    async def agree(self, visitor: str, given: dict[str, bool], where: str) -> Consent:
        """Somebody agrees to this, from now on, on all pages of theirs; what rested on what they take back goes."""
        now_ms = self._clock.wall_ms()
        consent = Consent(**given, at_ms=now_ms)
        for other in self._members(visitor):
            other.consent = narrowed(other.consent, given)
        async with self.people, writing(self._engine).begin() as connection:
            family = await profiles.family(connection, visitor)
            before = await rows.consent_of(connection, visitor)
            await profiles.put_choices(connection, visitor, consent, where)
            if before.marketing and not consent.marketing:  # before what leads to them goes: letters end as well
                for address in await newsletter.addresses_of(connection, family):
                    await newsletter.suppress(connection, self._mailbox(address), "withdrawn", now_ms)
                    await mail_tools.look_soon(connection, [address])
            if any(given.values()):
                await rows.save_visitor(connection, visitor, consent, now_ms)
            else:  # a no is remembered by the page; here nothing of this person is left
                await personal.withdraw(connection, visitor)
            if not consent.analytics:
                await rows.drop_visits(connection, visitor)
                await personal.drop_behaviours(connection, visitor)
            if not (consent.analytics and consent.personalisation):
                await personal.forget_facts(connection, visitor)
        for other in self._members(visitor):
            other.consent = consent
        for one in family:
            self._consents.pop(one, None)
        for tell in self.agreed:
            for one in family:
                tell(one)
        return consent

    # ── what pages without a socket ask ──────────────────────────────────────────────────────────────────────

    async def order(self, live: LiveShow, order: orders.Order, visitor: str, origin: Origin) -> bool:
        """A page says that something was bought; whether that is new. Raises `TooMany`."""
        self._orders.spend((origin.network, origin.house), seconds(self._clock))
        async with self._engine.connect() as connection:
            consent = await rows.consent_of(connection, visitor) if visitor else Consent()
        known = visitor if consent.analytics else ""
        return await orders.place(live, order, claim=origin.network, visitor=known, consent=consent.flags)

    async def held(self, visitor: str, origin: Origin) -> dict[str, Any]:
        """Everything we hold about a visitor."""
        self._asks.spend((origin.network, origin.house), seconds(self._clock))
        async with self._engine.connect() as connection:
            family = await profiles.family(connection, visitor)
            return await personal.held(connection, visitor, alone=len(family) == 1)

    async def forget(self, visitor: str, origin: Origin) -> int:
        """Delete it; how many lines of chat there were. Where one part fails the others forget all the same, and the failure is
        raised in the end: to ask again is to go on."""
        self._asks.spend((origin.network, origin.house), seconds(self._clock))
        gone: list[tuple[str, str]] = []
        async with self.people, writing(self._engine).begin() as connection:
            family = await profiles.family(connection, visitor)
            names = [*family, *await profiles.names_of(connection, visitor)]
            names += [f"email {one}" for one in await newsletter.addresses_of(connection, family)]
            await profiles.erase(connection, [self._forgotten(one) for one in names], self._clock.wall_ms())
            for one in family:
                gone += await personal.forget(connection, one, self._banned(one))
            if self.forwards:
                await behaviours.put_deletions(connection, family, self._clock.wall_ms() + TOLD_MS)
        await let_go(self._engine)
        self._consents.clear()
        self._erased.clear()
        failures: list[Exception] = []
        for one in family:
            failures += await self._let_go(one)
        for live in self._live_shows():
            if lines := [line for show, line in gone if show == live.show.id]:
                await live.chat.forget(lines)
                live.tell({"t": "forgotten", "lines": lines})
        if failures:
            raise failures[0]
        return len(gone)

    async def retire(self, visitor: str) -> None:
        """Somebody logged out elsewhere: whoever shows this token from now on is a stranger. What they did stays theirs."""
        async with writing(self._engine).begin() as connection:
            await profiles.erase(connection, [self._forgotten(f"retired {visitor}")], self._clock.wall_ms())
            await profiles.retire(connection, visitor, self._clock.wall_ms())
        self._erased.pop(visitor, None)
        for end in self.retirers:
            end(visitor)
        await asyncio.gather(*(member.outbox.end() for member in self._members(visitor)))

    async def _let_go(self, visitor: str) -> list[Exception]:
        """What is kept in memory of somebody who was forgotten goes; what could not."""
        failures: list[Exception] = []
        for also in self.forgetters:
            try:
                await also(visitor)
            except Exception as error:
                log.error("not all of a visitor was forgotten: %s", faults.place_of(error))
                failures.append(error)
        for member in self._members(visitor):
            member.consent = Consent()
        for live in self._live_shows():
            live.chat.rename_ban(visitor, self._banned(visitor))
            live.counters.forget(visitor)
        for tell in self.agreed:
            tell(visitor)
        return failures

    def _members(self, visitor: str) -> list[AudienceSocket]:
        """The pages a visitor has open."""
        return [member for live in self._live_shows() for member in live.pages.members if member.id == visitor]

    def _spend(self, limits: Layers, member: AudienceSocket) -> None:
        try:
            limits.spend((member.id, member.origin.house), seconds(self._clock))
        except TooMany as error:
            raise Refused("slow", error.wait_s) from None
