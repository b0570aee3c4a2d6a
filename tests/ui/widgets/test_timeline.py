"""The timeline: whatever is pressed, dragged and turned, the clip keeps its length, the view its film, the playhead its place."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import wait_front
from ui import theme
from ui.widgets.timeline import NARROWEST_MS, SHORTEST_MS, Timeline

LEFT, CTRL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MINUTE_MS = 60_000


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp)
    yield
    theme.apply(qapp)


@pytest.fixture
def line(qtbot: QtBot) -> Timeline:
    """A minute at 25 pictures a second, a clip from 10 to 30 s, all of it in sight."""
    made = Timeline("Tidslinje", lambda ms: f"{ms / 1000:.1f}")
    qtbot.addWidget(made)
    made.resize(820, made.sizeHint().height())
    made.show_film(MINUTE_MS, 25, [(20_000, "Olie", "product")])
    made.show_span(0, MINUTE_MS)
    made.show_clip((10_000, 30_000))
    made.show()
    wait_front(made, qtbot)
    return made


def turn(line: Timeline, up: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> bool:
    """One notch of the wheel over the middle; whether the timeline took it."""
    middle = QPointF(line.rect().center())
    event = QWheelEvent(
        middle,
        line.mapToGlobal(middle),
        QPoint(),
        QPoint(0, up),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(line, event)
    return event.isAccepted()


def at(line: Timeline, ms: int) -> QPoint:
    return QPoint(round(line.x_of(ms)), line.height() - 20)


def drag(qtbot: QtBot, line: Timeline, start_ms: int, *to_ms: int) -> None:
    qtbot.mousePress(line, LEFT, pos=at(line, start_ms))
    for ms in to_ms:
        qtbot.mouseMove(line, at(line, ms))
    qtbot.mouseRelease(line, LEFT, pos=at(line, to_ms[-1]))


KEYS = st.sampled_from(
    [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_I, Qt.Key.Key_O, Qt.Key.Key_Plus]
)
DEEDS = st.lists(
    st.one_of(
        KEYS.map(lambda key: lambda line: QApplication.sendEvent(line, QKeyEvent(QEvent.Type.KeyPress, key, SHIFT))),
        st.integers(-100, 200_000).map(lambda ms: lambda line: line.show_head(ms)),
        st.sampled_from([120, -120]).map(lambda up: lambda line: turn(line, up)),
        st.sampled_from([120, -120]).map(lambda up: lambda line: turn(line, up, CTRL)),
        st.tuples(st.integers(-5000, 90_000), st.integers(-5000, 90_000)).map(lambda span: lambda line: line.show_span(*span)),
    ),
    max_size=20,
)


@given(length_ms=st.integers(SHORTEST_MS + 100, 4 * 3_600_000), deeds=DEEDS)
def test_whatever_is_done_everything_stays_in_the_film(
    qapp: object, length_ms: int, deeds: list[Callable[[Timeline], object]]
) -> None:
    line = Timeline("Tidslinje", str)
    line.resize(820, 140)
    line.show_film(length_ms, 30, [])
    line.show_span(0, length_ms)
    line.show_clip((0, length_ms))
    for deed in deeds:
        deed(line)
        begins_ms, ends_ms = line.view
        assert 0 <= begins_ms < ends_ms <= length_ms
        assert ends_ms - begins_ms >= min(NARROWEST_MS, length_ms)
        assert 0 <= line.head_ms <= length_ms
        assert line.clip is not None
        assert 0 <= line.clip[0] <= line.clip[1] - SHORTEST_MS
        assert line.clip[1] <= length_ms


@given(st.integers(0, 60_000), st.integers(NARROWEST_MS, 60_000), st.integers(0, 60_000))
def test_a_moment_lies_where_it_is_found_again(qapp: object, begins_ms: int, wide_ms: int, ms: int) -> None:
    line = Timeline("Tidslinje", str)
    line.resize(820, 140)
    line.show_film(MINUTE_MS, 25, [])
    line.show_span(begins_ms, begins_ms + wide_ms)
    assert line.ms_at(line.x_of(ms)) == pytest.approx(ms, abs=1)


def test_the_playhead_is_told_while_it_is_dragged_and_stays_in_the_film(line: Timeline, qtbot: QtBot) -> None:
    told: list[int] = []
    line.moved.connect(told.append)
    drag(qtbot, line, 40_000, 50_000, 70_000)
    assert told == pytest.approx([40_000, 50_000, MINUTE_MS, MINUTE_MS][: len(told)], abs=80)
    assert (line.head_ms, line.accessibleDescription()) == (MINUTE_MS, "60.0")


@pytest.mark.parametrize(
    ("start_ms", "to_ms", "clip"),
    [
        (10_000, 5_000, (5_000, 30_000)),
        (10_000, 45_000, (30_000 - SHORTEST_MS, 30_000)),
        (30_000, 2_000, (10_000, 10_000 + SHORTEST_MS)),
        (30_000, 70_000, (10_000, MINUTE_MS)),
    ],
    ids=["the beginning", "past the end", "past the beginning", "out of the film"],
)
def test_an_end_that_is_dragged_keeps_off_the_other(
    line: Timeline, qtbot: QtBot, start_ms: int, to_ms: int, clip: tuple[int, int]
) -> None:
    during: list[tuple[int, int]] = []
    line.trimmed.connect(lambda *ends: during.append(ends))
    with qtbot.waitSignal(line.trimmed_for_good) as done:
        drag(qtbot, line, start_ms, (start_ms + to_ms) // 2, to_ms)
    assert tuple(done.args) == pytest.approx(clip, abs=80)
    assert during[-1] == tuple(done.args) == line.clip
    assert line.head_ms in line.clip, "one sees the picture where it is cut"


def test_while_an_end_is_dragged_the_state_does_not_pull_it_away(line: Timeline, qtbot: QtBot) -> None:
    qtbot.mousePress(line, LEFT, pos=at(line, 30_000))
    qtbot.mouseMove(line, at(line, 40_000))
    line.show_clip((0, 1000))
    assert line.clip is not None
    assert line.clip[1] == pytest.approx(40_000, abs=80)
    qtbot.mouseRelease(line, LEFT, pos=at(line, 40_000))
    line.show_clip((0, 1000))
    assert line.clip == (0, 1000)


def test_without_a_clip_nothing_is_trimmed(line: Timeline, qtbot: QtBot) -> None:
    line.show_clip(None)
    with qtbot.assertNotEmitted(line.trimmed_for_good):
        drag(qtbot, line, 10_000, 12_000)
        for key in (Qt.Key.Key_I, Qt.Key.Key_O):
            qtbot.keyClick(line, key)
    qtbot.keyClick(line, Qt.Key.Key_End)
    assert line.head_ms == MINUTE_MS, "Home and End are the film's then"


def test_the_wheel_moves_along_and_with_ctrl_looks_closer(line: Timeline, qtbot: QtBot) -> None:
    line.show_span(20_000, 40_000)
    assert turn(line, -120), "what lies around does not scroll"
    assert line.view == (22_000, 42_000)
    turn(line, 120)
    assert line.view == (20_000, 40_000)
    line.show_head(25_000)
    with qtbot.waitSignal(line.zoomed):
        turn(line, 120, CTRL)
    assert line.view == (21_000, 37_000), "around the playhead"
    for _notch in range(30):
        turn(line, 120, CTRL)
    assert line.view[1] - line.view[0] == NARROWEST_MS
    for _notch in range(30):
        turn(line, -120, CTRL)
    assert line.view == (0, MINUTE_MS)


@pytest.mark.parametrize(("held", "ours"), [(Qt.KeyboardModifier.NoModifier, True), (CTRL, False)])
def test_its_letters_are_its_own_and_the_windows_keys_the_windows(line: Timeline, held: Qt.KeyboardModifier, ours: bool) -> None:
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_I, held, "i")
    asked.ignore()
    QApplication.sendEvent(line, asked)
    assert asked.isAccepted() == ours


def test_space_asks_to_play(line: Timeline, qtbot: QtBot) -> None:
    with qtbot.waitSignal(line.play_asked):
        qtbot.keyClick(line, Qt.Key.Key_Space)
    qtbot.keyClick(line, Qt.Key.Key_Right)
    qtbot.keyClick(line, Qt.Key.Key_Right, SHIFT)
    assert line.head_ms == 1040, "a picture, and a second"


def test_another_stretch_forgets_the_pictures_of_the_last(line: Timeline) -> None:
    count, high = line.thumbs_wanted(16 / 9)
    assert count >= 5
    assert high > 0
    for number in range(count):
        line.put_thumb(number, QImage(16, 9, QImage.Format.Format_RGB32))
    line.put_peaks(0, [0.5] * line.points_wanted())
    assert (line.pictures, line.heard) == (count, True)
    line.show_span(0, MINUTE_MS)
    assert line.pictures == count, "it is the same stretch"
    line.show_span(0, 30_000)
    assert (line.pictures, line.heard) == (0, False)


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_handles_playhead_and_marks_are_drawn_where_they_lie(line: Timeline, qapp: QApplication, mode: str) -> None:
    theme.apply(qapp, mode)
    line.clearFocus()
    line.show_head(50_000)
    image, low = line.grab().toImage(), line.height() - 12
    accent, text = QColor(theme.token("accent")), QColor(theme.token("text"))
    assert image.pixelColor(round(line.x_of(10_000)) - 3, low) == accent
    assert image.pixelColor(round(line.x_of(30_000)) + 3, low) == accent
    assert image.pixelColor(round(line.x_of(50_000)), 4) == text
    line.show_span(32_000, 58_000)
    image = line.grab().toImage()
    assert not any(image.pixelColor(x, low) == accent for x in range(image.width())), "its ends are out of sight"
