"""The panic key: curtain down and silence, at once; up again only on purpose."""

from studio.commands.base import Command


class PanicOn(Command, tag="panic.on", frozen=True, kw_only=True):
    """Lower the brand's curtain over the programme and mute everything, at once."""


class PanicOff(Command, tag="panic.off", frozen=True, kw_only=True):
    """Raise the curtain again. Guarded: answers with a confirm code first."""

    confirm: str = ""
