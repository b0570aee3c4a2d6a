"""Clips that are encoded anew: the right pictures and sounds, in the right shape, with the words on them."""

import errno
import json
import subprocess
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest

from studio.errors import InvalidValue
from studio.media.frames import Picture, blank, of_frame
from studio.recordings.cutting.encode import KEYFRAME_S, cut, rate_of
from studio.recordings.cutting.job import Done, EndCard, Job, LowerThird, size_of
from studio.recordings.movie_file import MovieFile, is_whole
from studio.show.film import Chapter
from tests.studio.recordings.cutting.films import chirp, fill, heard, number_of, numbered, offset_ms, shown, silent, units

pytestmark = pytest.mark.usefixtures("gui")
LOWER = LowerThird(title="Rosenolie", line="249 kr.")
CARD = EndCard(title="Rosenolie", line="249 kr.", brand="Matilde", seconds=1)


def job(source: Path, target: Path, begins_ms: int = 5_533, ends_ms: int = 7_533, **more: Any) -> Job:
    return Job(source=str(source), target=str(target), begins_ms=begins_ms, ends_ms=ends_ms, follow=False, **more)


def pictures(path: Path) -> list[Picture]:
    with av.open(str(path)) as container:
        return [of_frame(frame) for frame in container.decode(video=0)]


def coloured(path: Path, draw: Callable[[int, Picture], None], count: int = 60, size: tuple[int, int] = (640, 360)) -> Path:
    def one(number: int) -> av.VideoFrame:
        picture = blank(*size, (110, 128, 128))
        draw(number, picture)
        assert picture.frame is not None
        return picture.frame

    fill(MovieFile(path), units(count, picture=one, size=size, kbps=3000)).close()
    return path


def test_it_begins_and_ends_with_the_right_picture_and_sound(film: Path, tmp_path: Path) -> None:
    done = cut(job(film, tmp_path / "a.mp4", short_side=180, lower_third=LOWER))
    seen = shown(tmp_path / "a.mp4")
    assert [number for _, number in seen] == list(range(166, 226))
    assert [at for at, _ in seen] == pytest.approx([1000 * number / 30 for number in range(60)], abs=0.1)
    sound = heard(tmp_path / "a.mp4")
    assert offset_ms(sound, 100, 5_633.3) == pytest.approx(0, abs=2)
    assert offset_ms(sound, 1_700, 7_233.3) == pytest.approx(0, abs=2)
    assert len(sound) / 48 == pytest.approx(2000, abs=25)
    assert done == Done(length_ms=2000, size=(tmp_path / "a.mp4").stat().st_size, width=320, height=180)


def test_ffprobe_finds_what_every_player_takes(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.mp4"
    chapters = [Chapter(begins_ms=0, title="Æ"), Chapter(begins_ms=4000, title="B")]
    cut(job(film, target, 1000, 9000, aspect="9:16", short_side=360, chapters=chapters))
    words = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-show_chapters", "-of", "json", str(target)]
    told = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    video, audio = (next(one for one in told["streams"] if one["codec_type"] == kind) for kind in ("video", "audio"))
    assert (video["codec_name"], video["profile"], video["pix_fmt"]) == ("h264", "High", "yuv420p")
    assert (video["width"], video["height"], video["r_frame_rate"], video["start_time"]) == (360, 640, "30/1", "0.000000")
    assert (video["color_space"], video["color_range"]) == ("bt709", "tv")
    assert (audio["codec_name"], audio["channels"], audio["start_time"]) == ("aac", 2, "0.000000")
    assert [one["tags"]["title"] for one in told["chapters"]] == ["Æ", "B"]
    assert float(told["format"]["duration"]) == pytest.approx(8, abs=0.03)
    assert is_whole(target)
    with av.open(str(target)) as container:
        keys = [float(one.pts * one.time_base) for one in container.demux(video=0) if one.is_keyframe and one.pts is not None]
    assert np.diff(keys).max() <= KEYFRAME_S + 0.01
    assert subprocess.run(["ffmpeg", "-v", "error", "-i", target, "-f", "null", "-"], capture_output=True).stderr == b""


@pytest.mark.parametrize(
    ("aspect", "short_side", "size"),
    [
        ("source", 0, (1920, 1080)),
        ("source", 720, (1280, 720)),
        ("9:16", 0, (608, 1080)),
        ("9:16", 720, (720, 1280)),
        ("9:16", 1080, (1080, 1920)),
        ("1:1", 0, (1080, 1080)),
        ("4:5", 1080, (1080, 1350)),
        ("16:9", 360, (640, 360)),
    ],
)
def test_sizes(aspect: Any, short_side: int, size: tuple[int, int]) -> None:
    wanted = job(Path("a"), Path("b"), aspect=aspect, short_side=short_side)
    assert size_of(wanted, 1920, 1080) == size
    assert size_of(job(Path("a"), Path("b"), aspect="16:9", short_side=0), 1080, 1920) == (1080, 608)


def test_the_focus_says_what_is_kept(tmp_path: Path) -> None:
    def stripes(_: int, picture: Picture) -> None:
        picture.y[:, :213], picture.y[:, 213:427], picture.y[:, 427:] = 50, 120, 200

    path = coloured(tmp_path / "film.mp4", stripes, 10)
    for focus, luma in ((0.0, 50), (0.5, 120), (1.0, 200)):
        cut(job(path, tmp_path / "a.mp4", 0, 300, aspect="9:16", short_side=180, focus_x=focus))
        middle = pictures(tmp_path / "a.mp4")[-1]
        assert (middle.width, middle.height) == (180, 320)
        assert middle.y.mean() == pytest.approx(luma, abs=8)


def test_the_subject_is_followed(tmp_path: Path) -> None:
    def square(number: int, picture: Picture) -> None:
        x = 40 if number < 60 else 500
        picture.y[100 + number % 8 * 10 : 200 + number % 8 * 10, x : x + 90] = 230
        if number >= 60:
            picture.u[:] = 90
            picture.y[:60] = 30

    path = coloured(tmp_path / "film.mp4", square, 120)
    cut(msgspec.structs.replace(job(path, tmp_path / "a.mp4", 0, 4000, aspect="9:16", short_side=180), follow=True))
    seen = pictures(tmp_path / "a.mp4")
    for number in (20, 55, 62, 110):
        assert (seen[number].y > 200).mean() > 0.05, f"the square is in picture {number}"


def test_the_lower_third_comes_and_goes_at_its_place_in_the_brands_colour(tmp_path: Path) -> None:
    path = coloured(tmp_path / "film.mp4", lambda number, picture: None, 300)
    cut(job(path, tmp_path / "a.mp4", 0, 10_000, aspect="9:16", short_side=360, lower_third=LOWER, accent="#ff0000"))
    seen = pictures(tmp_path / "a.mp4")
    plain, words = seen[3], seen[90]
    changed = np.abs(words.y.astype(int) - plain.y) > 12
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert columns[0] == pytest.approx(18, abs=3)
    assert columns[-1] < 360 - 18
    assert rows[-1] < 0.78 * 640, "above what players lay over the lower part"
    assert rows[0] > 0.6 * 640
    assert (words.y[rows[0] : rows[-1], columns[0] : columns[-1]] > 200).any(), "white letters"
    assert words.v[rows[0] // 2 + 4, columns[0] // 2 + 1] > 155, "the edge is red"
    assert np.abs(seen[240].y.astype(int) - plain.y).max() < 12, "it is gone again"


def test_the_end_card_follows_with_silence(film: Path, tmp_path: Path) -> None:
    done = cut(job(film, tmp_path / "a.mp4", end_card=CARD, short_side=180))
    assert done.length_ms == 3000
    with av.open(str(tmp_path / "a.mp4")) as container:
        frames = list(container.decode(video=0))
    assert [number_of(frame) for frame in frames[:60]] == list(range(166, 226))
    assert len(frames) == 90
    card = of_frame(frames[-1])
    assert (card.y > 190).sum() > 50, "white letters"
    assert np.median(card.y) < 70, "on a dark ground"
    assert frames[75].to_ndarray()[:180].mean() == pytest.approx(card.y.mean(), abs=6), "it stands"
    sound = heard(tmp_path / "a.mp4")
    assert offset_ms(sound, 1000, 6_533.3) == pytest.approx(0, abs=2)
    loud = [float(np.abs(sound[48 * at : 48 * at + 2400]).max()) for at in (1500, 1800, 1940, 2100, 2800)]
    assert loud[0] > 0.25
    assert loud[0] > loud[1] > loud[2] > loud[3]
    assert max(loud[3:]) < 0.01
    assert len(sound) / 48 == pytest.approx(3000, abs=25)


def test_pictures_at_unequal_distances_become_equal(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    fill(MovieFile(path), units(60, at_s=lambda number: number / 30 + (2 if number >= 30 else 0))).close()
    cut(job(path, tmp_path / "a.mp4", 500, 3_500, short_side=180, lower_third=LOWER))
    seen = shown(tmp_path / "a.mp4")
    assert [at for at, _ in seen] == pytest.approx([1000 * number / 30 for number in range(len(seen))], abs=0.1)
    assert [number for _, number in seen] == [*range(15, 30), *[29] * 60, *range(30, 45)]
    assert offset_ms(heard(tmp_path / "a.mp4"), 2_000, 2_500) == pytest.approx(0, abs=2)


def test_a_film_that_changes_its_size_in_the_middle(tmp_path: Path) -> None:
    film = MovieFile(tmp_path / "film.mp4")
    fill(film, units(30), None)
    large = {"picture": lambda number: numbered(30 + number, (640, 360)), "at_s": lambda number: 1 + number / 30}
    fill(film, units(30, size=(640, 360), **large), None)  # type: ignore[arg-type]
    film.close()
    done = cut(job(tmp_path / "film.mp4", tmp_path / "a.mp4", 0, 2000, aspect="9:16", short_side=180))
    assert (done.width, done.height) == (180, 320)
    seen = pictures(tmp_path / "a.mp4")
    assert len(seen) == 60
    assert {(picture.width, picture.height) for picture in seen} == {(180, 320)}


def test_without_sound(tmp_path: Path) -> None:
    cut(job(silent(tmp_path / "film.mp4"), tmp_path / "a.mp4", 500, 1500, short_side=180, end_card=CARD))
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert not container.streams.audio
        assert sum(1 for _ in container.decode(video=0)) == 60


def test_the_same_whatever_it_may_take_of_the_machine(film: Path, tmp_path: Path) -> None:
    for threads in (1, 3):
        cut(job(film, tmp_path / f"{threads}.mp4", short_side=180, threads=threads))
        assert [number for _, number in shown(tmp_path / f"{threads}.mp4")] == list(range(166, 226))


def test_from_a_film_that_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "show.mp4"
    writing = fill(MovieFile(path), units(450, keys=lambda number: number % 60 == 0))
    cut(job(path, tmp_path / "a.mp4", 5_000, 7_000, short_side=180))
    writing.close()
    assert [number for _, number in shown(tmp_path / "a.mp4")] == list(range(150, 210))


def test_progress_is_told_and_never_goes_back(film: Path, tmp_path: Path) -> None:
    told: list[float] = []
    cut(Job(source=str(film), target=str(tmp_path / "a.mp4"), begins_ms=1000, ends_ms=4000, aspect="9:16"), told.append)
    assert told == sorted(told)
    assert told[-1] > 0.95


def test_outside_of_the_film_nothing_is_made(film: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="outside of the film"):
        cut(job(film, tmp_path / "a.mp4", 30_000, 40_000, short_side=180))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (Fraction(108_000_000, 3_599_999), Fraction(30)),
        (Fraction(25), Fraction(25)),
        (Fraction(30000, 1001), Fraction(30000, 1001)),
        (Fraction(17), Fraction(30)),
        (Fraction(240), Fraction(30)),
        (Fraction(5994, 100), Fraction(60)),
    ],
)
def test_the_rate_is_the_films_when_it_is_a_usual_one(fps: Fraction, rate: Fraction) -> None:
    assert rate_of(fps) == rate


def test_a_chirp_is_unlike_any_other() -> None:
    assert offset_ms(chirp(48_000, 48_000)[:, 0], 500, 1500) == 0


def test_who_reads_ahead_is_done_when_the_disk_is_full(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The film is closed then: whoever still read it would bring the process down."""
    asked: list[float] = []

    def full(share: float) -> None:
        asked.append(share)
        if len(asked) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space") as caught:
        cut(job(film, tmp_path / "a.mp4", short_side=180, threads=2), full)
    assert caught.value.errno == errno.ENOSPC, "its traceback still holds all that was open"
    assert not [thread for thread in threading.enumerate() if thread.name == "pictures-ahead"]
