"""What lies beside the picture: how it stands, which stream is meant, what its numbers mean, and when it is due."""

import struct
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from studio.clock import NS_PER_MS
from studio.media.encoder import SAMPLE_RATE
from studio.media.frames import Picture, rgb_to_yuv
from studio.media.timed_ring import sample_index
from studio.sources.film import Film, probe
from studio.sources.frame_times import FrameTimes
from studio.sources.media_file import MediaFileSettings, MediaFileSource
from tests.fakes import FRAME_NS, ManualClock, Reports, make_film, near, pixel, wait_for

ONE = 65536
MATRICES = {90: (0, -ONE, ONE, 0), 180: (-ONE, 0, 0, -ONE), 270: (0, ONE, -ONE, 0)}
RED, BLUE = (192, 0, 0), (0, 0, 192)
Rgb = NDArray[np.uint8]


def halves(width: int = 64, height: int = 32, left: tuple[int, int, int] = RED, right: tuple[int, int, int] = BLUE) -> Rgb:
    """A picture of two colours, side by side."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[:, : width // 2], rgb[:, width // 2 :] = left, right
    return rgb


def film(
    path: Path,
    pictures: list[Rgb],
    *,
    pixel: Fraction | None = None,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    setup: Callable[[Any], None] = lambda stream: None,
    sound_s: float = 0,
    first_s: float = 0,
    format: str = "yuv420p",
) -> Path:
    """A film of these pictures at 25 a second; sound from 0 s, pictures from `first_s` on."""
    with av.open(str(path), "w") as container:
        video = container.add_stream(codec, rate=25, options=options or {"crf": "4", "bf": "0", "preset": "ultrafast"})
        assert isinstance(video, VideoStream)
        video.height, video.width = pictures[0].shape[:2]
        video.pix_fmt = format
        if pixel is not None:
            video.codec_context.sample_aspect_ratio = pixel
        setup(video)
        audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo") if sound_s else None
        if audio is not None:
            for start in range(0, round(sound_s * SAMPLE_RATE), 1024):
                wave = np.sin(np.arange(start, start + 1024) * (2 * np.pi * 1000 / SAMPLE_RATE)).astype(np.float32) / 4
                block = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
                block.sample_rate, block.pts, block.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
                container.mux(audio.encode(block))
        for number, rgb in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format=format, dst_colorspace=5)
            frame.pts, frame.time_base = number + round(25 * first_s), Fraction(1, 25)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None:
            container.mux(audio.encode(None))
    return path


def turn(path: Path, degrees: int) -> Path:
    """Write the display matrix of a phone into an MP4 (ISO 14496-12, 8.3.2)."""
    data = bytearray(path.read_bytes())
    a, b, c, d = MATRICES[degrees]
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path


class Cinema:
    """A film on a clock that the test moves."""

    def __init__(self, path: Path) -> None:
        self.clock = ManualClock()
        self.reports = Reports(clock=self.clock)
        self.source = MediaFileSource(MediaFileSettings(path=str(path)), self.reports.context)
        self.source.start()

    def shows(self) -> Picture:
        """What is on the screen now, once something is."""
        wait_for(lambda: self.source.picture(self.clock.now_ns()) is not None, what=lambda: "for a picture")
        picture = self.source.picture(self.clock.now_ns())
        assert picture is not None
        return picture

    def loud(self, back_ms: int = 40) -> float:
        """How loud it was the last moments."""
        ring = self.source.ring
        assert ring is not None
        count = SAMPLE_RATE * back_ms // 1000
        start = sample_index(self.clock.now_ns()) - count
        return float(np.abs(ring.read(start, count)).max())


@pytest.fixture
def cinema() -> Iterator[Callable[[Path], Cinema]]:
    opened: list[Cinema] = []

    def open_(path: Path) -> Cinema:
        opened.append(Cinema(path))
        return opened[-1]

    yield open_
    for one in opened:
        one.source.close()


def corners(picture: Picture) -> list[tuple[int, int, int]]:
    """The colours left above, right above and left below."""
    last_x, last_y = picture.width - 5, picture.height - 5
    return [pixel(picture, x, y) for x, y in ((4, 4), (last_x, 4), (4, last_y))]


# ── how it stands ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("degrees", "size", "expected"),
    [(90, (32, 64), (BLUE, BLUE, RED)), (180, (64, 32), (BLUE, RED, BLUE)), (270, (32, 64), (RED, RED, BLUE))],
)
def test_a_phones_film_is_turned(
    tmp_path: Path, cinema: Callable[[Path], Cinema], degrees: int, size: tuple[int, int], expected: tuple[Any, ...]
) -> None:
    path = turn(film(tmp_path / "phone.mp4", [halves()] * 5), degrees)
    opened = cinema(path)
    picture = opened.shows()
    assert (picture.width, picture.height) == size
    assert all(near(found, rgb_to_yuv(*wanted), 12) for found, wanted in zip(corners(picture), expected, strict=True))
    assert opened.reports.size == size
    assert (probe(str(path))["width"], probe(str(path))["height"]) == size


def test_pixels_that_are_not_square_are_stretched(tmp_path: Path, cinema: Callable[[Path], Cinema]) -> None:
    path = film(tmp_path / "wide.mp4", [halves(360, 288)] * 3, pixel=Fraction(64, 45))
    opened = cinema(path)
    assert (opened.shows().width, opened.shows().height) == (512, 288)
    assert opened.reports.size == (512, 288)
    assert (probe(str(path))["width"], probe(str(path))["height"]) == (512, 288)


def test_a_film_that_turns_half_way_says_so(tmp_path: Path, cinema: Callable[[Path], Cinema]) -> None:
    path = tmp_path / "sizes.h264"
    first = film(tmp_path / "a.h264", [halves(64, 32)] * 5).read_bytes()
    path.write_bytes(first + film(tmp_path / "b.h264", [halves(32, 64)] * 5).read_bytes())
    opened = cinema(path)
    opened.shows()
    for _ in range(8):
        opened.clock.advance(ns=FRAME_NS)
        opened.shows()
    wait_for(lambda: opened.reports.size == (32, 64), what=lambda: "for the other size")


# ── which stream ────────────────────────────────────────────────────────────────────────────────────────────────────


def with_cover(path: Path, sound_s: float) -> Path:
    cover = path.with_suffix(".jpg")
    Image.fromarray(halves()).save(cover)
    with av.open(str(path), "w") as container, av.open(str(cover)) as picture:
        audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        still = container.add_stream_from_template(picture.streams.video[0])
        still.disposition = Disposition.attached_pic
        packet = next(packet for packet in picture.demux(video=0) if packet.size)
        packet.stream, packet.pts, packet.dts = still, 0, 0
        container.mux(packet)
        for start in range(0, round(sound_s * SAMPLE_RATE), 1024):
            wave = np.sin(np.arange(start, start + 1024) * (2 * np.pi * 1000 / SAMPLE_RATE)).astype(np.float32) / 4
            block = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
            block.sample_rate, block.pts, block.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
            container.mux(audio.encode(block))
        container.mux(audio.encode(None))
    return path


def test_music_with_a_cover_sounds_and_shows_it(tmp_path: Path, cinema: Callable[[Path], Cinema]) -> None:
    opened = cinema(with_cover(tmp_path / "music.mp4", 2.0))
    picture = opened.shows()
    assert near(corners(picture)[0], rgb_to_yuv(*RED), 12)
    assert opened.reports.size == (64, 32)
    for _ in range(20):
        opened.clock.advance(ns=FRAME_NS)
        opened.source.picture(opened.clock.now_ns())
    wait_for(lambda: opened.loud() > 0.2, what=lambda: "for the sound")
    assert opened.reports.status == "live"


def test_the_stream_that_is_marked_as_default_is_played(tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("ffv1", rate=25) for _ in range(2)]
        for stream, size in zip(streams, ((64, 32), (32, 64)), strict=True):
            stream.width, stream.height = size
            stream.pix_fmt = "yuv420p"
        streams[0].disposition, streams[1].disposition = Disposition(0), Disposition.default
        for stream in streams:
            frame = av.VideoFrame(stream.width, stream.height, "yuv420p")
            frame.pts = 0
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    assert (probe(str(path))["width"], probe(str(path))["height"]) == (32, 64)


# ── when ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sound_that_comes_before_the_picture_is_heard(tmp_path: Path, cinema: Callable[[Path], Cinema]) -> None:
    path = film(tmp_path / "late.mkv", [halves()] * 12, sound_s=2.0, first_s=1.5)
    opened = cinema(path)
    wait_for(lambda: opened.source._sound_waits(), what=lambda: "for sound ahead")
    heard = 0
    for _ in range(30):
        opened.clock.advance(ns=FRAME_NS)
        opened.source.picture(opened.clock.now_ns())
        opened.source.check(opened.clock.now_ns())
        wait_for(lambda: opened.source._sound_waits(), what=lambda: "for sound ahead")
        heard += opened.loud() > 0.2
    assert heard > 25, "it begins at once"
    assert opened.source.picture(opened.clock.now_ns()) is None, "there is none before 1.5 s"
    assert opened.reports.status == "live"
    for _ in range(12):
        opened.clock.advance(ns=FRAME_NS)
        opened.source.picture(opened.clock.now_ns())
    assert near(corners(opened.shows())[0], rgb_to_yuv(*RED), 12)


@pytest.mark.parametrize("name", ["frames.avi", "frames.h264", "frames.mkv", "frames.mp4"])
def test_pictures_come_evenly_whatever_the_container_says_of_their_times(tmp_path: Path, name: str) -> None:
    pictures = [np.full((32, 64, 3), 5 * number, np.uint8) for number in range(50)]
    path = film(tmp_path / name, pictures, options={"crf": "10", "bf": "3", "g": "25", "x264-params": "b-adapt=0"})
    opened = Film(str(path))
    times = []
    try:
        while opened.read() is not None:
            while opened.packets:
                times += [at for at, _, _ in opened.pictures()]
    finally:
        opened.container.close()
    steps = np.diff(times) / NS_PER_MS
    assert len(times) >= 46, "what the decoder holds back is not asked for here"
    assert np.abs(steps - 40).max() < 2, steps
    assert times[0] < 90 * NS_PER_MS


def test_times_never_go_back() -> None:
    class Frame:
        def __init__(self, pts: int | None, dts: int | None) -> None:
            self.pts, self.dts, self.duration = pts, dts, 0

    for stamps in (
        [(None, None)] * 6,
        [(0, 0), (0, 1), (0, 2), (0, 3)],
        [(5, None), (4, None), (6, None)],
        [(10, 1), (20, 2), (None, None), (40, 4)],
        [(1, 2), (4, 3), (3, 4), (5, 5), (2, 6), (8, 7)],
    ):
        times = FrameTimes(40 * NS_PER_MS)
        found = [times.of(Frame(pts, dts), Fraction(1, 25), 0)[0] for pts, dts in stamps]
        assert all(later > earlier for earlier, later in pairwise(found)), (stamps, found)


def test_pictures_that_say_they_last_longer_are_shown_in_time_all_the_same() -> None:
    class Frame:
        dts = None

        def __init__(self, pts: int) -> None:
            self.pts, self.duration = pts, 33

    times = FrameTimes(round(1000 / 60 * NS_PER_MS))
    asked = [0, 17, 33, 50, 67, 83, 100]
    assert [times.of(Frame(at), Fraction(1, 1000), 0)[0] // NS_PER_MS for at in asked] == asked


# ── what its numbers mean ───────────────────────────────────────────────────────────────────────────────────────────


def wide(transfer: int) -> Callable[[Any], None]:
    def setup(stream: Any) -> None:
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace = transfer, 9, 9

    return setup


@pytest.mark.parametrize(("transfer", "white"), [(18, 0.75), (16, 0.58)])
def test_a_hdr_films_white_is_white(tmp_path: Path, cinema: Callable[[Path], Cinema], transfer: int, white: float) -> None:
    path = tmp_path / "hdr.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("ffv1", rate=25)
        video.width, video.height, video.pix_fmt = 64, 32, "yuv420p10le"
        wide(transfer)(video)
        frame = av.VideoFrame(64, 32, "yuv420p10le")
        for plane, value in zip(frame.planes, (64 + 876 * white, 512, 512), strict=True):
            np.frombuffer(plane, np.uint16)[:] = round(value)  # type: ignore[call-overload]
        frame.pts = 0
        container.mux(video.encode(frame))
        container.mux(video.encode(None))
    assert near(pixel(cinema(path).shows(), 20, 10), (232, 128, 128), 4)


def test_fields_are_woven_without_combs(tmp_path: Path, cinema: Callable[[Path], Cinema]) -> None:
    def woven(number: int) -> Rgb:
        rgb = np.full((64, 128, 3), 30, np.uint8)
        for row in range(64):
            begins = 8 + 8 * (2 * number + row % 2)  # each field is half a frame's time apart
            rgb[row, begins : begins + 24] = 230
        return rgb

    options = {"qscale": "2", "flags": "+ildct+ilme", "top": "1"}
    path = tmp_path / "fields.ts"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg2video", rate=25, options=options)
        video.width, video.height, video.pix_fmt, video.bit_rate = 128, 64, "yuv420p", 8_000_000
        for number in range(6):
            frame = av.VideoFrame.from_ndarray(woven(number), format="rgb24").reformat(format="yuv420p")
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    opened = cinema(path)
    opened.shows()
    for _ in range(2):
        opened.clock.advance(ns=FRAME_NS)
        opened.shows()
    luma = opened.shows().y[8:56].astype(int)
    begins = np.array([int(np.argmax(row > 120)) for row in luma])
    assert np.abs(np.diff(begins)).max() <= 3, begins


def test_a_heavy_film_is_decoded_by_several_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_film(tmp_path / "light.mp4", frames=5)
    light = Film(str(path))
    assert light.video.codec_context.thread_count == 1, "threads hold pictures back, one each"
    light.container.close()
    monkeypatch.setattr("studio.sources.film.ONE_THREAD", 1000)
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    heavy = Film(str(path))
    assert heavy.video.codec_context.thread_count == 4
    heavy.container.close()
