"""An advisor's calls at their desktop: follows what the server says, connects, and keeps the others heard and seen."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from studio import wire
from studio.audio.mixer import Mixer
from studio.calls.call_sender import CallSender
from studio.calls.recording import CallRecording, CallRecordings
from studio.calls.remote import Remote
from studio.calls.remote_audio import RemoteAudio
from studio.calls.snapshot import save_png
from studio.clock import Clock
from studio.commands import Actor
from studio.commands.call import CallPoint, CallRecord, CallSend, CallSnapshot
from studio.errors import StudioError, WrongState
from studio.i18n import N_, _
from studio.media.encoder import X264, Codec
from studio.media.frames import Picture
from studio.media.mailbox import Mailbox
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.scenes.nesting import guest_sources, in_program
from studio.scenes.program import Program
from studio.show.guest import ON_CALL
from studio.sources.guest_book import GuestBook
from studio.spine import Dispatcher, Store
from studio.state import CallMedia, State
from studio.state.calls import Advising
from studio.tasks import Tasks
from studio.webrtc.ice import IceServer

log = logging.getLogger(__name__)

CUSTOMER = "customer"
CLOSE_S = 5.0


class CallController:
    """On the studio's loop. `send` gives signals to the server; `codec` says what pictures are encoded with."""

    def __init__(
        self,
        store: Store,
        dispatcher: Dispatcher,
        clock: Clock,
        *,
        engine: tuple[Program, Mixer, RemoteAudio],
        send: Callable[[wire.Signal], Awaitable[None]],
        folder: Path,
        book: GuestBook,
        recordings: CallRecordings,
    ) -> None:
        self.codec: Codec = X264
        self._store = store
        self._clock = clock
        self._program, self._mixer, self._voices = engine
        self._send = send
        self._folder = folder
        self._book = book
        self._recordings = recordings
        self._recording: CallRecording | None = None
        self._recording_failed = False
        self._records = True
        """Whoever sits here has not stopped it."""
        self._remotes: dict[str, Remote] = {}
        self._sendings: dict[str, CallSender] = {}
        self._call = ""
        self._servers: list[IceServer] = []
        self._relay = False
        self._peer = ""
        """What we are addressed with, in this call."""
        self._tasks = Tasks(log, StudioError)  # the link is down: the other side asks again
        dispatcher.register(CallSend, self._on_send)
        dispatcher.register(CallPoint, self._on_point)
        dispatcher.register(CallRecord, self._on_record)
        dispatcher.register(CallSnapshot, self._on_snapshot)
        store.observe(self._on_state)

    @property
    def encoders(self) -> tuple[RenditionEncoder, ...]:
        """Those that encode now."""
        return tuple(sending.encoder for sending in self._sendings.values() if sending.sends_picture)

    def picture(self, peer: str = CUSTOMER) -> Mailbox[Picture] | None:
        """What somebody shows now. Any thread."""
        remote = self._remotes.get(peer)
        return remote.picture if remote is not None else None

    def remote(self, peer: str = CUSTOMER) -> Remote | None:
        """The other end of a connection."""
        return self._remotes.get(peer)

    def signalled(self, message: wire.Signal) -> None:
        """The server passes on what somebody in our call says."""
        if not self._talks or message.call != self._present.id:
            return
        data = message.data
        if message.peer == CUSTOMER and data.get("type") == "ice":
            self._servers = msgspec.convert(data.get("servers", ()), list[IceServer])
            self._relay = data.get("relay") is True
            self._peer = str(data.get("self", ""))
            self._follow()
            for remote in self._remotes.values():
                remote.servers, remote.relay = self._servers, self._relay
            return
        self._remote_of(message.peer).hear(data)

    async def close(self) -> None:
        """Leave every call."""
        await self._leave()
        await self._tasks.close(CLOSE_S)  # somebody may be being left already

    @property
    def _advising(self) -> Advising:
        return self._store.state.advising

    @property
    def _talks(self) -> bool:
        advising = self._advising
        return advising.status == "busy" and advising.call is not None

    @property
    def _present(self) -> Any:
        call = self._advising.call
        assert call is not None
        return call

    def _remote_of(self, peer: str) -> Remote:
        remote = self._remotes.get(peer)
        if remote is None:
            call = self._call = self._present.id
            sending = CallSender(self._program, self._mixer, self._clock, self.codec)

            def signal(data: dict[str, Any]) -> None:
                self._tasks.spawn(self._send(wire.Signal(call=call, peer=peer, data=data)), "a signal")

            remote = Remote(peer, self._clock, sending, signal, lambda: self._mixer.behind)
            remote.servers, remote.relay = self._servers, self._relay
            remote.changed = self._changed
            sending.on_picture = lambda sends: self._tell_sends(remote)
            self._remotes[peer], self._sendings[peer] = remote, sending
            remote.start()
            self._follow()
            self._listen()
        return remote

    def _listen(self) -> None:
        held = self._talks and self._present.held
        self._voices.hear("calls", {} if held else {f"call:{peer}": remote.ring for peer, remote in self._remotes.items()})
        self._voices.there("calls", here=bool(self._remotes))
        self._changed()

    def _on_state(self, old: State, new: State) -> None:
        if self._remotes and self._talks and (old.sources is not new.sources or old.scenes is not new.scenes):
            self._follow()
        if old.advising is new.advising:
            return
        call = new.advising.call
        if self._remotes and (not self._talks or call is None or call.id != self._call or call.state == "ended"):
            self._tasks.spawn(self._leave(), "leaving a call")
        elif self._talks and call is not None:
            self._follow()
            before = old.advising.call
            if before is not None and call is not None and before.held != call.held:
                self._listen()

    def _follow(self) -> None:
        """Who is connected with whom, and what goes out, as the call is now."""
        call, media = self._present, self._store.state.call_media
        self._meet([person.peer for person in call.people])
        self._take_on_air()
        self._record()
        for peer, remote in self._remotes.items():
            names = {person.peer: person.name for person in call.people}
            remote.call(call.name if peer == CUSTOMER else names.get(peer, ""))
            picture = media.sends_picture and not call.held and call.kind in ("video", "watch")
            self._sendings[peer].wants(picture=picture, sound=media.sends_sound and not call.held)
            self._tell_sends(remote)

    def _take_on_air(self) -> None:
        """The customer is what guest sources show that are to show the call; with their yes, and for as long as that holds."""
        customer = self._remotes.get(CUSTOMER)
        agreed = any(one.ask == "air" and one.yes for one in self._advising.asked)
        self._book.put(ON_CALL, customer if agreed and not self._present.held else None)
        if customer is not None:
            self._sendings[CUSTOMER].minus.sources = frozenset(guest_sources(self._store.state, ON_CALL))

    def _record(self) -> None:
        """Make a film for as long as the customer agrees; when they take that back nothing of it is kept. Of several advisors
        the first one does."""
        call, customer = self._present, self._remotes.get(CUSTOMER)
        said = next((one.yes for one in self._advising.asked if one.ask == "recording"), None)
        mine = bool(call.people) and call.people[0].peer == self._peer
        if self._recording is not None and said is not True:
            self._end_recording(keep=False)
        elif self._recording is not None and not (self._records and mine):
            self._end_recording(keep=True)
        elif said and mine and customer is not None and self._recording is None and self._records:
            self._begin_recording(call.id, customer)
        if self._recording is not None:
            self._set_recording(self._recording)

    def _begin_recording(self, call: str, customer: Remote) -> None:
        if self._recording_failed:
            return
        try:
            path = self._recordings.path(call)
            recording = CallRecording(path, customer, (self._program, self._mixer), self._clock, self.codec)
            self._set_recording(recording)
            recording.start()
        except OSError as error:
            log.warning("the call cannot be recorded: %s", error)
            self._recording_failed = True
        else:
            self._recording = recording

    def _set_recording(self, recording: CallRecording) -> None:
        """What of us is in it: what the customer hears and sees, and no more."""
        media, call = self._store.state.call_media, self._present
        recording.paused = call.held
        recording.heard = media.sends_sound and call.kind != "text"
        recording.seen(on=media.sends_picture and call.kind in ("video", "watch"))
        recording.hear(tuple(self._remotes.values()))
        recording.minus.sources = frozenset(guest_sources(self._store.state, ON_CALL))

    def _end_recording(self, *, keep: bool) -> None:
        recording, self._recording = self._recording, None
        if recording is None:
            return
        recording.stop()

        async def end() -> None:
            path = await asyncio.to_thread(recording.close)
            if keep:
                self._recordings.kept(path)
            else:
                self._recordings.dropped(path)

        self._tasks.spawn(end(), "ending a recording")

    @property
    def _on_air(self) -> bool:
        return self._book.find(ON_CALL) is not None and in_program(self._store.state, ON_CALL)

    def _meet(self, peers: list[str]) -> None:
        """Advisors in one call hear each other: who came later offers to who was there."""
        for peer in [peer for peer in self._remotes if peer != CUSTOMER and peer not in peers]:
            remote, sending = self._remotes.pop(peer), self._sendings.pop(peer)
            self._tasks.spawn(_part(remote, sending), "parting")
            self._listen()
        if self._peer in peers:
            for peer in peers[: peers.index(self._peer)]:
                if peer not in self._remotes:
                    self._remote_of(peer).offer()

    def _tell_sends(self, remote: Remote) -> None:
        media, sending = self._store.state.call_media, self._sendings[remote.peer]
        sound = media.sends_sound and not self._present.held if self._talks else False
        air = {"air": self._on_air} if remote.peer == CUSTOMER else {}
        remote.tell_sends({"type": "sends", "picture": sending.sends_picture, "sound": sound, "screen": False} | air)

    def _changed(self) -> None:
        remotes = tuple(remote.state for remote in self._remotes.values())
        media = self._store.state.call_media
        problem = ""
        if any(remote.status == "failed" for remote in remotes):
            problem = _("The customer's browser and this desktop find no way to each other")
        failed = self._recording_failed or (self._recording is not None and bool(self._recording.recorder.trouble))
        changed = msgspec.structs.replace(
            media,
            remotes=remotes,
            problem=problem,
            echo_cancelled=bool(remotes) and self._voices.cancels,
            recording="failed" if failed else "on" if self._recording is not None else "",
        )
        if changed != media:
            self._store.update(call_media=changed)

    async def _leave(self) -> None:
        if not self._remotes:
            return
        remotes, self._remotes = self._remotes, {}
        sendings, self._sendings = self._sendings, {}
        self._peer = ""
        self._end_recording(keep=True)
        self._recording_failed, self._records = False, True
        self._book.put(ON_CALL, None)
        self._voices.hear("calls", {})
        self._voices.there("calls", here=False)
        self._store.update(call_media=CallMedia())  # before anything is waited for: a next call may begin meanwhile
        for sending in sendings.values():
            await sending.close()
        for remote in remotes.values():
            await remote.close()

    async def _on_send(self, command: CallSend, by: Actor) -> None:
        media = self._store.state.call_media
        given = {"sends_picture": command.picture, "sends_sound": command.sound}
        wanted = {name: value for name, value in given.items() if value is not None}
        self._store.update(call_media=msgspec.structs.replace(media, **wanted))
        if self._remotes and self._talks:
            self._follow()

    async def _on_record(self, command: CallRecord, by: Actor) -> None:
        if not self._remotes or not self._talks:
            raise WrongState(N_("You are in no call"))
        if command.on and not any(one.ask == "recording" and one.yes for one in self._advising.asked):
            raise WrongState(N_("The customer did not agree to a recording"))
        if self._recording is not None and self._recording.recorder.trouble:
            self._end_recording(keep=True)
        self._records, self._recording_failed = command.on, False
        self._record()
        self._changed()

    async def _on_point(self, command: CallPoint, by: Actor) -> None:
        remote = self._remotes.get(CUSTOMER)
        if remote is None:
            raise WrongState(N_("You are in no call"))
        remote.tell({"type": "point", "places": [list(place) for place in command.places]})

    async def _on_snapshot(self, command: CallSnapshot, by: Actor) -> str:
        remote = self._remotes.get(CUSTOMER)
        picture = remote.picture.peek() if remote is not None else None
        if remote is None or picture is None or not remote.state.picture:
            raise WrongState(N_("The customer shows no picture"))
        path = self._folder / f"{self._present.id}-{self._clock.wall_ms()}.png"
        await asyncio.to_thread(save_png, picture, path)
        return str(path)


async def _part(remote: Remote, sending: CallSender) -> None:
    await sending.close()
    await remote.close()
