"""Which windows are open on an X display, by what window managers publish (EWMH, _NET_CLIENT_LIST) or else the tree."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

LEAST = 64
"""Smaller windows are tray icons and helpers."""


class Window(NamedTuple):
    """An open window: the program's class name, its title, and its size in pixels."""

    id: int
    application: str
    title: str
    width: int
    height: int


def display_name(display: str) -> str:
    """The X display that is meant."""
    return display or os.environ.get("DISPLAY", "")


def windows(display: str = "") -> list[Window]:
    """All windows with a title, topmost last; none where there is no X display."""
    with _opened(display) as x:
        return [] if x is None else _listed(x)


def find_window(display: str, application: str, title: str) -> Window | None:
    """The window with that title of that program; when no title fits, the program's window if it has only one."""
    open_now = [w for w in windows(display) if not application or w.application == application]
    exact = [w for w in open_now if w.title == title]
    if exact:
        return exact[-1]
    return open_now[0] if application and len(open_now) == 1 else None


def window_size(display: str, window: int) -> tuple[int, int] | None:
    """Its size now; None when it is gone."""
    with _opened(display) as x:
        if x is None:
            return None
        try:
            geometry = x.create_resource_object("window", window).get_geometry()
        except Exception:  # closed meanwhile: python-xlib has a class for each way to say so
            return None
        return geometry.width, geometry.height


@contextlib.contextmanager
def _opened(display: str) -> Iterator[Any]:
    try:
        from Xlib.display import Display

        x = Display(display_name(display))
    except Exception:  # python-xlib raises many kinds, all of which mean: there is no such display
        yield None
        return
    try:
        yield x
    finally:
        x.close()


def _listed(x: Any) -> list[Window]:
    root = x.screen().root
    published = root.get_full_property(x.intern_atom("_NET_CLIENT_LIST_STACKING"), 0) or root.get_full_property(
        x.intern_atom("_NET_CLIENT_LIST"), 0
    )
    if published is not None:
        handles = [x.create_resource_object("window", number) for number in published.value]
    else:
        handles = list(root.query_tree().children)
    return [window for handle in handles if (window := _described(x, handle)) is not None]


def _described(x: Any, handle: Any) -> Window | None:
    try:
        name = handle.get_full_property(x.intern_atom("_NET_WM_NAME"), x.intern_atom("UTF8_STRING"))
        title = name.value.decode("utf-8", "replace") if name is not None else handle.get_wm_name()
        kind, geometry = handle.get_wm_class(), handle.get_geometry()
        shown = handle.get_attributes().map_state == 2
    except Exception:  # closed while we looked
        return None
    if not title or not shown or min(geometry.width, geometry.height) < LEAST:
        return None
    return Window(handle.id, kind[1] if kind else "", str(title), geometry.width, geometry.height)
