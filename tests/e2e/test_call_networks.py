"""A call over a bad network: a tenth of the packets lost both ways, and five seconds of nothing."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.bench.browser import chromium
from studio.bench.call import FAKE
from studio.bench.studio_client import StudioClient
from studio.bench.studio_process import RunningStudio, running_studio
from tests.fakes import TIMEOUT_S
from tests.network import UdpRelay, own_address

pytestmark = pytest.mark.e2e
LOSSY_S = 7
KEEP = """() => {
  const Real = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Real {
    constructor(...words) { super(...words); window.connections.push(this); }
  };
}"""
HEARD = """async () => {
  let total = 0, concealed = 0, frames = 0;
  for (const connection of window.connections) {
    for (const row of (await connection.getStats()).values()) {
      if (row.type !== 'inbound-rtp') continue;
      if (row.kind === 'audio') { total += row.totalSamplesReceived ?? 0; concealed += row.concealedSamples ?? 0; }
      else frames += row.framesDecoded ?? 0;
    }
  }
  return [total, concealed, frames];
}"""
SHOW = {
    "version": 1,
    "show": {"id": "call", "title": "Call"},
    "sources": [{"id": "tone", "kind": "test_pattern", "name": "Tone", "settings": {}}],
    "scenes": [{"id": "main", "name": "Main", "items": [{"id": "1", "source": "tone", "transform": {"fit": "fill"}}]}],
}


@pytest.fixture
def studio(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningStudio]:
    monkeypatch.setenv("VITRINE_HOME", str(folder))
    with running_studio(folder, SHOW, {"video.rendition": "720"}, "--take-calls", go_live=False) as running:
        yield running


@pytest.fixture
def relay() -> Iterator[UdpRelay]:
    with UdpRelay(own_address()) as running:
        yield running


def through(relay: UdpRelay) -> Any:
    """The page's socket, where every connection is led over the relay."""

    def routed(socket: Any) -> None:
        server = socket.connect_to_server()

        def up(text: str) -> None:
            word = json.loads(text)
            data = word.get("data") or {}
            if word["t"] == "signal" and data.get("type") == "candidate":
                return
            if word["t"] == "signal" and data.get("type") == "offer":
                data["sdp"] = re.sub(r"^a=candidate:.*\r?\n", "", data["sdp"], flags=re.MULTILINE)
            server.send(json.dumps(word))

        def down(text: str) -> None:
            word = json.loads(text)
            data = word.get("data") or {}
            if word["t"] == "signal" and data.get("type") == "answer":
                data["sdp"] = relay.rewrite(data["sdp"])
            socket.send(json.dumps(word))

        socket.on_message(up)
        server.on_message(down)

    return routed


def remote(advisor: StudioClient) -> Any:
    remotes = (advisor.state.get("call_media") or {}).get("remotes") or [{}]
    return remotes[0]


def wait(page: Any, done: Any, what: str, seconds: float = TIMEOUT_S) -> float:
    """The page's signals are passed on only while it is spoken with."""
    begun = time.monotonic()
    while not done():
        assert time.monotonic() - begun < seconds, what
        page.wait_for_timeout(50)
    return time.monotonic() - begun


def test_a_call_lives_through_losses_and_a_blackout(studio: RunningStudio, relay: UdpRelay) -> None:
    with StudioClient() as advisor, chromium(*FAKE, sound=False) as browser:
        page = browser.new_context(bypass_csp=True).new_page()
        page.add_init_script(f"({KEEP})()")
        page.route_web_socket(re.compile("/calls/ws"), through(relay))
        page.goto(f"{studio.viewer.partition('/shows/')[0]}/demo/shop/product.html?id=night-cream")
        element = page.locator("vitrine-call")
        element.locator(".launcher").click()
        element.locator(".way[data-kind=video]").click()
        element.locator(".check .primary:enabled").click()
        wait(page, lambda: remote(advisor).get("picture") and page.evaluate(HEARD)[2] > 30, "both see each other")

        relay.weather.loss = relay.weather.loss_up = 0.10
        page.wait_for_timeout(4000)  # both learn how late what is asked for again comes
        total, concealed, frames = page.evaluate(HEARD)
        page.wait_for_timeout(1000 * LOSSY_S)
        total_2, concealed_2, frames_2 = page.evaluate(HEARD)
        there = (concealed_2 - concealed) / (total_2 - total)
        here = remote(advisor)["concealed"]
        print(f"made up: {there:.1%} at the page, {here:.1%} here; {(frames_2 - frames) / LOSSY_S:.1f} pictures/s there")
        assert there < 0.05
        assert here < 0.05
        assert frames_2 - frames > 5 * LOSSY_S
        assert remote(advisor)["status"] == "connected"
        assert relay.lost > 50

        relay.weather.loss = relay.weather.loss_up = 0.0
        relay.weather.blackout = True
        page.wait_for_timeout(5000)  # the blackout itself
        relay.weather.blackout = False
        _, _, frames = page.evaluate(HEARD)
        back_s = wait(
            page, lambda: page.evaluate(HEARD)[2] > frames + 5 and remote(advisor).get("picture"), "the call to be back"
        )
        print(f"back after {back_s:.2f} s")
        assert back_s < 10, "it is the same connection, not one that was made anew"
