"""A recording from start to stop."""

from collections.abc import Callable

from studio.events import Logged
from studio.outputs.encoding import Encoding
from studio.recordings.session import Film, RecordingSession


class Run:
    """What one recording has while it lasts: it may be split into several films."""

    def __init__(self, session: str, reel: RecordingSession, encoding: Encoding, cameras: list[Encoding]) -> None:
        self.session, self.reel, self.encoding, self.cameras = session, reel, encoding, cameras
        self.unsplit = False
        """There was no room for another film; that is said once."""
        self.turned: list[Film] = []
        """Films that are over since a split, and not yet ended."""
        self.auto = False
        """It began with the show, and ends with it."""
        self.events: list[Logged] = []
        self.pinned: dict[str, int] = {}
        """When each product was pinned last, as the server's event says: the state comes a little later."""
        self.turning: Film | None = None
        self.remove: Callable[[], None] = lambda: None
