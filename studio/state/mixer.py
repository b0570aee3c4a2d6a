"""The mixer: one channel a sounding source."""

from typing import Annotated

from msgspec import Meta, Struct

from studio.state.effects import Ducking, Effects

Decibel = Annotated[float, Meta(ge=-60, le=12)]
Balance = Annotated[float, Meta(ge=-1, le=1)]


class Channel(Struct, frozen=True, kw_only=True):
    """A source's way into the mix. The fader is in dB, from -60 (silent) to +12. `balance` is -1 (left) to 1 (right);
    `mono` puts both sides on both. `monitor` and `solo` concern the headphones only: with any solo, only those."""

    source: str
    fader_db: Decibel = 0
    muted: bool = False
    balance: Balance = 0
    mono: bool = False
    effects: Effects = ()
    ducking: Ducking | None = None
    monitor: bool = False
    solo: bool = False


class Mixer(Struct, frozen=True, kw_only=True):
    """All channels, and the master bus. `monitor_device` is where the headphones are (empty: nowhere)."""

    channels: tuple[Channel, ...] = ()
    master_db: Decibel = 0
    master_muted: bool = False
    monitor_device: str = ""
    monitor_error: str = ""
    """Why nothing is heard there, as a sentence."""
