"""Who is invited into which show, who is there, and what their pages and the show's desktop say to each other."""

import base64
import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio import wire
from studio.clock import Clock
from studio.commands import Actor
from studio.commands import guest as ask
from studio.errors import NotFound, Overloaded
from studio.i18n import N_
from studio.server.db import guests as rows
from studio.server.db import numbers
from studio.server.db.engine import writing
from studio.server.ice_servers import IceServers
from studio.server.live.show import LiveShow
from studio.show.guest import GUEST_CALL, GUESTS_MAX, Guest

HOUR_MS = 3600 * 1000
SIGN_BYTES = 18


class Page(Protocol):
    """A guest's page; each has an id of its own."""

    id: str

    def put(self, message: dict[str, Any]) -> None:
        """Queue a message."""

    def leave(self, code: int, why: str) -> None:
        """Close its socket."""


class EngineSession(Protocol):
    """A desktop that works on a show."""

    def put(self, message: wire.Message) -> None:
        """Queue a message."""


class Guests:
    """On the server's loop. `url()` is where people reach the server."""

    def __init__(self, engine: AsyncEngine, clock: Clock, ice: IceServers, url: Callable[[], str], *, relay: bool) -> None:
        self._desktops: dict[str, Sequence[EngineSession]] = {}
        """Of each show, the one on air last."""
        self._engine = engine
        self._clock = clock
        self._ice = ice
        self._url = url
        self._relay = relay
        self._secret = b""
        self._guests: defaultdict[str, dict[str, Guest]] = defaultdict(dict)
        """By show and id."""
        self._pages: dict[str, Page] = {}

    async def load(self) -> None:
        """Read which links hold."""
        now_ms = self._clock.wall_ms()
        async with writing(self._engine).begin() as connection:
            await numbers.put_key(connection, "guests", secrets.token_hex(32))
            self._secret = bytes.fromhex(await numbers.key(connection, "guests") or "")
            await rows.sweep(connection, now_ms)
            for show, guest in await rows.holding(connection, now_ms):
                self._guests[show][guest.id] = guest

    def register(self, live: LiveShow) -> None:
        """Run the commands about a show's guests."""

        async def invite(command: ask.GuestInvite, by: Actor) -> str:
            return await self._invite(live, command)

        async def link(command: ask.GuestLink, by: Actor) -> str:
            return self._link(self._known(live, command.guest))

        async def remove(command: ask.GuestRemove, by: Actor) -> None:
            await self._remove(live, self._known(live, command.guest))

        live.dispatcher.register(ask.GuestInvite, invite)
        live.dispatcher.register(ask.GuestLink, link)
        live.dispatcher.register(ask.GuestRemove, remove)

    def of(self, show: str) -> tuple[Guest, ...]:
        """A show's guests, as studios are told of them."""
        now_ms = self._clock.wall_ms()  # who is in when their time is up may stay
        return tuple(one for one in self._guests[show].values() if one.until_ms > now_ms or one.status == "here")

    def find(self, token: str) -> tuple[str, Guest] | None:
        """Show and guest of a link that holds."""
        name, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(errors="surrogatepass"), self._sign(name).encode()):
            return None
        now_ms = self._clock.wall_ms()
        everybody = ((show, guest) for show, guests in self._guests.items() for guest in guests.values())
        return next((found for found in everybody if found[1].id == name and found[1].until_ms > now_ms), None)

    async def enter(self, live: LiveShow, guest: Guest, page: Page, name: str) -> bool:
        """A guest's page has opened its socket; another one gives up its place. False: they were sent away meanwhile."""
        if (before := self._pages.get(guest.id)) is not None:
            before.leave(4001, "elsewhere")
        self._pages[guest.id] = page
        name = name.strip() or guest.name
        if name != guest.name:
            async with writing(self._engine).begin() as connection:
                await rows.rename(connection, guest.id, name)
        if guest.id not in self._guests[live.show.id]:
            page.leave(4003, "removed")
            return False
        self._set(live, msgspec.structs.replace(guest, name=name, status="here"))
        self._tell_ice(live, guest.id)
        return True

    def leave(self, live: LiveShow, guest: str, page: Page) -> None:
        """Its socket is closed."""
        if self._pages.get(guest) is page:
            del self._pages[guest]
            if (known := self._guests[live.show.id].get(guest)) is not None:
                self._set(live, msgspec.structs.replace(known, status="away"))

    def has_desktop(self, live: LiveShow) -> bool:
        """Whether a desktop works on the show."""
        return bool(self._desktops.get(live.show.id))

    def servers(self) -> list[dict[str, Any]]:
        """STUN and TURN for one who connects now."""
        told: list[dict[str, Any]] = msgspec.to_builtins(self._ice.at(self._clock.wall_ms() / 1000))
        return told

    def heard(self, live: LiveShow, guest: str, data: dict[str, Any]) -> None:
        """A page's signal, for the show's desktop."""
        if desktops := self._desktops.get(live.show.id):
            desktops[-1].put(wire.Signal(call=GUEST_CALL + guest, peer=guest, data=data))

    def signalled(self, live: LiveShow, session: EngineSession, message: wire.Signal) -> None:
        """The desktop's signal, for a guest of its own show."""
        guest, desktops = message.call.removeprefix(GUEST_CALL), self._desktops.get(live.show.id, ())
        if guest in self._guests[live.show.id] and session in desktops and (page := self._pages.get(guest)):
            page.put({"t": "signal", "data": message.data})

    def desktops_changed(self, live: LiveShow, desktops: Sequence[EngineSession]) -> None:
        """A desktop has come or gone: pages are told, and a new one learns how guests are reached. The one on air stands last."""
        self._desktops[live.show.id] = desktops
        here = self.has_desktop(live)
        for guest in self.of(live.show.id):
            if (page := self._pages.get(guest.id)) is not None:
                page.put({"t": "desktop", "here": here})
                self._tell_ice(live, guest.id)

    def _tell_ice(self, live: LiveShow, guest: str) -> None:
        if (page := self._pages.get(guest)) is not None:
            told = {"type": "ice", "servers": self.servers(), "relay": self._relay, "page": page.id}
            self.heard(live, guest, told)

    async def _invite(self, live: LiveShow, command: ask.GuestInvite) -> str:
        show, now_ms = live.show.id, self._clock.wall_ms()
        if len(self.of(show)) >= GUESTS_MAX:
            raise Overloaded("A show has at most {most} guests: remove one first", most=GUESTS_MAX)
        guest = Guest(id=secrets.token_hex(4), name=command.name.strip(), until_ms=now_ms + command.hours * HOUR_MS)
        async with writing(self._engine).begin() as connection:
            await rows.sweep(connection, now_ms)
            await rows.put(connection, show, guest)
        self._set(live, guest)
        return self._link(guest)

    async def _remove(self, live: LiveShow, guest: Guest) -> None:
        async with writing(self._engine).begin() as connection:
            await rows.remove(connection, guest.id)
        del self._guests[live.show.id][guest.id]
        if (page := self._pages.pop(guest.id, None)) is not None:
            page.leave(4003, "removed")
        self._tell(live)

    def _known(self, live: LiveShow, guest: str) -> Guest:
        found = next((one for one in self.of(live.show.id) if one.id == guest), None)
        if found is None:
            raise NotFound(N_("This guest's link does not hold any more"))
        return found

    def _set(self, live: LiveShow, guest: Guest) -> None:
        self._guests[live.show.id][guest.id] = guest
        self._tell(live)

    def _tell(self, live: LiveShow) -> None:
        for studio in live.studios.sessions:
            studio.push("guests", self.of(live.show.id))

    def _link(self, guest: Guest) -> str:
        """After `#`, so that no proxy's log has the token."""
        return f"{self._url()}/guest#{guest.id}.{self._sign(guest.id)}"

    def _sign(self, guest: str) -> str:
        digest = hmac.digest(self._secret, guest.encode(errors="surrogatepass"), hashlib.sha256)[:SIGN_BYTES]
        return base64.urlsafe_b64encode(digest).decode()
