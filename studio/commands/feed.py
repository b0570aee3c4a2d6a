"""Commands about where products come from; the server runs them."""

from typing import Annotated, Literal

from msgspec import Meta

from studio.commands.show import ShowCommand
from studio.show.brand import Currency
from studio.show.read_as import Convention

FeedId = Annotated[str, Meta(min_length=1, max_length=16)]
Kind = Literal["", "shopify", "google", "woocommerce", "json_ld", "vitrine"]


class FeedAdd(ShowCommand, tag="feed.add", frozen=True, kw_only=True):
    """Read products from an address, now and every so many minutes (0: only when asked)."""

    url: Annotated[str, Meta(pattern=r"^https?://", max_length=2000)]
    name: Annotated[str, Meta(max_length=200)] = ""
    kind: Kind = ""
    currency: Currency = ""
    every_minutes: Annotated[int, Meta(ge=0, le=7 * 24 * 60)] = 0
    convention: Convention = Convention()


class FeedChange(ShowCommand, tag="feed.set", frozen=True, kw_only=True):
    """Read a feed in another way from now on: what stands before its decimals, how its dates are meant, the VAT to add.

    One with an address is read again at once."""

    feed: FeedId
    convention: Convention


class BrandSet(ShowCommand, tag="brand.set", frozen=True, kw_only=True):
    """The brand's own currency: of prices that name none."""

    currency: Currency


class FeedSync(ShowCommand, tag="feed.sync", frozen=True, kw_only=True):
    """Read a feed again now."""

    feed: FeedId


class FeedStop(ShowCommand, tag="feed.stop", frozen=True, kw_only=True):
    """Stop reading; nothing of it is kept."""

    feed: FeedId


class FeedRemove(ShowCommand, tag="feed.remove", frozen=True, kw_only=True):
    """Forget a feed; its products stay, marked as gone."""

    feed: FeedId
