"""The table of drawn kinds."""

from functools import partial

from studio.overlays.countdown import CountdownSettings, CountdownSource
from studio.overlays.lower_third import LowerThirdSettings, LowerThirdSource
from studio.overlays.painter import OverlayPainter
from studio.overlays.text import TextSettings, TextSource
from studio.sources import kinds
from studio.sources.base import SourceKind


def all_kinds(painter: OverlayPainter) -> dict[str, SourceKind]:
    """Every kind of source there is, the drawn ones on `painter`'s thread."""
    return {
        **kinds.KINDS,
        "text": SourceKind(TextSettings, partial(TextSource, painter)),
        "countdown": SourceKind(CountdownSettings, partial(CountdownSource, painter)),
        "lower_third": SourceKind(LowerThirdSettings, partial(LowerThirdSource, painter)),
    }
