"""The same live show in Chromium, Firefox ESR and WebKitGTK; what each can do is the table in docs/page.md."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.bench.browser import chromium
from studio.bench.studio_process import RunningStudio
from tests.e2e.conftest import command_line
from tests.other_browsers import OtherBrowser, firefox, there, until, webkit

pytestmark = pytest.mark.e2e
DOCUMENT = Path(__file__).parents[2] / "docs" / "page.md"
SHOW = "document.querySelector('vitrine-show')"
INSIDE = f"{SHOW}.shadowRoot"
LISTEN = """(() => {
  window.lines = [];
  document.addEventListener('vitrine:add-to-cart', ({ detail }) => {
    lines.push(...detail.lines);
    detail.answer({ status: 'ok', cart: { count: lines.length } });
  });
  return true;
})()"""
CALL = """import('/embed.js').then(async () => {
  const call = document.createElement('vitrine-call');
  call.setAttribute('lang', 'en');
  document.body.append(call);
  await customElements.whenDefined('vitrine-call');
  call.open();
  return true;
})"""


class Chromium:
    """Playwright's page in the shape of the others."""

    name = "chromium"

    def __init__(self, page: Any) -> None:
        self._page = page

    def goto(self, url: str) -> None:
        self._page.goto(url)

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    def screenshot(self, path: Path) -> None:
        self._page.screenshot(path=str(path))


@contextlib.contextmanager
def playwrights() -> Iterator[Chromium]:
    with chromium(sound=False) as browser:
        yield Chromium(browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-GB"))


BROWSERS: dict[str, Callable[[], Any]] = {"Chromium": playwrights, "Firefox ESR": firefox, "WebKitGTK": webkit}


@pytest.fixture(params=list(BROWSERS))
def viewer(request: pytest.FixtureRequest) -> Iterator[tuple[str, OtherBrowser]]:
    name = request.param
    if name != "Chromium" and not there({"Firefox ESR": "firefox", "WebKitGTK": "webkit"}[name]):
        pytest.skip(f"{name} is not installed")
    with BROWSERS[name]() as browser:
        yield name, browser


def documented() -> dict[tuple[str, str], str]:
    """The table in docs/page.md: what is said of each feature and browser."""
    lines = iter(DOCUMENT.read_text().splitlines())
    head = next(line for line in lines if line.startswith("| |") and "Firefox ESR" in line)
    browsers = [cell.strip() for cell in head.strip("|").split("|")][1:]
    next(lines)
    found: dict[tuple[str, str], str] = {}
    for line in lines:
        if not line.startswith("|"):
            break
        feature, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        found |= {(feature, browser): cell for browser, cell in zip(browsers, cells, strict=True)}
    return found


def test_the_show_is_seen_and_sold_in(
    viewer: tuple[str, OtherBrowser], lasting_studio: RunningStudio, lasting_folder: Path
) -> None:
    name, browser = viewer
    vitrine = command_line(lasting_folder)
    browser.goto(lasting_studio.viewer)
    until(browser, f"{SHOW}?.getAttribute('state') === 'playing'", "the picture")
    at = float(browser.evaluate(f"{SHOW}.video.currentTime"))
    until(browser, f"{SHOW}.video.currentTime > {at} + 2", "a picture that moves")
    assert browser.evaluate(f"{SHOW}.video.videoHeight") == 360
    browser.evaluate(LISTEN)
    vitrine("do", "product.pin", "product=oil")
    until(browser, f"{INSIDE}.querySelector('.pin .name')?.textContent === 'Rose <i>Oil'", "the card")
    price = browser.evaluate(f"{INSIDE}.querySelector('.pin .price strong').textContent.replace(/\\s/g, ' ')")
    assert price == "DKK 249"
    browser.evaluate(f"{INSIDE}.querySelector('.pin .buy').click() ?? true")
    until(browser, "lines.length === 1", "the cart")
    browser.evaluate(f"{INSIDE}.querySelector('.pin .open').click() ?? true")
    until(
        browser,
        f"{INSIDE}.querySelector('dialog.sheet').open && {INSIDE}.activeElement?.id === 'sheet-title'",
        "the sheet's heading",
    )
    browser.evaluate(f"{INSIDE}.querySelector('dialog.sheet .close').click() ?? true")
    browser.evaluate(f"{SHOW}.write('Hello from {name}', 'Ann').then(() => true)")
    until(browser, f"[...{INSIDE}.querySelectorAll('.said')].some((one) => one.textContent === 'Hello from {name}')", "the line")
    vitrine("do", "product.unpin")
    found = {
        "live picture": {"webrtc": "WebRTC", "socket": "the socket"}[browser.evaluate(f"{SHOW}.getAttribute('via')")],
        "full screen": yes(browser.evaluate("Boolean(document.fullscreenEnabled || document.webkitFullscreenEnabled)")),
        "picture in picture": yes(browser.evaluate("Boolean(document.pictureInPictureEnabled)")),
        "cards, cart, sheet, chat": "yes",
        "call panel": yes(call_panel(browser)),
        "video calls, guests": yes(browser.evaluate("typeof RTCPeerConnection === 'function'")),
    }
    table = documented()
    assert {feature: table[feature, name] for feature in found} == found, "docs/page.md says something else"


def call_panel(browser: OtherBrowser) -> bool:
    """Whether it has something in it, in a window of its usual size."""
    browser.evaluate(CALL)
    panel = "document.querySelector('vitrine-call').shadowRoot?.querySelector('.panel')"
    until(browser, f"{panel}?.open && {panel}.offsetHeight > 0", "the panel")
    until(browser, f"{panel}.querySelector('.place').scrollHeight > 100", "what stands in it")
    return bool(browser.evaluate(f"{panel}.offsetHeight > 200 && {panel}.querySelector('.place').clientHeight > 100"))


def yes(found: bool) -> str:
    return "yes" if found else "no"
