"""Overlays whose words change while they are shown: a countdown, a poll.

The program thread asks for the picture each tick and says what time it is; when the words at that time are others than
those drawn, a new drawing is ordered and the old one stands until it is there.
"""

from abc import abstractmethod

from studio.clock import NS_PER_MS
from studio.media.frames import Picture
from studio.overlays.base import Overlay
from studio.overlays.painter import OverlayPainter
from studio.sources.base import SourceContext

HIDDEN_NS = 500 * NS_PER_MS
"""Not asked for this long means: it was not on the program."""


class LiveOverlay(Overlay):
    """The base: `words` says what is to be read at a time; `draw` draws `self.shown`."""

    def __init__(self, painter: OverlayPainter, context: SourceContext) -> None:
        super().__init__(painter, context)
        self.shown = ""
        self._asked_ns: int | None = None

    def start(self) -> None:
        self.shown = self.words(self._context.clock.now_ns())
        super().start()

    def picture(self, now_ns: int) -> Picture | None:
        if self._asked_ns is None or now_ns - self._asked_ns > HIDDEN_NS:
            self.appeared(now_ns)
        self._asked_ns = now_ns
        words = self.words(now_ns)
        if words != self.shown:
            self.shown = words
            self._painter.submit(self, self._redraw)
        return super().picture(now_ns)

    @abstractmethod
    def words(self, now_ns: int) -> str:
        """What is to be read at `now_ns`; on the program thread, so nothing slow."""

    def appeared(self, now_ns: int) -> None:
        """It came on the program after it had not been there; for overlays that begin then."""
        return
