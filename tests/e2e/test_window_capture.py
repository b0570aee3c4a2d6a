"""A window on a real X display is found by its title, grabbed, and grabbed anew when it changes; also by the camera's class."""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from studio.bench import stage
from studio.clock import MonotonicClock
from studio.media.frames import rgb_to_yuv
from studio.sources.camera import CameraSettings, CameraSource
from studio.sources.window import WindowSettings, WindowSource
from studio.sources.window_list import windows
from tests.fakes import GREEN, TIMEOUT_S, Reports, near, pixel, wait_for

pytestmark = pytest.mark.e2e

PROGRAM = textwrap.dedent("""
    import sys
    from Xlib.display import Display
    from Xlib import X
    display = Display(sys.argv[1])
    screen = display.screen()
    green = screen.default_colormap.alloc_color(0, 65535, 0).pixel
    window = screen.root.create_window(100, 50, 320, 240, 0, screen.root_depth, background_pixel=green)
    window.set_wm_name(sys.argv[2])
    window.set_wm_class("slides", "Slides")
    window.map()
    display.sync()
    print("ready", flush=True)
    for line in sys.stdin:
        width, height = line.split()
        window.configure(width=int(width), height=int(height))
        display.sync()
""")


@pytest.fixture
def display() -> Iterator[str]:
    with stage.screen() as name:
        yield name


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "slides.py"
    path.write_text(PROGRAM)
    return path


def test_a_window_is_grabbed_resized_closed_and_opened_again(
    display: str, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess

    monkeypatch.setattr("studio.sources.device.RETRY_S", (0.1,))
    reports = Reports(clock=MonotonicClock())
    source = WindowSource(WindowSettings(application="Slides", title="Tal", display=display), reports.context)
    words = [sys.executable, str(program), display, "Tal"]
    with stage.process(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shown:
        assert shown.stdin is not None
        assert shown.stdout is not None
        assert shown.stdout.readline() == b"ready\n"
        assert [(w.application, w.title, w.width, w.height) for w in windows(display)] == [("Slides", "Tal", 320, 240)]
        source.start()
        assert reports.live().size == (320, 240)
        picture = source.picture(0)
        assert picture is not None
        assert near(pixel(picture, 160, 120), rgb_to_yuv(*GREEN), by=3)
        shown.stdin.write(b"400 300\n")
        shown.stdin.flush()
        wait_for(lambda: any(r.size == (400, 300) for r in reports.said))
    assert reports.failed()
    with stage.process(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE):
        wait_for(lambda: reports.status == "live", TIMEOUT_S)
        source.close()


def test_the_cameras_class_reads_a_real_display(display: str) -> None:
    reports = Reports(clock=MonotonicClock())
    with stage.process([sys.executable, "-m", "studio.bench.clapper", display, "/dev/null"]):
        source = CameraSource(
            CameraSettings(), reports.context, lambda settings: av.open(display, format="x11grab", options={"framerate": "30"})
        )
        source.start()
        assert reports.live().size == (1280, 720)
        first = source.picture(0)
        wait_for(lambda: source.picture(0) is not first)
        source.close()
