"""The brand's products."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from studio.commands.base import Owner, Role
from studio.commands.chat import TALK
from studio.commands.relation import MARKETING
from studio.queries.base import Query
from studio.show.product import CatalogueProduct

FOUND_MAX = 100


class Found(Struct, frozen=True):
    """Products by title, without their descriptions, and each with one picture. `more`: there are others behind them."""

    products: tuple[CatalogueProduct, ...] = ()
    more: bool = False


class CatalogueSearch(Query, tag="catalogue.search", frozen=True, kw_only=True):
    """Products of the brand's catalogue with all these words; of all products without any."""

    owner: ClassVar[Owner] = "server"
    may: ClassVar[frozenset[Role]] = TALK | MARKETING
    answers: ClassVar[Any] = Found
    words: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=FOUND_MAX)] = 50
    offset: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
