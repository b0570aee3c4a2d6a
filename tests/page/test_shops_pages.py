"""The show on pages that are not ours: light brands, old themes, narrow columns, long words, high contrast, made by programs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from studio.bench.browser import chromium
from tests.fakes import TIMEOUT_MS
from tests.page.fake_show import FakeShow, until

INSIDE = "document.querySelector('vitrine-show').shadowRoot"
PRODUCTS = [
    {
        "id": f"p{number}",
        "title": f"Natcreme nummer {number}",
        "price_minor": 24900,
        "currency": "DKK",
        "variants": 0,
        "url": "https://x.example/",
    }
    for number in range(3)
]
CONTRASTS = """async () => {
  const { contrast, rgb } = await import('/assets/viewer/contrast.js');
  const show = document.querySelector('vitrine-show');
  const seen = (selector, name) => rgb(getComputedStyle(show.shadowRoot.querySelector(selector))[name]);
  const style = getComputedStyle(show);
  const own = (name) => rgb(style.getPropertyValue(name).trim());
  return {
    button: contrast(seen('.buy', 'color'), seen('.buy', 'backgroundColor')),
    words: contrast(own('--_accent-text'), rgb(style.getPropertyValue('--panel').trim() || '#ffffff')),
  };
}"""
COLOURS = {
    "pink": "--accent: #f7c6d0",
    "white": "--accent: #ffffff",
    "yellow": "--accent: oklch(95% 0.2 100)",
    "black": "--accent: #000000",
    "dark theme": "--accent: #30343c; --panel: #14181f; --text: #f3ece6",
    "ours": "",
    "nonsense": "--accent: 12px",
    "its own ink": "--accent: #f7c6d0; --accent-ink: #5c1020",
    "unreadable ink": "--accent: #f7c6d0; --accent-ink: #ffffff",
    "grey text": "--accent: #ff0000; --text: #777777; --panel: #888888",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(sound=False, light=True) as running:
        yield running


@pytest.fixture
def shop(browser: Any) -> Iterator[Callable[..., tuple[Any, FakeShow]]]:
    """Opens a shop's page of a size, with a body of its own."""
    contexts = []

    def open_(width: int = 1280, height: int = 800, **options: Any) -> tuple[Any, FakeShow]:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, locale="en-GB", **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(TIMEOUT_MS)
        show = FakeShow(contexts[-1])
        show.products, show.pins = PRODUCTS, [str(product["id"]) for product in PRODUCTS]
        return page, show

    yield open_
    for context in contexts:
        context.close()


def playing(page: Any) -> None:
    """As it looks while a picture is shown: there is none to be had here."""
    page.evaluate(
        "(() => { const show = document.querySelector('vitrine-show');"
        " Object.defineProperty(show, 'covered', { get: () => false });"
        " show.refresh(); show.cards.root.hidden = false; })()"
    )


@pytest.mark.parametrize("style", COLOURS.values(), ids=COLOURS)
def test_every_accent_can_be_read(shop: Callable[..., Any], style: str) -> None:
    page, show = shop()
    show.head = f"<style>vitrine-show {{ {style} }}</style>"
    show.open(page)
    page.wait_for_function(f"{INSIDE}.querySelector('.buy')")
    found = page.evaluate(CONTRASTS)
    assert min(found.values()) >= 4.5, found
    if "5c1020" in style:
        assert page.evaluate(f"getComputedStyle({INSIDE}.querySelector('.buy')).color") == "rgb(92, 16, 32)"


@pytest.mark.parametrize("width", [360, 480, 540])
def test_in_a_narrow_column_of_a_wide_page_it_stays_in_its_column(shop: Callable[..., Any], width: int) -> None:
    page, show = shop()
    show.body = f'<div style="width: {width}px; margin-left: 400px"><vitrine-show show="s"></vitrine-show></div>'
    show.open(page)
    box = page.evaluate(f"(({{ left, right }}) => [left, right])({INSIDE}.querySelector('.hall').getBoundingClientRect())")
    assert box[0] >= 400
    assert box[1] <= page.evaluate("document.querySelector('vitrine-show').getBoundingClientRect().right") + 1


def test_on_a_phone_the_picture_has_the_whole_width(shop: Callable[..., Any]) -> None:
    page, show = shop(390, 844)
    show.open(page)
    assert page.evaluate(f"{INSIDE}.querySelector('.hall').getBoundingClientRect().width") == 390
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_a_word_without_an_end_makes_nothing_wider(shop: Callable[..., Any], width: int) -> None:
    page, show = shop(width)
    show.products = [PRODUCTS[0] | {"title": "Fugtighedsbevarende" * 9}]
    visit = show.open(page)
    page.evaluate("document.querySelector('vitrine-show').missed.draw?.([{ product: 'p0', media_ms: 1 }])")
    visit.say(t="products", changed=[], pins=["p0"])
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "height", "fit"), [(1280, 800, 3), (900, 700, 3), (560, 700, 2), (480, 500, 1)])
def test_as_many_cards_as_there_is_room_for(shop: Callable[..., Any], width: int, height: int, fit: int) -> None:
    page, show = shop(1280, 900)
    show.body = f'<div style="width: {width}px"><vitrine-show show="s" chat="off"></vitrine-show></div>'
    show.open(page)
    playing(page)
    inside = page.evaluate(
        f"""(() => {{
          const stage = {INSIDE}.querySelector('.stage').getBoundingClientRect();
          const cards = [...{INSIDE}.querySelectorAll('.pins .pin')].filter((card) => card.offsetHeight);
          return [cards.length, cards.every((card) => card.getBoundingClientRect().top >= stage.top - 1), stage.height];
        }})()"""
    )
    assert inside[1], f"no card is cut off: {inside}"
    assert 1 <= inside[0] <= 3
    if inside[2] > 440:
        assert inside[0] == 3


def test_an_old_themes_text_does_not_come_in(shop: Callable[..., Any]) -> None:
    page, show = shop()
    show.head = (
        "<style>main { text-transform: uppercase; letter-spacing: .4em; word-spacing: 2em; text-align: center; line-height: 3;"
        " font: italic 30px/3 serif; text-indent: 4em; color: red; white-space: nowrap; visibility: visible }</style>"
    )
    show.open(page)
    wanted = ["textTransform", "letterSpacing", "textAlign", "fontStyle", "textIndent", "whiteSpace", "wordSpacing"]
    found = page.evaluate(
        f"(names) => names.map((name) => getComputedStyle({INSIDE}.querySelector('.card .name'))[name])", wanted
    )
    assert found == ["none", "normal", "start", "normal", "0px", "normal", "0px"]
    assert page.evaluate(f"getComputedStyle({INSIDE}.querySelector('.empty')).color") != "rgb(255, 0, 0)"


def test_high_contrast_shows_every_icon_and_edge(shop: Callable[..., Any]) -> None:
    page, show = shop(forced_colors="active")
    show.open(page)
    playing(page)
    page.wait_for_function(f"{INSIDE}.querySelector('.pin .buy')")
    icons = page.evaluate(
        f"""[...{INSIDE}.querySelectorAll('button[data-icon]')].map((button) => [
          getComputedStyle(button, '::before').backgroundColor, getComputedStyle(button).backgroundColor ])"""
    )
    assert icons
    assert all(mark != ground and mark != "rgba(0, 0, 0, 0)" for mark, ground in icons)
    assert page.evaluate(f"getComputedStyle({INSIDE}.querySelector('.buy')).borderTopWidth") == "1px"


def test_the_show_may_be_named_later_and_changed(shop: Callable[..., Any]) -> None:
    page, show = shop()
    show.body = "<vitrine-show></vitrine-show>"
    page.goto("http://show.localhost/")
    page.wait_for_function("Boolean(customElements.get('vitrine-show'))")
    assert not show.visits, "nobody has said which"
    page.evaluate("document.querySelector('vitrine-show').setAttribute('show', 's')")
    show.welcomed(page, None)
    page.wait_for_function(f"{INSIDE}.querySelectorAll('.card').length === 3")
    before = show.visits[-1]
    page.evaluate("document.querySelector('vitrine-show').setAttribute('lang', 'da')")
    show.welcomed(page, before)
    page.wait_for_function(f"{INSIDE}.querySelector('.frame').lang === 'da'")


def test_words_in_another_language_than_the_pages_say_so(shop: Callable[..., Any]) -> None:
    page, show = shop()
    show.lang = "ar"
    show.open(page)
    assert page.evaluate(f"[{INSIDE}.querySelector('.frame').lang, {INSIDE}.querySelector('.frame').dir]") == ["en", "ltr"]


def test_the_sheet_keeps_the_focus_while_it_is_drawn_again(shop: Callable[..., Any]) -> None:
    page, show = shop()
    show.details = PRODUCTS[0] | {"description": "<p>Words</p>", "images": [], "options": []}
    visit = show.open(page)
    page.evaluate("document.querySelector('vitrine-show').shop.look('p0')")
    focused = f"{INSIDE}.activeElement?.dataset.key"
    page.wait_for_function(f"{focused} === 'title'")
    page.evaluate(f"{INSIDE}.querySelector('dialog.sheet .close').focus()")
    visit.say(t="products", changed=[PRODUCTS[0] | {"price_minor": 19900}], pins=[])
    page.wait_for_function(f"{INSIDE}.querySelector('dialog.sheet .price').textContent.includes('199')")
    assert page.evaluate(focused) == "close"


def test_buttons_say_what_they_put_into_the_cart(shop: Callable[..., Any]) -> None:
    page, show = shop()
    show.open(page)
    names = page.evaluate(f"[...{INSIDE}.querySelectorAll('.pin .buy')].map((one) => one.getAttribute('aria-label'))")
    assert names == [f"Add to cart: {product['title']}" for product in reversed(PRODUCTS)]


def test_a_page_without_its_stylesheet_is_not_blank(shop: Callable[..., Any]) -> None:
    page, show = shop()
    page.route("**/vitrine-show.css", lambda route: route.abort())
    show.open(page)
    page.wait_for_function(f"!{INSIDE}.querySelector('.frame').hidden")


@pytest.mark.parametrize("missing", ["RTCPeerConnection", "RTCPeerConnection MediaSource ManagedMediaSource"])
def test_a_browser_that_cannot_play_says_so_and_nothing_else(shop: Callable[..., Any], missing: str) -> None:
    page, show = shop()
    page.add_init_script("".join(f"delete window.{name};" for name in missing.split()))
    show.open(page)
    words = page.evaluate(f"{INSIDE}.querySelector('.curtain .words').innerText")
    if "MediaSource" in missing:
        assert words.strip().endswith("Try a newer one.")
        assert "onnecting" not in words
    else:
        assert "newer" not in words


def test_a_browser_without_h264_takes_the_socket(shop: Callable[..., Any]) -> None:
    page, show = shop()
    page.add_init_script(
        "RTCRtpReceiver.getCapabilities = () => ({ codecs: [{ mimeType: 'video/VP8' }], headerExtensions: [] });"
    )
    visit = show.open(page)
    page.evaluate("document.querySelector('vitrine-show').playback.want(true)")
    page.wait_for_function("document.querySelector('vitrine-show').playback.via === 'socket'")
    assert not [path for path in show.asked if path.startswith("/shows/s/whep")]
    assert any(message.get("t") == "media" for message in visit.messages)


def test_without_abort_signal_timeout_it_asks_all_the_same(shop: Callable[..., Any]) -> None:
    page, show = shop()
    page.add_init_script("delete AbortSignal.timeout")
    show.open(page)
    page.evaluate("document.querySelector('vitrine-show').playback.want(true)")
    until(page, lambda: any(path.startswith("/shows/s/whep") for path in show.asked), "the picture is asked for")


def box(page: Any, selector: str) -> dict[str, int]:
    """Where something of ours is in the window."""
    found = page.evaluate(f"{INSIDE}.querySelector('{selector}').getBoundingClientRect().toJSON()")
    return {side: round(value) for side, value in found.items()}


def test_what_hangs_over_the_page_is_held_by_no_box_of_the_shops(shop: Callable[..., Any]) -> None:
    page, show = shop()
    show.attributes = 'consent="bar"'
    show.head = "<style>main { transform: translateX(300px); overflow: hidden; width: 700px }</style>"
    show.open(page)
    bar = box(page, ".consent")
    assert (bar["left"], bar["right"], bar["bottom"]) == (280, 1000, 788), "in the middle of the window, below"
    page.evaluate("document.querySelector('vitrine-show').privacy.choose(false)")
    assert page.evaluate(f"{INSIDE}.querySelector('.consent').hidden")
    page.evaluate("Object.assign(document.querySelector('vitrine-show').mini, { playing: () => true }).update(false)")
    small = box(page, ".stage")
    assert (small["right"], small["bottom"], small["width"]) == (1264, 784, 340)
    page.evaluate("document.querySelector('vitrine-show').mini.update(true)")
    assert page.evaluate(f"{INSIDE}.querySelector('.stage').popover") is None


@pytest.mark.parametrize(("width", "column"), [(390, 390), (320, 320), (1280, 420), (1280, 700), (1280, 1180)])
def test_the_button_for_sound_is_one_line_and_over_no_card(shop: Callable[..., Any], width: int, column: int) -> None:
    page, show = shop(width, 900)
    show.pins = show.pins[:1]
    show.body = f'<div style="width: {column}px"><vitrine-show show="s" lang="da"></vitrine-show></div>'
    show.open(page)
    playing(page)
    page.evaluate(
        f"(() => {{ const prompt = {INSIDE}.querySelector('.prompt'); prompt.hidden = false;"
        " if (!prompt.textContent.trim()) prompt.textContent = 'Tryk for lyd'; })()"
    )
    prompt, card = box(page, ".prompt"), box(page, ".pin")
    assert prompt["width"] > 100
    assert prompt["height"] < 60, "one line"
    apart = prompt["bottom"] <= card["top"] or prompt["top"] >= card["bottom"] or prompt["right"] <= card["left"]
    assert apart, (prompt, card)


def test_whatever_is_sold_out_says_so(shop: Callable[..., Any]) -> None:
    page, show = shop(1280, 900)
    show.products = [product | {"sold_out": True} for product in PRODUCTS]
    show.open(page)
    playing(page)
    shown = f"[...{INSIDE}.querySelectorAll('.pin')].map((pin) => pin.querySelector('.stock')?.checkVisibility())"
    assert page.evaluate(shown) == [True, True, True]


def test_several_attributes_at_once_are_one_beginning(shop: Callable[..., Any]) -> None:
    page, show = shop()
    show.open(page)
    page.evaluate(
        """() => {
          const show = document.querySelector('vitrine-show');
          window.begun = 0;
          const connected = show.connectedCallback;
          show.connectedCallback = function () { window.begun += 1; return connected.call(this); };
          for (const [name, value] of [['lang', 'da'], ['products', 'off'], ['poster', '/p.jpg']]) show.setAttribute(name, value);
        }"""
    )
    page.wait_for_function("window.begun > 0")
    assert page.evaluate("new Promise((done) => setTimeout(() => done(window.begun), 100))") == 1
