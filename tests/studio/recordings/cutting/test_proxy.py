"""A film once more, small: the same pictures at the same times, the same sound, and what it cannot stand for is a sentence."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from studio.errors import DeviceFailed
from studio.recordings.cutting.job import ProxyJob
from studio.recordings.cutting.proxy import make_proxy, smaller
from studio.sources.film import Film
from tests.fakes import make_film


def made(source: Path, folder: Path) -> Path:
    told: list[float] = []
    done = make_proxy(ProxyJob(source=str(source), target=str(folder / "proxy.mp4"), threads=1), told.append)
    assert told == sorted(told)
    assert told[-1] <= 1
    assert (folder / "proxy.mp4").stat().st_size == done.size
    return folder / "proxy.mp4"


def seen(path: Path) -> list[tuple[int, int]]:
    """(ms, brightness) of each picture."""
    with av.open(str(path)) as film:
        return [
            (round(1000 * frame.time), round(float(frame.to_ndarray(format="gray").mean()))) for frame in film.decode(video=0)
        ]


def test_it_shows_the_same_at_the_same_times(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mov", frames=25, sound_s=1.0, size=(320, 180))
    proxy = made(film, tmp_path)
    before, after = seen(film), seen(proxy)
    assert [at for at, _ in after] == [at for at, _ in before]
    assert all(abs(one[1] - other[1]) <= 3 for one, other in zip(before, after, strict=True))


def test_its_sound_is_where_it_was(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mkv", frames=45, sound_s=2.0, hole_s=(0.5, 1.2))
    sound = np.zeros((3 * 48_000, 2), np.float32)
    read = Film(str(made(film, tmp_path)))
    while (blocks := read.read()) is not None:
        for index, samples in blocks:
            index, samples = max(0, index), samples[max(0, -index) :]
            sound[index : index + len(samples)] = samples
    read.container.close()

    def loud(begin_s: float, end_s: float) -> float:
        return float(np.abs(sound[round(begin_s * 48_000) : round(end_s * 48_000)]).mean())

    assert loud(0.1, 0.45) > 0.05
    assert loud(1.3, 1.9) > 0.05
    assert loud(0.6, 1.1) < 0.01


def test_sixty_pictures_a_second_become_thirty(tmp_path: Path) -> None:
    path = tmp_path / "fast.mp4"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=60)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for number in range(60):
            frame = av.VideoFrame(64, 36, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 60)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    assert len(seen(made(path, tmp_path))) == 30


def test_its_last_picture_stands_as_long_as_it_did(tmp_path: Path) -> None:
    path = tmp_path / "slides.mkv"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=25, options={"bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        lengths = {0: 2000, 2000: 2000, 4000: 5000}
        for at in (*lengths, None):
            frame = None if at is None else av.VideoFrame(64, 36, "yuv420p")
            if frame is not None:
                frame.pts, frame.time_base = at, Fraction(1, 1000)
            for packet in stream.encode(frame):
                packet.duration = lengths[packet.pts or 0]
                film.mux(packet)
    with av.open(str(made(path, tmp_path))) as film:
        assert film.duration is not None
        assert abs(film.duration / 1e6 - 9) < 0.1


def test_a_clock_that_jumps_by_a_day_is_no_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Film.read

    def jumping(self: Film) -> object:
        blocks = read(self)
        return blocks and [(index + 86_400 * 48_000 * (index > 24_000), samples) for index, samples in blocks]

    monkeypatch.setattr(Film, "read", jumping)
    with pytest.raises(DeviceFailed, match="to its end"):
        made(make_film(tmp_path / "film.mov", sound_s=1.0), tmp_path)


def test_what_turns_midway_is_kept_as_it_is(tmp_path: Path) -> None:
    wide, high = (make_film(tmp_path / f"{n}.ts", frames=10, size=size) for n, size in enumerate([(64, 36), (36, 64)]))
    both = tmp_path / "both.ts"
    both.write_bytes(wide.read_bytes() + high.read_bytes())
    with pytest.raises(DeviceFailed, match="changes its shape"):
        made(both, tmp_path)


def test_what_cannot_be_read_to_its_end_has_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Film.read

    def broken(self: Film) -> object:
        self.broken = True
        return read(self)

    monkeypatch.setattr(Film, "read", broken)
    with pytest.raises(DeviceFailed, match="to its end"):
        made(make_film(tmp_path / "film.mov"), tmp_path)
    assert not (tmp_path / "proxy.mp4").exists()


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((3840, 2160), (1920, 1080)), ((2160, 3840), (1080, 1920)), ((1920, 1080), (1280, 720)), ((640, 360), (640, 360)),
        ((4096, 1716), (2578, 1080)), ((2, 2), (2, 2)),
    ],
)  # fmt: skip
def test_how_large_it_is(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert smaller(*size) == wanted


def test_sound_alone_needs_none(tmp_path: Path) -> None:
    with pytest.raises(DeviceFailed, match="There is no picture"):
        made(make_film(tmp_path / "sound.wav", frames=0, sound_s=1.0), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["sound.wav"]


def test_what_is_transparent_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "clear.mov"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("qtrle", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "argb"
        for _number in range(5):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((36, 64, 4), 90, np.uint8), "argb")))
        film.mux(stream.encode(None))
    with pytest.raises(DeviceFailed, match="transparent"):
        made(path, tmp_path)
