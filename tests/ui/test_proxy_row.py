"""A film's smaller copy in the properties: offered, made, stopped, thrown away."""

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.commands.scene import ItemAdd
from studio.commands.source import SourceAdd
from studio.state import Source, State
from studio.state.recording import Work
from tests.fakes import make_film
from tests.ui.conftest import Open, state
from ui.main_window import MainWindow
from ui.panels.proxy_row import ProxyRow


def film_of(window: MainWindow) -> Source:
    return next(source for source in state(window).sources if source.kind == "media_file")


def row_of(window: MainWindow) -> ProxyRow:
    row = window.workspaces.producer.properties.proxy
    assert row is not None
    return row


def test_a_smaller_copy_is_made_and_thrown_away(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(window__workspace="producer")
    film = make_film(tmp_path / "film.mp4", frames=45, size=(1440, 810))
    window._bridge.run(SourceAdd(kind="media_file", name="Film", settings={"path": str(film)}))
    qtbot.waitUntil(lambda: any(source.kind == "media_file" and source.status == "live" for source in state(window).sources))
    window._bridge.run(ItemAdd(scene="b", source=film_of(window).id))
    qtbot.waitUntil(lambda: len(state(window).scenes.scenes[1].items) == 2)
    window.workspaces.producer.stage.select(state(window).scenes.scenes[1].items[1].id)
    row = row_of(window)
    qtbot.waitUntil(row.make.isVisible)
    assert not row.original.isVisible()
    qtbot.mouseClick(row.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: film_of(window).proxy)
    qtbot.waitUntil(lambda: row.original.isVisible() and not row.make.isVisible())
    assert row.words.text().startswith("A smaller copy is played")
    qtbot.mouseClick(row.original, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not film_of(window).proxy and row.make.isVisible())


def test_how_far_it_is(opened: Open) -> None:
    window = opened()
    row = ProxyRow(window._bridge, "f")
    film = Source(id="f", kind="media_file", name="Film")
    work = Work(id="w", kind="proxy", source="f", progress=0.4)
    row.show_state(msgspec.structs.replace(State(), works=(work,)), film)
    assert row.row is not None
    assert (row.row.bar.value(), row.row.words.text()) == (40, "Making the smaller copy")
    assert row.make.isHidden()
    row.show_state(State(), msgspec.structs.replace(film, proxy_problem="The disk is full: nothing was saved"))
    assert row.row is None
    assert (row.words.text(), row.make.isHidden()) == ("The disk is full: nothing was saved", False)
    row.deleteLater()
