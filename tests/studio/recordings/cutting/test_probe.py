"""What is known of a film, also of one that is being written, and of files that are none."""

from pathlib import Path

import pytest

from studio.errors import InvalidValue, NotFound
from studio.recordings.cutting.probe import Facts, facts
from studio.recordings.movie_file import MovieFile
from tests.studio.recordings.cutting.films import fill, recorded, silent, units


def test_a_whole_film(film: Path) -> None:
    assert facts(film) == Facts(
        length_ms=20_000, width=320, height=180, fps=30.0, sound=True, keyframes_ms=(0, 4000, 8000, 12_000, 16_000)
    )


def test_a_film_that_is_being_written_grows(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    writing = MovieFile(path)
    pictures = list(units(450, keys=lambda number: number % 45 == 0))
    fill(writing, pictures[:200])
    before = facts(path)
    fill(writing, pictures[200:])
    after = facts(path)
    writing.close()
    assert 4000 <= before.length_ms <= 6700
    assert 12_000 <= after.length_ms <= 15_000
    assert before.keyframes_ms[:3] == (0, 1500, 3000)
    assert (before.fps, before.sound, before.width) == (30.0, True, 320)
    assert facts(path).length_ms == 15_000


def test_a_film_without_sound(tmp_path: Path) -> None:
    assert not facts(silent(tmp_path / "a.mp4")).sound


def test_pictures_that_are_not_at_equal_distances(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    fill(MovieFile(path), units(60, at_s=lambda number: number / 30 + (5 if number >= 30 else 0)), None).close()
    assert facts(path).length_ms == pytest.approx(6990, abs=120)


def test_what_is_no_film_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"gone\.mp4"):
        facts(tmp_path / "gone.mp4")
    (tmp_path / "a.mp4").write_bytes(bytes(5000))
    with pytest.raises(InvalidValue, match=r"a\.mp4 is not a film"):
        facts(tmp_path / "a.mp4")
    with pytest.raises(InvalidValue, match="is not a film"):
        facts(tmp_path)
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(InvalidValue, match="is not a film"):
        facts(tmp_path / "empty.mp4")


def test_a_film_of_which_only_the_beginning_is_there(tmp_path: Path, film: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    assert facts(tmp_path / "a.mp4").length_ms == 20_000  # its index stands in front, and promises more than there is
    path = recorded(tmp_path / "b.mp4", 1)
    assert facts(path).keyframes_ms == (0,)
