"""The viewer page against a show server of our own making: tabs, connections that break, orders of arrival."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route

from studio.bench.browser import chromium
from tests.fakes import TIMEOUT_MS
from tests.page.fake_show import HOME, NO, SHOW, YES, FakeShow, line, said, until

STORED = "JSON.parse(localStorage.getItem('vitrine'))"
OIL = {"id": "oil", "title": "Oil", "price_minor": 24900, "currency": "DKK", "variants": 0}
PRICES = (
    "[...document.querySelector('vitrine-show').shadowRoot.querySelectorAll('.cards .price strong')].map((p) => p.textContent)"
)
LINES = "[...document.querySelector('vitrine-show').shadowRoot.querySelectorAll('.lines .said')].map((line) => line.textContent)"
MOVE = "document.querySelector('aside').append(document.querySelector('vitrine-show'))"
DEAF = "addEventListener('storage', (event) => event.stopImmediatePropagation(), true)"
"""A tab that is told too late that another one has written."""
ASKED = """<script>
  window.asked = [];
  document.addEventListener('vitrine:product-data', ({ detail }) => {
    detail.answer(new Promise((done) => asked.push({ ...detail.products[0], done })));
  });
</script>"""
"""A shop that answers when the test says so."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(sound=False, light=True) as running:
        yield running


@pytest.fixture
def tabs(browser: Any) -> Iterator[Callable[[], Any]]:
    """Opens tabs of one visitor's browser, which must stay free of errors."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(TIMEOUT_MS)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context.new_page
    context.close()
    assert errors == []


@pytest.fixture
def page(tabs: Callable[[], Any]) -> Any:
    return tabs()


@pytest.fixture
def show(page: Any) -> FakeShow:
    return FakeShow(page.context)


def agree(page: Any, choices: dict[str, bool]) -> None:
    page.evaluate("(choices) => vitrine.consent(choices)", choices)


def part(page: Any, selector: str, **filters: Any) -> Any:
    return page.locator("vitrine-show").locator(selector, **filters)


# Consent


def test_a_no_holds_in_all_tabs(show: FakeShow, page: Any, tabs: Callable[[], Any]) -> None:
    show.open(page)
    agree(page, YES)
    show.consent = YES
    other = tabs()
    visit = show.open(other)
    assert visit.told("hello")[0]["visitor"] == "visitor 1", "one person in both"
    agree(page, NO)
    show.consent = NO
    other.wait_for_function("vitrine.choices.analytics === false")
    assert other.evaluate("heard") == [NO], "its tags hear it as well"
    assert visit.consents() == [NO]
    back = show.welcomed(other, visit)
    assert back.told("hello")[0]["visitor"] == "", "nobody who was known"
    show.back(other)
    assert set(page.evaluate(STORED)) == {"choices", "asked_ms"}
    assert page.evaluate(STORED)["choices"] == NO
    assert YES not in [choices for visit in show.visits[1:] for choices in visit.consents()]


def test_a_no_of_another_tab_is_read_before_anything_is_written(show: FakeShow, page: Any, tabs: Callable[[], Any]) -> None:
    show.open(page)
    agree(page, YES)
    show.consent = YES
    other = tabs()
    other.add_init_script(DEAF)
    show.open(other)
    agree(page, NO)
    show.consent = NO
    before = show.visits[-1]
    other.evaluate("document.querySelector('vitrine-show').shop.wish('oil')")
    assert set(page.evaluate(STORED)) == {"choices", "asked_ms"}
    assert other.evaluate("vitrine.choices") == NO
    assert show.welcomed(other, before).told("hello")[0]["visitor"] == ""
    assert before.consents() == [NO]


def test_a_page_that_slept_through_a_no_says_no_hello_as_who_it_was(show: FakeShow, page: Any, tabs: Callable[[], Any]) -> None:
    show.open(page)
    agree(page, YES)
    show.consent = YES
    other = tabs()
    other.add_init_script(DEAF)
    show.open(other)
    agree(page, NO)
    show.consent = NO
    back = show.back(other)
    assert back.told("hello")[0]["visitor"] == ""
    assert back.consents() == []
    assert page.evaluate(STORED)["choices"] == NO


def test_a_yes_makes_one_person_of_all_tabs(show: FakeShow, page: Any, tabs: Callable[[], Any]) -> None:
    show.open(page)
    other = tabs()
    before = show.open(other)
    agree(page, YES)
    show.consent = YES
    back = show.welcomed(other, before)
    assert back.told("hello")[0]["visitor"] == "visitor 1"
    assert other.evaluate("heard") == [YES]


def test_the_newest_answer_holds_though_the_clock_was_set_back(show: FakeShow, page: Any, tabs: Callable[[], Any]) -> None:
    show.open(page)
    agree(page, YES)
    other = tabs()
    show.open(other)
    page.evaluate("Date.now = () => 1000")
    agree(page, NO)
    other.wait_for_function("vitrine.choices.analytics === false")


def test_the_server_is_told_only_what_it_does_not_know(show: FakeShow, page: Any) -> None:
    visit = show.open(page)
    agree(page, YES)
    show.consent = YES
    until(page, lambda: visit.consents() == [YES], "the yes")
    for _ in range(3):
        visit = show.back(page)
        assert visit.consents() == []
    show.consent = NO
    assert show.back(page).consents() == [YES], "a server that has lost it"
    assert page.evaluate("heard") == [YES], "nothing changed after the first"


def test_a_refused_no_is_said_again(show: FakeShow, page: Any) -> None:
    show.consent = YES
    visit = show.open(page)
    show.answers = [{"refused": "slow", "wait_s": 0.05}, {"refused": "slow", "wait_s": 0.05}]
    agree(page, NO)
    until(page, lambda: visit.consents() == [NO] * 3, "the no, until it is heard")


def test_consent_is_told_to_the_page_when_it_changes(show: FakeShow, page: Any) -> None:
    show.open(page)
    show.back(page)
    assert page.evaluate("heard") == [], "nobody has answered"
    agree(page, YES)
    agree(page, YES)
    assert page.evaluate("heard") == [YES]
    show.consent = YES
    show.open(page)
    assert page.evaluate("heard") == [], "an answer of yesterday is no change"


def test_who_is_forgotten_comes_back_as_somebody_new(show: FakeShow, page: Any) -> None:
    visit = show.open(page)
    agree(page, YES)
    show.consent = YES
    visit.say(t="events", events=[said(101, line(1, "Mine"))])
    part(page, ".message").wait_for()
    show.forgotten = lambda: visit.say(t="forgotten", lines=["1"])
    show.consent = NO
    assert page.evaluate("vitrine.forget()") == {"ok": True}
    back = show.welcomed(page, visit)
    assert back.told("hello")[0]["visitor"] == ""
    assert page.evaluate(LINES) == [], "what was on its way came first"
    assert page.evaluate("heard") == [YES, NO]
    assert "visitor" not in page.evaluate(STORED)


def test_who_is_forgotten_without_an_answer_comes_back_as_somebody_new(show: FakeShow, page: Any) -> None:
    visit = show.open(page)
    page.evaluate("vitrine.forget()")
    assert show.welcomed(page, visit).told("hello")[0]["visitor"] == ""
    assert page.evaluate(STORED) is None


def test_what_googles_tags_were_told_is_heard_once(show: FakeShow, page: Any) -> None:
    show.attributes = 'consent="google"'
    show.head = "<script>dataLayer = [['consent', 'update', { analytics_storage: 'granted' }]]</script>"
    show.open(page)
    assert page.evaluate("vitrine.choices.analytics")
    agree(page, NO)
    page.evaluate(MOVE)
    assert page.evaluate("vitrine.choices") == NO


# Prices


def test_the_shop_is_asked_again_when_the_show_names_a_code(show: FakeShow, page: Any) -> None:
    show.head, show.products = ASKED, [OIL]
    visit = show.open(page)
    page.evaluate("asked[0].done([{ id: 'oil', price_minor: 24900 }])")
    visit.say(t="products", changed=[OIL | {"code": "AFTEN10"}], pins=[])
    page.wait_for_function("asked.length === 2 && asked[1].code === 'AFTEN10'")
    page.evaluate("asked[1].done([{ id: 'oil', price_minor: 24900, codes: { AFTEN10: 19900 } }])")
    page.wait_for_function(f"{PRICES}[0].includes('199')")


def test_a_new_price_of_the_show_is_shown(show: FakeShow, page: Any) -> None:
    show.head, show.products = ASKED, [OIL]
    visit = show.open(page)
    page.evaluate("asked[0].done([{ id: 'oil', price_minor: 24900, stock: 3 }])")
    page.wait_for_function("document.querySelector('vitrine-show').product('oil').stock === 3")
    visit.say(t="products", changed=[OIL | {"sold_out": True}], pins=[])
    visit.say(t="products", changed=[OIL | {"price_minor": 19900}], pins=[])
    page.wait_for_function(f"{PRICES}[0].includes('199')")
    assert page.evaluate("asked.length") == 2, "not for what has the same price and code"


def test_a_price_that_changed_while_we_were_away_is_shown(show: FakeShow, page: Any) -> None:
    show.head, show.products = ASKED, [OIL]
    show.open(page)
    page.evaluate("asked[0].done([{ id: 'oil', price_minor: 24900 }])")
    show.back(page)
    assert page.evaluate("asked.length") == 1
    show.products = [OIL | {"price_minor": 19900}]
    show.back(page)
    page.wait_for_function(f"{PRICES}[0].includes('199')")
    assert page.evaluate("asked.length") == 2


def test_an_answer_that_comes_late_does_not_undo_a_newer_one(show: FakeShow, page: Any) -> None:
    show.head, show.products = ASKED, [OIL]
    visit = show.open(page)
    visit.say(t="products", changed=[OIL | {"price_minor": 21900}], pins=[])
    page.wait_for_function("asked.length === 2")
    page.evaluate("asked[1].done([{ id: 'oil', price_minor: 19900 }])")
    page.wait_for_function(f"{PRICES}[0].includes('199')")
    page.evaluate("asked[0].done([{ id: 'oil', price_minor: 24900 }])")
    page.evaluate("new Promise((done) => setTimeout(done))")
    assert "199" in page.evaluate(PRICES)[0]


def test_a_listener_that_comes_late_is_asked(show: FakeShow, page: Any) -> None:
    show.products = [OIL]
    show.open(page)
    page.evaluate(
        "document.addEventListener('vitrine:product-data', ({ detail }) => detail.answer([{ id: 'oil', price_minor: 19900 }]))"
    )
    page.wait_for_function(f"{PRICES}[0].includes('199')")


def test_the_cart_hears_what_it_knows_a_product_by(show: FakeShow, page: Any) -> None:
    show.products = [OIL | {"variants": 1, "variant": "oil-30", "cart_id": "44820000000001"}]
    show.pins = ["oil"]
    show.open(page)
    page.evaluate(
        "document.addEventListener('vitrine:add-to-cart', ({ detail }) => detail.answer(Boolean(window.lines = detail.lines)))"
    )
    page.evaluate("document.querySelector('vitrine-show').shadowRoot.querySelector('.pin .buy').click()")
    page.wait_for_function("window.lines")
    line = {"product": "oil", "variant": "oil-30", "cart_id": "44820000000001", "sku": "", "gtin": "", "quantity": 1, "code": ""}
    assert page.evaluate("lines") == [line]


def test_a_variants_before_price_does_not_outlive_its_price(show: FakeShow, page: Any) -> None:
    show.head, show.products = ASKED, [OIL | {"variants": 2}]
    show.details = {
        "options": [
            {"id": "s", "title": "Small", "price_minor": 24900, "before_minor": 32900},
            {"id": "l", "title": "Large", "price_minor": 44900, "before_minor": 52900},
        ]
    }
    show.open(page)
    page.evaluate("asked[0].done([{ id: 'oil', options: [{ id: 's', price_minor: 22900 }, { id: 'l', stock: 4 }] }])")
    part(page, ".cards .card").click()
    sheet = part(page, "dialog.sheet[open]")
    sheet.locator(".price", has_text="229").wait_for()
    assert sheet.locator(".price s").count() == 0
    sheet.locator(".kind", has_text="Large").click()
    sheet.locator(".price", has_text="449").wait_for()
    assert "529" in sheet.locator(".price s").inner_text(), "the server's price, and its claim"


# Chat


def test_lines_missed_come_in_their_order(show: FakeShow, page: Any) -> None:
    show.lines = [line(number) for number in (1, 2)]
    show.open(page)
    show.lines = [line(number) for number in range(60, 111)]
    show.missed = [said(100 + number, line(number)) for number in range(3, 111)]
    show.seq = 210
    show.back(page)
    assert page.evaluate(LINES) == [f"line {number}" for number in range(1, 111)]


def test_a_new_server_has_another_chat(show: FakeShow, page: Any) -> None:
    show.lines = [line(1), line(2)]
    show.open(page)
    show.lines, show.seq = [line(1, "Another first")], 7
    show.back(page)
    assert page.evaluate(LINES) == ["Another first"]


def test_who_reads_further_up_reads_in_peace_and_the_chat_stays_small(show: FakeShow, page: Any) -> None:
    show.lines = [line(number) for number in range(300)]
    visit = show.open(page)
    place = """document.querySelector('vitrine-show').shadowRoot.querySelector('[data-line="250"]').getBoundingClientRect().top"""
    page.evaluate("document.querySelector('vitrine-show').chat.items.get('250').scrollIntoView()")
    part(page, ".lines").evaluate("(list) => new Promise(requestAnimationFrame)")
    before = page.evaluate(place)
    visit.say(t="events", events=[said(101 + number, line(300 + number)) for number in range(200)])
    part(page, ".more", has_text="200").wait_for()
    assert len(page.evaluate(LINES)) == 300
    assert abs(page.evaluate(place) - before) < 2
    visit.say(t="events", events=[said(301 + number, line(500 + number)) for number in range(5000)])
    part(page, ".more", has_text="5200").wait_for()
    assert page.evaluate(LINES) == [f"line {number}" for number in range(5200, 5500)]
    assert page.evaluate("document.querySelector('vitrine-show').chat.items.size") == 300


# The curtain

PLAYS = """() => {
  const show = document.querySelector('vitrine-show');
  show.playback.want = () => {};
  show.playback.shown = show.playback.everShown = true;
  show.showDelay(1.2);
}"""
"""As if the picture had come: what is looked at here is what lies over it."""
CLEAR = """() => {
  const root = document.querySelector('vitrine-show').shadowRoot;
  const { left, top, right, bottom } = root.querySelector('.curtain .words').getBoundingClientRect();
  const at = (across, down) => root.elementFromPoint(left + (right - left) * across, top + (bottom - top) * down);
  return [[0.1, 0.1], [0.5, 0.5], [0.95, 0.5], [0.95, 0.9]].every(([x, y]) => at(x, y).closest('.curtain'));
}"""
"""Whether nothing lies over the curtain's words."""
OVER_IT = (".pin", ".pill.air", ".pill.delay")


def event(seq: int, kind: str) -> Any:
    return {"seq": seq, "media_ms": 0, "data": {"type": kind}}


@pytest.mark.parametrize("size", [(1280, 800), (900, 620), (390, 844)])
@pytest.mark.parametrize(
    ("falls", "rises", "name"),
    [
        ("stream.lost", "stream.started", "back"),
        ("show.paused", "show.resumed", "paused"),
        ("show.ended", "", "ended"),
        ("curtain.lowered", "curtain.raised", "playing"),
    ],
)
def test_what_lies_over_the_picture_goes_with_it(
    show: FakeShow, page: Any, size: tuple[int, int], falls: str, rises: str, name: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    show.products, show.pins = [OIL, OIL | {"id": "cream", "title": "Cream"}], ["oil", "cream"]
    visit = show.open(page)
    page.evaluate(PLAYS)
    visit.say(t="clock", rtp=0, media_ms=0, at_ms=0, on_air=True)
    part(page, ".pin").first.wait_for()
    part(page, ".pill.air").wait_for()
    visit.say(t="events", events=[event(101, falls)])
    for over in OVER_IT:
        part(page, over).first.wait_for(state="hidden")
    assert page.locator("vitrine-show").get_attribute("state") == name
    assert name == "playing" or page.evaluate(CLEAR)
    if rises:
        visit.say(t="events", events=[event(102, rises)])
        part(page, ".pin").first.wait_for()
        part(page, ".pill.air").wait_for()


def test_who_comes_while_the_curtain_is_down_sees_no_cards_on_it(show: FakeShow, page: Any) -> None:
    show.products, show.pins = [OIL], ["oil"]
    show.open(page)  # the stream is away
    assert page.locator("vitrine-show").get_attribute("state") == "back"
    assert part(page, ".pin").count() == 1
    assert not part(page, ".pin").is_visible()
    assert part(page, ".cards .card").is_visible(), "it is bought below"


# The picture

WHEP = "/shows/s/whep?&sound=wait"
EARLY = f"{WHEP}&early=1"


def test_the_picture_is_asked_for_while_the_server_is_asked_whether_there_is_one(show: FakeShow, page: Any) -> None:
    held: list[Any] = []
    show.shy, show.on_air, show.whep = True, True, held.append
    page.goto(f"{HOME}/")
    until(page, lambda: bool(held and show.visits and show.visits[-1].told("hello")), "nothing was asked for")
    first = page.evaluate_handle("document.querySelector('vitrine-show').playback.early")
    show.welcome(show.visits[-1])
    page.wait_for_function("(first) => document.querySelector('vitrine-show').playback.player === first", arg=first)
    assert (show.asked.count(EARLY), show.asked.count(WHEP)) == (1, 0)


def test_a_show_that_is_not_on_air_costs_one_request_and_is_asked_again_when_it_is(show: FakeShow, page: Any) -> None:
    show.shy = True  # an answer that overtakes the question would take it back
    page.goto(f"{HOME}/")
    until(page, lambda: EARLY in show.asked and bool(show.visits and show.visits[-1].told("hello")), "nothing was asked for")
    visit = show.visits[-1]
    show.welcome(visit)
    page.wait_for_function("document.querySelector('vitrine-show').getAttribute('state') === 'back'")
    page.wait_for_function("document.querySelector('vitrine-show').playback.early === null")
    held: list[Any] = []
    show.whep = held.append
    visit.say(t="events", events=[{"seq": 101, "media_ms": 0, "data": {"type": "stream.started"}}])
    until(page, lambda: bool(held), "it was not asked for again")
    assert (show.asked.count(EARLY), show.asked.count(WHEP)) == (1, 1)
    assert page.evaluate("document.querySelector('vitrine-show').playback.via") == "webrtc"


UNCONNECTED = "RTCPeerConnection.prototype.setRemoteDescription = async () => {};"
WAITS = """
window.waits = [];
const { setTimeout: wait } = window;
window.setTimeout = (done, ms, ...words) => { waits.push(ms); return wait(done, ms, ...words); };"""
WITHOUT_RELAY_MS = 2500


def answered(route: Any) -> None:
    route.fulfill(status=201, headers={"Location": "/shows/s/whep/1"}, body="v=0")


def test_a_network_that_needs_a_relay_gets_one(show: FakeShow, page: Any) -> None:
    page.add_init_script(UNCONNECTED + WAITS)
    show.on_air, show.whep = True, answered
    show.ice = [{"urls": ["turn:relay.example:3478"], "username": "a", "credential": "b"}]
    show.open(page)
    until(page, lambda: WHEP in show.asked, "it was not tried with the relay")
    assert WITHOUT_RELAY_MS in page.evaluate("waits")
    page.wait_for_function("document.querySelector('vitrine-show').playback.player?.iceServers.length === 1")
    servers = page.evaluate("document.querySelector('vitrine-show').playback.player.connection.getConfiguration().iceServers")
    assert servers[0]["urls"] == ["turn:relay.example:3478"]


def test_a_server_that_was_away_for_long_is_no_network_that_lets_nothing_through(show: FakeShow, page: Any) -> None:
    held: list[Any] = []
    show.on_air, show.whep = True, held.append
    visit = show.open(page)
    until(page, lambda: bool(held), "nothing was asked for")
    show.away, show.whep = True, lambda route: route.abort()
    visit.drop()
    held.pop().abort()
    until(page, lambda: show.asked.count(WHEP) >= 5, "it was given up")
    show.whep, show.away = held.append, False
    until(page, lambda: bool(held), "it was not asked for again")
    assert page.evaluate("document.querySelector('vitrine-show').playback.via") == "webrtc"


def test_a_server_that_waits_for_its_studio_is_asked_again(show: FakeShow, page: Any) -> None:
    """It was started anew, and is there before the studio is: that is no network that lets nothing through."""
    held: list[Any] = []
    show.on_air, show.whep = True, lambda route: route.fulfill(status=409, headers={"Retry-After": "0"})
    show.open(page)
    until(page, lambda: show.asked.count(WHEP) >= 3, "it was given up")
    show.whep = held.append
    until(page, lambda: bool(held), "it was not asked for again")
    assert page.evaluate("document.querySelector('vitrine-show').playback.via") == "webrtc"


def test_a_network_that_lets_no_webrtc_through_gets_the_socket(show: FakeShow, page: Any) -> None:
    show.on_air, show.whep = True, lambda route: route.abort()
    show.open(page)
    page.wait_for_function("document.querySelector('vitrine-show').playback.via === 'socket'")


def test_a_stun_server_is_no_relay(show: FakeShow, page: Any) -> None:
    page.add_init_script(UNCONNECTED + WAITS)
    show.on_air, show.whep = True, answered
    show.ice = [{"urls": ["stun:stun.example:3478"]}]
    show.open(page)
    page.wait_for_function("document.querySelector('vitrine-show').playback.player?.watch")
    assert WITHOUT_RELAY_MS not in page.evaluate("waits")
    assert WHEP not in show.asked


def test_who_is_not_let_in_takes_no_picture(show: FakeShow, page: Any) -> None:
    page.add_init_script(UNCONNECTED)
    show.shy, show.on_air, show.whep = True, True, answered
    page.goto(f"{HOME}/")
    page.wait_for_function("document.querySelector('vitrine-show')?.playback?.early?.resource")
    show.away = True
    show.visits[-1].drop()
    page.wait_for_function("document.querySelector('vitrine-show').playback.early === null")
    until(page, lambda: "/shows/s/whep/1" in show.asked, "the session was not given back")


def test_a_browser_that_lets_nobody_connect_shows_all_else(show: FakeShow, page: Any) -> None:
    page.add_init_script(
        "window.RTCPeerConnection = class extends RTCPeerConnection { constructor() { throw new Error('no') } };"
    )
    show.products, show.pins, show.lines = [OIL], ["oil"], [line(1)]
    show.open(page)
    part(page, ".cards .card").wait_for()
    assert page.evaluate(LINES) == ["line 1"]


def test_who_leaves_before_the_welcome_leaves_nothing_behind(show: FakeShow, page: Any) -> None:
    held: list[Any] = []
    show.shy, show.on_air, show.whep = True, True, held.append
    page.goto(f"{HOME}/")
    until(page, lambda: bool(held), "nothing was asked for")
    early = page.evaluate_handle("document.querySelector('vitrine-show').playback.early")
    page.evaluate("document.querySelector('vitrine-show').remove()")
    assert early.evaluate("(player) => [player.closed, player.connection.connectionState]") == [True, "closed"]


# The element


def test_mini_off_leaves_the_picture_where_it_is(show: FakeShow, page: Any) -> None:
    show.body = SHOW.format(attributes="") + SHOW.format(attributes='mini="off"')
    show.open(page)
    page.evaluate("document.querySelectorAll('vitrine-show').forEach((show) => (show.playback.shown = true))")
    plain, off = page.locator("vitrine-show").all()
    plain.locator(".place").wait_for()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    plain.locator(".stage.mini").wait_for()
    assert off.locator(".stage.mini").count() == 0
    assert not off.evaluate("(show) => show.mini.window.checkVisibility()")


def test_what_was_missed_is_told_after_the_element_was_moved(show: FakeShow, page: Any) -> None:
    show.products = [OIL]
    visit = show.open(page)
    page.evaluate(MOVE)
    visit = show.welcomed(page, visit)
    away = """(away) => {
      Object.defineProperty(document, 'hidden', { value: away, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.evaluate(away, True)
    pinned = {"seq": 101, "media_ms": 5000, "data": {"type": "product.pinned", "product": "oil"}}
    visit.say(t="events", events=[pinned])
    page.wait_for_function("document.querySelector('vitrine-show').missed.pins.length === 1")
    page.evaluate(away, False)
    part(page, ".missed .chip", has_text="Oil").wait_for()
    page.evaluate("window.moved = document.querySelector('vitrine-show'); moved.remove()")
    page.evaluate(away, True)
    assert not page.evaluate("moved.missed.away"), "nobody listens who is gone"


def test_a_dialog_opens_again_after_the_element_was_moved(show: FakeShow, page: Any) -> None:
    visit = show.open(page)
    part(page, ".privacy-link").click()
    part(page, "dialog.privacy:modal").wait_for()
    page.evaluate(MOVE)
    show.welcomed(page, visit)
    assert part(page, "dialog[open]").count() == 0
    part(page, ".privacy-link").click()
    part(page, "dialog.privacy:modal").wait_for()


TOLD = [
    {
        "title": "What you did here",
        "rows": [
            [{"label": "What", "text": "Product Viewed"}, {"label": "When", "at_ms": 1_796_060_000_000}],
            [{"label": "What", "text": "<b>Product Added</b> " + "x" * 90}],
        ],
        "left": 7,
    },
    {"title": "Orders", "rows": [[{"label": "Number", "text": "A-1"}]], "left": 0},
]


def saved(page: Any, name: str) -> tuple[str, str]:
    """The file that a button has the browser save."""
    with page.expect_download() as coming:
        part(page, ".privacy button", has_text=name).click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_text(encoding="utf-8")


def test_what_is_held_is_read_and_taken_along(show: FakeShow, page: Any) -> None:
    show.told = TOLD
    show.open(page)
    part(page, ".privacy-link").click()
    assert not part(page, ".held-data").is_visible()
    part(page, ".privacy button", has_text="Show what is held about me").click()
    part(page, ".held-data h3", has_text="Orders").wait_for()
    text = part(page, ".held-data").inner_text()
    assert "<b>Product Added</b>" in text, "words, never markup"
    assert "2026" in text
    assert "And 7 more, in the data file." in text
    assert part(page, ".held-data").evaluate("(held) => held.scrollWidth <= held.clientWidth")
    name, whole = saved(page, "Save as a page")
    assert name == "vitrine.html"
    assert "<h1>What is held about you</h1>" in whole
    assert "&lt;b&gt;Product Added" in whole
    assert saved(page, "Save as data (JSON)") == ("vitrine.json", '{\n "chat": []\n}')
    show.told = []
    part(page, ".privacy button", has_text="Show what is held about me").click()
    part(page, ".privacy [role=status]", has_text="Nothing is held about you.").wait_for()
    assert not part(page, ".held-data").is_visible()


def test_sound_that_was_closed_mutes_nobody(show: FakeShow, page: Any) -> None:
    show.open(page)
    muted = page.evaluate(
        """async () => {
          const { Sound } = await import('/assets/viewer/sound.js');
          window.AudioContext = class {
            state = 'suspended';
            resume() { return new Promise(() => {}) }
            close() { this.state = 'closed' }
          };
          const video = document.createElement('video');
          const sound = new Sound(video, () => {});
          const asked = sound.ask();
          sound.close();
          await asked;
          return video.muted;
        }"""
    )
    assert not muted


# Orders


@pytest.mark.parametrize(("attributes", "query"), [('key="k&quot;y"', "?key=k%22y"), ("", "")])
def test_an_order_of_an_unlisted_show_carries_its_key(page: Any, attributes: str, query: str) -> None:
    show = FakeShow(page.context)
    show.attributes = attributes
    asked: list[str] = []

    def take(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"ok": True})

    page.context.route("**/orders*", take)
    show.open(page)
    order = {"number": "A-1", "value_minor": 100, "currency": "DKK", "attribution": {"show": "s", "media_ms": 1}}
    page.evaluate("(order) => vitrine.order(order)", order)
    show.attributes = ""
    show.open(page)  # as the checkout: another page of this tab
    page.evaluate("(order) => vitrine.order(order)", order)
    assert [url.partition("/api/")[2] for url in asked] == [f"shows/s/orders{query}"] * 2
