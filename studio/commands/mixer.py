"""Commands about sound."""

from typing import Annotated, ClassVar

from msgspec import Meta

from studio.commands.base import Command
from studio.state.effects import Effects
from studio.state.mixer import Balance, Decibel


class ChannelSet(Command, tag="channel.set", frozen=True, kw_only=True):
    """Set a channel's fader (dB, -60 is silent), mute, balance (-1 left to 1 right), mono, or what the headphones hear."""

    source: str
    fader_db: Decibel | None = None
    muted: bool | None = None
    balance: Balance | None = None
    mono: bool | None = None
    monitor: bool | None = None
    solo: bool | None = None


class ChannelEffects(Command, tag="channel.effects", frozen=True, kw_only=True):
    """Set a channel's whole chain of effects, in order: `[{"effect": "gate", "threshold_db": -45}, …]`."""

    source: str
    effects: Effects


class ChannelDuck(Command, tag="channel.duck", frozen=True, kw_only=True):
    """Have a channel step back while the source `key` speaks; an empty `key` ends it."""

    source: str
    key: str = ""
    threshold_db: float = -35
    depth_db: float = 14
    attack_ms: float = 80
    release_ms: float = 600


class MonitorSet(Command, tag="monitor.set", frozen=True, kw_only=True):
    """Choose the headphones (a speaker's id); empty for none."""

    relayed: ClassVar[bool] = False
    device: Annotated[str, Meta(max_length=512)] = ""


class MasterSet(Command, tag="master.set", frozen=True, kw_only=True):
    """Set the master fader (dB) or mute the whole mix."""

    fader_db: Decibel | None = None
    muted: bool | None = None
