"""A film as it is written: H.264 as it was encoded for the audience, AAC beside it (Opus plays neither in QuickTime nor in
editing programs), in an MP4 that plays whatever ends the writing."""

import io
import logging
import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError
from av.stream import Stream

from studio.clock import NS_PER_MS, NS_PER_S
from studio.media.encoder import SAMPLE_RATE, Encoded
from studio.media.timed_ring import Samples, sample_index
from studio.recordings.reserved_file import ReservedFile
from studio.show.film import Chapter, parts

log = logging.getLogger(__name__)

RATE = 90_000
AAC_KBPS = 160
AAC_FRAME = 1024
"""Samples in a packet."""
FRAGMENT_S = 1
"""At most so much is lost when the process or the machine ends."""
FLAGS = "hybrid_fragmented+frag_keyframe+empty_moov+default_base_moof+delay_moov"
SMALL = 256 << 20
"""A film that is smaller is copied in the end, so that no room stays empty in it."""


class MovieFile:
    """One file, from `video`'s first keyframe to `close`. Its times begin with that at zero, or with `began_ns`. Used by one
    thread."""

    def __init__(self, path: Path, kbps: int = AAC_KBPS, *, began_ns: int | None = None, sound: bool = True) -> None:
        self.path = path
        self.began_ns = began_ns
        """When its first picture was, on the media clock."""
        self._with_sound = sound
        self.ended_ns = 0
        self._kbps = kbps
        self._file = ReservedFile(path)
        self._container: OutputContainer | None = None
        self._video: Stream | None = None
        self._audio: AudioStream | None = None
        self._samples = 0
        self._heard = -(1 << 62)
        self._ticks = -1
        self._waiting: list[tuple[Samples, int]] = []

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self._file.size

    @property
    def waited_ns(self) -> int:
        """How long the disk has been waited for."""
        return self._file.waited_ns

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return 0 if self.began_ns is None else max(0, self.ended_ns - self.began_ns) // NS_PER_MS

    def video(self, unit: Encoded) -> None:
        """The next picture; nothing is written before the first keyframe."""
        if self._container is None:
            if not unit.key:
                return
            self._open(unit)
        assert self._container is not None
        assert self._video is not None
        assert self.began_ns is not None
        packet = av.Packet(unit.payload)
        packet.stream = self._video
        packet.time_base = Fraction(1, RATE)
        self._ticks = max(self._ticks + 1, (unit.pts_ns - self.began_ns) * RATE // NS_PER_S)  # whatever a clock does
        packet.pts = packet.dts = self._ticks
        packet.is_keyframe = unit.key
        self._container.mux(packet)
        self.ended_ns = max(self.ended_ns, unit.pts_ns)
        waiting, self._waiting = self._waiting, []
        for block, pts_ns in waiting:
            self.sound(block, pts_ns)

    def sound(self, block: Samples, pts_ns: int) -> None:
        """The next block of the mix. What sounded before the first picture is left out."""
        if self._container is None or self._audio is None or self.began_ns is None:
            self._waiting.append((block, pts_ns))  # the picture of the same moment is still being encoded
            del self._waiting[:-100]
            return
        at = sample_index(pts_ns) - sample_index(self.began_ns)
        while at > self._samples:  # it was paused, the mixer has lost time, or the machine slept
            self._encode(np.zeros((min(at - self._samples, SAMPLE_RATE), 2), np.float32))
        block = block[max(0, self._samples - at) :]
        if len(block):
            self._encode(block)

    def go_on(self, path: Path) -> None:
        """Begin with everything that can be read of the film at `path`, which was cut off; `began_ns` is when that began. What
        comes then may overlap with its sound. Raises `OSError`."""
        assert self.began_ns is not None
        try:
            source = av.open(str(path))
        except FFmpegError as error:  # not one fragment was on the disk
            log.info("%s: nothing of it can be read: %s", path, error)
            return
        with source:
            if not source.streams.video:
                return
            self._container = self._begun()
            streams: dict[int, Stream] = {}
            self._video = self._container.add_stream_from_template(source.streams.video[0])
            self._video.time_base = Fraction(1, RATE)
            streams[source.streams.video[0].index] = self._video
            if source.streams.audio:
                streams[source.streams.audio[0].index] = self._add_sound(self._container)
            for packet in source.demux():
                if packet.pts is None or packet.dts is None or packet.is_corrupt or packet.stream.index not in streams:
                    continue
                at = packet.pts * packet.time_base
                packet.stream = streams[packet.stream.index]
                if packet.stream is self._video:
                    self._ticks = round(at * RATE)
                    self.ended_ns = max(self.ended_ns, self.began_ns + round(at * NS_PER_S))
                else:
                    self._heard = round(at * SAMPLE_RATE)
                    self._samples = self._heard + AAC_FRAME
                self._container.mux(packet)

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        """Make it an ordinary file with its index in front. Raises `OSError` when the disk is full; what is there then plays."""
        container, self._container = self._container, None
        try:
            if container is not None:
                self._end(container, chapters)
                self._file.finish()
        finally:
            self._file.close()
        if container is None:  # not one picture came
            self.path.unlink(missing_ok=True)
        elif self.size < SMALL:
            compact(self.path)

    def abandon(self) -> None:
        """Leave it as a crash would."""
        self._container = None
        self._file.close()

    def _open(self, unit: Encoded) -> None:
        container = self._begun()
        with av.open(io.BytesIO(unit.payload), format="h264") as parameters:  # SPS and PPS stand before every keyframe
            self._video = container.add_stream_from_template(parameters.streams.video[0])
        self._video.time_base = Fraction(1, RATE)
        if self._with_sound:
            self._add_sound(container)
        self._container = container
        if self.began_ns is None:
            self.began_ns = unit.pts_ns

    def _begun(self) -> OutputContainer:
        options = {"movflags": FLAGS, "frag_duration": str(FRAGMENT_S * 1_000_000), "flush_packets": "1"}
        return av.open(self._file, "w", format="mp4", options=options)

    def _add_sound(self, container: OutputContainer) -> AudioStream:
        self._audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        self._audio.bit_rate = self._kbps * 1000
        return self._audio

    def _encode(self, block: Samples) -> None:
        assert self._audio is not None
        assert self._container is not None
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._samples, Fraction(1, SAMPLE_RATE)
        self._samples += len(block)
        for packet in self._audio.encode(frame):
            self._add(self._container, packet)

    def _add(self, container: OutputContainer, packet: Any) -> None:
        """A packet of sound, unless what it holds is there: an encoder that goes on in a film begins with what was before."""
        if packet.pts is not None and packet.pts > self._heard:
            container.mux(packet)

    def _end(self, container: OutputContainer, chapters: Sequence[Chapter]) -> None:
        for packet in self._audio.encode(None) if self._audio is not None else ():
            self._add(container, packet)
        if chapters:
            container.set_chapters(_spans(chapters, self.length_ms))
        container.close()


def compact(path: Path, chapters: Sequence[Chapter] = ()) -> None:
    """The same film without room and without fragments, its index in front: for one that a crash has left, and for short ones.
    Nothing is encoded again. The file is whole at every moment of this."""
    part = path.with_name(f".{path.name}.part")
    try:
        with av.open(str(path)) as source, av.open(str(part), "w", format="mp4", options={"movflags": "faststart"}) as target:
            streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
            kept = source.chapters()
            length_ms = 0
            for packet in source.demux():
                if packet.dts is None or packet.pts is None or packet.is_corrupt:  # the end of it, or cut off in the middle
                    continue
                length_ms = max(length_ms, round(1000 * packet.pts * packet.time_base))
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
            if chapters or kept:
                target.set_chapters(_spans(chapters, length_ms) if chapters else kept)
        with open(part, "rb") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    except (FFmpegError, OSError, ValueError):
        part.unlink(missing_ok=True)
        raise


def is_whole(path: Path) -> bool:
    """Whether it was ended well: a crash leaves fragments."""
    with open(path, "rb") as file:
        data = file.read(64)
    first = int.from_bytes(data[:4], "big")
    return data[first + 4 : first + 8] == b"moov"


def _spans(chapters: Sequence[Chapter], length_ms: int) -> list[Any]:
    """As FFmpeg takes them: each ends where the next begins."""
    return [
        {
            "id": number,
            "start": begins_ms,
            "end": ends_ms,
            "time_base": Fraction(1, 1000),
            "metadata": {"title": title},
        }
        for number, (begins_ms, ends_ms, title) in enumerate(parts(chapters, length_ms))
    ]
