"""The mixer: one channel a sounding source."""

from typing import Annotated

from msgspec import Meta, Struct

Decibel = Annotated[float, Meta(ge=-60, le=12)]


class Channel(Struct, frozen=True, kw_only=True):
    """A source's way into the mix. The fader is in dB, from -60 (silent) to +12."""

    source: str
    fader_db: Decibel = 0
    muted: bool = False


class Mixer(Struct, frozen=True, kw_only=True):
    """All channels, and the master bus."""

    channels: tuple[Channel, ...] = ()
    master_db: Decibel = 0
    master_muted: bool = False
