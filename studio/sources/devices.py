"""What is connected to this machine: screens, microphones and speakers, by name and by the id settings remember."""

import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from studio.sources.sound_system import ask_sound_system


class Device(NamedTuple):
    """One thing a source can open. `id` goes into the source's settings under `key`."""

    kind: str
    id: str
    name: str
    settings: dict[str, Any]


def screens() -> list[Device]:
    """The monitors of this display with their places and sizes (Linux; elsewhere the whole desktop)."""
    if sys.platform != "linux":
        return [Device("screen", "0", "Screen 1", {})]
    name = os.environ.get("DISPLAY")
    if not name:
        return []
    try:
        from Xlib.display import Display

        display = Display(name)
    except Exception:  # python-xlib raises many kinds, all of which mean: there is no such screen
        return []
    try:
        return _monitors(display, name)
    finally:
        display.close()


def _monitors(display: Any, name: str) -> list[Device]:
    root = display.screen().root
    try:
        monitors = [
            (display.get_atom_name(m.name), m.x, m.y, m.width_in_pixels, m.height_in_pixels)
            for m in root.xrandr_get_monitors().monitors
        ]
    except Exception:  # no XRandR 1.5 on this display: the root window is the one screen
        geometry = root.get_geometry()
        monitors = [("Screen 1", 0, 0, geometry.width, geometry.height)]
    return [
        Device(
            "screen",
            f"{name}+{x},{y}",
            f"{label} ({width}×{height})",
            {"display": name, "x": x, "y": y, "width": width, "height": height},
        )
        for label, x, y, width, height in monitors
    ]


def microphones() -> list[Device]:
    """Everything that records."""
    return [Device("microphone", m.id, m.name, {"device": m.id}) for m in _soundcard(lambda sc: sc.all_microphones())]


def speakers() -> list[Device]:
    """Everything that plays and so can be heard as system sound."""
    return [Device("system_sound", s.id, s.name, {"device": s.id}) for s in _soundcard(lambda sc: sc.all_speakers())]


def _soundcard(ask: Callable[[Any], list[Any]]) -> list[Any]:
    try:
        return ask_sound_system(ask)
    except Exception:  # no sound system: soundcard raises whatever its backend does
        return []
