"""What sources can be made of."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from studio.queries.base import Query

CHOSEN = frozenset({"camera", "microphone", "system_sound", "screen", "window"})
"""Kinds that are chosen from a list."""


class Choice(Struct, frozen=True):
    """A name for the person, and the settings that mean it."""

    name: str
    settings: dict[str, Any]


class SourceChoices(Query, tag="source.choices", frozen=True, kw_only=True):
    """What is connected or open now for a kind of source; empty when there is nothing. May take a second."""

    relayed: ClassVar[bool] = False  # the titles of other programs' windows are nobody's business elsewhere
    answers: ClassVar[Any] = tuple[Choice, ...]
    kind: Annotated[str, Meta(min_length=1, max_length=40)]


class SourceModes(Query, tag="source.modes", frozen=True, kw_only=True):
    """How a camera can deliver, its best first; without `device` the first camera there is."""

    relayed: ClassVar[bool] = False
    answers: ClassVar[Any] = tuple[Choice, ...]
    device: Annotated[str, Meta(max_length=4096)] = ""
