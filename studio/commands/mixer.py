"""Commands about sound."""

from studio.commands.base import Command
from studio.state.mixer import Decibel


class ChannelSet(Command, tag="channel.set", frozen=True, kw_only=True):
    """Set a channel's fader (dB, -60 is silent) or mute it."""

    source: str
    fader_db: Decibel | None = None
    muted: bool | None = None


class MasterSet(Command, tag="master.set", frozen=True, kw_only=True):
    """Set the master fader (dB) or mute the whole mix."""

    fader_db: Decibel | None = None
    muted: bool | None = None
