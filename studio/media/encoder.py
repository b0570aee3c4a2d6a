"""H.264 (libx264, constrained baseline) and Opus, as the link wants them: Annex B with SPS/PPS on every keyframe."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from studio.clock import NS_PER_S

SAMPLE_RATE = 48_000
OPUS_FRAME = 480
"""Samples in one 10 ms packet."""
KEYFRAME_S = 10
"""A keyframe comes on request; this is only the longest a stream goes without one."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One access unit or packet, with the pts it was given (ns) and whether it can be decoded by itself."""

    payload: bytes
    pts_ns: int
    key: bool


@dataclass(frozen=True, slots=True)
class Codec:
    """An H.264 encoder by FFmpeg's name, its options for a live stream, and the pixel format it wants."""

    name: str
    options: Mapping[str, str]
    pixel_format: str = "yuv420p"


X264 = Codec(
    "libx264",
    MappingProxyType(
        {
            "tune": "zerolatency",
            "profile": "baseline",
            "forced-idr": "1",
            "sc_threshold": "0",
            "aq-mode": "0",
            "x264-params": "no-dct-decimate=1",
        }
    ),
)
"""In software: everywhere, and the best picture for its bits."""


FASTEST = "ultrafast"
"""x264's fastest preset."""

VP8 = Codec("libvpx", MappingProxyType({"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "static-thresh": "100"}))
"""For the few browsers without H.264."""


class H264Encoder:
    """One rendition. Encoding releases the GIL; one thread, which costs least processor for a picture.

    No adaptive quantisation: at superfast it costs 10 to 20 % more and gains nothing (SSIM of our clips at 1.2 to 5
    Mbit/s within 0.0005 either way, and 0.002 better without it under film grain).

    Args:
        width, height: even, in pixels.
        fps: nominal frames a second; real pts may jump.
        kbps: target bitrate, also the peak over half a second; change it by setting `kbps`.
        preset: x264's speed word.
        codec: another encoder than x264; see `studio.media.codecs`.
    """

    def __init__(self, width: int, height: int, fps: int, *, kbps: int, preset: str = "superfast", codec: Codec = X264) -> None:
        context = av.CodecContext.create(codec.name, "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height = width, height
        context.pix_fmt = codec.pixel_format
        context.max_b_frames = 0
        context.time_base = Fraction(1, 90_000)
        context.framerate = Fraction(fps, 1)
        context.bit_rate = kbps * 1000
        context.gop_size = fps * KEYFRAME_S
        context.thread_count = 1
        context.colorspace = 1
        context.color_range = 1
        context.color_primaries = 1
        context.color_trc = 1
        context.options = dict(codec.options) | {"maxrate": f"{kbps}k", "bufsize": f"{kbps // 2}k"}
        if codec.name == X264.name:
            context.options |= {"preset": preset}
        context.open()
        self._convert = VideoReformatter() if codec.pixel_format != "yuv420p" else None
        self._context = context
        self._kbps = kbps
        self.width, self.height = width, height

    @property
    def kbps(self) -> int:
        """Target bitrate; may be set while running (libx264 is reconfigured at the next frame)."""
        return self._kbps

    @kbps.setter
    def kbps(self, kbps: int) -> None:
        self._kbps = kbps
        self._context.bit_rate = kbps * 1000

    def encode(self, frame: av.VideoFrame, pts_ns: int, *, key: bool = False) -> list[Encoded]:
        """Encode a yuv420p frame of the right size. The frame is free again when this returns."""
        if self._convert is not None:
            frame = self._convert.reformat(frame, format=self._context.pix_fmt, threads=1)
        frame.pts = pts_ns * 90_000 // NS_PER_S
        frame.time_base = Fraction(1, 90_000)
        frame.pict_type = PictureType.I if key else PictureType.NONE
        return [Encoded(bytes(packet), pts_ns, packet.is_keyframe) for packet in self._context.encode(frame)]

    def close(self) -> None:
        """Drop what is inside."""
        self._context.encode(None)

    def discard(self) -> None:
        """The same for an encoder that may be out of order."""
        with contextlib.suppress(FFmpegError, OSError, ValueError):
            self.close()


class OpusEncoder:
    """Stereo Opus at 48 kHz in 10 ms packets. `loss`: the share of packets (in percent) that each is to make up for, with
    a coarse copy of the one before it (RFC 6716 2.1.7)."""

    def __init__(self, kbps: int = 96, application: str = "audio", loss: int = 0) -> None:
        context = av.CodecContext.create("libopus", "w")
        assert isinstance(context, AudioCodecContext)
        context.sample_rate = SAMPLE_RATE
        context.layout = "stereo"
        context.format = "flt"
        context.bit_rate = kbps * 1000
        context.time_base = Fraction(1, SAMPLE_RATE)
        context.options = {"application": application, "frame_duration": "10"}
        if loss:
            context.options |= {"fec": "1", "packet_loss": str(loss)}
        context.open()
        self._context = context
        self._samples = 0

    def encode(self, block: NDArray[np.float32], pts_ns: int) -> list[Encoded]:
        """Encode one (480, 2) block of float32 in -1…1."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._samples
        frame.time_base = Fraction(1, SAMPLE_RATE)
        self._samples += len(block)
        return [Encoded(bytes(packet), pts_ns, True) for packet in self._context.encode(frame)]
