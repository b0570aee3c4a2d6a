"""The replay on the viewer page, against a show server and a film of our own making."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from studio.bench.browser import chromium
from tests.fakes import TIMEOUT_MS
from tests.page.axe import AXE, WCAG, wrong
from tests.page.fake_show import NO, YES, FakeShow, Message, a_film, happened, line, turn, until
from tests.page.film_file import colour, film

LENGTH_S = 40
LENGTH_MS = LENGTH_S * 1000
OIL = {"id": "oil", "title": "Oil", "price_minor": 24900, "currency": "DKK", "variants": 0, "image": "", "stock": 3}
SOAP = OIL | {"id": "soap", "title": "Soap", "price_minor": 8900}
SHADOW = "document.querySelector('vitrine-show').shadowRoot"
NOW = "Math.floor(document.querySelector('vitrine-show').video.currentTime)"
STANDS = "(() => { const { video } = document.querySelector('vitrine-show'); return video.paused && !video.seeking })()"
LINES = f"[...{SHADOW}.querySelectorAll('.lines .said')].map((line) => line.textContent)"
PIXEL = """() => {
  const { video } = document.querySelector('vitrine-show');
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}"""
CART = """<script>
  window.bought = [];
  document.addEventListener('vitrine:add-to-cart', ({ detail }) => {
    bought.push({ product: detail.lines[0].product, ...detail.attribution });
    detail.answer({ status: 'ok', cart: { count: bought.length } });
  });
  document.addEventListener('vitrine:product-data', ({ detail }) => {
    detail.answer(detail.products.map(({ id }) => ({ id, price_minor: id === 'oil' ? 19900 : 8900, stock: 2 })));
  });
</script>"""
POLL = {"poll": "p", "question": "Which one?", "answers": ["Rose", "Mint"]}
EVENTS = [
    happened(0, "show.started"),
    happened(1000, "chat.said", line=line(1, "Hello")),
    happened(5000, "product.pinned", product="oil"),
    happened(8000, "chat.pinned", line=line(1, "Hello")),
    happened(9000, "chat.said", line=line(2, "Is it good?")),
    happened(12_000, "poll.opened", **POLL),
    happened(16_000, "poll.closed", poll="p", votes=[3, 1]),
    happened(18_000, "product.pinned", product="soap"),
    happened(20_000, "product.unpinned", product="oil"),
    happened(22_000, "chat.pinned", line=""),
    happened(25_000, "chat.said", line=line(3, "Thank you")),
    happened(LENGTH_MS, "show.ended"),
]
CHAPTERS = [{"begins_ms": 0, "title": "Welcome"}, {"begins_ms": 30_000, "title": "Questions"}]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(sound=False, light=True) as running:
        yield running


@pytest.fixture
def tabs(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens tabs of one visitor's browser, which must stay free of errors."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", has_touch=True)
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
    """A show that is over, with a replay."""
    made = FakeShow(page.context)
    made.state, made.head, made.products = "ended", CART, [OIL, SOAP]
    made.replay = replay()
    made.films = {"f": film(LENGTH_S)}
    return made


def replay(events: list[Message] = EVENTS, **more: Any) -> Message:
    return {"film": a_film("f", LENGTH_MS) | {"chapters": CHAPTERS} | more, "events": events}


def part(page: Any, selector: str, **filters: Any) -> Any:
    return page.locator("vitrine-show").locator(selector, **filters)


def start(show: FakeShow, page: Any) -> Any:
    """The replay plays; the page's connection."""
    visit = show.open(page)
    part(page, ".offer .big").click()
    page.locator("vitrine-show[state=replay]").wait_for()
    page.wait_for_function("document.querySelector('vitrine-show').video.currentTime > 0")
    return visit


def seek(page: Any, ms: int) -> None:
    """Stand still at a moment of the film."""
    page.evaluate(
        "(ms) => { const { replay, video } = document.querySelector('vitrine-show'); video.pause(); replay.seek(ms) }", ms
    )
    page.wait_for_function(STANDS)


def pins(page: Any) -> list[str]:
    names: list[str] = part(page, ".pin .name").all_inner_texts()
    return names


# It begins


def test_a_show_that_is_over_offers_its_replay_and_a_click_plays_it_with_sound(show: FakeShow, page: Any) -> None:
    show.open(page)
    part(page, ".offer .title", has_text="Show").wait_for()
    assert page.locator("vitrine-show").get_attribute("state") == "ended"
    assert "1 min" in part(page, ".offer .facts").inner_text()
    assert not any(path.startswith("/films/") for path in show.asked), "the film is not asked for before somebody wants it"
    part(page, ".offer .big").click()
    page.wait_for_function(f"{NOW} >= 1")
    assert page.evaluate(
        "[document.querySelector('vitrine-show').video.muted, document.querySelector('vitrine-show').video.paused]"
    ) == [
        False,
        False,
    ]
    assert part(page, ".offer").is_hidden()
    assert part(page, ".pill", has_text="REPLAY").is_visible()
    assert not part(page, ".pill.air").is_visible()


def test_without_a_replay_the_show_is_over(show: FakeShow, page: Any) -> None:
    show.replay = None
    show.open(page)
    part(page, ".curtain .headline", has_text="Thank you for watching").wait_for()
    assert "/api/shows/s/replay" not in show.asked


def test_a_replay_that_is_gone_by_the_time_it_is_asked_for_is_none(show: FakeShow, page: Any) -> None:
    page.route("**/replay", lambda route: route.fulfill(status=404))
    show.open(page)
    part(page, ".curtain .headline", has_text="Thank you for watching").wait_for()
    assert part(page, ".offer").is_hidden()


def test_a_replay_that_is_published_while_the_page_is_open_is_offered(show: FakeShow, page: Any) -> None:
    told, show.replay = show.replay, None
    visit = show.open(page)
    visit.say(t="events", events=[{"seq": 101, "media_ms": 0, "data": {"type": "film.published", "film": "c", "kind": "clip"}}])
    show.replay = told
    visit.say(t="events", events=[{"seq": 102, "media_ms": 0, "data": {"type": "film.published", "film": "f", "kind": "replay"}}])
    part(page, ".offer .big").wait_for()
    assert show.asked.count("/api/shows/s") == 1, "not for a clip"


def test_a_replay_that_cannot_be_fetched_says_so_and_is_tried_again(show: FakeShow, page: Any) -> None:
    show.unreached = True
    show.open(page)
    part(page, ".offer .line", has_text="could not be fetched").wait_for()
    show.unreached = False
    part(page, ".offer .middle .go").click()
    part(page, ".offer .big").wait_for()


def test_a_show_that_goes_on_ends_the_replay(show: FakeShow, page: Any) -> None:
    visit = start(show, page)
    visit.say(t="events", events=[{"seq": 101, "media_ms": 0, "data": {"type": "show.started"}}])
    page.locator("vitrine-show:not([state=replay])").wait_for()
    assert page.evaluate("document.querySelector('vitrine-show').video.hasAttribute('src')") is False
    assert part(page, ".write").is_visible(), "one may write again"


# What is seen is what was


@pytest.mark.parametrize("second", [3, 7, 17, 31])
def test_the_picture_is_that_of_the_moment(show: FakeShow, page: Any, second: int) -> None:
    start(show, page)
    seek(page, second * 1000 + 400)
    seen = page.evaluate(PIXEL)
    nearest = min(range(LENGTH_S), key=lambda n: sum(abs(a - b) for a, b in zip(seen, colour(n), strict=True)))
    assert nearest == second


@pytest.mark.parametrize(
    ("at_ms", "pinned", "lines"),
    [
        (500, [], []),
        (6000, ["Oil"], ["Hello"]),
        (17_900, ["Oil"], ["Hello", "Is it good?"]),
        (19_000, ["Soap", "Oil"], ["Hello", "Is it good?"]),
        (26_000, ["Soap"], ["Hello", "Is it good?", "Thank you"]),
    ],
)
def test_cards_and_lines_are_those_of_the_moment(
    show: FakeShow, page: Any, at_ms: int, pinned: list[str], lines: list[str]
) -> None:
    start(show, page)
    for elsewhere in (30_000, 1000):
        seek(page, elsewhere)
        seek(page, at_ms)
        assert (pins(page), page.evaluate(LINES)) == (pinned, lines), f"from {elsewhere}"


def test_the_pinned_line_and_the_poll_come_and_go(show: FakeShow, page: Any) -> None:
    start(show, page)
    seek(page, 13_000)
    assert part(page, ".pinned-line p").inner_text() == "Hello"
    assert part(page, ".poll .question").inner_text() == "Which one?"
    assert part(page, ".answer .share").all_inner_texts() == ["75 %", "25 %"], "as it ended"
    assert part(page, ".answer").first.is_disabled()
    seek(page, 17_000)
    assert part(page, ".poll").is_hidden()
    seek(page, 23_000)
    assert part(page, ".pinned-line").is_hidden()


def test_a_poll_that_nobody_closed_has_no_result(show: FakeShow, page: Any) -> None:
    show.replay = replay([happened(0, "show.started"), happened(1000, "poll.opened", **POLL)])
    start(show, page)
    seek(page, 2000)
    assert part(page, ".poll .question").is_visible()
    assert part(page, ".answer .share").count() == 0
    assert part(page, ".poll .under").inner_text() == ""


def test_what_was_pinned_costs_what_it_costs_today(show: FakeShow, page: Any) -> None:
    visit = start(show, page)
    seek(page, 6000)
    part(page, ".pin .price", has_text="199").wait_for()
    visit.say(t="products", changed=[OIL | {"sold_out": True}], pins=[])
    part(page, ".pin .stock.sold").wait_for()
    assert part(page, ".pin .buy").count() == 0
    assert pins(page) == ["Oil"], "what is pinned now, nothing, is not what was pinned then"


def test_what_is_bought_in_a_replay_says_so(show: FakeShow, page: Any) -> None:
    visit = start(show, page)
    seek(page, 7000)
    part(page, ".pin .buy").click()
    part(page, ".checkout").wait_for()
    [bought] = page.evaluate("bought")
    assert bought == {"product": "oil", "show": "s", "media_ms": 7000, "part": "replay"}
    until(page, lambda: any(said["what"] == "cart" for said in visit.told("did")), "what was done")
    [did] = [said for said in visit.told("did") if said["what"] == "cart"]
    assert (did["part"], did["media_ms"], did["product"]) == ("replay", 7000, "oil")


def test_the_show_clock_stands_still_where_the_film_has_a_hole(show: FakeShow, page: Any) -> None:
    spans = [
        {"film_ms": 1000, "media_ms": 60_000, "length_ms": 10_000},
        {"film_ms": 14_000, "media_ms": 90_000, "length_ms": 26_000},
    ]
    events = [
        happened(0, "show.started"),
        happened(75_000, "product.pinned", product="oil"),
        happened(92_000, "product.pinned", product="soap"),
    ]
    show.replay = replay(events, spans=spans, chapters=[])
    start(show, page)
    clock = "document.querySelector('vitrine-show').mediaMs"
    for film_ms, media_ms in ((500, 60_000), (6000, 65_000), (11_000, 70_000), (13_500, 70_000), (14_500, 90_500)):
        seek(page, film_ms)
        assert page.evaluate(clock) == media_ms
    assert part(page, ".there").all_text_contents() == ["Shown at 0:14: Oil", "Shown at 0:16: Soap"], "where it is first seen"


def test_a_part_of_the_show_that_is_missing_is_said(show: FakeShow, page: Any) -> None:
    spans = [{"film_ms": 0, "media_ms": 0, "length_ms": 3000}, {"film_ms": 3000, "media_ms": 125_000, "length_ms": 37_000}]
    show.replay = replay(spans=spans)
    start(show, page)
    part(page, ".status", has_text="2:02 of the show is missing here.").wait_for()


def test_the_newest_line_stays_in_sight_when_the_poll_takes_its_room(show: FakeShow, page: Any) -> None:
    said = [happened(number * 100, "chat.said", line=line(number)) for number in range(100)]
    show.replay = replay(
        [happened(0, "show.started"), *said, happened(12_000, "poll.opened", **POLL), happened(30_000, "poll.cleared", poll="p")]
    )
    start(show, page)
    for second in (11, 13, 31):
        seek(page, second * 1000)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("document.querySelector('vitrine-show').chat.atEnd"), second
    assert part(page, ".more").is_hidden()


def test_lines_that_were_taken_away_since_are_gone(show: FakeShow, page: Any) -> None:
    visit = start(show, page)
    seek(page, 10_000)
    visit.say(t="events", events=[{"seq": 101, "media_ms": 0, "data": {"type": "chat.removed", "line": "2"}}])
    visit.say(t="forgotten", lines=["1"])
    page.wait_for_function(f"{LINES}.length === 0")
    assert part(page, ".pinned-line").is_hidden()
    seek(page, 26_000)
    assert page.evaluate(LINES) == ["Thank you"]


def test_nobody_writes_into_a_replay(show: FakeShow, page: Any) -> None:
    start(show, page)
    assert part(page, ".write").is_hidden()
    assert part(page, ".heart").is_hidden()
    assert part(page, ".chat .note").inner_text() == "This is a replay: the chat is closed."


def test_a_connection_that_breaks_does_not_disturb_it(show: FakeShow, page: Any) -> None:
    start(show, page)
    seek(page, 19_000)
    show.lines = [line(9, "The last line of the show")]
    show.back(page)
    assert (pins(page), page.evaluate(LINES)) == (["Soap", "Oil"], ["Hello", "Is it good?"])
    assert part(page, ".status").is_hidden()


def test_thousands_of_lines_are_sought_at_once(show: FakeShow, page: Any) -> None:
    said = [happened(number * 7, "chat.said", line=line(number)) for number in range(5000)]
    show.replay = replay([happened(0, "show.started"), *said])
    start(show, page)
    seek(page, 35_000)
    assert page.evaluate(LINES) == [f"line {number}" for number in range(4800, 5000)]
    took_ms = page.evaluate(
        """() => {
          const { replay } = document.querySelector('vitrine-show');
          const began = performance.now();
          for (let step = 0; step < 20; step += 1) replay.moment((step * 7919) % 35000);
          return (performance.now() - began) / 20;
        }"""
    )
    assert took_ms < 50, "less than a glance"
    assert page.evaluate(f"{SHADOW}.querySelectorAll('.message').length") == 200
    seek(page, 700)
    assert page.evaluate(LINES)[-1] == "line 100"


# Moving about


def test_the_keys_move_it(show: FakeShow, page: Any) -> None:
    start(show, page)
    seek(page, 20_000)
    part(page, ".stage").focus()
    for key, second in (("ArrowRight", 25), ("ArrowLeft", 20), ("l", 30), ("J", 20)):
        page.keyboard.press(key)
        page.wait_for_function(f"{NOW} === {second}")
    page.keyboard.press(" ")
    page.wait_for_function(f"!({STANDS})")
    page.keyboard.press("k")
    page.wait_for_function(STANDS)
    part(page, ".seek").focus()
    page.keyboard.press("Home")
    page.wait_for_function(f"{NOW} === 0")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"{NOW} === 5")
    assert part(page, ".seek").get_attribute("aria-valuetext") == "0:05 of 0:40, Oil"
    page.keyboard.press("m")
    page.wait_for_function("document.querySelector('vitrine-show').video.muted")
    page.keyboard.press("m")
    page.wait_for_function("!document.querySelector('vitrine-show').video.muted")
    assert page.evaluate("document.querySelector('vitrine-show').video.paused"), "sound on is not play"


def test_a_button_keeps_its_own_space_bar(show: FakeShow, page: Any) -> None:
    start(show, page)
    part(page, ".controls [data-icon=sound-on]").focus()
    page.keyboard.press(" ")
    page.wait_for_function("document.querySelector('vitrine-show').video.muted")
    assert not page.evaluate("document.querySelector('vitrine-show').video.paused")


def test_the_list_names_chapters_and_products_and_leads_there(show: FakeShow, page: Any) -> None:
    start(show, page)
    seek(page, 19_000)
    part(page, ".stage").focus()
    page.keyboard.press("c")
    moments = part(page, ".moment")
    assert [" ".join(words.split()) for words in moments.all_inner_texts()] == [
        "0:00 Welcome",
        "0:05 Oil",
        "0:18 Soap",
        "0:30 Questions",
    ]
    assert part(page, ".moment[aria-current]").inner_text().endswith("Soap")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function(f"{NOW} >= 30")
    part(page, ".moment[aria-current]", has_text="Questions").wait_for()
    page.keyboard.press("Escape")
    assert part(page, ".moments").is_hidden()
    assert page.evaluate(f"{SHADOW}.activeElement.dataset.icon") == "list", "focus is where it came from"


def test_a_chapter_that_is_the_product_stands_once(show: FakeShow, page: Any) -> None:
    show.replay = replay(chapters=[{"begins_ms": 4000, "title": "Oil"}])
    start(show, page)
    assert part(page, ".mark").count() == 2
    assert part(page, ".moment .name").all_text_contents() == ["Oil", "Soap"]


def test_a_product_leads_to_where_it_was_shown(show: FakeShow, page: Any) -> None:
    show.open(page)
    part(page, ".there", has_text="Shown at 0:18").click()
    page.wait_for_function(f"{NOW} >= 18")
    part(page, ".card.now", has_text="Soap").wait_for()
    part(page, ".there", has_text="Shown at 0:05").click()
    page.wait_for_function(f"{NOW} < 10")


def test_the_bar_is_dragged_with_a_finger(show: FakeShow, page: Any) -> None:
    start(show, page)
    seek(page, 1000)
    box = part(page, ".seek").bounding_box()
    session = page.context.new_cdp_session(page)

    def touch(kind: str, share: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": box["x"] + box["width"] * share, "y": box["y"] + box["height"] / 2}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.05)
    touch("touchMove", 0.3)
    touch("touchMove", 0.5)
    part(page, ".bubble", has_text="0:20 Soap").wait_for()
    touch("touchEnd", 0.5)
    page.wait_for_function(f"{NOW} === 20")
    assert part(page, ".bubble").is_hidden()
    assert pins(page) == ["Soap"]


def test_the_bar_names_what_one_points_at(show: FakeShow, page: Any) -> None:
    start(show, page)
    box = part(page, ".seek").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.75 + 2, box["y"] + box["height"] / 2)
    assert part(page, ".bubble").inner_text().endswith("Questions")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function(f"{NOW} >= 30")


def test_a_click_on_the_picture_stops_it_and_a_touch_does_not(show: FakeShow, page: Any) -> None:
    start(show, page)
    part(page, "video").click(position={"x": 200, "y": 200})
    page.wait_for_function(STANDS)
    part(page, "video").click(position={"x": 200, "y": 200})
    page.wait_for_function(f"!({STANDS})")
    part(page, "video").tap(position={"x": 200, "y": 200})
    turn(page)
    assert not page.evaluate("document.querySelector('vitrine-show').video.paused")


def test_the_controls_stay_while_it_stands_still(show: FakeShow, page: Any) -> None:
    page.clock.install()
    start(show, page)
    seek(page, 5000)
    page.clock.run_for(10_000)
    assert part(page, ".stage.idle").count() == 0
    part(page, ".controls [data-icon=play]").click()
    page.wait_for_function(f"!({STANDS})")
    page.clock.run_for(10_000)
    assert part(page, ".stage.idle").count() == 1


def test_it_plays_faster(show: FakeShow, page: Any) -> None:
    start(show, page)
    part(page, ".speed").select_option("2")
    assert page.evaluate("document.querySelector('vitrine-show').video.playbackRate") == 2
    assert part(page, ".speed option").all_inner_texts() == ["0.5×", "0.75×", "1×", "1.25×", "1.5×", "2×"]


def test_at_its_end_it_can_be_seen_again(show: FakeShow, page: Any) -> None:
    start(show, page)
    page.evaluate("document.querySelector('vitrine-show').replay.seek(39500)")
    again = part(page, ".controls [data-icon=again]")
    again.wait_for()
    assert pins(page) == []
    again.click()
    page.wait_for_function(f"!({STANDS}) && {NOW} < 5")


# Where one was


def test_where_one_was_is_remembered_for_the_visit(show: FakeShow, page: Any) -> None:
    start(show, page)
    seek(page, 21_000)
    page.reload()
    part(page, ".offer .go", has_text="Continue from 0:21").click()
    page.wait_for_function(f"{NOW} >= 21")
    assert page.evaluate("localStorage.getItem('vitrine')") is None, "nobody has agreed to more"
    page.reload()
    part(page, ".offer .first").click()
    page.wait_for_function("document.querySelector('vitrine-show').video.currentTime > 0")
    assert page.evaluate(NOW) < 10


def test_where_one_was_is_remembered_for_a_week_with_consent(show: FakeShow, page: Any, tabs: Callable[[], Any]) -> None:
    start(show, page)
    page.evaluate("(choices) => vitrine.consent(choices)", YES)
    show.consent = YES
    seek(page, 21_000)
    other = tabs()
    show.open(other)
    part(other, ".offer .go", has_text="Continue from 0:21").wait_for()
    week = tabs()
    week.add_init_script("{ const now = Date.now; Date.now = () => now() + 8 * 24 * 3600 * 1000 }")
    show.open(week)
    part(week, ".offer .big").wait_for()
    assert part(week, ".offer .go:visible").count() == 0
    page.evaluate("(choices) => vitrine.consent(choices)", NO)
    assert "places" not in page.evaluate("JSON.parse(localStorage.getItem('vitrine'))")


def test_who_has_seen_it_to_the_end_begins_anew(show: FakeShow, page: Any) -> None:
    start(show, page)
    seek(page, 21_000)
    seek(page, 35_000)
    page.reload()
    part(page, ".offer .big").wait_for()
    assert part(page, ".offer .go:visible").count() == 0


# What goes wrong


def test_a_film_that_cannot_be_loaded_says_so_and_is_tried_again(show: FakeShow, page: Any) -> None:
    there, show.films = show.films, {}
    show.open(page)
    part(page, ".offer .big").click()
    part(page, ".offer .line", has_text="could not be played").wait_for()
    show.films = there
    part(page, ".offer .middle .go").click()
    page.wait_for_function("document.querySelector('vitrine-show').video.currentTime > 0")
    assert part(page, ".offer").is_hidden()


def test_a_film_that_is_no_film_says_so(show: FakeShow, page: Any) -> None:
    show.films = {"f": b"not a film" * 100}
    show.open(page)
    part(page, ".offer .big").click()
    part(page, ".offer .line", has_text="could not be played").wait_for()


def test_a_network_that_comes_back_goes_on_where_one_was(show: FakeShow, page: Any) -> None:
    start(show, page)
    seek(page, 21_000)
    page.evaluate("document.querySelector('vitrine-show').replay.failed()")
    part(page, ".offer .middle .go").wait_for()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function(f"{NOW} >= 21 && !({STANDS})")


def test_a_film_that_does_not_come_says_so(show: FakeShow, page: Any) -> None:
    page.clock.install()
    held: list[Any] = []
    page.route("**/films/f.mp4", lambda route: held.append(route))
    show.open(page)
    part(page, ".offer .big").click()
    part(page, ".offer .line", has_text="on its way").wait_for()
    until(page, lambda: bool(held), "the film is asked for")
    page.clock.run_for(30_000)
    part(page, ".offer .line", has_text="could not be played").wait_for()
    for route in held:
        route.abort()


def test_a_replay_that_is_withdrawn_while_it_is_watched_is_said_to_be_gone(show: FakeShow, page: Any) -> None:
    show.lines = [line(9, "The last line")]
    visit = start(show, page)
    show.replay, show.films = None, {}
    visit.say(t="events", events=[{"seq": 101, "media_ms": 0, "data": {"type": "film.withdrawn", "film": "f", "kind": "replay"}}])
    part(page, ".status", has_text="taken away").wait_for()
    part(page, ".curtain .headline", has_text="Thank you for watching").wait_for()
    assert page.evaluate(LINES) == ["The last line"], "the chat is the show's again"


def test_who_was_not_told_that_it_is_withdrawn_learns_it_when_the_film_breaks(show: FakeShow, page: Any) -> None:
    start(show, page)
    show.replay = None
    page.evaluate("document.querySelector('vitrine-show').replay.failed()")
    part(page, ".status", has_text="taken away").wait_for()


def test_another_replay_is_offered_but_not_to_who_watches(show: FakeShow, page: Any, tabs: Callable[[], Any]) -> None:
    start(show, page)
    other = tabs()
    visit = show.open(other)
    part(other, ".offer .big").wait_for()
    show.replay = replay(length_ms=600_000)
    told = {"seq": 101, "media_ms": 0, "data": {"type": "film.published", "film": "f", "kind": "replay"}}
    for one in show.visits:
        one.say(t="events", events=[told])
    part(other, ".offer .facts", has_text="10 min").wait_for()
    assert visit.told("hello")
    until(page, lambda: show.asked.count("/api/shows/s") == 2, "both asked")
    assert page.locator("vitrine-show").get_attribute("state") == "replay"


def test_an_element_that_is_moved_or_removed_leaves_no_film_running(show: FakeShow, page: Any) -> None:
    visit = start(show, page)
    page.evaluate("document.querySelector('aside').append(document.querySelector('vitrine-show'))")
    show.welcomed(page, visit)
    part(page, ".offer .big").click()
    page.wait_for_function("document.querySelector('vitrine-show').video.currentTime > 0")
    page.evaluate("window.gone = document.querySelector('vitrine-show'); gone.remove()")
    assert page.evaluate("[gone.video.paused, gone.video.hasAttribute('src')]") == [True, False]


# How it looks


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(show: FakeShow, page: Any, scheme: str) -> None:
    if not AXE.exists():
        pytest.skip("npm ci --prefix tests/page")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    show.head += '<link rel="stylesheet" href="/assets/viewer/page.css"><h1>Shop</h1>'
    show.open(page)
    page.add_script_tag(path=str(AXE))
    part(page, ".offer .big").wait_for()
    found = {"offer": wrong(page, WCAG)}
    part(page, ".offer .big").click()
    page.locator("vitrine-show[state=replay]").wait_for()
    seek(page, 13_000)
    found["playing"] = wrong(page, WCAG)
    part(page, ".controls [data-icon=list]").click()
    found["list"] = wrong(page, WCAG)
    page.evaluate("document.querySelector('vitrine-show').replay.failed()")
    part(page, ".offer .middle .go").wait_for()
    found["failed"] = wrong(page, WCAG)
    assert {part: sentences for part, sentences in found.items() if sentences} == {}


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (640, 360), (1280, 800)])
@pytest.mark.parametrize("upright", [False, True])
def test_everything_can_be_reached_at_every_size(browser: Any, language: str, width: int, height: int, upright: bool) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True, locale=language)
    page = context.new_page()
    show = FakeShow(context)
    show.state, show.head, show.lang, show.products = "ended", CART, language, [OIL, SOAP]
    size = (180, 320) if upright else (320, 180)
    show.replay = replay(width=size[0], height=size[1])
    show.films = {"f": film(LENGTH_S, *size)}
    start(show, page)
    seek(page, 19_000)
    part(page, ".pin .buy").first.click()
    part(page, ".checkout").wait_for()
    out = """() => {
      const { shadowRoot } = document.querySelector('vitrine-show');
      const stage = shadowRoot.querySelector('.stage').getBoundingClientRect();
      const all = [...shadowRoot.querySelectorAll('.controls :is(button, select, .seek)')];
      const shown = all.filter((one) => one.checkVisibility());
      const boxes = shown.map((one) => [one.className + (one.dataset.icon ?? ''), one.getBoundingClientRect()]);
      const inside = ({ left, right, top }) => left > stage.left - 1 && right < stage.right + 1 && top > stage.top - 1;
      const outside = boxes.filter(([, box]) => !inside(box));
      const small = boxes.filter(([, box]) => box.height < 43);
      const over = boxes.flatMap(([name, a], place) => boxes.slice(place + 1)
        .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        .map(([other]) => `${name} over ${other}`));
      const names = (some) => some.map(([name]) => name);
      return [names(outside), names(small), over, document.documentElement.scrollWidth - innerWidth];
    }"""
    assert page.evaluate(out) == [[], [], [], 0]
    context.close()
