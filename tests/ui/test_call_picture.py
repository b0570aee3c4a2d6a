"""The customer's picture on its way to the window."""

from types import SimpleNamespace
from typing import Any

import av
import numpy as np
from PySide6.QtCore import QSize

from studio.media.frames import Converter, Picture
from studio.media.mailbox import Mailbox
from ui.mailboxes import Mailboxes


def mailboxes(studio: Any) -> Mailboxes:
    return Mailboxes(lambda: studio)


def frame(width: int, height: int) -> Picture:
    """A picture as a decoder gives it."""

    made = av.VideoFrame.from_ndarray(np.full((height, width, 3), (200, 40, 40), np.uint8), "rgb24")
    return Converter().picture(made)


def test_there_is_none_before_the_studio_has_calls(qapp: object, home: object) -> None:
    assert mailboxes(None).call_picture("x", -1, QSize(640, 360)) is None
    assert mailboxes(SimpleNamespace()).call_picture("x", -1, QSize(640, 360)) is None


def test_it_comes_once_as_large_as_there_is_room(qapp: object, home: object) -> None:
    box: Mailbox[Picture] = Mailbox()
    made = mailboxes(SimpleNamespace(calls=SimpleNamespace(picture={"customer": box}.get)))
    assert made.call_picture("somebody", -1, QSize(640, 360)) is None
    assert made.call_picture("customer", -1, QSize(640, 360)) is None, "nothing has come yet"
    box.put(frame(1280, 720))
    wide = made.call_picture("customer", -1, QSize(640, 640))
    assert wide is not None
    number, image = wide
    assert (image.width(), image.height()) == (640, 360)
    assert image.pixelColor(320, 180).red() > 180
    assert image.pixelColor(320, 180).green() < 70
    assert made.call_picture("customer", number, QSize(640, 640)) is None, "it is the same"
    box.put(frame(360, 640))
    upright = made.call_picture("customer", number, QSize(640, 640))
    assert upright is not None
    assert (upright[1].width(), upright[1].height()) == (360, 640)
