"""An evening that sells: the window, the demo shop and its visitors, from the feed to the report."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio import paths
from tests.e2e.driving import Mouse, Window, opened_window
from tests.e2e.reading import colour, near, wait_state
from tests.fakes import TIMEOUT_MS

pytestmark = pytest.mark.e2e
WHITE = (250, 250, 250)
CARD = (1835 / 1920, 250 / 1080)
"""A place on the picture that the demo's product card covers, right of its words."""
PAID_MINOR = 84_800
"""The night cream, and the second kind of the rose oil."""


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    with opened_window(tmp_path, "da") as opened:
        yield opened


def vitrine(home: Path, *words: str) -> str:
    """The command line beside the window."""
    environment = os.environ | {"VITRINE_HOME": str(home), "VITRINE_LANGUAGE": "da"}
    done = subprocess.run(
        [sys.executable, "-m", "studio", *words], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_evening_that_sells(window: Window, page: Any, browser: Any) -> None:
    person, until, home = Mouse(window), window.until, window.home
    until(lambda: person.name("Welcome to Vitrine") in window.ask("words"), "the assistant")
    person.press("Only look at the demo show")
    until(lambda: window.state()["shop"]["products"], "the products")
    base = window.state()["link"]["url"]

    feed = str(paths.assets() / "demo" / "shop" / "products.json")
    said = json.loads(vitrine(home, "import", feed, "--url", f"{base}/demo/shop/", "--json").splitlines()[-1])
    assert (said["products"], said["refused"]) == (10, 0)
    until(lambda: window.state()["shop"]["products"][0]["variants"] == 3, "the feed's variants in the show")
    vitrine(home, "do", "product.order", 'products=["night-cream","rose-oil"]')
    until(lambda: window.state()["shop"]["products"][0]["id"] == "night-cream", "the order")

    person.hold("Hold to go live")
    until(lambda: window.state()["show"]["state"] == "live", "live")
    page.goto(f"{base}/demo/shop/live.html?lang=da")
    wait_state(page, "playing")
    show = page.locator("vitrine-show")
    assert not near(colour(page, *CARD), WHITE, 12)
    window.x("key", "1")
    card = show.locator('.pin[data-product="night-cream"]')
    card.wait_for(timeout=TIMEOUT_MS)
    page.wait_for_function(
        """([x, y]) => {
          const video = document.querySelector('vitrine-show').video;
          const canvas = document.createElement('canvas');
          canvas.width = canvas.height = 1;
          const context = canvas.getContext('2d');
          context.drawImage(video, video.videoWidth * x, video.videoHeight * y, 2, 2, 0, 0, 1, 1);
          return Math.min(...context.getImageData(0, 0, 1, 1).data.slice(0, 3)) > 235;
        }""",
        arg=list(CARD),
        timeout=TIMEOUT_MS,
    )

    buy(page, show, card)
    talk(window, person, page, browser, f"{base}/demo/shop/live.html?lang=da")
    check_out(window, page)

    person.hold("Hold to end show")
    until(lambda: window.state()["show"]["state"] == "ended", "the end")
    report(home, page)


def buy(page: Any, show: Any, card: Any) -> None:
    """Into the shop's own cart: a product, and a variant of another."""
    card.locator(".buy").click()
    page.locator("vitrine-show .pin .buy.done").wait_for(timeout=TIMEOUT_MS)
    show.locator(".cards .card").nth(1).click()
    sheet = show.locator("dialog.sheet[open]")
    sheet.locator(".kind").nth(1).click()
    sheet.locator(".buy").click()
    sheet.locator(".buy.done").wait_for(timeout=TIMEOUT_MS)
    page.keyboard.press("Escape")
    page.wait_for_function("document.querySelector('vitrine-show').shop.cart?.count === 2")


def talk(window: Window, person: Mouse, page: Any, browser: Any, address: str) -> None:
    """Both ways; a bad word is held until somebody shows it."""
    context = browser.new_context(locale="da-DK")
    other = context.new_page()
    other.goto(address)
    other.locator("vitrine-show .text").wait_for()

    def write(words: str) -> None:
        field = page.locator("vitrine-show .text")
        field.fill(words)
        field.press("Enter")
        page.locator("vitrine-show .message", has_text=words).wait_for(timeout=TIMEOUT_MS)

    write("Er den god til tør hud?")
    other.locator("vitrine-show .message", has_text="tør hud").wait_for(timeout=TIMEOUT_MS)
    person.write("Write to the audience", "Ja, to draaber")
    window.x("key", "Return")
    for one in (page, other):
        one.locator("vitrine-show .message.staff", has_text="Ja, to draaber").wait_for(timeout=TIMEOUT_MS)

    write("din idiot")
    page.locator("vitrine-show .message .held").wait_for()
    assert other.locator("vitrine-show .message", has_text="idiot").count() == 0
    person.press("Held {count}", count=1)
    person.press("QPlainTextEdit")
    person.press("Show it")
    other.locator("vitrine-show .message", has_text="idiot").wait_for(timeout=TIMEOUT_MS)
    context.close()


def check_out(window: Window, page: Any) -> None:
    """The shop's own cart and checkout; the window hears of the order, which no signed webhook has confirmed."""
    page.locator("vitrine-show .stage").hover()
    page.locator("vitrine-show .checkout").click()
    page.wait_for_url("**/cart.html*")
    page.goto(page.url.replace("cart.html", "checkout.html"))
    page.get_by_role("button", name="Afgiv").or_(page.locator("button.primary.wide")).first.click()
    page.locator(".receipt").wait_for(timeout=TIMEOUT_MS)
    (sale,) = window.until(lambda: window.state()["numbers"]["sales"], "the order")
    assert (sale["orders"], sale["unconfirmed"]) == (0, 1)
    assert sale["unconfirmed_minor"] == PAID_MINOR
    window.until(lambda: window.state()["numbers"]["carted"] == 2, "what was put into the cart")


def report(home: Path, page: Any) -> None:
    """The sale stands at the right product and second."""
    told = json.loads(vitrine(home, "report", "--format", "json"))
    products = {product["product"]: product for product in told["figures"]["products"]}
    cream, oil = products["night-cream"], products["rose-oil"]
    assert (cream["sold"], cream["live"], oil["sold"], oil["carted"]) == (1, 1, 1, 1)
    (order,) = told["orders"]
    pinned_ms = cream["pinned_ms"][0]
    began = {line["product"]: line["media_ms"] for line in order["lines"]}
    assert pinned_ms <= began["night-cream"] < pinned_ms + 15_000, "it began where the card was shown"
    assert began["rose-oil"] >= began["night-cream"]
    path = home / "report.html"
    vitrine(home, "report", "--output", str(path))
    page.goto(path.as_uri())
    row = page.locator("table").first.locator("tr", has_text=cream["title"])
    assert row.locator("td").nth(4).inner_text() == "1"
    assert page.locator("svg .pin").count() >= 1
    assert page.locator("svg .sold").count() >= 1
