"""A network that lets no WebRTC through, and no TURN server: pictures and sound over the page's own socket."""

import time
from typing import Any

import pytest

from studio.bench.browser import chromium
from studio.bench.studio_process import RunningStudio
from tests.e2e.reading import wait_state
from tests.e2e.test_brand_server import NO_UDP
from tests.fakes import TIMEOUT_S, wait_for

pytestmark = pytest.mark.e2e
LATE = """() => {
  const { player, video } = document.querySelector('vitrine-show').playback;
  return player.buffer.buffered.end(player.buffer.buffered.length - 1) - video.currentTime;
}"""


def video(page: Any, what: str) -> float:
    return float(page.evaluate(f"document.querySelector('vitrine-show').video.{what}"))


def watch(browser: Any, studio: RunningStudio) -> Any:
    page = browser.new_page(viewport={"width": 640, "height": 400})
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(studio.viewer)
    return page


def test_a_viewer_without_udp_watches_over_the_socket(studio: RunningStudio) -> None:
    with chromium(NO_UDP, sound=False) as browser:
        page = watch(browser, studio)
        begun = time.monotonic()
        wait_state(page, "playing")
        print(f"playing after {time.monotonic() - begun:.1f} s")
        assert page.get_attribute("vitrine-show", "via") == "socket"
        at = video(page, "currentTime")
        wait_for(lambda: video(page, "currentTime") > at + 4, TIMEOUT_S)
        assert video(page, "videoHeight") == 360
        assert video(page, "getVideoPlaybackQuality().totalVideoFrames") > 60
        assert video(page, "webkitAudioDecodedByteCount") > 10_000, "sound too"
        wait_for(lambda: page.evaluate(LATE) < 1.2, TIMEOUT_S)
        assert not page.problems


def test_a_browser_without_webrtc_watches_at_once_and_comes_back(studio: RunningStudio) -> None:
    with chromium(sound=False) as browser:
        page = browser.new_page(viewport={"width": 640, "height": 400})
        page.add_init_script("delete window.RTCPeerConnection")
        page.goto(studio.viewer)
        wait_state(page, "playing")
        page.evaluate("document.querySelector('vitrine-show').socket.socket.close()")
        page.wait_for_selector("vitrine-show:not([state=playing])")
        wait_state(page, "playing")
        page.evaluate("document.querySelector('vitrine-show').remove()")
