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
from tests.fakes import TIMEOUT_MS
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


def test_a_marketer_builds_it_in_the_browser_without_the_window(
    studio: RunningStudio, shop: str, visitor: Callable[[], BrowserContext], vitrine: Callable[..., Any]
) -> None:
    fan, stranger, console = visitor().new_page(), visitor().new_page(), visitor().new_page()
    for page, times in ((fan, 2), (stranger, 1)):
        page.goto(f"{shop}serum.html")
        told(page, lambda page=page: agree(page, analytics=True, personalisation=True))  # type: ignore[misc]
        for _ in range(times - 1):
            told(page, page.reload)

    console.goto(vitrine("do", "console.invite", "name=Maja")["ok"])
    segments, rules = console.locator("[data-panel=segments]"), console.locator("[data-panel=rules]")
    segments.get_by_title("People who did something").click()
    form = console.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Looked at the serum twice, bought none")
    form.get_by_label("With what").select_option("products")
    form.get_by_label("Which").fill("serum")
    form.get_by_label("Times").fill("2")
    form.get_by_title("One more thing that they did").click()
    second = form.get_by_role("group", name="Condition").nth(1)
    second.get_by_label("What they did").select_option(label="bought")
    second.get_by_label("How often").select_option("exactly")
    second.get_by_label("Times").fill("0")
    expect(form.get_by_role("status")).to_have_text("1 of 2 people would be in it now")
    expect(form.locator(".examples")).to_contain_text("looked at (serum): 2 of 2")
    form.get_by_role("button", name="Save").click()
    expect(segments.locator(".rows strong")).to_have_text("1", timeout=TIMEOUT_MS)

    for name, place, words in (("Clip", "banner", "The serum's clip"), ("Member price", "pin", "At the member price")):
        rules.get_by_title("Show somebody something").click()
        form.get_by_label("Name", exact=True).fill(name)
        form.get_by_label("To whom").select_option(label="Looked at the serum twice, bought none")
        form.get_by_label("Where").select_option(place)
        if place == "pin":
            form.get_by_label("What", exact=True).select_option("product")
            form.get_by_label("Product").fill("oil")
        else:
            form.get_by_label("Link", exact=True).fill("/show.html")
        form.get_by_label("Heading").fill(words)
        form.get_by_role("button", name="Save").click()
        expect(rules.locator(".rows")).to_contain_text(name)

    for page, there in ((fan, 1), (stranger, 0)):
        page.goto(shop)
        expect(page.locator("vitrine-slot .card")).to_have_count(there)
    expect(fan.locator("vitrine-slot h3")).to_have_text("The serum's clip")
    expect(rules.locator("li").first).to_contain_text("shown 1 ×", timeout=TIMEOUT_MS)  # it was there for a second
    for page in (fan, stranger):
        page.goto(f"{shop}show.html")
        wait_state(page, "playing")
    vitrine("do", "product.pin", "product=serum")
    expect(fan.locator("vitrine-show .pin")).to_have_attribute("data-product", "oil")
    expect(stranger.locator("vitrine-show .pin")).to_have_attribute("data-product", "serum")

    rules.get_by_title("Change Clip").click()
    expect(form).to_contain_text("Nobody is held back from it, so what it brings cannot be said.")
    console.keyboard.press("Escape")
    segments.get_by_title("Change Looked at the serum twice").click()
    form.locator(".examples button").click()
    person = console.locator("[data-panel=person]")
    expect(person).to_contain_text("✓ Looked at the serum twice, bought none")
    expect(person).to_contain_text("Pinned card in the show: Member price")
