"""What an advisor has at hand: the profile this machine keeps, the server's clock, and recordings only of messages that are."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from studio.commands.call import CallAvailable
from studio.settings import Settings
from studio.state.stream import Link
from tests.ui.calling import NOW_MS, FakeBridge, calm, of, queue, state
from tests.ui.support.inbox.fakes import SPOKEN, WRITTEN, RecordingBridge, full
from ui.advisor_tools import AdvisorTools, Profile

DAY_MS = 86_400_000
METTE = Profile("Mette Kjærgaard", ("skin", "makeup"), ("da", "en"))


@pytest.fixture
def bridge(home: Path, qapp: object) -> RecordingBridge:
    return RecordingBridge()


@pytest.fixture
def tools(bridge: RecordingBridge) -> AdvisorTools:
    return AdvisorTools(bridge)


def test_a_profile_is_kept_for_the_next_time(tools: AdvisorTools) -> None:
    assert tools.profile == Profile()
    tools.keep_profile(METTE)
    again = AdvisorTools(FakeBridge())
    assert again.profile == METTE, "read from this machine's settings"
    again.keep_profile(Profile("Mette"))
    assert AdvisorTools(FakeBridge()).profile == Profile("Mette")
    assert Settings()["calls.topics"] == ""


def test_who_is_there_says_what_they_take_and_who_leaves_says_nothing(tools: AdvisorTools) -> None:
    assert tools.available(on=True) == CallAvailable(on=True)
    tools.keep_profile(METTE)
    assert tools.available(on=True) == CallAvailable(on=True, name=METTE.name, topics=METTE.topics, languages=METTE.languages)
    assert tools.available(on=False) == CallAvailable(on=False)


def test_the_clock_is_the_servers_from_the_first_state_on(tools: AdvisorTools) -> None:
    tools.follow(state(calm().advising, queue(at_ms=NOW_MS)))
    assert NOW_MS <= tools.clock.now_ms() < NOW_MS + DAY_MS
    tools.follow(state(calm().advising, queue(at_ms=0)))
    assert tools.clock.now_ms() >= NOW_MS, "a server that does not say it is not believed to be in 1970"


def test_what_was_fetched_of_a_message_goes_with_it(
    tools: AdvisorTools, bridge: RecordingBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[Path] = []

    def open_url(url: QUrl) -> bool:
        files.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    told: list[str] = []
    tools.recordings.play(SPOKEN.id, told.append)
    bridge.deliver()
    (file,) = files
    assert (told, file.is_file()) == ([""], True)
    tools.follow(of(full(messages=()), link=Link(status="reconnecting")))
    assert file.is_file(), "without a server nobody knows which messages there are"
    tools.follow(full(messages=(WRITTEN, SPOKEN)))
    assert file.is_file()
    tools.follow(full(messages=(WRITTEN,)))
    assert not file.exists()
