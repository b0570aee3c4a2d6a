"""The desktop without its window. Read `_open` as the table of contents: what is opened there closes in reverse."""

import asyncio
import contextlib
import gc
import hashlib
import logging
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import msgspec

from studio import commands, demo_week, paths, wire
from studio.alarms.watch import AlarmWatch, disk_hours
from studio.audio.controller import MixerController
from studio.audio.mixer import Mixer
from studio.calls.controller import CallController
from studio.calls.guests import GuestController
from studio.calls.recording import CallRecordings
from studio.calls.remote_audio import RemoteAudio
from studio.checks.preflight import Means, PreflightController
from studio.clock import Clock, MonotonicClock
from studio.commands import Actor, Command
from studio.commands import show as show_commands
from studio.commands.scene import SceneTake
from studio.desktop import saved
from studio.desktop.answers import Answers
from studio.desktop.autosave import Autosave
from studio.desktop.encoders import Encoders
from studio.desktop.own_commands import OwnCommands
from studio.desktop.product_pictures import ProductPictures
from studio.desktop.publishing import Publishing
from studio.desktop.server_commands import ServerCommands
from studio.desktop.show_files import ShowFiles
from studio.desktop.show_server import DesktopsServer
from studio.desktop.stepping_down import SteppingDown
from studio.errors import Forbidden, StudioError, Unreachable
from studio.events import ChatRemoved, Logged
from studio.link.link import Link
from studio.link.server_process import LINGER_S, Endpoint
from studio.media.codecs import choose
from studio.outputs.stream import StreamController
from studio.outputs.to_link import LinkOutput
from studio.overlays.curtain import CurtainSource
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.overlays.shop_data import ShopData
from studio.overlays.slate import Slates
from studio.recordings.clips import ClipController
from studio.recordings.controller import RecordingController
from studio.recordings.library import LibraryController
from studio.recordings.proxies import Proxies
from studio.recordings.publisher import Publisher
from studio.recordings.stores.s3 import S3Store, place
from studio.recordings.stores.server import FilmClient
from studio.recordings.works import Works
from studio.rehearsal.audience import SimulatedAudience
from studio.rundown.controller import RundownController
from studio.scenes.controller import SceneController, new_id
from studio.scenes.nesting import shown_sources
from studio.scenes.program import Program
from studio.scenes.program_follower import ProgramFollower
from studio.settings import Settings
from studio.show.chat import ChatLine
from studio.show.guest import GUEST_CALL
from studio.show_file import ShowFile
from studio.sources.base import SourceContext
from studio.sources.guest_book import GuestBook
from studio.sources.rack import SourceRack
from studio.spine import Dispatcher, Store
from studio.spine.dispatcher import parse
from studio.state import Link as LinkState
from studio.state import Show, Source, State
from studio.state.calls import Advising
from studio.tasks import Tasks

log = logging.getLogger(__name__)

CHECK_SOURCES_S = 0.25
CONNECT_TIMEOUT_S = 25.0
LOCAL = Actor("desktop", "host", "", local=True)
"""Whoever sits at the desktop."""


@dataclass(frozen=True, slots=True)
class StudioOptions:
    """What to open. With `server_url` empty a server is adopted or started on this machine."""

    file: ShowFile
    path: Path | None = None
    server_url: str = ""
    server_token: str = ""
    server_port: int = 0
    database: Path | None = None
    linger_s: float = LINGER_S
    resume: bool = True
    """Go back on air by itself after a crash; a window asks first."""
    week: bool = False
    """Fill the relation with a week of made-up visitors: of the demo."""


class Studio:
    """The desktop without its window. Everything here belongs to one asyncio loop; parts own their threads."""

    def __init__(self, options: StudioOptions, settings: Settings, clock: Clock | None = None) -> None:
        self.options = options
        self._week_told = False
        self.settings = settings
        self.clock = clock or MonotonicClock()
        self.store = Store()
        self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.painter = OverlayPainter()
        self.shop_data = ShopData()
        self.kinds = all_kinds(self.painter, self.shop_data)
        self.program = Program(options.file.canvas, options.file.fps, self.clock)
        self.mixer = Mixer(self.clock, settings["audio.latency_ms"])
        self.encoders = Encoders(self.program, self.clock, settings, self.store, lambda source: self.rack.running.get(source))
        self.events: list[Callable[[Logged], None]] = []
        """Called with every event of the show."""
        self.engine_runs: Callable[[], None] = lambda: None
        """Called once pictures and sound are made; the server may still be on its way."""
        self.chat: list[Callable[[Sequence[ChatLine]], None]] = [self.shop_data.chatted]
        """Called with what the audience writes."""
        self.audience = SimulatedAudience(self.store, self.clock, self.chatted)
        self.server = DesktopsServer(self._named_server(), options.server_port, options.database, options.linger_s)
        self.rack: SourceRack
        self.link: Link
        self.stream: StreamController
        self.calls: CallController
        self.guests: GuestController
        self.library: LibraryController
        self.recording: RecordingController
        self._opened = contextlib.AsyncExitStack()
        """How each part that was opened is closed again."""
        self._tasks = Tasks(log)
        self._ready = asyncio.Event()
        self._failure: StudioError | None = None

    # ── start and stop ───────────────────────────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        """Everything up to *ready to go live*. Raises a `StudioError` when the server cannot be had."""
        await self.server.look()
        try:
            await self._open()
        except BaseException:
            try:
                await self.close()
            except Exception:  # what is told is why it could not be opened
                log.exception("not everything could be closed again")
            raise
        gc.freeze()  # what is here stays: a full collection would look at all of it, 50 ms in which nothing ticks
        self._opened.callback(gc.unfreeze)  # another show may be opened in this process: what this one leaves is to be collected

    async def close(self) -> None:
        """Stop the stream (not the show), then everything, in reverse."""
        await self._opened.aclose()

    async def _open(self) -> None:
        opened = self._opened
        opened.push_async_callback(self.server.close)
        self.server.begin()
        self._build()
        self.painter.start()
        opened.callback(self.painter.close)
        self._start_engine()
        self.engine_runs()
        codec = await asyncio.to_thread(choose, self.settings["video.encoder"], self.settings["video.preset"])
        self.encoders.codec = self.calls.codec = self.guests.codec = codec
        await self.server.ready()
        await self.library.open()
        for end in (
            self.link.close,
            self.pictures.close,
            self.autosave.save,
            self._tasks.close,
            self.preflight.close,
            self.stream.close,
            self.library.flush,
            self.works.close,
            self._end_recording,
            self.guests.close,
            self.calls.close,
        ):
            opened.push_async_callback(end)
        self.publisher.go_on()
        self.link.start()
        self._start_tasks()
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self._ready.wait()
        except TimeoutError:
            reason = self.store.state.link.reason
            raise StudioError("{problem}", problem=reason or "The show server does not answer") from None
        if self._failure is not None:
            raise self._failure

    def _start_engine(self) -> None:
        opened = self._opened
        opened.push_async_callback(self.rack.close)
        for part in (self.program, self.mixer, self.desk):
            opened.push_async_callback(asyncio.to_thread, part.close)
        self.rack.open(tuple(saved.copied(source, Source) for source in self.options.file.sources))
        self.store.observe(self._on_state)
        self.autosave = Autosave(self.store, self.options.file, self.options.path)
        self.publishing = Publishing(self.store, self.link)
        self._refresh_audio()
        self.stage.open(self.store.state)
        self.program.start()
        self.mixer.start()

    def _start_tasks(self) -> None:
        alarms = AlarmWatch(self.store, self.mixer.speech, self._disk_hours, self.mixer.broken_effects)
        sending = (self.stream, self.calls, self.guests)
        stepping_down = SteppingDown(self.store, self.clock, self.program, self.encoders, sending)
        work = {
            "publish-state": self.publishing.run(),
            "watch-sources": self._watch_sources(),
            "autosave": self.autosave.run(),
            "call-recordings": self._call_recordings.run(),
            "library": self.library.run(),
            "recording": self.recording.run(),
            "simulated-audience": self.audience.run(),
            "stepping-down": stepping_down.run(),
            "alarms": alarms.run(),
        }
        for name, run in work.items():
            self._tasks.spawn(run, name)

    async def _end_recording(self) -> None:
        try:
            await self.recording.close()
        except Exception:  # whatever a disk says: the show itself must be saved
            log.exception("the recording could not be ended")

    # ── the parts ────────────────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        """Make the parts around the state, and fill the state from the show file."""
        file = self.options.file
        book = GuestBook()
        self._build_picture(book)
        self.desk = MixerController(self.store, self.dispatcher, self.mixer)
        self._build_link()
        self._build_calls(book)
        self._build_recordings()
        self.preflight = PreflightController(
            self.store,
            self.dispatcher,
            self.clock,
            Means(self.mixer.speech, self._named_server, self.encoders.planned_kbps),
        )
        OwnCommands(self.store, self.dispatcher)
        Answers(self.dispatcher, self.mixer, self.library.free)
        ShowFiles(self.store, self.dispatcher, self.kinds, lambda: self.autosave.file)
        opened = saved.branches(file)
        opened["mixer"] = msgspec.structs.replace(opened["mixer"], monitor_device=self.settings["audio.monitor"])
        self.store.update(show=Show(id=file.show.id, title=file.show.title, brand=file.show.brand), **opened)

    def _build_picture(self, book: GuestBook) -> None:
        file = self.options.file
        context = SourceContext(
            clock=self.clock, canvas=file.canvas, fps=file.fps, next_tick_ns=self.program.next_tick_ns, guests=book
        )
        self.rack = SourceRack(self.store, self.dispatcher, self.kinds, context, new_id)
        curtain = CurtainSource(self.painter, context, file.show.brand or file.show.title)
        self.stage = ProgramFollower(self.program, self.rack, self.kinds, Slates(self.painter, context).of, curtain)
        self.board = SceneController(
            self.store, self.dispatcher, self.stage.remember_take, lambda at: self.stage.push(self.store.state, at)
        )
        self.rundown = RundownController(self.store, self.dispatcher, self.clock, self._take_scene)

    def _build_link(self) -> None:
        name = socket.gethostname()
        client = f"{name[:50]}-{secrets.token_hex(3)}"
        self.link = Link(self, self.server.find, self.clock, client=client, name=name, show=self.options.file.show.id)
        self.stream = StreamController(self.store, self.dispatcher, self.link, self.clock, self._make_output)
        self.server_commands = ServerCommands(self.dispatcher, self.link, self.stream.close)
        self.pictures = ProductPictures(self.shop_data, self.link)

    def _build_calls(self, book: GuestBook) -> None:
        engine = (self.program, self.mixer, RemoteAudio(self.mixer, self.desk))
        server = hashlib.sha256((self.options.server_url or "").encode()).hexdigest()[:12]  # films of another one wait for it
        recordings = CallRecordings(paths.data_dir() / "calls" / server, self._send_recording)
        self._call_recordings = recordings
        snapshots = paths.data_dir() / "snapshots"
        self.calls = CallController(
            self.store,
            self.dispatcher,
            self.clock,
            engine=engine,
            send=self.link.signal,
            folder=snapshots,
            book=book,
            recordings=recordings,
        )
        self.guests = GuestController(self.store, self.clock, engine, self.link.signal, book)

    def _build_recordings(self) -> None:
        chosen = self.settings["recording.folder"]
        root = Path(chosen).expanduser() if chosen else paths.data_dir() / "recordings"
        self.library = LibraryController(self.store, self.dispatcher, self.clock, self.settings, root)
        intake = self.encoders.intake(self.mixer, self._show_ms)
        self.recording = RecordingController(
            self.store, self.dispatcher, self.clock, settings=self.settings, intake=intake, library=self.library
        )
        self.works = Works(self.store, self.dispatcher)
        self.proxies = Proxies(self.store, self.dispatcher, self.rack, self.works)
        self.clips = ClipController(self.store, self.dispatcher, self.library, self.works)
        self.publisher = Publisher(
            self.dispatcher,
            self.library,
            self.clips,
            works=self.works,
            server=lambda: FilmClient(self.link.shop, self.options.server_url or ""),
            store=lambda: S3Store(place(self.settings)),
            elsewhere=lambda: self.settings["replay.store"] == "s3",
        )
        self.library.ended = self.clips.ended
        self.library.deleted = self.works.stop

    def _make_output(self) -> LinkOutput:
        settings = self.encoders.output_settings()
        return LinkOutput(self.program, self.mixer, self.clock, settings=settings, sink=self.link.sender, best=self.encoders.best)

    def _named_server(self) -> Endpoint | None:
        options = self.options
        return Endpoint(options.server_url, options.server_token) if options.server_url else None

    def _show_ms(self, pts_ns: int) -> int | None:
        """The show clock at a moment of the media clock; None while it does not run."""
        output, show = self.stream.output, self.store.state.show
        if output is None or show.origin_ms is None or show.state not in ("live", "paused"):
            return None
        return output.media_at(pts_ns) - show.origin_ms

    async def _send_recording(self, call: str, path: Path) -> None:
        await self.link.shop.keep_call(call, path)

    def _disk_hours(self) -> float | None:
        return disk_hours(str(paths.data_dir()), self.encoders.planned_kbps())

    # ── what the link tells ──────────────────────────────────────────────────────────────────────────────────

    def link_changed(self, link: LinkState) -> None:
        before = self.store.state.link
        self.store.update(link=link)
        if before.status == "connected" and link.status != "connected":
            self.stream.disconnected()

    def branch_changed(self, name: str, value: Any) -> None:
        self.store.update(**{name: value})

    def event_happened(self, event: Logged) -> None:
        if isinstance(event.data, ChatRemoved):
            self.shop_data.removed(event.data.line)
        self.recording.happened(event)
        for listener in tuple(self.events):
            listener(event)

    def chatted(self, lines: Sequence[ChatLine]) -> None:
        """The audience wrote something."""
        for listener in tuple(self.chat):
            listener(lines)

    async def connected(self, welcome: wire.Welcome) -> None:
        self.branch_changed("advising", msgspec.convert(welcome.state.get("advising", {}), Advising))
        if self.store.state.advising.status == "off" and not self.store.state.advising.why:
            self._tasks.spawn(self.server_commands.take_calls_again(), "available")
        if welcome.role in ("support", "marketer"):  # neither calls nor rules need a show
            self._ready.set()
        elif "show" in welcome.state:
            await self._resume(crashed=welcome.resume and self.options.resume)
        else:
            await self._create_show()
        if self.options.week and self._failure is None and not self._week_told:
            self._week_told = True
            self._tasks.spawn(self._tell_week(), "demo-week")

    async def _tell_week(self) -> None:
        """Told again by the next connection where this one broke: the same twice is once."""
        self._week_told = await demo_week.tell(self.store.state.link.url, self.link.execute, self.clock.wall_ms())

    async def relayed(self, message: wire.CommandMessage) -> Any:
        if self.options.server_url:
            raise Forbidden("{client} is not paired with this desktop", client=message.actor)
        if message.role not in get_args(commands.Role):
            raise Forbidden("{role} may not use {name}", role=message.role, name=message.name)
        by = Actor(message.actor, cast(commands.Role, message.role), message.actor, local=False)
        return await self.execute(parse(message.name, message.args), by)

    def demanded(self, message: wire.Demand) -> None:
        self.stream.demanded(message)

    def keyframe_wanted(self, short_side: int) -> None:
        self.stream.keyframe_wanted(short_side)

    def signalled(self, message: wire.Signal) -> None:
        if message.call.startswith(GUEST_CALL):
            self.guests.signalled(message)
        else:
            self.calls.signalled(message)

    def lease_lost(self, holder: str) -> None:
        self._tasks.spawn(self.stream.lease_lost(holder), "lease-lost")

    async def _create_show(self) -> None:
        """The server does not know the show of our file: tell it."""
        try:
            await self.link.execute(show_commands.ShowCreate(**msgspec.structs.asdict(self.options.file.show)))
        except Unreachable:
            raise  # the connection broke again: the next one tries again
        except StudioError as error:
            log.error("the show could not be created: %s", error)
            self._failure = error
            self._ready.set()
        else:
            await self._resume()

    async def _resume(self, *, crashed: bool = False) -> None:
        self.publishing.begin_anew()
        await self.stream.connected(crashed=crashed)
        self._ready.set()

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    async def execute(self, command: Command, by: Actor = LOCAL) -> Any:
        """Run a command here, or have the server run it. Raises a `StudioError`."""
        undo = self.dispatcher.undo
        try:
            return await self.dispatcher.execute(command, by)
        finally:  # an undo that was refused is gone as well
            self.store.update(undo=undo.sentences(LOCAL.id), redo=undo.again(LOCAL.id))

    async def _take_scene(self, scene: str, by: Actor) -> None:
        await self.dispatcher.execute(SceneTake(scene=scene), by)

    # ── state to engine ──────────────────────────────────────────────────────────────────────────────────────

    def _on_state(self, old: State, new: State) -> None:
        self.shop_data.shop = new.shop
        shown_differs = (
            old.panic != new.panic or old.scenes != new.scenes or saved.setup(old) != saved.setup(new) or _restarted(old, new)
        )
        if shown_differs:
            self.stage.changed(old, new)
        if shown_differs or old.mixer != new.mixer:
            self._refresh_audio()
        if old.mixer.monitor_device != new.mixer.monitor_device:
            self.settings.set("audio.monitor", new.mixer.monitor_device)

    def _refresh_audio(self) -> None:
        state = self.store.state
        shown = shown_sources(state, state.scenes.program) | {state.scenes.stinger}
        rings = {name: source.ring for name, source in self.rack.running.items() if source.ring is not None}
        always = {s.id for s in state.sources if not self.kinds[s.kind].video}
        self.desk.refresh(rings, set() if state.panic else shown | always)

    async def _watch_sources(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SOURCES_S)
            self.rack.check()

    # ── what a window looks at ───────────────────────────────────────────────────────────────────────────────

    def watch_tiles_and_preview(self, tiles: bool, preview: bool) -> None:
        """Compose all scenes as small pictures, and the preview, or no more."""
        self.stage.watch_tiles(self.store.state, on=tiles)
        self.program.watch_preview = preview


def _restarted(old: State, new: State) -> bool:
    return [s.status for s in old.sources] != [s.status for s in new.sources]
