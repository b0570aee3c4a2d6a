"""Where the picture changes at once, and not where somebody only moves."""

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.frames import blank
from studio.recordings.cutting.probe import index_of
from studio.recordings.cutting.scenes import cuts, likely, outstanding
from studio.recordings.cutting.source import opened
from studio.recordings.movie_file import MovieFile
from tests.studio.recordings.cutting.films import fill, units

CUTS = (70, 100)
BIG = (640, 360)


def scene(number: int) -> av.VideoFrame:
    """Three scenes with texture; a bright square goes through the second one, and the third gets slowly brighter."""
    which = sum(number >= cut for cut in CUTS)
    picture = blank(*BIG)
    dice = np.random.default_rng(which)
    coarse = dice.integers(40, 160, (45, 80), np.uint8)
    picture.y[:] = np.kron(coarse, np.ones((8, 8), np.uint8))
    if which == 1:
        picture.y[100:200, 5 * (number - 70) : 5 * (number - 70) + 100] = 230
    elif which == 2:
        picture.y[:] += np.uint8(min(80, number - 100))
    assert picture.frame is not None
    return picture.frame


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "a.mp4"
    fill(MovieFile(path), units(180, keys=lambda number: number in (0, 40), picture=scene, size=BIG, kbps=4000)).close()
    return path


def test_each_new_scene_is_found_to_the_picture(film: Path) -> None:
    assert cuts(film, 0, 6000) == [round(1000 * cut / 30) for cut in CUTS]


def test_only_what_lies_in_the_span(film: Path) -> None:
    assert cuts(film, 2400, 3334) == [3333]
    assert cuts(film, 2334, 3333) == []


def test_the_index_alone_knows_those_that_end_a_quiet_scene(film: Path) -> None:
    with opened(film) as source:
        index = index_of(source)
    assert likely(index, 0, 6000) == [2333]
    assert likely(index, 2400, 3000) == []


def test_another_size_is_another_scene(tmp_path: Path) -> None:
    film = MovieFile(tmp_path / "a.mp4")
    fill(film, units(30, picture=lambda number: blank(320, 180).frame, size=(320, 180)), None)  # type: ignore[arg-type, return-value]
    later = units(30, picture=lambda number: blank(160, 90).frame, size=(160, 90), at_s=lambda number: 1 + number / 30)  # type: ignore[arg-type, return-value]
    fill(film, later, None)
    film.close()
    assert cuts(tmp_path / "a.mp4", 0, 2000) == [1000]


@given(st.lists(st.floats(0, 255), max_size=60))
def test_whatever_changes_cuts_are_changes(changed: list[float]) -> None:
    found = outstanding(np.array(changed))
    assert found == sorted(set(found))
    assert all(changed[number] >= 12 for number in found)
