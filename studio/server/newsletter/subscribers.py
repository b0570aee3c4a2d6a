"""Who asked to be written to: typed, confirmed by the letter's link, and gone again with one click."""

import secrets
from collections.abc import Callable, Collection, Sequence
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock, seconds
from studio.errors import InvalidValue, NotFound, WrongState
from studio.i18n import LANGUAGES, N_, translate
from studio.relation.days import DAY_MS
from studio.relation.identity import Identifier
from studio.relation.mail_gate import LAPSES_DAYS, Suppressed
from studio.relation.newsletter import SHOW_TOPIC, MailSettings, Topic
from studio.relation.subscriber_file import Brought
from studio.server.db import mail_tools, personal, profiles
from studio.server.db import newsletter as rows
from studio.server.db import shows as show_rows
from studio.server.db.engine import writing
from studio.server.limiter import Layers, Limiter, TooMany
from studio.server.link_tokens import digest, with_token
from studio.server.mail.emails import Email
from studio.server.mail.own_pages import OwnPages
from studio.server.mail.queue import MailQueue
from studio.server.members import Origin
from studio.server.newsletter.links import PARAMETER, MailLinks
from studio.server.reading import Decoder
from studio.server.relation.people import People
from studio.server.shop.visits import PURPOSES, Visits
from studio.server.visitors import Visitors
from studio.show.mailbox import mailbox

CONFIRM_MS = 7 * DAY_MS
MAILBOX_A_DAY = 3
"""Letters to one mailbox that ask for a confirmation, whoever typed it from wherever."""
ASKED_AN_HOUR, HOUSE_ASKED_AN_HOUR = 10, 40
HOUR_S = 3600
WORDING_VERSION = 1
WORDING = N_(
    "Yes, {brand} may write to me by e-mail about: {topics}. I can take that back at any time: with the link in every mail, "
    "or by writing to {contact}."
)
Scope = Literal["topic", "all", "forget"]


class Wish(Struct, frozen=True, kw_only=True):
    """What a page's form says."""

    email: Annotated[str, Meta(min_length=3, max_length=254)]
    topics: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=80)], ...], Meta(min_length=1, max_length=10)]
    language: Annotated[str, Meta(max_length=16)] = "en"
    zone: Annotated[str, Meta(max_length=64)] = ""
    page: Annotated[str, Meta(max_length=500)] = ""


class Confirmation(Struct, frozen=True, kw_only=True):
    """What the page says that a letter's link led to."""

    token: Annotated[str, Meta(min_length=1, max_length=200)]


wish: Decoder[Wish] = Decoder(Wish)
confirmation: Decoder[Confirmation] = Decoder(Confirmation)


class Subscribers:
    """`topics()` are those there are, `settings()` who writes. `changed` is told when there are others. On the server's loop."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        *,
        links: MailLinks,
        postbox: MailQueue,
        pages: OwnPages,
        visits: Visits,
        visitors: Visitors,
        people: People,
        topics: Callable[[], dict[str, Topic]],
        settings: Callable[[], MailSettings],
        url: Callable[[], str],
        limited: bool,
    ) -> None:
        self.changed: Callable[[], None] = lambda: None
        self._engine = engine
        self._clock = clock
        self._links = links
        self._postbox = postbox
        self._pages = pages
        self._visits = visits
        self._visitors = visitors
        self._people = people
        self._topics = topics
        self._settings = settings
        self._url = url
        on = int(limited)
        self._asked = Layers(
            Limiter(on * ASKED_AN_HOUR / 60, ASKED_AN_HOUR), Limiter(on * HOUSE_ASKED_AN_HOUR / 60, HOUSE_ASKED_AN_HOUR)
        )

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────

    def offered(self, language: str) -> dict[str, Any]:
        """`GET relation/v1/topics`: what a form shows, before anybody has said yes to it."""
        topics = [topic for topic in self._topics().values() if topic.on]
        settings = self._settings()
        ready = self._postbox.sends and settings.complete
        return {
            "topics": [{"id": one.id, "name": one.name, "text": one.text} for one in topics] if ready else [],
            "wording": translate(WORDING, language).replace("{brand}", settings.brand).replace("{contact}", settings.contact),
            "brand": settings.brand,
        }

    async def ask(self, body: bytes, visitor: str, origin: Origin) -> None:
        """`POST relation/v1/subscribe`: a letter goes to the address that was typed. What is answered says nothing about whether
        somebody subscribes already. Raises `TooMany`, `InvalidValue`, `WrongState`."""
        said = wish.take(body)
        address = mailbox(said.email)
        settings = self._settings()
        if not self._postbox.sends or not settings.complete:
            raise WrongState(N_("This shop sends no newsletters yet"))
        self._asked.spend((origin.network, origin.house), seconds(self._clock))
        language = said.language[:2] if said.language[:2] in LANGUAGES else "en"
        names = await self._names(said.topics)
        wording = translate(WORDING, language).format(brand=settings.brand, contact=settings.contact, topics=", ".join(names))
        now_ms, token = self._clock.wall_ms(), secrets.token_urlsafe(32)
        page = self._pages.own(said.page)
        row: dict[str, Any] = {
            "token": digest(token),
            "address": address,
            "topics": msgspec.json.encode(list(dict.fromkeys(said.topics))).decode(),
            "visitor": visitor,
            "asked_ms": now_ms,
            "until_ms": now_ms + CONFIRM_MS,
            "where": page[:300],
            "language": language,
            "zone": _zone(said.zone),
            "wording": wording,
            "wording_version": WORDING_VERSION,
        }
        link = with_token(page, PARAMETER, token) if page else f"{self._url()}/mail/confirm/{token}"
        letter = _please_confirm(address, settings.brand, names, link, language)
        async with self._visits.people, writing(self._engine).begin() as connection:
            if await rows.asked_lately(connection, address, now_ms - DAY_MS) >= MAILBOX_A_DAY:
                raise TooMany(HOUR_S)
            await rows.put_opt_in(connection, row)
            about = f"opt-in {row['token'][:16]}"
            await self._postbox.put(connection, letter, due_ms=now_ms, until_ms=now_ms + CONFIRM_MS, about=about, visitor=visitor)
        self._postbox.wake()

    async def asked(self, token: str) -> dict[str, Any]:
        """What a letter's link would confirm: brand and topics. Changes nothing. Raises `NotFound`."""
        async with self._engine.connect() as connection:
            row = await rows.opt_in(connection, digest(token), self._clock.wall_ms())
        if row is None:
            raise _used()
        topics = msgspec.json.decode(row["topics"], type=list[str])
        names = [await self._name(topic) or topic for topic in topics]
        return {"brand": self._settings().brand, "topics": names, "language": row["language"]}

    async def confirm(self, token: str, visitor: str) -> None:
        """Who reads what is sent to the address says yes. The browser in which they say so is theirs (`visitor`, where it showed
        one of our tokens); the one in which the address was typed may be anybody's. Raises `NotFound`."""
        now_ms = self._clock.wall_ms()
        async with self._visits.people, writing(self._engine).begin() as connection:
            row = await rows.opt_in(connection, digest(token), now_ms)
            if row is None:
                raise _used()
            await rows.done_asking(connection, row["token"])
            await self._put(connection, row, visitor, now_ms)
        await self._belongs(visitor, row["address"])
        self.changed()

    async def _put(self, connection: AsyncConnection, row: rows.Row, visitor: str, now_ms: int) -> None:
        there = await rows.subscriber_at(connection, row["address"])
        said = {"language": row["language"], "zone": row["zone"], "used_ms": now_ms}
        if visitor:
            said["visitor"] = visitor
        if there is None:
            id_ = secrets.token_hex(10)
            fresh = {"id": id_, "address": row["address"], "made_ms": now_ms, "mailed_ms": 0, "visitor": visitor}
            await rows.put_subscriber(connection, fresh | said)
        else:
            id_ = there["id"]
            await rows.change_subscriber(connection, id_, said)
        for topic in msgspec.json.decode(row["topics"], type=list[str]):
            yes = {"subscriber": id_, "topic": topic, "asked_ms": row["asked_ms"], "confirmed_ms": now_ms, "ended_ms": None}
            proof = {name: row[name] for name in ("where", "wording", "wording_version")} | {"source": "page"}
            await rows.subscribe(connection, yes | proof)
        await rows.lift(connection, self.digest_of(row["address"]))

    async def _belongs(self, visitor: str, address: str) -> None:
        """The browser is the reader's: as far as they agreed to being known."""
        if not visitor or await self._visits.is_erased(visitor):
            return
        if (await self._visits.consent_of(visitor)).analytics:  # this yes is to letters, and to nothing else
            await self._people.identify(visitor, Identifier(kind="email", value=address, proof="link"))

    async def bring(self, topic: str, brought: Sequence[Brought]) -> dict[str, int]:
        """Addresses that agreed elsewhere; how many were `added`, on the list `already`, or left out: `forgotten`, `suppressed`,
        `lapsed`, `bad` (no address). Raises `InvalidValue`."""
        await self._names([topic])
        now_ms = self._clock.wall_ms()
        counts = dict.fromkeys(("added", "already", "forgotten", "suppressed", "lapsed", "bad"), 0)
        async with self._visits.people, writing(self._engine).begin() as connection:
            for one in brought:
                counts[await self._bring(connection, topic, one, now_ms)] += 1
        self.changed()
        return counts

    async def _bring(self, connection: AsyncConnection, topic: str, one: Brought, now_ms: int) -> str:
        try:
            address = mailbox(one.email)
        except InvalidValue:
            return "bad"
        agreed_ms = min(one.agreed_ms, now_ms)
        if await profiles.erased(connection, [self._visitors.forgotten(f"email {address}")]):
            return "forgotten"
        if await self.suppressed(connection, [address]):
            return "suppressed"
        if now_ms - agreed_ms >= LAPSES_DAYS * DAY_MS:
            return "lapsed"
        there = await rows.subscriber_at(connection, address)
        if there is not None and topic in {yes["topic"] for yes in await rows.subscriptions_of(connection, there["id"])}:
            return "already"  # or left: then it is theirs to come back
        if there is None:
            fresh: dict[str, Any] = {"id": secrets.token_hex(10), "address": address, "visitor": "", "made_ms": now_ms}
            fresh |= {"language": one.language or "en", "zone": "", "used_ms": agreed_ms, "mailed_ms": 0}
            await rows.put_subscriber(connection, fresh)
            there = fresh
        yes = {"subscriber": there["id"], "topic": topic, "asked_ms": agreed_ms, "confirmed_ms": agreed_ms, "ended_ms": None}
        await rows.subscribe(connection, yes | {"where": one.where, "source": "import", "wording": "", "wording_version": 0})
        return "added"

    # ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────

    async def leaves(self, token: str) -> str:
        """The topic's name that a letter's link leaves. Changes nothing. Raises `NotFound`."""
        _, topic = self._leaver(token)
        return await self._name(topic) or topic

    async def leave(self, token: str, scope: Scope) -> None:
        """At once. Asked again, or for somebody who was forgotten, it is done already. Raises `NotFound` for a link that is none
        of ours."""
        subscriber, topic = self._leaver(token)
        now_ms = self._clock.wall_ms()
        async with self._visits.people, writing(self._engine).begin() as connection:
            row = await rows.subscriber(connection, subscriber)
            if row is None:
                return
            await rows.end(connection, subscriber, topic if scope == "topic" else None, now_ms)
            left = [one for one in await rows.subscriptions_of(connection, subscriber) if one["ended_ms"] is None]
            if not left:
                await self.suppress(connection, row["address"], "erased" if scope == "forget" else "unsubscribed")
            if scope == "forget":
                await personal.forget_address(connection, row["address"], self._visitors.forgotten, now_ms)
        visitor = row["visitor"]
        if not left and visitor and (consent := await self._visits.consent_of(visitor)).marketing:
            given = {purpose: getattr(consent, purpose) for purpose in PURPOSES} | {"marketing": False}
            await self._visits.agree(visitor, given, "newsletter")
        self.changed()

    async def suppress(self, connection: AsyncConnection, address: str, reason: Suppressed) -> None:
        """Nothing goes there any more, until its owner asks for it anew."""
        await rows.suppress(connection, self.digest_of(address), reason, self._clock.wall_ms())
        await mail_tools.look_soon(connection, [address])

    async def refused(self, address: str, topic: str | None, reason: Suppressed, at_ms: int) -> bool:
        """A reader said no to a mail tool, of a topic or (None) anything: whether that ends something here. Every yes that is
        newer stands."""
        now_ms = self._clock.wall_ms()
        async with self._visits.people, writing(self._engine).begin() as connection:
            row = await rows.subscriber_at(connection, address)
            if row is None:
                return False
            yes = [one for one in await rows.subscriptions_of(connection, row["id"]) if one["ended_ms"] is None]
            meant = [one for one in yes if topic in (None, one["topic"]) and one["confirmed_ms"] <= at_ms]
            for one in meant:
                await rows.end(connection, row["id"], one["topic"], now_ms)
            if not meant:
                return False
            if len(meant) == len(yes):
                await self.suppress(connection, address, reason)
        self.changed()
        return True

    def digest_of(self, address: str) -> str:
        """What is kept of an address that gets nothing."""
        return self._visitors.mailbox(address)

    async def suppressed(self, connection: AsyncConnection, addresses: Collection[str]) -> dict[str, Any]:
        """Those of some that get nothing, with why."""
        by_digest = {self.digest_of(address): address for address in addresses}
        return {by_digest[one]: why for one, why in (await rows.suppressed(connection, by_digest)).items()}

    def _leaver(self, token: str) -> tuple[str, str]:
        found = self._links.left(token)
        if found is None:
            raise NotFound(N_("This link is not ours; use the one in the newest mail"))
        return found

    # ── topics ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _names(self, topics: Collection[str]) -> list[str]:
        """What they are called. Raises `InvalidValue` for one that nobody can ask for now."""
        return [await self._named(topic) for topic in topics]

    async def _named(self, topic: str) -> str:
        there = self._topics().get(topic)
        if topic.startswith(SHOW_TOPIC):
            row = await self._show(topic)
            coming = row is not None and not row["unlisted"] and (row["starts_at_ms"] or 0) > self._clock.wall_ms()
            if row is not None and coming:
                return str(row["title"])
        elif there is not None and there.on:
            return there.name
        raise InvalidValue("There is no {kind} {name}", field="topics", kind="topic", name=topic[:40])

    async def _name(self, topic: str) -> str:
        """What one is called, also when it is not offered any more; empty where it is gone."""
        if topic.startswith(SHOW_TOPIC):
            row = await self._show(topic)
            return str(row["title"]) if row is not None else ""
        there = self._topics().get(topic)
        return there.name if there is not None else ""

    async def _show(self, topic: str) -> show_rows.Row | None:
        async with self._engine.connect() as connection:
            return await show_rows.load(connection, topic.removeprefix(SHOW_TOPIC))


def _used() -> NotFound:
    return NotFound(N_("This link was used already, or is older than a week"))


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    return name


def _please_confirm(address: str, brand: str, topics: Collection[str], link: str, language: str) -> Email:
    """It holds nothing to sell: whose address it is has agreed to nothing yet."""
    subject = translate(N_("Please confirm your address: {brand}"), language)
    text = translate(
        N_(
            "Somebody, most likely you, asked {brand} to write to this address about: {topics}.\n\n"
            "Confirm it on this page within a week:\n{link}\n\n"
            "If it was not you, do nothing: you will not hear from us."
        ),
        language,
    )
    return Email(
        to=address, subject=subject.format(brand=brand), text=text.format(brand=brand, topics=", ".join(topics), link=link)
    )
