"""The parts of a recording as one film."""

import subprocess
from pathlib import Path

import pytest

from studio.errors import InvalidValue, NotFound
from studio.recordings.cutting.job import Job
from studio.recordings.cutting.join import join
from studio.recordings.cutting.lossless import cut
from studio.recordings.cutting.probe import facts
from studio.recordings.movie_file import MovieFile, is_whole
from studio.show.film import Chapter
from tests.studio.recordings.cutting.films import chirp, fill, heard, numbered, offset_ms, recorded, shown, silent, units


def part(path: Path, first: int, count: int) -> Path:
    """`count` pictures from number `first` on, with their sound."""
    film = fill(
        MovieFile(path),
        units(count, picture=lambda number: numbered(first + number)),
        lambda at: chirp(at + first * 1600),
    )
    film.close((Chapter(0, f"From {first}"),))
    return path


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    return [part(tmp_path / f"{first}.mp4", first, count) for first, count in ((0, 95), (95, 61), (156, 130))]


def test_all_pictures_and_the_sound_follow_each_other(parts: list[Path], tmp_path: Path) -> None:
    begins = join(parts, tmp_path / "all.mp4")
    assert begins == [0, 3167, 5200]
    seen = shown(tmp_path / "all.mp4")
    assert [number for _, number in seen] == list(range(286))
    assert [at for at, _ in seen] == pytest.approx([1000 * number / 30 for number in range(286)], abs=0.1)
    sound = heard(tmp_path / "all.mp4")
    for at_ms in (500, 2_900, 3_300, 5_000, 5_400, 9_000):
        assert offset_ms(sound, at_ms, at_ms) == pytest.approx(0, abs=12), at_ms
    assert len(sound) / 48 == pytest.approx(286 * 1000 / 30, abs=80)
    assert is_whole(tmp_path / "all.mp4")


def test_ffmpeg_finds_no_fault_in_it(parts: list[Path], tmp_path: Path) -> None:
    join(parts, tmp_path / "all.mp4")
    played = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", tmp_path / "all.mp4", "-f", "null", "-"], capture_output=True, text=True
    )
    assert played.stderr == ""


def chapters(path: Path) -> list[tuple[float, str]]:
    words = ["ffprobe", "-v", "error", "-show_chapters", "-of", "csv=p=0", str(path)]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    return [(float(line.split(",")[3]), line.split(",")[6]) for line in lines]


def test_chapters_of_the_parts_are_kept_or_given_anew(parts: list[Path], tmp_path: Path) -> None:
    join(parts, tmp_path / "all.mp4")
    assert chapters(tmp_path / "all.mp4") == [(0, "From 0"), (3.167, "From 95"), (5.2, "From 156")]
    join(parts, tmp_path / "all.mp4", [Chapter(begins_ms=0, title="All"), Chapter(begins_ms=4000, title="More")])
    assert chapters(tmp_path / "all.mp4") == [(0, "All"), (4, "More")]


def test_the_first_part_may_begin_anywhere(film: Path, tmp_path: Path) -> None:
    cut(Job(source=str(film), target=str(tmp_path / "a.mp4"), begins_ms=5_533, ends_ms=6_000))
    assert join([tmp_path / "a.mp4", film], tmp_path / "all.mp4") == [0, 467]
    assert [number for _, number in shown(tmp_path / "all.mp4")][:20] == [*range(166, 180), *range(6)]
    with pytest.raises(InvalidValue, match="only the first part"):
        join([film, tmp_path / "a.mp4"], tmp_path / "other.mp4")
    assert not (tmp_path / "other.mp4").exists()


def test_films_of_another_make_are_refused(film: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="not encoded like"):
        join([film, silent(tmp_path / "b.mp4")], tmp_path / "all.mp4")
    with pytest.raises(NotFound):
        join([film, tmp_path / "gone.mp4"], tmp_path / "all.mp4")
    with pytest.raises(InvalidValue, match="nothing to join"):
        join([], tmp_path / "all.mp4")
    assert not (tmp_path / "all.mp4").exists()


def test_a_joined_film_is_cut_like_any_other(parts: list[Path], tmp_path: Path) -> None:
    join(parts, tmp_path / "all.mp4")
    cut(Job(source=str(tmp_path / "all.mp4"), target=str(tmp_path / "clip.mp4"), begins_ms=2_900, ends_ms=5_500))
    assert [number for _, number in shown(tmp_path / "clip.mp4")] == list(range(87, 165))
    assert facts(tmp_path / "all.mp4").length_ms == pytest.approx(9533, abs=1)


def test_one_part_alone(film: Path, tmp_path: Path) -> None:
    told: list[float] = []
    assert join([film], tmp_path / "all.mp4", progress=told.append) == [0]
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(shown(tmp_path / "all.mp4")) == 600


def test_without_sound(tmp_path: Path) -> None:
    film = silent(tmp_path / "a.mp4")
    assert join([film, film], tmp_path / "all.mp4") == [0, 2000]
    assert [number for _, number in shown(tmp_path / "all.mp4")] == [*range(60), *range(60)]


def test_parts_that_were_not_ended_well(tmp_path: Path) -> None:
    whole = recorded(tmp_path / "a.mp4", 2)
    crashed = tmp_path / "b.mp4"
    fill(MovieFile(crashed), units(90, keys=lambda number: number % 30 == 0)).abandon()
    begins = join([crashed, whole], tmp_path / "all.mp4")
    assert begins[1] >= 1000
    assert len(shown(tmp_path / "all.mp4")) == round(begins[1] * 0.03) + 60


def test_who_looks_on_may_end_it(parts: list[Path], tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def told(share: float) -> None:
        assert 0 <= share <= 1
        raise Enough

    with pytest.raises(Enough):
        join(parts, tmp_path / "whole.mp4", progress=told)
    assert not list(tmp_path.glob("whole*"))
