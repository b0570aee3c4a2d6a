"""The whole path on real input: a clock on a real X display and a beep on a real PulseAudio source, read back in the page."""

from pathlib import Path

import pytest

from studio.bench import stage
from studio.bench.browser import chromium, measure, measured, measuring_page, offsets, wait_playing
from studio.bench.latency import clapper_show
from studio.bench.report import median, percentile
from studio.bench.studio_process import running_studio

pytestmark = pytest.mark.e2e


def test_the_page_shows_the_screen_and_sounds_the_microphone_in_step(folder: Path) -> None:
    with stage.screen() as display, stage.sound(folder) as fifo, stage.clapper(display, fifo):
        with running_studio(folder, clapper_show(display), {"video.rendition": "720"}) as studio, chromium() as browser:
            page = measuring_page(browser)
            page.goto(studio.viewer)
            wait_playing(page)
            measure(page)
            page.wait_for_function("window.measured.flashes.length >= 24 && window.measured.beeps.length >= 20", timeout=60_000)
            seen = measured(page)
    seconds = (seen["times"][-1] - seen["times"][0]) / 1000
    delays = seen["delays"]
    # A block that changes while the picture is coded may be misread; a wrong clock would be wrong in every frame.
    readable = [delay for delay in delays if 0 < delay < 1500]
    assert len(readable) > 0.7 * len(delays), "the clock is read, and no frame is older than what it shows"
    assert percentile(readable, 50) < 1000, "a picture less than a second old"
    assert len(delays) / seconds > 20, "frames a second"
    assert seen["peak"] > 0.2, "the beep is half scale"
    assert abs(median(offsets(seen["flashes"][-10:], seen["beeps"]))) < 300, "flash and beep belong together"
