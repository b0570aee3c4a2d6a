"""Real parts: a headless studio process, Debian's Chromium, a real X display and a real PulseAudio source."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from studio.bench import stage
from studio.bench.browser import chromium
from studio.bench.studio_process import RunningStudio, running_studio
from tests.fakes import TIMEOUT_S

PATTERN: dict[str, Any] = {
    "version": 1,
    "show": {
        "id": "pattern",
        "title": "Pattern <b>& show",
        "brand": "Matilde",
        "poster": "/assets/demo/poster.webp",
        "products": [
            {"id": "oil", "title": "Rose <i>Oil", "price_minor": 24900, "before_minor": 32900, "stock": 4},
            {"id": "serum", "title": "Serum", "price_minor": 44950, "stock": 0, "url": "javascript:alert(1)"},
        ],
    },
    "sources": [
        {"id": "pattern", "kind": "test_pattern", "name": "Pattern"},
        {"id": "red", "kind": "colour", "name": "Red", "settings": {"colour": "#c01818"}},
        {"id": "blue", "kind": "colour", "name": "Blue", "settings": {"colour": "#1830c0"}},
    ],
    "scenes": [
        {"id": "main", "name": "Main", "items": [{"id": "1", "source": "pattern"}]},
        {"id": "red", "name": "Red", "items": [{"id": "1", "source": "red"}]},
        {"id": "blue", "name": "Blue", "items": [{"id": "1", "source": "blue"}]},
    ],
}
SMALL = {"video.rendition": "360", "video.bitrate_kbps": 1500}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path."""
    with stage.folder() as path:
        yield path


@pytest.fixture
def studio(folder: Path) -> Iterator[RunningStudio]:
    """A studio that is live with the test pattern."""
    with running_studio(folder, PATTERN, SMALL) as running:
        yield running


@pytest.fixture(scope="module")
def lasting_folder() -> Iterator[Path]:
    """A folder with a short path, for all tests of a file."""
    with stage.folder() as path:
        yield path


@pytest.fixture(scope="module")
def lasting_studio(lasting_folder: Path) -> Iterator[RunningStudio]:
    """A live studio for the tests of a file that only look at it: a start takes longer than most looks."""
    with running_studio(lasting_folder, PATTERN, SMALL) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file."""
    with chromium(sound=False) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must stay free of errors. Its policy is lifted for the tests' own scripts (one test runs under it)."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", bypass_csp=True)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def vitrine(folder: Path) -> Callable[..., Any]:
    """Run the command line beside the studio; its output as JSON."""
    return command_line(folder)


def command_line(folder: Path) -> Callable[..., Any]:
    """The command line of whose studio lives there."""

    def run(*words: str, status: int = 0) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "studio", *words],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            env=os.environ | {"VITRINE_HOME": str(folder)},
        )
        assert done.returncode == status, done.stderr + done.stdout
        return json.loads(done.stdout) if done.stdout else done.stderr

    return run
