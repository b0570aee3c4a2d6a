"""What pages say in shows, and shops of orders, is the relation's as well: by the same names as everywhere else."""

import logging
from collections.abc import Callable
from secrets import token_hex

from studio.clock import Clock
from studio.relation.behaviour import Behaviour, Item
from studio.relation.names import ORDER_CANCELLED, ORDER_COMPLETED, PRODUCT_ADDED, PRODUCT_VIEWED, WISHED
from studio.server import faults
from studio.server import page_words as words
from studio.server.live.show import LiveShow
from studio.server.members import AudienceSocket
from studio.server.relation.intake import Intake
from studio.server.shop import orders
from studio.server.shop.order_lines import lines_of

log = logging.getLogger(__name__)

NAMES = {
    "view": PRODUCT_VIEWED,
    "wish": WISHED,
    "cart": PRODUCT_ADDED,
    "checkout": "Checkout Started",
    "share": "Product Shared",
}


class ShowDeeds:
    """`done` is told of who did something. On the server's loop."""

    def __init__(self, clock: Clock, intake: Intake, done: Callable[[str], None]) -> None:
        self._clock = clock
        self._intake = intake
        self._done = done

    async def did(self, live: LiveShow, member: AudienceSocket, message: words.Did) -> None:
        """Somebody who agreed to analytics did something in a show. That it could not be kept is no reason to hold them up."""
        now_ms = self._clock.wall_ms()
        stocked = live.shelf.stocked(message.product) if message.product else None
        items: tuple[Item, ...] = ()
        if stocked is not None:
            product = stocked.product
            items = (Item(product=product.id, category=product.category, brand=product.brand),)
        made = Behaviour(
            id=f"s{token_hex(12)}",
            name=NAMES[message.what],
            visitor=member.id,
            at_ms=now_ms,
            received_ms=now_ms,
            consent=member.consent.flags,
            items=items,
            show=live.show.id,
            media_ms=message.media_ms,
            part=message.part,
        )
        try:
            await self._intake.put([made])
        except Exception as error:
            log.error("a behaviour of a show could not be kept: %s", faults.place_of(error))
            return
        self._done(made.visitor)

    async def ordered(self, order: orders.Order, show: str) -> None:
        """The shop's own server tells of an order: it is whoever's a page said it was. Where it cannot be kept the shop is told,
        and tells of it again."""
        now_ms = self._clock.wall_ms()
        lines = lines_of(order.lines)
        made = Behaviour(
            id=f"o{order.number}"[:100],
            name=ORDER_COMPLETED,
            visitor="",
            at_ms=now_ms,
            received_ms=now_ms,
            source="server",
            items=tuple(Item(product=line.product, variant=line.variant, quantity=max(1, line.quantity)) for line in lines),
            value_minor=order.value_minor,
            currency=order.currency,
            order=order.number,
            show=show,
            media_ms=order.media_ms,
        )
        await self._intake.put([made])

    async def cancelled(self, number: str) -> None:
        """The shop's own server takes an order back."""
        now_ms = self._clock.wall_ms()
        made = Behaviour(
            id=f"x{number}"[:100],
            name=ORDER_CANCELLED,
            visitor="",
            at_ms=now_ms,
            received_ms=now_ms,
            source="server",
            order=number,
        )
        await self._intake.put([made])
