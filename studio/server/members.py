"""Who listens to a room: pages of the audience, and studios (desktops, producers, the command line)."""

from typing import Protocol

from studio import wire
from studio.server.outbox import Outbox
from studio.server.reader import Reader
from studio.state import Show


class Member:
    """A page's socket."""

    def __init__(self, outbox: Outbox, visitor: str, *, keyed: bool) -> None:
        self.outbox = outbox
        self.visitor = visitor
        self.keyed = keyed
        self.reader: Reader | None = None
        """Set while it gets pictures over its socket."""

    def put(self, message: bytes) -> None:
        """Queue a JSON message for the page."""
        self.outbox.put(message)


class StudioMember(Protocol):
    """A studio's socket, as a room sees it."""

    client: str
    name: str

    def put(self, message: wire.Message) -> None:
        """Queue a message."""

    def push_show(self, show: Show) -> None:
        """The show's state changed."""
