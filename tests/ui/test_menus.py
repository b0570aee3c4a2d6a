"""The menu bar: every entry does its action, with its key of now, and undo says what it would undo."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenuBar
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.settings import Settings
from studio.state import State
from ui import theme
from ui.actions import BY_ID
from ui.menus import MENUS, Menus


@pytest.fixture
def settings(home: Path, qapp: QApplication) -> Settings:
    i18n.use("en")
    theme.apply(qapp)
    return Settings()


@pytest.fixture
def bar(qtbot: QtBot) -> QMenuBar:
    made = QMenuBar()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def chosen() -> list[str]:
    return []


@pytest.fixture
def menus(bar: QMenuBar, settings: Settings, chosen: list[str]) -> Menus:
    made = Menus(bar, settings, chosen.append)
    made.rebuild()
    made.refresh(State())
    return made


def choice(bar: QMenuBar, title: str) -> dict[str, bool]:
    menu = next(entry.menu() for entry in bar.actions() if entry.text() == title)
    return {entry.text(): entry.isChecked() for entry in menu.actions()}  # type: ignore[attr-defined]


def test_every_entry_does_its_action(menus: Menus, chosen: list[str]) -> None:
    wanted = [name for _title, names in MENUS for name in names if name]
    for name in wanted:
        menus.entries[name].setEnabled(True)
        menus.entries[name].trigger()
    assert chosen == wanted
    assert set(wanted) <= set(BY_ID)


def test_words_and_keys_are_those_of_now(menus: Menus) -> None:
    assert menus.entries["mute"].text() == "Mute or unmute the microphone\tM"
    menus.refresh(State(hotkeys={"mute": "F12", "step": ""}))
    assert menus.entries["mute"].text().endswith("\tF12")
    assert menus.entries["step"].text().endswith("\t")


def test_undo_says_what_it_would_undo(menus: Menus) -> None:
    assert not menus.entries["undo"].isEnabled()
    menus.refresh(State(undo=("Flyt Kamera", "Omdøb Værten"), redo=("Priser",)))
    assert menus.entries["undo"].text() == "Undo: Omdøb Værten\tCtrl+Z"
    assert menus.entries["redo"].text() == "Redo: Priser\tCtrl+Shift+Z"
    assert menus.entries["undo"].isEnabled()
    menus.refresh(State(undo=("Flyt Kamera", "Omdøb Værten")))
    assert menus.entries["undo"].text() == "Undo: Omdøb Værten\tCtrl+Z"
    assert (menus.entries["redo"].text(), menus.entries["redo"].isEnabled()) == ("Redo\tCtrl+Shift+Z", False)


def test_language_and_colours_are_settings(menus: Menus, bar: QMenuBar, settings: Settings) -> None:
    assert choice(bar, "Sp&rog · Language") == {"Dansk": False, "English": True}
    assert choice(bar, "&Colours") == {"Dark": True, "Light": False}
    for title, word in (("Sp&rog · Language", "Dansk"), ("&Colours", "Light")):
        menu = next(entry.menu() for entry in bar.actions() if entry.text() == title)
        next(entry for entry in menu.actions() if entry.text() == word).trigger()  # type: ignore[attr-defined]
    assert (settings["language"], settings["window.theme"]) == ("da", "light")


def test_in_another_language_everything_is_another_word(menus: Menus, bar: QMenuBar) -> None:
    before = [entry.text() for entry in bar.actions()]
    i18n.use("da")
    menus.rebuild()
    menus.refresh(State(undo=("Priser",)))
    assert len(bar.actions()) == len(before), "none stands there twice"
    assert menus.entries["undo"].text().startswith("Fortryd: Priser")
    assert choice(bar, "Sp&rog · Language") == {"Dansk": True, "English": False}


@pytest.mark.parametrize("language", ["en", "da"])
def test_no_two_menus_of_one_language_have_one_letter(menus: Menus, bar: QMenuBar, language: str) -> None:
    i18n.use(language)
    menus.rebuild()
    spoken = [entry.text() for entry in bar.actions() if "Language" not in entry.text()]
    letters = [words.partition("&")[2][:1].casefold() for words in spoken]
    assert all(letters)
    assert len(set(letters)) == len(letters)
