"""Commands about where products come from; the server runs them."""

from typing import Annotated, Literal

from msgspec import Meta

from studio.commands.show import ShowCommand

FeedId = Annotated[str, Meta(min_length=1, max_length=16)]
Kind = Literal["", "shopify", "google", "woocommerce", "json_ld", "vitrine"]


class FeedAdd(ShowCommand, tag="feed.add", frozen=True, kw_only=True):
    """Read products from an address, now and every so many minutes (0: only when asked)."""

    url: Annotated[str, Meta(pattern=r"^https?://", max_length=2000)]
    name: Annotated[str, Meta(max_length=200)] = ""
    kind: Kind = ""
    currency: Annotated[str, Meta(pattern=r"^([A-Z]{3})?$(?!\n)")] = ""
    every_minutes: Annotated[int, Meta(ge=0, le=7 * 24 * 60)] = 0


class FeedSync(ShowCommand, tag="feed.sync", frozen=True, kw_only=True):
    """Read a feed again now."""

    feed: FeedId


class FeedStop(ShowCommand, tag="feed.stop", frozen=True, kw_only=True):
    """Stop reading; nothing of it is kept."""

    feed: FeedId


class FeedRemove(ShowCommand, tag="feed.remove", frozen=True, kw_only=True):
    """Forget a feed; its products stay, marked as gone."""

    feed: FeedId
