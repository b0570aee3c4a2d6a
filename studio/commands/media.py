"""Commands to a film while it plays."""

from typing import Annotated

from msgspec import Meta

from studio.commands.base import Command


class MediaPlay(Command, tag="media.play", frozen=True, kw_only=True):
    """Play a film on from where it stands."""

    source: str


class MediaPause(Command, tag="media.pause", frozen=True, kw_only=True):
    """Hold a film at its present picture, without sound."""

    source: str


class MediaSeek(Command, tag="media.seek", frozen=True, kw_only=True):
    """Go to a position in a film."""

    source: str
    position_ms: Annotated[int, Meta(ge=0)]
