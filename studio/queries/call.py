"""When calls are answered."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

from studio.commands.base import Owner, Role
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


class CallerPick(Struct, frozen=True, kw_only=True):
    """A product of somebody's own list, and why it is there, in the language that was asked for."""

    product: str
    title: str
    why: str


class Caller(Struct, frozen=True, kw_only=True):
    """What the brand knows of a customer, and they let it use. `known` is false where they do not, and then nothing is told."""

    known: bool
    segments: tuple[str, ...] = ()
    """By their names."""
    visits: int = 0
    orders: int = 0
    likes: tuple[str, ...] = ()
    """Categories, what they like best first."""
    list: tuple[CallerPick, ...] = ()


class CallCustomer(Query, tag="call.customer", frozen=True, kw_only=True):
    """What the brand knows of the customer in one's own call. It is written down who looked."""

    owner: ClassVar[Owner] = "server"
    may: ClassVar[frozenset[Role]] = TALK
    answers: ClassVar[Any] = Caller
    language: Literal["en", "da"] = "en"
