"""A hand over a picture: lines that are drawn, frames that are dragged, and neither ever leaves the picture."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import wait_front
from ui import theme
from ui.widgets.call_picture import PLACES_MAX, CallPicture
from ui.widgets.crop_view import CropView

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
BROWN = QColor("#884422")
Line = tuple[tuple[float, float], ...]


def picture(width: int, height: int) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(BROWN)
    return made


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp)
    yield
    theme.apply(qapp)


@pytest.fixture
def view(qtbot: QtBot) -> CallPicture:
    """An upright picture in a wide view, the pointer in hand."""
    made = CallPicture()
    qtbot.addWidget(made)
    made.resize(640, 360)
    made.set_image(picture(90, 160))
    made.set_pointing(True)
    made.show()
    wait_front(made, qtbot)
    return made


@pytest.fixture
def told(view: CallPicture) -> list[Line]:
    lines: list[Line] = []
    view.pointed.connect(lines.append)
    return lines


@given(at=st.tuples(st.floats(0, 639), st.floats(0, 359)), size=st.tuples(st.integers(2, 4000), st.integers(2, 4000)))
def test_a_point_is_in_the_picture_or_nowhere(qapp: object, at: tuple[float, float], size: tuple[int, int]) -> None:
    view = CallPicture()
    view.resize(640, 360)
    assert view.place_of(QPointF(*at)) is None, "there is no picture"
    view.set_image(QImage(*size, QImage.Format.Format_Mono))
    place = view.place_of(QPointF(*at))
    assert (place is not None) == view.box().contains(QPointF(*at))
    assert place is None or (0 <= place[0] <= 1 and 0 <= place[1] <= 1)


def test_a_click_beside_the_picture_or_with_another_button_points_nowhere(
    view: CallPicture, told: list[Line], qtbot: QtBot
) -> None:
    qtbot.mouseClick(view, LEFT, pos=QPoint(20, 180))
    qtbot.mouseClick(view, RIGHT, pos=view.rect().center())
    assert told == []
    qtbot.mouseClick(view, LEFT, pos=view.box().center().toPoint())
    assert told[-1][0] == pytest.approx((0.5, 0.5), abs=0.01)


def test_a_hand_that_trembles_draws_a_point_and_a_long_line_has_an_end(view: CallPicture, told: list[Line], qtbot: QtBot) -> None:
    middle = view.box().center().toPoint()
    qtbot.mousePress(view, LEFT, pos=middle)
    for _tremble in range(5):
        qtbot.mouseMove(view, middle)
    qtbot.mouseRelease(view, LEFT, pos=middle)
    assert [len(line) for line in told] == [1]
    qtbot.mousePress(view, LEFT, pos=middle)
    for step in range(PLACES_MAX + 50):
        qtbot.mouseMove(view, middle + QPoint(40 * (step % 2), step % 7))
    qtbot.mouseRelease(view, LEFT, pos=middle)
    assert len(told[-1]) == PLACES_MAX


def test_the_cross_goes_by_keys_to_the_edge_and_no_further(view: CallPicture, told: list[Line], qtbot: QtBot) -> None:
    view.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        for _press in range(8):
            qtbot.keyClick(view, key, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert [line[0] for line in told] == [(0, 0), pytest.approx((0.02, 0))]


def test_where_there_is_no_picture_no_key_points(view: CallPicture, told: list[Line], qtbot: QtBot) -> None:
    view.set_image(None)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told == []


@pytest.mark.parametrize("on", [True, False])
def test_enter_is_the_pictures_while_the_pointer_is_in_hand(view: CallPicture, on: bool) -> None:
    view.set_pointing(on)
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    asked.ignore()
    QApplication.sendEvent(view, asked)
    assert asked.isAccepted() == on
    assert (view.focusPolicy() != Qt.FocusPolicy.NoFocus) == on


def test_a_pointer_that_is_put_away_takes_its_lines_along(view: CallPicture, told: list[Line], qtbot: QtBot) -> None:
    middle = view.box().center().toPoint()
    qtbot.mousePress(view, LEFT, pos=middle)
    view.set_pointing(False)
    qtbot.mouseMove(view, middle + QPoint(30, 0))
    qtbot.mouseRelease(view, LEFT, pos=middle + QPoint(30, 0))
    assert all(len(line) == 1 for line in told)
    assert view.grab().toImage().pixelColor(middle) == BROWN, "nothing is drawn any more"


def test_a_picture_that_stands_still_stays_when_the_next_come(view: CallPicture) -> None:
    view.freeze(on=True)
    view.set_image(picture(20, 20))
    view.set_image(None)
    assert view.image is not None
    assert view.image.size() == picture(90, 160).size()
    view.freeze(on=False)
    view.set_image(None)
    view.freeze(on=True)
    assert not view.frozen, "there is nothing to keep"


@pytest.fixture
def frame(qtbot: QtBot) -> CropView:
    """A wide picture with an upright frame in its middle that may be dragged."""
    made = CropView()
    qtbot.addWidget(made)
    made.resize(646, 366)
    made.set_image(picture(640, 360))
    made.show_frame((0.4, 0.0, 0.2, 1.0), free=True)
    made.show()
    return made


def pull(frame: CropView, qtbot: QtBot, start: float, to: float) -> list[float]:
    """Drag from one share of the width to another; whoever owns the frame shows where it is."""
    lefts: list[float] = []
    frame.dragged.connect(lefts.append)
    frame.dragged.connect(lambda left: frame.show_frame((left, 0.0, 0.2, 1.0), free=True))
    box = frame.box()
    places = [QPoint(round(box.left() + share * box.width()), 180) for share in (start, (start + to) / 2, to)]
    qtbot.mousePress(frame, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(frame, place)
    with qtbot.waitSignal(frame.dropped) as dropped:
        qtbot.mouseRelease(frame, LEFT, pos=places[-1])
    assert dropped.args == [lefts[-1]]
    return lefts


@pytest.mark.parametrize(("to", "left"), [(0.6, 0.5), (0.45, 0.35), (2.0, 0.8), (-1.0, 0.0)])
def test_a_frame_goes_with_the_hand_and_stays_in_the_picture(frame: CropView, qtbot: QtBot, to: float, left: float) -> None:
    assert pull(frame, qtbot, 0.5, to)[-1] == pytest.approx(left, abs=0.005)


def test_a_frame_that_follows_somebody_is_nobodys_to_drag(frame: CropView, qtbot: QtBot) -> None:
    frame.show_frame((0.4, 0.0, 0.2, 1.0), free=False)
    with qtbot.assertNotEmitted(frame.dragged), qtbot.assertNotEmitted(frame.dropped):
        qtbot.mousePress(frame, LEFT, pos=frame.rect().center())
        qtbot.mouseMove(frame, QPoint(10, 10))
        qtbot.mouseRelease(frame, LEFT, pos=QPoint(10, 10))


def test_what_is_cut_off_is_dark_and_the_rest_as_it_was(frame: CropView) -> None:
    image = frame.grab().toImage()
    assert image.pixelColor(323, 180) == BROWN
    assert all(image.pixelColor(x, 180).lightness() < BROWN.lightness() for x in (40, 600))
    frame.show_frame((0.0, 0.0, 1.0, 1.0), free=True)
    image = frame.grab().toImage()
    assert all(image.pixelColor(x, 180) == BROWN for x in (40, 323, 600))
