"""Logins of the shop's visitors: begun by a page, answered by who logs people in, and finished by the same browser."""

import contextlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock, seconds
from studio.errors import InvalidValue, NotFound
from studio.relation.days import DAY_MS, MINUTE_MS
from studio.relation.identity import Identifier, normal
from studio.server.config import Login
from studio.server.db import logins as rows
from studio.server.db.engine import writing
from studio.server.limiter import Limiter
from studio.server.link_tokens import digest
from studio.server.login.provider import Attempt, Provider, Who, refused
from studio.server.mail.own_pages import OwnPages
from studio.server.members import Origin
from studio.server.reading import Decoder
from studio.server.relation.arrivals import Arrivals
from studio.server.visitors import Visitors
from studio.show.mailbox import mailbox

BEGUN_MS, FINISHED_MS, SESSION_MS = 10 * MINUTE_MS, 2 * MINUTE_MS, 30 * DAY_MS
"""How long somebody has to log in; how long their page has to finish it; how long a logout at the provider finds them."""
BEGUN_A_MINUTE = 20
PARAMETER = "vitrine-login"
"""In which the page finds what finishes it."""


class Wish(Struct, frozen=True, kw_only=True):
    """What a page asks for."""

    provider: Annotated[str, Meta(min_length=1, max_length=32)]
    page: Annotated[str, Meta(max_length=2000)] = ""


class Finish(Struct, frozen=True, kw_only=True):
    """What it was led back with."""

    code: Annotated[str, Meta(min_length=1, max_length=200)]


class _Secrets(Struct, frozen=True, kw_only=True):
    nonce: str
    verifier: str


wish: Decoder[Wish] = Decoder(Wish)
finish: Decoder[Finish] = Decoder(Finish)


class Logins:
    """`providers` by name, each with its settings; `url()` is where people reach the server; `retire` takes a visitor's token
    away. On the server's loop."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        *,
        providers: Mapping[str, tuple[Login, Provider]],
        arrivals: Arrivals,
        visitors: Visitors,
        pages: OwnPages,
        url: Callable[[], str],
        retire: Callable[[str], Awaitable[None]],
        limited: bool,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._providers = providers
        self._arrivals = arrivals
        self._visitors = visitors
        self._pages = pages
        self._url = url
        self._retire = retire
        self._begun = Limiter(BEGUN_A_MINUTE if limited else 0)

    async def begin(self, body: bytes, token: str, origin: Origin) -> dict[str, str]:
        """`POST relation/v1/login`: where this browser goes to log in, and where it needs one, its new token. Raises `NotFound`,
        `Unreachable`, `TooMany`."""
        said = wish.take(body)
        _, provider = self._provider(said.provider)
        mine = await self._arrivals.living(token)
        visitor = self._visitors.who(mine)
        if not visitor:
            raise refused()  # it could not be told from any other browser when it comes back
        self._begun.spend(origin.house, seconds(self._clock))
        state, kept = secrets.token_urlsafe(32), _Secrets(nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48))
        address = await provider.address(self._attempt(state, kept))
        now_ms = self._clock.wall_ms()
        row: dict[str, Any] = {
            "state": digest(state),
            "provider": said.provider,
            "visitor": visitor,
            "page": self._pages.way_back(said.page),
        }
        row |= {"secrets": msgspec.json.encode(kept).decode(), "made_ms": now_ms, "until_ms": now_ms + BEGUN_MS}
        async with writing(self._engine).begin() as connection:
            await rows.put(connection, row | {"finish": "", "subject": "", "session": "", "told": ""})
        return {"url": address} | ({"visitor": mine} if mine != token else {})

    async def answered(self, query: Mapping[str, str]) -> tuple[str, str]:
        """`GET /login/callback`: the page to go back to, and what finishes the login there; empty when they did not log in.
        Raises `Forbidden`, `Unreachable`."""
        now_ms = self._clock.wall_ms()
        async with writing(self._engine).begin() as connection:
            row = await rows.take(connection, "state", digest(query.get("state", "")), now_ms, {"secrets": ""})
        if row is None or not row["secrets"]:
            raise refused()
        page = row["page"] or self._url()
        if "code" not in query:
            return page, ""
        _, provider = self._provider(row["provider"])
        kept = msgspec.json.decode(row["secrets"], type=_Secrets)
        who = await provider.who(self._attempt(query["state"], kept), query)
        code = secrets.token_urlsafe(32)
        values = {
            "finish": digest(code),
            "told": msgspec.json.encode(who).decode(),
            "subject": who.subject,
            "session": who.session,
            "until_ms": self._clock.wall_ms() + FINISHED_MS,
        }
        async with writing(self._engine).begin() as connection:
            await rows.change(connection, row["state"], values)
        return page, code

    async def finish(self, body: bytes, token: str) -> dict[str, Any]:
        """`POST relation/v1/login/finish`, by the browser that began it. Raises `Forbidden`."""
        said = finish.take(body)
        now_ms = self._clock.wall_ms()
        async with writing(self._engine).begin() as connection:
            row = await rows.take(connection, "finish", digest(said.code), now_ms, {"finish": "", "told": ""})
        visitor = self._visitors.who(token)
        if row is None or not row["told"] or row["visitor"] != visitor:
            raise refused()  # somebody else's login, given to this browser: it would be theirs from now on
        settings, _ = self._provider(row["provider"])
        who = msgspec.json.decode(row["told"], type=Who)
        mine, known, _ = await self._arrivals.arrive(token, self._identifier(settings, who))
        if who.email and known:
            with contextlib.suppress(InvalidValue):  # of an address that nobody can write to nothing follows
                await self._arrivals.arrive(mine, Identifier(kind="email", value=mailbox(who.email), proof="login"))
        async with writing(self._engine).begin() as connection:
            if known:
                values = {"visitor": self._visitors.who(mine), "until_ms": now_ms + SESSION_MS}
                await rows.change(connection, row["state"], values)
            else:  # who agreed to nothing is nobody: there is nothing to log out
                await rows.drop(connection, row["state"])
        return {"ok": True, "known": known} | ({"visitor": mine} if mine != token else {})

    async def logged_out(self, name: str, token: str) -> None:
        """`POST /login/{provider}/logout`: they logged out there, so they are strangers here. Raises `NotFound`, `Forbidden`."""
        _, provider = self._provider(name)
        subject, session = await provider.logged_out(token)
        async with writing(self._engine).begin() as connection:
            gone = await rows.end_session(connection, name, subject, session)
        for visitor in gone:
            await self._retire(visitor)

    def _identifier(self, settings: Login, who: Who) -> Identifier:
        value = who.claim if settings.own else f"{settings.name}:{who.claim}"
        return Identifier(kind="customer", value=normal("customer", value), proof="login")

    def _provider(self, name: str) -> tuple[Login, Provider]:
        if (found := self._providers.get(name)) is None:
            raise NotFound("There is no {kind} {name}", kind="login", name=name[:32])
        return found

    def _attempt(self, state: str, kept: _Secrets) -> Attempt:
        return Attempt(state=state, nonce=kept.nonce, verifier=kept.verifier, redirect=f"{self._url()}/login/callback")
