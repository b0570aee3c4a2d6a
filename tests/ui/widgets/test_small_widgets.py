"""Meter, picture, pill, tile, fader, labels, layouts: what they show for what they are given."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ui import theme
from ui.widgets.button import Button, ElidedButton
from ui.widgets.fader import HIGH_DB, LOW_DB, Fader
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import ElidedLabel
from ui.widgets.meter import FLOOR_DB, Meter
from ui.widgets.picture_view import PictureView
from ui.widgets.pill import Pill
from ui.widgets.prompt_view import PromptView
from ui.widgets.state_frame import StateFrame
from ui.widgets.tile import Tile
from ui.widgets.tile_layout import TileLayout

GREEN = QColor("#00ff00")


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp)
    yield
    theme.apply(qapp)


def test_a_loud_meter_is_longer_than_a_quiet_one(qtbot: QtBot) -> None:
    meter = Meter()
    qtbot.addWidget(meter)
    meter.resize(200, 20)
    meter.set_level(-10, -12)
    image = meter.grab().toImage()
    assert image.pixelColor(100, 10) == theme.colour("ok")
    assert image.pixelColor(190, 10) == theme.colour("line")
    assert meter.accessibleDescription() == "-10 dB"


def test_an_upright_meter_grows_from_below(qtbot: QtBot) -> None:
    meter = Meter(Qt.Orientation.Vertical)
    qtbot.addWidget(meter)
    meter.resize(20, 200)
    meter.set_level(-30, -30)
    image = meter.grab().toImage()
    assert image.pixelColor(10, 150) == theme.colour("ok")
    assert image.pixelColor(10, 50) == theme.colour("line")


def test_a_muted_meter_moves_in_grey(qtbot: QtBot) -> None:
    meter = Meter()
    qtbot.addWidget(meter)
    meter.resize(200, 20)
    meter.set_level(-10, -12, muted=True)
    assert meter.grab().toImage().pixelColor(100, 10) == theme.colour("control")


def test_too_loud_leaves_a_mark(qtbot: QtBot) -> None:
    meter = Meter()
    qtbot.addWidget(meter)
    meter.resize(200, 20)
    meter.set_level(-0.2, -6)
    meter.set_level(-40, -40)
    assert meter.clipped
    assert meter.grab().toImage().pixelColor(197, 10) == theme.colour("air")


def test_silence_leaves_the_meter_empty(qtbot: QtBot) -> None:
    meter = Meter()
    qtbot.addWidget(meter)
    meter.resize(200, 20)
    meter.set_level(-96, -96)
    assert meter.peak_db == FLOOR_DB
    assert meter.grab().toImage().pixelColor(6, 10) == theme.colour("line")


def test_a_picture_is_letterboxed_framed_and_named(qtbot: QtBot) -> None:
    view = PictureView(16 / 9)
    qtbot.addWidget(view)
    view.resize(400, 400)
    image = QImage(160, 90, QImage.Format.Format_RGB888)
    image.fill(GREEN)
    view.set_image(image)
    view.set_tally("air", "air-ink", "ON AIR · Close-up")
    shot = view.grab().toImage()
    assert shot.pixelColor(200, 200) == GREEN
    assert shot.pixelColor(200, 20) != GREEN
    assert shot.pixelColor(1, 200) == theme.colour("air")
    size = view.picture_size()
    assert abs(size.width() / size.height() - 16 / 9) < 0.03
    assert (view.word, view.painted) == ("ON AIR · Close-up", 1)


def test_a_pill_says_its_word(qtbot: QtBot) -> None:
    pill = Pill()
    qtbot.addWidget(pill)
    pill.show_word("ON AIR", "air", "air-ink")
    assert pill.text() == pill.accessibleName() == "ON AIR"


def test_a_tile_says_in_words_what_its_frame_says(qtbot: QtBot) -> None:
    tile = Tile("Close-up", "F2", 16 / 9)
    qtbot.addWidget(tile)
    tile.set_tally("ON AIR", "air", "NO SIGNAL")
    assert tile.accessibleName() == "Close-up, ON AIR, NO SIGNAL"
    assert "F2" in tile.toolTip()
    with qtbot.waitSignal(tile.clicked):
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(tile.clicked):
        qtbot.keyClick(tile, Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(tile.clicked, wait=50):
        qtbot.keyClick(tile, Qt.Key.Key_Space)


def flat(colour: str, width: int = 176, height: int = 100) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def test_a_tile_paints_its_words_when_they_change_and_not_with_each_picture(qtbot: QtBot) -> None:
    tile = Tile("Close-up", "F2", 16 / 9)
    qtbot.addWidget(tile)
    tile.resize(176, 100)
    tile.set_image(flat("#00ff00"))
    first = tile.grab().toImage()
    face = tile._face
    assert first.pixelColor(88, 40) == GREEN
    assert first.pixelColor(2, 2) != GREEN, "its corners are round"
    tile.set_image(flat("#0000ff"))
    assert tile.grab().toImage().pixelColor(88, 40) == QColor("#0000ff")
    assert tile._face is face
    tile.set_tally("ON AIR", "air")
    framed = tile.grab().toImage()
    assert tile._face is not face
    assert framed.pixelColor(88, 1) == theme.colour("air")
    face = tile._face
    tile.set_tally("ON AIR", "air")
    tile.grab()
    assert tile._face is face, "said again, it is not painted again"


def test_a_tile_shows_the_middle_of_a_picture_of_another_shape(qtbot: QtBot) -> None:
    tile = Tile("Upright", "", 9 / 16)
    qtbot.addWidget(tile)
    tile.resize(176, 100)
    upright = flat("#0000ff", 90, 160)
    for y in range(60, 100):
        for x in range(90):
            upright.setPixelColor(x, y, GREEN)
    tile.set_image(upright)
    seen = tile.grab().toImage()
    assert seen.pixelColor(88, 45) == GREEN
    assert seen.pixelColor(12, 45) == GREEN


def test_a_flow_measures_anew_when_something_has_changed(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    row = FlowLayout(holder)
    words = [QLabel(f"word {number}") for number in range(4)]
    for label in words:
        row.addWidget(label)
    holder.show()
    narrow, wide = row.heightForWidth(80), row.heightForWidth(2000)
    assert narrow > wide
    words[0].setText("a much longer word than the one that was there before, and one more")
    assert row.heightForWidth(300) > wide
    for label in words[1:]:
        label.hide()
    words[0].setText("x")
    assert row.heightForWidth(80) == wide


def test_a_fader_by_mouse(qtbot: QtBot) -> None:
    fader = Fader("Mic")
    qtbot.addWidget(fader)
    fader.resize(30, 200)
    moved: list[float] = []
    fader.moved.connect(moved.append)
    fader.set_db(0)
    middle = round(fader._y(0))
    qtbot.mousePress(fader, Qt.MouseButton.LeftButton, pos=QPoint(15, middle))
    assert moved == [], "taken, not moved"
    qtbot.mouseMove(fader, QPoint(15, 198))
    fader.set_db(3)
    assert moved[-1] == LOW_DB == fader.db, "the hand holds it"
    qtbot.mouseRelease(fader, Qt.MouseButton.LeftButton)
    fader.set_db(3)
    assert fader.db == 3
    qtbot.mouseDClick(fader, Qt.MouseButton.LeftButton, pos=QPoint(15, middle))
    assert fader.db == 0


@pytest.mark.parametrize(
    ("key", "db"),
    [
        (Qt.Key.Key_Up, 0.5),
        (Qt.Key.Key_Down, -0.5),
        (Qt.Key.Key_PageUp, 3),
        (Qt.Key.Key_PageDown, -3),
        (Qt.Key.Key_End, LOW_DB),
    ],
)
def test_a_fader_by_keys(qtbot: QtBot, key: Qt.Key, db: float) -> None:
    fader = Fader("Mic")
    qtbot.addWidget(fader)
    qtbot.keyClick(fader, key)
    assert fader.db == db
    assert fader.accessibleDescription() == f"{db:+.1f} dB"
    qtbot.keyClick(fader, Qt.Key.Key_Home)
    assert fader.db == 0


def test_every_place_of_a_fader_is_one_value_and_back(qtbot: QtBot) -> None:
    fader = Fader("Mic")
    qtbot.addWidget(fader)
    fader.resize(30, 300)
    for db in (LOW_DB, -40.0, -12.0, 0.0, 6.0, HIGH_DB):
        assert fader._at(fader._y(db)) == pytest.approx(db, abs=0.01)


def test_a_line_without_room_ends_in_dots_and_keeps_its_name(qtbot: QtBot) -> None:
    label = ElidedLabel("muted", "a line that is far too long for its place")
    qtbot.addWidget(label)
    label.resize(60, 20)
    assert label.minimumSizeHint().width() <= 60
    assert label.toolTip() == label.accessibleName() == label.text()
    button = ElidedButton("a button that is far too long for its place", tip="what it does")
    qtbot.addWidget(button)
    button.resize(80, 30)
    button.show()
    assert button.text().endswith("…")
    assert button.accessibleName() == "a button that is far too long for its place"


def test_a_click_gives_no_button_the_focus_and_enter_presses_it(qtbot: QtBot) -> None:
    pressed: list[int] = []
    button = Button("Take", lambda: pressed.append(1))
    qtbot.addWidget(button)
    button.show()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (pressed, button.hasFocus()) == ([1], False)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert pressed == [1, 1]


def test_a_flow_breaks_into_rows_and_pushes_right(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = FlowLayout(holder)
    parts = [QLabel(str(n)) for n in range(4)]
    for number, part in enumerate(parts):
        part.setFixedSize(80, 20)
        if number == 2:
            flow.add_spring()
        flow.addWidget(part)
    holder.resize(500, 60)
    holder.show()
    assert [part.y() for part in parts] == [parts[0].y()] * 4
    assert parts[3].geometry().right() == 499
    holder.resize(200, 60)
    QApplication.processEvents()
    assert parts[0].y() == parts[1].y() < parts[2].y()
    assert parts[3].geometry().right() == 199
    assert flow.heightForWidth(200) == 48
    assert flow.heightForWidth(500) == 20


def test_tiles_are_of_one_size_in_as_many_columns_as_fit(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = TileLayout(holder, 16 / 9)
    tiles = [Tile(str(n), "", 16 / 9) for n in range(8)]
    for tile in tiles:
        layout.addWidget(tile)
    holder.resize(500, layout.heightForWidth(500))
    holder.show()
    assert len({tile.size().toTuple() for tile in tiles}) == 1
    assert len({tile.x() for tile in tiles}) == 4
    assert max(tile.geometry().bottom() for tile in tiles) < holder.height()


def test_the_due_word_stands_on_the_reading_line(qtbot: QtBot) -> None:
    view = PromptView(20, 3)
    qtbot.addWidget(view)
    view.resize(220, 120)
    view.set_text([("Hello", True), ("one two three four five six seven eight", False)])
    view.grab()
    first = view._top()
    view.set_position(6)
    view.grab()
    assert view._top() > first == 1.0, "headings are not spoken"
    assert view.accessibleDescription() == "one two three four five six seven eight"
    view.set_position(8)
    assert view._top() == len(view._rows)


def test_the_frame_around_the_window_has_a_word_in_rehearsal(qtbot: QtBot) -> None:
    frame = StateFrame(QLabel("inside"))
    qtbot.addWidget(frame)
    frame.resize(300, 200)
    frame.show_state("warn", "warn-ink", "REHEARSAL")
    assert frame.words == "REHEARSAL"
    assert frame.grab().toImage().pixelColor(1, 100) == theme.colour("warn")
    frame.show_state("")
    assert frame.grab().toImage().pixelColor(1, 100) != theme.colour("warn")
