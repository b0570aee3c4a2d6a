"""The library in the window, on a real engine with small films on the disk."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from studio.state.recording import Recorded, Replay, Work
from tests.ui import recorded
from tests.ui.audit import problems
from tests.ui.conftest import Open, front, state
from ui.dialogs.clip_editor import ClipEditor
from ui.dialogs.library import LibraryDialog
from ui.main_window import MainWindow
from ui.models.film_words import matches, state_word


@pytest.fixture
def shelf(opened: Open, home: Path, qtbot: QtBot) -> tuple[MainWindow, LibraryDialog]:
    """The window, and its library with three recordings."""
    recorded.put(recorded.FULL, recorded.BROKEN, recorded.THROWN)
    window = opened()
    qtbot.waitUntil(lambda: len(state(window).library.recordings) == 3)
    window.dialogs.open("library")
    return window, front(LibraryDialog)


def titles(library: LibraryDialog) -> list[str]:
    """As the list shows them."""
    return [library.list.item(row).text().split("\n")[0] for row in range(library.list.count())]


def press_other(qtbot: QtBot) -> None:
    """The button that does it, in the question that is asked."""
    box = front(QMessageBox)
    act = next(button for button in box.buttons() if button is not box.defaultButton())
    qtbot.mouseClick(act, Qt.MouseButton.LeftButton)


def test_words_are_looked_for_in_titles_and_products() -> None:
    one = recorded.FULL
    assert matches(one, "", "all")
    assert matches(one, "ROSE evening", "all")
    assert not matches(one, "rose tulip", "all")
    assert not matches(one, "", "trash")
    assert not matches(one, "", "replay")
    assert matches(msgspec.structs.replace(one, replay=Replay(upload="u")), "", "replay")
    assert matches(recorded.THROWN, "", "trash")
    assert not matches(recorded.THROWN, "", "all")


def test_one_word_says_how_a_recording_is() -> None:
    def word(work: Work | None = None, **fields: object) -> str:
        one = msgspec.structs.replace(recorded.FULL, **fields)
        return state_word(one, (work,) if work is not None else ())[0]

    sending = Work(id="w", kind="replay", recording=recorded.FULL.id, progress=0.42)
    assert word() == "Ready"
    assert word(recovered=True) == "Repaired"
    assert word(state="recording") == "● Recording"
    assert word(replay=Replay(film="f")) == "Replay is public"
    assert word(sending) == "Sending, 42 %"
    assert word(msgspec.structs.replace(sending, progress=None)) == "Waits to be sent"


def test_an_empty_library_says_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.open("library")
    library = front(LibraryDialog)
    assert library.empty.isVisible()
    assert "Nothing has been recorded yet" in library.empty.text()
    qtbot.waitUntil(lambda: "free on the disk" in library.room.text())
    assert problems(library) == []


def test_what_is_there_is_found_and_looked_at(shelf: tuple[MainWindow, LibraryDialog], qtbot: QtBot) -> None:
    _window, library = shelf
    view = library.view
    assert titles(library) == [recorded.FULL.title, recorded.BROKEN.title]
    assert view.title.text() == recorded.FULL.title
    assert view.state.text() == "Ready"
    assert [view.chapters.item(row).text().split("   ")[1] for row in range(view.chapters.count())] == ["Welcome <b>", "Rose Oil"]
    qtbot.waitUntil(lambda: view.film.picture.image is not None)
    qtbot.waitUntil(lambda: len(library._icons) == 1)
    before = view.film.picture.image
    view.chapters.itemActivated.emit(view.chapters.item(1))
    assert view.place.value() == view.film.at_ms == 2500
    qtbot.waitUntil(lambda: view.film.picture.image is not before)
    assert problems(library) == []

    qtbot.keyClicks(library.search, "tulip")
    assert titles(library) == []
    assert library.empty.text() == "No recording has these words."
    library.search.clear()
    qtbot.keyClicks(library.search, "rose")
    assert titles(library) == [recorded.FULL.title]
    library.search.clear()
    library.filter.setCurrentIndex(library.filter.findData("replay"))
    assert "No recording is published as a replay" in library.empty.text()


def test_a_film_plays_and_stops(shelf: tuple[MainWindow, LibraryDialog], qtbot: QtBot) -> None:
    window, library = shelf
    view = library.view
    assert view.play.text() == "Play"
    view.film.picture.clear()  # as in the moment before its first picture is read
    qtbot.mouseClick(view.play, Qt.MouseButton.LeftButton)
    window._bridge.changed.emit()
    assert view.play.text() == "Stop", "something else that changes does not stop it"
    qtbot.waitUntil(lambda: view.place.value() > 300)
    view.place.setValue(5700)
    assert not view.film.player.plays, "who looks for a place does not want to hear the old one"
    qtbot.keyClick(view.play, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.film.player.plays)
    assert view.play.text() == "Play", "it has come to its end"
    assert view.place.value() > 5700
    qtbot.mouseClick(view.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: 0 < view.place.value() < 5000)
    library.accept()
    assert not view.film.player.plays


def test_a_broken_one_says_why_and_can_be_thrown_away(shelf: tuple[MainWindow, LibraryDialog], qtbot: QtBot) -> None:
    window, library = shelf
    library.list.setCurrentRow(1)
    view = library.view
    assert (view.state.text(), view.problem.text()) == ("Broken", "The film cannot be read")
    assert not view.play.isVisible()
    assert not view.clips.isVisible()
    qtbot.keyClick(library.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: titles(library) == [recorded.FULL.title])
    assert library.gone.isVisible()
    assert library.gone_words.text() == "Nothing to see is in the trash."
    qtbot.mouseClick(library.take_back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(titles(library)) == 2 and not library.gone.isVisible())
    assert {one.id: one.state for one in state(window).library.recordings}[recorded.BROKEN.id] == "broken"


def test_it_is_given_another_title(shelf: tuple[MainWindow, LibraryDialog], qtbot: QtBot) -> None:
    window, library = shelf
    view = library.view
    view.title.setFocus()
    view.title.setText("  Autumn ")
    qtbot.keyClick(view.title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(library)[0] == "Autumn")
    assert state(window).library.recordings[0].title == "Autumn"
    view.title.setText("   ")
    qtbot.keyClick(view.title, Qt.Key.Key_Return)
    assert view.title.text() == "Autumn", "no title at all is none"


def test_for_good_is_asked_about(shelf: tuple[MainWindow, LibraryDialog], qtbot: QtBot, home: Path) -> None:
    window, library = shelf
    library.filter.setCurrentIndex(library.filter.findData("trash"))
    assert titles(library) == ["Yesterday"]
    view = library.view
    assert [button.isVisible() for button in (view.restore, view.delete, view.clips, view.publish)] == [True, True, False, False]
    assert problems(library) == []
    qtbot.mouseClick(view.delete, Qt.MouseButton.LeftButton)
    box = front(QMessageBox)
    box.reject()
    qtbot.mouseClick(view.restore, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: titles(library) == [])
    library.filter.setCurrentIndex(0)
    library.choose(recorded.THROWN.id)
    qtbot.mouseClick(view.remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: recorded.THROWN.title not in titles(library))
    library.filter.setCurrentIndex(library.filter.findData("trash"))
    qtbot.mouseClick(library.empty_trash, Qt.MouseButton.LeftButton)
    press_other(qtbot)
    qtbot.waitUntil(lambda: len(state(window).library.recordings) == 2)
    assert library.empty.text() == "The trash is empty."
    assert window.notice.isHidden(), "a guard is no refusal"


def test_it_is_exported_and_opened(
    shelf: tuple[MainWindow, LibraryDialog], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, library = shelf
    opened: list[QUrl] = []

    def refuse(url: QUrl) -> bool:
        opened.append(url)
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", refuse)
    view = library.view
    qtbot.mouseClick(view.open_, Qt.MouseButton.LeftButton)
    assert view.problem.text().startswith("No program of this computer plays")
    qtbot.mouseClick(view.folder, Qt.MouseButton.LeftButton)
    film = window._bridge.film(recorded.FULL.id)
    assert film is not None
    assert [Path(url.toLocalFile()) for url in opened] == [film, film.parent]
    (target := tmp_path / "out").mkdir()
    qtbot.mouseClick(view.export, Qt.MouseButton.LeftButton)
    dialog = front(QFileDialog)
    dialog.fileSelected.emit(str(target))
    dialog.close()
    qtbot.waitUntil(lambda: any(target.glob("*/film.mp4")) and not state(window).works)


def test_what_takes_its_time_is_seen_and_stopped(shelf: tuple[MainWindow, LibraryDialog], qtbot: QtBot) -> None:
    window, library = shelf
    sending = Work(id="none", kind="replay", recording=recorded.FULL.id, progress=0.42)
    _update(window, lambda one: one, works=(sending,))
    rows = library.view.works.rows
    qtbot.waitUntil(lambda: list(rows) == ["none"])
    assert (rows["none"].bar.value(), library.view.state.text()) == (42, "Sending, 42 %")
    assert rows["none"].cancel.accessibleName() == "Cancel: Sending the replay"
    qtbot.mouseClick(rows["none"].cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.notice.text().endswith("There is no work none"))
    _update(window, lambda one: msgspec.structs.replace(one, replay=Replay(film="replay-1")), works=())
    qtbot.waitUntil(lambda: not rows and library.view.withdraw.isVisible())
    assert not library.view.publish.isVisible()
    assert problems(library) == []


def test_clips_are_cut_from_here(shelf: tuple[MainWindow, LibraryDialog], qtbot: QtBot) -> None:
    window, library = shelf
    qtbot.mouseClick(library.view.clips, Qt.MouseButton.LeftButton)
    editor = front(ClipEditor)
    assert editor.recording == recorded.FULL.id
    window.dialogs.clips(recorded.FULL.id)
    assert front(ClipEditor) is editor, "one editor, brought to the front"


@pytest.mark.parametrize("percent", [100, 200])
def test_everything_has_its_place(opened: Open, home: Path, qtbot: QtBot, percent: int) -> None:
    recorded.put(recorded.FULL, recorded.BROKEN, recorded.THROWN)
    window = opened(language="da", window__text_percent=percent)
    window.dialogs.open("library")
    library = front(LibraryDialog)
    for row in range(2):
        library.list.setCurrentRow(row)
        qtbot.waitUntil(lambda: problems(library) == [])


def _update(window: MainWindow, change: Callable[[Recorded], Recorded], works: tuple[Work, ...]) -> None:
    """As the engine would."""

    async def put(studio: object) -> None:
        store = studio.store  # type: ignore[attr-defined]
        library = store.state.library
        changed = tuple(change(one) if one.id == recorded.FULL.id else one for one in library.recordings)
        store.update(library=msgspec.structs.replace(library, recordings=changed), works=works)

    window._bridge.call(put)
