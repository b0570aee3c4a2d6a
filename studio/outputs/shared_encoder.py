"""The best rendition, encoded once for whoever wants it: the audience, and the recording."""

import logging
import threading
from collections.abc import Callable

from studio.media.encoder import Codec, Encoded
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.scenes.program import Program, ProgramFrame

log = logging.getLogger(__name__)

Emit = Callable[[Encoded], None]


class SharedEncoder:
    """Runs while somebody has a tap. `make(emit)` builds the encoder, anew each time that the first one comes."""

    def __init__(self, program: Program, make: Callable[[Emit], RenditionEncoder]) -> None:
        self._program = program
        self._make = make
        self._lock = threading.Lock()
        self._taps: tuple[Tap, ...] = ()
        self._encoder: RenditionEncoder | None = None
        self._remove: Callable[[], None] = lambda: None

    @property
    def encoder(self) -> RenditionEncoder | None:
        """What encodes now; None while nobody has a tap."""
        return self._encoder

    def tap(self, emit: Emit) -> "Tap":
        """A reader of its own, which begins with `start`."""
        return Tap(self, emit)

    def _open(self, tap: "Tap") -> RenditionEncoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = self._make(self._emit)
                self._encoder.start()
                self._remove = self._program.add_sink(self._frame)
            self._taps = (*self._taps, tap)
            return self._encoder

    def _close(self, tap: "Tap") -> None:
        with self._lock:
            self._taps = tuple(other for other in self._taps if other is not tap)
            encoder = self._encoder
            if self._taps or encoder is None:
                self._follow()
                return
            self._remove()
            self._encoder = None
        encoder.close()

    def _follow(self) -> None:
        """Encode as long as one of them reads, at what the most demanding wants."""
        if self._encoder is not None:
            reading = [tap for tap in self._taps if tap.readers]
            if rates := [tap.kbps for tap in reading if tap.kbps]:
                self._encoder.set_kbps(max(rates))
            self._encoder.readers = sum(tap.readers for tap in reading)

    def _frame(self, frame: ProgramFrame) -> None:
        if (encoder := self._encoder) is not None:
            encoder.put(frame)

    def _emit(self, unit: Encoded) -> None:
        for tap in self._taps:
            if tap.readers:
                try:
                    tap.emit(unit)
                except Exception:  # one reader's fault must not stop the others' picture
                    log.exception("somebody cannot take the picture, and gets no more")
                    tap.readers = 0


class Tap:
    """One reader of a shared encoder, in the place of an encoder of its own."""

    def __init__(self, shared: SharedEncoder, emit: Emit) -> None:
        self.emit = emit
        self.kbps = 0
        self._shared = shared
        self._encoder: RenditionEncoder | None = None
        self._readers = 0

    def start(self) -> None:
        """Begin; nothing comes before there are `readers`."""
        self._encoder = self._shared._open(self)

    def close(self) -> None:
        """No more of it."""
        if self._encoder is not None:
            self._encoder = None
            self._readers = 0
            self._shared._close(self)

    def put(self, frame: ProgramFrame) -> None:
        """The shared encoder takes its frames from the programme itself."""

    @property
    def readers(self) -> int:
        """How many read here."""
        return self._readers

    @readers.setter
    def readers(self, count: int) -> None:
        if count and not self._readers:
            self.request_keyframe()
        self._readers = count
        self._shared._follow()

    def set_kbps(self, kbps: int) -> None:
        """The least that is wanted here."""
        self.kbps = kbps
        self._shared._follow()

    def request_keyframe(self) -> None:
        """Make the next frame a keyframe, or the first one after the pause."""
        if self._encoder is not None:
            self._encoder.request_keyframe()

    @property
    def dropped(self) -> int:
        """Frames that came faster than they could be encoded."""
        return self._encoder.dropped if self._encoder is not None else 0

    @property
    def codec(self) -> Codec | None:
        """What it is encoded with now; None before `start`."""
        return self._encoder.codec if self._encoder is not None else None
