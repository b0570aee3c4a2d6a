"""What is connected to this machine; nothing at all is an answer too."""

from types import SimpleNamespace
from typing import Any

import pytest

from studio.sources import devices
from studio.sources.base import checked_settings
from studio.sources.kinds import KINDS
from tests.fakes import FakeSoundcard


def test_microphones_and_speakers_are_listed_with_the_settings_that_open_them(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeSoundcard(microphones=["Røde NT"], speakers=["Højttaler"]).install(monkeypatch)
    (microphone,), (speaker,) = devices.microphones(), devices.speakers()
    assert (microphone.kind, microphone.name) == ("microphone", "Røde NT")
    assert (speaker.kind, speaker.name) == ("system_sound", "Højttaler")
    for found in (microphone, speaker):
        assert checked_settings(KINDS, found.kind, found.settings).device == found.id


def test_without_a_sound_system_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeSoundcard(broken=AssertionError()).install(monkeypatch)
    assert devices.microphones() == devices.speakers() == []


def test_without_a_display_there_is_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    assert devices.screens() == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # python-xlib forgets its sockets
def test_a_display_that_does_not_answer_has_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", ":9753")
    assert devices.screens() == []


def test_elsewhere_the_whole_desktop_is_one_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert [(s.kind, s.settings) for s in devices.screens()] == [("screen", {})]


class Root:
    """A root window with two monitors, or one that knows no monitors."""

    def __init__(self, *monitors: tuple[str, int, int, int, int]) -> None:
        self.monitors = monitors

    def xrandr_get_monitors(self) -> Any:
        if not self.monitors:
            raise AttributeError("no RandR 1.5")
        rows = [
            SimpleNamespace(name=name, x=x, y=y, width_in_pixels=width, height_in_pixels=height)
            for name, x, y, width, height in self.monitors
        ]
        return SimpleNamespace(monitors=rows)

    def get_geometry(self) -> Any:
        return SimpleNamespace(width=1024, height=768)


def display(root: Root) -> Any:
    return SimpleNamespace(screen=lambda: SimpleNamespace(root=root), get_atom_name=lambda atom: atom)


def test_each_monitor_is_a_screen_with_its_place() -> None:
    left, right = devices._monitors(display(Root(("DP-1", 0, 0, 1920, 1080), ("HDMI-1", 1920, 0, 1280, 720))), ":0")
    assert left.name == "DP-1 (1920×1080)"
    assert left.id != right.id
    settings = checked_settings(KINDS, "screen", right.settings)
    assert (settings.display, settings.x, settings.width, settings.height) == (":0", 1920, 1280, 720)


def test_a_display_without_monitors_is_one_screen() -> None:
    (screen,) = devices._monitors(display(Root()), ":0")
    assert screen.settings == {"display": ":0", "x": 0, "y": 0, "width": 1024, "height": 768}
