"""A screen, or a part of one, through FFmpeg's grabbers: x11grab, gdigrab, avfoundation.

The grabber is asked for a picture just before the program thread wants one, instead of running on its own clock: that
takes a whole frame's age off the picture (measured: 33 ms at 30 frames a second).
"""

import os
import sys
import threading
from collections.abc import Callable
from typing import Annotated

import av
from msgspec import Meta

from studio.clock import NS_PER_MS, NS_PER_S
from studio.errors import DeviceFailed
from studio.i18n import N_
from studio.media.frames import Converter, Picture
from studio.media.mailbox import Mailbox
from studio.sources.base import Report, SilentSource, SourceContext, SourceSettings
from studio.sources.device import DeviceWorker

Pixels = Annotated[int, Meta(ge=0, le=32_768)]
GRAB_RATE = "1000"
"""Faster than we ever ask: the grabber then never sleeps, and each read is a picture of now."""
MARGIN_NS = 2 * NS_PER_MS
LOOK_AGAIN = 10
"""Pictures between two looks at whether the right thing is grabbed."""


class ScreenSettings(SourceSettings, frozen=True, kw_only=True):
    """`display`: an X display (":0.0") or a screen number elsewhere, empty for the one we are on; a region when
    `width` and `height` are not 0; `cursor`: draw the mouse pointer."""

    display: Annotated[str, Meta(max_length=64)] = ""
    x: Pixels = 0
    y: Pixels = 0
    width: Pixels = 0
    height: Pixels = 0
    cursor: bool = True


def grabber(settings: ScreenSettings, platform: str = sys.platform) -> tuple[str, str, dict[str, str]]:
    """FFmpeg's input name, format and options for a screen on `platform`; raises `DeviceFailed` with the cure."""
    size = {"video_size": f"{settings.width & ~1}x{settings.height & ~1}"} if settings.width and settings.height else {}
    if platform == "win32":
        offset = {"offset_x": str(settings.x), "offset_y": str(settings.y)} if size else {}
        return "desktop", "gdigrab", {"framerate": GRAB_RATE, "draw_mouse": _flag(settings.cursor)} | size | offset
    if platform == "darwin":
        name = f"Capture screen {settings.display or '0'}:none"
        return name, "avfoundation", {"framerate": "60", "capture_cursor": _flag(settings.cursor), "pixel_format": "nv12"}
    display = settings.display or os.environ.get("DISPLAY", "")
    if not settings.display and os.environ.get("WAYLAND_DISPLAY"):
        raise DeviceFailed(N_("Wayland does not let programs see the screen this way; log in to an X11 session to share it"))
    if not display:
        raise DeviceFailed(N_("There is no screen here: DISPLAY is not set"))
    options = {"framerate": GRAB_RATE, "draw_mouse": _flag(settings.cursor)} | size
    return f"{display}+{settings.x},{settings.y}" if size else display, "x11grab", options


def _flag(value: bool) -> str:
    return "1" if value else "0"


class Grabbed(SilentSource):
    """The newest picture of what `grabber()` names, for as long as `still_right()`; then it is asked anew."""

    def __init__(
        self,
        context: SourceContext,
        grabber: Callable[[], tuple[str, str, dict[str, str]]],
        still_right: Callable[[], bool] = lambda: True,
    ) -> None:
        self._grabber = grabber
        self._still_right = still_right
        self._context = context
        self._newest: Mailbox[Picture] = Mailbox()
        self._converter = Converter()
        self._worker = DeviceWorker("source-screen", context, self._deliver)

    def start(self) -> None:
        self._worker.start()

    def close(self) -> None:
        self._worker.close()

    def picture(self, now_ns: int) -> Picture | None:
        return self._newest.peek()

    def check(self, now_ns: int) -> None:
        self._worker.check(now_ns)

    def _deliver(self, stop: threading.Event) -> None:
        while not stop.is_set():
            name, format_name, options = self._grabber()
            try:
                container = av.open(name, format=format_name, options=options)
            except (av.FFmpegError, ValueError) as error:
                raise DeviceFailed(
                    "The screen {name} cannot be captured: {problem}",
                    name=name,
                    problem=getattr(error, "strerror", None) or error,
                ) from None
            with container:
                self._grab(container, stop)

    def _grab(self, container: av.container.InputContainer, stop: threading.Event) -> None:
        """Until stopped, or until something else must be grabbed."""
        clock, size, number = self._context.clock, (0, 0), 0
        frames = container.decode(video=0)
        lead = 5 * NS_PER_MS
        while not stop.is_set():
            due = self._context.next_tick_ns(clock.now_ns() + lead)
            if not clock.wait_until(due - lead, stop):
                return
            begun = clock.now_ns()
            number += 1
            if number % LOOK_AGAIN == 0 and not self._still_right():
                return
            try:
                picture = self._converter.picture(next(frames))
            except (StopIteration, av.FFmpegError) as error:
                raise DeviceFailed("The screen cannot be seen any more: {problem}", problem=error) from None
            self._newest.put(picture)
            self._worker.delivered(picture)
            took = clock.now_ns() - begun + MARGIN_NS
            lead = min(NS_PER_S // self._context.fps, max(took, lead - lead // 16))
            if size != (picture.width, picture.height):
                size = picture.width, picture.height
                self._context.report(Report("live", "", size))


class ScreenSource(Grabbed):
    """The newest picture of a screen."""

    def __init__(self, settings: ScreenSettings, context: SourceContext) -> None:
        super().__init__(context, lambda: grabber(settings))
