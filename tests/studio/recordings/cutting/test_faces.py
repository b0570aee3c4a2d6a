"""Faces are found where they are."""

import numpy as np
import pytest

from studio import paths
from studio.recordings.cutting.faces import FaceFinder
from studio.recordings.cutting.frame_scan import look
from studio.recordings.cutting.source import opened


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    """The demo's host, 640 × 360."""
    with opened(paths.assets() / "demo" / "clip.mp4") as source:
        _, frame = next(source.pictures(1000, 1100))
        return frame.reformat(640, 360, "rgb24").to_ndarray()


def test_the_hosts_face(picture: np.ndarray) -> None:
    (face,) = FaceFinder().find(picture)
    assert face.x == pytest.approx(0.5, abs=0.03)
    assert face.y == pytest.approx(0.32, abs=0.06)
    assert face.width == pytest.approx(0.115, abs=0.03)


@pytest.mark.parametrize("by", [-200, 150, 240])
def test_wherever_it_is(picture: np.ndarray, by: int) -> None:
    (face, *_) = FaceFinder().find(np.ascontiguousarray(np.roll(picture, by, axis=1)))
    assert face.x == pytest.approx(0.5 + by / 640, abs=0.03)


def test_near_where_it_was_it_is_found_with_less_work(picture: np.ndarray) -> None:
    finder = FaceFinder()
    (face,) = finder.find(picture)
    (again,) = finder.again(picture, face._replace(x=face.x - 0.05))
    assert (again.x, again.y, again.width) == pytest.approx((face.x, face.y, face.width), abs=0.02)


def test_in_an_upright_picture(picture: np.ndarray) -> None:
    (face, *_) = FaceFinder().find(np.ascontiguousarray(picture[:, 220:420]))
    assert face.x == pytest.approx((320 - 220) / 200, abs=0.08)


def test_nobody_is_nobody() -> None:
    dice = np.random.default_rng(1)
    assert FaceFinder().find(np.full((360, 640, 3), 128, np.uint8)) == []
    assert FaceFinder().find(dice.integers(0, 255, (360, 640, 3), np.uint8)) == []


def test_without_the_model_what_moves_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.recordings.cutting.faces.MODEL", "none.tflite")
    with opened(paths.assets() / "demo" / "clip.mp4") as source:
        looked = look(source, 2500, 4500, upright=True)
    assert all(one.face is None for one in looked.seen)
    assert any(one.moved for one in looked.seen)
