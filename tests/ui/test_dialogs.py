"""Dialogs over the real engine: what is set in them is so."""

import ast
import json
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from studio.commands.rundown import ScriptSet
from studio.commands.show import ShowExport
from studio.errors import DeviceFailed
from studio.show_file import FileSource, ShowFile, ShowInfo
from studio.shows.session import Left
from studio.sources import camera, camera_list, devices
from studio.sources.camera_list import Camera
from studio.state import Scene, SceneItem
from studio.state.rundown import Step
from tests.ui.conftest import FILE, Open, front, state
from ui.dialogs.add_source import AddSource
from ui.dialogs.assistant import Assistant
from ui.dialogs.effects import EffectsDialog
from ui.dialogs.missing import MissingFilesDialog
from ui.dialogs.preflight import PreflightDialog
from ui.dialogs.recover import RecoverDialog
from ui.dialogs.rundown import RundownDialog
from ui.dialogs.settings import SettingsDialog
from ui.dialogs.shows import ShowsDialog
from ui.main_window import MainWindow
from ui.widgets.form import NoWheel
from ui.windows.presenter import Presenter


def click(qtbot: QtBot, button: Any) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def one_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera that delivers grey, and no sound system."""

    class Pictures:
        def close(self) -> None:
            pass

        def decode(self, video: int) -> Any:
            for number in range(100_000):
                yield av.VideoFrame.from_ndarray(np.full((540, 640), 100 + number % 50, np.uint8), format="yuv420p")
                qt_pause()

    def qt_pause() -> None:
        import time

        time.sleep(1 / 60)  # the camera's own rate

    monkeypatch.setattr(camera.CameraSource.__init__, "__defaults__", (lambda settings: Pictures(),))
    monkeypatch.setattr(camera_list, "cameras", lambda platform="": [Camera("/dev/video90", "Grey camera")])
    monkeypatch.setattr(devices, "microphones", list)


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_settings_are_found_set_and_refused_with_a_sentence(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.open("settings")
    dialog = front(SettingsDialog)
    qtbot.keyClicks(dialog.search, "bitrate")
    shown = [row.name for row in dialog.rows if not row.isHidden()]
    assert shown == ["video.bitrate_kbps", "audio.bitrate_kbps", "recording.bitrate_kbps"]
    row = next(row for row in dialog.rows if row.name == "video.bitrate_kbps")
    row.control.setValue(6000)  # type: ignore[attr-defined]
    assert window._settings["video.bitrate_kbps"] == 6000
    row._set(10)
    assert not row.problem.isHidden()
    assert "200" in row.problem.text()
    assert window._settings["video.bitrate_kbps"] == 6000
    dialog.search.setText("push to talk")
    assert dialog.tabs.currentIndex() == 1
    assert [key.action for key in dialog.keys if not key.isHidden()] == ["talk"]
    assert "assistant.done" not in {row.name for row in dialog.rows}
    dialog.close()


# ── rundown ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rundown_is_written_moved_and_saved(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.open("rundown")
    dialog = front(RundownDialog)
    assert [editor.title.text() for editor in dialog.editors] == ["Welcome", "The products", "Goodbye"]
    click(qtbot, dialog.add)
    dialog.editors[-1].title.setText("Questions")
    dialog.editors[-1].minutes.setValue(5)
    dialog.editors[-1].scene.setCurrentIndex(1)
    click(qtbot, dialog.editors[-1].up)
    click(qtbot, dialog.editors[0].remove)
    dialog.script.setPlainText("# New\nwords")
    click(qtbot, dialog.save)
    qtbot.waitUntil(lambda: state(window).rundown.script == "# New\nwords")
    steps = state(window).rundown.steps
    assert [(step.title, step.minutes, step.scene) for step in steps] == [
        ("The products", 7.5, "b"),
        ("Questions", 5, "a"),
        ("Goodbye", 0, ""),
    ]
    qtbot.waitUntil(lambda: window.workspaces.host.rundown.words.text() == "3 steps · 12.5 min")


def test_steps_without_a_title_are_left_out_and_cancel_leaves_all(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.open("rundown")
    dialog = front(RundownDialog)
    click(qtbot, dialog.add)
    click(qtbot, dialog.save)
    assert len(state(window).rundown.steps) == 3
    window.dialogs.open("rundown")
    front(RundownDialog).editors[0].title.setText("Other")
    front(RundownDialog).reject()
    assert state(window).rundown.steps[0].title == "Welcome"


LOST_STEPS = (
    Step(id="1", title="Serum", minutes=7.25, product="gone-serum", scene="gone-scene"),
    Step(id="2", title="  Goodbye ", minutes=33.33, notes="See you"),
)
"""Its product and scene are not in any list; its minutes are finer than the field can show."""


def unasked() -> bool:
    """Whether no question is open."""
    return not any(isinstance(one, QMessageBox) and one.isVisible() for one in QApplication.topLevelWidgets())


def test_a_step_keeps_what_no_list_knows(opened: Open, qtbot: QtBot) -> None:
    window = opened(msgspec.structs.replace(FILE, rundown=LOST_STEPS))
    window.dialogs.open("rundown")
    dialog = front(RundownDialog)
    assert dialog.editors[0].product.currentText() == NoWheel.unknown_words.format(value="gone-serum")
    assert dialog.editors[0].scene.currentText() == NoWheel.unknown_words.format(value="gone-scene")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert unasked(), "nothing was written"
    window.dialogs.open("rundown")
    dialog = front(RundownDialog)
    dialog.editors[0].title.setText("The serum")
    click(qtbot, dialog.save)
    qtbot.waitUntil(lambda: state(window).rundown.steps[0].title == "The serum")
    steps = state(window).rundown.steps
    assert (steps[0].product, steps[0].scene, steps[0].minutes) == ("gone-serum", "gone-scene", 7.25)
    assert steps[1] == LOST_STEPS[1]
    window.dialogs.open("rundown")
    dialog = front(RundownDialog)
    dialog.editors[0].product.setCurrentIndex(0)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert not unasked(), "that was a change"
    click(qtbot, dialog.save)
    qtbot.waitUntil(lambda: state(window).rundown.steps[0].product == "")
    assert state(window).rundown.steps[0].scene == "gone-scene"


def test_what_somebody_else_writes_meanwhile_is_no_change_of_ours(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.open("rundown")
    dialog = front(RundownDialog)
    window._bridge.run(ScriptSet(text="# Other\nwords"))
    qtbot.waitUntil(lambda: state(window).rundown.script == "# Other\nwords")
    dialog.editors[0].minutes.setValue(3)
    click(qtbot, dialog.save)
    qtbot.waitUntil(lambda: state(window).rundown.steps[0].minutes == 3)
    assert state(window).rundown.script == "# Other\nwords"


def test_lists_are_set_by_choose_alone() -> None:
    """`max(0, findData(value))` shows the first entry for a value that is in none, and *Save* writes that."""
    found = [
        f"{path}:{node.lineno}"
        for path in sorted(Path("ui").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("findData", "findText") and path.name != "form.py"
    ]
    assert found == []


# ── sources ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("one_camera")
def test_a_camera_is_seen_before_it_is_added(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    window.workspaces.producer.items.add_source()
    dialog = front(AddSource)
    click(qtbot, dialog.kinds["camera"])
    qtbot.waitUntil(lambda: dialog.picker is not None and dialog.picker.choice is not None)
    picker = dialog.picker
    assert picker is not None
    qtbot.waitUntil(lambda: picker.view.painted > 2)
    click(qtbot, dialog.found[0])
    qtbot.waitUntil(lambda: [s.name for s in state(window).sources][-1] == "Grey camera")
    qtbot.waitUntil(lambda: state(window).sources[-1].status == "live")
    qtbot.waitUntil(lambda: len(state(window).scenes.scenes[1].items) == 2)
    items = state(window).scenes.scenes[1].items
    assert (items[-1].source, items[-1].transform.fit) == (state(window).sources[-1].id, "fill")


@pytest.mark.usefixtures("one_camera")
def test_where_nothing_is_connected_nothing_can_be_added(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    window.workspaces.producer.items.add_source()
    dialog = front(AddSource)
    click(qtbot, dialog.kinds["microphone"])
    picker = dialog.picker
    assert picker is not None
    qtbot.waitUntil(lambda: "nothing is connected" in picker.words.text())
    assert not dialog.found[0].isEnabled()
    click(qtbot, dialog.kinds["text"])
    qtbot.waitUntil(lambda: state(window).sources[-1].kind == "text")


def test_a_source_of_the_show_is_used_again_by_reference(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    dialog = AddSource(window._bridge, window)
    dialog._use("red", "colour")
    qtbot.waitUntil(lambda: [item.source for item in state(window).scenes.scenes[1].items] == ["tone", "red"])
    assert len(state(window).sources) == len(FILE.sources)


def test_effects_are_added_changed_moved_and_removed(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    dialog = EffectsDialog(window._bridge, window, "tone")
    dialog.open()

    def effects() -> list[str]:
        return [type(effect).__name__ for effect in state(window).mixer.channels[0].effects]

    dialog._add("gate")
    qtbot.waitUntil(lambda: effects() == ["Gate"])
    dialog._add("compressor")
    qtbot.waitUntil(lambda: effects() == ["Gate", "Compressor"] and len(dialog.forms) == 2)
    dialog.forms[0].controls["threshold_db"].setValue(-30)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: state(window).mixer.channels[0].effects[0].threshold_db == -30)  # type: ignore[union-attr]
    dialog._move(0, 1)
    qtbot.waitUntil(lambda: effects() == ["Compressor", "Gate"])
    dialog._remove(0)
    qtbot.waitUntil(lambda: effects() == ["Gate"])
    qtbot.waitUntil(lambda: window.workspaces.producer.mixer.strips["tone"].effects.text() == "Fx 1")
    dialog.close()


# ── shows ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("one_camera")
def test_the_assistant_makes_a_show_of_ones_own(window: MainWindow, qtbot: QtBot, home: Path) -> None:
    window._bridge.started.connect(window.rebuild)
    window.dialogs.assistant()
    dialog = front(Assistant)
    click(qtbot, dialog.next)
    picker = dialog.camera
    assert picker is not None
    qtbot.waitUntil(lambda: picker.choice is not None and picker.view.painted > 0)
    click(qtbot, dialog.next)
    click(qtbot, dialog.next)
    dialog.title.setText("Aftenhygge")
    click(qtbot, dialog.next)
    qtbot.waitUntil(lambda: state(window).show.title == "Aftenhygge")
    qtbot.waitUntil(lambda: window.top.title.text() == "Aftenhygge")
    written = json.loads((home / "data" / "shows" / "aftenhygge.show.json").read_text())
    assert written["sources"][0]["settings"] == {"device": "/dev/video90"}
    assert window._settings["assistant.done"] is True


def test_the_assistant_changes_the_language_and_begins_again(window: MainWindow, qtbot: QtBot) -> None:
    window.dialogs.assistant()
    click(qtbot, front(Assistant).languages["da"])
    qtbot.waitUntil(lambda: window.top.air.text == "Hold for at gå live")
    qtbot.waitUntil(lambda: front(Assistant).windowTitle() == "Velkommen til Vitrine")
    again = front(Assistant)
    assert again.windowTitle() == "Velkommen til Vitrine"
    click(qtbot, again.skip)
    assert window._settings["assistant.done"] is True


def test_shows_are_made_listed_copied_and_opened(window: MainWindow, qtbot: QtBot) -> None:
    window._bridge.started.connect(window.rebuild)
    window.dialogs.open("shows")
    dialog = front(ShowsDialog)
    dialog.title.setText("Forår")
    click(qtbot, dialog.templates["empty"])
    qtbot.waitUntil(lambda: state(window).show.title == "Forår" and len(state(window).scenes.scenes) == 1)
    window.dialogs.open("shows")
    dialog = front(ShowsDialog)
    assert [entry.title for entry in dialog._entries] == ["Forår"]
    click(qtbot, dialog.copy_button)
    assert sorted(entry.title for entry in dialog._entries) == ["Forår", "Forår (copy)"]
    dialog.close()


def test_a_show_on_air_is_not_closed_for_another(window: MainWindow, qtbot: QtBot) -> None:
    from studio.commands.stream import StreamStart

    window._bridge.run(StreamStart())
    qtbot.waitUntil(lambda: state(window).stream.status == "live")
    window.dialogs.open("shows")
    dialog = front(ShowsDialog)
    click(qtbot, dialog.templates["empty"])
    assert "You are on air" in dialog.problem.text()
    assert state(window).show.id == "window-test"
    dialog.close()


def test_a_broken_show_says_why_and_the_old_one_stays(window: MainWindow, qtbot: QtBot, home: Path) -> None:
    folder = home / "data" / "shows"
    folder.mkdir(parents=True)
    (folder / "broken.show.json").write_text('{"version": 99}')
    window.dialogs.open("shows")
    dialog = front(ShowsDialog)
    assert "update it" in dialog._entries[0].problem
    assert not dialog.open_button.isEnabled()
    dialog._brought(str(folder / "broken.show.json"))
    qtbot.waitUntil(lambda: "version" in dialog.problem.text())
    dialog.close()
    assert state(window).show.id == "window-test"


def test_a_show_is_taken_along(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    done: list[Any] = []
    window._bridge.run(ShowExport(path=str(tmp_path / "taken.vitrine")), done.append)
    qtbot.waitUntil(lambda: done == [[]])
    assert (tmp_path / "taken.vitrine").stat().st_size > 500
    window._bridge.run(ShowExport(path=str(tmp_path / "no" / "such" / "folder.vitrine")), done.append)
    qtbot.waitUntil(lambda: "cannot be written" in window.notice.text())


# ── what is missing, and what a crash left ───────────────────────────────────────────────────────────────────


def test_missing_pictures_are_asked_about_and_found(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    file = ShowFile(
        show=ShowInfo(id="gone-files", title="Gone"),
        sources=(FileSource(id="logo", kind="image", name="Logo", settings={"path": "/no/such/logo.png"}),),
        scenes=(Scene(id="a", name="A", items=(SceneItem(id="1", source="logo"),)),),
        program="a",
        preview="a",
    )
    window = opened(file)
    window.dialogs.missing()
    dialog = front(MissingFilesDialog)
    dialog.search(tmp_path)
    assert "0 of 1" in dialog.told.text()
    (tmp_path / "logo.png").write_bytes(Path("assets/demo/logo.png").read_bytes())
    dialog.search(tmp_path)
    qtbot.waitUntil(lambda: state(window).sources[0].status == "live")
    assert state(window).sources[0].settings["path"] == str(tmp_path / "logo.png")
    window.dialogs.missing()
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, MissingFilesDialog) and one.isVisible()]


@pytest.mark.parametrize("back", [True, False])
def test_after_a_crash_one_is_asked_and_staying_off_air_is_the_default(window: MainWindow, qtbot: QtBot, back: bool) -> None:
    window.dialogs.recover(Left(show="x", pid=1, on_air=True, at_ms=1_700_000_000_000))
    dialog = front(RecoverDialog)
    assert dialog.stay.isDefault()
    assert dialog.back is not None
    click(qtbot, dialog.back if back else dialog.stay)
    if back:
        qtbot.waitUntil(lambda: state(window).stream.status == "live")
    else:
        qtbot.wait(100)
        assert state(window).stream.status == "off"


def test_a_crash_off_air_offers_nothing_but_to_go_on(window: MainWindow) -> None:
    window.dialogs.recover(Left(show="x", pid=1, at_ms=1_700_000_000_000))
    assert front(RecoverDialog).back is None
    front(RecoverDialog).close()


def test_the_preflight_ends_in_words(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(state(window).shop.products) > 0)
    window.dialogs.open("preflight")
    dialog = front(PreflightDialog)
    qtbot.waitUntil(lambda: state(window).preflight.at_ms is not None)
    qtbot.waitUntil(lambda: not dialog.progress.isVisible())
    assert len(dialog.rows) == len(state(window).preflight.findings) >= 8
    assert "put right" in dialog.verdict.text(), "a product without a price must be put right"
    words = [row.accessibleName() for row in dialog.rows]
    assert any(name.startswith("Products: must be put right. without a price") for name in words)
    dialog.close()


# ── windows beside the main one ──────────────────────────────────────────────────────────────────────────────


def test_the_multiview_previews_with_a_click_and_takes_only_when_told(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_V)
    multiview: Any = window.extra.made["multiview"]
    qtbot.waitUntil(lambda: multiview.preview.painted and multiview.program.painted)
    click(qtbot, multiview.scenes.buttons[2])
    qtbot.waitUntil(lambda: state(window).scenes.preview == "c")
    qtbot.mouseDClick(multiview.scenes.buttons[2], Qt.MouseButton.LeftButton)
    qtbot.wait(100)
    assert state(window).scenes.program == "a"
    window._settings.set("window.double_click", True)
    qtbot.mouseDClick(multiview.scenes.buttons[2], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(window).scenes.program == "c")
    window.act("window:multiview")
    assert not multiview.isVisible()


def test_the_presenter_view_is_read_from_three_metres(window: MainWindow, qtbot: QtBot) -> None:
    from studio.commands.rundown import CueSend, RundownGo

    window.act("window:presenter")
    presenter = window.extra.made["presenter"]
    assert isinstance(presenter, Presenter)
    presenter.resize(1920, 1080)
    window._bridge.run(RundownGo())
    window._bridge.run(CueSend(text="Two minutes"))
    qtbot.waitUntil(lambda: presenter.cue.isVisible() and presenter.now.text() == "Welcome")
    presenter.refresh(state(window))
    assert presenter.next.text() == "Next: The products"
    for words in (presenter.now, presenter.next, presenter.clock, presenter.cue, presenter.state):
        assert words.letters() >= 0.05 * 1080, "a letter of 3 metres"
    assert presenter.clock.text().endswith(("1:59", "2:00", "1:58"))


def test_the_projector_shows_the_programme_and_nothing_else(window: MainWindow, qtbot: QtBot) -> None:
    window.act("window:projector")
    projector: Any = window.extra.made["projector"]
    qtbot.waitUntil(lambda: projector.view.painted)
    window._refresh()
    assert projector.view.word == ""
    qtbot.keyClick(projector, Qt.Key.Key_F11)
    assert projector.isFullScreen()
    qtbot.keyClick(projector, Qt.Key.Key_Escape)
    assert not projector.isFullScreen()


def test_a_camera_that_is_not_there_says_so_in_the_picker(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(settings: Any) -> Any:
        raise DeviceFailed("The camera {name} is not there", name="Cam")

    monkeypatch.setattr(camera.CameraSource.__init__, "__defaults__", (fail,))
    monkeypatch.setattr(camera_list, "cameras", lambda platform="": [Camera("/dev/video90", "Cam")])
    from ui.dialogs.device_picker import DevicePicker

    picker = DevicePicker(window._bridge, "camera")
    qtbot.addWidget(picker)
    qtbot.waitUntil(lambda: "Cam is not there" in picker.words.text())
    picker.stop()
