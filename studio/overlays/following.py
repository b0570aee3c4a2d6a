"""Overlays that follow the show's data by themselves: they come when there is something to show, change with it, and go.

Coming and going is a movement of a picture that was drawn once: the program thread only says how much of it is seen, and
where. Another thing to show goes by way of going and coming; the same thing with another price changes in place.
"""

from abc import abstractmethod
from collections.abc import Hashable
from typing import NamedTuple

from studio.clock import NS_PER_MS
from studio.media.frames import Picture
from studio.overlays.base import Overlay
from studio.overlays.painter import OverlayPainter
from studio.overlays.shop_data import ShopData
from studio.sources.base import Motion, SourceContext

IN_NS, OUT_NS = 320 * NS_PER_MS, 200 * NS_PER_MS
RISE = 0.35
"""Of its own height: how far it comes from below."""


class Content(NamedTuple):
    """What is shown: `thing` says whether it is still the same thing, `look` whether it must be drawn anew."""

    thing: str
    look: Hashable


class FollowingOverlay(Overlay):
    """The base: `content` says what is to be seen at a time; `draw` draws `self.drawing`."""

    def __init__(self, painter: OverlayPainter, context: SourceContext, data: ShopData) -> None:
        super().__init__(painter, context)
        self.data = data
        self.drawing: Content | None = None
        """What the overlay thread draws now."""
        self._wanted: Content | None = None
        self._drawn: tuple[Content, Picture] | None = None
        self._on: tuple[Content, Picture] | None = None
        self._since_ns = 0
        self._leaving = False

    def start(self) -> None:
        pass  # there may be nothing to draw yet

    def picture(self, now_ns: int) -> Picture | None:
        wanted = self.content(now_ns)
        if wanted != self._wanted:
            self._wanted = wanted
            if wanted is not None:
                self._painter.submit(self, lambda: self._draw(wanted))
        drawn = self._drawn if self._drawn is not None and self._drawn[0] == wanted else None
        if self._on is None:
            if drawn is not None:
                self._on, self._since_ns, self._leaving = drawn, now_ns, False
        elif self._leaving:
            if now_ns - self._since_ns >= OUT_NS:
                self._on = None
                return self.picture(now_ns) if drawn is not None else None
        elif wanted is None or wanted.thing != self._on[0].thing:
            self._leaving, self._since_ns = True, now_ns
        elif drawn is not None:
            self._on = drawn
        return self._on[1] if self._on is not None else None

    def motion(self, now_ns: int) -> Motion:
        """How it is shown at `now_ns`."""
        if self._on is None:
            return Motion(0.0)
        passed = now_ns - self._since_ns
        if self._leaving:
            return Motion(max(0.0, 1 - passed / OUT_NS))
        if passed >= IN_NS:
            return Motion()
        left = (1 - passed / IN_NS) ** 3  # quick at first, then settling
        return Motion(1 - left, round(left * RISE * self._on[1].height))

    def _draw(self, content: Content) -> None:
        self.drawing = content
        self._picture = None
        self._redraw()
        if self._picture is not None:
            self._drawn = content, self._picture

    @abstractmethod
    def content(self, now_ns: int) -> Content | None:
        """What is to be seen at `now_ns`, None for nothing; on the program thread, so nothing slow."""
