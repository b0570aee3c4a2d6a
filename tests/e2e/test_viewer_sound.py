"""Sound in a browser that wants to be touched first."""

import pytest

from studio.bench.browser import ARGUMENTS, chromium
from studio.bench.studio_process import RunningStudio
from tests.e2e.reading import wait_state

pytestmark = pytest.mark.e2e
RECEIVED = """async () => {
  let packets = 0;
  (await document.querySelector('vitrine-show').playback.player.connection.getStats()).forEach((report) => {
    if (report.kind === 'audio' && report.type === 'inbound-rtp') packets = report.packetsReceived;
  });
  return packets;
}"""


def test_sound_is_offered_when_the_browser_wants_a_touch_first(studio: RunningStudio) -> None:
    assert "--autoplay-policy=no-user-gesture-required" in ARGUMENTS
    with chromium("--autoplay-policy=document-user-activation-required", sound=False) as browser:
        page = browser.new_page(bypass_csp=True)
        page.goto(studio.viewer)
        wait_state(page, "playing")
        prompt = page.get_by_role("button", name="Tap for sound")
        prompt.wait_for()
        assert page.evaluate("document.querySelector('vitrine-show').video.muted")
        assert page.evaluate(RECEIVED) == 0, "sound that nobody hears would queue up"
        prompt.click()
        page.wait_for_function("!document.querySelector('vitrine-show').video.muted")
        page.wait_for_function(RECEIVED.replace("return packets", "return packets > 20"))
        assert prompt.is_hidden()
