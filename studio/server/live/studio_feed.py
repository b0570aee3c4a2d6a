"""What the studios of a show are told: branches of the state that the server owns, products, events."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from studio import wire
from studio.events import Logged
from studio.server.members import StudioMember
from studio.server.shop.chat import Chat
from studio.server.shop.polls import Polls
from studio.server.shop.product_changes import ProductChanges
from studio.server.shop.shelf import Shelf
from studio.server.shop.show_context import ShopSettings
from studio.server.shop.show_counters import ShowCounters
from studio.show.chat import ChatLine
from studio.state import Numbers, Shop, Show

STATE_EVERY_S = 0.1


class StudioFeed:
    """The studios of one show: its desktop, producers, command lines. `show()` and `settings()` are the show's own. On the
    server's loop; `now_s` is its clock."""

    def __init__(
        self,
        show: Callable[[], Show],
        settings: Callable[[], ShopSettings],
        parts: tuple[Shelf, Chat, Polls, ShowCounters],
        now_s: Callable[[], float],
    ) -> None:
        self.sessions: set[StudioMember] = set()
        self._show = show
        self._settings = settings
        self._shelf, self._chat, self._polls, self._counters = parts
        self._now_s = now_s
        self._products = ProductChanges()
        self._shop_sent, self._numbers_sent = Shop(), Numbers()
        self._show_sent, self._show_sent_s = Show(), float("-inf")
        self._shop_dirty = False
        self._shop_sent_s = float("-inf")
        self._shop_timer: asyncio.TimerHandle | None = None
        self._closing = False

    def load(self) -> None:
        """The shop has been read: who comes is told all of it, and afterwards what is different."""
        self._products.changes(self._shelf.products)

    def close(self) -> None:
        """Tell nothing any more."""
        self._closing = True
        if self._shop_timer is not None:
            self._shop_timer.cancel()

    # ── what there is ────────────────────────────────────────────────────────────────────────────────────────

    def branches(self) -> dict[str, Any]:
        """The state that is kept here; the shop's products come apart (`products`)."""
        return {"show": self._show(), "shop": self.shop, "numbers": self._numbers}

    def products(self) -> list[wire.Products]:
        """All products, for a studio that comes."""
        return self._products.everything()

    @property
    def shop(self) -> Shop:
        """The shop as the studios see it, without its products."""
        settings = self._settings()
        return Shop(
            pins=self._shelf.pins,
            claims=settings.claims,
            cart_confirms=settings.cart_confirms,
            sets=self._shelf.sets.kept,
            rules=settings.rules,
            pinned_line=self._chat.line(settings.pinned_line),
            picture_line=self._chat.line(settings.picture_line),
            answering=self._chat.answering,
            poll=self._polls.poll,
        )

    @property
    def _numbers(self) -> Numbers:
        return self._counters.numbers(self._chat.said)

    # ── what changes ─────────────────────────────────────────────────────────────────────────────────────────

    def shop_changed(self) -> None:
        """The shop's state is another: the studios are told soon."""
        self._shop_dirty = True
        if self._shop_timer is None and not self._closing:
            wait_s = max(0.0, self._shop_sent_s + STATE_EVERY_S - self._now_s())
            self._shop_timer = asyncio.get_running_loop().call_later(wait_s, self._push_shop)

    def _push_shop(self) -> None:
        self._shop_timer = None
        self._shop_sent_s = self._now_s()
        if self._shop_dirty:
            self._shop_dirty = False
            for message in self._products.changes(self._shelf.products):
                for studio in self.sessions:
                    studio.put(message)
            if (shop := self.shop) != self._shop_sent:
                self._shop_sent = shop
                self.push("shop", shop)

    def push_show(self) -> None:
        """Tell the show's state, at most ten times a second."""
        now_s, show = self._now_s(), self._show()
        same = msgspec.structs.replace(show, media_ms=self._show_sent.media_ms) == self._show_sent
        if not same and now_s - self._show_sent_s >= STATE_EVERY_S:
            self._show_sent, self._show_sent_s = show, now_s
            self.push("show", show)

    def push_numbers(self) -> None:
        """Tell the live numbers, when they are others."""
        if (numbers := self._numbers) != self._numbers_sent:
            self._numbers_sent = numbers
            self.push("numbers", numbers)

    def push(self, branch: str, value: Any) -> None:
        """Tell a branch."""
        for studio in self.sessions:
            studio.push(branch, value)

    def send(self, new: Sequence[Logged], lines: dict[str, ChatLine]) -> None:
        """Events that have just happened."""
        show = self._show().id
        for item in new:
            line = lines.get(getattr(item.data, "line", ""))
            for studio in self.sessions:
                studio.put(wire.EventMessage(show=show, event=item, line=line))
