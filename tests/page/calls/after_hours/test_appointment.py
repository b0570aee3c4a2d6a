"""The link of a booked call leads back to it, says how things stand, and lets one ring at its time."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.calls.after_hours.night import DAY, HOUR, NOW, offer
from tests.page.calls.customer import part, press
from tests.page.devices import LET_GO
from tests.page.fake_calls import FakeCalls, booked
from tests.page.fake_show import BAD, HOME, until

TOKEN = "a-token-that-nobody-guesses"


def follow(page: Page, path: str = "/cream?size=2&vitrine-call=", token: str = TOKEN) -> Locator:
    """Come by a booked call's link; the panel, that opens by itself."""
    page.goto(f"{HOME}{path}{token}#top")
    card = part(page, ".panel .appointment")
    card.wait_for()
    return card


def test_the_link_opens_the_appointment_and_leaves_the_address(calls: FakeCalls, page: Page) -> None:
    calls.bookings[TOKEN] = booked(NOW + 2 * DAY, now_ms=NOW, name=BAD, topic="skin")
    calls.desk["topics"] = [{"id": "skin", "name": "Skin"}]
    card = follow(page)
    expect(card.locator(".headline")).to_have_text("Your appointment")
    expect(card).to_contain_text("Thursday 16 November")
    expect(card).to_contain_text("in 2 days")
    expect(card).to_contain_text("You can call from 23:03")
    expect(card).to_contain_text("Skin")
    expect(card).to_contain_text(BAD)
    expect(card.get_by_role("button", name="Call now")).to_be_hidden()
    assert page.evaluate("location.href") == f"{HOME}/cream?size=2#top"
    assert not page.evaluate("window.bad")
    assert part(page, "script, img").count() == 0
    calls.open(page, "/oil")
    assert part(page, ".panel").is_hidden(), "only the link opens it"
    part(page, ".launcher").click()
    expect(part(page, ".way.booked")).to_contain_text("in 2 days")


def test_before_its_time_it_counts_down_and_then_one_may_ring(calls: FakeCalls, page: Page) -> None:
    begins_ms = NOW + 30 * 60_000
    calls.bookings[TOKEN] = booked(begins_ms, now_ms=NOW, kind="sound", name="Anne")
    card = follow(page)
    expect(card).to_contain_text("in 30 minutes")
    asked = calls.asked_bookings
    page.clock.fast_forward(10 * 60_000)
    expect(card).to_contain_text("in 20 minutes")
    assert calls.asked_bookings == asked, "nothing has changed"
    calls.bookings[TOKEN] |= {"may_ring": True, "now_ms": begins_ms - 600_000}
    page.clock.fast_forward(10 * 60_000)
    expect(card.locator(".headline")).to_have_text("It is time to talk")
    assert calls.asked_bookings == asked + 1
    card.get_by_role("button", name="Call now").click()
    expect(part(page, ".panel")).to_have_attribute("data-view", "check")
    expect(part(page, ".check footer")).to_contain_text("You have an appointment: you come first in line.")
    part(page, ".check .primary:enabled").click()
    until(page, lambda: bool(calls.told("ring")), "the ring")
    [ring] = calls.told("ring")
    assert (ring["booking"], ring["kind"], ring["name"]) == (TOKEN, "sound", "Anne")
    part(page, ".panel[data-view=waiting]").wait_for()


def test_it_is_asked_again_when_somebody_looks(calls: FakeCalls, page: Page) -> None:
    calls.bookings[TOKEN] = booked(NOW + 30 * 60_000, now_ms=NOW)
    card = follow(page)
    calls.bookings[TOKEN]["may_ring"] = True
    page.clock.fast_forward(2000)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(card.get_by_role("button", name="Call now")).to_be_visible()
    page.keyboard.press("Escape")
    expect(part(page, ".launcher")).to_contain_text("Your appointment is now")


@pytest.mark.parametrize(
    ("refused", "told", "headline"),
    [
        ({"refused": "early", "wait_s": 290}, "You can call in 5 minutes.", "Your appointment"),
        ({"refused": "booking"}, "This appointment is not booked any more.", "This appointment is cancelled"),
    ],
)
def test_a_ring_that_is_refused_shows_why(
    calls: FakeCalls, page: Page, refused: dict[str, Any], told: str, headline: str
) -> None:
    calls.bookings[TOKEN] = booked(NOW + 60_000, now_ms=NOW, kind="text", may_ring=True)
    calls.refusals = [refused]
    card = follow(page)
    calls.bookings[TOKEN] |= {"may_ring": False, "rings_from_ms": NOW + 59_000} | (
        {"state": "cancelled"} if headline.endswith("cancelled") else {}
    )
    card.get_by_role("button", name="Call now").click()
    expect(part(page, ".panel > .note")).to_contain_text(told)
    expect(card.locator(".headline")).to_have_text(headline)
    assert calls.call is None


def test_after_the_check_one_can_go_back_to_it_and_another_call_is_not_booked(calls: FakeCalls, page: Page) -> None:
    calls.desk["open"] = True
    calls.bookings[TOKEN] = booked(NOW, now_ms=NOW, may_ring=True)
    card = follow(page)
    card.get_by_role("button", name="Call now").click()
    part(page, ".check .primary:enabled").wait_for()
    press(page, "Back")
    card.wait_for()
    page.wait_for_function(LET_GO)
    press(page, "Back")
    part(page, ".way[data-kind=text]").click()
    until(page, lambda: bool(calls.told("ring")), "the ring")
    assert "booking" not in calls.told("ring")[0]


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        ({"state": "cancelled"}, "This appointment is cancelled"),
        ({"state": "held_call"}, "This call has taken place"),
        ({"now_ms": NOW + 3 * HOUR}, "The time has passed"),
    ],
)
def test_what_is_over_says_so_and_offers_more(calls: FakeCalls, page: Page, changes: dict[str, Any], headline: str) -> None:
    calls.bookings[TOKEN] = booked(NOW + HOUR, **{"now_ms": NOW} | changes)
    card = follow(page)
    expect(card.locator(".headline")).to_have_text(headline)
    expect(card.get_by_role("button", name="Call now")).to_be_hidden()
    expect(card.get_by_role("button", name="I cannot come")).to_be_hidden()
    offer(page, "book")


@pytest.mark.parametrize("token", ["a-token-that-nobody-knows", "..%2f..%2fapi", "<b>", ""])
def test_a_link_that_nobody_knows_says_so(calls: FakeCalls, page: Page, token: str) -> None:
    card = follow(page, "/?vitrine-call=", token)
    expect(card.locator(".headline")).to_have_text("We cannot find this appointment")
    assert "vitrine-call" not in page.evaluate("location.href")
    assert calls.asked_bookings == (1 if token.startswith("a-") else 0)
    page.reload()
    part(page, ".launcher").wait_for()
    assert page.evaluate("sessionStorage.getItem('vitrine.booking')") is None


def test_an_appointment_that_cannot_be_looked_up_is_asked_for_again(calls: FakeCalls, page: Page) -> None:
    calls.bookings[TOKEN] = booked(NOW + HOUR, now_ms=NOW)
    calls.offline = True
    card = follow(page)
    expect(card.locator(".headline")).to_have_text("The appointment could not be looked up")
    calls.offline = False
    press(page, "Try again")
    expect(card.locator(".headline")).to_have_text("Your appointment")


def test_who_is_forgotten_has_no_appointment(calls: FakeCalls, page: Page) -> None:
    calls.bookings[TOKEN] = booked(NOW + HOUR, now_ms=NOW)
    card = follow(page)
    calls.bookings.clear()
    page.evaluate("import('/assets/viewer/store.js').then(({ store }) => store.forget())")
    expect(card.locator(".headline")).to_have_text("We cannot find this appointment")
    assert page.evaluate("sessionStorage.getItem('vitrine.booking')") is None
