"""Tells studios of a show's products: all of them once, then what changed, in messages that fit through the link."""

from collections.abc import Sequence

from studio import wire
from studio.show.shelf import Product

AT_ONCE = 100
"""A product is 6 kB at most: a hundred stay well below the link's limit for a message."""


class ProductChanges:
    """Remembers what the studios of a show were told."""

    def __init__(self) -> None:
        self._told: dict[str, Product] = {}

    def everything(self) -> list[wire.Products]:
        """For a studio that comes: what the others were told."""
        return _messages(list(self._told.values()), list(self._told), first=True)

    def changes(self, products: Sequence[Product]) -> list[wire.Products]:
        """For all of them: what is different now."""
        told = self._told
        self._told = {product.id: product for product in products}
        changed = [product for product in products if told.get(product.id) != product]
        order = list(self._told)
        moved = order != list(told)
        return _messages(changed, order if moved else None) if changed or moved else []


def _messages(changed: Sequence[Product], order: list[str] | None, *, first: bool = False) -> list[wire.Products]:
    parts = [list(changed[start : start + AT_ONCE]) for start in range(0, len(changed), AT_ONCE)] or [[]]
    last = len(parts) - 1
    return [
        wire.Products(changed=part, order=order if place == last else None, first=first and place == 0, more=place < last)
        for place, part in enumerate(parts)
    ]
