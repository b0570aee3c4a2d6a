"""The table of drawn kinds."""

from functools import partial

from studio.overlays.chat_message import ChatMessageSettings, ChatMessageSource
from studio.overlays.countdown import CountdownSettings, CountdownSource
from studio.overlays.lower_third import LowerThirdSettings, LowerThirdSource
from studio.overlays.painter import OverlayPainter
from studio.overlays.poll import PollSettings, PollSource
from studio.overlays.product_card import ProductCardSettings, ProductCardSource
from studio.overlays.shop_data import ShopData
from studio.overlays.text import TextSettings, TextSource
from studio.sources import kinds
from studio.sources.base import SourceKind


def all_kinds(painter: OverlayPainter, data: ShopData | None = None) -> dict[str, SourceKind]:
    """Every kind of source there is, the drawn ones on `painter`'s thread, those of the shop with what `data` knows."""
    data = data or ShopData()
    return {
        **kinds.KINDS,
        "text": SourceKind(TextSettings, partial(TextSource, painter)),
        "countdown": SourceKind(CountdownSettings, partial(CountdownSource, painter)),
        "lower_third": SourceKind(LowerThirdSettings, partial(LowerThirdSource, painter)),
        "product_card": SourceKind(ProductCardSettings, partial(ProductCardSource, painter, data)),
        "chat_message": SourceKind(ChatMessageSettings, partial(ChatMessageSource, painter, data)),
        "poll": SourceKind(PollSettings, partial(PollSource, painter, data)),
    }
