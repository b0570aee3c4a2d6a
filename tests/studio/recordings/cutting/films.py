"""Small films whose pictures carry their number and whose sound carries its time."""

from collections.abc import Callable, Iterable
from pathlib import Path

import av
import numpy as np

from studio.clock import NS_PER_S
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE, Encoded, H264Encoder
from studio.media.frames import blank, of_frame
from studio.media.timed_ring import Samples, sample_ns
from studio.recordings.movie_file import MovieFile
from studio.show.film import Chapter

FPS = 30
SIZE = (320, 180)
BITS = 12
BLOCK = 20
BLACK, WHITE = 16, 235


def numbered(number: int, size: tuple[int, int] = SIZE) -> av.VideoFrame:
    """A grey picture with `number` in its upper left corner: twelve squares, the lowest bit first, in two rows."""
    picture = blank(*size, (110, 128, 128))
    for bit in range(BITS):
        y, x = BLOCK * (bit // 6), BLOCK * (bit % 6)
        picture.y[y : y + BLOCK, x : x + BLOCK] = WHITE if number >> bit & 1 else BLACK
    assert picture.frame is not None
    return picture.frame


def number_of(frame: av.VideoFrame) -> int:
    """Which picture it is."""
    luma = of_frame(frame).y
    return sum(1 << bit for bit in range(BITS) if luma[BLOCK * (bit // 6) + BLOCK // 2, BLOCK * (bit % 6) + BLOCK // 2] > 110)


def chirp(at: int, count: int = OPUS_FRAME) -> Samples:
    """Sound that is nowhere like anywhere else: a tone that rises from 300 Hz by 100 Hz each second."""
    seconds = (at + np.arange(count)) / SAMPLE_RATE
    wave = 0.3 * np.sin(2 * np.pi * (300 * seconds + 50 * seconds**2))
    return np.repeat(wave.astype(np.float32)[:, None], 2, axis=1)


def units(
    count: int,
    *,
    keys: Callable[[int], bool] = lambda number: number % 120 == 0,
    picture: Callable[[int], av.VideoFrame] = numbered,
    at_s: Callable[[int], float] = lambda number: number / FPS,
    size: tuple[int, int] = SIZE,
    kbps: int = 1500,
) -> Iterable[Encoded]:
    """`count` pictures as the studio encodes them."""
    encoder = H264Encoder(*size, FPS, kbps=kbps)
    for number in range(count):
        yield from encoder.encode(picture(number), round(at_s(number) * NS_PER_S), key=keys(number))


def fill(film: MovieFile, pictures: Iterable[Encoded], sound: Callable[[int], Samples] | None = chirp) -> MovieFile:
    """Write them, and sound beside them."""
    pictures = list(pictures)
    block = pictures[0].pts_ns * SAMPLE_RATE // OPUS_FRAME // NS_PER_S
    for unit in pictures:
        while sound is not None and sample_ns(block * OPUS_FRAME) < unit.pts_ns + NS_PER_S // 20:
            film.sound(sound(block * OPUS_FRAME), sample_ns(block * OPUS_FRAME))
            block += 1
        film.video(unit)
    return film


def recorded(path: Path, seconds: float, chapters: tuple[Chapter, ...] = (), sound: Callable[[int], Samples] = chirp) -> Path:
    """A film of so many seconds, whole."""
    fill(MovieFile(path), units(round(seconds * FPS)), sound).close(chapters)
    return path


def silent(path: Path, count: int = 60) -> Path:
    """A film without any track of sound."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "crf": "18", "bf": "0"})
        video.width, video.height = SIZE
        video.pix_fmt = "yuv420p"
        for number in range(count):
            frame = numbered(number)
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return path


def shown(path: Path) -> list[tuple[float, int]]:
    """When (ms) which picture is shown, as a player would."""
    with av.open(str(path)) as container:
        return [(1000 * float(frame.time or 0), number_of(frame)) for frame in container.decode(video=0)]


def heard(path: Path) -> Samples:
    """Its sound from its beginning on, left channel, each sample at its place."""
    with av.open(str(path)) as container:
        blocks = [(frame.pts or 0, frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
    line = np.zeros(max(at + len(block) for at, block in blocks), np.float32)
    for at, block in blocks:
        line[max(0, at) : at + len(block)] = block[max(0, -at) :]
    return line


def offset_ms(sound: Samples, at_ms: float, from_ms: float, length_ms: float = 200) -> float:
    """How much later than expected the chirp of film time `from_ms` is heard at `at_ms` of `sound`."""
    reach, count = 4800, round(length_ms * 48)
    wanted = chirp(round(from_ms * 48), count)[:, 0]
    first = round(at_ms * 48)
    around = np.concatenate([np.zeros(reach, np.float32), sound, np.zeros(reach, np.float32)])[first : first + count + 2 * reach]
    return float(np.correlate(around, wanted, "valid").argmax() - reach) / 48
