"""Pictures of a film: the one that is shown at a moment, and no other."""

from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from studio.errors import NotFound
from studio.recordings.cutting import pictures
from studio.recordings.cutting.pictures import picture, strip
from studio.recordings.movie_file import MovieFile
from tests.studio.recordings.cutting.films import fill, number_of, units

Bgr = npt.NDArray[np.uint8]


def decoded(data: bytes) -> Bgr:
    """A JPEG's pixels."""
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert found is not None
    return found.astype(np.uint8, copy=False)


def read(data: bytes) -> int:
    """The number in a JPEG of the film's own size."""
    return number_of(av.VideoFrame.from_ndarray(decoded(data), format="bgr24").reformat(format="yuv420p"))


@pytest.mark.parametrize(
    ("at_ms", "number"), [(0, 0), (33, 1), (34, 1), (32, 0), (3999, 120), (4000, 120), (9_500, 285), (19_999, 599), (30_000, 599)]
)
def test_the_picture_that_is_shown_then(film: Path, at_ms: int, number: int) -> None:
    assert read(picture(film, at_ms, 180)) == number


def test_it_is_as_high_as_wanted_and_never_larger_than_the_film(film: Path) -> None:
    small, large = decoded(picture(film, 0, 90)), decoded(picture(film, 0, 2000))
    assert (small.shape, large.shape) == ((90, 160, 3), (180, 320, 3))


def test_a_strip_shows_the_middle_of_each_part(film: Path) -> None:
    assert [read(one) for one in strip(film, 1000, 3000, count=4, height=180)] == [37, 52, 67, 82]


def test_a_long_strip_is_made_of_keyframes(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "EVERY_MAX_MS", 10_000)
    assert [read(one) for one in strip(film, 0, 20_000, count=10, height=180)] == [0, 0, 120, 120, 240, 240, 360, 360, 480, 480]


def test_a_strip_of_nothing_is_empty(film: Path) -> None:
    assert strip(film, 3000, 3000, count=4, height=90) == strip(film, 0, 1000, count=0, height=90) == []


def test_a_film_that_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    writing = fill(MovieFile(path), units(300, keys=lambda number: number % 45 == 0))
    assert read(picture(path, 7_000, 180)) == 210
    assert read(picture(path, 2_000, 180)) == 60
    assert len(strip(path, 0, 9_000, count=5, height=60)) == 5
    writing.close()


def test_a_film_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        picture(tmp_path / "a.mp4", 0, 100)
