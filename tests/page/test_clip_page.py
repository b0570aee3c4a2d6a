"""`<vitrine-clip>` on a page of the shop, against a show server and films of our own making."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from studio.bench.browser import chromium
from tests.fakes import TIMEOUT_MS
from tests.page.axe import AXE, WCAG, wrong
from tests.page.fake_show import YES, FakeShow, a_clip, turn, until
from tests.page.film_file import film
from tests.page.shop_server import demo_shop

OIL = {"id": "oil", "title": "Oil", "price_minor": 24900, "currency": "DKK", "variants": 0, "image": "", "stock": 3}
KINDS = OIL | {"id": "kinds", "title": "Kinds", "variants": 2}
CLIP = '<vitrine-clip product="oil" {attributes}></vitrine-clip>'
SHADOW = "document.querySelector('vitrine-clip').shadowRoot"
PLAYS = "(video) => new Promise((done) => (video.paused ? video.addEventListener('playing', () => done(true)) : done(true)))"
FOCUSED = f"{SHADOW}.activeElement?.getAttribute('aria-label')"
CART = """<script>
  window.bought = [];
  window.status = 'ok';
  document.addEventListener('vitrine:add-to-cart', ({ detail }) => {
    bought.push({ ...detail.lines[0], ...detail.attribution });
    const message = window.status === 'ok' ? '' : 'No more today.';
    detail.answer({ status: window.status, message, cart: { count: bought.length } });
  });
  document.addEventListener('vitrine:product-data', ({ detail }) => {
    detail.answer(detail.products.map(({ id }) => ({ id, price_minor: 19900, stock: 2 })));
  });
  document.addEventListener('vitrine:checkout', ({ detail }) => {
    window.paid = detail.attribution;
    detail.answer(true);
  });
</script>"""
ABOVE = '<div style="height: 3000px"></div>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(sound=False, light=True) as running:
        yield running


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages, which must stay free of errors."""
    contexts: list[Any] = []
    errors: list[str] = []

    def open_page(**options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"} | options)
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(visit: Callable[..., Any]) -> Any:
    return visit()


@pytest.fixture
def shop(page: Any) -> FakeShow:
    return shop_of(page)


def shop_of(page: Any) -> FakeShow:
    """A product's page with three clips, the second lying."""
    made = FakeShow(page.context)
    made.head, made.body = CART, CLIP.format(attributes="")
    made.clips = [a_clip("a", OIL), a_clip("b", OIL, KINDS, width=320, height=180), a_clip("c", OIL)]
    upright, lying = film(8, 180, 320), film(8)
    made.films = {"a": upright, "b": lying, "c": upright}
    return made


def part(page: Any, selector: str, **filters: Any) -> Any:
    return page.locator("vitrine-clip").locator(selector, **filters)


def see(shop: FakeShow, page: Any, place: int = 0) -> Any:
    """A clip is seen large; its video."""
    page.goto("http://show.localhost/")
    part(page, ".tile").nth(place).click()
    return playing(page)


def playing(page: Any) -> Any:
    video = part(page, ".theatre video")
    page.wait_for_function(f"{SHADOW}.querySelector('.theatre video').currentTime > 0")
    return video


def films(shop: FakeShow) -> list[str]:
    """Which films were asked for."""
    return sorted({path for path in shop.asked if path.startswith("/films/")})


# The row


def test_a_product_has_its_newest_clips_in_a_row(shop: FakeShow, page: Any) -> None:
    shop.clips.append(a_clip("d", OIL))
    page.goto("http://show.localhost/")
    part(page, ".tile").first.wait_for()
    assert part(page, ".tile .name").all_inner_texts() == ["Clip a", "Clip b", "Clip c"]
    assert part(page, "h2").first.inner_text() == "From our shows"
    assert "/api/clips?product=oil&limit=3" in shop.asked
    boxes = [tile.bounding_box() for tile in part(page, ".tile").all()]
    assert len({box["y"] for box in boxes}) == 1
    assert all(box["height"] > box["width"] for box in boxes), "all stand, whatever their film does"


@pytest.mark.parametrize(
    ("attributes", "asked"),
    [
        ('show="s" count="2"', "show=s&limit=2"),
        ('clip="b"', "clip=b&limit=1"),
        ('show="s" key="k&quot;y"', "show=s&key=k%22y&limit=3"),
        ('product="oil" count="many"', "product=oil&limit=3"),
        ('product="oil" count="999"', "product=oil&limit=50"),
    ],
)
def test_what_is_asked_for_is_what_the_attributes_say(shop: FakeShow, page: Any, attributes: str, asked: str) -> None:
    shop.body = f"<vitrine-clip {attributes}></vitrine-clip>"
    page.goto("http://show.localhost/")
    part(page, ".tile").first.wait_for()
    assert [path for path in shop.asked if path.startswith("/api/clips")] == [f"/api/clips?{asked}"]


def test_one_clip_has_its_own_shape_and_no_heading(shop: FakeShow, page: Any) -> None:
    shop.body = '<vitrine-clip clip="b"></vitrine-clip>'
    page.goto("http://show.localhost/")
    part(page, ".tile").wait_for()
    box = part(page, ".tile").bounding_box()
    assert abs(box["width"] / box["height"] - 16 / 9) < 0.05
    assert part(page, ".clips h2").count() == 0


@pytest.mark.parametrize("attributes", ['product="none"', "", 'clip="none"'])
def test_without_clips_it_takes_no_space(shop: FakeShow, page: Any, attributes: str) -> None:
    shop.body = f"<vitrine-clip {attributes}></vitrine-clip>"
    page.goto("http://show.localhost/")
    page.wait_for_function("!!customElements.get('vitrine-clip')")
    if attributes:
        until(page, lambda: any(path.startswith("/api/clips") for path in shop.asked), "it asked")
    turn(page)
    assert page.evaluate("document.querySelector('vitrine-clip').getBoundingClientRect().height") == 0
    assert page.evaluate(f"{SHADOW}.childElementCount") == 0


def test_nothing_is_fetched_before_it_is_near(shop: FakeShow, page: Any) -> None:
    shop.body = ABOVE + shop.body
    page.goto("http://show.localhost/")
    page.wait_for_function("!!customElements.get('vitrine-clip')")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    fetched = ("/api/clips", "/films/", "/assets/viewer/vitrine-show.css", "/assets/viewer/clip/vitrine-clip.css")
    assert [path for path in shop.asked if path.startswith(fetched)] == []
    page.evaluate("scrollTo(0, 1900)")
    part(page, ".tile").first.wait_for()
    assert films(shop) == [], "near, but not yet seen"
    page.evaluate("scrollTo(0, 2800)")
    until(page, lambda: len(films(shop)) == 3, "they move")


def test_it_asks_again_when_it_could_not_be_had(shop: FakeShow, page: Any) -> None:
    shop.unreached = True
    page.goto("http://show.localhost/")
    until(page, lambda: "/api/clips?product=oil&limit=3" in shop.asked, "it asked")
    shop.unreached = False
    turn(page)
    page.evaluate("dispatchEvent(new Event('online'))")
    part(page, ".tile").first.wait_for()


def test_another_product_has_other_clips(shop: FakeShow, page: Any) -> None:
    page.goto("http://show.localhost/")
    part(page, ".tile").nth(2).wait_for()
    page.evaluate("document.querySelector('vitrine-clip').setAttribute('product', 'kinds')")
    page.wait_for_function(f"{SHADOW}.querySelectorAll('.tile').length === 1")
    assert part(page, ".tile .name").all_inner_texts() == ["Clip b"]


def test_a_tile_moves_silently_while_it_is_seen(shop: FakeShow, page: Any) -> None:
    page.goto("http://show.localhost/")
    moving = part(page, ".tile video").first
    moving.evaluate(PLAYS)
    assert moving.evaluate("(video) => video.muted")
    page.evaluate("scrollTo(0, 2000)")
    page.wait_for_function(f"{SHADOW}.querySelector('.tile video').paused")


@pytest.mark.parametrize("options", [{"reduced_motion": "reduce"}, {}])
def test_nothing_moves_for_who_wants_it_still_or_spares_data(visit: Callable[..., Any], options: dict[str, Any]) -> None:
    page = visit(**options)
    shop = shop_of(page)
    if not options:
        page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page.goto("http://show.localhost/")
    part(page, ".tile").first.wait_for()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    turn(page)
    assert films(shop) == []


# The player


def test_a_click_plays_it_large_and_with_sound(shop: FakeShow, page: Any) -> None:
    video = see(shop, page)
    assert part(page, "dialog.theatre:modal").count() == 1
    assert video.evaluate("(video) => [video.muted, video.paused]") == [False, False]
    box = video.bounding_box()
    assert box["height"] > box["width"] > 300
    assert part(page, ".tile video").first.evaluate("(video) => video.paused"), "only one plays"
    part(page, ".theatre .next").click()
    playing(page)
    box = part(page, ".theatre video").bounding_box()
    assert box["width"] > box["height"] > 300, "a film that lies lies"


def test_the_next_and_the_one_before(shop: FakeShow, page: Any) -> None:
    see(shop, page)
    title = part(page, ".goods h2")
    assert part(page, ".previous").is_hidden()
    part(page, ".next").focus()
    page.keyboard.press("Enter")
    assert title.inner_text() == "Clip b"
    page.keyboard.press("ArrowRight")
    assert title.inner_text() == "Clip c"
    assert part(page, ".next").is_hidden()
    assert page.evaluate(FOCUSED) in ("Pause", "Play"), "focus is not lost with the button"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert title.inner_text() == "Clip b"
    playing(page)


def test_escape_closes_it_and_focus_is_where_one_was(shop: FakeShow, page: Any) -> None:
    see(shop, page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    part(page, ".theatre").wait_for(state="hidden")
    page.wait_for_function(f"{SHADOW}.activeElement === {SHADOW}.querySelectorAll('.tile')[1]")  # a moment later
    assert page.evaluate(f"{SHADOW}.querySelector('.theatre video').hasAttribute('src')") is False
    part(page, ".tile video").first.evaluate(PLAYS)


def test_it_can_be_stopped_and_silenced(shop: FakeShow, page: Any) -> None:
    video = see(shop, page)
    page.keyboard.press("k")
    assert video.evaluate("(video) => video.paused")
    part(page, ".theatre [data-icon=sound-on]").click()
    page.keyboard.press("ArrowRight")
    playing(page)
    assert video.evaluate("(video) => video.muted"), "the next one too"
    part(page, ".theatre .seek").focus()
    page.keyboard.press("End")
    assert part(page, ".goods h2").inner_text() == "Clip b"


def test_a_finger_turns_to_the_next(visit: Callable[..., Any]) -> None:
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    shop = shop_of(page)
    shop.head += '<meta name="viewport" content="width=device-width">'
    see(shop, page)
    session = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", 300), ("touchMove", 200), ("touchMove", 120), ("touchEnd", None)):
        points = [] if x is None else [{"x": x, "y": 300}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    part(page, ".goods h2", has_text="Clip b").wait_for()


def test_a_clip_that_cannot_be_played_says_so_and_is_tried_again(shop: FakeShow, page: Any) -> None:
    there, shop.films = shop.films, {}
    page.goto("http://show.localhost/")
    part(page, ".tile").first.click()
    part(page, ".trouble", has_text="could not be played").wait_for()
    shop.films = there
    part(page, ".trouble button").click()
    playing(page)
    assert part(page, ".trouble").is_hidden()


# What it sells


def test_what_is_bought_in_a_clip_says_so(shop: FakeShow, page: Any) -> None:
    see(shop, page)
    page.evaluate("(choices) => vitrine.consent(choices)", YES)
    part(page, ".goods .price", has_text="199").wait_for()
    part(page, ".goods .buy").click()
    part(page, ".theatre .checkout", has_text="To checkout (1)").wait_for()
    [bought] = page.evaluate("bought")
    assert {name: bought[name] for name in ("product", "quantity", "show", "media_ms", "part")} == {
        "product": "oil",
        "quantity": 1,
        "show": "s",
        "media_ms": 0,
        "part": "clip",
    }
    kept = page.evaluate("JSON.parse(localStorage.getItem('vitrine')).attributions")
    assert [(one["part"], one["product"]) for one in kept] == [("clip", "oil")]
    part(page, ".theatre .checkout").click()
    assert page.evaluate("paid") == {"show": "s", "product": "oil", "media_ms": 0, "part": "clip"}


def test_a_product_with_kinds_opens_its_sheet_over_the_clip(shop: FakeShow, page: Any) -> None:
    shop.details = {
        "options": [{"id": "s", "title": "Small", "price_minor": 9900}, {"id": "l", "title": "Large", "price_minor": 19900}]
    }
    see(shop, page, 1)
    part(page, ".goods .buy", has_text="Choose an option").click()
    sheet = part(page, "dialog.sheet[open]")
    sheet.locator(".kind", has_text="Large").click()
    sheet.locator(".buy").click()
    page.wait_for_function("bought.length === 1")
    assert page.evaluate("[bought[0].variant, bought[0].part]") == ["l", "clip"]
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert part(page, "dialog.theatre[open]").count() == 1, "one at a time"


def test_what_the_shop_refuses_is_said(shop: FakeShow, page: Any) -> None:
    see(shop, page)
    page.evaluate("window.status = 'out-of-stock'")
    part(page, ".goods .buy").click()
    part(page, ".theatre .status", has_text="No more today.").wait_for()
    part(page, ".goods .stock.sold").wait_for()


def test_a_shop_without_a_cart_is_a_link(shop: FakeShow, page: Any) -> None:
    shop.head = ""
    shop.clips = [a_clip("a", OIL | {"url": "https://shop.invalid/oil"})]
    see(shop, page)
    page.evaluate("window.open = (address) => (window.opened = address)")
    part(page, ".goods .buy").click()
    page.wait_for_function("window.opened")
    assert page.evaluate("opened") == "https://shop.invalid/oil?vitrine=s.oil.0.clip"


def test_a_clip_without_products_shows_itself(shop: FakeShow, page: Any) -> None:
    shop.body = '<vitrine-clip show="s"></vitrine-clip>'
    shop.clips = [a_clip("a")]
    see(shop, page)
    assert part(page, ".goods .pin").count() == 0


# How it stands on the page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(shop: FakeShow, page: Any, scheme: str) -> None:
    if not AXE.exists():
        pytest.skip("npm ci --prefix tests/page")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    shop.head += '<link rel="stylesheet" href="/assets/viewer/page.css"><h1>Oil</h1>'
    page.goto("http://show.localhost/")
    page.add_script_tag(path=str(AXE))
    part(page, ".tile").first.wait_for()
    found = {"row": wrong(page, WCAG)}
    part(page, ".tile").nth(1).click()
    playing(page)
    found["player"] = wrong(page, WCAG)
    shop.films = {}
    page.keyboard.press("ArrowRight")
    part(page, ".trouble button").wait_for()
    found["failed"] = wrong(page, WCAG)
    assert {part: sentences for part, sentences in found.items() if sentences} == {}


def test_an_element_that_is_moved_or_removed_leaves_nothing_running(shop: FakeShow, page: Any) -> None:
    see(shop, page)
    page.evaluate("document.querySelector('aside').append(document.querySelector('vitrine-clip'))")
    part(page, ".tile").first.wait_for()
    assert part(page, "dialog[open]").count() == 0
    part(page, ".tile").first.click()
    playing(page)
    page.evaluate("window.gone = document.querySelector('vitrine-clip'); gone.remove()")
    assert page.evaluate("gone.theatre.root.open") is False
    page.wait_for_function("!gone.theatre.video.hasAttribute('src')")


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (640, 360), (1280, 800)])
def test_everything_can_be_reached_at_every_size(visit: Callable[..., Any], language: str, width: int, height: int) -> None:
    page = visit(viewport={"width": width, "height": height}, locale=language)
    shop = shop_of(page)
    shop.lang = language
    see(shop, page, 1)
    part(page, ".goods .buy").first.click()
    part(page, ".theatre .checkout").wait_for()
    for _ in range(2):
        reach = """() => [...document.querySelector('vitrine-clip').shadowRoot.querySelectorAll('.theatre :is(button, .seek)')]
          .filter((one) => one.checkVisibility() && !one.closest('.goods'))
          .filter((one) => {
            const { left, top, width, height } = one.getBoundingClientRect();
            const there = one.getRootNode().elementFromPoint(left + width / 2, top + height / 2);
            return height < 43 || !(there === one || one.contains(there));
          }).map((one) => one.className + (one.dataset.icon ?? ''))"""
        assert page.evaluate(reach) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
        part(page, ".goods .buy").last.scroll_into_view_if_needed()
        assert part(page, ".goods .buy").last.evaluate("(buy) => buy.getBoundingClientRect().bottom <= innerHeight")
        page.keyboard.press("ArrowRight")
        playing(page)


def test_the_demo_shop_shows_clips_of_its_product_and_takes_what_they_sell(visit: Callable[..., Any]) -> None:
    with demo_shop() as address:
        page = visit()
        page.goto(f"{address}product.html?id=micellar")
        page.locator("main vitrine-clip[product=micellar]").wait_for(state="attached")
        put = """() => {
          const lines = [{ product: 'micellar', variant: '', quantity: 1, code: '' }];
          const attribution = { show: 's', product: 'micellar', media_ms: 0, part: 'clip' };
          return new Promise((answer) => document.querySelector('vitrine-clip').dispatchEvent(
            new CustomEvent('vitrine:add-to-cart', { detail: { lines, attribution, answer } })));
        }"""
        assert page.evaluate(put)["status"] == "ok"
        page.goto(f"{address}cart.html?lang=en")
        page.locator(".mark", has_text="From a clip").wait_for()
