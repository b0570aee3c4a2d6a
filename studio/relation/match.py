"""Which behaviours a condition counts, and by which key: conditions that count the same share one counter."""

import hashlib
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from studio.relation.behaviour import Behaviour, Item
from studio.relation.names import known

Word = Annotated[str, Meta(min_length=1, max_length=255)]
Words = Annotated[tuple[Word, ...], Meta(max_length=200)]


class Match(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Behaviours of one of these names; of these products, categories (with all below them, `Skin > Face`), brands or shows; on
    pages that begin like this; of at least this value (minor units). What is empty is not asked."""

    names: Annotated[tuple[Word, ...], Meta(min_length=1, max_length=20)]
    products: Words = ()
    categories: Words = ()
    brands: Words = ()
    shows: Words = ()
    parts: Words = ()
    page: Annotated[str, Meta(max_length=300)] = ""
    least_minor: Annotated[int, Meta(ge=0, le=10**12)] | None = None

    def check(self) -> None:
        """Raises `InvalidValue` for a name that is no behaviour's."""
        for name in self.names:
            known(name)

    @property
    def key(self) -> str:
        """The same for matches that match the same."""
        return _key(self)

    def of(self, behaviour: Behaviour) -> bool:
        """Whether it counts this one."""
        if behaviour.name not in self.names:
            return False
        if self.shows and behaviour.show not in self.shows:
            return False
        if self.parts and behaviour.part not in self.parts:
            return False
        if self.page and not behaviour.page.startswith(self.page):
            return False
        if self.least_minor is not None and (behaviour.value_minor is None or behaviour.value_minor < self.least_minor):
            return False
        if not (self.products or self.categories or self.brands):
            return True
        return any(self._item(item) for item in behaviour.items)

    def _item(self, item: Item) -> bool:
        if self.products and item.product not in self.products and item.variant not in self.products:
            return False
        if self.brands and item.brand.casefold() not in _folded(self.brands):
            return False
        return not self.categories or any(below(item.category, category) for category in self.categories)


@lru_cache(4096)
def _key(match: Match) -> str:
    plain = [
        sorted(set(match.names)),
        *(sorted({word.casefold() for word in words}) for words in (match.categories, match.brands)),
        *(sorted(set(words)) for words in (match.products, match.shows, match.parts)),
        match.page,
        match.least_minor,
    ]
    return hashlib.blake2b(msgspec.json.encode(plain), digest_size=9).hexdigest()


@lru_cache(4096)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


@lru_cache(16_384)  # a shop has some hundred categories, and each is asked about for everything that anybody did
def below(category: str, above: str) -> bool:
    """Whether a category is another, or below it (`Skin > Face > Serum` is below `Skin`), or has it as one of its steps."""
    steps, wanted = ([step.strip().casefold() for step in text.split(">") if step.strip()] for text in (category, above))
    return bool(wanted) and any(steps[start : start + len(wanted)] == wanted for start in range(len(steps) - len(wanted) + 1))


def named(*names: str) -> Match:
    """Any behaviour of these names."""
    return Match(names=tuple(names))
