"""What an advisor has at hand for as long as the window lives, whatever the workspace looks like now."""

from typing import NamedTuple

from PySide6.QtCore import QObject

from studio.commands.call import CallAvailable
from studio.state import State
from ui.bridge import Bridge
from ui.models.call_notes import NotesKeeper
from ui.models.server_clock import ServerClock
from ui.recordings import Recordings


class Profile(NamedTuple):
    """What one takes, and what customers are told. Nothing named: anything."""

    name: str = ""
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class AdvisorTools(QObject):
    """The server's clock, the notes being written, what the advisor takes (which the machine keeps), and what customers said into
    messages."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.clock = ServerClock()
        self.notes = NotesKeeper(bridge.attempt)
        self._settings = bridge.settings
        self.recordings = Recordings(bridge)
        self.follow(bridge.state)

    @property
    def profile(self) -> Profile:
        """As it was said last, on this machine."""
        topics, languages = (
            tuple(filter(None, str(self._settings[f"calls.{name}"]).split(","))) for name in ("topics", "languages")
        )
        return Profile(str(self._settings["calls.name"]), topics, languages)

    def keep_profile(self, profile: Profile) -> None:
        """From now on."""
        self._settings.set("calls.name", profile.name)
        self._settings.set("calls.topics", ",".join(profile.topics))
        self._settings.set("calls.languages", ",".join(profile.languages))

    def follow(self, state: State) -> None:
        """Another state."""
        self.clock.said(state.calls.at_ms)
        if state.link.status == "connected":
            self.recordings.keep({message.id for message in state.calls.messages})
        self.notes.follow(state.advising, connected=state.link.status == "connected")

    def available(self, *, on: bool) -> CallAvailable:
        """Be there for customers, or not."""
        if not on:
            return CallAvailable(on=False)
        name, topics, languages = self.profile
        return CallAvailable(on=True, name=name, topics=topics, languages=languages)
