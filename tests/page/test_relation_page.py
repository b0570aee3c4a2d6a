"""relation.js on a page of the shop, in a real browser: what it tells when, and what rules show there."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from studio.bench.browser import chromium
from tests.fakes import TIMEOUT_MS
from tests.page.axe import AXE, RULES, wrong
from tests.page.fake_show import until

ROOT = Path(__file__).parents[2]
SHOP, SERVER = "https://shop.example/", "https://shows.example/"
PRODUCT = {"@context": "https://schema.org", "@graph": [{"@type": "Product", "sku": "serum", "category": "Skin > Serum"}]}
OIL = {
    "id": "oil", "title": "Rose oil", "brand": "", "category": "", "url": f"{SHOP}oil", "currency": "DKK", "price_minor": 24900,
    "before_minor": None, "sku": "", "cart_id": "", "image": "",
}  # fmt: skip
CARD = {
    "decision": "d1", "rule": "r1", "version": 1, "variant": "a", "personal": True, "reason": "you looked at Serum 2 times",
    "valid_until": 9e15, "action": {"kind": "product", "id": "oil", "title": "At the member price", "product": OIL},
}  # fmt: skip
NEWS = {"id": "news", "name": "News", "text": "Once a week."}
SHOWS = {"id": "shows", "name": "Shows", "text": ""}
WORDING = "Yes, Sandø may write to me by e-mail about: {topics}. I can take that back at any time."
YES = {"analytics": True, "personalisation": True, "marketing": False}
NO = {"analytics": False, "personalisation": False, "marketing": False}


class Shop:
    """A browser on the shop, and the show server as far as it is asked: `told` are the batches, `answers` what comes to them."""

    def __init__(self, context: Any) -> None:
        self.told: list[dict[str, Any]] = []
        self.consents: list[dict[str, Any]] = []
        self.refused: list[int] = []
        self.no_consents: list[int] = []
        self.decisions: dict[str, Any] = {}
        self.items: list[dict[str, Any]] = []
        self.topics: list[dict[str, str]] = []
        self.mails: list[dict[str, Any]] = []
        self.mail_answers: list[int] = []
        self.body = f'<script type="application/ld+json">{json.dumps(PRODUCT)}</script>'
        self.context = context
        context.route("**/*", self._answer)

    def _answer(self, route: Any) -> Any:
        request, url = route.request, route.request.url
        if url.startswith(SHOP):
            script = f'<script type="module" src="{SERVER}assets/viewer/relation.js"></script>'
            head = f'<meta charset="utf-8"><title>Shop</title>{script}'
            body = f"<main><h1>Shop</h1><h2>Today</h2>{self.body}</main>"
            page = f'<!doctype html><html lang="en">{head}{body}</html>'
            return route.fulfill(body=page, content_type="text/html")
        cors = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
        if request.method == "OPTIONS":
            return route.fulfill(status=200, headers=cors)
        if url.endswith("/behaviours"):
            return self._behaviours(route, cors)
        if url.endswith("/consent"):
            self.consents.append(request.post_data_json)
            status = self.no_consents.pop(0) if self.no_consents else 200
            return route.fulfill(status=status, json={"ok": True}, headers=cors)
        if url.endswith("/decide"):
            return route.fulfill(json={"decisions": self.decisions}, headers=cors)
        if url.endswith("/for-you"):
            return route.fulfill(json={"week": "2026-W45", "personal": True, "items": self.items}, headers=cors)
        if url.endswith("/login"):
            self.mails.append(request.post_data_json | {"who": request.headers.get("authorization", "")})
            return route.fulfill(json={"url": f"{SHOP}account?vitrine-login=code&b=2"}, headers=cors)
        if url.endswith("/login/finish"):
            self.mails.append(request.post_data_json | {"who": request.headers.get("authorization", "")})
            return route.fulfill(json={"ok": True, "known": True, "visitor": "w.s"}, headers=cors)
        if "/topics?" in url:
            return route.fulfill(json={"topics": self.topics, "wording": WORDING, "brand": "Sandø"}, headers=cors)
        if "/confirm/" in url:
            told = {"brand": "Sandø", "topics": ["News"], "language": "en"}
            return route.fulfill(status=200 if url.endswith("/good") else 404, json=told, headers=cors)
        if url.endswith(("/subscribe", "/confirm")):
            self.mails.append(request.post_data_json | {"who": request.headers.get("authorization", "")})
            status = self.mail_answers.pop(0) if self.mail_answers else 202 if url.endswith("/subscribe") else 200
            return route.fulfill(status=status, json={"ok": True}, headers=cors)
        file = ROOT / url.removeprefix(SERVER).partition("?")[0]
        return route.fulfill(path=file, headers=cors) if file.is_file() else route.fulfill(status=404)

    def _behaviours(self, route: Any, cors: dict[str, str]) -> Any:
        batch = route.request.post_data_json
        status = self.refused.pop(0) if self.refused else 202
        self.told.append(batch | {"status": status, "who": route.request.headers.get("authorization", "")})
        said = {"accepted": len(batch["behaviours"]), "duplicate": 0, "ignored": 0, "refused": []}
        return route.fulfill(status=status, json=said | ({} if batch.get("visitor") else {"visitor": "v.s"}), headers=cors)

    @property
    def heard(self) -> list[str]:
        """What was told, and answered."""
        return [one["name"] for batch in self.told if batch["status"] == 202 for one in batch["behaviours"]]

    def open(self, path: str = "") -> Any:
        page = self.context.new_page()
        page.goto(f"{SHOP}{path}")
        page.wait_for_function("window.vitrine")
        return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(sound=False, light=True) as running:
        yield running


@pytest.fixture
def shops(browser: Any) -> Iterator[Callable[..., Shop]]:
    """Browsers, each somebody else's; none may have an error."""
    contexts: list[Any] = []
    errors: list[str] = []

    def come(**options: Any) -> Shop:
        context = browser.new_context(viewport={"width": 900, "height": 700}, locale="en-GB", **options)
        context.set_default_timeout(TIMEOUT_MS)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return Shop(context)

    yield come
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def shop(shops: Callable[..., Shop]) -> Shop:
    return shops()


def agree(page: Any, choices: dict[str, bool]) -> None:
    page.evaluate("(choices) => vitrine.consent(choices)", choices)


def kept(page: Any) -> list[str]:
    found: list[str] = page.evaluate(
        "[...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].filter(Boolean)"
    )
    return found


def assert_accessible(page: Any) -> None:
    if AXE.exists():
        page.evaluate(AXE.read_text())
        assert wrong(page, RULES) == []


def test_nothing_is_told_or_kept_before_a_yes_and_then_what_this_page_is(shop: Shop) -> None:
    page = shop.open("serum?utm_source=mail&utm_campaign=spring&email=a@b.dk")
    page.evaluate("vitrine.did('Product Added', {products: [{product_id: 'oil'}]})")
    assert shop.told == []
    assert [name for name in kept(page) if "deeds" in name] == []
    agree(page, YES)
    until(page, lambda: len(shop.heard) == 2, "the page and its product")
    (batch,) = shop.told
    assert shop.heard == ["Page Viewed", "Product Viewed"]
    assert batch["behaviours"][1]["products"] == [{"product_id": "serum", "category": "Skin > Serum"}]
    assert batch["behaviours"][0]["page"] == "/serum"
    assert batch["touch"] == {"source": "mail", "campaign": "spring"}
    assert "a@b.dk" not in json.dumps(shop.told)
    assert batch["choices"] | {"at": 0} == YES | {"at": 0}
    agree(page, YES)
    page.evaluate("vitrine.seen({id: 'serum'})")
    page.evaluate("vitrine.did('Product Clicked', {products: [{product_id: 12}]})")
    until(page, lambda: len(shop.heard) == 3, "what was clicked, and nothing twice")
    assert shop.told[1]["behaviours"][0]["products"] == [{"product_id": "12"}]
    assert shop.told[1]["who"] == "Visitor v.s"


def test_case_26_who_wants_no_tracking_is_not_tracked_until_they_say_yes_themselves(shops: Callable[..., Shop]) -> None:
    shop = shops()
    shop.context.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });")
    page = shop.open("serum")
    page.reload()
    assert shop.told == []
    agree(page, NO | {"analytics": True})
    until(page, lambda: len(shop.heard) == 2, "what they agreed to")
    assert shop.told[0]["choices"]["marketing"] is False


def test_what_could_not_be_told_waits_and_its_time_does_not_move(shop: Shop) -> None:
    shop.refused = [503, 503]
    page = shop.open("serum")
    agree(page, YES)
    until(page, lambda: len(shop.told) == 3, "the third try")
    ids = [[one["id"] for one in batch["behaviours"]] for batch in shop.told]
    assert ids[0] == ids[1] == ids[2]
    assert len({batch["behaviours"][0]["at"] for batch in shop.told}) == 1
    sent = [batch["sent_at"] for batch in shop.told]
    assert sent[0] < sent[1] < sent[2], "stamped anew at every try"
    page.reload()
    until(page, lambda: len(shop.told) == 4, "the page again, and nothing of the last")
    assert not set(ids[0]) & {one["id"] for one in shop.told[3]["behaviours"]}


def test_what_waits_is_told_by_the_next_page(shop: Shop) -> None:
    page = shop.open("serum")
    agree(page, YES)
    until(page, lambda: len(shop.heard) == 2, "who it is")
    page.evaluate("vitrine.did('Product Clicked', {products: [{product_id: 'oil'}]})")
    page.wait_for_function("sessionStorage.getItem('vitrine.deeds')")
    page.goto(f"{SHOP}next")
    until(page, lambda: "Product Clicked" in shop.heard, "by a beacon, or by the next page")


def test_a_batch_that_is_wrong_is_not_told_for_ever(shop: Shop) -> None:
    shop.refused = [400]
    page = shop.open("serum")
    agree(page, YES)
    until(page, lambda: len(shop.told) == 1, "the batch")
    page.evaluate("vitrine.did('Cart Viewed')")
    until(page, lambda: shop.heard == ["Cart Viewed"], "and then only what is new")


def test_a_no_is_told_until_it_is_heard(shop: Shop) -> None:
    page = shop.open("serum")
    agree(page, YES)
    until(page, lambda: len(shop.heard) == 2, "who it is")
    shop.no_consents = [503, 429]
    agree(page, NO)
    until(page, lambda: len(shop.consents) >= 3, "the third try")
    assert shop.consents[-1]["choices"] | {"at": 0} == NO | {"at": 0}
    page.evaluate("vitrine.did('Product Clicked', {products: [{product_id: 'oil'}]})")
    assert [name for name in kept(page) if "deeds" in name] == []


def test_who_logs_out_is_somebody_else_in_all_tabs(shop: Shop) -> None:
    first, second = shop.open("serum"), shop.open("oil")
    agree(first, YES)
    until(first, lambda: len(shop.heard) == 4, "both pages")
    second.wait_for_function("vitrine.visitor === 'v.s'")
    first.evaluate("vitrine.logout()")
    second.wait_for_function("vitrine.visitor === ''")
    assert first.evaluate("vitrine.choices.analytics") is True
    first.evaluate("vitrine.become('w.s')")
    first.evaluate("vitrine.did('Cart Viewed')")
    until(first, lambda: "Cart Viewed" in shop.heard, "as who was named")
    assert shop.told[-1]["who"] == "Visitor w.s"


def test_a_place_shows_what_is_decided_says_why_and_can_be_closed(shop: Shop) -> None:
    shop.body = '<vitrine-slot name="banner"><p id="default">Welcome</p></vitrine-slot>'
    shop.decisions = {"banner": CARD}
    page = shop.open()
    agree(page, YES)
    slot = page.locator("vitrine-slot")
    expect(slot.locator("h3")).to_have_text("At the member price")
    expect(slot.locator(".price")).to_have_text("DKK 249")
    expect(page.locator("#default")).to_be_hidden()
    until(page, lambda: "Rule Shown" in shop.heard, "that it was seen")
    shown = next(one for batch in shop.told for one in batch["behaviours"] if one["name"] == "Rule Shown")
    assert shown["props"] == {"decision": "d1", "rule": "r1", "version": 1, "variant": "a", "slot": "banner"}
    slot.locator("summary").press("Enter")
    expect(slot.locator(".why p")).to_contain_text("you looked at Serum 2 times")
    assert_accessible(page)
    slot.get_by_role("button", name="Do not show this again").press("Enter")
    expect(page.locator("#default")).to_be_visible()
    until(page, lambda: "Rule Dismissed" in shop.heard, "that it was closed")
    assert page.evaluate("document.activeElement.localName") == "vitrine-slot"
    page.reload()
    page.wait_for_function("document.querySelector('vitrine-slot').shadowRoot")
    expect(page.locator("#default")).to_be_visible()


def test_personal_content_is_turned_off_where_it_is_shown(shop: Shop) -> None:
    shop.body = '<vitrine-slot name="banner"><p id="default">Welcome</p></vitrine-slot>'
    shop.decisions = {"banner": CARD}
    page = shop.open()
    agree(page, YES)
    page.locator("vitrine-slot summary").click()
    shop.decisions = {}
    page.get_by_role("button", name="Turn personal content off").click()
    expect(page.locator("#default")).to_be_visible()
    assert page.evaluate("vitrine.choices") == NO | {"analytics": True}


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", ""])
def test_a_place_follows_no_address_that_is_none(shop: Shop, link: str) -> None:
    shop.body = '<vitrine-slot name="banner"></vitrine-slot>'
    action = {"kind": "information", "title": "<b>News</b>", "text": "x", "link": link}
    shop.decisions = {"banner": CARD | {"personal": False, "action": action}}
    page = shop.open()
    expect(page.locator("vitrine-slot h3")).to_have_text("<b>News</b>")
    assert page.locator("vitrine-slot a").count() == 0
    page.evaluate("document.body.append(document.querySelector('vitrine-slot'))")  # moved, as pages do
    expect(page.locator("vitrine-slot h3")).to_have_text("<b>News</b>")


def test_a_list_of_ones_own_says_why_and_takes_a_no(shop: Shop) -> None:
    shop.body = "<vitrine-for-you></vitrine-for-you>"
    shop.items = [
        OIL | {"reason": "You looked at Serum", "personal": True},
        OIL | {"id": "soap", "title": "Soap", "reason": "Something new"},
    ]
    page = shop.open()
    agree(page, YES)
    own = page.locator("vitrine-for-you")
    expect(own.locator("h2")).to_have_text("For you this week")
    expect(own.locator(".reason")).to_have_text(["You looked at Serum", "Something new"])
    assert_accessible(page)
    own.get_by_role("button", name="Not for me: Rose oil").click()
    expect(own.locator(".pick")).to_have_count(1)
    until(page, lambda: "Item Refused" in shop.heard, "that it is not for them")


def test_a_newsletter_is_asked_for(shop: Shop) -> None:
    shop.body = "<vitrine-newsletter></vitrine-newsletter>"
    shop.topics = [NEWS]
    shop.mail_answers = [429, 202]
    page = shop.open("news")
    form = page.locator("vitrine-newsletter")
    expect(form.locator("#words")).to_have_text(WORDING.replace("{topics}", "News"))
    address, ask = form.get_by_label("Your e-mail address"), form.get_by_role("button", name="Subscribe")
    for wrong_one in ("", "anna"):
        address.fill(wrong_one)
        ask.click()
        expect(form.locator("#said")).to_contain_text("Write an e-mail address")
    assert_accessible(page)
    address.fill(" anna@example.com ")
    ask.click()
    expect(form.locator("#said")).to_contain_text("again in an hour")
    address.press("Enter")
    expect(form.locator("[role=status]")).to_contain_text("we have written to anna@example.com")
    assert [(one["email"], one["topics"], one["page"]) for one in shop.mails] == [
        ("anna@example.com", ["news"], f"{SHOP}news")
    ] * 2
    assert kept(page) == []  # nobody was asked for more than this


def test_of_several_topics_none_is_chosen_beforehand(shop: Shop) -> None:
    shop.body = '<vitrine-newsletter topics="news,shows" heading="Stay in touch"></vitrine-newsletter>'
    shop.topics = [NEWS, SHOWS, {"id": "other", "name": "Other", "text": ""}]
    page = shop.open()
    form = page.locator("vitrine-newsletter")
    expect(form.locator("h2")).to_have_text("Stay in touch")
    expect(form.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(form.get_by_role("checkbox")).to_have_count(2)
    form.get_by_label("Your e-mail address").fill("anna@example.com")
    form.get_by_role("button", name="Subscribe").click()
    expect(form.locator("#said")).to_contain_text("Choose what")
    form.get_by_label("Shows").check()
    expect(form.locator("#words")).to_contain_text("about: Shows.")
    form.get_by_role("button", name="Subscribe").click()
    expect(form.locator("[role=status]")).to_contain_text("Almost there")
    assert shop.mails[0]["topics"] == ["shows"]
    assert_accessible(page)


def test_where_nothing_is_written_the_form_takes_no_space(shop: Shop) -> None:
    shop.body = "<vitrine-newsletter></vitrine-newsletter>"
    page = shop.open()
    page.wait_for_function("Boolean(customElements.get('vitrine-newsletter'))")
    assert page.locator("vitrine-newsletter").evaluate("(one) => one.getBoundingClientRect().height") == 0


def test_the_letters_link_is_confirmed_with_a_click_and_leaves_no_token(shop: Shop) -> None:
    shop.body = "<vitrine-newsletter></vitrine-newsletter>"
    page = shop.open("news?a=1&vitrine-mail=good")
    form = page.locator("vitrine-newsletter")
    expect(form).to_contain_text("Shall Sandø write to you about: News?")
    assert page.url == f"{SHOP}news?a=1"
    assert shop.mails == []
    assert_accessible(page)
    form.get_by_role("button", name="Yes, write to me").click()
    expect(form.locator("[role=status]")).to_contain_text("You are on the list")
    assert [one["token"] for one in shop.mails] == ["good"]


def test_an_old_link_says_so_and_asks_again(shop: Shop) -> None:
    shop.body = "<vitrine-newsletter></vitrine-newsletter>"
    shop.topics = [NEWS]
    page = shop.open("?vitrine-mail=old")
    form = page.locator("vitrine-newsletter")
    expect(form.locator("[role=status]")).to_contain_text("older than a week")
    form.get_by_role("button", name="Ask again").click()
    expect(form.get_by_label("Your e-mail address")).to_be_visible()


def test_who_is_held_back_sees_the_default_and_says_so(shop: Shop) -> None:
    """So that it can be measured what the rule brings to the others."""
    shop.body = '<vitrine-slot name="banner"><p id="default">Welcome</p></vitrine-slot>'
    held = {"decision": "h1", "rule": "r1", "version": 2, "variant": "-held"}
    shop.decisions = {"banner": {"action": None, "valid_until": 9e15, "held": [held]}}
    page = shop.open()
    agree(page, YES)
    expect(page.locator("#default")).to_be_visible()
    until(page, lambda: "Rule Shown" in shop.heard, "that it would have been shown")
    said = [one for batch in shop.told for one in batch["behaviours"] if one["name"] == "Rule Shown"]
    assert [one["props"] | {"slot": ""} for one in said] == [held | {"slot": ""}]


def test_who_logs_in_comes_back_and_is_known(shop: Shop) -> None:
    shop.body = "<script>window.addEventListener('vitrine:login', ({ detail }) => { window.came = detail })</script>"
    page = shop.open()
    agree(page, YES)
    until(page, lambda: page.evaluate("vitrine.visitor") == "v.s", "that it has a token")
    page.evaluate("vitrine.login('id')")
    page.wait_for_function("window.came")
    assert page.url == f"{SHOP}account?b=2"
    assert page.evaluate("[window.came, vitrine.visitor]") == [{"ok": True, "known": True}, "w.s"]
    assert shop.mails == [
        {"provider": "id", "page": SHOP, "who": "Visitor v.s"},
        {"code": "code", "who": "Visitor v.s"},
    ]


def test_staff_open_the_console_beside_the_page_on_its_visitor(shop: Shop) -> None:
    page = shop.open("serum")
    assert page.locator("[data-vitrine=cockpit]").count() == 0
    page.goto("about:blank")
    page.goto(f"{SHOP}serum#vitrine-cockpit")
    agree(page, YES)
    until(page, lambda: bool(shop.heard), "what was done")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Vitrine cockpit").click()
    address = opened.value.url
    assert address.startswith(f"{SERVER}console#look=v&at=")
    assert "v.s" not in address, "who it is, and not their token"
