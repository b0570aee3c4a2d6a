"""The only crossing between the window's thread and the studio's loop: commands one way, state the other."""

import asyncio
import contextlib
import logging
import secrets
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from studio.commands import Command
from studio.desktop.studio import Studio, StudioOptions
from studio.errors import InvalidValue, StudioError
from studio.events import ChatRemoved, Logged
from studio.i18n import _
from studio.link.shop_client import ReadDone, Reading, Refusal
from studio.paths import write_atomically
from studio.queries import Query
from studio.settings import Settings
from studio.sources.audition import Audition
from studio.sources.base import SourceKind
from studio.state import State
from studio.thread_name import name_thread
from ui.collector import Collector
from ui.mailboxes import Mailboxes

log = logging.getLogger(__name__)

__all__ = ["Bridge", "ReadDone", "Reading", "Refusal"]

STOP_TIMEOUT_S = 15.0
IMPORT_LOOK_MS = 50
IMPORT_STEPS = 2000


def still_there(done: Callable[..., Any]) -> bool:
    """Whether the widget that a callback belongs to has not been deleted. Give methods and partials, not lambdas."""
    owner = getattr(getattr(done, "func", done), "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)


class Bridge(QObject):
    """Owns the studio thread. Signals arrive on the window's thread."""

    started = Signal()
    """Pictures and sound are made of the show that was asked for: at first, and after each `open`. The link may follow."""
    failed = Signal(str)
    """The studio could not start; the sentence says why."""
    refused = Signal(object)
    """A command was refused: the `StudioError`."""
    _done = Signal(object, object)
    changed = Signal()
    """The state changed. However often it does, this comes once before the window is drawn again."""
    chatted = Signal(object)
    """What the audience wrote: a sequence of `ChatLine`."""
    pictured = Signal()
    """A product's picture has come."""
    line_removed = Signal(str)
    """A line of the chat was taken away."""
    _state_came = Signal()

    def __init__(self, options: StudioOptions, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self._next: StudioOptions | None = options
        self.options = options
        """Of the show that is open."""
        self.mailboxes = Mailboxes(lambda: self._studio)
        """Pictures and levels."""
        self._done.connect(self._finished, Qt.ConnectionType.QueuedConnection)
        self._state_came.connect(self._on_state, Qt.ConnectionType.QueuedConnection)
        self._told = threading.Event()
        """A change is on its way to the window."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._studio: Studio | None = None
        self._wake = threading.Event()
        self._closing = False
        self._watched = (False, False)
        self._opened = False
        self._before = options
        """Of the show that was open before."""
        self._thread = threading.Thread(target=self._work, name="studio", daemon=True)
        self._collector = Collector(self)

    def start(self) -> None:
        """Start the studio; `started` or `failed` follows."""
        self._collector.start()
        self._thread.start()

    def open(self, options: StudioOptions) -> None:
        """Close the show and open another; `started` or `failed` follows."""
        self._next = options
        self._wake.set()
        self._end()

    def close(self) -> None:
        """Stop the studio and wait for it."""
        self._next, self._closing = None, True
        self._wake.set()
        self._end()
        self._thread.join(STOP_TIMEOUT_S)
        self._collector.stop()

    @property
    def runs(self) -> bool:
        """Whether a studio runs."""
        return self._studio is not None

    @property
    def state(self) -> State:
        """The state now."""
        studio = self._studio
        return studio.store.state if studio is not None else State()

    def run(self, command: Command, done: Callable[[Any], None] | None = None) -> None:
        """Execute a command, or ask a query; `done(result)` on the window's thread, or `refused`."""
        self.call(lambda studio: studio.execute(command), done)

    def attempt(self, command: Command, done: Callable[[StudioError | None], None], *, alone: bool = False) -> None:
        """Execute a command; `done` with what it was refused for, or None. `refused` is told as well, unless who asks says it
        `alone`."""

        async def work(studio: Studio) -> StudioError | None:
            try:
                await studio.execute(command)
            except StudioError as error:
                return error
            return None

        def finished(error: StudioError | None) -> None:
            if error is not None and not alone:
                self.refused.emit(error)
            if still_there(done):
                done(error)

        self.call(work, finished)

    def peek(self, query: Query, done: Callable[[Any], None]) -> None:
        """Ask what may have no answer by now; `done` with it, or with None, and nobody is told why."""

        async def work(studio: Studio) -> Any:
            try:
                return await studio.execute(query)
            except StudioError:
                return None

        self.call(work, lambda answer: done(answer) if still_there(done) else None)

    def call(self, ask: Callable[[Studio], Awaitable[Any]], done: Callable[[Any], None] | None = None) -> None:
        """Have the studio's loop do what is no command; the same answers."""
        studio, loop = self._studio, self._loop
        if loop is None or studio is None:
            return

        async def work() -> Any:
            return await ask(studio)

        # The callback comes on either thread: at once on this one when the work is done already.
        asyncio.run_coroutine_threadsafe(work(), loop).add_done_callback(lambda finished: self._done.emit(finished, done))

    def audition(self, kind: str, settings: dict[str, Any], done: Callable[[Audition], None]) -> None:
        """Try a device out; `done` with what looks at it, which must be given back with `give_back`."""

        async def begin(studio: Studio) -> Audition:
            return studio.rack.audition(kind, settings)

        def came(audition: Audition) -> None:
            if still_there(done):
                done(audition)
            else:
                self.give_back(audition)

        self.call(begin, came)

    def give_back(self, audition: Audition) -> None:
        """An audition is over."""
        self.call(lambda studio: studio.rack.give_back(audition))

    # ── the shop ─────────────────────────────────────────────────────────────────────────────────────────────

    def import_feed(
        self,
        feed: Path | str,
        options: dict[str, str],
        told: Callable[[Reading | Refusal], None],
        done: Callable[[ReadDone | StudioError], None],
    ) -> Callable[[], None]:
        """Read products from a file or an address; `told` on the window's thread as it goes. Returns what cancels it."""
        steps: deque[Reading | Refusal] = deque(maxlen=IMPORT_STEPS)
        task: list[asyncio.Task[ReadDone]] = []

        async def work(studio: Studio) -> ReadDone | StudioError:
            try:
                task.append(asyncio.create_task(studio.link.shop.import_feed(feed, options, steps.append)))
                return await task[0]
            except StudioError as error:
                return error

        timer = QTimer(self)

        def pump() -> None:
            while steps and still_there(told):
                told(steps.popleft())

        def finished(result: ReadDone | StudioError) -> None:
            timer.stop()
            timer.deleteLater()
            pump()
            if still_there(done):
                done(result)

        def cancel() -> None:
            timer.stop()
            if self._loop is not None and task:
                self._loop.call_soon_threadsafe(task[0].cancel)

        timer.timeout.connect(pump)
        timer.start(IMPORT_LOOK_MS)
        self.call(work, finished)
        return cancel

    def download(self, path: str, target: Path, done: Callable[[Path], None]) -> None:
        """Keep a file of the server's, such as a report, at `target`."""

        async def work(studio: Studio) -> Path:
            data = await studio.link.shop.download(path)
            try:
                await asyncio.to_thread(write_atomically, target, data)
            except OSError as error:
                raise InvalidValue("cannot be written: {problem}", field=str(target), problem=error.strerror) from None
            return target

        self.call(work, done)

    def recording(self, message: str, folder: Path, done: Callable[[Path | StudioError], None]) -> None:
        """Keep what a customer said into a message in `folder`, in a file that nobody else may read; `done` with it, or with why
        not."""

        async def work(studio: Studio) -> Path | StudioError:
            try:
                ending, data = await studio.link.shop.recording(message)
                target = folder / f"{secrets.token_hex(8)}.{ending}"
                await asyncio.to_thread(write_atomically, target, data, mode=0o600)
            except StudioError as error:
                return error
            except OSError as error:
                return InvalidValue("cannot be written: {problem}", field=str(folder), problem=error.strerror)
            return target

        self.call(work, done)

    # ── films of this desktop ────────────────────────────────────────────────────────────────────────────────

    def film(self, recording: str, clip: str = "") -> Path | None:
        """Where a recording's film lies, or the one of its clip with that file; None while no studio runs."""
        if self._studio is None:
            return None
        folder = self._studio.library.folder(recording)
        return folder.clip(clip) if clip else folder.film

    def poster(self, recording: str) -> Path | None:
        """Where a recording's picture lies."""
        return self._studio.library.folder(recording).poster if self._studio is not None else None

    @property
    def kinds(self) -> dict[str, SourceKind]:
        """The kinds of sources, with their settings."""
        return self._studio.kinds if self._studio is not None else {}

    def watch(self, *, tiles: bool, preview: bool) -> None:
        """Have every scene composed as a small picture (`mailboxes.newer("tile:" + scene, …)`), and the preview, or not."""
        self._watched = (tiles, preview)
        if self._loop is not None and self._studio is not None:
            self._loop.call_soon_threadsafe(self._studio.watch_tiles_and_preview, tiles, preview)

    def _end(self) -> None:
        loop, stop = self._loop, self._stop
        if loop is not None and stop is not None and not loop.is_closed() and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # it ended by itself meanwhile
                loop.call_soon_threadsafe(stop.set)

    @Slot()
    def _on_state(self) -> None:
        self._told.clear()
        self.changed.emit()

    def _changed(self, old: State, new: State) -> None:
        """On the studio's thread: one signal at a time is enough, the window reads the newest state."""
        if not self._told.is_set():
            self._told.set()
            self._state_came.emit()

    def _happened(self, event: Logged) -> None:
        """On the studio's thread."""
        if isinstance(event.data, ChatRemoved):
            self.line_removed.emit(event.data.line)

    @Slot(object, object)
    def _finished(self, future: "Future[Any]", done: Callable[[Any], None] | None) -> None:
        """On the window's thread, in a turn of its own: never while who asked is still asking."""
        try:
            result = future.result()
        except StudioError as error:
            self.refused.emit(error)
        except (asyncio.CancelledError, CancelledError):
            pass
        except Exception as error:  # a fault of ours: said to the person instead of a button without effect
            log.exception("a command failed")
            self.refused.emit(StudioError("{problem}", problem=f"{type(error).__name__}: {error}"))
        else:
            if done is not None and still_there(done):  # who asked may have been closed meanwhile
                done(result)

    def _work(self) -> None:
        name_thread()
        while not self._closing:
            options = self._next
            if options is None:  # the last show could not be opened: another may be asked for
                self._wake.wait()
                self._wake.clear()
                continue
            self._next = None
            try:
                asyncio.run(self._main(options))
            except StudioError as error:
                self._failed(options, error.sentence(_))
            except Exception as error:  # the thread's outer edge: the window says what happened instead of standing dead
                log.exception("the studio failed")
                self._failed(options, f"{type(error).__name__}: {error}")

    def _failed(self, options: StudioOptions, reason: str) -> None:
        """The show could not be opened: the one before it is opened again, where there was one."""
        before = self._before if options is self.options else self.options
        if self._next is None and self._opened and before is not options:
            self._next, self._opened = before, False
        self.failed.emit(reason)

    async def _main(self, options: StudioOptions) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        studio = Studio(options, self.settings)
        studio.engine_runs = lambda: self._engine_runs(studio, options)
        try:
            await studio.start()
        except BaseException:
            self._studio = None
            raise
        self._opened = True
        try:
            await self._stop.wait()
        finally:
            self._studio = None
            await studio.close()

    def _engine_runs(self, studio: Studio, options: StudioOptions) -> None:
        """On the studio's thread: a window can show the programme while the server is still on its way."""
        self._before, self._studio, self.options = self.options, studio, options
        studio.store.observe(self._changed)
        studio.chat.append(self.chatted.emit)
        studio.events.append(self._happened)
        studio.shop_data.came = self.pictured.emit
        studio.watch_tiles_and_preview(*self._watched)
        self.started.emit()
