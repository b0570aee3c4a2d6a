"""The only crossing between the window's thread and the studio's loop: commands one way, state the other."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage

from studio.audio.meter import Level
from studio.commands import Command
from studio.errors import StudioError
from studio.media.frames import Converter
from studio.settings import Settings
from studio.state import State
from studio.studio import Studio, StudioOptions

log = logging.getLogger(__name__)

STOP_TIMEOUT_S = 15.0


class Bridge(QObject):
    """Owns the studio thread. Signals arrive on the window's thread."""

    started = Signal()
    failed = Signal(str)
    """The studio could not start; the sentence says why."""
    refused = Signal(object)
    """A command was refused: the `StudioError`."""
    _done = Signal(object, object)
    changed = Signal(object, object)
    """The state: old and new."""

    def __init__(self, options: StudioOptions, settings: Settings) -> None:
        super().__init__()
        self._options, self._settings = options, settings
        self._converter = Converter()
        self._done.connect(self._tell)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._studio: Studio | None = None
        self._thread = threading.Thread(target=self._work, name="studio", daemon=True)

    def start(self) -> None:
        """Start the studio; `started` or `failed` follows."""
        self._thread.start()

    def close(self) -> None:
        """Stop the studio and wait for it."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_TIMEOUT_S)

    @property
    def state(self) -> State:
        """The state now."""
        return self._studio.store.state if self._studio is not None else State()

    def run(self, command: Command, done: Callable[[Any], None] | None = None) -> None:
        """Execute a command; `done(result)` on the window's thread, or `refused`."""
        if self._loop is None or self._studio is None:
            return
        future = asyncio.run_coroutine_threadsafe(self._studio.execute(command), self._loop)
        future.add_done_callback(lambda finished: self._finished(finished, done))

    def picture(self, size: QSize, bus: str = "program") -> QImage | None:
        """The newest frame of a bus at `size`, for the window's thread."""
        if self._studio is None or (frame := self._studio.program.newest(bus)) is None:
            return None
        try:
            assert frame.picture.frame is not None
            rgb = self._converter.convert(frame.picture.frame, size.width(), size.height(), "rgb24")
        finally:
            frame.release()
        plane = rgb.planes[0]
        return QImage(bytes(plane), rgb.width, rgb.height, plane.line_size, QImage.Format.Format_RGB888)

    def levels(self) -> dict[str, Level]:
        """The mixer's newest meters, by source id; the master under ''."""
        return (self._studio.mixer.meters.peek() or {}) if self._studio is not None else {}

    @Slot(object, object)
    def _tell(self, done: Callable[[Any], None], result: Any) -> None:
        """On the window's thread, as this object lives there."""
        done(result)

    def _finished(self, future: "Future[Any]", done: Callable[[Any], None] | None) -> None:
        """On the studio's thread; the signals carry it over."""
        try:
            result = future.result()
        except StudioError as error:
            self.refused.emit(error)
        except asyncio.CancelledError:
            pass
        except Exception as error:  # a fault of ours: said to the person instead of a button without effect
            log.exception("a command failed")
            self.refused.emit(StudioError("{problem}", problem=f"{type(error).__name__}: {error}"))
        else:
            if done is not None:
                self._done.emit(done, result)

    def _work(self) -> None:
        try:
            asyncio.run(self._main())
        except StudioError as error:
            self.failed.emit(str(error))
        except Exception as error:  # the thread's outer edge: the window says what happened instead of standing dead
            log.exception("the studio failed")
            self.failed.emit(f"{type(error).__name__}: {error}")

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        studio = Studio(self._options, self._settings)
        await studio.start()
        self._studio = studio
        studio.store.observe(lambda old, new: self.changed.emit(old, new))
        self.started.emit()
        try:
            await self._stop.wait()
        finally:
            await studio.close()
