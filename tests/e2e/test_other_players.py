"""Players that other people wrote play the same endpoint, in the same browser."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.bench.studio_process import RunningStudio
from tests.e2e.web import web_folder
from tests.fakes import TIMEOUT_MS

pytestmark = pytest.mark.e2e
PAGE = Path(__file__).parents[1] / "page"


@pytest.fixture(scope="module")
def strangers(lasting_folder: Path) -> Iterator[str]:
    """A page with both players in it."""
    bundler = PAGE / "node_modules" / ".bin" / "esbuild"
    assert bundler.exists(), "run `npm ci --ignore-scripts` in tests/page (packaging/test.sh does)"
    site = lasting_folder / "strangers"
    site.mkdir()
    words = [str(bundler), "strangers.js", "--bundle", "--format=iife", f"--outfile={site / 'bundle.js'}", "--log-level=error"]
    subprocess.run(words, cwd=PAGE, check=True, timeout=60)
    (site / "index.html").write_text("<!doctype html><video muted autoplay playsinline></video><script src=bundle.js></script>")
    with web_folder(site) as url:
        yield url


@pytest.mark.parametrize("player", ["playWithEyevinn", "playWithMedooze"])
def test_it_plays(player: str, lasting_studio: RunningStudio, strangers: str, page: Any) -> None:
    page.goto(strangers)
    page.evaluate(f"url => window.{player}(url)", lasting_studio.ready["whep"])
    page.wait_for_function("window.decoded() > 30", timeout=TIMEOUT_MS)
    page.evaluate("window.stop()")
