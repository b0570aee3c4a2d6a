"""The page's parts in a browser: without a cart, with consent, with bad products, small in a corner, and after a while away."""

from pathlib import Path
from typing import Any

import pytest

from studio.bench.studio_process import RunningStudio
from tests.e2e.reading import wait_state
from tests.e2e.web import web_folder
from tests.fakes import TIMEOUT_MS

pytestmark = pytest.mark.e2e
SHOP = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<script>window.dataLayer = []; window.gtag = function () { dataLayer.push(arguments) }; window.heard = [];
document.addEventListener('vitrine:consent', (event) => heard.push(event.detail));</script>
SCRIPT
<script type="module" src="SERVER/embed.js"></script>
<h1>Shop</h1><vitrine-show show="pattern" ATTRIBUTES></vitrine-show><div style="height: 3000px">Much more</div></html>"""


def shop_page(server: str, script: str, attributes: str) -> str:
    """The page of a shop that embeds the show."""
    return SHOP.replace("SCRIPT", script).replace("SERVER", server).replace("ATTRIBUTES", attributes)


def open_shop(studio: RunningStudio, folder: Path, page: Any, script: str = "", attributes: str = "") -> Any:
    """A page of somebody's shop, on another origin, that embeds the show; its web server ends with the block."""
    server = studio.viewer.partition("/shows/")[0]
    (folder / "web").mkdir(exist_ok=True)
    (folder / "web" / "index.html").write_text(shop_page(server, script, attributes))
    return web_folder(folder / "web")


def show_of(page: Any) -> Any:
    return page.locator("vitrine-show")


def test_without_a_cart_a_product_is_a_link_with_where_it_came_from(
    studio: RunningStudio, folder: Path, page: Any, vitrine: Any
) -> None:
    vitrine("do", "product.pin", "product=oil")
    with open_shop(studio, folder, page) as address:
        page.goto(address)
        wait_state(page, "playing")
        show_of(page).locator(".pin .buy").click()
        show_of(page).locator(".status", has_text="could not be put into the cart").wait_for()  # the oil has no address either
        assert "javascript" not in page.content()
        show_of(page).locator(".cards .card", has_text="Serum").click()
        sheet = show_of(page).locator("dialog.sheet[open]")
        sheet.wait_for()
        assert sheet.locator("a").count() == 0, "javascript: leads nowhere"
        assert sheet.locator(".buy").count() == 0, "it is sold out"
        assert "Rose <i>Oil" in show_of(page).locator(".pin .name").inner_text()


def test_the_shop_answers_late_in_part_and_wrongly(studio: RunningStudio, folder: Path, page: Any, vitrine: Any) -> None:
    script = """<script>
      window.answers = [
        () => ({ status: 'partial', failed: [{ product: 'oil' }], message: 'Only one of two' }),
        () => ({ status: 'nonsense' }),
        () => Promise.reject(new Error('down')),
        () => ({ status: 'ok', cart: { count: 3 } }),
        () => ({ status: 'out-of-stock' }),
      ];
      document.addEventListener('vitrine:add-to-cart', ({ detail }) => {
        window.asked = detail;
        detail.answer(answers.shift()());
      });
      document.addEventListener('vitrine:product-data', ({ detail }) => detail.answer([
        { id: 'oil', price_minor: 19900, stock: 7 }, null, { id: 5 }, { id: 'unknown', price_minor: 1 },
      ]));
    </script>"""
    vitrine("do", "product.pin", "product=oil")
    with open_shop(studio, folder, page, script) as address:
        page.goto(address)
        wait_state(page, "playing")
        show = show_of(page)
        show.locator(".pin .price", has_text="199").wait_for()
        buy, status = show.locator(".pin .buy"), show.locator(".status")
        for words in ("Only one of two", "could not be put", "could not be put"):
            buy.click()
            status.filter(has_text=words).wait_for()
        asked = page.evaluate("({ lines: asked.lines, attribution: asked.attribution })")
        assert asked["lines"][0] | {"quantity": 1, "product": "oil", "variant": ""} == asked["lines"][0]
        assert (asked["attribution"]["show"], asked["attribution"]["part"]) == ("pattern", "live")
        assert asked["attribution"]["media_ms"] > 0
        buy.click()
        show.locator(".pin .buy.done").wait_for()
        show.locator(".stage").hover()
        show.locator(".checkout", has_text="To checkout (3)").wait_for()
        show.locator(".pin .buy:not(.done)").click()
        show.locator(".pin .stock.sold").wait_for()


def test_consent_from_the_pages_own_tool_and_what_is_held(studio: RunningStudio, folder: Path, page: Any) -> None:
    with open_shop(studio, folder, page, attributes='consent="google"') as address:
        page.goto(address)
        wait_state(page, "playing")
        assert page.evaluate("localStorage.getItem('vitrine')") is None, "nothing is kept before anybody agreed"
        page.evaluate("gtag('consent', 'update', { analytics_storage: 'granted', ad_storage: 'denied' })")
        page.wait_for_function("vitrine.choices?.analytics === true && vitrine.choices.marketing === false")
        assert "visitor" in page.evaluate("localStorage.getItem('vitrine')")
        field = show_of(page).locator(".text")
        field.fill("Is it good?")
        field.press("Enter")
        show_of(page).locator(".message", has_text="Is it good?").wait_for()
        show_of(page).locator(".cards .card").first.click()
        show_of(page).locator("dialog.sheet[open]").wait_for()
        page.keyboard.press("Escape")
        page.wait_for_function("vitrine.held().then((held) => held.visits.length === 1 && held.chat.length === 1)")
        show_of(page).locator(".privacy-link").click()
        page.get_by_role("button", name="Forget me").click()
        show_of(page).locator(".message", has_text="Is it good?").wait_for(state="detached")
        page.keyboard.press("Escape")
        page.evaluate("vitrine.consent({ analytics: false, personalisation: false, marketing: false })")
        page.reload()
        wait_state(page, "playing")
        assert page.evaluate("JSON.parse(localStorage.getItem('vitrine')).visitor") is None
        assert page.evaluate("vitrine.choices.analytics") is False, "a no is remembered: nobody is asked twice"


def test_the_picture_follows_small_and_leaves_when_told(studio: RunningStudio, folder: Path, page: Any) -> None:
    with open_shop(studio, folder, page) as address:
        page.goto(address)
        wait_state(page, "playing")
        before = page.evaluate("document.documentElement.scrollHeight")
        page.mouse.wheel(0, 2500)
        show_of(page).locator(".stage.mini").wait_for()
        box = show_of(page).locator(".stage").bounding_box()
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 800
        assert page.evaluate("document.documentElement.scrollHeight") == before, "nothing moves"
        show_of(page).locator(".leave").click()
        show_of(page).locator(".stage:not(.mini)").wait_for(state="attached")
        page.evaluate("scrollTo(0, 0)")
        page.mouse.wheel(0, 2500)
        show_of(page).locator(".stage.mini").wait_for()
        show_of(page).locator(".back").click()
        show_of(page).locator(".stage:not(.mini)").wait_for(state="attached")


def test_who_was_away_is_told_what_was_shown_and_nothing_comes_twice(studio: RunningStudio, page: Any, vitrine: Any) -> None:
    page.goto(studio.viewer)
    wait_state(page, "playing")
    show = show_of(page)
    page.evaluate("window.seqs = []; document.addEventListener('vitrine:event', (e) => seqs.push(e.detail.seq))")
    vitrine("do", "chat.say", "text=Before")
    show.locator(".message", has_text="Before").wait_for()
    page.evaluate("document.querySelector('vitrine-show').socket.socket.close()")
    page.evaluate("document.querySelector('vitrine-show').socket.connect = () => {}")
    for words in (("product.pin", "product=serum"), ("product.pin", "product=oil"), ("chat.say", "text=Meanwhile")):
        vitrine("do", *words)
    page.evaluate("delete document.querySelector('vitrine-show').socket.connect")
    page.evaluate("document.querySelector('vitrine-show').socket.retryNow()")
    show.locator(".message", has_text="Meanwhile").wait_for()
    show.locator(".missed .chip").nth(1).wait_for()
    assert show.locator(".missed .chip").count() == 2
    assert show.locator(".message", has_text="Meanwhile").count() == 1
    seqs = page.evaluate("seqs")
    assert seqs == sorted(set(seqs))
    vitrine("do", "chat.say", "text=After")
    show.locator(".message", has_text="After").wait_for()


def test_a_page_under_its_own_policy_breaks_no_rule(studio: RunningStudio, browser: Any, vitrine: Any) -> None:
    vitrine("do", "product.pin", "product=oil")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="da-DK")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(studio.viewer)
    page.locator("vitrine-show[state=playing]").wait_for(timeout=TIMEOUT_MS)
    page.locator("vitrine-show .pin").wait_for()
    context.close()
    assert said == []
