"""What every type of event says of itself."""

from typing import ClassVar, Literal

from msgspec import Struct

Audience = Literal["public", "studio", "visitor"]
"""`visitor`: the studios, and the one visitor that the event names in `to`."""


class Event(Struct, frozen=True, kw_only=True, tag_field="type"):
    """The base of all events: the facts that delivery, rehearsal, replay and *forget me* go by. Subclasses have an `audience`."""

    audience: ClassVar[Audience]
    hidden_in_rehearsal: ClassVar[bool] = False
    """What a host tries out before the audience is there: in a rehearsal only pages with the show's key are told."""
    of_stream: ClassVar[bool] = False
    """Of the picture: pages are told only while they may watch, or a rehearsal would show."""
    replayed: ClassVar[bool] = False
    """A replay shows it again."""
    personal: ClassVar[tuple[str, ...]] = ()
    """Fields that name a visitor, who may be forgotten."""
    by_visitor: ClassVar[bool] = False
    """Whether a visitor is behind it, when no desktop is."""


class PublicEvent(Event, frozen=True, kw_only=True):
    """Everybody may know it."""

    audience = "public"


class StudioEvent(Event, frozen=True, kw_only=True):
    """Only the people of the brand may know it."""

    audience = "studio"


class VisitorEvent(Event, frozen=True, kw_only=True):
    """The people of the brand and one visitor, `to`, may know it."""

    audience = "visitor"
    personal = ("to",)
    to: str
