"""Meter, picture, pill and scene button: what they show for what they are given."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from ui import theme
from ui.widgets.meter import FLOOR_DB, Meter
from ui.widgets.picture_view import PictureView
from ui.widgets.pill import Pill
from ui.widgets.scene_button import SceneButton

GREEN, AMBER, RED, BLACK, GREY = (QColor(name) for name in ("#00ff00", "#ffaa00", "#ff0000", "#000000", "#808080"))


def test_a_loud_meter_is_longer_than_a_quiet_one(qtbot: QtBot) -> None:
    meter = Meter(GREEN, AMBER, RED, BLACK, GREY)
    qtbot.addWidget(meter)
    meter.resize(200, 20)
    meter.set_level(-10, -12)
    image = meter.grab().toImage()
    assert image.pixelColor(100, 10).green() > 200
    assert image.pixelColor(198, 10) == BLACK
    assert meter.accessibleDescription() == "-10 dB"


def test_a_muted_meter_moves_in_grey(qtbot: QtBot) -> None:
    meter = Meter(GREEN, AMBER, RED, BLACK, GREY)
    qtbot.addWidget(meter)
    meter.resize(200, 20)
    meter.set_level(-10, -12, muted=True)
    assert meter.grab().toImage().pixelColor(100, 10) == GREY


def test_silence_leaves_the_meter_empty(qtbot: QtBot) -> None:
    meter = Meter(GREEN, AMBER, RED, BLACK, GREY)
    qtbot.addWidget(meter)
    meter.resize(200, 20)
    meter.set_level(-96, -96)
    assert meter.peak_db == FLOOR_DB
    assert meter.grab().toImage().pixelColor(4, 10) == BLACK


def test_a_picture_is_letterboxed_and_framed(qtbot: QtBot) -> None:
    view = PictureView(BLACK, 16 / 9)
    qtbot.addWidget(view)
    view.resize(400, 400)
    image = QImage(160, 90, QImage.Format.Format_RGB888)
    image.fill(GREEN)
    view.set_image(image)
    view.set_tally(RED)
    shot = view.grab().toImage()
    assert shot.pixelColor(200, 200) == GREEN
    assert shot.pixelColor(200, 20) != GREEN
    assert shot.pixelColor(1, 200) == RED
    size = view.picture_size()
    assert abs(size.width() / size.height() - 16 / 9) < 0.03


def test_a_pill_says_its_word(qtbot: QtBot) -> None:
    pill = Pill()
    qtbot.addWidget(pill)
    pill.show_word("ON AIR", "#ff0000", "#ffffff")
    assert pill.text() == pill.accessibleName() == "ON AIR"


def test_a_scene_on_air_says_so_in_words(qtbot: QtBot) -> None:
    colours = {name: theme.colour(name) for name in ("raised", "hover", "line", "text", "muted", "air", "accent")}
    button = SceneButton("Close-up", "F2", colours | {"air-text": RED})
    qtbot.addWidget(button)
    button.set_tally("ON AIR", on_air=True)
    assert button.accessibleName() == "Close-up, ON AIR"
    assert "F2" in button.toolTip()
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
