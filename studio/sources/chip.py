"""Films decoded by a graphics chip: where it gives the very same pictures, and faster, their way back into memory counted.

So each kind of film is tried once, on its own first pictures. A chip that is not there, or refuses, is not asked again.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import islice
from typing import NamedTuple

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
"""A trial ends after so long, whatever is known by then, and no film waits longer for another one's."""
PAYS = 0.75
"""A chip is used where it takes at most this share of the processor's time for a picture."""
TRIALS = 3
"""Of a kind whose films did not tell: too short, too slow, broken."""

Open = Callable[[str, str | None], Film]
"""Opens a film, decoded by the device of that name, or by the processor. Raises `DeviceFailed`."""


class Kind(NamedTuple):
    """What films of one kind have in common: what decoding costs goes by it, and what becomes of their colours."""

    codec: str
    profile: str | None
    width: int
    height: int
    colours: tuple[int, ...]


class Verdict(NamedTuple):
    """Why a chip is not used; empty where it pays. `settled`: it will be the same for the next film of this kind."""

    why: str
    settled: bool


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
        self._lock = threading.Lock()
        self._devices = [name for name in DEVICES if name in hwdevices_available()]
        """Those that have not refused."""
        self._best: dict[Kind, str | None] = {}
        self._unsettled: Counter[Kind] = Counter()

    def film(self, path: str) -> Film:
        """The film, decoded by what decodes it best. Raises `DeviceFailed`."""
        film = self._open(path, None)
        device = self._device(path, film)
        if device is None:
            return film
        try:
            on_chip = self._open(path, device)
        except DeviceFailed as refusal:  # all its decoders are busy with other films
            log.info("%s does not take one more film: %s", device, refusal)
            return film
        film.container.close()
        return on_chip

    def _device(self, path: str, film: Film) -> str | None:
        kind = _kind(film)
        if kind is None or not self._devices or not self._lock.acquire(timeout=PATIENCE_S):
            return None
        try:
            if kind in self._best:
                return self._best[kind]
            known = {config.device_type.name for config in film.video.codec_context.codec.hardware_configs if config.is_supported}
            for device in [name for name in self._devices if name in known]:
                verdict = self._try(path, device)
                if not verdict.why:
                    self._best[kind] = device
                    return device
                if not verdict.settled and self._unsettled[kind] < TRIALS:
                    self._unsettled[kind] += 1
                    return None
            self._best[kind] = None
            return None
        finally:
            self._lock.release()

    def _try(self, path: str, device: str) -> Verdict:
        begun = self._clock()
        with ExitStack() as opened:
            try:
                on_chip = self._open(path, device)
            except DeviceFailed as refusal:
                log.info("films are not decoded by %s (%.0f ms): %s", device, 1000 * (self._clock() - begun), refusal)
                self._devices.remove(device)
                return Verdict("it refuses", settled=True)
            opened.enter_context(closing(on_chip.container))
            try:
                in_software = self._open(path, None)
                opened.enter_context(closing(in_software.container))
                in_software.video.codec_context.thread_count = 1  # then the time it takes is the processor's time
                verdict = self._compare(in_software, on_chip)
            except Exception as error:  # whatever a driver does: the processor decodes it
                verdict = Verdict(f"it failed: {error}", settled=False)
        log.info("films like this are decoded by %s: %s", "the processor" if verdict.why else device, verdict.why or "it pays")
        return verdict

    def _compare(self, in_software: Film, on_chip: Film) -> Verdict:
        ends = self._clock() + PATIENCE_S
        took: tuple[list[float], list[float]] = ([], [])
        try:
            pairs = zip(self._timed(in_software, took[0], ends), self._timed(on_chip, took[1], ends), strict=False)
            seen = 0
            for own, its in islice(pairs, PICTURES):
                if own[0] != its[0]:
                    return Verdict("it gives pictures at other times", settled=True)
                if not _same(own[1], its[1]):
                    return Verdict("its pictures are different ones", settled=True)
                seen += 1
        except TimeoutError:
            return Verdict("it takes too long to find out", settled=False)
        if seen < PICTURES:
            return Verdict("there are too few pictures to tell", settled=False)
        software, chip = (sorted(times[WARM:])[len(times[WARM:]) // 2] for times in took)
        if chip > PAYS * software:
            return Verdict(f"{1000 * chip:.1f} ms a picture instead of {1000 * software:.1f}", settled=True)
        return Verdict("", settled=True)

    def _timed(self, film: Film, took: list[float], ends: float) -> Iterator[tuple[int, Picture]]:
        """A film's pictures with their times (ns), as they would be handed over; `took` gets the seconds of each. Raises
        `TimeoutError` at `ends`, and `ValueError` for a picture that cannot be decoded."""
        film.audio = None  # its pictures are what is read
        converter = Converter()
        begun = self._clock()
        while film.packets or film.read() is not None:
            if self._clock() > ends:
                raise TimeoutError
            for at, _until, frame in film.pictures() if film.packets else ():
                picture = shown(converter, frame, film.stance(frame))
                took.append(self._clock() - begun)
                yield at, picture
                begun = self._clock()
            if film.blind:
                raise ValueError("a picture could not be decoded")


def _kind(film: Film) -> Kind | None:
    """None for films that are left to the processor."""
    video = film.video
    if video is None or film.alpha or video.codec_context.pix_fmt != PIXELS or video.width * video.height < SMALLEST:
        return None
    context = video.codec_context
    aspect = video.sample_aspect_ratio
    stretched = (aspect.numerator, aspect.denominator) if aspect else (1, 1)
    colours = (int(context.colorspace), int(context.color_range), int(context.color_trc), *stretched)
    return Kind(context.name, context.profile, video.width, video.height, colours)


def _same(one: Picture, other: Picture) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("y", "u", "v"))


CHIPS = Chips()
