"""The windows beside the main one: made once, opened and closed by one key, and what they show follows while they are open."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.commands.scene import ScenePreview, SceneTake
from studio.show.shelf import Product
from studio.state import Show, Stream
from studio.state.rundown import Cue, Rundown, Step
from studio.state.shop import Shop
from tests.ui.calling import of
from tests.ui.conftest import wait_front
from tests.ui.panels.shows import LONG, SHOW, StudioBridge, scenes
from ui import theme
from ui.extra_windows import ExtraWindows
from ui.models.prompter import Prompter
from ui.windows.multiview import Multiview
from ui.windows.presenter import Presenter
from ui.windows.projector import Projector


@pytest.fixture
def bridge(home: Path, qapp: QApplication) -> StudioBridge:
    i18n.use("en")
    theme.apply(qapp)
    return StudioBridge()


@pytest.fixture
def watched() -> list[bool]:
    """Whether every scene had to be composed, each time that it was asked."""
    return []


@pytest.fixture
def extra(bridge: StudioBridge, watched: list[bool], qtbot: QtBot) -> Iterator[ExtraWindows]:
    beside = QWidget()
    qtbot.addWidget(beside)
    beside.show()
    made = ExtraWindows(beside, bridge, bridge.settings, Prompter(130), lambda: watched.append(made.show_all_scenes))
    yield made
    made.close()


def opened(extra: ExtraWindows, name: str, qtbot: QtBot) -> QWidget:
    extra.toggle(name)
    window = extra.made[name]
    qtbot.addWidget(window)
    wait_front(window, qtbot)
    return window


@pytest.mark.parametrize("name", ["multiview", "presenter", "projector"])
def test_the_same_key_opens_and_closes_and_makes_it_once(
    extra: ExtraWindows, watched: list[bool], qtbot: QtBot, name: str
) -> None:
    window = opened(extra, name, qtbot)
    extra.toggle(name)
    assert not window.isVisible()
    extra.toggle(name)
    assert extra.made == {name: window}
    assert extra.visible == [window]
    assert watched[0] == watched[-1] == (name == "multiview")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert len(watched) == 5, "closed by itself, it is told as well"


def test_what_is_closed_does_not_follow_and_is_right_when_it_opens(
    extra: ExtraWindows, bridge: StudioBridge, qtbot: QtBot
) -> None:
    presenter = opened(extra, "presenter", qtbot)
    assert isinstance(presenter, Presenter)
    extra.toggle("presenter")
    bridge.show(of(SHOW, rundown=Rundown(steps=(Step(id="1", title="Velkommen"),), current="1")))
    extra.refresh(bridge.state)
    assert presenter.now.text() == ""
    extra.toggle("presenter")
    assert presenter.now.text() == "Velkommen"


def test_a_double_click_or_f11_is_the_whole_screen_and_escape_the_way_back(extra: ExtraWindows, qtbot: QtBot) -> None:
    window = opened(extra, "projector", qtbot)
    qtbot.mouseDClick(window, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert window.isFullScreen()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert not window.isFullScreen()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert not window.isFullScreen()


def test_in_another_language_all_of_them_are_made_anew(extra: ExtraWindows, qtbot: QtBot) -> None:
    window = opened(extra, "projector", qtbot)
    before = window.windowTitle()
    i18n.use("da")
    extra.rebuild()
    assert window.windowTitle() != before
    assert window.windowTitle().endswith(" — Vitrine")
    extra.tick()


@pytest.mark.parametrize("takes", [False, True])
def test_a_scene_is_previewed_with_one_click_and_taken_with_two_where_that_is_set(
    extra: ExtraWindows, bridge: StudioBridge, qtbot: QtBot, takes: bool
) -> None:
    bridge.settings.set("window.double_click", takes)
    window = opened(extra, "multiview", qtbot)
    assert isinstance(window, Multiview)
    tile = window.scenes.buttons[2]
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(tile, Qt.MouseButton.LeftButton)
    assert bridge.sent == [ScenePreview(scene="c"), *([SceneTake(scene="c")] if takes else [])]
    extra.refresh(scenes(preview="c"))
    assert [one.tally for one in window.scenes.buttons] == ["PROGRAMME", "", "PREVIEW"]


def test_the_projector_says_nothing_whatever_happens(extra: ExtraWindows, bridge: StudioBridge, qtbot: QtBot) -> None:
    window = opened(extra, "projector", qtbot)
    assert isinstance(window, Projector)
    live = of(SHOW, show=Show(id="s", state="live"), stream=Stream(status="live"))
    for state in (live, of(live, panic=True), SHOW):
        extra.refresh(state)
        assert window.view.word == ""


def test_the_presenter_reads_what_is_now_what_is_next_and_what_it_costs(
    extra: ExtraWindows, bridge: StudioBridge, qtbot: QtBot
) -> None:
    steps = (
        Step(id="1", title="Velkommen", notes="Sig hvem du er"),
        Step(id="2", title=LONG),
        Step(id="3", title="Olien", product="oil"),
    )
    shop = Shop(products=(Product(id="oil", title="Ansigtsolie", price_minor=24900),))
    cued = Rundown(steps=steps, current="1", cue=Cue(text="To minutter <b>"))
    bridge.show(of(SHOW, rundown=cued, shop=shop))
    window = opened(extra, "presenter", qtbot)
    assert isinstance(window, Presenter)
    assert (window.now.text(), window.next.text()) == ("Velkommen", f"Next: {LONG}")
    assert (window.cue.text(), window.cue.textFormat()) == ("To minutter <b>", Qt.TextFormat.PlainText)
    assert window.product.text() == "Ansigtsolie · DKK 249", "the next step that has one"
    extra.refresh(of(SHOW, rundown=Rundown(steps=steps, current="3"), shop=shop))
    assert (window.next.text(), window.product.text(), window.cue.isVisible()) == ("", "", False)


def test_a_long_word_never_makes_a_window_larger_than_the_screen(
    extra: ExtraWindows, bridge: StudioBridge, screen: Callable[[QRect], None], qtbot: QtBot
) -> None:
    laptop = QRect(0, 0, 1366, 768)
    screen(laptop)
    word = "Fugtighedsbevarelsesansigtscremeprøvepakkeudsalg" * 3
    bridge.show(of(SHOW, rundown=Rundown(steps=(Step(id="1", title=word[:120], notes=word),), current="1")))
    window = opened(extra, "presenter", qtbot)
    extra.refresh(bridge.state)
    QApplication.processEvents()
    assert laptop.contains(window.geometry())


@pytest.mark.parametrize("how", ["cross", "escape"])
def test_scenes_are_composed_no_longer_than_the_multiview_is_seen(
    extra: ExtraWindows, watched: list[bool], qtbot: QtBot, how: str
) -> None:
    window = opened(extra, "multiview", qtbot)
    assert watched[-1]
    if how == "cross":
        window.close()
    else:
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert not watched[-1]
