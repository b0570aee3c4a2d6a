"""Where a narrower frame goes: calm, never out of the picture, and with the subject in it."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.recordings.cutting.faces import Face
from studio.recordings.cutting.frame_scan import PARTS, chosen, moved
from studio.recordings.cutting.framing import HEAD, SPEED_MAX, Path, Seen, follow, still

FRAME = 0.3164
"""Of 9:16 in 16:9."""
shares = st.floats(0, 1)
samples = st.lists(
    st.tuples(st.none() | shares, st.floats(0, 0.4), st.lists(st.floats(0, 100), min_size=4, max_size=4)), max_size=40
)


def line(*faces: float | None, size: float = 0.1) -> list[Seen]:
    """Four a second."""
    return [Seen(250.0 * number, face, size) for number, face in enumerate(faces)]


def along(path: Path, until_ms: int, step_ms: int = 40) -> np.ndarray:
    return np.array([path.at(at) for at in range(0, until_ms, step_ms)])


def heat(middle: float, width: int = 1) -> tuple[float, ...]:
    at = round(middle * PARTS)
    return tuple(100.0 * (abs(part - at) <= width) for part in range(PARTS))


def test_who_stands_gets_a_frame_that_stands() -> None:
    dice = np.random.default_rng(1)
    nods = [0.55 + float(by) for by in dice.normal(0, 0.015, 60)]
    assert np.ptp(along(follow(line(*nods), [], FRAME), 15_000)) == 0
    assert follow(line(*nods), [], FRAME).at(5_000) == pytest.approx(0.55, abs=0.02)


def test_who_walks_is_followed_evenly_and_stays_in_the_frame() -> None:
    walk = [0.25] * 12 + [0.25 + 0.04 * step for step in range(13)] + [0.75] * 16
    path = follow(line(*walk), [], FRAME)
    middles = along(path, 10_000)
    faces = np.interp(np.arange(0, 10_000, 40), np.arange(len(walk)) * 250, walk)
    assert np.abs(middles - faces).max() < FRAME / 2
    assert np.abs(np.diff(middles)).max() <= SPEED_MAX * 0.04 + 1e-9
    assert np.all(np.diff(middles) >= -1e-9), "it never turns back"
    assert middles[-1] == pytest.approx(0.75, abs=0.1)


def test_at_a_new_scene_it_jumps_and_not_before() -> None:
    path = follow(line(*[0.3] * 8, *[0.7] * 8), [2000.0], FRAME)
    assert path.at(1999) == pytest.approx(0.3)
    assert path.at(2000) == pytest.approx(0.7)


def test_a_scene_ends_where_the_next_one_begins() -> None:
    """Its steps of 40 ms once went on behind the cut, and the moments of the path were out of order."""
    seen = [Seen(250.0 * number, None, 0.0, (1, 0, 0, 0) if number <= 8 else (0, 0, 0, 1)) for number in range(20)]
    path = follow(seen, [3751.0], 0.25)
    assert list(path.at_ms) == sorted(path.at_ms)


def test_without_a_new_scene_it_does_not_jump() -> None:
    path = follow(line(*[0.3] * 8, *[0.7] * 8), [], FRAME)
    assert np.abs(np.diff(along(path, 4000))).max() <= SPEED_MAX * 0.04 + 1e-9


def test_one_wrong_face_moves_nothing() -> None:
    faces = [0.3] * 20
    faces[9] = 0.9
    middles = along(follow(line(*faces), [], FRAME), 5000)
    assert np.ptp(middles) < 0.02


def test_a_product_held_up_comes_into_the_frame_and_the_face_stays() -> None:
    seen = [Seen(250.0 * number, 0.5, 0.11, heat(0.64)) for number in range(20)]
    middle = follow(seen, [], FRAME).at(1000)
    assert middle + FRAME / 2 > 0.68
    assert middle - FRAME / 2 < 0.5 - HEAD * 0.11


def test_a_card_at_the_other_side_is_left_out() -> None:
    seen = [Seen(250.0 * number, 0.3, 0.11, heat(0.9)) for number in range(20)]
    assert follow(seen, [], FRAME).at(1000) == pytest.approx(0.3, abs=0.001)


def test_without_a_face_what_moves_is_followed() -> None:
    seen = [Seen(250.0 * number, moved=heat(0.7)) for number in range(20)]
    assert follow(seen, [], FRAME).at(1000) == pytest.approx(0.7, abs=0.03)


def test_without_anything_it_stands_where_it_was_told() -> None:
    assert follow([], [], FRAME, 0.4).at(3000) == 0.4
    assert follow(line(None, None, None), [], FRAME, 0.4).at(3000) == 0.4
    assert still(0.0, FRAME).at(0) == FRAME / 2
    assert still(0.3, 1.0).at(0) == 0.5


@given(samples, st.lists(st.floats(0, 10_000), max_size=4).map(sorted), st.floats(0.05, 1), shares)
def test_whatever_is_seen_the_frame_stays_in_the_picture_and_goes_slowly(
    found: list[tuple[float | None, float, list[float]]], cuts: list[float], frame: float, default: float
) -> None:
    seen = [Seen(250.0 * number, face, size, tuple(parts)) for number, (face, size, parts) in enumerate(found)]
    path = follow(seen, cuts, frame, default)
    at = np.arange(0, 11_000, 40)
    middles = np.array([path.at(float(ms)) for ms in at])
    assert middles.min() >= frame / 2 - 1e-9
    assert middles.max() <= 1 - frame / 2 + 1e-9
    steps = np.abs(np.diff(middles))
    for number in np.flatnonzero(steps > 1.01 * SPEED_MAX * 0.04 + 1e-9):
        assert any(at[number] <= cut <= at[number + 1] for cut in cuts), "only a new scene makes it jump"
    assert list(path.at_ms) == sorted(path.at_ms)


@given(samples, st.floats(0.1, 0.9))
@example([(face, 0.0, []) for face in (None, 0.0, 0.25, None, None, None, None, 1.0)], 0.25)  # just at the edge
def test_a_mirrored_film_has_a_mirrored_path(found: list[tuple[float | None, float, list[float]]], frame: float) -> None:
    faces = [Seen(250.0 * number, face, size) for number, (face, size, _) in enumerate(found)]
    other = [one._replace(face=None if one.face is None else 1 - one.face) for one in faces]
    for ms in range(0, 10_000, 500):
        assert follow(faces, [], frame).at(ms) == pytest.approx(1 - follow(other, [], frame).at(ms), abs=1e-6)


def test_the_subject_remains_the_subject() -> None:
    left, right = Face(0.2, 0.4, 0.10, 0.2, 0.9), Face(0.8, 0.4, 0.12, 0.24, 0.9)
    assert chosen([right, left], None) == right
    assert chosen([right, left], left) == left
    assert chosen([right._replace(width=0.2), left], left) == right._replace(width=0.2)
    assert chosen([], left) is None


def test_where_something_moved() -> None:
    before, after = np.zeros((36, 64), np.uint8), np.zeros((36, 64), np.uint8)
    after[10:30, 48:52] = 200
    parts = moved([before, after], upright=True)
    assert (len(parts), int(np.argmax(parts))) == (PARTS, 24)
    assert int(np.argmax(moved([before, after], upright=False))) in range(5, 28)
    assert moved([before, before], True) == moved([before], True) == ()
    assert moved([before, np.zeros((18, 32), np.uint8)], True) == ()
