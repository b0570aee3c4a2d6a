"""The shop in the show: its products, what is pinned, how people may write, the poll. The server owns it."""

from typing import Annotated

from msgspec import Meta, Struct

from studio.show.chat import ChatLine, ChatRules
from studio.show.poll import Poll
from studio.show.read_as import Convention, ReadAs
from studio.show.shelf import ClaimRule, Product


class ProductSet(Struct, frozen=True, kw_only=True):
    """Products that are shown together again and again."""

    id: str
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    products: tuple[str, ...] = ()


class Answering(Struct, frozen=True, kw_only=True):
    """Somebody is writing an answer to a line."""

    line: str
    name: str
    client: str


class Shop(Struct, frozen=True, kw_only=True):
    """`products` in the show's order, `pins` the newest last."""

    products: tuple[Product, ...] = ()
    pins: tuple[str, ...] = ()
    claims: ClaimRule = "eu30"
    cart_confirms: bool = False
    """The brand's cart knows the codes of show prices: they may be advertised."""
    sets: tuple[ProductSet, ...] = ()
    rules: ChatRules = ChatRules()
    pinned_line: ChatLine | None = None
    picture_line: ChatLine | None = None
    """The line that the picture shows."""
    answering: tuple[Answering, ...] = ()
    poll: Poll | None = None
    """The newest one, until it is put away."""


class Sale(Struct, frozen=True, kw_only=True):
    """What was sold in one currency: as the shop itself said, and as only pages have said yet, which anybody could."""

    currency: str
    value_minor: int
    orders: int
    unconfirmed_minor: int = 0
    unconfirmed: int = 0


class Numbers(Struct, frozen=True, kw_only=True):
    """The audience in numbers, since the show first went live. `watched_s`: seconds of all viewers together."""

    viewers: int = 0
    peak: int = 0
    unique: int = 0
    watched_s: int = 0
    lines: int = 0
    reactions: int = 0
    views: int = 0
    """Products looked at."""
    carted: int = 0
    checkouts: int = 0
    sales: tuple[Sale, ...] = ()


class Feed(Struct, frozen=True, kw_only=True):
    """Where products come from, and how it went the last time."""

    id: str
    name: str
    url: str = ""
    every_minutes: int = 0
    read_ms: int | None = None
    products: int = 0
    rejected: int = 0
    problem: str = ""
    running: bool = False
    convention: Convention = Convention()
    read_as: ReadAs = ReadAs()
    """What was said about how to read it, and how it was read the last time."""
