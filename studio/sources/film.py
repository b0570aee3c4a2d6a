"""An opened film: demuxing and decoding, nothing about the show's time."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.codec.hwaccel import HWAccel
from av.stream import Disposition

from studio.clock import NS_PER_MS, NS_PER_S
from studio.errors import DeviceFailed
from studio.media.deinterlace import Deinterlacer
from studio.media.encoder import SAMPLE_RATE
from studio.media.frames import Converter, Picture
from studio.media.stance import Stance, stance_of
from studio.media.timed_ring import Samples, sample_index
from studio.sources.frame_times import FrameTimes
from studio.sources.media_path import checked_file

GAPLESS = SAMPLE_RATE // 100
"""Sound within 10 ms of where the last block ended follows it: Matroska and WebM round times to whole milliseconds."""
MAX_SIDE = 8192
STILL = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
"""Pictures that are no film: the cover of music, the previews of a player."""
BY_BYTES = {"mpegts", "mpeg", "h264", "hevc", "m4v", "mpegvideo"}
"""Streams without an index: sought by time, their beginning would be their second keyframe, or nothing."""
ONE_THREAD = 1920 * 1080 * 30
"""Pixels a second that one thread decodes in time on a laptop; each thread more holds a picture back."""
THREADS_MAX = 4
LOOK_PACKETS = 400
"""So many packets are read to see how the first picture stands."""


class Film:
    """The opened file: demuxing and decoding, nothing about time."""

    def __init__(self, path: str, chip: HWAccel | None = None) -> None:
        """`chip` decodes its pictures. Raises `DeviceFailed` where the file is no film, or the chip does not decode it."""
        file = checked_file(path)
        self.container = _opened(str(file), file.name, chip)
        self._choose_streams(file.name)
        self.on_chip = self.video is not None and bool(self.video.codec_context.is_hwaccel)
        """A graphics chip decodes its pictures."""
        if chip is not None and not self.on_chip:  # it decodes another stream of this file
            self.container.close()
            raise DeviceFailed("The graphics chip does not decode {path}: {problem}", path=file.name, problem="")
        if self.video is not None:
            self.video.codec_context.thread_count = 1 if self.on_chip else threads(self.video)
            self.video.codec_context.thread_type = "AUTO"
            if max(self.video.width, self.video.height) > MAX_SIDE:
                self.container.close()
                raise DeviceFailed("The film {path} is larger than {side} pixels", path=file.name, side=MAX_SIDE)
        self._alpha = _alpha_decoder(self.video)
        self.packets: deque[tuple[int, Any]] = deque()
        """Pictures that wait to be decoded, each with its place in the file (ns)."""
        self._counted_ns = 0
        self._resampler = self._new_resampler()
        self._sound_end: int | None = None
        self._needs_key = False
        self.read_ns = 0
        """How far into the file it has been read."""
        self.deaf = 0
        """Packets of sound in a row that could not be decoded."""
        self.blind = 0
        """The same of pictures."""
        self.broken = False
        """It could not be read to its end."""
        self._demux: Iterator[Any] | None = None
        self.start_ns = round((self.container.start_time or 0) * 1000)
        self._by_bytes = bool(BY_BYTES & set(self.container.format.name.split(",")))
        self._times = self._new_times()
        self._fields = Deinterlacer()
        self._stance: tuple[tuple[int, int, int], Stance] | None = None
        self._due: deque[tuple[int, int]] = deque()
        """When the frames are due that wait for their fields."""

    def _choose_streams(self, name: str) -> None:
        streams = self.container.streams
        self.video = chosen(stream for stream in streams.video if not stream.disposition & STILL)
        self.audio = chosen(streams.audio)
        self.cover = chosen(streams.video) if self.video is None else None
        """A picture that lies beside the music."""
        if self.video is None and self.audio is None and self.cover is None:
            self.container.close()
            raise DeviceFailed("The file {path} has neither picture nor sound", path=name)

    @property
    def alpha(self) -> bool:
        """It has pictures that can be seen through, which lie beside the others."""
        return self._alpha is not None

    @property
    def duration_ns(self) -> int | None:
        return round(self.container.duration * 1000) if self.container.duration else None

    def rewind(self, position_ns: int) -> None:
        """Go to the last keyframe before `position_ns` and forget what was read."""
        self.packets.clear()
        self._counted_ns = max(0, position_ns)
        self._demux = None
        self._needs_key = False
        self.read_ns = 0
        self._resampler = self._new_resampler()
        self._sound_end = None
        self._alpha = _alpha_decoder(self.video)
        self._times = self._new_times()
        self._fields.forget()
        self._due.clear()
        if position_ns <= 0 and self._by_bytes:
            self.container.seek(0, unsupported_byte_offset=True)
            return
        self.container.seek(round((position_ns + self.start_ns) / 1000), backward=True, any_frame=False)

    def read(self) -> list[tuple[int, Samples]] | None:
        """Read one packet: sound comes back decoded, with its first sample's number in the file; pictures wait in `packets`.

        None at the end of the file, or where it cannot be read any further.
        """
        if self._demux is None:
            self._demux = self.container.demux([s for s in (self.video, self.audio) if s is not None])
        try:
            packet = next(self._demux, None)
        except av.FFmpegError:
            self.broken = True
            return None
        if packet is None:
            return None
        at = self._at(packet)
        self.read_ns = max(self.read_ns, at)
        if packet.stream is self.video:
            if self._times.first is None:
                self._times.first = packet.dts
            if not self._needs_key or packet.is_keyframe:
                self._needs_key = False
                self.packets.append((at, packet))
            return []
        return self._sound(packet)

    def late_ns(self, position_ns: int) -> int:
        """How far the oldest waiting packet is behind a position in the file."""
        return position_ns - self.packets[0][0] if self.packets else 0

    def skip(self, position_ns: int, most: int) -> bool:
        """Leave out packets up to the last keyframe that is due; whether there were any. Without one, and with more than `most`
        waiting, all of them: pictures go on with the next keyframe, and the sound behind them is read."""
        last = 0
        for number, (at, packet) in enumerate(self.packets):
            if at > position_ns:
                break
            if packet.is_keyframe:
                last = number
        if not last and len(self.packets) > most:
            last, self._needs_key = len(self.packets), True
        for _number in range(last):
            self.packets.popleft()
        return last > 0

    def _at(self, packet: Any) -> int:
        time = packet.pts if packet.pts is not None else packet.dts
        if time is not None:
            at: int = round(time * packet.time_base * NS_PER_S) - self.start_ns
            return at
        if packet.stream is self.video and packet.size:  # a raw stream: its pictures are counted
            self._counted_ns += self._frame_ns
            return self._counted_ns - self._frame_ns
        return self.read_ns

    def pictures(self) -> Iterator[tuple[int, int, av.VideoFrame]]:
        """The frames of the oldest waiting packet, each with its position in the file and its end (ns)."""
        _, packet = self.packets.popleft()
        try:
            frames = self._alpha.decode(packet) if self._alpha is not None else packet.decode()
        except av.FFmpegError:
            self.blind += 1
            return
        self.blind = 0
        for frame in frames:
            if isinstance(frame, av.VideoFrame):
                self._due.append(self._times.of(frame, packet.stream.time_base, self.start_ns, self._frame_ns))
                for whole in self._fields.frames(frame):
                    yield *self._due.popleft(), whole

    def rest(self) -> Iterator[tuple[int, int, av.VideoFrame]]:
        """What still waited for its fields when the film had ended."""
        for whole in self._fields.rest():
            yield *self._due.popleft(), whole

    def spare(self, much: bool) -> None:
        """Decode only what other pictures need, while there is too `much` to do."""
        if self.video is not None:
            self.video.codec_context.skip_frame = "NONREF" if much else "DEFAULT"

    def stance(self, frame: av.VideoFrame) -> Stance:
        """How a frame is meant to stand: read again only where its size or rotation is another. PyAV's `side_data` and its frame
        hold each other, and what is not freed before Python's collector comes by is 3 MB a picture."""
        seen = frame.rotation, frame.width, frame.height
        if self._stance is None or self._stance[0] != seen:
            self._stance = seen, stance_of(frame, self.video.sample_aspect_ratio if self.video is not None else None)
        return self._stance[1]

    def _new_times(self) -> FrameTimes:
        return FrameTimes(self._frame_ns, only_order="avi" in self.container.format.name.split(","))

    @property
    def _frame_ns(self) -> int:
        rate = self.video.average_rate or self.video.guessed_rate if self.video is not None else None
        return round(NS_PER_S / (rate or 25))

    def _sound(self, packet: Any) -> list[tuple[int, Samples]]:
        try:
            frames = packet.decode()
        except av.FFmpegError:
            self.deaf += 1
            return []
        self.deaf = 0
        blocks = []
        for frame in frames:
            if not isinstance(frame, av.AudioFrame):
                continue
            for out in self._resampler.resample(frame):
                if out.pts is not None and out.time_base is not None:
                    samples: Samples = np.asarray(out.to_ndarray(), np.float32).reshape(-1, 2)
                    index = sample_index(round(out.pts * out.time_base * NS_PER_S) - self.start_ns)
                    if self._sound_end is not None and abs(index - self._sound_end) <= GAPLESS:
                        index = self._sound_end
                    self._sound_end = index + len(samples)
                    blocks.append((index, samples))
        return blocks

    @staticmethod
    def _new_resampler() -> AudioResampler:
        return AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE)


def _opened(path: str, name: str, chip: HWAccel | None) -> av.container.InputContainer:
    try:
        return av.open(path, options={"protocol_whitelist": "file"}, metadata_errors="replace", hwaccel=chip)
    except (av.FFmpegError, ValueError, RuntimeError) as error:
        problem = getattr(error, "strerror", None) or error
        if chip is not None:
            raise DeviceFailed("The graphics chip does not decode {path}: {problem}", path=name, problem=problem) from None
        raise DeviceFailed("The file {path} is not a film that can be read: {problem}", path=name, problem=problem) from None


def _alpha_decoder(video: Any) -> Any:
    """The decoder that reads VP8's and VP9's alpha, which lies beside the picture: libvpx, as FFmpeg's own drops it."""
    if video is None or video.metadata.get("alpha_mode") != "1" or video.codec_context.name not in ("vp8", "vp9"):
        return None
    decoder = av.CodecContext.create("libvpx-vp9" if video.codec_context.name == "vp9" else "libvpx", "r")
    decoder.thread_count = 1
    return decoder


def chosen(streams: Iterable[Any]) -> Any:
    """Of several the one that players begin with: the first that is marked as default, else the first."""
    among = list(streams)
    return next((stream for stream in among if stream.disposition & Disposition.default), among[0] if among else None)


def threads(video: Any) -> int:
    """How many threads decode a film."""
    rate = float(video.average_rate or video.guessed_rate or 25)
    return min(THREADS_MAX, os.cpu_count() or 1) if video.width * video.height * rate > ONE_THREAD else 1


def first_picture(path: str) -> tuple[Picture | None, tuple[int, int]]:
    """The first picture of a film, or the cover of music, as it is shown, and its size; None and (0, 0) without any. Raises
    `DeviceFailed`."""
    film = Film(path)
    try:
        stream = film.video or film.cover
        if stream is None:
            return None, (0, 0)
        for number, packet in enumerate(film.container.demux(stream)):
            try:
                frame = next((frame for frame in packet.decode() if isinstance(frame, av.VideoFrame)), None)
            except av.FFmpegError:
                frame = None
            if frame is not None:
                picture = shown(Converter(), frame, stance_of(frame, stream.sample_aspect_ratio))
                return picture, (picture.width, picture.height)
            if number > LOOK_PACKETS:
                break
        return None, (stream.width & ~1, stream.height & ~1)
    finally:
        film.container.close()


def shown(converter: Converter, frame: av.VideoFrame, stance: Stance) -> Picture:
    """A frame as it is meant to be shown."""
    if stance.pixel == 1:
        return stance.put(converter.picture(frame))
    return stance.put(converter.picture(frame, *stance.stretched(frame.width, frame.height)))


def probe(path: str) -> dict[str, Any]:
    """What a film is: size, frame rate, duration in ms, whether it sounds. Raises `DeviceFailed`."""
    _, (width, height) = first_picture(path)
    film = Film(path)
    try:
        rate = film.video.average_rate if film.video else None
        return {
            "width": width,
            "height": height,
            "fps": float(rate) if rate else 0.0,
            "duration_ms": (film.duration_ns or 0) // NS_PER_MS,
            "sound": film.audio is not None,
        }
    finally:
        film.container.close()
