"""Colour bars with a moving line and, once a second, a flash with a beep: to see and hear that all is in step."""

import av
import numpy as np

from studio.clock import NS_PER_MS, NS_PER_S
from studio.media.encoder import SAMPLE_RATE
from studio.media.frames import Picture, blank, of_frame, rgb_to_yuv
from studio.media.timed_ring import Samples, TimedRing
from studio.sources.base import Report, SourceContext, SourceSettings

BARS = ((191, 191, 191), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0), (0, 0, 191))
FLASH_NS = 80 * NS_PER_MS
TONE_HZ = 1000.0
TONE_LEVEL = 10 ** (-18 / 20)
"""EBU alignment level, -18 dBFS."""


class TestPatternSettings(SourceSettings, frozen=True, kw_only=True):
    """`tone`: sound a beep with each flash."""

    tone: bool = True


class ToneRing(TimedRing):
    """Sound that is computed when it is asked for, from the clock alone: it can neither run dry nor drift."""

    def read(self, index: int, count: int) -> Samples:
        at = np.arange(index, index + count)
        sounding = (at % SAMPLE_RATE) < SAMPLE_RATE * FLASH_NS // NS_PER_S
        wave = np.sin(at * (2 * np.pi * TONE_HZ / SAMPLE_RATE)) * TONE_LEVEL * sounding
        return np.repeat(wave.astype(np.float32)[:, None], 2, axis=1)


class TestPatternSource:
    """Draws a fresh picture for every tick."""

    __test__ = False

    def __init__(self, settings: TestPatternSettings, context: SourceContext) -> None:
        self._context = context
        self.ring: TimedRing | None = ToneRing() if settings.tone else None
        self._bars = _draw_bars(context.canvas.width, context.canvas.height)

    def start(self) -> None:
        self._context.report(Report("live", "", (self._bars.width, self._bars.height)))

    def close(self) -> None:
        pass

    def picture(self, now_ns: int) -> Picture | None:
        bars = self._bars
        picture = of_frame(av.VideoFrame(bars.width, bars.height, "yuv420p"))
        for target, source in ((picture.y, bars.y), (picture.u, bars.u), (picture.v, bars.v)):
            np.copyto(target, source)
        into_second = now_ns % NS_PER_S
        x = int(into_second / NS_PER_S * bars.width) & ~1
        picture.y[:, x : x + 8] = 235
        if into_second < FLASH_NS:
            height, width = bars.height // 4, bars.width // 4
            picture.y[height : 2 * height, width : 3 * width] = 235
            picture.u[height // 2 : height, width // 2 : 3 * width // 2] = 128
            picture.v[height // 2 : height, width // 2 : 3 * width // 2] = 128
        return picture


def _draw_bars(width: int, height: int) -> Picture:
    picture = blank(width, height)
    for number, colour in enumerate(BARS):
        left, right = (round(edge * width / len(BARS) / 2) * 2 for edge in (number, number + 1))
        y, u, v = rgb_to_yuv(*colour)
        picture.y[: height * 3 // 4, left:right] = y
        picture.u[: height * 3 // 8, left // 2 : right // 2] = u
        picture.v[: height * 3 // 8, left // 2 : right // 2] = v
    ramp = np.linspace(16, 235, width).astype(np.uint8)
    picture.y[height * 3 // 4 :, :] = ramp
    return picture
