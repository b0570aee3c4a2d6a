"""H.264 encoders of this machine: which there are, whether they behave, and how long they take for a picture.

A graphics chip's encoder frees a whole processor core, when its driver does what a live stream needs: a picture out
for each picture in, a keyframe when asked, parameter sets in front of each, constrained baseline. So each is tried.
"""

import logging
import time
from dataclasses import dataclass, field
from types import MappingProxyType

import av
import numpy as np
from av.error import FFmpegError

from studio.media.encoder import X264, Codec, H264Encoder
from studio.media.frames import blank

log = logging.getLogger(__name__)

FRAMES = 30
KEY_AT = 20
WIDTH, HEIGHT, FPS, KBPS = 1920, 1080, 30, 4500
FAST_ENOUGH_MS = 15.0
"""Slower than this a chip is no help: half of the time a picture has."""
SPS, PPS = 7, 8


def _chip(name: str, pixel_format: str = "yuv420p", **options: str) -> Codec:
    return Codec(name, MappingProxyType(options), pixel_format)


HARDWARE = (
    _chip("h264_videotoolbox", profile="constrained_baseline", realtime="1", prio_speed="1"),
    _chip("h264_nvenc", preset="p3", tune="ull", profile="baseline", rc="cbr", zerolatency="1", delay="0", **{"forced-idr": "1"}),
    _chip("h264_qsv", "nv12", profile="baseline", preset="veryfast", async_depth="1", forced_idr="1", scenario="livestreaming"),
    _chip("h264_amf", "nv12", usage="ultralowlatency", profile="constrained_baseline", quality="speed", forced_idr="1"),
    _chip("h264_mf", "nv12", rate_control="ld_vbr", scenario="live_streaming", hw_encoding="1"),
    _chip("h264_v4l2m2m", "nv12"),
)
"""In this order they are tried. Written after FFmpeg's documentation; a chip that behaves otherwise is not used."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What came of trying an encoder: `ms` for a picture of 1080 lines, or the `problem` that rules it out."""

    codec: Codec
    ms: float = 0.0
    problem: str = field(default="")

    @property
    def usable(self) -> bool:
        """Whether a show may be sent with it."""
        return not self.problem


def probe(codec: Codec, preset: str = "superfast") -> Probed:
    """Encode a second of noise with it. Takes a second of its time, or nothing when it is not there."""
    if codec.name not in av.codecs_available:
        return Probed(codec, problem="not in this build of FFmpeg")
    try:
        encoder = H264Encoder(WIDTH, HEIGHT, FPS, kbps=KBPS, preset=preset, codec=codec)
    except (FFmpegError, OSError, ValueError) as error:
        return Probed(codec, problem=f"no device: {getattr(error, 'strerror', None) or error}")
    try:
        return _try(codec, encoder)
    except (FFmpegError, OSError, ValueError) as error:
        return Probed(codec, problem=f"it failed: {getattr(error, 'strerror', None) or error}")
    finally:
        encoder.discard()


def _try(codec: Codec, encoder: H264Encoder) -> Probed:
    noise = np.random.default_rng(1).integers(60, 120, (HEIGHT + FRAMES, WIDTH), np.uint8)
    picture = blank(WIDTH, HEIGHT)
    assert picture.frame is not None
    took_s = 0.0
    for number in range(FRAMES):
        picture.y[:] = noise[number : number + HEIGHT]
        begun = time.perf_counter()
        units = encoder.encode(picture.frame, number * 1_000_000_000 // FPS, key=number in (0, KEY_AT))
        took_s += time.perf_counter() - begun
        if len(units) != 1:
            return Probed(codec, problem="it holds pictures back")
        if units[0].key != (number in (0, KEY_AT)):
            return Probed(codec, problem="it gives no keyframe when asked, or one unasked")
        if units[0].key and not _begins_a_stream(units[0].payload):
            return Probed(codec, problem="its keyframes lack parameter sets, or it is not baseline")
    return Probed(codec, took_s * 1000 / FRAMES)


def _begins_a_stream(payload: bytes) -> bool:
    kinds = {}
    at = payload.find(b"\x00\x00\x01")
    while at != -1:
        if at + 4 < len(payload):
            kinds[payload[at + 3] & 0x1F] = payload[at + 4]
        at = payload.find(b"\x00\x00\x01", at + 3)
    return SPS in kinds and PPS in kinds and kinds[SPS] == 66  # profile_idc of baseline


def choose(wanted: str, preset: str) -> Codec:
    """The encoder to send with: the `wanted` one by its name, or with `auto` the first chip that behaves and is fast."""
    if wanted == X264.name:
        return X264
    for codec in HARDWARE:
        if wanted not in ("auto", codec.name):
            continue
        found = probe(codec, preset)
        if found.usable and (found.ms <= FAST_ENOUGH_MS or wanted == codec.name):
            log.info("encoding with %s: %.1f ms a picture", codec.name, found.ms)
            return codec
        log.info("%s is not used: %s", codec.name, found.problem or f"{found.ms:.1f} ms a picture")
    return X264
