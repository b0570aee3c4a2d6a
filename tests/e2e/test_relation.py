"""What a visitor does on the shop's pages becomes what they are shown, with real browsers, a real show and the command line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from studio.bench.studio_process import RunningStudio
from tests.e2e.reading import wait_state
from tests.e2e.web import web_folder
from tests.page.fake_show import until

pytestmark = pytest.mark.e2e
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
VIEWS = {"kind": "did", "match": {"names": ["Product Viewed"], "products": ["serum"]}, "times": 2, "days": 7}
Open = Callable[[str], Page]


@pytest.fixture
def shop(studio: RunningStudio, tmp_path: Path) -> Iterator[str]:
    """The brand's own site: a home page, a product, and the show."""
    base = studio.viewer.partition("/shows/")[0]
    line = f'<script type="module" src="{base}/relation.js"></script>'
    embed = f'<script type="module" src="{base}/embed.js"></script>'
    product = json.dumps({"@context": "https://schema.org", "@type": "Product", "sku": "serum", "name": "Serum"})
    pages = {
        "index.html": f'{line}<h1>Shop</h1><vitrine-slot name="banner"><p id="default">Welcome</p></vitrine-slot>',
        "serum.html": f'{line}<h1>Serum</h1><script type="application/ld+json">{product}</script>',
        "show.html": f'{line}{embed}<vitrine-show show="pattern"></vitrine-show>',
    }
    for name, body in pages.items():
        (tmp_path / name).write_text(f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>{body}</html>')
    with web_folder(tmp_path) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """People, each with a browser of their own."""
    contexts: list[BrowserContext] = []

    def come() -> BrowserContext:
        context = browser.new_context(user_agent=PERSON, locale="en-GB", bypass_csp=True)
        context.add_init_script("Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false });")
        contexts.append(context)
        return context

    yield come
    for context in contexts:
        context.close()


def agree(page: Page, **choices: bool) -> None:
    given = {name: choices.get(name, False) for name in ("analytics", "personalisation", "marketing")}
    page.wait_for_function("window.vitrine")
    page.evaluate("(choices) => vitrine.consent(choices)", given)


def told(page: Page, do: Callable[[], Any]) -> Any:
    """Do something, and wait until the server has been told of it."""
    with page.expect_response(
        lambda response: response.url.endswith("/relation/v1/behaviours") and response.status == 202
    ) as seen:
        do()
    return seen.value.json()


def test_who_looked_twice_is_shown_another_page_and_another_card_and_can_turn_it_off(
    studio: RunningStudio, shop: str, visitor: Callable[[], BrowserContext], vitrine: Callable[..., Any]
) -> None:
    segment = {"id": "serum-fans", "name": "Serum fans", "condition": VIEWS}
    vitrine("do", "segment.save", f"segment={json.dumps(segment)}")
    message = {"kind": "information", "title": "The serum in tonight's show", "text": "At the member price", "link": "/show.html"}
    rule = {"id": "home", "name": "Home", "slot": "banner", "segment": "serum-fans"}
    vitrine("do", "rule.save", f"rule={json.dumps(rule | {'variants': [{'id': 'a', 'action': message}]})}")
    other_card = {"id": "card", "name": "Card", "slot": "pin", "segment": "serum-fans"}
    card = {"kind": "product", "id": "oil"}
    vitrine("do", "rule.save", f"rule={json.dumps(other_card | {'variants': [{'id': 'a', 'action': card}]})}")

    fan, stranger = visitor().new_page(), visitor().new_page()
    fan.goto(f"{shop}serum.html")
    assert fan.evaluate("document.cookie + Object.keys(localStorage).join()") == ""
    said = told(fan, lambda: agree(fan, analytics=True, personalisation=True))
    assert said["accepted"] == 2
    assert said["visitor"]
    told(fan, fan.reload)
    fan.goto(shop)
    slot = fan.locator("vitrine-slot")
    expect(slot.locator(".card h3")).to_have_text("The serum in tonight's show")
    slot.locator(".why summary").click()
    expect(slot.locator(".why p")).to_contain_text("you looked at (Serum) 2 times")

    stranger.goto(shop)
    expect(stranger.locator("#default")).to_be_visible()
    expect(stranger.locator("vitrine-slot .card")).to_have_count(0)

    for page in (fan, stranger):
        page.goto(f"{shop}show.html")
        wait_state(page, "playing")
    vitrine("do", "product.pin", "product=serum")
    expect(stranger.locator("vitrine-show .pin")).to_have_attribute("data-product", "serum")
    expect(fan.locator("vitrine-show .pin")).to_have_attribute("data-product", "oil")
    fan.locator("vitrine-show .for-you summary").click()
    expect(fan.locator("vitrine-show .for-you p")).to_contain_text("looked at (Serum)")
    fan.get_by_role("button", name="Turn personal content off").click()
    expect(fan.locator("vitrine-show .pin")).to_have_attribute("data-product", "serum")
    fan.goto(shop)
    expect(fan.locator("#default")).to_be_visible()
    expect(fan.locator("vitrine-slot .card")).to_have_count(0)

    until(fan, lambda: vitrine("state")["relation"]["segments"][0]["size"] == 0, "nobody is in the segment any more")
    held = fan.evaluate("vitrine.held()")
    assert {row["name"] for row in held["behaviours"]} >= {"Page Viewed", "Product Viewed"}
    assert fan.evaluate("vitrine.forget()")["ok"]
    assert fan.evaluate("vitrine.held().catch(() => null)") is None
