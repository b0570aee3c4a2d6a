"""Pictures that another thread makes ahead."""

import threading
from collections.abc import Iterator

import pytest

from studio.media.frames import Picture, blank
from studio.recordings.cutting.prefetch import ahead


def numbered(count: int, fails: bool = False) -> Iterator[Picture]:
    """One picture, drawn over again and again."""
    picture = blank(32, 16)
    for number in range(count):
        picture.y[:] = number
        yield picture
    if fails:
        raise ValueError("broken")


def test_they_come_in_order_and_none_is_drawn_over_while_it_is_used() -> None:
    seen = []
    for picture in ahead(numbered(50), 32, 16):
        assert picture.y.min() == picture.y.max()
        seen.append(int(picture.y[0, 0]))
    assert seen == list(range(50))


def test_what_goes_wrong_is_raised_where_they_are_used() -> None:
    pictures = ahead(numbered(3, fails=True), 32, 16)
    assert [int(next(pictures).y[0, 0]) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="broken"):
        next(pictures)


def test_given_up_in_the_middle_the_thread_ends() -> None:
    pictures = ahead(numbered(1000), 32, 16)
    next(pictures)
    pictures.close()
    assert "pictures-ahead" not in [thread.name for thread in threading.enumerate()]
