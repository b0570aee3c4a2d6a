"""The whole path on real input: a clock on a real X display and a beep on a real PulseAudio source, read back in the page."""

from pathlib import Path

import pytest

from studio.bench import stage
from studio.bench.browser import chromium, measure, measured, measuring_page, offsets, wait_playing
from studio.bench.latency import clapper_show
from studio.bench.report import median, percentile
from studio.bench.studio_process import running_studio
from tests.fakes import TIMEOUT_MS

pytestmark = pytest.mark.e2e


def test_the_page_shows_the_screen_and_sounds_the_microphone_in_step(folder: Path) -> None:
    with stage.screen() as display, stage.sound(folder) as fifo, stage.clapper(display, fifo):
        with running_studio(folder, clapper_show(display), {"video.rendition": "720"}) as studio, chromium() as browser:
            page = measuring_page(browser)
            page.goto(studio.viewer)
            wait_playing(page)
            measure(page)
            enough = "window.measured.flashes.length >= 20 && window.measured.beeps.length >= 16"
            page.wait_for_function(enough, timeout=2 * TIMEOUT_MS)
            seen = measured(page)
    seconds = (seen["times"][-1] - seen["times"][0]) / 1000
    delays = seen["delays"]
    assert percentile(delays, 5) > 0, "the clock is read, and no frame is older than what it shows"
    assert percentile(delays, 50) < 1000, "a picture less than a second old"
    assert len(delays) / seconds > 20, "frames a second"
    assert seen["peak"] > 0.2, "the beep is half scale"
    settled = seen["flashes"][-5:]  # a fresh Chromium takes some 15 s to bring sound and picture together
    assert abs(median(offsets(settled, seen["beeps"]))) < 200, "flash and beep belong together"
