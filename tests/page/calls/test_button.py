"""The button says whether somebody is there, and when; behind it one chooses how to talk."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.calls.customer import CALL, choose, part
from tests.page.fake_calls import OPEN, FakeCalls
from tests.page.fake_show import HOME, turn, until


def test_the_button_says_that_somebody_is_there(calls: FakeCalls, page: Page) -> None:
    calls.open(page)
    launcher = part(page, ".launcher")
    expect(launcher).to_have_attribute("data-tone", "free")
    expect(launcher).to_contain_text("Talk to an advisor")
    expect(launcher).to_contain_text("An advisor is free now")
    assert calls.sockets == [], "the socket opens with the panel"


@pytest.mark.parametrize(
    ("language", "desk", "words"),
    [
        ("en", {"free": False, "waiting": 3, "wait_s": 190}, "Busy · about 3 minutes"),
        ("da", {"free": False, "waiting": 3, "wait_s": 65}, "Optaget · ca. 1 minut"),
        ("da", {"open": False, "change_ms": 1_700_000_000_000 + 3_600_000}, "Lukket · åbner i morgen kl. 00.13"),
        ("en", {"open": False, "change_ms": 1_700_000_000_000 + 60_000}, "Closed · opens at 23:14"),
        ("da", {"open": False, "change_ms": 1_700_000_000_000 + 4 * 86_400_000}, "Lukket · åbner lørdag kl. 23.13"),
        ("da", {"open": False, "change_ms": 1_700_000_000_000 + 40 * 86_400_000}, "Lukket · åbner 24. december kl. 23.13"),
        ("da", {"open": False}, "Lukket"),
    ],
)
def test_the_button_says_how_long_or_when(calls: FakeCalls, page: Page, language: str, desk: dict[str, Any], words: str) -> None:
    calls.lang = language
    calls.desk |= desk
    calls.open(page)
    expect(part(page, ".launcher .line")).to_have_text(words)


def test_a_shop_without_advisors_has_no_button(calls: FakeCalls, page: Page) -> None:
    page.route("**/api/calls/desk", lambda route: route.fulfill(status=404))
    page.goto(f"{HOME}/")
    page.wait_for_function(f"{CALL}?.desk?.asked > 0")
    turn(page)
    expect(part(page, ".launcher")).to_be_hidden()


def test_the_desk_is_asked_again_each_minute_that_somebody_looks(calls: FakeCalls, page: Page) -> None:
    page.clock.install()
    calls.open(page)
    calls.desk = OPEN | {"open": False}
    page.clock.fast_forward(61_000)
    expect(part(page, ".launcher")).to_have_attribute("data-tone", "closed")
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    asked = calls.asked_desk
    page.clock.fast_forward(200_000)
    turn(page)
    assert calls.asked_desk == asked, "nobody looks"
    calls.desk = dict(OPEN)
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(part(page, ".launcher")).to_have_attribute("data-tone", "free")


def test_outside_hours_it_says_when_and_has_no_button_that_does_nothing(calls: FakeCalls, page: Page) -> None:
    calls.desk |= {"open": False, "change_ms": 1_700_000_000_000 + 60_000}
    calls.open(page)
    part(page, ".launcher").click()
    expect(part(page, ".after-hours")).to_contain_text("opens at 23:14")
    assert part(page, ".panel button:visible").all_inner_texts() == [""], "only the cross"
    calls.desk = dict(OPEN)
    until(page, lambda: bool(calls.sockets), "the socket")
    calls.say(t="desk", **calls.desk)
    part(page, ".way").first.wait_for()


def test_an_element_with_content_stands_where_the_page_has_put_it(calls: FakeCalls, page: Page) -> None:
    calls.body = "<vitrine-call><b>Ask Mette</b></vitrine-call>"
    calls.open(page)
    expect(page.get_by_role("button", name="Ask Mette An advisor is free now")).to_be_visible()
    assert part(page, ".launcher").evaluate("(button) => getComputedStyle(button).position") == "relative"


def test_a_topic_is_chosen_before_and_the_name_is_remembered(calls: FakeCalls, page: Page) -> None:
    calls.attributes = 'topic="hair"'
    calls.desk["topics"] = [{"id": "skin", "name": "Skin"}, {"id": "hair", "name": "Hair"}]
    calls.open(page)
    part(page, ".launcher").click()
    expect(part(page, "#call-topic")).to_have_value("hair")
    part(page, "#call-name").fill("Anne")
    part(page, ".way[data-kind=text]").click()
    until(page, lambda: bool(calls.told("ring")), "the ring")
    [ring] = calls.told("ring")
    assert (ring["topic"], ring["name"], ring["kind"], ring["language"]) == ("hair", "Anne", "text", "en")
    assert page.evaluate("JSON.parse(sessionStorage.getItem('vitrine')).name") == "Anne"


def test_who_is_refused_is_told_why(calls: FakeCalls, page: Page) -> None:
    calls.refusals = [{"refused": "slow", "wait_s": 4.2}, {"refused": "something new"}]
    calls.open(page)
    choose(page, "text")
    expect(part(page, ".panel > .note")).to_have_text("A little slower. Try again in 5 s.")
    part(page, ".way[data-kind=text]").click()
    expect(part(page, ".panel > .note")).to_have_text("You cannot call right now. Try again in a moment.")
    expect(part(page, ".panel")).to_have_attribute("data-view", "choose")


def test_two_elements_have_one_call(calls: FakeCalls, page: Page) -> None:
    calls.body = "<vitrine-call></vitrine-call><vitrine-call inline id='second'></vitrine-call>"
    page.goto(f"{HOME}/")
    page.locator("#second .launcher").wait_for()
    page.locator("vitrine-call").first.locator(".launcher").click()
    page.locator("vitrine-call").first.locator(".way[data-kind=text]").click()
    page.locator("vitrine-call").first.locator(".panel[data-view=waiting]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#second .launcher").click()
    expect(page.locator("vitrine-call").first.locator(".panel")).to_be_visible()
    expect(page.locator("#second .panel")).to_be_hidden()
