"""Chromium as a viewer, through playwright, and what is measured inside the page."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.bench import clapper
from studio.bench.stage import need
from studio.errors import DeviceFailed

ARGUMENTS = [
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextlib.contextmanager
def chromium(*arguments: str, sound: bool = True, light: bool = False) -> Iterator[Any]:
    """A fresh browser; yields playwright's Browser. With `sound` its output is really played (to PULSE_SERVER). `light` takes the
    same engine without its window, where that is installed: it opens pages in a third of the time."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise DeviceFailed("this needs playwright: uv sync --group dev") from None
    path = (light and shutil.which("chromium-headless-shell")) or shutil.which("chromium") or need("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[*ARGUMENTS, *arguments],
            ignore_default_args=["--mute-audio"] if sound else None,
        )
        try:
            yield browser
        finally:
            browser.close()


MEASURE = Path(__file__).with_name("measure.js")


def measuring_page(browser: Any) -> Any:
    """A page whose own policy does not keep our measuring worklet out."""
    return browser.new_page(viewport={"width": 1280, "height": 720}, bypass_csp=True)


def measure(page: Any) -> None:
    """Begin to read the clapperboard in the page; results gather in `window.measured`."""
    geometry = [
        clapper.LEFT,
        clapper.TOP,
        clapper.BLOCK,
        clapper.COLUMNS,
        clapper.BITS // clapper.COLUMNS,
        clapper.TICK_MS,
        clapper.FLASH,
        1280,
        720,
    ]
    page.evaluate(MEASURE.read_text(), [list(item) if isinstance(item, tuple) else item for item in geometry])


def measured(page: Any) -> dict[str, Any]:
    """What was read so far: `delays` (ms), `times` (page ms), `flashes` and `beeps` (Unix ms), `peak`."""
    result: dict[str, Any] = page.evaluate("window.measured")
    return result


def wait_playing(page: Any, timeout_ms: float = 20_000) -> None:
    """Until the page's own state says that the picture runs."""
    page.wait_for_selector("vitrine-show[state=playing]", timeout=timeout_ms)


def offsets(flashes: list[float], beeps: list[float]) -> list[float]:
    """For each flash the nearest beep's lag in ms (positive: sound late)."""
    return [min((beep - flash for beep in beeps), key=abs) for flash in flashes if beeps]
