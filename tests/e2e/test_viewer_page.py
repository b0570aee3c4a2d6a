"""The viewer page through the life of a show."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from studio.bench.studio_process import RunningStudio, running_studio
from tests.e2e.conftest import PATTERN, SMALL
from tests.e2e.reading import headline, wait_colour, wait_state
from tests.e2e.web import web_folder
from tests.fakes import TIMEOUT_MS

pytestmark = pytest.mark.e2e
RED, BLUE = (192, 24, 24), (24, 48, 192)


def test_a_show_from_poster_to_thank_you(folder: Path, page: Any, vitrine: Any) -> None:
    with running_studio(folder, PATTERN, SMALL, go_live=False) as studio:
        page.goto(studio.viewer)
        wait_state(page, "before")
        assert headline(page) == "The show has not started yet"
        page.locator("vitrine-show .curtain .poster").wait_for()

        vitrine("do", "stream.start")
        vitrine("do", "show.start", status=1)
        assert page.get_attribute("vitrine-show", "state") == "before", "a stream is not a show"
        vitrine("do", "show.start", "--yes")
        wait_state(page, "playing")
        page.locator("vitrine-show .pill.air", has_text="LIVE").wait_for()

        vitrine("do", "scene.take", "scene=Red", "transition=cut")
        wait_colour(page, RED)
        vitrine("do", "scene.take", "scene=Blue", "transition=fade", "duration_ms=200")
        wait_colour(page, BLUE)

        vitrine("do", "show.pause")
        wait_state(page, "paused")
        assert headline(page) == "A short pause"
        vitrine("do", "show.resume")
        wait_state(page, "playing")

        vitrine("do", "stream.stop")
        wait_state(page, "back")
        assert headline(page) == "We'll be right back"
        vitrine("do", "stream.start")
        wait_state(page, "playing")

        vitrine("do", "show.end", "--yes")
        wait_state(page, "ended")
        assert headline(page) == "Thank you for watching"
        show = vitrine("state", "show")
        assert show["state"] == "ended"


def test_the_desktop_dies_and_the_page_says_right_back(studio: RunningStudio, page: Any) -> None:
    page.goto(studio.viewer)
    wait_state(page, "playing")
    server = studio.ready["server_pid"]
    try:
        os.kill(studio.child.pid, signal.SIGKILL)
        wait_state(page, "back")
        assert headline(page) == "We'll be right back"
    finally:
        os.kill(server, signal.SIGTERM)


def test_the_server_dies_and_viewers_are_back_without_a_reload(studio: RunningStudio, page: Any) -> None:
    page.goto(studio.viewer)
    wait_state(page, "playing")
    page.evaluate("window.sameVisit = true")
    before = page.evaluate("document.querySelector('vitrine-show').playback.player.session")
    os.kill(studio.ready["server_pid"], signal.SIGKILL)
    page.wait_for_function(
        """before => {
          const show = document.querySelector('vitrine-show');
          const session = show.playback.player?.session;
          return show.getAttribute('state') === 'playing' && session && session !== before;
        }""",
        arg=before,
        timeout=TIMEOUT_MS,
    )
    assert page.evaluate("window.sameVisit")


def test_the_page_speaks_danish(lasting_studio: RunningStudio, browser: Any) -> None:
    context = browser.new_context(locale="da-DK")
    page = context.new_page()
    page.goto(lasting_studio.viewer)
    wait_state(page, "playing")
    assert page.get_attribute("html", "lang") == "da"
    assert page.locator("vitrine-show .pill", has_text="ser med").inner_text().endswith("ser med")
    assert "249\u00a0kr." in page.locator("vitrine-show .price").first.inner_text()
    context.close()


def test_names_from_strangers_are_text_and_links_lead_only_to_the_web(lasting_studio: RunningStudio, page: Any) -> None:
    page.goto(lasting_studio.viewer)
    wait_state(page, "playing")
    assert page.locator("vitrine-show .card .name").first.inner_text() == "Rose <i>Oil"
    assert page.title() == "Pattern <b>& show"
    assert page.locator("vitrine-show a.card").count() == 0
    assert page.locator("vitrine-show .sold").inner_text() == "Sold out"


def test_the_page_runs_under_its_own_strict_policy(lasting_studio: RunningStudio, browser: Any) -> None:
    context = browser.new_context(locale="en")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    response = page.goto(lasting_studio.viewer)
    wait_state(page, "playing")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    context.close()
    assert said == []


def test_everything_is_reached_and_named_by_keyboard(lasting_studio: RunningStudio, page: Any) -> None:
    page.goto(lasting_studio.viewer)
    wait_state(page, "playing")
    page.locator("vitrine-show .stage").focus()
    muted = page.evaluate("document.querySelector('vitrine-show').video.muted")
    page.keyboard.press("m")
    page.wait_for_function(f"document.querySelector('vitrine-show').video.muted === {json.dumps(not muted)}")
    names = []
    for _ in range(6):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.shadowRoot?.activeElement?.getAttribute('aria-label') ?? ''"))
    assert "Full screen" in names
    assert any("sound" in name for name in names)
    assert page.locator("vitrine-show .status").get_attribute("aria-live") == "polite"


def test_a_phone_upright_sees_the_whole_picture_and_the_products(lasting_studio: RunningStudio, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="en")
    page = context.new_page()
    page.goto(lasting_studio.viewer)
    wait_state(page, "playing")
    box = page.locator("vitrine-show .stage").bounding_box()
    assert box["x"] == 0
    assert box["width"] == 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390, "nothing sticks out sideways"
    assert page.locator("vitrine-show .card").first.bounding_box()["width"] > 300
    context.close()


def test_the_measured_delay_is_shown(lasting_studio: RunningStudio, page: Any) -> None:
    page.goto(lasting_studio.viewer)
    wait_state(page, "playing")
    page.wait_for_function("document.querySelector('vitrine-show').delaySeconds > 0.005", timeout=TIMEOUT_MS)
    assert page.evaluate("document.querySelector('vitrine-show').delaySeconds") < 2
    page.locator("vitrine-show .delay", has_text="s behind the studio").wait_for()


def test_the_player_works_embedded_in_somebody_elses_page(lasting_studio: RunningStudio, page: Any, tmp_path: Path) -> None:
    server = lasting_studio.ready["viewer"].rsplit("/shows/", 1)[0]
    shop = f"<!doctype html><script type=module src='{server}/embed.js'></script><vitrine-show show=pattern></vitrine-show>"
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "index.html").write_text(shop)
    with web_folder(tmp_path / "shop") as url:
        page.goto(url)
        wait_state(page, "playing")
