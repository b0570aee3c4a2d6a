"""The mixer: one channel a sounding source."""

from msgspec import Struct


class Channel(Struct, frozen=True, kw_only=True):
    """A source's way into the mix. The fader is in dB, from -60 (silent) to +12."""

    source: str
    fader_db: float = 0
    muted: bool = False


class Mixer(Struct, frozen=True, kw_only=True):
    """All channels, and the master bus."""

    channels: tuple[Channel, ...] = ()
    master_db: float = 0
    master_muted: bool = False
