"""When calls are answered."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from studio.commands.base import Role
from studio.commands.chat import TALK
from studio.queries.base import Query


class Holiday(Struct, frozen=True):
    """A day on which a country's shops must be shut, and its name."""

    day: date
    name: str


class CallHolidays(Query, tag="call.holidays", frozen=True, kw_only=True):
    """The days of the coming year on which a country's shops must be shut, named in `language` where they can be."""

    may: ClassVar[frozenset[Role]] = TALK
    answers: ClassVar[Any] = tuple[Holiday, ...]
    country: Annotated[str, Meta(pattern=r"^([A-Z]{2})?$(?!\n)")]
    language: Literal["en", "da"] = "en"
