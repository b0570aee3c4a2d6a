"""The shop in a call: products that are shown, the cart, and what the advisor is told of a visit, with consent."""

from playwright.sync_api import Page, expect

from tests.page.calls.customer import CALL, choose, in_call, part
from tests.page.fake_calls import OIL, FakeCalls
from tests.page.fake_show import HOME, NO, YES, until

CART = """window.carts = []; document.addEventListener('vitrine:add-to-cart', ({ detail }) => {
  carts.push({ lines: detail.lines, attribution: detail.attribution });
  detail.answer(window.shop ?? { status: 'ok', cart: { count: 1 } });
});"""


# Products and the cart


def test_a_product_is_shown_and_taken(calls: FakeCalls, page: Page) -> None:
    page.add_init_script(CART)
    in_call(calls, page, shown=OIL)
    card = part(page, ".product")
    expect(card).to_contain_text("Rose oil")
    expect(card).to_contain_text("DKK 249")
    expect(card.get_by_role("link", name="See it")).to_have_attribute("href", f"{HOME}/oil")
    card.get_by_role("button", name="Add to cart").click()
    expect(card.get_by_role("button")).to_have_text("In your cart")
    [cart] = page.evaluate("carts")
    assert cart["lines"] == [{"product": "oil", "variant": "", "cart_id": "", "sku": "", "gtin": "", "quantity": 1, "code": ""}]
    assert cart["attribution"] == {"show": "", "product": "oil", "media_ms": 0, "part": "call", "call": "c1"}
    calls.update(shown=None)
    expect(card).to_be_hidden()


def test_a_product_with_kinds_is_chosen_at_the_shop(calls: FakeCalls, page: Page) -> None:
    in_call(calls, page, shown=OIL | {"variants": 3})
    expect(part(page, ".product button")).to_have_count(0)
    part(page, ".product").get_by_role("link", name="Choose an option").click()
    page.wait_for_url("**/oil")
    part(page, ".panel[data-view=room]").wait_for()


def test_what_the_advisor_puts_into_the_cart_is_said_and_answered_once(calls: FakeCalls, page: Page) -> None:
    page.add_init_script(CART)
    in_call(calls, page, shown=OIL)
    calls.say(t="cart", n=7, product="oil", variant="30ml", quantity=2)
    expect(part(page, ".panel > .note")).to_have_text("Mette has put Rose oil into your cart.")
    expect(part(page, ".line.note")).to_have_text("Mette has put Rose oil into your cart.")
    calls.say(t="cart", n=7, product="oil", variant="30ml", quantity=2)
    until(page, lambda: len(calls.told("carted")) == 2, "both answers")
    assert calls.told("carted") == [{"t": "carted", "n": 7, "status": "ok", "message": ""}] * 2
    assert [(line["variant"], line["quantity"]) for cart in page.evaluate("carts") for line in cart["lines"]] == [("30ml", 2)]
    page.evaluate("window.shop = { status: 'out-of-stock', message: 'Only one is left.' }")
    calls.say(t="cart", n=8, product="oil", variant="", quantity=9)
    until(page, lambda: len(calls.told("carted")) == 3, "the answer")
    assert calls.told("carted")[-1] == {"t": "carted", "n": 8, "status": "out-of-stock", "message": "Only one is left."}
    expect(part(page, ".panel > .note")).to_have_text("Mette wanted to put Rose oil into your cart. Only one is left.")


def test_a_page_without_a_cart_says_so(calls: FakeCalls, page: Page) -> None:
    in_call(calls, page, shown=OIL)
    calls.say(t="cart", n=1, product="oil", variant="", quantity=1)
    until(page, lambda: bool(calls.told("carted")), "the answer")
    assert calls.told("carted")[0]["status"] == "error"


# What is told


def test_the_card_tells_nothing_of_the_visitor_without_consent(calls: FakeCalls, page: Page) -> None:
    calls.open(page)
    page.evaluate("vitrine.seen({ id: 'oil', title: 'Rose oil', price_minor: 24900 }); vitrine.cart({ count: 1 })")
    page.evaluate(f"{CALL}.extra = {{ 'Skin test': 'dry' }}")
    assert page.evaluate("sessionStorage.getItem('vitrine.seen')") is None
    choose(page, "text")
    until(page, lambda: bool(calls.told("ring")), "the ring")
    assert set(calls.told("ring")[0]["card"]) == {"camera", "microphone"}
    page.evaluate("(choices) => vitrine.consent(choices)", YES)
    until(page, lambda: bool(calls.told("card")), "the card")
    card = calls.told("card")[-1]["card"]
    assert card["seen"] == [{"id": "oil", "title": "Rose oil", "price_minor": 24900}]
    assert card["extra"] == {"Skin test": "dry"}
    assert (card["page"], card["title"]) == ("/", "Rose oil")
    page.evaluate("(choices) => vitrine.consent(choices)", NO)
    until(page, lambda: len(calls.told("card")) == 2, "the card without it")
    assert set(calls.told("card")[-1]["card"]) == {"camera", "microphone"}
    assert page.evaluate("sessionStorage.getItem('vitrine.seen')") is None


def test_with_consent_the_card_tells_of_the_visit(calls: FakeCalls, page: Page) -> None:
    calls.open(page)
    page.evaluate("(choices) => vitrine.consent(choices)", YES)
    page.evaluate("for (let n = 0; n < 30; n += 1) vitrine.seen({ id: `p${n}`, title: 'x'.repeat(999), price_minor: n })")
    calls.open(page, "/cream")
    page.evaluate("""() => {
      vitrine.seen({ id: 'p20' });
      vitrine.seen({ id: 'y'.repeat(99) });
      vitrine.cart({ count: 3, total_minor: 74700, currency: 'DKK', lines: [
        { product: 'oil', variant: '30ml', title: '\\ud83d', quantity: 3, price_minor: 24900.5 },
        { product: '', quantity: 1 }, { product: 'x', quantity: -1 } ] });
      const rows = [...Array(20).keys()].map((n) => [`k${n}`, '😀'.repeat(300)]);
      document.querySelector('vitrine-call').extra = Object.fromEntries(rows);
    }""")
    choose(page, "text")
    until(page, lambda: bool(calls.told("ring")), "the ring")
    card = calls.told("ring")[0]["card"]
    assert [one["id"] for one in card["seen"]] == [f"p{n}" for n in range(10, 30) if n != 20] + ["p20"]
    assert card["seen"][-1] == {"id": "p20", "title": "", "price_minor": None}
    assert card["cart"] == [{"id": "oil", "title": "", "variant": "30ml", "quantity": 3, "price_minor": None}]
    assert (card["cart_minor"], card["currency"]) == (74700, "DKK")
    assert len(card["extra"]) == 10
    assert len(card["extra"]["k0"]) == 200


def test_the_demo_shop_and_its_advisor(calls: FakeCalls, page: Page) -> None:
    calls.open(page, "/demo/shop/product.html?id=micellar&lang=en")
    page.evaluate("(choices) => vitrine.consent(choices)", YES)
    page.get_by_role("button", name="Add to cart").click()
    choose(page, "text")
    part(page, ".panel[data-view=waiting]").wait_for()
    calls.answer()
    part(page, ".panel[data-view=room]").wait_for()
    calls.say(t="cart", n=1, product="vitamin-c", variant="", quantity=1)
    expect(part(page, ".line.note")).to_contain_text("is sold out")
    calls.say(t="cart", n=2, product="night-cream", variant="", quantity=2)
    until(page, lambda: len(calls.told("carted")) == 2, "the answers")
    assert [word["status"] for word in calls.told("carted")] == ["out-of-stock", "ok"]
    expect(page.locator(".top .badge")).to_have_text("Cart (3)")
    until(page, lambda: len((calls.told("card") or calls.told("ring"))[-1]["card"].get("cart", [])) == 2, "the cart")
    card = calls.told("card")[-1]["card"]
    assert [(one["id"], one["quantity"]) for one in card["cart"]] == [("micellar", 1), ("night-cream", 2)]
    assert [one["id"] for one in card["seen"]] == ["micellar"]
    page.get_by_role("link", name="Cart (3)").click()
    page.wait_for_url("**/cart.html**")
    part(page, ".panel[data-view=room]").wait_for()
    expect(part(page, ".launcher")).to_have_attribute("aria-expanded", "true")
    until(page, lambda: calls.told("card")[-1]["card"].get("page") == "/demo/shop/cart.html", "where they are")
