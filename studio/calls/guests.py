"""Guests of the show at its desktop: connects their pages, puts them into the book where sources find them, and sends them the
programme with the mix without themselves."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from studio import wire
from studio.audio.mixer import Mixer
from studio.calls.call_sender import CallSender
from studio.calls.remote import Remote
from studio.calls.remote_audio import RemoteAudio
from studio.clock import Clock
from studio.errors import StudioError
from studio.media.encoder import X264, Codec
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.scenes.nesting import guest_sources, in_program
from studio.scenes.program import Program
from studio.show.guest import GUEST_CALL, Guest
from studio.sources.guest_book import GuestBook
from studio.spine import Store
from studio.state import State
from studio.tasks import Tasks
from studio.webrtc.ice import IceServer

log = logging.getLogger(__name__)

SHORT_SIDE = 360
"""What a guest sees of the programme: to follow it, not to watch it."""
CLOSE_S = 5.0


class GuestController:
    """On the studio's loop. `send` gives signals to the server; `codec` says what pictures are encoded with."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        engine: tuple[Program, Mixer, RemoteAudio],
        send: Callable[[wire.Signal], Awaitable[None]],
        book: GuestBook,
    ) -> None:
        self.codec: Codec = X264
        self._store = store
        self._clock = clock
        self._program, self._mixer, self._voices = engine
        self._send = send
        self._book = book
        self._remotes: dict[str, Remote] = {}
        self._sendings: dict[str, CallSender] = {}
        self._pages: dict[str, Any] = {}
        self._closed = False
        self._tasks = Tasks(log, StudioError)  # the link is down: the page asks again
        store.observe(self._on_state)

    @property
    def encoders(self) -> tuple[RenditionEncoder, ...]:
        """Those that encode now."""
        return tuple(sending.encoder for sending in self._sendings.values() if sending.sends_picture)

    def remote(self, guest: str) -> Remote | None:
        """The other end of a guest's connection."""
        return self._remotes.get(guest)

    def signalled(self, message: wire.Signal) -> None:
        """The server passes on what a guest's page says, or (`ice`) says that one is there and how to reach it."""
        guest, data = message.peer, message.data
        if self._closed or self._guest(guest) is None or message.call != GUEST_CALL + guest:
            return
        if data.get("type") != "ice":
            if guest in self._remotes:  # the server says first how they are reached
                self._remotes[guest].hear(data)
            return
        if guest in self._remotes and self._pages.get(guest) != data.get("page"):
            self._part(guest)  # another page, perhaps of another machine: it numbers its connections from one again
        self._pages[guest] = data.get("page")
        known = guest in self._remotes
        remote = self._remote_of(guest)
        remote.servers = msgspec.convert(data.get("servers", ()), list[IceServer])
        remote.relay = data.get("relay") is True
        if not known:  # its page may think that it is connected: with a desktop that is gone
            remote.tell({"type": "again"})

    async def close(self) -> None:
        """Let all of them go."""
        self._closed = True
        for guest in tuple(self._remotes):
            self._part(guest)
        await self._tasks.close(CLOSE_S)

    def _guest(self, guest: str) -> Guest | None:
        return next((one for one in self._store.state.guests if one.id == guest), None)

    def _remote_of(self, guest: str) -> Remote:
        remote = self._remotes.get(guest)
        if remote is None:
            sending = CallSender(self._program, self._mixer, self._clock, self.codec, SHORT_SIDE)

            def signal(data: dict[str, Any]) -> None:
                self._tasks.spawn(self._send(wire.Signal(call=GUEST_CALL + guest, peer=guest, data=data)), "a signal")

            remote = Remote(guest, self._clock, sending, signal, lambda: self._mixer.behind)
            remote.heard_after_ns = 0  # it is for the programme: nobody waits for headphones
            remote.changed = self._changed
            self._remotes[guest], self._sendings[guest] = remote, sending
            sending.on_picture = lambda sends: self._tell(guest, self._store.state)
            remote.start()
            self._follow(self._store.state)
            self._book.put(guest, remote)
            self._voices.there("guests", here=True)
        return remote

    def _on_state(self, old: State, new: State) -> None:
        if old.guests is not new.guests:
            here = {guest.id: guest for guest in new.guests}
            for guest, remote in tuple(self._remotes.items()):
                if guest not in here or (here[guest].status == "away" and remote.state.status != "connected"):
                    self._part(guest)
        if any(getattr(old, name) is not getattr(new, name) for name in ("guests", "sources", "scenes", "panic")):
            self._follow(new)

    def _follow(self, state: State) -> None:
        """What they are called, what they hear, and whether they are on air."""
        for guest in state.guests:
            if (remote := self._remotes.get(guest.id)) is not None:
                remote.call(guest.name)
                self._sendings[guest.id].minus.sources = frozenset(guest_sources(state, guest.id))
                self._tell(guest.id, state)
        self._listen(state)

    def _listen(self, state: State) -> None:
        """Who has no channel yet is heard as well: whoever sits here speaks with them in the green room."""
        waiting = {guest: remote for guest, remote in self._remotes.items() if not guest_sources(state, guest)}
        self._voices.hear("guests", {f"guest:{guest}": remote.ring for guest, remote in waiting.items()})

    def _tell(self, guest: str, state: State) -> None:
        sends = self._sendings[guest].sends_picture
        told = {"type": "sends", "picture": sends, "sound": True, "screen": False, "air": in_program(state, guest)}
        self._remotes[guest].tell_sends(told)

    def _changed(self) -> None:
        remotes = tuple(remote.state for remote in self._remotes.values())
        if remotes != self._store.state.guest_media:
            self._store.update(guest_media=remotes)
        for state in remotes:
            guest = self._guest(state.peer)
            if guest is not None and guest.status == "away" and state.status in ("reconnecting", "failed"):
                self._part(state.peer)

    def _part(self, guest: str) -> None:
        remote, sending = self._remotes.pop(guest, None), self._sendings.pop(guest, None)
        if remote is None or sending is None:
            return
        self._book.put(guest, None)
        self._voices.there("guests", here=bool(self._remotes))
        self._listen(self._store.state)

        async def close() -> None:
            await sending.close()
            await remote.close()

        self._tasks.spawn(close(), "parting")
        self._changed()
