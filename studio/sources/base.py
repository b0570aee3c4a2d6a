"""What every source is to the rest: something with a newest picture, or a ring of sound, or both, and a status."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import msgspec
from msgspec import Struct

from studio.clock import Clock, MonotonicClock
from studio.errors import InvalidValue
from studio.media.frames import Picture
from studio.media.timed_ring import TimedRing
from studio.sources.guest_book import GuestBook
from studio.state import Canvas, SourceStatus


@dataclass(frozen=True, slots=True)
class Report:
    """News of a source for the state tree; None leaves a field as it is."""

    status: SourceStatus | None = None
    reason: str | None = None
    size: tuple[int, int] | None = None
    duration_ms: int | None = None
    paused: bool | None = None
    proxy: bool | None = None


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What the studio lends a source. `report` may be called from any thread; `next_tick_ns(now)` is when the
    program thread asks for pictures next, so that a grabber can be fresh just in time."""

    clock: Clock = field(default_factory=MonotonicClock)
    canvas: Canvas = field(default_factory=Canvas)
    fps: int = 30
    report: Callable[[Report], None] = lambda report: None
    next_tick_ns: Callable[[int], int] = lambda now_ns: now_ns
    guests: GuestBook = field(default_factory=GuestBook)


class SourceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of the settings of all kinds; each field's default and limits are what a form shows."""


class Source(Protocol):
    """A running source. `start` and `close` come from the studio thread, once each."""

    @property
    def ring(self) -> TimedRing | None:
        """Its sound, when it has any."""

    def start(self) -> None:
        """Begin to deliver. Returns at once; success or failure comes as a report."""

    def close(self) -> None:
        """Stop, and give back the device or file."""

    def picture(self, now_ns: int) -> Picture | None:
        """The picture to show at `now_ns`; called on the program thread, must not wait."""


@runtime_checkable
class Watched(Protocol):
    """A source with a device that may hang."""

    def check(self, now_ns: int) -> None:
        """Look whether it still delivers, and report; called a few times a second on the studio's loop."""


@runtime_checkable
class Reopened(Protocol):
    """A source whose file may have a proxy."""

    def reopen(self) -> None:
        """Go on, where it stands, with what there is now."""


@dataclass(frozen=True, slots=True)
class Motion:
    """Where a picture is on its way in or out: how much of it is seen, and by how many pixels it stands too low."""

    opacity: float = 1.0
    rise: float = 0.0


@runtime_checkable
class Moving(Protocol):
    """A source that comes and goes by itself."""

    def motion(self, now_ns: int) -> Motion:
        """How it is shown at `now_ns`; on the program thread, after `picture`."""


@runtime_checkable
class Playable(Protocol):
    """A source with a position: films."""

    def play(self) -> None:
        """Go on."""

    def pause(self) -> None:
        """Hold the picture, without sound."""

    def seek(self, position_ms: int) -> None:
        """Go to a position."""


@runtime_checkable
class Glanced(Protocol):
    """A source that runs only while it is watched, and can be looked at without that."""

    def glance(self, now_ns: int) -> Picture | None:
        """Its present picture; it does not begin to run for it. On the program thread."""


class SourceKind(Struct, frozen=True):
    """One row of the table of kinds."""

    settings: type[SourceSettings]
    make: Callable[[Any, SourceContext], Source]
    video: bool = True
    audio: bool = False
    opens: bool = False
    """Opens a device or a file, so it may not be added from another machine."""
    slate: bool = False
    """While it is lost, a slate with its name takes its place in the picture."""


class SilentSource:
    """The base of sources without sound."""

    @property
    def ring(self) -> TimedRing | None:
        """None: it makes no sound."""
        return None


def checked_settings(kinds: dict[str, SourceKind], kind: str, settings: dict[str, Any], field: str = "settings") -> Any:
    """`settings` as the kind's own struct; raises `InvalidValue` naming the field and what fits."""
    from studio.spine.dispatcher import did_you_mean

    row = kinds.get(kind)
    if row is None:
        raise InvalidValue(
            "unknown source kind {kind}{hint} (known: {known})",
            field=field.removesuffix("settings") + "kind",
            kind=kind,
            hint=did_you_mean(kind, kinds),
            known=", ".join(sorted(kinds)),
        )
    try:
        return msgspec.convert(settings, row.settings, strict=True)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at `$")
        raise InvalidValue("{problem}", field=field + path.rstrip("`"), problem=problem) from None
