"""Commands to a film while it plays."""

from typing import Annotated

from msgspec import Meta

from studio.commands.base import Command


class MediaPlay(Command, tag="media.play"):
    """Play a film on from where it stands."""

    source: str


class MediaPause(Command, tag="media.pause"):
    """Hold a film at its present picture, without sound."""

    source: str


class MediaSeek(Command, tag="media.seek"):
    """Go to a position in a film."""

    source: str
    position_ms: Annotated[int, Meta(ge=0)]
