"""The console in a real browser, against a real server: what a marketer does there without the window."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from studio.bench.browser import chromium
from studio.commands.console import ConsoleInvite
from studio.commands.newsletter import SubscribersBring, TopicSave
from studio.commands.relation import PersonasSave, RuleSave, SegmentSave
from studio.relation.action import ShowMessage
from studio.relation.condition import (
    Affinity,
    All,
    AnyCondition,
    Consented,
    Did,
    InPersona,
    InSegment,
    Live,
    Not,
    Property,
    Recency,
    Rfm,
    Sequence,
    TimeOfDay,
)
from studio.relation.condition import Any as AnyOf
from studio.relation.match import Match
from studio.relation.names import ORDER_COMPLETED, PRODUCT_VIEWED
from studio.relation.newsletter import Topic
from studio.relation.persona import Persona, PersonaGroup, Scoring
from studio.relation.rule import Rule, Variant
from studio.relation.segment import Segment
from studio.relation.subscriber_file import Brought
from studio.server.config import MailToolRules
from studio.server.db import tokens
from tests.fakes import TIMEOUT_MS, until
from tests.other_browsers import firefox, there
from tests.other_browsers import until as shown
from tests.page.axe import AXE, RULES, wrong
from tests.page.fake_show import until as turned
from tests.page.live_server import LiveServer, live_server
from tests.postgres import free_port
from tests.server.fakes import PushedClock
from tests.server.mail_tools.vendors import KEY, KlaviyoStandIn
from ui.models.relation_words import condition_words


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(sound=False, light=True) as running:
        yield running


@pytest.fixture
def live(home: Path) -> Iterator[LiveServer]:
    with live_server(home) as running:
        yield running


@pytest.fixture
def contexts(browser: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers, each somebody else's; none may have an error."""
    made: list[BrowserContext] = []
    errors: list[str] = []

    def come(**options: Any) -> BrowserContext:
        context: BrowserContext = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, "locale": "en-GB"} | options)
        context.set_default_timeout(TIMEOUT_MS)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        made.append(context)
        return context

    yield come
    for context in made:
        context.close()
    assert errors == []


def invited(live: LiveServer, context: BrowserContext, query: str = "") -> Page:
    """A colleague who has opened the link that they were sent."""
    link = live.do(ConsoleInvite(name="Maja"))
    page = context.new_page()
    page.goto(link.replace("/console#", f"/console{query}#"))
    expect(page.locator(".standing").first).to_have_text("Forbundet" if "lang=da" in query else "Connected")
    return page


@pytest.fixture
def marketer(live: LiveServer, contexts: Callable[..., BrowserContext]) -> Page:
    return invited(live, contexts())


def panel(page: Page, name: str) -> Any:
    return page.locator(f"[data-panel={name}]")


def assert_accessible(page: Page) -> None:
    if AXE.exists():
        page.evaluate(AXE.read_text())
        assert wrong(page, RULES) == []


def make_segment(page: Page, name: str = "Looked at serums") -> None:
    """Who looked at the serum twice within a week."""
    panel(page, "segments").get_by_title("People who did something").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("With what").select_option("products")
    form.get_by_label("Which").fill("serum")
    form.get_by_label("Times").fill("2")
    form.get_by_role("button", name="Save").click()
    expect(panel(page, "segments").locator(".name")).to_have_text(name)


def test_a_link_lets_one_browser_in_once(live: LiveServer, contexts: Callable[..., BrowserContext]) -> None:
    link = live.do(ConsoleInvite(name="Maja"))
    context = contexts()
    page = context.new_page()
    page.goto(link)
    expect(page.locator(".standing").first).to_have_text("Connected")
    assert page.url == f"{live.url}/console"
    assert page.evaluate("document.cookie") == ""
    (cookie,) = context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/console")
    assert cookie["value"] not in page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    page.reload()
    expect(page.locator(".standing").first).to_have_text("Connected")

    late = contexts().new_page()
    late.goto(link)
    expect(late.get_by_role("alert")).to_contain_text("This link has been used")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert context.cookies() == []


def test_a_token_that_is_typed_in_lets_in_and_a_wrong_one_does_not(
    live: LiveServer, contexts: Callable[..., BrowserContext]
) -> None:
    live.server.tokens.add("mine", "marketer")
    live.server.tokens.add("theirs", "support")
    page = contexts().new_page()
    page.goto(f"{live.url}/console")
    for token, said in (("wrong", "The token is missing or wrong"), ("theirs", "support may not use console")):
        page.get_by_label("Token").fill(token)
        page.get_by_label("Token").press("Enter")
        expect(page.get_by_role("alert")).to_have_text(said)
    assert_accessible(page)
    page.get_by_label("Token").fill("mine")
    page.get_by_label("Token").press("Enter")
    expect(page.locator(".standing").first).to_have_text("Connected")


def test_a_segment_and_a_rule_are_built_and_somebody_is_shown_what_they_say(live: LiveServer, marketer: Page) -> None:
    fan, other = live.page(), live.page("phone")
    for page, times in ((fan, 2), (other, 1)):
        for _ in range(times):
            live.run(page.did(PRODUCT_VIEWED, "serum"))
    segments = panel(marketer, "segments")
    segments.get_by_title("People who did something").click()
    form = marketer.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Looked at serums")
    form.get_by_label("With what").select_option("products")
    form.get_by_label("Which").fill("serum")
    expect(form.get_by_role("status")).to_have_text("2 of 2 people would be in it now")
    form.get_by_label("Times").fill("2")
    expect(form.get_by_role("status")).to_have_text("1 of 2 people would be in it now")
    expect(form.locator(".examples li")).to_have_text(["looked at (serum): 2 of 2"])
    assert_accessible(marketer)
    form.get_by_role("button", name="Save").click()
    expect(segments.locator(".rows li")).to_contain_text("looked at (serum) at least 2 × in the last 7 days · not used")
    expect(segments.locator(".rows strong")).to_have_text("1")

    rules = panel(marketer, "rules")
    rules.get_by_title("Show somebody something").click()
    form = marketer.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Member price")
    form.get_by_label("To whom").select_option(label="Looked at serums")
    form.get_by_label("Heading").fill("The serum's clip")
    form.get_by_label("Text").fill("See how it is used")
    form.get_by_label("Link", exact=True).fill("/clips/serum")
    assert_accessible(marketer)
    form.get_by_role("button", name="Save").click()
    expect(rules.locator(".rows li")).to_contain_text("Information: The serum's clip")
    shown = live.run(fan.decide("banner"))["banner"]
    assert shown["action"]["title"] == "The serum's clip"
    assert live.run(other.decide("banner"))["banner"]["action"] is None

    segments.get_by_title("Change Looked at serums, and see who is in it").click()
    marketer.get_by_role("dialog").locator(".examples button").click()
    person = panel(marketer, "person")
    expect(person).to_contain_text("✓ Looked at serums: looked at (serum): 2 of 2")
    expect(person).to_contain_text("Place “banner” on the page: Member price")
    assert_accessible(marketer)


def test_what_was_done_is_taken_back_and_what_is_refused_is_said(live: LiveServer, marketer: Page) -> None:
    make_segment(marketer)
    segments, rules = panel(marketer, "segments"), panel(marketer, "rules")
    for name in ("First", "Second"):
        rules.get_by_title("Show somebody something").click()
        form = marketer.get_by_role("dialog")
        form.get_by_label("Name", exact=True).fill(name)
        form.get_by_label("To whom").select_option(label="Looked at serums")
        form.get_by_label("Heading").fill(f"{name} words")
        form.get_by_role("button", name="Save").click()
        expect(form).to_have_count(0)
    expect(rules.locator(".name")).to_have_text(["First", "Second"])
    rules.get_by_role("button", name="Second before the one above").click()
    expect(rules.locator(".name")).to_have_text(["Second", "First"])
    marketer.get_by_role("button", name="Undo").click()
    expect(rules.locator(".name")).to_have_text(["First", "Second"])
    turn = rules.get_by_title("Switch First on or off")
    turn.click()
    expect(turn).to_have_text("Off")
    expect(turn).to_be_focused()
    holdback = rules.get_by_label("Of everybody, held back from all rules, per cent")
    holdback.fill("5")
    holdback.press("Enter")
    live.run(until(lambda: live.server.relation.book.holdback == 5))

    segments.get_by_title("Change Looked at serums").click()
    form = marketer.get_by_role("dialog")
    form.get_by_title("Only a segment that nothing uses").click()
    expect(form.get_by_role("alert")).to_contain_text("Second")
    form.get_by_role("button", name="Cancel").click()
    segments.get_by_title("People who did something").click()
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_have_text("Name is missing")
    form.get_by_label("Kind of condition").select_option("segment")
    form.get_by_label("Name", exact=True).fill("Others")
    form.get_by_label("In it or not").select_option("out")
    form.get_by_role("button", name="Save").click()
    expect(segments.locator(".rows")).to_contain_text("is not in “Looked at serums”")


def test_what_has_no_form_is_kept(live: LiveServer, marketer: Page) -> None:
    viewed = Match(names=(PRODUCT_VIEWED,))
    both = All(of=(Did(match=viewed, times=3), Recency(match=viewed, days=5)))
    live.do(SegmentSave(segment=Segment(id="both", name="Both", condition=both)))
    variants = (
        Variant(id="a", action=ShowMessage(title="A", call=True), weight=2),
        Variant(id="b", action=ShowMessage(title="B")),
    )
    rule = Rule(
        id="two", name="Two", slot="message", variants=variants, dismissed_days=90, show="evening", ends="2031-12-24T20:00"
    )
    live.do(RuleSave(rule=rule))
    panel(marketer, "segments").get_by_title("Change Both").click()
    form = marketer.get_by_role("dialog")
    expect(form).to_contain_text("And, made elsewhere: looked at less than 5 days ago")
    form.get_by_label("Times").fill("4")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    kept = live.server.relation.book.segments["both"].condition
    assert kept == All(of=(Did(match=viewed, times=4), Recency(match=viewed, days=5)))
    panel(marketer, "rules").get_by_title("Change Two").click()
    form.get_by_label("Heading").fill("AA")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    saved = live.server.relation.book.rules["two"]
    assert saved.variants == (Variant(id="a", action=ShowMessage(title="AA", call=True), weight=2), variants[1])
    assert (saved.dismissed_days, saved.show, saved.ends, saved.version) == (90, "evening", "2031-12-24T20:00", 2)


VIEWED, BOUGHT = Match(names=(PRODUCT_VIEWED,), products=("serum",)), Match(names=(ORDER_COMPLETED,))
CONDITIONS: tuple[AnyCondition, ...] = (
    Did(match=VIEWED, times=2, days=7),
    Did(match=BOUGHT, compare="exactly", times=0, minutes=30),
    Recency(match=VIEWED, compare="more", days=3),
    Sequence(first=VIEWED, then=BOUGHT, within_minutes=60),
    Property(name="campaign", compare="contains", value="spring"),
    TimeOfDay(begins="18:00", ends="21:00"),
    Consented(purpose="marketing", given=False),
    Affinity(of="category", value="Skin", percent=30),
    InPersona(group="skin", persona="dry"),
    Rfm(recency=5, money=4),
    InSegment(segment="other", inside=False),
    Live(seconds=30),
    All(of=(Did(match=VIEWED), Not(of=Did(match=BOUGHT)))),
    AnyOf(of=(Did(match=VIEWED), Consented(purpose="analytics"))),
)


def test_each_kind_of_condition_reads_as_in_the_window(marketer: Page) -> None:
    assert {type(one) for one in CONDITIONS} | {Not} == set(get_args(AnyCondition))
    words = "(await import('/assets/console/relation-words.js')).conditionWords"
    read = f"async (all) => {{ const words = {words}; return all.map((one) => words(one, {{}})); }}"
    told = marketer.evaluate(read, [msgspec.to_builtins(one) for one in CONDITIONS])
    assert told == [condition_words(one, {}) for one in CONDITIONS]


def test_whose_token_is_taken_back_is_signed_out(live: LiveServer, marketer: Page) -> None:
    async def revoke() -> None:
        engine = live.server.tokens.engine
        assert engine is not None
        (row,) = await tokens.listed(engine)
        assert (row["role"], row["name"]) == ("marketer", "Maja")
        assert await tokens.revoke(engine, row["id"])

    live.run(revoke())
    expect(marketer.get_by_role("alert")).to_have_text("You were signed out: your token has ended, or was taken back")
    assert "Segments" not in marketer.locator("body").inner_text()


def test_a_server_that_went_away_is_said_and_comes_back(home: Path, contexts: Callable[..., BrowserContext]) -> None:
    with live_server(home) as live:
        page = invited(live, contexts())
        make_segment(page)
        expect(panel(page, "segments").locator(".name")).to_have_text("Looked at serums")
        port = live.server.port
    expect(page.locator(".standing").first).to_have_text("Connection lost")
    expect(page.locator(".bar")).to_contain_text(re.compile(r"this is \d+ s old"))
    expect(panel(page, "segments").locator(".name")).to_have_text("Looked at serums")
    with live_server(home, port):
        expect(page.locator(".standing").first).to_have_text("Connected")


def test_in_danish_on_a_phone_one_panel_at_a_time(live: LiveServer, contexts: Callable[..., BrowserContext]) -> None:
    page = invited(live, contexts(viewport={"width": 375, "height": 720}, has_touch=True, is_mobile=True), "?lang=da")
    assert page.evaluate("document.documentElement.lang") == "da"
    for name, tab in (("segments", "Segmenter"), ("rules", "Regler"), ("newsletters", "Nyhedsbreve"), ("person", "Person")):
        page.get_by_role("navigation").get_by_role("button", name=tab).click()
        shown = page.locator("[data-panel]:visible")
        assert [one.get_attribute("data-panel") for one in shown.all()] == [name]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert_accessible(page)
    page.get_by_role("navigation").get_by_role("button", name="Segmenter").click()
    page.locator("[data-key=segment-new]").click()
    form = page.get_by_role("dialog")
    assert page.evaluate("document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth")
    assert_accessible(page)
    form.get_by_role("button", name="Annullér").click()


def test_strangers_words_stay_words(live: LiveServer, marketer: Page) -> None:
    bad = '<img src=x onerror="window.bad=1">'
    fan = live.page()
    live.run(fan.did(PRODUCT_VIEWED, bad))
    make_segment(marketer, bad)
    expect(panel(marketer, "segments").locator(".name")).to_have_text(bad)
    marketer.get_by_label("Look up by").select_option("visitor")
    marketer.get_by_label("Who", exact=True).fill(fan.visitor)
    marketer.get_by_label("Who", exact=True).press("Enter")
    expect(panel(marketer, "person")).to_contain_text(bad)
    assert json.loads(marketer.evaluate("JSON.stringify(window.bad ?? null)")) is None


def edited(page: Page, rule: str) -> Any:
    panel(page, "rules").get_by_title(f"Change {rule}").click()
    return page.get_by_role("dialog")


def save_rule(live: LiveServer, **fields: Any) -> Rule:
    variants = (Variant(id="a", action=ShowMessage(title="Words")),)
    made = Rule(**{"id": "one", "name": "One", "slot": "message", "variants": variants} | fields)
    live.do(RuleSave(rule=made))
    return made


def test_of_two_who_change_the_same_the_second_is_told(live: LiveServer, contexts: Callable[..., BrowserContext]) -> None:
    save_rule(live)
    first, second = invited(live, contexts()), invited(live, contexts())
    one, other = edited(first, "One"), edited(second, "One")
    one.get_by_label("Heading").fill("Better words")
    one.get_by_role("button", name="Save").click()
    expect(one).to_have_count(0)
    other.get_by_label("Name", exact=True).fill("Another")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("alert")).to_have_text("Somebody else has changed it meanwhile: open it again")
    saved = live.server.relation.book.rules["one"]
    assert (saved.name, saved.variants[0].action.title) == ("One", "Better words")
    live.do(RuleSave(rule=msgspec.structs.replace(saved, goal="cart")))
    first.get_by_role("button", name="Undo").click()
    expect(first.locator(".notice")).to_have_text("Somebody else has changed it meanwhile: open it again")


def test_two_new_ones_of_one_name_are_two(live: LiveServer, contexts: Callable[..., BrowserContext]) -> None:
    pages = [invited(live, contexts()) for _ in range(2)]
    for page in pages:
        panel(page, "rules").get_by_title("Show somebody something").click()
        page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Same")
        page.get_by_role("dialog").get_by_label("Heading").fill("Words")
    for page in pages:
        page.get_by_role("dialog").get_by_role("button", name="Save").click()
        if page is pages[0]:
            expect(panel(pages[1], "rules").locator(".name")).to_have_text(["Same"])
    expect(panel(pages[0], "rules").locator(".name")).to_have_text(["Same", "Same"])


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("Until", None, "Until: give the day and the time"),
        ("Held back, per cent", "95", "Held back, per cent: a number from 0 to 90"),
        ("At most, times (0: any)", "2.5", "At most, times (0: any): a number from 0 to 1000"),
        ("At most, times (0: any)", "", "At most, times (0: any): a number from 0 to 1000"),
        ("Link", "example.com", "Link: this cannot be used"),
        ("Name", " ", "Name: this cannot be used"),
    ],
)
def test_what_cannot_be_saved_is_said_where_it_stands(
    live: LiveServer, marketer: Page, label: str, value: str | None, said: str
) -> None:
    save_rule(live)
    form = edited(marketer, "One")
    control = form.get_by_label(label, exact=True)
    if value is None:  # half a date
        control.focus()
        control.press_sequentially("24122031")
    else:
        control.fill(value)
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_have_text(said)
    expect(control).to_be_focused()
    assert live.server.relation.book.rules["one"].version == 1
    marketer.keyboard.press("Escape")
    marketer.get_by_role("dialog", name="Leave without saving?").get_by_role("button", name="Not yet").click()
    expect(form).to_have_count(1)


def test_what_the_window_may_set_finer_stays(live: LiveServer, marketer: Page) -> None:
    save_rule(live, usual=0.05, least=0.02)
    form = edited(marketer, "One")
    form.get_by_label("Heading").fill("Others")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    saved = live.server.relation.book.rules["one"]
    assert (saved.usual, saved.least, saved.variants[0].action.title) == (0.05, 0.02, "Others")


def test_a_product_that_is_not_named_is_not_any_product(live: LiveServer, marketer: Page) -> None:
    panel(marketer, "segments").get_by_title("People who did something").click()
    form = marketer.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("All")
    form.get_by_label("With what").select_option("products")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_have_text("Which is missing")
    form.get_by_role("button", name="Take this condition away").click()
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_have_text("Without a condition nobody is in it.")
    assert live.server.relation.book.segments == {}


def test_rows_follow_while_the_focus_is_in_a_field_and_not_while_a_button_is_held(
    live: LiveServer, contexts: Callable[..., BrowserContext]
) -> None:
    page, frames = contexts().new_page(), list[str]()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    page.goto(live.do(ConsoleInvite(name="Maja")))
    rules = panel(page, "rules")
    rules.get_by_label("Of everybody, held back from all rules, per cent").focus()
    save_rule(live)
    expect(rules.locator(".name")).to_have_text(["One"])
    rules.get_by_title("Change One").hover()
    page.mouse.down()
    save_rule(live, id="two", name="Two")
    turned(page, lambda: any('"name":"Two"' in frame for frame in frames), "the page is told")
    assert rules.locator(".name").all_inner_texts() == ["One"]
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(rules.locator(".name")).to_have_text(["One", "Two"])


def test_a_new_link_is_taken_by_a_page_that_is_open_already(live: LiveServer, marketer: Page) -> None:
    marketer.get_by_role("button", name="Sign out").click()
    expect(marketer.get_by_label("Token")).to_be_visible()
    marketer.goto(live.do(ConsoleInvite(name="Maja again")))
    expect(marketer.locator(".standing").first).to_have_text("Connected")
    assert "invite" not in marketer.url


def test_a_server_that_says_nothing_is_tried_again(live: LiveServer, contexts: Callable[..., BrowserContext]) -> None:
    context = contexts()
    page = context.new_page()
    opened: list[str] = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    silent = True
    page.route_web_socket("**/console/link", lambda socket: None if silent else socket.connect_to_server())
    page.clock.install()
    page.goto(live.do(ConsoleInvite(name="Maja")))
    expect(page.locator(".standing").first).to_have_text("Connecting …")
    silent = False
    page.clock.run_for(20_000)
    expect(page.locator(".standing").first).to_have_text("Connected")


@pytest.mark.skipif(not there("firefox"), reason="there is no Firefox here")
def test_in_firefox(live: LiveServer) -> None:
    fan = live.page()
    live.run(fan.did(PRODUCT_VIEWED, "serum"))
    with ThreadPoolExecutor(1) as pool:  # playwright has a loop in this thread
        pool.submit(_build_in_firefox, live.do(ConsoleInvite(name="Maja"))).result()


def _build_in_firefox(link: str) -> None:
    with firefox() as browser:
        browser.goto(link)
        shown(browser, "document.querySelector('.standing')?.textContent === 'Connected'")
        assert browser.evaluate("document.cookie") == ""
        browser.evaluate("document.querySelector('[data-key=segment-new]').click()")
        browser.evaluate("document.querySelector('dialog input').value = 'All'")
        shown(browser, "document.querySelector('dialog [role=status]').textContent === '1 of 1 people would be in it now'")
        browser.evaluate("document.querySelector('dialog .primary').click()")
        shown(browser, "document.querySelector('[data-panel=segments] .name')?.textContent === 'All'")
        assert browser.evaluate("document.querySelectorAll('dialog').length") == 0
        panels = "[...document.querySelectorAll('[data-panel]')].filter((one) => one.offsetParent)"
        assert browser.evaluate(f"{panels}.map((one) => one.dataset.panel)") == ["segments", "rules", "person"]
        browser.evaluate("document.querySelector('[data-key=rule-new]').click()")
        assert browser.evaluate("document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth")


def test_beside_a_page_its_visitor_is_looked_at(live: LiveServer, marketer: Page) -> None:
    fan = live.page()
    live.run(fan.did(PRODUCT_VIEWED, "serum"))
    scored = Scoring(persona="dry", match=Match(names=(PRODUCT_VIEWED,)), points=5)
    live.do(
        PersonasSave(group=PersonaGroup(id="skin", name="Skin", personas=(Persona(id="dry", name="Dry"),), scorings=(scored,)))
    )
    week = Did(match=Match(names=(PRODUCT_VIEWED,)), days=7)
    live.do(SegmentSave(segment=Segment(id="week", name="This week", condition=week)))
    expect(panel(marketer, "segments").locator(".name")).to_have_text("This week")
    marketer.goto(f"{live.url}/console#look={fan.visitor}&at=1")
    person = panel(marketer, "person")
    expect(person).to_contain_text("✓ This week: looked at: 1 of 1 · changes by itself")
    expect(person).to_contain_text("Skin: nobody yet (Dry 5/25)")
    assert "look=" not in marketer.url
    marketer.goto(f"{live.url}/console#look=&at=2")
    expect(person).to_contain_text("This page knows nobody")


def test_a_mail_tool_begins_once_what_would_go_was_seen(home: Path, contexts: Callable[..., BrowserContext]) -> None:
    key = home / "tool.key"
    key.write_text(KEY, encoding="utf-8")
    port = free_port()
    rules = MailToolRules(
        name="klaviyo", kind="klaviyo", key_file=str(key), list="XyZ123", topic="news", url=f"http://127.0.0.1:{port}"
    )
    with live_server(home, mail_tool=(rules,)) as live:
        live.do(TopicSave(topic=Topic(id="news", name="News")))
        agreed_ms = PushedClock().wall_ms() - 60_000
        live.do(SubscribersBring(topic="news", subscribers=(Brought(email="anna@example.com", agreed_ms=agreed_ms),)))
        page = invited(live, contexts())
        page.get_by_role("navigation").get_by_role("button", name="Newsletters").click()
        tool = panel(page, "newsletters").locator("li", has_text="Klaviyo · News")
        expect(tool).to_contain_text("off · 1 would go")
        tool.locator("[data-key=tool-klaviyo]").click()
        expect(page.get_by_role("alert")).to_contain_text("The mail tool does not answer as it should")
        vendor = KlaviyoStandIn(PushedClock())
        running = live.run(vendor.start(port))
        tool.locator("[data-key=tool-klaviyo]").click()
        asked = page.get_by_role("dialog")
        expect(asked).to_contain_text("1 would go. Of the first 1: 1 new there")
        assert_accessible(page)
        asked.get_by_role("button", name="Start").click()
        expect(tool).to_contain_text("1 on its list")
        assert vendor.contacts["anna@example.com"].written_to
        tool.locator("[data-key=tool-klaviyo]").click()
        expect(tool).to_contain_text("off")
        live.run(running.cleanup())
