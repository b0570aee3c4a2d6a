"""The mixer: what a hand on it sends, and what it shows of channels that come, go, are renamed and fall silent."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.audio.loudness import Loudness
from studio.audio.meter import Level
from studio.commands.mixer import ChannelSet, MasterSet, MonitorSet
from studio.queries.source import Choice
from studio.state import Channel, Source
from studio.state.effects import Compressor, Gate
from tests.ui.calling import of
from tests.ui.panels.shows import LONG, SHOW, StudioBridge, mixed, sourced
from ui.panels.mixer import MASTER, MixerPanel, decibels
from ui.widgets.fader import HIGH_DB, LOW_DB

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def mixer(bridge: StudioBridge, shown: Callable[..., MixerPanel]) -> MixerPanel:
    return shown(MixerPanel(bridge), 520, 320)


def test_a_strip_a_channel_in_order_and_the_programme_last(mixer: MixerPanel) -> None:
    assert list(mixer.strips) == ["mic", "film", MASTER]
    assert [strip.name.text() for strip in mixer.strips.values()] == ["Mikrofon", "Intro", "Programme"]
    assert [strip.value.text() for strip in mixer.strips.values()] == ["0.0", "-6.0", "0.0"]
    mixer.refresh(mixed(Channel(source="gone"), Channel(source="film"), Channel(source="mic")))
    assert list(mixer.strips) == ["film", "mic", MASTER], "a channel without a source is nobody's"


def test_a_fader_moved_by_keys_tells_its_channel(bridge: StudioBridge, mixer: MixerPanel, qtbot: QtBot) -> None:
    strip = mixer.strips["film"]
    qtbot.keyClick(strip.fader, Qt.Key.Key_Up)
    qtbot.keyClick(strip.fader, Qt.Key.Key_PageDown)
    qtbot.keyClick(strip.fader, Qt.Key.Key_End)
    assert bridge.sent == [ChannelSet(source="film", fader_db=db) for db in (-5.5, -8.5, LOW_DB)]
    assert strip.value.text() == "silent"
    qtbot.keyClick(mixer.master.fader, Qt.Key.Key_PageUp)
    assert bridge.sent[3:] == [MasterSet(fader_db=3.0)]


def test_at_its_ends_a_fader_tells_nothing_more(bridge: StudioBridge, mixer: MixerPanel, qtbot: QtBot) -> None:
    mixer.refresh(mixed(Channel(source="mic", fader_db=HIGH_DB), Channel(source="film", fader_db=LOW_DB)))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_PageUp):
        qtbot.keyClick(mixer.strips["mic"].fader, key)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_PageDown, Qt.Key.Key_End):
        qtbot.keyClick(mixer.strips["film"].fader, key)
    assert bridge.sent == []


def test_mute_and_solo_go_by_how_it_stands_now(bridge: StudioBridge, mixer: MixerPanel, qtbot: QtBot) -> None:
    strip = mixer.strips["mic"]
    qtbot.mouseClick(strip.mute, LEFT)
    bridge.show(mixed(Channel(source="mic", muted=True, solo=True), Channel(source="film"), master_muted=True))
    mixer.refresh(bridge.state)
    for button in (strip.mute, strip.solo, mixer.master.mute):
        qtbot.mouseClick(button, LEFT)
    assert bridge.sent == [
        ChannelSet(source="mic", muted=True),
        ChannelSet(source="mic", muted=False),
        ChannelSet(source="mic", solo=False),
        MasterSet(muted=False),
    ]
    assert strip.mute.accessibleName() == "Mikrofon: muted"
    assert {strip.mute.property("kind"), strip.solo.property("kind")} == {"tool-on"}


def test_a_channel_that_has_gone_meanwhile_is_told_nothing(bridge: StudioBridge, mixer: MixerPanel, qtbot: QtBot) -> None:
    bridge.show(mixed(Channel(source="film")))
    qtbot.mouseClick(mixer.strips["mic"].mute, LEFT)
    qtbot.mouseClick(mixer.strips["mic"].solo, LEFT)
    assert bridge.sent == []


def test_the_programme_has_neither_solo_nor_effects(mixer: MixerPanel) -> None:
    assert not mixer.master.solo.isVisible()
    assert not mixer.master.effects.isVisible()
    assert mixer.strips["mic"].solo.isVisible()


def test_a_hand_on_the_fader_is_stronger_than_the_state(mixer: MixerPanel, qtbot: QtBot) -> None:
    fader = mixer.strips["mic"].fader
    qtbot.mousePress(fader, LEFT, pos=QPoint(15, fader.height() - 2))
    held = fader.db
    mixer.refresh(mixed(Channel(source="mic", fader_db=6), Channel(source="film")))
    assert fader.db == held < -40
    qtbot.mouseRelease(fader, LEFT, pos=QPoint(15, fader.height() - 2))
    mixer.refresh(mixed(Channel(source="mic", fader_db=6), Channel(source="film")))
    assert fader.db == 6


def test_another_name_is_another_name_for_everything(mixer: MixerPanel) -> None:
    strip = mixer.strips["mic"]
    mixer.refresh(sourced("mic", name="Håndmikrofon", status="failed"))
    assert mixer.strips["mic"] is strip, "whoever holds it goes on holding it"
    assert strip.fader.accessibleName() == "Håndmikrofon"
    assert "Håndmikrofon" in strip.mute.toolTip() + strip.meter.accessibleName()
    assert not strip.name.isEnabled(), "it delivers nothing"


def test_effects_that_are_on_are_counted(mixer: MixerPanel) -> None:
    mixer.refresh(mixed(Channel(source="mic", effects=(Gate(), Compressor(on=False))), Channel(source="film")))
    assert [mixer.strips[name].effects.text() for name in ("mic", "film")] == ["Fx 1", "Fx"]


def test_meters_move_and_loudness_is_said(bridge: StudioBridge, mixer: MixerPanel) -> None:
    bridge.mailboxes.level = {"mic": Level(-12, -18), MASTER: Level(-3, -9)}
    bridge.mailboxes.loud = Loudness(short_term=-16.4)
    mixer.tick()
    assert [mixer.strips[name].meter.peak_db for name in ("mic", "film", MASTER)] == [-12, -60, -3]
    assert mixer.words.text() == "Programme -16 LUFS"
    bridge.mailboxes.loud = Loudness()
    mixer.tick()
    assert mixer.words.text() == "", "silence has no loudness"


def test_headphones_that_fail_are_said_until_they_work(bridge: StudioBridge, mixer: MixerPanel) -> None:
    bridge.mailboxes.loud = Loudness(short_term=-20)
    bridge.show(mixed(monitor_error="Høretelefonerne er trukket ud"))
    mixer.refresh(bridge.state)
    mixer.tick()
    assert mixer.words.text() == "Høretelefonerne er trukket ud"
    bridge.show(SHOW)
    mixer.refresh(bridge.state)
    mixer.tick()
    assert mixer.words.text() == "Programme -20 LUFS"


def test_headphones_are_chosen_from_those_there_are(bridge: StudioBridge, mixer: MixerPanel, qtbot: QtBot) -> None:
    bridge.answers["source.choices"] = (Choice("Jabra", {"device": "j1"}), Choice("Indbygget", {"device": "b1"}))
    bridge.show(mixed(monitor_device="b1"))
    qtbot.mouseClick(mixer.listen, LEFT)
    (menu,) = (menu for menu in mixer.findChildren(QMenu) if menu.isVisible())
    assert [(entry.text(), entry.isChecked()) for entry in menu.actions()] == [
        ("None", False),
        ("Jabra", False),
        ("Indbygget", True),
    ]
    menu.actions()[1].trigger()
    menu.actions()[0].trigger()
    menu.close()
    assert bridge.sent == [MonitorSet(device="j1"), MonitorSet(device="")]


def test_the_programme_stays_in_sight_beside_many_long_names(
    bridge: StudioBridge, shown: Callable[..., MixerPanel], qtbot: QtBot
) -> None:
    names = [f"{LONG} {number}" for number in range(24)]
    sources = tuple(Source(id=f"s{n}", kind="microphone", name=name, status="live") for n, name in enumerate(names))
    bridge.show(of(mixed(*(Channel(source=one.id) for one in sources)), sources=sources))
    mixer = shown(MixerPanel(bridge), 520, 320)
    assert len({strip.width() for strip in mixer.strips.values()}) == 1
    right = mixer.master.mapTo(mixer, mixer.master.rect().topRight()).x()
    assert right < mixer.width()
    assert mixer.strips["s0"].name.toolTip() == names[0], "the whole name is in the tip"


def test_decibels_are_written_with_their_sign_and_the_bottom_in_words() -> None:
    assert [decibels(db) for db in (-60, -59.5, -0.5, 0, 0.5, 12)] == ["silent", "-59.5", "-0.5", "0.0", "+0.5", "+12.0"]
    i18n.use("da")
    assert decibels(-60) != "silent"
