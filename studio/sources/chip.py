"""Films decoded by a graphics chip: where it gives the very same pictures, and faster, their way back into memory counted.

So each kind of film is tried once, on its own first pictures. A chip that is not there, or refuses, is not asked again.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice

import av
import numpy as np
from av.codec.hwaccel import HWAccel, hwdevices_available

from studio.errors import DeviceFailed
from studio.media.frames import Converter, Picture
from studio.sources.film import Film, shown

log = logging.getLogger(__name__)

DEVICES = ("cuda", "videotoolbox", "d3d11va")
"""In this order they are tried: FFmpeg's names of NVDEC, and of what macOS and Windows decode with."""
OPTIONS: dict[str, dict[str, object]] = {"cuda": {"primary_ctx": "1"}}
"""One context of CUDA for all films: a second takes a tenth of a second and 100 MB of the chip's memory."""
PIXELS = "yuv420p"
SMALLEST = 1280 * 720
"""Pixels; what is smaller is decoded in less time than its way back from the chip takes."""
PICTURES, WARM = 24, 6
"""Tried are so many pictures, of which the first ones are not timed: decoders begin with looking and allocating."""
PATIENCE_S = 0.5
"""No film waits longer for its trial."""
PAYS = 0.75
"""A chip is used where it takes at most this share of the processor's time for a picture."""

Kind = tuple[str, str | None, int, int]
Open = Callable[[str, str | None], Film]
"""Opens a film, decoded by the device of that name, or by the processor. Raises `DeviceFailed`."""


def open_film(path: str, device: str | None = None) -> Film:
    """A film whose pictures `device` decodes. Raises `DeviceFailed`, also where the device does not decode this film."""
    if device is None:
        return Film(path)
    return Film(path, HWAccel(device, allow_software_fallback=False, options=OPTIONS.get(device)))


class Chips:
    """What was found out about this machine's chips; one for the process, used by the threads of all films."""

    def __init__(self, open_: Open = open_film, clock: Callable[[], float] = time.perf_counter) -> None:
        self._open = open_
        self._clock = clock
        self._trying = threading.Lock()
        self._there = [name for name in DEVICES if name in hwdevices_available()]
        self._found: dict[Kind, str | None] = {}

    def film(self, path: str) -> Film:
        """The film, decoded by what decodes it best. Raises `DeviceFailed`."""
        film = self._open(path, None)
        device = self._best(path, film)
        if device is None:
            return film
        try:
            on_chip = self._open(path, device)
        except DeviceFailed as refusal:  # all its decoders are busy with other films
            log.info("%s does not take one more film: %s", device, refusal)
            return film
        film.container.close()
        return on_chip

    def _best(self, path: str, film: Film) -> str | None:
        kind = _kind(film)
        if kind is None or not self._there:
            return None
        with self._trying:
            if kind not in self._found:
                self._found[kind] = next((name for name in tuple(self._there) if self._pays(path, name)), None)
            return self._found[kind]

    def _pays(self, path: str, device: str) -> bool:
        begun = self._clock()
        try:
            on_chip = self._open(path, device)
        except DeviceFailed as refusal:
            log.info("films are not decoded by %s (%.0f ms): %s", device, 1000 * (self._clock() - begun), refusal)
            self._there.remove(device)
            return False
        in_software = self._open(path, None)
        in_software.video.codec_context.thread_count = 1  # then the time it takes is the processor's time
        try:
            verdict = self._verdict(in_software, on_chip)
        except av.FFmpegError as error:
            verdict = f"it failed: {error}"
        finally:
            on_chip.container.close()
            in_software.container.close()
        log.info("films like this are decoded by %s: %s", device if not verdict else "the processor", verdict or "it pays")
        return not verdict

    def _verdict(self, in_software: Film, on_chip: Film) -> str:
        """Why the chip is not used; nothing where it pays."""
        ends = self._clock() + PATIENCE_S
        took: tuple[list[float], list[float]] = ([], [])
        pairs = zip(self._timed(in_software, took[0]), self._timed(on_chip, took[1]), strict=False)
        seen = 0
        for own, its in islice(pairs, PICTURES):
            if own[0] != its[0]:
                return "it gives pictures at other times"
            if not _same(own[1], its[1]):
                return "its pictures are different ones"
            seen += 1
            if self._clock() > ends and seen < PICTURES:
                return "it takes too long to find out"
        if seen < PICTURES:
            return "there are too few pictures to tell"
        software, chip = (sorted(times[WARM:])[len(times[WARM:]) // 2] for times in took)
        if chip > PAYS * software:
            return f"{1000 * chip:.1f} ms a picture instead of {1000 * software:.1f}"
        return ""

    def _timed(self, film: Film, took: list[float]) -> Iterator[tuple[int, Picture]]:
        """A film's pictures with their times (ns), as they would be handed over; `took` gets the seconds of each."""
        converter = Converter()
        begun = self._clock()
        while film.packets or film.read() is not None:
            for at, _until, frame in film.pictures() if film.packets else ():
                picture = shown(converter, frame, film.stance(frame))
                took.append(self._clock() - begun)
                yield at, picture
                begun = self._clock()
            if film.blind:
                raise av.FFmpegError(0, "a picture could not be decoded")


def _kind(film: Film) -> Kind | None:
    """What films of one kind have in common; None for those that are left to the processor."""
    video = film.video
    if video is None or film.alpha or video.codec_context.pix_fmt != PIXELS or video.width * video.height < SMALLEST:
        return None
    return video.codec_context.name, video.codec_context.profile, video.width, video.height


def _same(one: Picture, other: Picture) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("y", "u", "v"))


CHIPS = Chips()
