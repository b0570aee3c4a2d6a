"""Pictures and levels on their way to the window: the newest, once, and nothing while no studio runs."""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QObject, QSize

from studio.audio.loudness import Loudness
from studio.audio.meter import Level
from studio.media.frames import Converter, Picture
from studio.media.mailbox import Mailbox
from ui.bridge import still_there
from ui.mailboxes import Mailboxes


def picture(width: int = 320, height: int = 180, colour: tuple[int, int, int] = (200, 40, 40)) -> Picture:
    made = av.VideoFrame.from_ndarray(np.full((height, width, 3), colour, np.uint8), "rgb24")
    return Converter().picture(made)


class Frame:
    """A composed frame that counts how often it was given back."""

    def __init__(self, content: int, shown: Picture) -> None:
        self.content, self.picture, self.released = content, shown, 0

    def release(self) -> None:
        self.released += 1


def programme(**buses: Frame) -> Mailboxes:
    return Mailboxes(lambda: SimpleNamespace(program=SimpleNamespace(newest=buses.get)))  # type: ignore[arg-type, return-value]


def test_without_a_studio_there_is_nothing_and_nothing_fails() -> None:
    made = Mailboxes(lambda: None)
    assert made.newer("program", -1, lambda: QSize(64, 36)) is None
    assert made.guest_picture("g1", -1, QSize(64, 36)) is None
    assert made.product_picture("oil.jpg") is None
    assert (made.levels(), made.loudness()) == ({}, None)


def test_a_frame_comes_at_the_size_of_its_place(qapp: object) -> None:
    frame = Frame(7, picture())
    found = programme(program=frame).newer("program", 6, lambda: QSize(64, 36))
    assert found is not None
    number, image = found
    assert (number, image.size()) == (7, QSize(64, 36))
    assert image.pixelColor(32, 18).red() > 150 > image.pixelColor(32, 18).green()


def test_whatever_came_of_it_a_frame_is_given_back_once(qapp: object) -> None:
    frame = Frame(7, picture())
    made = programme(program=frame)
    assert made.newer("program", 7, lambda: QSize(64, 36)) is None, "it is shown already"
    assert made.newer("preview", -1, lambda: QSize(64, 36)) is None
    assert frame.released == 1

    def broken() -> QSize:
        raise RuntimeError("the view has gone")

    with pytest.raises(RuntimeError):
        made.newer("program", -1, broken)
    assert frame.released == 2


def test_a_size_is_asked_for_only_when_there_is_something_to_show() -> None:
    asked: list[int] = []

    def size() -> QSize:
        asked.append(1)
        return QSize(64, 36)

    programme(program=Frame(7, picture())).newer("program", 7, size)
    assert asked == []


@pytest.mark.parametrize(("shows", "there"), [(True, True), (False, False)])
def test_a_guest_is_seen_while_they_show_themselves(qapp: object, shows: bool, there: bool) -> None:
    box: Mailbox[Picture] = Mailbox()
    box.put(picture())
    guest = SimpleNamespace(shows=shows, picture=box)
    studio: Any = SimpleNamespace(guests=SimpleNamespace(remote={"g1": guest}.get))
    made = Mailboxes(lambda: studio)
    assert (made.guest_picture("g1", -1, QSize(160, 160)) is not None) == there
    assert made.guest_picture("somebody", -1, QSize(160, 160)) is None


def test_meters_are_the_newest(qapp: object) -> None:
    meters: Mailbox[dict[str, Level]] = Mailbox()
    loudness: Mailbox[Loudness] = Mailbox()
    studio: Any = SimpleNamespace(mixer=SimpleNamespace(meters=meters, loudness=loudness))
    made = Mailboxes(lambda: studio)
    assert (made.levels(), made.loudness()) == ({}, None), "nothing was measured yet"
    for peak in (-40.0, -12.0):
        meters.put({"": Level(peak, -20)})
    loudness.put(Loudness(short_term=-16))
    assert made.levels()[""].peak_db == -12
    assert made.loudness() == Loudness(short_term=-16)


class Panel(QObject):
    def came(self, *_found: object) -> None:
        pass


@pytest.mark.parametrize("wrap", [lambda done: done, lambda done: partial(done, 1)], ids=["a method", "a partial"])
def test_who_asked_and_is_gone_is_not_answered(qapp: object, wrap: Callable[..., Callable[..., Any]]) -> None:
    panel = Panel()
    done = wrap(panel.came)
    assert still_there(done)
    shiboken6.delete(panel)
    assert not still_there(done)


def test_what_is_no_widgets_is_always_there() -> None:
    found: list[int] = []
    assert still_there(found.append)
    assert still_there(lambda: None)
    assert still_there(partial(print, 1))
