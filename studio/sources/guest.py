"""Somebody far away as a source: the customer of a call who agreed to it, a guest, a phone."""

from collections.abc import Callable
from typing import Annotated

from msgspec import Meta

from studio.clock import NS_PER_S
from studio.i18n import _
from studio.media.frames import Picture
from studio.media.timed_ring import Samples, TimedRing
from studio.show.guest import ON_CALL
from studio.sources.base import Report, SourceContext, SourceSettings
from studio.sources.guest_book import GuestFeed

STILL_NS = 3 * NS_PER_S
"""A picture that has not changed for so long is lost."""


class GuestSettings(SourceSettings, frozen=True, kw_only=True):
    """`guest`: whose picture and sound; empty: nobody yet."""

    guest: Annotated[str, Meta(max_length=24)] = ""


class GuestSource:
    """Their newest picture, and their sound as much later as that."""

    def __init__(self, settings: GuestSettings, context: SourceContext) -> None:
        self._name = settings.guest
        self._context = context
        self._book = context.guests
        self._ring = _Later(lambda: self._book.find(self._name))
        self._stop: Callable[[], None] = lambda: None
        self._seen: Picture | None = None
        self._seen_ns = 0
        self._size = (0, 0)
        self._said: tuple[str, str] = ("", "")

    @property
    def ring(self) -> TimedRing:
        """Their sound; silence while nobody is there."""
        return self._ring

    def start(self) -> None:
        """Wait for them."""
        self._stop = self._book.watch(self._name, self._changed)
        self._changed()

    def close(self) -> None:
        """Wait no longer."""
        self._stop()

    def picture(self, now_ns: int) -> Picture | None:
        """What they show now."""
        feed = self._book.find(self._name)
        return feed.picture.peek() if feed is not None and feed.shows else None

    def check(self, now_ns: int) -> None:
        """Do pictures come?"""
        feed = self._book.find(self._name)
        picture = feed.picture.peek() if feed is not None else None
        if picture is not self._seen:
            self._seen, self._seen_ns = picture, now_ns
            if picture is not None and (size := (picture.width, picture.height)) != self._size:
                self._size = size
                self._context.report(Report(size=size))
        self._changed(still=picture is not None and now_ns - self._seen_ns > STILL_NS)

    def _changed(self, *, still: bool = False) -> None:
        feed = self._book.find(self._name)
        if feed is None:
            away = _("The customer is not on air") if self._name == ON_CALL else _("The guest is not here")
            self._say("failed", away)
        elif feed.picture.peek() is None:
            self._say("starting", "")
        elif not feed.shows:
            self._say("stale", _("They show no picture now"))
        elif still:
            self._say("stale", _("No new picture comes"))
        else:
            self._say("live", "")

    def _say(self, status: str, reason: str) -> None:
        if (status, reason) != self._said:
            self._said = status, reason
            self._context.report(Report(status=status, reason=reason))  # type: ignore[arg-type]


class _Later(TimedRing):
    """Somebody's ring, whoever that is now, read as much later as their picture is shown."""

    def __init__(self, who: Callable[[], GuestFeed | None]) -> None:
        super().__init__(0.01)
        self._who = who

    @property
    def end(self) -> int:
        """Index after the newest sample."""
        feed = self._who()
        return feed.ring.end + feed.later if feed is not None and feed.ring.end else 0

    def read(self, index: int, count: int) -> Samples:
        """`count` samples from `index` on."""
        feed = self._who()
        return feed.ring.read(index - feed.later, count) if feed is not None else super().read(index, count)

    def ahead(self, index: int) -> int | None:
        """It comes over a network: the mixer does not wait for it."""
        return None
