"""The demo shop in a real browser: what a customer sees, and what the show hears from it."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from studio.bench.browser import chromium
from studio.catalogue.item import Options, Progress, Rejected
from studio.catalogue.reader import read
from studio.show.price_claim import PastOffer, judge
from studio.show.product import CatalogueProduct, Offer
from tests.fakes import TIMEOUT_MS
from tests.page.shop_server import ASSETS, demo_shop

SHOP = ASSETS / "demo" / "shop"
PAGES = [
    "index.html",
    "index.html?group=Krop",
    "product.html?id=rose-oil",
    "product.html?id=nothing",
    "cart.html",
    "checkout.html",
]
FROM_SHOW = {"show": "demo", "product": "night-cream", "media_ms": 61_000, "part": "live"}
FULL_CART = [
    {"product": "night-cream", "variant": "", "quantity": 2, "code": "AFTEN10", "attribution": FROM_SHOW},
    {"product": "sun-cream", "variant": "100ml", "quantity": 1, "code": "", "attribution": None},
]
WATCH = (
    "window.violations = []; document.addEventListener('securitypolicyviolation', (e) => window.violations.push(e.blockedURI))"
)
ASK = """async ([name, detail]) => {
  let given;
  const answer = (value) => { given = value; };
  document.querySelector('vitrine-show').dispatchEvent(new CustomEvent(name, { detail: { ...detail, answer } }));
  return await given;
}"""
NO_STORAGE = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
FULL_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"

Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    with demo_shop() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(sound=False, light=True) as running:
        yield running


@pytest.fixture
def visit(browser: Any, shop: str) -> Iterator[Visit]:
    """Open a page of the shop under its own policy; any complaint in the console fails the test."""
    contexts: list[Any] = []
    pages: list[Any] = []
    complaints: list[str] = []

    def open_page(
        path: str = "index.html", *, script: str = "", cart: object = None, beside: Any = None, embed: str = "", **options: Any
    ) -> Any:
        context = beside.context if beside else browser.new_context(**{"locale": "da-DK"} | options)
        if not beside:
            contexts.append(context)
            context.set_default_timeout(TIMEOUT_MS)
            context.add_init_script(WATCH)
            if embed:
                context.route("**/embed.js", lambda route: route.fulfill(body=embed, content_type="text/javascript"))
            if script:
                context.add_init_script(script)
        page = context.new_page()
        pages.append(page)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        if cart is not None:
            page.goto(shop + "cart.html")
            page.evaluate(
                "(cart) => localStorage.setItem('matilde.cart', cart)", cart if isinstance(cart, str) else json.dumps(cart)
            )
        page.goto(shop + path)
        ready(page)
        return page

    yield open_page
    violations = [blocked for page in pages for blocked in page.evaluate("window.violations")]
    for context in contexts:
        context.close()
    assert complaints == []
    assert violations == []


def ready(page: Any) -> None:
    page.wait_for_selector("main:not([aria-busy])")


def badge(page: Any) -> Any:
    return page.locator(".badge")


def stored(page: Any) -> Any:
    return page.evaluate("JSON.parse(localStorage.getItem('matilde.cart'))")


def calls(page: Any, name: str) -> list[Any]:
    """What the shop told the show."""
    recorded = page.evaluate("import('/embed.js').then(({ vitrine }) => vitrine.calls)")
    return [value for called, value in recorded if called == name]


def ask(page: Any, name: str, **detail: Any) -> Any:
    return page.evaluate(ASK, [f"vitrine:{name}", detail])


def line(product: str, quantity: int = 1, variant: str = "", code: str = "") -> dict[str, Any]:
    return {"product": product, "variant": variant, "cart_id": "", "sku": "", "gtin": "", "quantity": quantity, "code": code}


def carried(*rows: tuple[str, str, int, int]) -> dict[str, Any]:
    """The cart as the page API hears it: product, title, quantity, price of each."""
    lines = [
        {"product": product, "variant": "", "title": title, "quantity": quantity, "price_minor": each}
        for product, title, quantity, each in rows
    ]
    total = sum(quantity * each for _, _, quantity, each in rows)
    return {"count": sum(row[2] for row in rows), "total_minor": total, "currency": "DKK", "lines": lines}


def overflow(page: Any) -> int:
    """How many pixels the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def feed() -> dict[str, CatalogueProduct]:
    with (SHOP / "products.json").open("rb") as file:
        options = Options(url="http://localhost:8080/demo/shop/", at_ms=int(time.time() * 1000))
        messages = list(read(file, options))
    assert [one for one in messages if isinstance(one, Rejected)] == []
    end = messages[-1]
    assert isinstance(end, Progress)
    assert (end.products, end.rejected, end.skipped) == (10, 0, 0)
    return {one.id: one for one in messages if isinstance(one, CatalogueProduct)}


# The feed


def test_vitrine_imports_the_feed_without_a_single_refusal() -> None:
    products = feed()
    show = json.loads((ASSETS / "demo" / "demo.show.json").read_text())["show"]["products"]
    now = int(time.time() * 1000)
    for planned in show:
        product = products[planned["id"]]
        offers = [variant.offer for variant in product.variants] or [product.offer]
        assert product.offer.price_at(now) == planned["price_minor"]
        assert sum(offer.stock or 0 for offer in offers) == planned["stock"]
        assert all(offer.gtin and offer.sku for offer in offers)
        assert product.images == (f"http://localhost:8080{planned['image']}",)
        assert product.url == f"http://localhost:8080/demo/shop/product.html?id={product.id}"
    assert [len(product.variants) for product in products.values()].count(3) == 3
    numbers = [offer.gtin for product in products.values() for offer in [v.offer for v in product.variants] or [product.offer]]
    assert len(set(numbers)) == len(numbers)


def test_every_before_price_is_documented() -> None:
    now = int(time.time() * 1000)
    reduced = [product for product in feed().values() if product.offer.on_sale(now)]
    assert {product.id for product in reduced} == {"rose-oil", "hand-cream", "gift-set"}
    for product in reduced:
        history = [PastOffer(point.at_ms, Offer(price_minor=point.price_minor)) for point in product.history]
        claim = judge(product.offer.price_minor, product.offer.price_at(now), history, now)
        assert claim.verdict == "proved"


def test_every_product_has_english_words() -> None:
    words = json.loads((SHOP / "products.en.json").read_text())
    assert set(words) == set(feed())


def test_no_page_has_inline_script_or_style_or_parses_html_into_itself() -> None:
    for page in SHOP.glob("*.html"):
        text = page.read_text()
        assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", text), page.name
    for script in SHOP.glob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b", script.read_text()), script.name


def test_both_languages_say_everything_and_nothing_is_left_over(visit: Visit) -> None:
    page = visit("cart.html")
    keys = page.evaluate(
        "import('/demo/shop/strings.js').then(({ STRINGS }) => [Object.keys(STRINGS.da), Object.keys(STRINGS.en)])"
    )
    assert keys[0] == keys[1]
    code = "".join(path.read_text() for path in sorted(SHOP.glob("*.js")) if path.name != "strings.js")
    assert [key for key in keys[0] if f"'{key}'" not in code] == []
    said = page.evaluate(
        """import('/demo/shop/strings.js').then(({ speaker }) => {
        try { speaker('da')('toString') } catch (error) { return error.message } })"""
    )
    assert said == 'no word for "toString" in da'


# The shelf and the product


@pytest.mark.parametrize(
    ("path", "locale", "language", "first", "price"),
    [
        ("index.html", "da-DK", "da", "Ansigtsolie med rose", "Fra 249 kr."),
        ("index.html", "de-DE", "en", "Rose facial oil", "From DKK 249"),
        ("index.html?lang=en", "da-DK", "en", "Rose facial oil", "From DKK 249"),
        ("index.html?lang=da", "en-GB", "da", "Ansigtsolie med rose", "Fra 249 kr."),
    ],
)
def test_the_shelf_holds_ten_products_in_the_readers_language(
    visit: Visit, path: str, locale: str, language: str, first: str, price: str
) -> None:
    page = visit(path, locale=locale)
    expect(page.locator("html")).to_have_attribute("lang", language)
    cards = page.locator(".card")
    expect(cards).to_have_count(10)
    expect(cards.first.locator("h3")).to_have_text(first)
    expect(cards.first.locator(".price strong")).to_have_text(price)
    expect(cards.filter(has_text=re.compile("Udsolgt|Sold out"))).to_have_count(1)
    broken = "Promise.all([...document.images].map((i) => { i.loading = 'eager'; return i.decode().then(() => 0, () => 1) }))"
    assert sum(page.evaluate(broken)) == 0


def test_the_language_that_was_chosen_stays(visit: Visit) -> None:
    page = visit("product.html?id=micellar")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_contain_text("Micellar water")
    page.get_by_role("link", name="Body").click()
    expect(page.locator("h1")).to_have_text("Body")
    expect(page.locator(".card")).to_have_count(3)
    page.get_by_role("link", name="Dansk").click()
    expect(page.locator("h1")).to_have_text("Krop")


def test_a_kind_has_its_own_price_and_stock(visit: Visit) -> None:
    page = visit("product.html?id=rose-oil")
    price = page.locator(".offer .price")
    expect(price.locator("strong")).to_have_text("249 kr.")
    expect(price.locator("s")).to_contain_text("før 329 kr.")
    expect(page.get_by_text("Laveste pris i de 30 dage før nedsættelsen: 329 kr.")).to_be_visible()
    page.get_by_role("radio", name="100 ml").check()
    expect(price).to_have_text("799 kr.")
    expect(page.locator(".stock")).to_have_text("Kun 5 tilbage")
    expect(page.get_by_text("MAT-RO-100")).to_be_visible()
    page.get_by_role("button", name="Læg i kurv").click()
    expect(badge(page)).to_have_text("Kurv (1)")
    assert [(one["product"], one["variant"]) for one in stored(page)] == [("rose-oil", "100ml")]


def test_the_kinds_are_chosen_with_the_keyboard(visit: Visit) -> None:
    page = visit("product.html?id=rose-oil")
    page.get_by_role("radio", name="30 ml").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".offer .price")).to_have_text("469 kr.")


def test_what_is_sold_out_cannot_be_bought(visit: Visit) -> None:
    page = visit("product.html?id=vitamin-c")
    expect(page.get_by_role("button", name="Udsolgt")).to_be_disabled()
    page = visit("product.html?id=sleep-mist", beside=page)
    page.get_by_role("radio", name=re.compile(r"100 ml\s*\(Udsolgt\)")).check()
    expect(page.get_by_role("button", name="Udsolgt")).to_be_disabled()
    page.get_by_role("radio", name="50 ml").check()
    expect(page.get_by_role("button", name="Læg i kurv")).to_be_enabled()


def test_a_description_keeps_its_list_and_nothing_else(visit: Visit) -> None:
    page = visit("product.html?id=rose-oil")
    expect(page.locator(".prose li")).to_have_count(3)
    made = page.evaluate(
        """import('/demo/shop/dom.js').then(({ description }) =>
        description('<p class="x">a<img src="https://x.invalid"><script>z</script><a href="javascript:1">b</a></p>').outerHTML)"""
    )
    assert made == '<div class="prose"><p>ab</p></div>'


# The cart


def test_the_cart_takes_no_more_than_there_is(visit: Visit) -> None:
    page = visit("product.html?id=sun-cream")
    page.get_by_role("radio", name="100 ml").check()
    add = page.get_by_role("button", name="Læg i kurv")
    for count in (1, 2, 3):
        add.click()
        expect(badge(page)).to_have_text(f"Kurv ({count})")
    add.click()
    expect(page.get_by_role("status")).to_contain_text("Du har allerede alle 3 i kurven.")
    expect(badge(page)).to_have_text("Kurv (3)")
    page.get_by_role("link", name="Se kurven").click()
    ready(page)
    expect(page.get_by_role("button", name="En mere")).to_be_disabled()
    page.get_by_role("button", name="En færre").click()
    expect(page.get_by_role("button", name="En mere")).to_be_enabled()
    expect(page.locator(".sums .total dd")).to_have_text("858 kr.")


def test_nobody_buys_more_than_ten_of_a_kind(visit: Visit) -> None:
    ten = [{"product": "micellar", "variant": "", "quantity": 10, "code": "", "attribution": None}]
    page = visit("product.html?id=micellar", cart=ten)
    page.get_by_role("button", name="Læg i kurv").click()
    expect(page.get_by_role("status")).to_contain_text("højst købe 10")
    expect(badge(page)).to_have_text("Kurv (10)")


def test_the_cart_survives_a_reload_and_reaches_other_tabs(visit: Visit) -> None:
    page = visit("product.html?id=hand-cream")
    other = visit("cart.html", beside=page)
    expect(other.locator("h1")).to_have_text("Din kurv er tom")
    page.get_by_role("button", name="Læg i kurv").click()
    page.reload()
    expect(badge(page)).to_have_text("Kurv (1)")
    expect(badge(other)).to_have_text("Kurv (1)")
    expect(other.locator(".lines .name")).to_contain_text("Håndcreme med mandel")


def test_the_focus_stays_where_the_customer_is(visit: Visit) -> None:
    page = visit("cart.html", cart=FULL_CART)
    focused = "document.activeElement.getAttribute('aria-label')"
    page.get_by_role("button", name="En færre: Hydra").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".count").first).to_have_text("Antal: 1")
    assert page.evaluate(focused).startswith("En mere: Hydra")
    page.get_by_role("button", name="Fjern Hydra").click()
    expect(page.locator(".lines > li")).to_have_count(1)
    assert page.evaluate("document.activeElement !== document.body")


def test_what_was_stored_is_corrected_to_what_there_is(visit: Visit) -> None:
    stale = [line("sun-cream", 9, "100ml"), line("discontinued"), line("vitamin-c")]
    page = visit("cart.html", cart=stale)
    expect(page.locator(".notice:visible")).to_contain_text("Vi har rettet antallet")
    expect(badge(page)).to_have_text("Kurv (3)")


@pytest.mark.parametrize("cart", ["{broken", '{"lines": 3}', '[null, 1, {"product": 7}, {"product": "x", "quantity": -1}]'])
def test_a_cart_that_cannot_be_read_is_empty(visit: Visit, cart: str) -> None:
    page = visit("cart.html", cart=cart)
    expect(page.locator("h1")).to_have_text("Din kurv er tom")


@pytest.mark.parametrize("script", [NO_STORAGE, FULL_STORAGE])
def test_the_shop_works_without_storage(visit: Visit, script: str) -> None:
    page = visit("product.html?id=micellar", script=script)
    page.get_by_role("button", name="Læg i kurv").click()
    expect(badge(page)).to_have_text("Kurv (1)")
    expect(visit("index.html", beside=page).locator(".card")).to_have_count(10)


# The order


def test_an_order_tells_the_show_what_was_bought(visit: Visit) -> None:
    page = visit("checkout.html", cart=FULL_CART)
    expect(page.get_by_text("Der er ingen betaling")).to_be_visible()
    expect(page.locator("input")).to_have_count(0)
    page.get_by_role("button", name="Afgiv demo-ordre").click()
    expect(page.locator("h1")).to_be_focused()
    number = page.locator(".number strong").inner_text()
    assert re.fullmatch(r"M-\d{8}", number)
    assert calls(page, "order") == [
        {
            "number": number,
            "value_minor": 2 * 34110 + 42900,
            "currency": "DKK",
            "lines": [
                {"product": "night-cream", "variant": "", "quantity": 2, "value_minor": 68220, "attribution": FROM_SHOW},
                {"product": "sun-cream", "variant": "100ml", "quantity": 1, "value_minor": 42900},
            ],
            "attribution": FROM_SHOW,
        }
    ]
    expect(page.locator(".sums .total dd")).to_have_text("1.111,20 kr.")
    expect(badge(page)).to_have_text("Kurv")
    page.reload()
    expect(page.locator("h1")).to_have_text("Din kurv er tom")


def test_an_order_without_a_show_names_none(visit: Visit) -> None:
    page = visit("checkout.html", cart=[line("micellar", 2)])
    page.get_by_role("button", name="Afgiv demo-ordre").click()
    expect(page.locator("h1")).to_be_focused()
    [order] = calls(page, "order")
    assert (order["value_minor"], "attribution" in order) == (17800, False)


# The show


def test_the_show_and_its_key_come_from_the_address(visit: Visit) -> None:
    show = visit("live.html").locator("vitrine-show")
    expect(show).to_have_attribute("show", "demo")
    assert show.get_attribute("key") is None
    show = visit("live.html?show=spring-2&key=a%22b&lang=en").locator("vitrine-show")
    assert [show.get_attribute(name) for name in ("show", "key", "lang")] == ["spring-2", 'a"b', "en"]
    expect(visit("live.html?show=../../etc").locator("vitrine-show")).to_have_attribute("show", "demo")


def test_the_show_hears_todays_prices(visit: Visit, shop: str) -> None:
    page = visit("live.html")
    wanted = [("night-cream", "AFTEN10"), ("rose-oil", ""), ("vitamin-c", "AFTEN10"), ("unknown", "")]
    products = [{"id": id, "sku": "", "gtin": "", "url": "", "code": code} for id, code in wanted]
    cream, oil, serum = ask(page, "product-data", products=products, currency="DKK", language="da")
    assert cream == {
        "id": "night-cream",
        "price_minor": 37900,
        "currency": "DKK",
        "before_minor": None,
        "stock": 112,
        "sold_out": False,
        "url": f"{shop}product.html?id=night-cream",
        "codes": {"AFTEN10": 34110},
    }
    assert (oil["price_minor"], oil["before_minor"], oil["stock"]) == (24900, 32900, 41)
    assert oil["options"][1] == {"id": "50ml", "price_minor": 46900, "stock": 12, "sold_out": False}
    assert "codes" not in oil
    assert (serum["stock"], serum["sold_out"], "codes" in serum) == (0, True, False)


def test_what_the_show_sells_lands_in_the_cart(visit: Visit) -> None:
    page = visit("live.html")
    answer = ask(page, "add-to-cart", lines=[line("night-cream", 2, code="AFTEN10")], attribution=FROM_SHOW)
    full = carried(("night-cream", "Hydra Natcreme 50\u00a0ml", 2, 34110))
    assert answer == {"status": "ok", "cart": full}
    expect(badge(page)).to_have_text("Kurv (2)")
    assert calls(page, "cart")[-1] == full
    assert stored(page)[0]["attribution"] == FROM_SHOW
    url = ask(page, "checkout", attribution=FROM_SHOW)["url"]
    page.goto(url)
    expect(page.locator(".mark")).to_have_text(["Fra liveshowet", "Kode AFTEN10"])
    expect(page.locator(".sums dd")).to_have_text(["758 kr.", "−75,80 kr.", "Gratis", "682,20 kr."])


def test_what_does_not_fit_is_said_and_the_rest_is_taken(visit: Visit) -> None:
    page = visit("live.html?lang=en")
    lines = [line("sun-cream", 4, "100ml"), line("micellar"), line("vitamin-c")]
    answer = ask(page, "add-to-cart", lines=lines, attribution=FROM_SHOW)
    assert answer == {
        "status": "partial",
        "failed": [
            {"product": "sun-cream", "variant": "100ml", "reason": "stock"},
            {"product": "vitamin-c", "variant": "", "reason": "sold-out"},
        ],
        "message": "Sun cream SPF\u00a050, 100\u00a0ml: only 3 left. Vitamin C serum 20\u00a0% is sold out.",
        "cart": carried(("micellar", "Micellar water 400\u00a0ml", 1, 8900)),
    }
    expect(badge(page)).to_have_text("Cart (1)")


@pytest.mark.parametrize(
    ("wanted", "status", "message"),
    [
        (line("vitamin-c"), "out-of-stock", "C-vitaminserum 20\u00a0% er udsolgt."),
        (line("clay-mask", 9), "out-of-stock", "Grøn Lermaske: kun 8 tilbage."),
        (line("micellar", 11), "out-of-stock", "Micellarvand 400\u00a0ml: højst 10 af hver vare."),
        (line("rose-oil"), "error", "Butikken kender ikke varen."),
        (line("nothing"), "error", "Butikken kender ikke varen."),
    ],
)
def test_the_show_is_told_why_nothing_was_taken(visit: Visit, wanted: Any, status: str, message: str) -> None:
    page = visit("live.html")
    answer = ask(page, "add-to-cart", lines=[wanted], attribution=FROM_SHOW)
    assert (answer["status"], answer["message"], answer["cart"]["count"]) == (status, message, 0)
    expect(badge(page)).to_have_text("Kurv")


def test_the_last_one_is_not_sold_twice(visit: Visit) -> None:
    page = visit("live.html", cart=[line("sun-cream", 3, "100ml")])
    answer = ask(page, "add-to-cart", lines=[line("sun-cream", 1, "100ml")], attribution=FROM_SHOW)
    assert answer["message"] == "Solcreme SPF\u00a050, 100\u00a0ml: du har allerede alle 3 i kurven."


def test_the_show_follows_a_cart_that_changes_in_another_tab(visit: Visit) -> None:
    live = visit("live.html")
    page = visit("product.html?id=micellar", beside=live)
    page.get_by_role("button", name="Læg i kurv").click()
    expect(badge(live)).to_have_text("Kurv (1)")
    assert calls(live, "cart")[-1] == carried(("micellar", "Micellarvand 400\u00a0ml", 1, 8900))


@pytest.mark.parametrize("path", PAGES)
def test_an_advisor_can_be_called_from_every_page(visit: Visit, path: str) -> None:
    page = visit(path)
    expect(page.locator("body > vitrine-call")).to_have_attribute("lang", "da")


def test_a_call_knows_what_the_customer_looks_at_and_carries(visit: Visit) -> None:
    page = visit("product.html?id=micellar", cart=[line("micellar", 2)])
    page.wait_for_function("import('/embed.js').then(({ vitrine }) => vitrine.calls.length >= 2)")
    assert calls(page, "seen") == [{"id": "micellar", "title": "Micellarvand 400\u00a0ml", "price_minor": 8900}]
    assert calls(page, "cart")[-1] == carried(("micellar", "Micellarvand 400\u00a0ml", 2, 8900))


def test_what_an_advisor_puts_into_the_cart_says_so(visit: Visit) -> None:
    page = visit("product.html?id=micellar")
    put = ASK.replace("vitrine-show", "vitrine-call")
    attribution = {"show": "", "product": "micellar", "media_ms": 0, "part": "call", "call": "c1"}
    answer = page.evaluate(put, ["vitrine:add-to-cart", {"lines": [line("micellar")], "attribution": attribution}])
    assert answer["status"] == "ok"
    page.goto(page.url.replace("product.html?id=micellar", "cart.html"))
    expect(page.locator(".mark")).to_have_text(["Fra rådgivningen"])


def test_a_wish_of_the_show_is_seen_in_the_shop(visit: Visit) -> None:
    page = visit("live.html")
    ask(page, "wish", product="hand-cream", wished=True)
    shelf = visit("index.html", beside=page)
    expect(shelf.locator(".card").filter(has=shelf.get_by_label("På din ønskeliste"))).to_contain_text("Håndcreme")
    ask(page, "wish", product="hand-cream", wished=False)
    shelf.reload()
    expect(shelf.locator(".card")).to_have_count(10)
    expect(shelf.locator(".wish")).to_have_count(0)


@pytest.mark.parametrize("embed", ["export {};", "throw 1;"])
def test_the_shop_sells_while_the_show_server_is_away(visit: Visit, embed: str) -> None:
    page = visit("live.html", embed=embed)
    expect(page.get_by_text("Showet kan ikke hentes lige nu")).to_be_visible()
    page = visit("checkout.html", embed=embed, cart=FULL_CART)
    page.get_by_role("button", name="Afgiv demo-ordre").click()
    expect(page.locator("h1")).to_have_text("Tak for din demo-ordre")


# How it looks


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("path", [*PAGES, "live.html"])
def test_nothing_is_wider_than_a_small_phone(visit: Visit, path: str, language: str) -> None:
    page = visit(
        f"{path}{'&' if '?' in path else '?'}lang={language}",
        cart=FULL_CART,
        viewport={"width": 320, "height": 640},
        has_touch=True,
    )
    assert overflow(page) == 0


@pytest.mark.parametrize("width", [320, 640, 1280])
@pytest.mark.parametrize("path", [*PAGES, "live.html"])
def test_text_of_twice_the_size_fits(visit: Visit, path: str, width: int) -> None:
    page = visit(path, cart=FULL_CART, viewport={"width": width, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page) == 0
    cut = """[...document.querySelectorAll('a, button, label, dd, h1, h2, h3')]
      .filter((e) => !e.closest('.unseen, .skip') && e.scrollWidth > e.clientWidth + 1 && e.clientWidth)
      .map((e) => e.textContent)"""
    assert page.evaluate(cut) == []


def _tokens() -> list[dict[str, str]]:
    css = Path(SHOP / "shop.css").read_text()
    return [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\n? *\}", css, re.DOTALL)
    ]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1])
def test_every_colour_of_text_is_readable(theme: int) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11."""
    colours = _tokens()[theme]
    grounds = ("bg", "panel", "raised")
    pairs = [(ink, ground, 4.5) for ink in ("text", "muted", "accent", "sale") for ground in grounds]
    pairs += [("accent-ink", "accent", 4.5), ("accent-ink", "accent-over", 4.5)]
    pairs += [("edge", ground, 3.0) for ground in grounds]
    for ink, ground, least in pairs:
        light, dark = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= least, (ink, ground)


def test_dark_is_dark(visit: Visit) -> None:
    page = visit("index.html", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 18, 16)"


def test_nothing_moves_for_who_wants_it_still(visit: Visit) -> None:
    page = visit("product.html?id=rose-oil", reduced_motion="reduce")
    moving = """document.getAnimations().length
      + [...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).transitionDuration !== '0s').length"""
    assert page.evaluate(moving) == 0


def test_the_keyboard_reaches_the_content_first(visit: Visit) -> None:
    page = visit("index.html")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
