"""One colour over the whole canvas."""

import re
from typing import Annotated

from msgspec import Meta

from studio.media.frames import Picture, blank, rgb_to_yuv
from studio.sources.base import Report, SilentSource, SourceContext, SourceSettings

Hex = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$(?!\n)")]


class ColourSettings(SourceSettings, frozen=True, kw_only=True):
    """`colour` as #rrggbb."""

    colour: Hex = "#101418"


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue of `#rrggbb`."""
    red, green, blue = (int(part, 16) for part in re.findall("..", colour[1:]))
    return red, green, blue


class ColourSource(SilentSource):
    """Always the same picture."""

    def __init__(self, settings: ColourSettings, context: SourceContext) -> None:
        self._context = context
        self._picture = blank(context.canvas.width, context.canvas.height, rgb_to_yuv(*rgb(settings.colour)))

    def start(self) -> None:
        self._context.report(Report("live", "", (self._picture.width, self._picture.height)))

    def close(self) -> None:
        pass

    def picture(self, now_ns: int) -> Picture | None:
        return self._picture
