"""One source by itself, encoded: for a film of one camera beside the film of the programme."""

from collections.abc import Callable

from studio.clock import Clock
from studio.media.encoder import Codec, Encoded
from studio.media.frames import Picture
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.scenes.program import PlannedItem, Program
from studio.sources.base import SilentSource, Source
from studio.state import Canvas, Transform


class SourceEncoder:
    """From `start` to `close`. `source()` gives the running source, which may be another after it was lost; None: black."""

    def __init__(
        self,
        source: Callable[[], Source | None],
        canvas: Canvas,
        fps: int,
        *,
        kbps: int,
        clock: Clock,
        codec: Codec,
        emit: Callable[[Encoded], None],
    ) -> None:
        self._program = Program(canvas, fps, clock)
        self._program.show((PlannedItem(_Present(source), Transform(fit="fit")),))
        self._encoder = RenditionEncoder(canvas, canvas.short_side, fps, kbps=kbps, preset="superfast", emit=emit, codec=codec)
        self._remove: Callable[[], None] = lambda: None

    @property
    def readers(self) -> int:
        """Whether it is encoded."""
        return self._encoder.readers

    @readers.setter
    def readers(self, count: int) -> None:
        self._encoder.readers = count

    @property
    def dropped(self) -> int:
        """Pictures that were lost."""
        return self._encoder.dropped

    def start(self) -> None:
        """Begin."""
        self._encoder.start()
        self._remove = self._program.add_sink(self._encoder.put)
        self._program.start()

    def close(self) -> None:
        """End."""
        self._remove()
        self._program.close()
        self._encoder.close()

    def request_keyframe(self) -> None:
        """One as soon as possible."""
        self._encoder.request_keyframe()


class _Present(SilentSource):
    """Whatever source there is now."""

    def __init__(self, source: Callable[[], Source | None]) -> None:
        self._source = source

    def start(self) -> None:
        pass

    def close(self) -> None:
        pass

    def picture(self, now_ns: int) -> Picture | None:
        source = self._source()
        return source.picture(now_ns) if source is not None else None
