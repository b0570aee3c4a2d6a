"""Who listens to a show: pages of the audience, and studios (desktops, producers, the command line)."""

from typing import Any, NamedTuple, Protocol

from studio import wire
from studio.server.outbox import Outbox
from studio.server.places import Place
from studio.server.reader import Reader
from studio.show.consent import Consent


class Origin(NamedTuple):
    """Where a page comes from: a keyed hash of its address and browser, one of its address alone (which is nobody's to choose),
    and the address itself, which is never stored."""

    network: str
    house: str
    address: str


NOWHERE = Origin("", "", "")


class AudienceSocket:
    """A page's socket. `visitor` is the token it was given, `id` the part of it that says who; `origin` where it comes from."""

    __slots__ = ("banned", "consent", "id", "keyed", "language", "origin", "outbox", "place", "reader", "seen", "visitor")

    def __init__(
        self, outbox: Outbox, visitor: str, *, keyed: bool, origin: Origin = NOWHERE, consent: Consent | None = None
    ) -> None:
        self.outbox = outbox
        self.banned = ""
        """How a ban names somebody who was forgotten."""
        self.origin = origin
        self.place: Place | None = None
        """A viewer's, while it gets pictures over its socket."""
        self.visitor = visitor
        self.id = visitor.partition(".")[0]
        self.keyed = keyed
        self.language = "en"
        """In which the page speaks."""
        self.consent = consent or Consent()
        self.reader: Reader | None = None
        """Set while it gets pictures over its socket."""
        self.seen: set[str] | None = None
        """What it has looked at, so that each is counted once."""

    def put(self, message: bytes) -> None:
        """Queue a JSON message for the page."""
        self.outbox.put(message)


class StudioMember(Protocol):
    """A studio's socket, as a show sees it."""

    client: str
    name: str

    def put(self, message: wire.Message) -> None:
        """Queue a message."""

    def push(self, branch: str, value: Any) -> None:
        """A branch of the state that the server owns has changed."""
