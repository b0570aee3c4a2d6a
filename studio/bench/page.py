"""The page in a shop: what a shop's page loads for a clip and for a show, what moves while it comes, and how long the picture
takes when every answer needs 100 ms. The shop's page stands on another origin than the show server, as it does in life.
"""

import contextlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from studio.bench import stage
from studio.bench.browser import chromium, wait_playing
from studio.bench.report import Row, median
from studio.bench.studio_process import RunningStudio, running_studio

ROUNDS = 5
LATENCY_MS = 100
DESKTOP, PHONE = (1280, 800), (390, 844)
WITH_PRODUCTS = {
    "version": 1,
    "show": {
        "id": "soak",
        "title": "Shop",
        "products": [{"id": f"p{number}", "title": f"Product {number}", "price_minor": 24900} for number in range(4)],
    },
    "sources": [{"id": "pattern", "kind": "test_pattern", "name": "Pattern"}],
    "scenes": [{"id": "main", "name": "Main", "items": [{"id": "1", "source": "pattern"}]}],
}
PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title>
<style>
  vitrine-show:not(:defined) {{ display: block; aspect-ratio: 16 / 9 }}
  @media (max-width: 860px) {{ vitrine-show:not(:defined, [chat="off"]) {{ aspect-ratio: auto; min-height: 100vh }} }}
</style>
<script>
  window.shift = 0;
  new PerformanceObserver((list) => {{
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }}).observe({{ type: 'layout-shift', buffered: true }});
  document.addEventListener('vitrine:playing', () => {{ window.playing = performance.now(); }});
</script>
<h1>Shop</h1><p>Words of the shop.</p>{body}<p>{more}</p>
<script type="module" src="{home}/embed.js"></script>"""


@dataclass
class Loaded:
    """What came over the network, in requests and bytes as they were sent."""

    requests: int = 0
    bytes: int = 0
    urls: dict[str, str] = field(default_factory=dict)

    def watch(self, session: Any) -> None:
        """Count what a page of this CDP session fetches; media streams are none of it."""
        session.send("Network.enable")
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)

    def _answered(self, event: dict[str, Any]) -> None:
        if event["response"]["url"].startswith("http"):
            self.urls[event["requestId"]] = event["response"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.urls:
            self.requests += 1
            self.bytes += int(event["encodedDataLength"])


def run(seconds: float = 0.0) -> list[Row]:
    """Takes as long as it takes."""
    with (
        stage.folder() as folder,
        running_studio(folder, WITH_PRODUCTS, {"video.rendition": "360"}) as studio,
        chromium(sound=False) as browser,
    ):
        home = _home(studio)
        show = '<vitrine-show show="soak" lang="en" consent="bar"></vitrine-show>'
        with _shop(home, '<vitrine-clip show="soak"></vitrine-clip>') as shop:
            clip, _ = _look(browser, shop, DESKTOP, playing=False)
        with _shop(home, show) as shop:
            desktop, shifted = _look(browser, shop, DESKTOP)
            _, on_phone = _look(browser, shop, PHONE)
            slow = [_picture_ms(browser, shop) for _ in range(ROUNDS)]
    return [
        Row(name="a shop's page with a clip: requests", value=clip.requests - 1, unit="", most=12),
        Row(name="a shop's page with a clip: bytes", value=clip.bytes / 1000, unit="kB", most=45),
        Row(name="a shop's page with a show: requests", value=desktop.requests - 1, unit="", most=30),
        Row(name="a shop's page with a show: bytes", value=desktop.bytes / 1000, unit="kB", most=160),
        Row(name="layout shift, desktop", value=shifted, unit="", most=0.05),
        Row(name="layout shift, phone", value=on_phone, unit="", most=0.05),
        Row(name=f"page opened → picture, {LATENCY_MS} ms round trip, p50", value=median(slow), unit="ms"),
    ]


def _home(studio: RunningStudio) -> str:
    parts = urlsplit(studio.viewer)
    return f"{parts.scheme}://{parts.netloc}"


@contextlib.contextmanager
def _shop(home: str, body: str) -> Iterator[str]:
    """A shop's page under `localhost`."""
    content = PAGE.format(home=home, body=body, more="More words. " * 200).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _look(browser: Any, url: str, size: tuple[int, int], *, playing: bool = True) -> tuple[Loaded, float]:
    """A first visit: what was loaded, and how far things moved."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    loaded = Loaded()
    loaded.watch(context.new_cdp_session(page))
    page.goto(url)
    if playing:
        wait_playing(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    shift = float(page.evaluate("window.shift"))
    context.close()
    return loaded, shift


def _picture_ms(browser: Any, url: str) -> float:
    """A first visit over a long way, from its beginning to the first picture."""
    context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    limits = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", limits)
    page.goto(url)
    page.wait_for_function("window.playing !== undefined")
    passed = float(page.evaluate("window.playing"))
    context.close()
    return passed
