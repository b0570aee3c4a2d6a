"""The page as axe-core sees it: every part open, light and dark, desktop and phone."""

from pathlib import Path
from typing import Any

import pytest

from studio.bench.studio_process import RunningStudio
from tests.e2e.conftest import command_line
from tests.e2e.reading import wait_state
from tests.page.axe import AXE, wrong

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def studio(lasting_studio: RunningStudio, lasting_folder: Path) -> RunningStudio:
    """With something in every part of the page."""
    vitrine = command_line(lasting_folder)
    vitrine("do", "product.pin", "product=serum")
    vitrine("do", "product.pin", "product=oil")
    vitrine("do", "poll.open", "question=Which one?", 'answers=["Rose","Lavender"]')
    vitrine("do", "chat.say", "text=Welcome")
    return lasting_studio


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_nobody_is_shut_out(studio: RunningStudio, browser: Any, scheme: str, width: int) -> None:
    if not AXE.exists():
        pytest.skip("npm ci --prefix tests/page")
    context = browser.new_context(
        viewport={"width": width, "height": 800}, locale="en-GB", bypass_csp=True, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(studio.viewer)
    wait_state(page, "playing")
    page.add_script_tag(path=str(AXE))
    show = page.locator("vitrine-show")
    show.locator(".pin").first.wait_for()
    show.locator(".message").first.wait_for()
    found = {"asked for consent": wrong(page)}
    show.locator(".consent .choice").first.click()
    show.locator(".answer").first.click()
    show.locator(".share").first.wait_for()
    found["watching"] = wrong(page)
    show.locator(".cards .card").first.click()
    show.locator("dialog.sheet[open]").wait_for()
    found["product sheet"] = wrong(page)
    page.keyboard.press("Escape")
    show.locator(".privacy-link").click()
    show.locator("dialog.privacy[open]").wait_for()
    found["privacy"] = wrong(page)
    context.close()
    assert {part: sentences for part, sentences in found.items() if sentences} == {}
