"""The recording in the window: its sign and what it offers, keys, markers, clips of the last seconds, words about all that."""

import msgspec
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from studio.commands.recording import ClipLast, MarkerSet, RecordingPause, RecordingResume, RecordingStart, RecordingStop
from studio.settings import TABLE
from studio.state import State
from studio.state.recording import Clip, Library, Mark, Recorded, Recording, Replay
from tests.ui.audit import problems
from tests.ui.conftest import Open, front, state
from ui.actions import BY_ID, words_of
from ui.dialogs.library import LibraryDialog
from ui.dialogs.markers import MarkersDialog
from ui.dialogs.settings import SettingsDialog
from ui.main_window import MainWindow
from ui.models.film_words import disk_level, disk_time, exact_time, film_time, running_time, size_words
from ui.models.recording_news import news
from ui.panels.recordings.sign import DiskLabel, RecordingSign
from ui.panels.top_bar import TopBar
from ui.widgets.flow_layout import FlowLayout

ON = Recording(status="recording", id="r", length_ms=754_000, left_s=24_000)


@pytest.mark.parametrize(
    ("ms", "running", "short", "exact"),
    [
        (0, "0:00:00", "0:00", "0:00.00"),
        (754_567, "0:12:34", "12:34", "12:34.56"),
        (3_723_000, "1:02:03", "1:02:03", "1:02:03.00"),
    ],
)
def test_times_are_read_at_a_glance(ms: int, running: str, short: str, exact: str) -> None:
    assert (running_time(ms), film_time(ms), exact_time(ms)) == (running, short, exact)


def test_what_is_left_on_the_disk_warns_in_time() -> None:
    assert [disk_time(seconds) for seconds in (0, 59, 24_000, 400_000)] == ["0:00", "0:00", "6:40", "99:00+"]
    levels = [disk_level(seconds) for seconds in (None, 7200, 7199, 1800, 1799, 0)]
    assert levels == ["", "", "warn", "warn", "bad", "bad"]
    assert [size_words(size) for size in (0, 1, 999_999, 12_340_000, 4_100_000_000)] == [
        *("0 kB", "1 kB", "1000 kB"),
        *("12.3 MB", "4.1 GB"),
    ]


def test_the_keys_do_what_makes_sense_now() -> None:
    def made(action: str, recording: Recording) -> object:
        press = BY_ID[action].press
        assert press is not None
        return press(State(recording=recording))

    off, rests = Recording(), msgspec.structs.replace(ON, status="paused")
    assert (made("recording", off), made("recording", ON), made("recording", rests)) == (
        *(RecordingStart(), RecordingStop(), RecordingStop()),
    )
    assert made("recording", Recording(status="ending")) is None
    pauses = (made("recording.pause", off), made("recording.pause", ON), made("recording.pause", rests))
    assert pauses == (None, RecordingPause(), RecordingResume())
    assert (made("marker", off), made("marker", ON)) == (None, MarkerSet())
    assert [made(f"clip.{seconds}", ON) for seconds in (30, 60, 90)] == [ClipLast(seconds=n) for n in (30, 60, 90)]
    assert made("clip.30", off) is None
    assert words_of("clip.60") == "Keep the last 60 s as a clip"


def test_what_happened_is_said_once() -> None:
    clip = Clip(id="c", title="The oil")
    one = Recorded(id="r", title="Show")

    def at(recording: Recording = ON, *, clips: tuple[Clip, ...] = (), film: str = "") -> State:
        recorded = msgspec.structs.replace(one, clips=clips, replay=Replay(film=film))
        return State(recording=recording, library=Library(recordings=(recorded,)))

    marked = msgspec.structs.replace(ON, marks=(Mark(at_ms=62_000, title="Welcome"),))
    assert news(at(), at(marked)) == "Marker at 1:02: Welcome"
    assert news(at(marked), at(marked)) == ""
    assert news(at(), at(msgspec.structs.replace(ON, marks=(Mark(at_ms=1, kind="scene", title="Red"),)))) == ""
    assert news(at(), at(clips=(clip,))) == "Clip kept: The oil"
    assert news(at(Recording()), at(Recording(), clips=(clip,))) == "", "a person who edits sees it"
    made = msgspec.structs.replace(clip, file="c.mp4")
    assert news(at(clips=(clip,)), at(clips=(made,))) == "The clip The oil is made"
    assert news(at(clips=(made,)), at(clips=(msgspec.structs.replace(made, film="f"),))) == "The clip The oil is public"
    assert news(at(), at(film="f")) == "The replay of Show is public"
    assert news(State(), at(film="f")) == "", "it was public when the library was opened"


def test_the_disk_figure_goes_before_a_row_is_begun_for_it(qtbot: QtBot) -> None:
    bar, disk = QWidget(), QLabel("Disk 6:40 h")
    qtbot.addWidget(bar)
    row = FlowLayout(bar, spacing=10)
    for label in (QLabel("Evening show"), disk, QLabel("Hold to end show")):
        row.addWidget(label)
    row.set_yielding(disk)
    wide = row.sizeHint().width()
    bar.resize(wide, 40)
    bar.show()
    one_row = row.heightForWidth(wide)
    qtbot.waitUntil(lambda: disk.width() > 0)
    bar.resize(wide - 10, 40)
    qtbot.waitUntil(lambda: disk.size() == QSize(0, 0))
    assert row.heightForWidth(wide - 10) == one_row
    row.set_yielding(None)
    assert row.heightForWidth(wide - 10) > one_row, "a disk that is nearly full stays"
    bar.resize(wide - 10, 80)
    qtbot.waitUntil(lambda: disk.width() > 0)


def test_the_sign_is_not_colour_alone(window: MainWindow, qtbot: QtBot) -> None:
    sign, disk = RecordingSign(window._bridge), DiskLabel()
    for widget in (sign, disk):
        qtbot.addWidget(widget)
    seen = []
    for status in ("off", "recording", "paused", "ending"):
        sign.refresh(State(recording=msgspec.structs.replace(ON, status=status)))
        seen.append((sign.text(), sign.property("kind"), sign.accessibleName()))
    assert [text for text, _kind, _name in seen] == ["○ REC", "● REC 0:12:34", "❚❚ REC 0:12:34", "● REC 0:12:34"]
    assert len({name for _text, _kind, name in seen}) == 4
    sign.refresh(State(recording=Recording(reason="The disk is full")))
    assert (sign.text(), sign.toolTip()) == ("! REC", "The disk is full")
    told = []
    for left_s in (None, 24_000, 5000, 900):
        disk.show_left(left_s)
        told.append((disk.text(), disk.objectName()))
    assert told == [("", "muted"), ("Disk 6:40 h", "muted"), ("Disk 1:23 h", "warn"), ("Disk nearly full: 0:15 h", "bad")]


def test_a_recording_from_the_window(window: MainWindow, qtbot: QtBot) -> None:
    top = window.top
    assert top.recording.text() == "○ REC"
    top.recording.open_menu()
    menu = top.recording.menu_
    assert menu is not None
    offered = {entry.text().split("\t")[0]: entry for entry in menu.actions() if entry.text()}
    assert [words for words, entry in offered.items() if entry.isEnabled()] == ["Record", "Markers …", "Library …"]
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    window.activateWindow()  # no window manager does it here
    qtbot.waitUntil(lambda: top.recording.text().startswith("● REC"))
    qtbot.waitUntil(lambda: top.disk.text().startswith("Disk"))

    qtbot.waitUntil(lambda: state(window).recording.length_ms > 0)
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.notice.text().startswith("Marker at 0:0"))
    assert window.notice.text().endswith("Marker 1")

    window.dialogs.open("library")
    library = front(LibraryDialog)
    assert library.view.state.text() == "● Recording"
    qtbot.waitUntil(lambda: library.view.film.picture.image is not None)
    assert not library.view.remove.isEnabled(), "it is still being recorded"
    library.accept()

    window.dialogs.open("markers")
    markers = front(MarkersDialog)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is markers.name)
    markers.name.setText("The <i>oil</i>")
    qtbot.keyClick(markers.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [row.title for row in markers.rows] == ["The <i>oil</i>"])
    markers.name.setText("Goodbye")
    qtbot.mouseClick(markers.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(markers.rows) == 2)
    qtbot.mouseClick(markers.rows[1].up, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [row.title for row in markers.rows] == ["Goodbye", "The <i>oil</i>"])
    qtbot.mouseClick(markers.rows[1].set_, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: markers.list.count() == 2 and markers.rows[1].used.text().startswith("✓"))
    assert markers.list.item(1).text().endswith("The <i>oil</i>")
    qtbot.mouseClick(markers.rows[0].remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [row.title for row in markers.rows] == ["The <i>oil</i>"])
    assert problems(markers) == []
    markers.accept()

    window._trigger("recording.pause")
    qtbot.waitUntil(lambda: top.recording.text().startswith("❚❚ REC"))
    window._trigger("recording.pause")
    qtbot.waitUntil(lambda: top.recording.text().startswith("● REC"))
    window._trigger("recording")
    qtbot.waitUntil(lambda: top.recording.text() == "○ REC")
    qtbot.waitUntil(lambda: [one.state for one in state(window).library.recordings] == ["ready"])


def test_without_a_recording_no_marker_is_set(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.open("markers")
    markers = front(MarkersDialog)
    assert markers.why.isVisible()
    assert not markers.now.isEnabled()
    qtbot.mouseClick(markers.add, Qt.MouseButton.LeftButton)
    assert state(window).recording.planned == (), "a name without letters is none"


def test_the_settings_of_recordings_can_be_found(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.open("settings")
    settings = front(SettingsDialog)
    rows = {row.name for row in settings.rows}
    assert {name for name in TABLE if name.startswith(("recording.", "library."))} <= rows
    settings.search.setText("record every show")
    assert [row.name for row in settings.rows if not row.isHidden()] == ["recording.auto"]
    settings.search.setText("last 60 s")
    assert [row.action for row in settings.keys if not row.isHidden()] == ["clip.60"]


@pytest.mark.parametrize("percent", [100, 200])
def test_the_bar_holds_long_words(opened: Open, qtbot: QtBot, percent: int) -> None:
    window = opened(language="da", window__text_percent=percent)
    bar = TopBar(window._bridge)
    qtbot.addWidget(bar)
    bar.refresh(
        State(
            show=msgspec.structs.replace(state(window).show, state="live", live_since_ms=1, viewers=12_345),
            stream=msgspec.structs.replace(state(window).stream, status="live", kbps=4600),
            recording=msgspec.structs.replace(ON, left_s=900),
            link=state(window).link,
        )
    )
    bar.resize(1280, bar.heightForWidth(1280))
    bar.show()
    qtbot.waitUntil(lambda: bar.disk.width() > 0 and problems(bar) == [])
    bar.refresh(State(recording=ON, show=state(window).show, link=state(window).link))
    qtbot.waitUntil(lambda: problems(bar) == [])
