"""What a recording takes in."""

from collections.abc import Callable
from dataclasses import dataclass

from studio.audio.mixer import Mixer
from studio.media.encoder import Encoded
from studio.media.timed_ring import TimedRing
from studio.outputs.encoding import Encoding


@dataclass(frozen=True, slots=True)
class Intake:
    """Where sound and pictures come from. `encoding(emit)` and `size()` follow the settings at that moment; `media_ms` is the
    show clock at a moment of the media clock; `kbps` what a second costs, for the time that is left."""

    mixer: Mixer
    fps: int
    encoding: Callable[[Callable[[Encoded], None]], Encoding]
    size: Callable[[], tuple[int, int]]
    media_ms: Callable[[int], int | None]
    kbps: Callable[[], int]
    cameras: Callable[[], dict[str, Callable[[Callable[[Encoded], None]], Encoding]]] = dict
    """By file name, what gives the pictures of one camera; empty unless somebody wants them by themselves."""
    microphones: Callable[[], dict[str, TimedRing]] = dict
    """The same for microphones."""
