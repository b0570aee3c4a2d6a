"""Screens: what FFmpeg is asked for on each system, and pictures from its grabber."""

from typing import Any

import pytest

from studio.clock import NS_PER_S, MonotonicClock
from studio.errors import DeviceFailed
from studio.media.frames import rgb_to_yuv
from studio.sources import screen
from studio.sources.base import SourceContext
from studio.sources.screen import ScreenSettings, ScreenSource, grabber
from tests.fakes import RED, SMALL, Reports, near, pixel, wait_for


@pytest.fixture
def x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7.0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


REGION = ScreenSettings(x=10, y=20, width=641, height=361, cursor=False)


@pytest.mark.usefixtures("x11")
def test_on_linux_the_display_we_are_on_is_grabbed() -> None:
    assert grabber(ScreenSettings(), "linux") == (":7.0", "x11grab", {"framerate": "1000", "draw_mouse": "1"})


@pytest.mark.usefixtures("x11")
def test_on_linux_a_region_is_part_of_the_name_and_even() -> None:
    name, format_name, options = grabber(REGION, "linux")
    assert (name, format_name) == (":7.0+10,20", "x11grab")
    assert options == {"framerate": "1000", "draw_mouse": "0", "video_size": "640x360"}


@pytest.mark.usefixtures("x11")
def test_another_display_may_be_named() -> None:
    assert grabber(ScreenSettings(display=":9.1"), "linux")[0] == ":9.1"


def test_on_windows_the_desktop_is_grabbed() -> None:
    assert grabber(ScreenSettings(), "win32") == ("desktop", "gdigrab", {"framerate": "1000", "draw_mouse": "1"})
    options = grabber(REGION, "win32")[2]
    assert (options["offset_x"], options["offset_y"], options["video_size"]) == ("10", "20", "640x360")


def test_on_a_mac_a_screen_has_a_number() -> None:
    assert grabber(ScreenSettings(), "darwin")[0] == "Capture screen 0:none"
    name, format_name, options = grabber(ScreenSettings(display="1", cursor=False), "darwin")
    assert (name, format_name, options["capture_cursor"]) == ("Capture screen 1:none", "avfoundation", "0")


def test_wayland_is_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(DeviceFailed, match="log in to an X11 session"):
        grabber(ScreenSettings(), "linux")


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(DeviceFailed, match="DISPLAY is not set"):
        grabber(ScreenSettings(), "linux")


# ── with FFmpeg's own generator in the screen's place ────────────────────────────────────────────────────────


@pytest.fixture
def reports() -> Reports:
    return Reports(clock=MonotonicClock())


def context(reports: Reports) -> SourceContext:
    period = NS_PER_S // 100
    return SourceContext(
        clock=reports.clock,
        canvas=SMALL,
        fps=100,
        report=reports.said.append,
        next_tick_ns=lambda now_ns: (now_ns // period + 1) * period,
    )


def show_instead(monkeypatch: pytest.MonkeyPatch, graph: str) -> None:
    def fake(settings: ScreenSettings, platform: str = "") -> tuple[str, str, dict[str, Any]]:
        return graph, "lavfi", {}

    monkeypatch.setattr(screen, "grabber", fake)


def test_the_newest_picture_is_there_and_has_the_screens_colours(monkeypatch: pytest.MonkeyPatch, reports: Reports) -> None:
    show_instead(monkeypatch, "color=c=#ff0000:s=64x36:r=1000,format=bgr0")
    source = ScreenSource(ScreenSettings(), context(reports))
    assert source.picture(0) is None
    source.start()
    assert reports.live().size == (64, 36)
    picture = source.picture(0)
    wait_for(lambda: source.picture(0) is not picture)
    source.close()
    newest = source.picture(0)
    assert newest is not None
    assert near(pixel(newest, 30, 20), rgb_to_yuv(*RED))


def test_a_screen_that_ends_is_a_failed_source(monkeypatch: pytest.MonkeyPatch, reports: Reports) -> None:
    show_instead(monkeypatch, "color=c=red:s=64x36:r=1000:d=0.003,format=bgr0")
    source = ScreenSource(ScreenSettings(), context(reports))
    source.start()
    assert reports.failed().startswith("The screen cannot be seen any more")
    source.close()


def test_a_display_that_is_not_there_is_a_failed_source(monkeypatch: pytest.MonkeyPatch, reports: Reports) -> None:
    show_instead(monkeypatch, "no_such_filter")
    source = ScreenSource(ScreenSettings(), context(reports))
    source.start()
    assert reports.failed().startswith("The screen no_such_filter cannot be captured: ")
    source.close()
