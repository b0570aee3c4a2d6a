"""Puts the shop's branch of the state together: the server sends its products apart, and of them only what changed."""

from typing import Any

import msgspec

from studio import wire


class ShopMirror:
    """The shop as the server has it, as JSON-ready values."""

    def __init__(self) -> None:
        self._shop: dict[str, Any] | None = None
        self._products: dict[str, Any] = {}
        self._order: list[str] = []

    def shop(self, value: dict[str, Any]) -> dict[str, Any]:
        """The branch without its products has come; the whole of it."""
        self._shop = value
        return self._whole()

    def products(self, message: wire.Products) -> dict[str, Any] | None:
        """Products have come; the whole branch, or None while more of it is on its way."""
        if message.first:
            self._products.clear()
        self._products |= {product["id"]: product for product in message.changed}
        if message.order is not None:
            self._order = [product for product in message.order if product in self._products]
            self._products = {product: self._products[product] for product in self._order}
        return None if message.more or self._shop is None else self._whole()

    def completed(self, welcome: wire.Welcome) -> wire.Welcome:
        """A welcome with the whole branch; the products came before it."""
        state = welcome.state
        return msgspec.structs.replace(welcome, state=state | {"shop": self.shop(state["shop"])}) if "shop" in state else welcome

    def _whole(self) -> dict[str, Any]:
        return (self._shop or {}) | {"products": [self._products[product] for product in self._order]}
