"""One window of another program, wherever it is on the screen: x11grab by window id, gdigrab by title.

A window's id ends with it, so settings remember program and title. When it is resized it is grabbed anew; when it is
closed the source fails and comes back with the next window of that name.
"""

import os
import sys
from typing import Annotated, Any

from msgspec import Meta

from studio.errors import DeviceFailed
from studio.i18n import N_
from studio.sources.base import SourceContext, SourceSettings
from studio.sources.screen import GRAB_RATE, Grabbed
from studio.sources.window_list import Window, display_name, find_window, window_size


class WindowSettings(SourceSettings, frozen=True, kw_only=True):
    """`application` and `title` as in the list of windows; with a title that has changed, the program's only window is
    meant. `display`: the X display, empty for ours; `cursor`: draw the mouse pointer."""

    application: Annotated[str, Meta(max_length=200)] = ""
    title: Annotated[str, Meta(max_length=500)] = ""
    display: Annotated[str, Meta(max_length=64)] = ""
    cursor: bool = False


class WindowSource(Grabbed):
    """The newest picture of a window."""

    def __init__(self, settings: WindowSettings, context: SourceContext, platform: str = sys.platform) -> None:
        super().__init__(context, self._input, self._is_the_same)
        self._wanted = settings
        self._platform = platform
        self._window: Window | None = None

    def _input(self) -> tuple[str, str, dict[str, str]]:
        wanted = self._wanted
        if not (wanted.application or wanted.title):
            raise DeviceFailed(N_("Choose a window"))
        options = {"framerate": GRAB_RATE, "draw_mouse": "1" if wanted.cursor else "0"}
        if self._platform == "win32":
            return f"title={wanted.title}", "gdigrab", options
        if self._platform != "linux":
            raise DeviceFailed(N_("Windows cannot be captured on this system; capture the screen"))
        if os.environ.get("WAYLAND_DISPLAY") and not wanted.display:
            raise DeviceFailed(N_("Wayland does not let programs see the screen this way; log in to an X11 session to share it"))
        self._window = find_window(wanted.display, wanted.application, wanted.title)
        if self._window is None:
            raise DeviceFailed("The window {title} is not open", title=wanted.title or wanted.application)
        return display_name(wanted.display), "x11grab", options | {"window_id": hex(self._window.id)}

    def _is_the_same(self) -> bool:
        window: Any = self._window
        return window is None or window_size(self._wanted.display, window.id) == (window.width, window.height)
