"""The clip editor, on a real engine with a small film: cut with keys and mouse, dressed, made."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from studio.commands.recording import LibraryRemove
from studio.state.recording import Clip
from tests.ui import recorded
from tests.ui.audit import problems
from tests.ui.conftest import Open, front, state
from ui.dialogs.clip_editor import ClipEditor
from ui.films import Films
from ui.main_window import MainWindow
from ui.models.crop import crop, focus_of
from ui.widgets.timeline import Timeline

SHIFT = Qt.KeyboardModifier.ShiftModifier


# ── the frame ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_frame_keeps_as_much_as_fits() -> None:
    assert crop(1920, 1080, "source", 0.2) == (0, 0, 1, 1)
    assert crop(1920, 1080, "1:1", 0.5) == pytest.approx((0.21875, 0, 0.5625, 1))
    assert crop(1920, 1080, "9:16", 0.0) == pytest.approx((0, 0, 0.31640625, 1)), "the picture's edge holds it"
    assert crop(1080, 1920, "16:9", 0.9) == pytest.approx((0, 0.341796875, 1, 0.31640625)), "an upright film keeps its width"
    assert crop(0, 0, "9:16", 0.5) == (0, 0, 1, 1), "nothing is known of it yet"


@given(
    width=st.integers(2, 4000),
    height=st.integers(2, 4000),
    aspect=st.sampled_from(["source", "16:9", "9:16", "1:1", "4:5"]),
    focus=st.floats(0, 1),
)
def test_the_frame_stays_in_the_picture(width: int, height: int, aspect: str, focus: float) -> None:
    left, top, across, down = crop(width, height, aspect, focus)
    assert left >= 0
    assert top >= 0
    assert left + across <= 1 + 1e-9
    assert top + down <= 1 + 1e-9
    assert crop(width, height, aspect, focus_of(left, across)) == pytest.approx((left, top, across, down)), "where it was dropped"


# ── reading beside the window ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def films(qtbot: QtBot) -> Iterator[Films]:
    """Closed after the test."""
    made = Films()
    yield made
    made.close()


def test_only_the_newest_question_is_answered(films: Films, qtbot: QtBot) -> None:
    film, told = recorded.film(), list[tuple[int, QImage]]()

    def tell(at_ms: int, image: QImage) -> None:
        told.append((at_ms, image))

    for at_ms in range(0, 4000, 100):
        films.picture("head", film, at_ms, 90, partial(tell, at_ms))
    qtbot.waitUntil(lambda: bool(told))
    assert [at_ms for at_ms, _image in told] == [3900]
    assert told[0][1].height() == 90


def test_pictures_and_sound_come_in_pieces(films: Films, qtbot: QtBot) -> None:
    film, peaks, thumbs = recorded.film(), np.zeros(100, np.float32), dict[int, QImage]()

    def came(piece: tuple[int, np.ndarray[tuple[int], np.dtype[np.float32]]]) -> None:
        peaks[piece[0] : piece[0] + len(piece[1])] = piece[1]

    films.waveform("wave", film, (0, 6000), 100, came)
    films.strip("strip", film, (0, 6000), count=5, height=40, done=lambda thumb: thumbs.update([thumb]))
    qtbot.waitUntil(lambda: len(thumbs) == 5)
    assert (peaks > 0.2).mean() > 0.9, "it sounds all along"


def test_a_film_that_is_not_there_answers_nothing(films: Films, qtbot: QtBot, tmp_path: Path) -> None:
    told: list[object] = []
    films.picture("gone", tmp_path / "gone.mp4", 0, 90, told.append)
    films.picture("here", recorded.film(), 0, 90, told.append)
    qtbot.waitUntil(lambda: len(told) == 1)


# ── the timeline ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def line(qtbot: QtBot) -> Timeline:
    """Ten seconds, with a clip from 2 to 6."""
    made = Timeline("Timeline", str)
    qtbot.addWidget(made)
    made.resize(800, made.sizeHint().height())
    made.show_film(10_000, 25, [(3000, "Rose <b>Oil", "product"), (3010, "Oil", "marker")])
    made.show_span(0, 10_000)
    made.show_clip((2000, 6000))
    made.show()
    made.setFocus()
    return made


def test_keys_cut(line: Timeline, qtbot: QtBot) -> None:
    trimmed: list[tuple[int, int]] = []
    line.trimmed_for_good.connect(lambda begins_ms, ends_ms: trimmed.append((begins_ms, ends_ms)))
    qtbot.keyClick(line, Qt.Key.Key_Right)
    qtbot.keyClick(line, Qt.Key.Key_Right, SHIFT)
    assert line.head_ms == 1040
    qtbot.keyClick(line, Qt.Key.Key_Left)
    qtbot.keyClick(line, Qt.Key.Key_I)
    line.show_head(9000)
    qtbot.keyClick(line, Qt.Key.Key_O)
    assert trimmed == [(1000, 6000), (1000, 9000)]
    qtbot.keyClick(line, Qt.Key.Key_I)
    assert trimmed[-1] == (8500, 9000), "half a second remains"
    qtbot.keyClick(line, Qt.Key.Key_Home)
    assert line.head_ms == 8500
    qtbot.keyClick(line, Qt.Key.Key_Left, SHIFT)
    for _press in range(20):
        qtbot.keyClick(line, Qt.Key.Key_Right, SHIFT)
    assert line.head_ms == 10_000, "there is nothing behind the end"
    assert line.accessibleDescription() == "10000"
    with qtbot.waitSignal(line.play_asked):
        qtbot.keyClick(line, Qt.Key.Key_Space)


def test_the_mouse_drags_the_ends(line: Timeline, qtbot: QtBot) -> None:
    while_dragged: list[tuple[int, int]] = []
    line.trimmed.connect(lambda begins_ms, ends_ms: while_dragged.append((begins_ms, ends_ms)))
    y = line.height() - 20

    def at(ms: int) -> QPoint:
        return QPoint(round(line.x_of(ms)), y)

    with qtbot.waitSignal(line.trimmed_for_good) as done:
        qtbot.mousePress(line, Qt.MouseButton.LeftButton, pos=at(2000))
        qtbot.mouseMove(line, at(2600))
        qtbot.mouseMove(line, at(3000))
        qtbot.mouseRelease(line, Qt.MouseButton.LeftButton, pos=at(3000))
    assert done.args == [line.clip[0], 6000] if line.clip else False
    assert abs(done.args[0] - 3000) < 20
    assert len(while_dragged) >= 2
    assert line.head_ms == done.args[0], "the picture shows the end that is dragged"
    qtbot.mousePress(line, Qt.MouseButton.LeftButton, pos=at(6000))
    qtbot.mouseMove(line, at(500))
    qtbot.mouseRelease(line, Qt.MouseButton.LeftButton, pos=at(500))
    assert line.clip is not None
    assert line.clip[1] - line.clip[0] == 500
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=at(8000))
    assert abs(line.head_ms - 8000) < 20


def test_it_looks_closer_around_the_playhead(line: Timeline, qtbot: QtBot) -> None:
    line.show_head(4000)
    qtbot.keyClick(line, Qt.Key.Key_Plus)
    assert line.view == (2000, 7000)
    for _press in range(9):
        qtbot.keyClick(line, Qt.Key.Key_Plus)
    assert line.view[1] - line.view[0] == 2000
    line.show_head(9900)
    assert line.view == (8000, 10_000), "it follows"
    for _press in range(9):
        qtbot.keyClick(line, Qt.Key.Key_Minus)
    assert line.view == (0, 10_000)
    count, _height = line.thumbs_wanted(16 / 9)
    for number in range(count):
        line.put_thumb(number, QImage(64, 36, QImage.Format.Format_RGB32))
    line.put_peaks(0, [1.0] * line.points_wanted())
    assert line.heard
    assert not line.grab().isNull()


# ── the dialog ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def editor(opened: Open, home: Path, qtbot: QtBot) -> tuple[MainWindow, ClipEditor]:
    """The window, and the editor of a recording with two clips."""
    recorded.put(recorded.FULL)
    window = opened()
    qtbot.waitUntil(lambda: bool(state(window).library.recordings))
    window.dialogs.clips(recorded.FULL.id)
    return window, front(ClipEditor)


def clips(window: MainWindow) -> dict[str, Clip]:
    """As they are now."""
    (one,) = state(window).library.recordings
    return {clip.id: clip for clip in one.clips}


def test_the_clips_are_there_with_pictures_and_sound(editor: tuple[MainWindow, ClipEditor], qtbot: QtBot) -> None:
    _window, dialog = editor
    lines = [dialog.list.item(row).text().split("\n") for row in range(dialog.list.count())]
    assert lines == [["The oil", "0:01 · 0:02", "Not made yet"], ["◇ Night cream", "0:03 · 0:02", "Proposed"]]
    assert (dialog.line.clip, dialog.line.head_ms) == ((1000, 3000), 1000)
    assert dialog.times.text() == "0:01.00 – 0:03.00 (0:02.00)"
    qtbot.waitUntil(lambda: dialog.film.picture.image is not None and dialog.line.heard)
    qtbot.waitUntil(lambda: dialog.line.pictures > 2 and len(dialog.list._icons) == 2)
    assert dialog.line.frame_ms == 33, "the film has thirty pictures a second"
    assert dialog.fields.title.text() == "The oil"
    assert [dialog.fields.product.itemText(at) for at in range(2)] == ["None", recorded_title(dialog)]
    assert problems(dialog) == []
    dialog.list.setCurrentRow(1)
    assert dialog.line.clip == (3500, 5500)
    assert dialog.fields.title.text() == "Night cream"


def recorded_title(dialog: ClipEditor) -> str:
    """The shop's name of the product, or the one it had in the film."""
    shop = {product.id: product.title for product in dialog._bridge.state.shop.products}
    return shop.get("p1", "Rose Oil")


def test_ends_are_set_with_keys_and_can_be_undone(editor: tuple[MainWindow, ClipEditor], qtbot: QtBot) -> None:
    window, dialog = editor
    dialog.line.setFocus()
    qtbot.keyClick(dialog.line, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(dialog.line, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: clips(window)["first"].begins_ms == 2000)
    dialog.line.show_head(4000)
    qtbot.mouseClick(dialog.end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: clips(window)["first"].ends_ms == 4000)
    assert dialog.times.text() == "0:02.00 – 0:04.00 (0:02.00)"
    window._trigger("undo")
    qtbot.waitUntil(lambda: dialog.line.clip == (2000, 3000))
    assert state(window).undo[-1] == "Change a clip"


def test_a_proposal_that_is_touched_is_one_no_more(editor: tuple[MainWindow, ClipEditor], qtbot: QtBot) -> None:
    window, dialog = editor
    dialog.list.setCurrentRow(1)
    dialog.fields.title.setFocus()
    dialog.fields.title.setText(" Night <b>cream</b> ")
    qtbot.keyClick(dialog.fields.title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: clips(window)["second"].title == "Night <b>cream</b>")
    qtbot.waitUntil(lambda: dialog.list.item(1).text().startswith("Night <b>cream</b>\n"))
    qtbot.keyClick(dialog.fields.title, Qt.Key.Key_I)
    assert dialog.line.clip == (3500, 5500), "who writes an i cuts nothing"


def test_an_upright_clip_is_framed(editor: tuple[MainWindow, ClipEditor], qtbot: QtBot) -> None:
    window, dialog = editor
    fields, picture = dialog.fields, dialog.film.picture
    assert not fields.follow.isVisible()
    fields.aspect.setCurrentIndex(fields.aspect.findData("9:16"))
    fields.aspect.activated.emit(fields.aspect.currentIndex())
    qtbot.waitUntil(lambda: fields.follow.isVisible())
    assert not picture._free, "it follows who speaks: nothing to drag"
    fields.follow.click()
    qtbot.waitUntil(lambda: picture._free and fields.focus.isVisible())
    box = picture.box()
    middle, y = int(box.center().x()), int(box.center().y())
    qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=QPoint(middle, y))
    qtbot.mouseMove(picture, QPoint(int(middle + box.width() / 4), y))
    qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: abs(clips(window)["first"].focus_x - 0.75) < 0.02)
    qtbot.keyClick(fields.focus, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: clips(window)["first"].focus_x == 0)
    assert problems(dialog) == []


def test_a_clip_is_added_and_removed(editor: tuple[MainWindow, ClipEditor], qtbot: QtBot) -> None:
    window, dialog = editor
    dialog.line.show_head(2000)
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.list.count() == 3)
    qtbot.waitUntil(lambda: dialog.clip is not None and dialog.clip.begins_ms == 2000)
    assert dialog.clip is not None
    assert dialog.clip.ends_ms == 6000, "half a minute, or to the end"
    new = dialog.clip.id
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
    box = front(QMessageBox)
    act = next(button for button in box.buttons() if button is not box.defaultButton())
    qtbot.mouseClick(act, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: new not in clips(window) and dialog.list.count() == 2)
    dialog.list.setCurrentRow(1)
    qtbot.mouseClick(dialog.fields.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: list(clips(window)) == ["first"])


def test_a_refused_cut_goes_back(editor: tuple[MainWindow, ClipEditor], qtbot: QtBot) -> None:
    window, dialog = editor
    dialog.line.trimmed_for_good.emit(1000, 1100)
    qtbot.waitUntil(lambda: "half a second" in window.notice.text())
    qtbot.waitUntil(lambda: dialog.times.text() == "0:01.00 – 0:03.00 (0:02.00)")


def test_the_clip_plays_to_its_end(editor: tuple[MainWindow, ClipEditor], qtbot: QtBot) -> None:
    _window, dialog = editor
    dialog.line.setFocus()
    dialog.line.show_head(2500)
    dialog.film.seek(2500)
    qtbot.keyClick(dialog.line, Qt.Key.Key_Space)
    assert dialog.play.text() == "Stop"
    qtbot.waitUntil(lambda: not dialog.film.player.plays)
    assert 2800 < dialog.line.head_ms <= 3000
    assert dialog.play.text() == "Play"
    qtbot.keyClick(dialog.line, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: 1000 < dialog.line.head_ms < 2500)
    dialog.close()
    assert not dialog.film.player.plays


def test_a_clip_is_made(editor: tuple[MainWindow, ClipEditor], qtbot: QtBot) -> None:
    window, dialog = editor
    qtbot.mouseClick(dialog.fields.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(clips(window)["first"].file) and not state(window).works)
    # the window is told a moment after the studio has the film, and of its end after that
    qtbot.waitUntil(lambda: dialog.fields.state.text().startswith("Made · 0:02.00 · "))
    assert dialog.fields.folder.isVisible()
    assert dialog.fields.make.text() == "Make it again"
    path = window._bridge.film(recorded.FULL.id, clips(window)["first"].file)
    assert path is not None
    assert path.stat().st_size > 1000


def test_it_closes_with_the_recording(editor: tuple[MainWindow, ClipEditor], qtbot: QtBot) -> None:
    window, dialog = editor
    window._bridge.run(LibraryRemove(recording=recorded.FULL.id))
    qtbot.waitUntil(lambda: not isValid(dialog))


@pytest.mark.parametrize("percent", [100, 200])
def test_everything_has_its_place(opened: Open, home: Path, qtbot: QtBot, percent: int) -> None:
    recorded.put(recorded.FULL)
    window = opened(language="da", window__text_percent=percent)
    window.dialogs.clips(recorded.FULL.id)
    dialog = front(ClipEditor)
    qtbot.waitUntil(lambda: problems(dialog) == [])
