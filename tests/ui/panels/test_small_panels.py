"""Cue, microphone, overlays, alarms, outputs, the line below: each says one thing, and its one button does it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.audio.loudness import Loudness
from studio.audio.meter import Level
from studio.commands.mixer import ChannelSet
from studio.commands.rundown import CueClear, CueSend
from studio.commands.scene import ItemSet
from studio.state import Channel, Scene, SceneItem, Stream
from studio.state.alarm import Alarm
from studio.state.rundown import Cue, Rundown, Step
from studio.state.shop import Numbers, Sale
from studio.state.stream import Link
from tests.ui.calling import of
from tests.ui.panels.shows import LONG, SHOW, StudioBridge, mixed, scenes, sourced
from ui.panels.alarm_bar import SHOWN, AlarmBar
from ui.panels.cue_banner import CueBanner
from ui.panels.cue_line import CueLine
from ui.panels.microphone import MicrophonePanel
from ui.panels.on_screen import OnScreenPanel
from ui.panels.outputs import OutputsPanel
from ui.panels.status_bar import StatusBar, sales_words
from ui.sounds import Sounds

LEFT = Qt.MouseButton.LeftButton
CUED = of(SHOW, rundown=Rundown(cue=Cue(text="To minutter <b>", by="Jonas")))


class Heard(Sounds):
    """Counts instead of playing."""

    def alarm(self) -> None:
        self.played += 1


def test_a_cue_is_sent_trimmed_once_and_never_empty(bridge: StudioBridge, shown: Callable[..., CueLine], qtbot: QtBot) -> None:
    line = shown(CueLine(bridge), 420, 60)
    qtbot.keyClicks(line.line, "  To minutter  ")
    qtbot.keyClick(line.line, Qt.Key.Key_Return)
    qtbot.mouseClick(line.send, LEFT)
    qtbot.keyClicks(line.line, "   ")
    qtbot.mouseClick(line.send, LEFT)
    assert bridge.sent == [CueSend(text="To minutter")]


def test_a_cue_can_be_taken_away_until_it_is_seen(bridge: StudioBridge, shown: Callable[..., CueLine], qtbot: QtBot) -> None:
    line = shown(CueLine(bridge), 420, 60)
    assert not line.clear.isVisible()
    line.refresh(CUED)
    assert "&lt;b&gt;" in line.clear.toolTip(), "the host sees it as it was written"
    qtbot.mouseClick(line.clear, LEFT)
    assert bridge.sent == [CueClear()]


def test_a_cue_longer_than_the_studio_takes_is_cut_while_it_is_written(bridge: StudioBridge, qtbot: QtBot) -> None:
    line = CueLine(bridge)
    qtbot.addWidget(line)
    line.line.setText("æ" * 500)
    line.line.returnPressed.emit()
    assert len(bridge.sent_of(CueSend)[0].text) == 200


def test_the_host_sees_who_says_what_and_says_seen(bridge: StudioBridge, shown: Callable[..., QWidget], qtbot: QtBot) -> None:
    holder, banner = QWidget(), CueBanner(bridge)
    QVBoxLayout(holder).addWidget(banner)
    shown(holder, 420, 120)
    assert not banner.isVisible()
    banner.refresh(CUED)
    assert banner.isVisible()
    assert banner.words.text() == "Jonas: To minutter <b>"
    assert banner.accessibleName() == "Cue: Jonas: To minutter <b>"
    qtbot.mouseClick(banner.seen, LEFT)
    assert bridge.sent == [CueClear()]
    banner.refresh(SHOW)
    assert not banner.isVisible()


def test_the_microphone_says_whether_anybody_hears_it(
    bridge: StudioBridge, shown: Callable[..., MicrophonePanel], qtbot: QtBot
) -> None:
    panel = shown(MicrophonePanel(bridge), 320, 100)
    qtbot.mouseClick(panel.mute, LEFT)
    bridge.show(mixed(Channel(source="mic", muted=True)))
    panel.refresh(bridge.state)
    assert (panel.status.text(), panel.status.objectName()) == ("MUTED: nobody hears you", "warn")
    qtbot.mouseClick(panel.mute, LEFT)
    assert bridge.sent == [ChannelSet(source="mic", muted=True), ChannelSet(source="mic", muted=False)]
    panel.refresh(sourced("mic", status="failed", reason="Stikket er trukket ud"))
    assert (panel.status.text(), panel.status.objectName()) == ("Stikket er trukket ud", "bad")


def test_a_show_without_a_microphone_says_so(bridge: StudioBridge, shown: Callable[..., MicrophonePanel], qtbot: QtBot) -> None:
    bridge.show(of(SHOW, sources=SHOW.sources[:1]))
    panel = shown(MicrophonePanel(bridge), 320, 100)
    assert panel.status.text() == "This show has no microphone"
    qtbot.mouseClick(panel.mute, LEFT)
    panel.tick()
    assert (bridge.sent, panel.meter.peak_db) == ([], -60)


def test_the_meter_moves_and_loudness_is_said_where_nothing_else_is(
    bridge: StudioBridge, shown: Callable[..., MicrophonePanel]
) -> None:
    bridge.mailboxes.level, bridge.mailboxes.loud = {"mic": Level(-12, -20)}, Loudness(short_term=-18.6)
    bridge.show(sourced("mic", name="Microphone"))
    panel = shown(MicrophonePanel(bridge), 320, 100)
    panel.tick()
    assert panel.meter.peak_db == -12
    assert panel.status.text() == "-19 LUFS"


def test_overlays_of_the_programme_are_switched(bridge: StudioBridge, shown: Callable[..., OnScreenPanel], qtbot: QtBot) -> None:
    panel = shown(OnScreenPanel(bridge), 320, 120)
    (button,) = panel.buttons
    assert (button.text(), button.isChecked()) == ("Mette Holm", True)
    qtbot.mouseClick(button, LEFT)
    hidden = SceneItem(id="2", source="name", visible=False)
    bridge.show(scenes(scenes=(Scene(id="a", name="Værten", items=(hidden,)),)))
    panel.refresh(bridge.state)
    assert not button.isChecked()
    qtbot.mouseClick(button, LEFT)
    assert bridge.sent == [ItemSet(scene="a", item="2", visible=False), ItemSet(scene="a", item="2", visible=True)]
    panel.refresh(scenes(program="b"))
    assert (panel.buttons, panel.empty.isVisible()) == ([], True)


ALARMS = tuple(
    Alarm(code="lost", level=level, words=f"Kilde {number} er væk <b>", source=str(number))  # type: ignore[arg-type]
    for number, level in enumerate(["critical", "critical", "warning", "warning", "critical"])
)


def test_an_alarm_is_heard_when_it_begins_and_not_while_it_lasts(bridge: StudioBridge, shown: Callable[..., QWidget]) -> None:
    sounds, holder = Heard(on=True), QWidget()
    bar = AlarmBar(bridge, sounds)
    QVBoxLayout(holder).addWidget(bar)
    shown(holder, 420, 200)
    assert not bar.isVisible()
    bar.refresh(of(SHOW, alarms=ALARMS[:1]))
    bar.refresh(of(SHOW, alarms=(of(ALARMS[0], words="Kilde 0 er stadig væk"),)))
    assert (sounds.played, bar.rows[0].words.text()) == (1, "ALARM  ·  Kilde 0 er stadig væk")
    bar.refresh(of(SHOW, alarms=(ALARMS[0], ALARMS[2])))
    assert sounds.played == 1, "a note makes no sound"
    bar.refresh(of(SHOW, alarms=(ALARMS[0], ALARMS[1])))
    assert sounds.played == 2
    bar.refresh(SHOW)
    bar.refresh(of(SHOW, alarms=ALARMS[:1]))
    assert sounds.played == 3, "it began anew"


def test_no_more_alarms_than_leave_the_picture_in_sight(bridge: StudioBridge, qtbot: QtBot) -> None:
    bridge.show(of(SHOW, alarms=ALARMS))
    bar = AlarmBar(bridge, Heard(on=True))
    qtbot.addWidget(bar)
    assert [row.words.text() for row in bar.rows] == [
        "ALARM  ·  Kilde 0 er væk <b>",
        "ALARM  ·  Kilde 1 er væk <b>",
        "NOTE  ·  Kilde 2 er væk <b>",
    ]
    assert len(bar.rows) == SHOWN
    assert bar.rows[2].property("level") == "warning"


def test_outputs_say_what_is_lost_where(bridge: StudioBridge, shown: Callable[..., OutputsPanel]) -> None:
    panel = shown(OutputsPanel(bridge), 320, 360)
    assert (panel.destination.text(), panel.values["network"].text()) == ("Nothing is sent", "–")
    live = Stream(status="live", kbps=4460, renditions=(1080, 540), encoder="libx264", dropped_encoder=3)
    panel.refresh(of(SHOW, stream=live, link=Link(status="connected", url="https://butik.dk/live")))
    assert panel.destination.text() == "● butik.dk/live · WebRTC"
    assert [panel.values[name].text() for name in ("network", "encoder", "render")] == ["0", "3", "0"]
    assert [panel.values[name].objectName() for name in ("network", "encoder")] == ["value", "warn"]
    assert [panel.values[name].text() for name in ("sent", "pictures", "encoder_name")] == ["4.5 Mbit/s", "1080, 540", "libx264"]


def test_what_cures_it_is_said_and_goes(bridge: StudioBridge, shown: Callable[..., OutputsPanel]) -> None:
    panel = shown(OutputsPanel(bridge), 320, 360)
    drops = Alarm(code="drops_encoder", level="warning", words="Vælg en mindre opløsning")
    panel.refresh(of(SHOW, alarms=(ALARMS[0], drops)))
    assert panel.cure.text() == "Vælg en mindre opløsning"
    again = Stream(status="reconnecting", reason="Netværket er væk")
    panel.refresh(of(SHOW, alarms=(drops,), stream=again, link=Link(status="reconnecting", attempt=4)))
    assert (panel.cure.text(), panel.destination.text()) == ("Netværket er væk", "Reconnecting, attempt 4")
    panel.refresh(SHOW)
    assert not panel.cure.isVisible()


def test_the_line_below_says_what_comes_next_and_what_can_be_undone(
    bridge: StudioBridge, shown: Callable[..., StatusBar]
) -> None:
    bar = shown(StatusBar(bridge), 900, 40)
    steps = (Step(id="1", title="Velkommen"), Step(id="2", title=LONG))
    bar.refresh(of(SHOW, rundown=Rundown(steps=steps), undo=("Pins", "Flyt Kamera")))
    assert bar.next.text() == "Next: Velkommen", "none has begun"
    assert bar.health.text() == "1920×1080 · 30/s      Undo: Flyt Kamera"
    bar.refresh(of(SHOW, rundown=Rundown(steps=steps, current="1"), stream=Stream(status="live", dropped_network=2)))
    assert bar.next.text() == f"Next: {LONG}"
    assert "Dropped: 2 network · 0 encoder · 0 render" in bar.health.text()
    bar.refresh(of(SHOW, rundown=Rundown(steps=steps, current="2")))
    assert bar.next.text() == ""


@pytest.mark.parametrize(("language", "orders"), [("en", "Orders 2 · DKK 498"), ("da", "Ordrer 2 · 498 kr.")])
def test_sales_of_each_currency_and_what_is_not_sure_yet(language: str, orders: str) -> None:
    i18n.use(language)
    numbers = Numbers(
        sales=(
            Sale(currency="DKK", value_minor=49_800, orders=2),
            Sale(currency="EUR", value_minor=0, orders=0, unconfirmed=1, unconfirmed_minor=2_500),
        )
    )
    first, second = sales_words(numbers).split("      ")
    assert first == orders
    assert "25" in second
