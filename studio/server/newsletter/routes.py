"""What pages, mail programs and relays ask about newsletters."""

from collections.abc import Callable
from urllib.parse import parse_qs

from aiohttp import web

from studio.clock import Clock
from studio.commands import Role
from studio.errors import NotFound
from studio.i18n import LANGUAGES, translate
from studio.relation.newsletter import MailSettings
from studio.server import reading
from studio.server.admission import Admission
from studio.server.answers import json_answer
from studio.server.newsletter import pages
from studio.server.newsletter.returns import Returns
from studio.server.newsletter.subscribers import Scope, Subscribers, confirmation
from studio.server.pages import dead_link, language_of
from studio.server.visitors import Visitors, token_of

BODY_MAX = 16 * 1024
FORM_MAX = 4 * 1024
EVENTS_MAX = 512 * 1024
RELAYS: frozenset[Role] = frozenset({"shop", "admin"})
SCOPES: dict[str, Scope] = {"all": "all", "forget": "forget"}


class NewsletterRoutes:
    """`proxies` are believed when they say for whom they ask."""

    def __init__(
        self,
        clock: Clock,
        *,
        subscribers: Subscribers,
        returns: Returns,
        admission: Admission,
        visitors: Visitors,
        settings: Callable[[], MailSettings],
        proxies: tuple[str, ...],
    ) -> None:
        self._clock = clock
        self._subscribers = subscribers
        self._returns = returns
        self._admission = admission
        self._visitors = visitors
        self._settings = settings
        self._proxies = proxies

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this class."""
        router.add_get("/relation/v1/topics", self._topics)
        router.add_post("/relation/v1/subscribe", self._subscribe)
        router.add_get("/relation/v1/confirm/{token}", self._asked)
        router.add_post("/relation/v1/confirm", self._confirm)
        router.add_post("/relation/v1/mail-events", self._events)
        router.add_get("/mail/confirm/{token}", self._confirm_page)
        router.add_post("/mail/confirm/{token}", self._confirm_form)
        router.add_get("/mail/leave/{token}", self._leave_page)
        router.add_post("/mail/leave/{token}", self._leave_form)

    # ── a form in the shop ───────────────────────────────────────────────────────────────────────────────────

    async def _topics(self, request: web.Request) -> web.StreamResponse:
        asked = request.query.get("language", "")[:2]
        return json_answer(self._subscribers.offered(asked if asked in LANGUAGES else "en"))

    async def _subscribe(self, request: web.Request) -> web.StreamResponse:
        body = await reading.body(request, BODY_MAX)
        await self._subscribers.ask(body, self._visitor(request), self._visitors.origin(request, self._proxies))
        return json_answer({"ok": True}, status=202)

    async def _asked(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._subscribers.asked(request.match_info["token"]))

    async def _confirm(self, request: web.Request) -> web.StreamResponse:
        said = confirmation.take(await reading.body(request, BODY_MAX))
        await self._subscribers.confirm(said.token, self._visitor(request))
        return json_answer({"ok": True})

    def _visitor(self, request: web.Request) -> str:
        return self._visitors.who(token_of(request))

    # ── a letter's links ─────────────────────────────────────────────────────────────────────────────────────

    async def _confirm_page(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = await self._subscribers.asked(request.match_info["token"])
        except NotFound as error:
            return self._no_such(request, error)
        return pages.asks_to_confirm(asked["brand"], asked["topics"], language_of(request))

    async def _confirm_form(self, request: web.Request) -> web.StreamResponse:
        await reading.body(request, FORM_MAX)
        try:
            await self._subscribers.confirm(request.match_info["token"], "")
        except NotFound as error:
            return self._no_such(request, error)
        return pages.confirmed(self._settings().brand, language_of(request))

    async def _leave_page(self, request: web.Request) -> web.StreamResponse:
        try:
            topic = await self._subscribers.leaves(request.match_info["token"])
        except NotFound as error:
            return self._no_such(request, error)
        return pages.asks_to_leave(self._settings().brand, topic, language_of(request))

    async def _leave_form(self, request: web.Request) -> web.StreamResponse:
        """Also what mail programs post (RFC 8058): without cookies, and answered without going elsewhere."""
        form = parse_qs((await reading.body(request, FORM_MAX)).decode(errors="replace"))
        scope: Scope = SCOPES.get(form.get("scope", [""])[0], "topic")
        try:
            await self._subscribers.leave(request.match_info["token"], scope)
        except NotFound as error:
            return self._no_such(request, error)
        return pages.left(self._settings().brand, language_of(request), forgotten=scope == "forget")

    def _no_such(self, request: web.Request, error: NotFound) -> web.Response:
        language = language_of(request)
        return dead_link(self._settings().brand, error.sentence(lambda text: translate(text, language)), language)

    # ── relays ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _events(self, request: web.Request) -> web.StreamResponse:
        await self._admission.role(request, RELAYS)
        return json_answer(await self._returns.tell(await reading.body(request, EVENTS_MAX)))
