"""A film as it is written: whole after every end, in the right order and at the right time."""

import os
import shutil
import struct
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.clock import NS_PER_MS, NS_PER_S
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE, Encoded, H264Encoder
from studio.media.frames import blank
from studio.media.timed_ring import sample_index, sample_ns
from studio.recordings import movie_file
from studio.recordings.movie_file import MovieFile, compact, is_whole
from studio.recordings.reserved_file import ROOM, ReservedFile, _shifted
from studio.show.film import Chapter
from tests.fakes import tone

BEGAN_NS = 77 * NS_PER_S


@pytest.fixture(scope="module")
def pictures() -> list[Encoded]:
    """Three seconds, white from the first second on and black again from the second on."""
    encoder, units = H264Encoder(320, 180, 30, kbps=400), []
    black, white = blank(320, 180), blank(320, 180, (235, 128, 128))
    for number in range(90):
        frame = (white if 30 <= number < 60 else black).frame
        assert frame is not None
        units += encoder.encode(frame, BEGAN_NS + number * NS_PER_S // 30, key=number % 30 == 0)
    return units


def written(path: Path, pictures: list[Encoded], seconds: float = 3.0, *, hole: range = range(0)) -> MovieFile:
    """A film with a beep in its second second. Sound comes a little before its picture, as it does."""
    film = MovieFile(path)
    block = 0
    for unit in pictures:
        if unit.pts_ns - BEGAN_NS >= seconds * NS_PER_S:
            break
        while sample_ns(block * OPUS_FRAME) < unit.pts_ns + NS_PER_S // 20:
            at = block * OPUS_FRAME
            beeps = NS_PER_S <= sample_ns(at) - BEGAN_NS < 2 * NS_PER_S
            if sample_ns(at) >= BEGAN_NS - NS_PER_S // 2 and block - 77 * 100 not in hole:
                film.sound(tone(OPUS_FRAME, start=at) if beeps else np.zeros((OPUS_FRAME, 2), np.float32), sample_ns(at))
            block += 1
        film.video(unit)
    return film


def boxes(path: Path) -> list[str]:
    data, found, at = path.read_bytes(), [], 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        found.append(kind.decode())
        at += size
    return found


def looked_at(path: Path) -> tuple[list[float], list[float], dict[str, Any]]:
    """When its pictures are white and when it sounds (seconds), and what FFmpeg says of it."""
    loud: list[float] = []
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        white = [float(frame.time or 0) for frame in frames if frame.to_ndarray(format="gray").mean() > 128]
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            samples = np.abs(frame.to_ndarray()[0])
            start = float(frame.time or 0)
            loud += [start + int(at) / SAMPLE_RATE for at in np.flatnonzero(samples > 0.1)]
    with av.open(str(path)) as container:
        chapters = [(one["metadata"]["title"], float(one["start"] * (one["time_base"] or 0))) for one in container.chapters()]
        told = {"chapters": chapters, "length": (container.duration or 0) / 1e6}
    return white, loud, told


@pytest.mark.parametrize("small", [0, movie_file.SMALL])
def test_picture_and_sound_are_where_they_were(
    tmp_path: Path, pictures: list[Encoded], monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(movie_file, "SMALL", small)
    path = tmp_path / "a.mp4"
    film = written(path, pictures)
    chapters = (Chapter(0, "Velkommen"), Chapter(1000, "Rose <Oil>"))
    assert film.length_ms == pytest.approx(2967, abs=2)
    film.close(chapters)
    assert is_whole(path)
    kinds = boxes(path)
    assert kinds[:2] == ["ftyp", "moov"], "the index is in front"
    assert kinds.count("moov") == 1
    assert "moof" not in kinds
    white, loud, told = looked_at(path)
    assert [white[0], white[-1]] == pytest.approx([1.0, 1.967], abs=0.001)
    assert loud[0] == pytest.approx(1.0, abs=0.02)
    assert loud[-1] == pytest.approx(2.0, abs=0.02)
    assert told["chapters"] == [("Velkommen", 0), ("Rose <Oil>", 1)]
    assert told["length"] == pytest.approx(3.0, abs=0.06)
    assert list(tmp_path.iterdir()) == [path]


def test_ffmpeg_finds_no_fault_in_it(tmp_path: Path, pictures: list[Encoded], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movie_file, "SMALL", 0)
    path = tmp_path / "a.mp4"
    written(path, pictures).close()
    probe = "stream=codec_name,profile,pix_fmt,start_time"
    got = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", probe, "-of", "compact=nk=1:p=0", path], capture_output=True, text=True
    )
    assert got.stderr == ""
    assert sorted(got.stdout.splitlines()) == ["aac|LC|0.000000", "h264|Constrained Baseline|yuv420p|0.000000"]
    decoded = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "null", "-"], capture_output=True, text=True)
    assert decoded.stderr == ""


def test_what_a_crash_leaves_plays_and_is_made_whole(tmp_path: Path, pictures: list[Encoded]) -> None:
    path = tmp_path / "a.mp4"
    film = written(path, pictures)
    crashed = tmp_path / "b.mp4"
    shutil.copy(path, crashed)  # as it is on the disk at this moment
    film.abandon()
    assert not is_whole(crashed)
    plays = subprocess.run(["ffmpeg", "-v", "error", "-i", crashed, "-f", "null", "-"], capture_output=True)
    assert plays.returncode == 0
    compact(crashed, [Chapter(0, "Hello"), Chapter(500, "Found")])
    assert is_whole(crashed)
    assert boxes(crashed)[:2] == ["ftyp", "moov"]
    white, loud, told = looked_at(crashed)
    assert white[0] == pytest.approx(1.0, abs=0.001)
    assert loud[0] == pytest.approx(1.0, abs=0.02)
    assert told["chapters"] == [("Hello", 0), ("Found", 0.5)]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.63, 0.77, 0.9, 0.99])
def test_however_much_of_it_is_there_it_opens(tmp_path: Path, pictures: list[Encoded], share: float) -> None:
    path = tmp_path / "a.mp4"
    film = written(path, pictures)
    film.abandon()
    data = path.stat().st_size - ROOM
    os.truncate(path, ROOM + round(data * share))
    try:
        compact(path)
    except (av.FFmpegError, ValueError):
        assert share < 0.5, "before the first second is on the disk there is nothing"
        return
    assert looked_at(path)[2]["length"] > 0.9


def test_missing_sound_is_silence_and_what_comes_after_is_in_time(tmp_path: Path, pictures: list[Encoded]) -> None:
    path = tmp_path / "a.mp4"
    written(path, pictures, hole=range(20, 70)).close()
    _, loud, _ = looked_at(path)
    assert loud[0] == pytest.approx(1.0, abs=0.02)


def test_a_long_pause_is_silence_that_takes_no_memory(tmp_path: Path, pictures: list[Encoded]) -> None:
    path, pause_s = tmp_path / "a.mp4", 900
    film = written(path, pictures)
    film.sound(tone(OPUS_FRAME), BEGAN_NS + pause_s * NS_PER_S)
    film.video(Encoded(pictures[0].payload, BEGAN_NS + pause_s * NS_PER_S, key=True))
    film.close()
    with av.open(str(path)) as container:
        assert (container.duration or 0) / 1e6 == pytest.approx(pause_s, abs=0.2)


def test_without_a_picture_there_is_no_film(tmp_path: Path) -> None:
    film = MovieFile(tmp_path / "a.mp4")
    film.sound(np.zeros((OPUS_FRAME, 2), np.float32), 0)
    film.close()
    assert list(tmp_path.iterdir()) == []


def test_a_film_is_never_written_over_another(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("mine")
    with pytest.raises(FileExistsError):
        MovieFile(tmp_path / "a.mp4")
    assert (tmp_path / "a.mp4").read_text() == "mine"


@pytest.mark.parametrize("room", [600, 9000])
def test_an_index_without_room_stays_behind(
    tmp_path: Path, pictures: list[Encoded], monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(movie_file, "SMALL", 0)
    monkeypatch.setattr(movie_file, "ReservedFile", lambda path: ReservedFile(path, room))
    path = tmp_path / "a.mp4"
    written(path, pictures).close()
    assert boxes(path)[-1] == ("moov" if room == 600 else "mdat")
    white, loud, _ = looked_at(path)
    assert white[0] == pytest.approx(1.0, abs=0.001)
    assert loud[0] == pytest.approx(1.0, abs=0.02)


def test_offsets_beyond_four_gigabytes_get_room() -> None:
    stco = struct.pack(">I4sII2I", 24, b"stco", 0, 2, 100, 0xFFFFFF00)
    moov = struct.pack(">I4s", 8 + 8 + len(stco), b"moov") + struct.pack(">I4s", 8 + len(stco), b"stbl") + stco
    near, far = _shifted(moov, 0x10), _shifted(moov, 0x1000)
    assert near[-8:] == struct.pack(">2I", 0x74, 0xFFFFFF10)
    assert far == struct.pack(">I4sI4sI4sII2Q", 48, b"moov", 40, b"stbl", 32, b"co64", 0, 2, 0x1064, 0x100000F00)


def test_after_half_an_hour_sound_and_picture_are_still_together(tmp_path: Path) -> None:
    """A flash and a beep a minute, on the clocks of programme and mixer: no drift, no rounding that adds up."""
    encoder = H264Encoder(32, 32, 10, kbps=100, preset="ultrafast")
    dark, bright = (blank(32, 32, (luma, 128, 128)).frame for luma in (16, 235))
    assert dark is not None
    assert bright is not None
    unlit, lit = (encoder.encode(frame, number * NS_PER_S, key=True)[0].payload for number, frame in enumerate((dark, bright)))
    film = MovieFile(tmp_path / "a.mp4")
    begin_ns, frame_ns = 123_456_789_012_345, NS_PER_S // 10
    index = sample_index(begin_ns)
    quiet = np.zeros((SAMPLE_RATE // 10, 2), np.float32)
    for number in range(30 * 60 * 10):
        at_ns = begin_ns + number * frame_ns
        flash = number % 600 == 5
        film.video(Encoded(lit if flash else unlit, at_ns, True))
        film.sound(tone(len(quiet)) if flash else quiet, sample_ns(index + number * len(quiet)))
    film.close()
    white, loud, _ = looked_at(film.path)
    assert white == [pytest.approx(60 * minute + 0.5, abs=0.002) for minute in range(30)]
    beeps = [at for before, at in pairwise([-1.0, *loud]) if at - before > 1]
    lags = [1000 * (beep - flash) for beep, flash in zip(beeps, white, strict=True)]
    assert max(map(abs, lags)) < 20
    assert abs(lags[-1] - lags[0]) < 2


@given(steps=st.lists(st.integers(-40, 2000), min_size=2, max_size=40))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_the_pictures_come_the_film_plays(tmp_path: Path, pictures: list[Encoded], steps: list[int]) -> None:
    """Late, early, in bursts, after a long hole, or by a clock that goes back."""
    path = tmp_path / "a.mp4"
    path.unlink(missing_ok=True)
    film = MovieFile(path)
    at_ns, placed = NS_PER_S, []
    for number, step in enumerate(steps):
        film.video(Encoded(pictures[0].payload, at_ns, True))
        film.sound(tone(480, start=number * 480), at_ns)
        placed.append(at_ns - NS_PER_S)
        at_ns += step * NS_PER_MS
    film.close()
    with av.open(str(path)) as opened:
        shown = [round(float(frame.time or 0) * 1000) for frame in opened.decode(video=0)]
    assert len(shown) == len(steps)
    assert shown == sorted(shown)
    if all(step > 0 for step in steps):
        assert shown == [pytest.approx(at / NS_PER_MS, abs=2) for at in placed]
