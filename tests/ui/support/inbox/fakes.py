"""What customers left when nobody answered, the rules of the call desk, and a bridge whose recordings come when told to."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.show.booking import Booking
from studio.show.call import Topic
from studio.show.call_message import CallMessage
from studio.show.call_rules import CallRules
from studio.show.opening_hours import OpeningHours, Span
from studio.state import State
from tests.ui.calling import REPLIES, FakeBridge, calm, of

NOON_MS = int(datetime(2026, 11, 22, 12, 0).timestamp() * 1000)
MINUTE_MS = 60_000
SPOKEN = CallMessage(
    id="m1", at_ms=NOON_MS - 5 * MINUTE_MS, kind="video", name="Anne", contact="anne@example.com", topic="skin", size=4_100_000
)
WRITTEN = CallMessage(
    id="m2", at_ms=NOON_MS - 95 * MINUTE_MS, kind="text", name="Bo", contact="+45 12 34 56 78", text="Kan jeg bytte\nmin creme?"
)
SEEN = CallMessage(id="m3", at_ms=NOON_MS - 60_000, kind="sound", contact="bank på", size=400_000, state="done", by="Mette")
HIS = Booking(id="b1", begins_ms=NOON_MS + 45 * MINUTE_MS, ends_ms=NOON_MS + 65 * MINUTE_MS, name="Birgit", topic="makeup")
HERS = Booking(
    id="b2",
    begins_ms=NOON_MS + 75 * MINUTE_MS,
    ends_ms=NOON_MS + 95 * MINUTE_MS,
    name="Charlotte Amalie von Sternberg",
    contact="c@example.com",
    kind="sound",
)
RULES = CallRules(
    hours=OpeningHours(
        country="DK",
        week=((Span(540, 720), Span(780, 1020)),) * 5 + ((), (Span(600, 1440),)),
        closed=("2026-12-27",),
        opened={"2026-12-24": (Span(540, 720),)},
    ),
    bookings=True,
    ring_s=25,
    topics=(Topic(id="skin", name="Hudpleje"), Topic(id="makeup", name="Makeup")),
    replies=REPLIES,
)


def full(base: State | None = None, **changes: Any) -> State:
    """With messages, appointments and rules; it is noon at the server."""
    shown = base if base is not None else calm()
    more = {"rules": RULES, "messages": (SEEN, WRITTEN, SPOKEN), "unread": 2, "bookings": (HIS, HERS), "at_ms": NOON_MS}
    return of(shown, calls=of(shown.calls, **(more | changes)))


class RecordingBridge(FakeBridge):
    """Its recordings are what `found` says; nothing comes until `deliver`."""

    def __init__(self) -> None:
        super().__init__(full())
        self.refusal: StudioError | None = None
        self.waiting: list[Callable[[], None]] = []
        self.fetched: list[str] = []

    def recording(self, message: str, folder: Path, done: Callable[[Path | StudioError], None]) -> None:
        self.fetched.append(message)

        def come() -> None:
            if self.refusal is not None:
                done(self.refusal)
                return
            file = folder / f"{message}.webm"
            file.write_bytes(b"webm")
            done(file)

        self.waiting.append(come)

    def deliver(self) -> None:
        while self.waiting:
            self.waiting.pop()()
