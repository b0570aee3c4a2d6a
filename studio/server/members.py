"""Who listens to a room: pages of the audience, and studios (desktops, producers, the command line)."""

from typing import Any, Protocol

from studio import wire
from studio.server.outbox import Outbox
from studio.server.reader import Reader
from studio.show.consent import Consent


class Member:
    """A page's socket. `visitor` is the token it was given, `id` the part of it that says who; `network` a keyed hash of
    address and browser."""

    __slots__ = ("consent", "id", "keyed", "network", "outbox", "reader", "seen", "visitor")

    def __init__(self, outbox: Outbox, visitor: str, *, keyed: bool, network: str = "", consent: Consent | None = None) -> None:
        self.outbox = outbox
        self.visitor = visitor
        self.id = visitor.partition(".")[0]
        self.keyed = keyed
        self.network = network
        self.consent = consent or Consent()
        self.reader: Reader | None = None
        """Set while it gets pictures over its socket."""
        self.seen: set[str] | None = None
        """What it has looked at, so that each is counted once."""

    def put(self, message: bytes) -> None:
        """Queue a JSON message for the page."""
        self.outbox.put(message)


class StudioMember(Protocol):
    """A studio's socket, as a room sees it."""

    client: str
    name: str

    def put(self, message: wire.Message) -> None:
        """Queue a message."""

    def push(self, branch: str, value: Any) -> None:
        """A branch of the state that the server owns has changed."""
