"""Writes drawn pictures and a sound loop as an MP4 file that starts at once and loops without a seam."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from studio.demo.brush import pixels
from studio.demo.music import RATE

FPS = 30
BLOCK = 1024
LEAD = 8 * BLOCK


@dataclass(frozen=True)
class Recipe:
    """How a film is encoded; `options` are libx264's own."""

    width: int
    height: int
    options: dict[str, str]
    bit_rate: int = 0
    sound_bit_rate: int = 128_000
    gop: int = 60
    b_frames: int = 3


def of_image(image: QImage) -> av.VideoFrame:
    """The picture as 4:2:0 in BT.709, as the encoder wants it."""
    return av.VideoFrame.from_ndarray(pixels(image), format="bgra").reformat(
        format="yuv420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=Interpolation.BICUBIC,
        threads=1,  # with more, swscale 9 gets the first four pixels of each further slice wrong
    )


def write(path: Path, frames: Iterable[av.VideoFrame], sound: NDArray[np.float32], recipe: Recipe) -> None:
    """Encode all frames at 30 a second, and `sound` (two rows at 48 kHz) beside them."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as file:
        video = file.add_stream("libx264", rate=FPS, options=recipe.options)
        video.width, video.height, video.pix_fmt = recipe.width, recipe.height, "yuv420p"
        video.codec_context.time_base = Fraction(1, FPS)
        video.codec_context.thread_count = 1
        video.codec_context.gop_size = recipe.gop
        video.codec_context.max_b_frames = recipe.b_frames
        video.codec_context.color_range = ColorRange.MPEG
        video.codec_context.colorspace = Colorspace.ITU709
        video.codec_context.color_primaries = ColorPrimaries.BT709
        video.codec_context.color_trc = ColorTrc.BT709
        if recipe.bit_rate:
            video.codec_context.bit_rate = recipe.bit_rate
        audio = file.add_stream("aac", rate=RATE)
        audio.codec_context.layout = "stereo"
        audio.codec_context.bit_rate = recipe.sound_bit_rate
        ready = _wrapped(audio, sound)
        count = 0
        for count, frame in enumerate(frames, start=1):
            frame.pts, frame.time_base = count - 1, Fraction(1, FPS)
            file.mux(video.encode(frame))
            while ready and ready[0].pts is not None and ready[0].pts * FPS < count * RATE:
                file.mux(ready.popleft())
        file.mux(video.encode(None))
        file.mux(list(ready))


def _wrapped(audio: av.AudioStream, sound: NDArray[np.float32]) -> deque["av.Packet[av.AudioStream]"]:
    """The sound's packets, encoded as if it had been going round for ever, so that the first and the last sample meet.

    The last packet ends with the last sample; what a packet has too much lies before the first one, where players cut it off
    together with the encoder's own delay.
    """
    total = sound.shape[1]
    early = -total % BLOCK
    places = (np.arange(-early - LEAD, total + LEAD) % total).astype(np.intp)
    packets: deque[av.Packet[av.AudioStream]] = deque()
    for start in range(0, places.size - BLOCK + 1, BLOCK):
        block = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound[:, places[start : start + BLOCK]]), format="fltp", layout="stereo"
        )
        block.sample_rate, block.pts, block.time_base = RATE, start, Fraction(1, RATE)
        for packet in audio.encode(block):
            if packet.pts is not None and LEAD - BLOCK <= packet.pts < LEAD + early + total:
                packet.pts = packet.dts = packet.pts - LEAD - early
                packets.append(packet)
    return packets
