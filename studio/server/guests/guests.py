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
from studio.server.room import Room
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
    """On the server's loop. `engines(show)` are its desktops, the one on air last; `url` is where people reach the server."""

    def __init__(self, engine: AsyncEngine, clock: Clock, ice: IceServers, url: Callable[[], str], *, relay: bool) -> None:
        self.engines: Callable[[Room], Sequence[EngineSession]] = lambda room: ()
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

    def register(self, room: Room) -> None:
        """Run the commands about a show's guests."""

        async def invite(command: ask.GuestInvite, by: Actor) -> str:
            return await self._invite(room, command)

        async def link(command: ask.GuestLink, by: Actor) -> str:
            return self._link(self._known(room, command.guest))

        async def remove(command: ask.GuestRemove, by: Actor) -> None:
            await self._remove(room, self._known(room, command.guest))

        room.dispatcher.register(ask.GuestInvite, invite)
        room.dispatcher.register(ask.GuestLink, link)
        room.dispatcher.register(ask.GuestRemove, remove)

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

    async def enter(self, room: Room, guest: Guest, page: Page, name: str) -> bool:
        """A guest's page has opened its socket; another one gives up its place. False: they were sent away meanwhile."""
        if (before := self._pages.get(guest.id)) is not None:
            before.leave(4001, "elsewhere")
        self._pages[guest.id] = page
        name = name.strip() or guest.name
        if name != guest.name:
            async with writing(self._engine).begin() as connection:
                await rows.rename(connection, guest.id, name)
        if guest.id not in self._guests[room.show.id]:
            page.leave(4003, "removed")
            return False
        self._set(room, msgspec.structs.replace(guest, name=name, status="here"))
        self._tell_ice(room, guest.id)
        return True

    def leave(self, room: Room, guest: str, page: Page) -> None:
        """Its socket is closed."""
        if self._pages.get(guest) is page:
            del self._pages[guest]
            if (known := self._guests[room.show.id].get(guest)) is not None:
                self._set(room, msgspec.structs.replace(known, status="away"))

    def servers(self) -> list[dict[str, Any]]:
        """STUN and TURN for one who connects now."""
        told: list[dict[str, Any]] = msgspec.to_builtins(self._ice.at(self._clock.wall_ms() / 1000))
        return told

    def heard(self, room: Room, guest: str, data: dict[str, Any]) -> None:
        """A page's signal, for the show's desktop."""
        if engines := self.engines(room):
            engines[-1].put(wire.Signal(call=GUEST_CALL + guest, peer=guest, data=data))

    def signalled(self, room: Room, session: EngineSession, message: wire.Signal) -> None:
        """The desktop's signal, for a guest of its own show."""
        guest = message.call.removeprefix(GUEST_CALL)
        if guest in self._guests[room.show.id] and session in self.engines(room) and (page := self._pages.get(guest)):
            page.put({"t": "signal", "data": message.data})

    def desktops_changed(self, room: Room) -> None:
        """A desktop has come or gone: pages are told, and a new one learns how guests are reached."""
        here = bool(self.engines(room))
        for guest in self.of(room.show.id):
            if (page := self._pages.get(guest.id)) is not None:
                page.put({"t": "desktop", "here": here})
                self._tell_ice(room, guest.id)

    def _tell_ice(self, room: Room, guest: str) -> None:
        if (page := self._pages.get(guest)) is not None:
            told = {"type": "ice", "servers": self.servers(), "relay": self._relay, "page": page.id}
            self.heard(room, guest, told)

    async def _invite(self, room: Room, command: ask.GuestInvite) -> str:
        show, now_ms = room.show.id, self._clock.wall_ms()
        if len(self.of(show)) >= GUESTS_MAX:
            raise Overloaded("A show has at most {most} guests: remove one first", most=GUESTS_MAX)
        guest = Guest(id=secrets.token_hex(4), name=command.name.strip(), until_ms=now_ms + command.hours * HOUR_MS)
        async with writing(self._engine).begin() as connection:
            await rows.sweep(connection, now_ms)
            await rows.put(connection, show, guest)
        self._set(room, guest)
        return self._link(guest)

    async def _remove(self, room: Room, guest: Guest) -> None:
        async with writing(self._engine).begin() as connection:
            await rows.remove(connection, guest.id)
        del self._guests[room.show.id][guest.id]
        if (page := self._pages.pop(guest.id, None)) is not None:
            page.leave(4003, "removed")
        self._tell(room)

    def _known(self, room: Room, guest: str) -> Guest:
        found = next((one for one in self.of(room.show.id) if one.id == guest), None)
        if found is None:
            raise NotFound(N_("This guest's link does not hold any more"))
        return found

    def _set(self, room: Room, guest: Guest) -> None:
        self._guests[room.show.id][guest.id] = guest
        self._tell(room)

    def _tell(self, room: Room) -> None:
        for studio in room.studios:
            studio.push("guests", self.of(room.show.id))

    def _link(self, guest: Guest) -> str:
        """After `#`, so that no proxy's log has the token."""
        return f"{self._url()}/guest#{guest.id}.{self._sign(guest.id)}"

    def _sign(self, guest: str) -> str:
        digest = hmac.digest(self._secret, guest.encode(errors="surrogatepass"), hashlib.sha256)[:SIGN_BYTES]
        return base64.urlsafe_b64encode(digest).decode()
