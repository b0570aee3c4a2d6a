"""The overlay thread, and what QPainter's pictures look like as planes."""

import threading
from functools import partial

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from studio.media.frames import rgb_to_yuv
from studio.overlays.painter import OverlayPainter, render
from tests.fakes import RED, near, pixel, wait_for

pytestmark = pytest.mark.usefixtures("gui")


def test_what_is_painted_has_its_colour_and_the_rest_is_transparent() -> None:
    picture = render(40, 20, lambda painter: painter.fillRect(QRect(10, 4, 8, 8), QColor(*RED)))
    assert (picture.width, picture.height) == (40, 20)
    assert picture.alpha is not None
    assert near(pixel(picture, 12, 8), rgb_to_yuv(*RED), by=1)
    assert (int(picture.alpha[8, 12]), int(picture.alpha[0, 0])) == (255, 0)
    assert pixel(picture, 30, 16) == (0, 0, 0)


def test_half_transparent_paint_is_premultiplied_once() -> None:
    picture = render(16, 16, lambda painter: painter.fillRect(QRect(0, 0, 16, 16), QColor(255, 0, 0, 128)))
    assert picture.alpha is not None
    assert int(picture.alpha[8, 8]) == 128
    assert near(pixel(picture, 8, 8), tuple(round(v * 128 / 255) for v in rgb_to_yuv(*RED)))


def test_odd_widths_are_not_sheared() -> None:
    picture = render(33, 5, lambda painter: painter.fillRect(QRect(30, 0, 3, 5), QColor(*RED)))
    assert picture.alpha is not None
    assert picture.alpha[:5, 30:33].min() == 255
    assert picture.alpha[:, :30].max() == 0


def test_a_painting_that_fails_leaves_no_painter_open() -> None:
    def fail(painter: QPainter) -> None:
        raise ValueError("no such font")

    with pytest.raises(ValueError, match="no such font"):
        render(8, 8, fail)
    render(8, 8, lambda painter: None)


# ── the thread ───────────────────────────────────────────────────────────────────────────────────────────────


def test_jobs_are_done_on_the_overlay_thread_in_order() -> None:
    painter, done = OverlayPainter(), []

    def draw(key: str) -> None:
        done.append((key, threading.current_thread().name))

    painter.start()
    for key in "abc":
        painter.submit(key, partial(draw, key))
    wait_for(lambda: len(done) == 3)
    painter.close()
    assert done == [(key, "overlay") for key in "abc"]


def test_of_one_overlays_drawings_only_the_newest_is_done() -> None:
    painter = OverlayPainter()
    done: list[int | str] = []
    for number in range(5):
        painter.submit("clock", partial(done.append, number))
    painter.submit("name", lambda: done.append("name"))
    painter.start()
    wait_for(lambda: "name" in done)
    painter.close()
    assert done == [4, "name"]


def test_a_drawing_that_fails_does_not_end_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    painter, done = OverlayPainter(), []
    painter.start()
    painter.submit("bad", fail)
    painter.submit("good", lambda: done.append("good"))
    wait_for(lambda: done)
    painter.close()
    assert "could not be drawn" in caplog.text


def test_closing_drops_what_waits_and_needs_no_start() -> None:
    painter, done = OverlayPainter(), []
    painter.submit("a", lambda: done.append("a"))
    painter.close()
    assert done == []
