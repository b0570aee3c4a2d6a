"""Who answers: one seat for each advisor's desktop, kept for a moment when its link breaks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from studio import wire
from studio.server.db.calls import CallRow
from studio.show.call import AdvisorStatus, CallLine
from studio.state.calls import Advisor

GONE_MS = 20_000
"""How long an advisor's desktop may be away before its customer goes back into the line."""


class AdvisorSession(Protocol):
    """A studio's socket, as the calls see it."""

    client: str
    name: str

    def put(self, message: wire.Message) -> None:
        """Queue a message."""

    def push(self, branch: str, value: Any) -> None:
        """A branch of the state that the server owns has changed."""


@dataclass
class Seat:
    """`call` rings here, is answered here, or waits to be wrapped up. `free_ms` is since when they are free: who has waited
    longest is rung first."""

    client: str
    name: str
    sessions: list[AdvisorSession] = field(default_factory=list)
    status: AdvisorStatus = "off"
    why: str = ""
    called: str = ""
    """What customers are told; empty: an advisor. `name` is for colleagues: a machine's name is nobody else's business."""
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    call: CallRow | None = None
    lines: list[CallLine] = field(default_factory=list)
    peer: str = ""
    """What signals to it are addressed with, while it is in a call."""
    free_ms: int = 0
    gone_ms: int | None = None
    invited_until_ms: int | None = None
    """It rings for a colleague's call, until then."""

    @property
    def advisor(self) -> Advisor:
        """As colleagues see it."""
        return Advisor(client=self.client, name=self.name, status=self.status, topics=self.topics, languages=self.languages)

    def put(self, message: wire.Message) -> None:
        """To the desktop; the newest of its connections."""
        if self.sessions:
            self.sessions[-1].put(message)

    def takes(self, row: CallRow) -> bool:
        """Whether it answers such calls. Who did not say a topic or language gets anybody."""
        if row.wanted:
            return row.wanted == self.client
        knows = not self.topics or not row.topic or row.topic in self.topics
        speaks = not self.languages or not row.language or row.language in self.languages
        return knows and speaks and self.client not in row.passed


def longest_free(seats: Iterable[Seat]) -> list[Seat]:
    """The seats that can be rung, in their turn."""
    return sorted((seat for seat in seats if seat.status == "free" and seat.sessions), key=lambda seat: seat.free_ms)
