"""The sound system as the library `soundcard` sees it, and back again after PulseAudio or PipeWire was restarted.

The library connects once, when it is imported; when that connection ends, no device is found any more. So before a
device is opened the connection is looked at, and made anew where it died.
"""

import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from studio.errors import DeviceFailed

T = TypeVar("T")
_lock = threading.Lock()


def sound_system() -> Any:
    """The module `soundcard`, connected; raises `DeviceFailed` when no sound system answers."""
    with _lock:
        return _ready()


def ask_sound_system(ask: Callable[[Any], T]) -> T:
    """`ask(soundcard)` on a connection that stands, and that nobody makes anew meanwhile: asked on a dead one, libpulse
    aborts the whole process. Raises `DeviceFailed`."""
    with _lock:
        return ask(_ready())


def _ready() -> Any:
    try:
        import soundcard

        pulse = getattr(soundcard, "pulseaudio", None)
        if pulse is not None and not _connected(pulse):
            _reconnect(pulse)
    except Exception as error:  # on Linux the import itself connects to PulseAudio and raises what it likes
        raise DeviceFailed("No sound system answers ({problem})", problem=str(error) or "PulseAudio") from None
    return soundcard


def _connected(pulse: Any) -> bool:
    context = pulse._pulse
    return bool(context._pa_context_get_state(context.context) == pulse._pa.PA_CONTEXT_READY)


def _reconnect(pulse: Any) -> None:
    """A new connection in place of the dead one, whose main loop is ended. One that fails leaves nothing behind."""
    dead, new = pulse._pulse, pulse._PulseAudio.__new__(pulse._PulseAudio)
    try:
        new.__init__()
    except AssertionError:
        _end(pulse, new)
        raise ConnectionError("no connection") from None
    pulse._pulse = new
    _end(pulse, dead)


def _end(pulse: Any, connection: Any) -> None:
    with contextlib.suppress(AttributeError):
        pulse._pa.pa_threaded_mainloop_stop(connection.mainloop)
