"""Builds the desktop's parts, starts them in order, stops them in reverse. Read `start` as the table of contents."""

import asyncio
import contextlib
import gc
import hashlib
import logging
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args

import msgspec

from studio import commands, paths, show_file, wire
from studio.alarms.watch import AlarmWatch, disk_hours
from studio.audio.desk import AudioDesk
from studio.audio.mixer import Mixer
from studio.calls.desk import CallDesk
from studio.calls.far_voices import FarVoices
from studio.calls.guests import GuestDesk
from studio.calls.recording import CallRecordings
from studio.checks.preflight import Means, PreflightBoard
from studio.clock import NS_PER_S, Clock, MonotonicClock
from studio.commands import Actor, Command
from studio.commands import panic as panic_commands
from studio.commands import show as show_commands
from studio.commands import undo as undo_commands
from studio.commands.call import CallAvailable, CallCommand
from studio.commands.hotkey import HotkeySet
from studio.commands.scene import SceneTake
from studio.desktop import saved
from studio.errors import Forbidden, Held, StudioError, WrongState
from studio.events import ChatRemoved, Logged
from studio.i18n import N_, _
from studio.link import spare_server
from studio.link.film_client import FilmClient
from studio.link.link import Link
from studio.link.on_air import OnAir
from studio.link.s3_store import S3Store, place
from studio.link.server_process import LINGER_S, Endpoint, ServerProcess, running
from studio.media.codecs import choose
from studio.media.encoder import X264
from studio.media.timed_ring import TimedRing
from studio.outputs.adaptation import Adaptation, Controls
from studio.outputs.link_output import LinkOutput, OutputSettings
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.outputs.shared_encoder import Emit, SharedEncoder, Tap
from studio.outputs.source_encoder import SourceEncoder
from studio.overlays.curtain import CurtainSource
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.overlays.shop_data import ShopData
from studio.overlays.slate import Slates
from studio.recordings.board import Encoding, Intake, RecordingBoard
from studio.recordings.clips import ClipBoard
from studio.recordings.library import LibraryBoard
from studio.recordings.movie_file import AAC_KBPS
from studio.recordings.proxies import Proxies
from studio.recordings.publisher import Publisher
from studio.recordings.slim import slim, slim_recording
from studio.recordings.works import Works
from studio.rehearsal.audience import SimulatedAudience
from studio.rundown.board import RundownBoard
from studio.scenes.board import SceneBoard, new_id
from studio.scenes.nesting import shown_sources
from studio.scenes.program import Program
from studio.scenes.stage import Stage
from studio.settings import Settings
from studio.show.chat import ChatLine
from studio.show.guest import GUEST_CALL
from studio.show_file import ShowFile
from studio.sources.base import SourceContext
from studio.sources.guest_book import GuestBook
from studio.sources.rack import SourceRack
from studio.spine import Dispatcher, Inverse, Store
from studio.spine.dispatcher import parse
from studio.spine.edit import edit
from studio.spine.store import changed_branches
from studio.state import Link as LinkState
from studio.state import Show, Source, State
from studio.state.branches import PUBLISHED
from studio.state.calls import Advising
from studio.state.recording import Library

log = logging.getLogger(__name__)

PUBLISH_S = 0.1
SAVE_AFTER_S = 1.0
CHECK_SOURCES_S = 0.25
ADAPT_S = 0.25
CONNECT_TIMEOUT_S = 25.0
PICTURE_MAX, PICTURE_AGAIN_S = 4 << 20, 5.0
FILMED, HEARD = frozenset({"camera", "guest"}), frozenset({"microphone", "guest"})
"""Kinds of sources that can be recorded by themselves."""
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


class Studio:
    """The desktop without its window. Everything here belongs to one asyncio loop; parts own their threads."""

    def __init__(self, options: StudioOptions, settings: Settings, clock: Clock | None = None) -> None:
        self.options = options
        self.settings = settings
        self.clock = clock or MonotonicClock()
        self.store = Store()
        self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.painter = OverlayPainter()
        self.shop_data = ShopData()
        self.kinds = all_kinds(self.painter, self.shop_data)
        self.program = Program(options.file.canvas, options.file.fps, self.clock)
        self.mixer = Mixer(self.clock, settings["audio.latency_ms"])
        self.events: list[Callable[[Logged], None]] = []
        """Called with every event of the show."""
        self.engine_runs: Callable[[], None] = lambda: None
        """Called once pictures and sound are made; the server may still be on its way."""
        self.chat: list[Callable[[Sequence[ChatLine]], None]] = []
        """Called with what the audience writes."""
        self.best = SharedEncoder(self.program, self._best_encoder)
        """The best rendition, for the audience and for the recording."""
        self.audience = SimulatedAudience(self.store, self.clock, self.chatted)
        self.rack: SourceRack
        self.link: Link
        self.on_air: OnAir
        self.calls: CallDesk
        self.guests: GuestDesk
        self.library: LibraryBoard
        self.recording: RecordingBoard
        self._client = f"{socket.gethostname()[:50]}-{secrets.token_hex(3)}"
        self._server: ServerProcess | None = None
        self._opened = contextlib.AsyncExitStack()
        """How each part that was opened is closed again."""
        self._tasks: list[asyncio.Task[None]] = []
        self._ready = asyncio.Event()
        self._failure: StudioError | None = None
        self._dirty: dict[str, Any] = {}
        self._told_library: Library | None = None
        self._changed = asyncio.Event()
        self._unsaved = False
        self._codec = X264
        self._records_best = False
        """What is recorded is what the audience gets."""
        self._takes_calls: CallAvailable | None = None
        """How this desktop takes calls, which a server that was started anew must be told."""

    async def start(self) -> None:
        """Everything up to *ready to go live*. Raises a `StudioError` when the server cannot be had."""
        found = None if self.options.server_url or self.options.database is not None else await running()
        if found is not None and found.desktops:
            raise Held("A studio is already running on this machine (process {pid})", pid=found.pid)
        try:
            await self._open(found)
        except BaseException:
            try:
                await self.close()
            except Exception:  # what is told is why it could not be opened
                log.exception("not everything could be closed again")
            raise
        gc.freeze()  # what is here stays: a full collection would look at all of it, 50 ms in which nothing ticks
        self._opened.callback(gc.unfreeze)  # another show may be opened in this process: what this one leaves is to be collected

    async def _open(self, found: Endpoint | None) -> None:
        opened = self._opened
        server = asyncio.create_task(self._prepare_server(found), name="server-start")
        opened.push_async_callback(self._end_server, server)
        self._open_show()
        self.painter.start()
        opened.callback(self.painter.close)
        self._start_engine()
        self.engine_runs()
        self._codec = await asyncio.to_thread(choose, self.settings["video.encoder"], self.settings["video.preset"])
        self.calls.codec = self.guests.codec = self._codec
        await server
        await self.library.open()
        opened.push_async_callback(self.link.close)
        opened.push_async_callback(self._save)
        opened.push_async_callback(self._end_tasks)
        for part in (self.preflight, self.on_air):
            opened.push_async_callback(part.close)
        opened.push_async_callback(self.library.flush)
        opened.push_async_callback(self.works.close)
        opened.push_async_callback(self._end_recording)
        for desk in (self.guests, self.calls):
            opened.push_async_callback(desk.close)
        self.publisher.go_on()
        self.link.start()
        alarms = AlarmWatch(self.store, self.mixer.speech, self._disk_hours, self.mixer.broken_effects)
        self._tasks = [
            asyncio.create_task(self._publish(), name="publish-state"),
            asyncio.create_task(self._watch_sources(), name="watch-sources"),
            asyncio.create_task(self._autosave(), name="autosave"),
            asyncio.create_task(self._call_recordings.run(), name="call-recordings"),
            asyncio.create_task(self.library.run(), name="library"),
            asyncio.create_task(self.recording.run(), name="recording"),
            asyncio.create_task(self.audience.run(), name="simulated-audience"),
            asyncio.create_task(self._adapt(), name="adaptation"),
            asyncio.create_task(alarms.run(), name="alarms"),
        ]
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self._ready.wait()
        except TimeoutError:
            reason = self.store.state.link.reason
            raise StudioError("{problem}", problem=reason or "The show server does not answer") from None
        if self._failure is not None:
            raise self._failure

    async def close(self) -> None:
        """Stop the stream (not the show), then everything, in reverse."""
        await self._opened.aclose()

    async def execute(self, command: Command, by: Actor = LOCAL) -> Any:
        """Run a command here, or have the server run it. Raises a `StudioError`."""
        undo = self.dispatcher.undo
        try:
            return await self.dispatcher.execute(command, by)
        finally:  # an undo that was refused is gone as well
            self.store.update(undo=undo.sentences(LOCAL.id), redo=undo.again(LOCAL.id))

    # ── start and stop ───────────────────────────────────────────────────────────────────────────────────────

    def _open_show(self) -> None:
        """Build the parts around the state and fill the state from the show file."""
        file = self.options.file
        loop = asyncio.get_running_loop()

        def want(path: str) -> None:
            loop.call_soon_threadsafe(self._want_picture, path)

        self.shop_data.want = want
        self.chat.append(self.shop_data.chatted)
        book = GuestBook()
        context = SourceContext(
            clock=self.clock, canvas=file.canvas, fps=file.fps, next_tick_ns=self.program.next_tick_ns, guests=book
        )
        self.rack = SourceRack(self.store, self.dispatcher, self.kinds, context, new_id)
        curtain = CurtainSource(self.painter, context, file.show.brand or file.show.title)
        self.stage = Stage(self.program, self.rack, self.kinds, Slates(self.painter, context).of, curtain)
        self.board = SceneBoard(
            self.store, self.dispatcher, self.stage.remember_take, lambda at: self.stage.push(self.store.state, at)
        )
        self.rundown = RundownBoard(self.store, self.dispatcher, self.clock, self._take_scene)
        self.dispatcher.register(panic_commands.PanicOn, self._on_panic)
        self.dispatcher.register(panic_commands.PanicOff, self._on_calm)
        self.desk = AudioDesk(self.store, self.dispatcher, self.mixer)
        self.link = Link(self, self._find_server, self.clock, client=self._client, name=socket.gethostname(), show=file.show.id)
        self.on_air = OnAir(self.store, self.dispatcher, self.link, self.clock, self._make_output)
        self.adaptation = Adaptation(
            self.program,
            Controls(
                encoders=self._running_encoders,
                renditions=lambda: len(self.on_air.output.encoders) if self.on_air.output is not None else 0,
                recorded=lambda: self.store.state.recording.status != "off" and self._records_best,
                shrink=self._shrink,
            ),
        )
        self.preflight = PreflightBoard(
            self.store, self.dispatcher, self.clock, Means(self.mixer.speech, self._remote_server, self._planned_kbps)
        )
        engine = (self.program, self.mixer, FarVoices(self.mixer, self.desk))
        pictures = paths.data_dir() / "snapshots"
        server = hashlib.sha256((self.options.server_url or "").encode()).hexdigest()[:12]  # films of another one wait for it
        recordings = CallRecordings(paths.data_dir() / "calls" / server, self._send_recording)
        self._call_recordings = recordings
        self.calls = CallDesk(self.store, self.dispatcher, self.clock, engine, self.link.signal, pictures, book, recordings)
        self.guests = GuestDesk(self.store, self.clock, engine, self.link.signal, book)
        self._open_recordings()
        self.dispatcher.register(HotkeySet, self._on_hotkey)
        self.dispatcher.register(undo_commands.Undo, self._on_undo)
        self.dispatcher.register(undo_commands.Redo, self._on_redo)
        self.dispatcher.pass_on(self._on_server_command)
        opened = saved.branches(file)
        opened["mixer"] = msgspec.structs.replace(opened["mixer"], monitor_device=self.settings["audio.monitor"])
        self.store.update(
            show=Show(id=file.show.id, title=file.show.title, brand=file.show.brand),
            **opened,
        )

    def _open_recordings(self) -> None:
        chosen = self.settings["recording.folder"]
        root = Path(chosen).expanduser() if chosen else paths.data_dir() / "recordings"
        self.library = LibraryBoard(self.store, self.dispatcher, self.clock, self.settings, root)
        intake = Intake(
            mixer=self.mixer,
            fps=self.program.fps,
            encoding=self._recorded,
            size=self._recorded_size,
            media_ms=self._show_ms,
            kbps=self._recorded_kbps,
            cameras=self._isolated_cameras,
            microphones=self._isolated_microphones,
        )
        self.recording = RecordingBoard(self.store, self.dispatcher, self.clock, self.settings, intake, self.library)
        self.works = Works(self.store, self.dispatcher)
        self.proxies = Proxies(self.store, self.dispatcher, self.rack, self.works)
        self.clips = ClipBoard(self.store, self.dispatcher, self.library, self.works)
        self.publisher = Publisher(
            self.dispatcher,
            self.library,
            self.clips,
            self.works,
            server=lambda: FilmClient(self.link.shop, self.options.server_url or ""),
            store=lambda: S3Store(place(self.settings)),
            elsewhere=lambda: self.settings["replay.store"] == "s3",
        )
        self.library.ended = self.clips.ended
        self.library.deleted = self.works.stop

    def _recorded(self, emit: Emit) -> Tap:
        """What is recorded: what the audience gets, or something better by an encoder of its own."""
        self._records_best = self.settings["recording.quality"] == "stream"
        if self._records_best:
            tap = self.best.tap(emit)
            tap.set_kbps(self.settings["video.bitrate_kbps"])  # at least; the network is served by smaller renditions
            return tap
        return SharedEncoder(self.program, self._own_encoder).tap(emit)

    def _own_encoder(self, emit: Emit) -> RenditionEncoder:
        canvas = self.program.canvas
        kbps, preset = self.settings["recording.bitrate_kbps"], self.settings["video.preset"]
        return RenditionEncoder(canvas, canvas.short_side, self.program.fps, kbps, preset, emit, self._codec)

    def _recorded_size(self) -> tuple[int, int]:
        canvas = self.program.canvas
        own = self.settings["recording.quality"] != "stream"
        return canvas.rendition_size(canvas.short_side if own else self._output_settings().renditions[0])

    def _recorded_kbps(self) -> int:
        own = self.settings["recording.quality"] != "stream"
        return int(self.settings["recording.bitrate_kbps"] if own else self.settings["video.bitrate_kbps"]) + AAC_KBPS

    def _isolated_cameras(self) -> dict[str, Callable[[Emit], Encoding]]:
        if not self.settings["recording.isolated"]:
            return {}
        kbps = self.settings["video.bitrate_kbps"]

        def encoding(source: str, emit: Emit) -> SourceEncoder:
            running = partial(self.rack.running.get, source)
            return SourceEncoder(running, self.program.canvas, self.program.fps, kbps, self.clock, self._codec, emit)

        cameras = [source for source in self.store.state.sources if source.kind in FILMED]
        return {source.id: partial(encoding, source.id) for source in cameras}

    def _isolated_microphones(self) -> dict[str, TimedRing]:
        if not self.settings["recording.isolated"]:
            return {}
        heard = {source.id: self.rack.running.get(source.id) for source in self.store.state.sources if source.kind in HEARD}
        return {name: source.ring for name, source in heard.items() if source is not None and source.ring is not None}

    def _show_ms(self, pts_ns: int) -> int | None:
        """The show clock at a moment of the media clock; None while it does not run."""
        output, show = self.on_air.output, self.store.state.show
        if output is None or show.origin_ms is None or show.state not in ("live", "paused"):
            return None
        return output.media_at(pts_ns) - show.origin_ms

    def _start_engine(self) -> None:
        file = self.options.file
        opened = self._opened
        opened.push_async_callback(self.rack.close)
        for part in (self.program, self.mixer, self.desk):
            opened.push_async_callback(asyncio.to_thread, part.close)
        self.rack.open(tuple(saved.copied(source, Source) for source in file.sources))
        self.store.observe(self._on_state)
        self._refresh_audio()
        self.stage.open(self.store.state)
        self.program.start()
        self.mixer.start()

    async def _end_server(self, starting: asyncio.Task[None]) -> None:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        if self._server is not None:
            await self._server.close()

    async def _end_recording(self) -> None:
        try:
            await self.recording.close()
        except Exception:  # whatever a disk says: the show itself must be saved
            log.exception("the recording could not be ended")

    async def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _prepare_server(self, found: Endpoint | None) -> None:
        """Have a server: the one that was named, the one that was found without a desktop, or a new one."""
        if self.options.server_url or found is not None:
            await asyncio.to_thread(spare_server.drop)
            return
        self._server = ServerProcess(
            port=self.options.server_port, database=self.options.database, linger_s=self.options.linger_s
        )
        await self._server.start()

    async def _find_server(self) -> Endpoint:
        """Where to connect to now; a dead child is started again."""
        if self.options.server_url:
            return Endpoint(self.options.server_url, self.options.server_token)
        if self._server is None:
            if (found := await running()) is not None:
                return found
            self._server = ServerProcess(port=self.options.server_port, linger_s=self.options.linger_s)
        if not self._server.alive:
            return await self._server.start()
        assert self._server.endpoint is not None
        return self._server.endpoint

    def _make_output(self) -> LinkOutput:
        return LinkOutput(self.program, self.mixer, self.clock, self._output_settings(), self.link.sender, self.best)

    def _best_encoder(self, emit: Emit) -> RenditionEncoder:
        settings = self._output_settings()
        return settings.encoder(self.program, settings.renditions[0], emit)

    def _output_settings(self) -> OutputSettings:
        settings, running = self.settings, self.best.encoder
        chosen = min(int(settings["video.rendition"]), self.program.canvas.short_side)
        best = running.short_side if running is not None else chosen
        return OutputSettings(
            renditions=(best, *(smaller for smaller in (720, 360) if smaller < best)),
            kbps=settings["video.bitrate_kbps"],
            preset=settings["video.preset"],
            audio_kbps=settings["audio.bitrate_kbps"],
            codec=self._codec,
        )

    # ── what the link tells ──────────────────────────────────────────────────────────────────────────────────

    def link_changed(self, link: LinkState) -> None:
        before = self.store.state.link
        self.store.update(link=link)
        if before.status == "connected" and link.status != "connected":
            self.on_air.disconnected()

    def branch_changed(self, name: str, value: Any) -> None:
        self.store.update(**{name: value})

    def event_happened(self, event: Logged) -> None:
        if isinstance(event.data, ChatRemoved):
            self.shop_data.removed(event.data.line)
        self.recording.happened(event)
        for listener in tuple(self.events):
            listener(event)

    def _want_picture(self, path: str) -> None:
        """Somebody draws a product's picture, which is not here yet."""
        task = asyncio.create_task(self._bring_picture(path), name="product-picture")
        self._tasks.append(task)
        task.add_done_callback(self._tasks.remove)

    async def _bring_picture(self, path: str) -> None:
        data = b""
        try:
            data = await self.link.fetch(path, PICTURE_MAX)
        except StudioError as error:
            log.info("a product's picture cannot be had: %s", error)
            await asyncio.sleep(PICTURE_AGAIN_S)
        await asyncio.to_thread(self.shop_data.brought, path, data)

    async def _send_recording(self, call: str, path: Path) -> None:
        await self.link.shop.keep_call(call, path)

    def chatted(self, lines: Sequence[ChatLine]) -> None:
        """The audience wrote something."""
        for listener in tuple(self.chat):
            listener(lines)

    async def connected(self, welcome: wire.Welcome) -> None:
        self.branch_changed("advising", msgspec.convert(welcome.state.get("advising", {}), Advising))
        if self._takes_calls is not None and self.store.state.advising.status == "off" and not self.store.state.advising.why:
            self._tasks.append(asyncio.create_task(self._be_available(), name="available"))
        if welcome.role == "support":  # calls need no show
            self._ready.set()
        elif "show" in welcome.state:
            await self._resume(crashed=welcome.resume and self.options.resume)
        else:
            task = asyncio.create_task(self._create_show(), name="create-show")
            self._tasks.append(task)

    async def relayed(self, message: wire.CommandMessage) -> Any:
        if self.options.server_url:
            raise Forbidden("{client} is not paired with this desktop", client=message.actor)
        if message.role not in get_args(commands.Role):
            raise Forbidden("{role} may not use {name}", role=message.role, name=message.name)
        by = Actor(message.actor, cast(commands.Role, message.role), message.actor, local=False)
        return await self.execute(parse(message.name, message.args), by)

    def demanded(self, message: wire.Demand) -> None:
        self.on_air.demanded(message)

    def keyframe_wanted(self, short_side: int) -> None:
        self.on_air.keyframe_wanted(short_side)

    def signalled(self, message: wire.Signal) -> None:
        if message.call.startswith(GUEST_CALL):
            self.guests.signalled(message)
        else:
            self.calls.signalled(message)

    async def _be_available(self) -> None:
        """The server was started anew, and does not know that we take calls."""
        assert self._takes_calls is not None
        try:
            await self.link.execute(self._takes_calls)
        except StudioError as error:
            log.warning("calls cannot be taken: %s", error)

    def lease_lost(self, holder: str) -> None:
        self._tasks.append(asyncio.create_task(self.on_air.lease_lost(holder), name="lease-lost"))

    async def _create_show(self) -> None:
        """The server does not know the show of our file: tell it."""
        info = self.options.file.show
        try:
            await self.link.execute(show_commands.ShowCreate(**msgspec.structs.asdict(info)))
            await self._resume()
        except StudioError as error:
            log.error("the show could not be created: %s", error)
            self._failure = error
            self._ready.set()

    async def _resume(self, *, crashed: bool = False) -> None:
        self._told_library = None
        self._dirty = {name: getattr(self.store.state, name) for name in PUBLISHED}
        self._changed.set()
        await self.on_air.connected(crashed=crashed)
        self._ready.set()

    # ── what a window looks at ───────────────────────────────────────────────────────────────────────────────

    def watch_tiles_and_preview(self, tiles: bool, preview: bool) -> None:
        """Compose all scenes as small pictures, and the preview, or no more."""
        self.stage.watch_tiles(self.store.state, on=tiles)
        self.program.watch_preview = preview

    # ── panic ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_panic(self, command: panic_commands.PanicOn, by: Actor) -> None:
        self.store.update(panic=True, scenes=msgspec.structs.replace(self.store.state.scenes, tbar=0))

    async def _on_calm(self, command: panic_commands.PanicOff, by: Actor) -> None:
        self.store.update(panic=False)

    async def _take_scene(self, scene: str, by: Actor) -> None:
        await self.dispatcher.execute(SceneTake(scene=scene), by)

    # ── commands that are nobody else's ──────────────────────────────────────────────────────────────────────

    async def _on_hotkey(self, command: HotkeySet, by: Actor) -> Inverse | None:
        others = {action: key for action, key in self.store.state.hotkeys.items() if action != command.action}
        after = others if command.key is None else others | {command.action: command.key}
        return edit(_("Change a key"), lambda: self.store.state.hotkeys, lambda keys: self.store.update(hotkeys=keys), after)

    async def _on_undo(self, command: undo_commands.Undo, by: Actor) -> str:
        return await self.dispatcher.undo.undo(by.id)

    async def _on_redo(self, command: undo_commands.Redo, by: Actor) -> str:
        return await self.dispatcher.undo.redo(by.id)

    async def _on_server_command(self, command: Command, by: Actor) -> Any:
        if not by.local and not isinstance(command, CallCommand):
            raise WrongState(N_("The server runs this command itself"))
        answer = await self.link.answered(*commands.named(command))
        if isinstance(command, CallAvailable):
            self._takes_calls = command if command.on else None
        if answer.undo is not None:
            self.dispatcher.undo.push(by.id, self._taking_back(answer.undo))
        if isinstance(command, show_commands.ShowEnd):
            await self.on_air.close()
        return answer.ok

    def _taking_back(self, undo: wire.TakesBack) -> Inverse:
        """The server's offer to take something back; its answer to that is how to do it again."""

        async def run() -> Inverse | None:
            again = (await self.link.answered(undo.name, undo.args)).undo
            return None if again is None else self._taking_back(again)

        return Inverse(_(undo.sentence), run)

    # ── state to engine, state to server, state to disk ──────────────────────────────────────────────────────

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
        self._unsaved = self._unsaved or saved.differs(old, new)
        self._dirty |= {name: value for name, value in changed_branches(old, new).items() if name in PUBLISHED}
        self._changed.set()

    async def _adapt(self) -> None:
        """Ask less of the computer while it cannot keep up, and tell."""
        while True:
            await asyncio.sleep(ADAPT_S)
            self.adaptation.look(self.clock.now_ns() / NS_PER_S)
            stream = self.store.state.stream
            if self.adaptation.steps != stream.steps:
                self.store.update(stream=msgspec.structs.replace(stream, steps=self.adaptation.steps))

    def _running_encoders(self) -> tuple[RenditionEncoder, ...]:
        output, best = self.on_air.output, self.best.encoder
        others = output.encoders.values() if output is not None else ()
        own = [encoder for encoder in others if isinstance(encoder, RenditionEncoder) and encoder.readers]
        return (*((best,) if best is not None and best.readers else ()), *own, *self.calls.encoders, *self.guests.encoders)

    def _shrink(self, on: bool) -> None:
        self.on_air.shrunk = on

    def _disk_hours(self) -> float | None:
        return disk_hours(str(paths.data_dir()), self._planned_kbps())

    def _planned_kbps(self) -> int:
        return int(self.settings["video.bitrate_kbps"] + self.settings["audio.bitrate_kbps"])

    def _remote_server(self) -> Endpoint | None:
        options = self.options
        return Endpoint(options.server_url, options.server_token) if options.server_url else None

    async def _watch_sources(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SOURCES_S)
            self.rack.check()

    def _refresh_audio(self) -> None:
        state = self.store.state
        shown = shown_sources(state, state.scenes.program) | {state.scenes.stinger}
        rings = {name: source.ring for name, source in self.rack.running.items() if source.ring is not None}
        always = {s.id for s in state.sources if not self.kinds[s.kind].video}
        self.desk.refresh(rings, set() if state.panic else shown | always)

    async def _publish(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            dirty, self._dirty = self._dirty, {}
            if "library" in dirty and (told := slim(dirty["library"])) == self._told_library:
                del dirty["library"]
            elif "library" in dirty:
                dirty["library"] = self._told_library = told
            if "recording" in dirty:
                dirty["recording"] = slim_recording(dirty["recording"])
            await self.link.publish(dirty)
            await asyncio.sleep(PUBLISH_S)

    async def _autosave(self) -> None:
        while True:
            await asyncio.sleep(SAVE_AFTER_S)
            await self._save()

    async def _save(self) -> None:
        """Write what changed, beside the loop. When it cannot be written, the state says so and it is tried again."""
        if not self._unsaved or self.options.path is None:
            return
        self._unsaved = False
        problem = ""
        try:
            await asyncio.to_thread(show_file.save, self.options.path, self.as_file())
        except Exception as error:  # whatever the disk or a value says: the evening's work must not be lost in silence
            problem = getattr(error, "strerror", None) or str(error)
            if self.store.state.unsaved != problem:
                log.error("the show could not be saved: %s", problem)
            self._unsaved = True
        self.store.update(unsaved=problem)

    def as_file(self) -> ShowFile:
        """The show as it would be written now."""
        return saved.saved(self.options.file, self.store.state)


def _restarted(old: State, new: State) -> bool:
    return [s.status for s in old.sources] != [s.status for s in new.sources]
