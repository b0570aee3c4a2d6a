"""A free time is found, booked and called off, in the time zone of whoever looks."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.calls.after_hours.night import DAY, TOMORROW, at_night, begin, closed, offer
from tests.page.calls.conftest import Visitor
from tests.page.calls.customer import part, press
from tests.page.fake_calls import FakeCalls
from tests.page.fake_show import HOME


def times(page: Page) -> list[str]:
    return list(part(page, ".time-choice").all_inner_texts())


def test_a_time_is_booked(calls: FakeCalls, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    calls.desk["topics"] = [{"id": "skin", "name": "Skin"}, {"id": "hair", "name": "Hair"}]
    begin(calls, page, "book", "/cream")
    days = part(page, ".day input")
    expect(days).to_have_count(2)
    expect(days.first).to_have_accessible_name("Wednesday 15 November")
    expect(part(page, ".book")).not_to_contain_text("time zone")
    assert times(page) == ["10:20", "10:40", "11:00"]
    days.first.focus()
    page.keyboard.press("ArrowRight")
    expect(part(page, ".times h3")).to_have_text("Friday 17 November")
    press(page, "10:40")
    expect(part(page, ".chosen .headline")).to_be_focused()
    expect(part(page, ".chosen")).to_contain_text("Friday 17 November, 10:40")
    expect(part(page, ".chosen")).to_contain_text("20 minutes")
    part(page, ".segment input[value=sound]").check()
    part(page, "#call-book-topic").select_option("hair")
    part(page, "#call-book-contact").fill("+45 12 34 56 78")
    press(page, "Book this time")
    expect(part(page, "#call-book-contact")).to_be_focused()
    expect(part(page, "#call-book-contact")).to_have_accessible_description(
        "Write a whole e-mail address, such as anne@example.com."
    )
    part(page, "#call-book-contact").fill("anne@example.com")
    part(page, "#call-book-name").fill("Anne")
    press(page, "Book this time")
    card = part(page, ".appointment")
    expect(card.locator(".headline")).to_have_text("Your time is booked")
    expect(card).to_contain_text("Friday 17 November")
    expect(card).to_contain_text("10:40 – 11:00")
    expect(card).to_contain_text("Voice only")
    begins_ms = TOMORROW + 2 * DAY + 1_200_000
    who = {"contact": "anne@example.com", "name": "Anne", "topic": "hair", "language": "en", "visitor": "v1"}
    assert calls.wishes == [who | {"begins_ms": begins_ms, "kind": "sound", "page": f"{HOME}/cream"}]
    [token] = calls.bookings
    calendar = card.get_by_role("link", name="Add to calendar")
    assert calendar.get_attribute("href") == f"{HOME}/calls/bookings/{token}.ics"
    with page.expect_download() as download:
        calendar.click()
    assert download.value.suggested_filename == "call.ics"
    card.get_by_role("button", name="Copy the link").click()
    expect(part(page, ".panel > .note")).to_have_text("The link has been copied.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{HOME}/cream?vitrine-call={token}"
    press(page, "Back")
    mine = part(page, ".way.booked")
    expect(mine).to_contain_text("Friday 17 November, 10:40")
    expect(part(page, "[data-what=book]")).to_have_count(0)
    calls.open(page, "/oil")
    part(page, ".launcher").click()
    mine.click()
    expect(card.locator(".headline")).to_have_text("Your appointment")


def test_somebody_else_took_it(calls: FakeCalls, page: Page) -> None:
    begin(calls, page, "book")
    press(page, "10:40")
    part(page, "#call-book-contact").fill("anne@example.com")
    part(page, "#call-book-name").fill("Anne")
    part(page, ".segment input[value=text]").check()
    calls.slots["slots"].remove(TOMORROW + 1_200_000)
    calls.problems = [{"status": 409, "title": "wrong_state"}]
    press(page, "Book this time")
    expect(part(page, ".book [role=alert]:visible")).to_have_text(
        "Somebody has just taken that time. Choose another one: what you have written is kept."
    )
    assert times(page) == ["10:20", "11:00"]
    press(page, "11:00")
    expect(part(page, "#call-book-contact")).to_have_value("anne@example.com")
    press(page, "Book this time")
    expect(part(page, ".appointment .headline")).to_have_text("Your time is booked")
    [wish] = calls.wishes
    assert (wish["name"], wish["kind"], wish["begins_ms"]) == ("Anne", "text", TOMORROW + 2_400_000)


@pytest.mark.parametrize(
    ("zone", "language", "day", "first", "words"),
    [
        (
            "America/New_York",
            "en",
            "Wednesday 15 November",
            "04:20",
            "Times are in your time zone: Eastern Time. The shop's is Central European Time.",
        ),
        ("Asia/Tokyo", "da", "onsdag den 15. november", "18.20", "Tiderne er i din tidszone: "),
        ("Pacific/Kiritimati", "en", "Wednesday 15 November", "23:20", "The shop's is Central European Time."),
    ],
)
def test_times_are_those_of_who_looks(visitor: Visitor, zone: str, language: str, day: str, first: str, words: str) -> None:
    context = visitor(timezone_id=zone)
    calls, page = closed(context), at_night(context)
    calls.lang = language
    begin(calls, page, "book")
    expect(part(page, ".book")).to_contain_text(words)
    assert times(page)[0] == first
    assert part(page, ".day input").first.get_attribute("aria-label") in (day, day.replace("den ", ""))


def test_a_shop_without_free_times_takes_a_message(calls: FakeCalls, page: Page) -> None:
    calls.slots["slots"] = []
    begin(calls, page, "book")
    expect(part(page, ".outcome")).to_contain_text("There are no free times right now")
    offer(page, "message")


def test_free_times_that_cannot_be_fetched_are_asked_for_again(calls: FakeCalls, page: Page) -> None:
    calls.offline = True
    begin(calls, page, "book")
    expect(part(page, ".outcome")).to_contain_text("The free times could not be fetched")
    calls.offline = False
    press(page, "Try again")
    part(page, ".time-choice").first.wait_for()
    press(page, "10:20")
    part(page, "#call-book-contact").fill("anne@example.com")
    calls.offline = True
    press(page, "Book this time")
    expect(part(page, ".book footer [role=alert]")).to_contain_text("The shop cannot be reached right now.")
    calls.offline = False
    press(page, "Book this time")
    part(page, ".appointment").wait_for()
    assert len(calls.wishes) == 1


def test_who_cannot_come_says_so(calls: FakeCalls, page: Page) -> None:
    begin(calls, page, "book")
    press(page, "10:20")
    part(page, "#call-book-contact").fill("anne@example.com")
    press(page, "Book this time")
    press(page, "I cannot come")
    expect(part(page, ".asked").get_by_role("button", name="Keep it")).to_be_focused()
    press(page, "Keep it")
    expect(part(page, ".appointment .plain")).to_be_focused()
    press(page, "I cannot come")
    calls.offline = True
    press(page, "Yes, cancel")
    expect(part(page, ".appointment > .scroll [role=alert]")).to_contain_text("The shop cannot be reached right now.")
    calls.offline = False
    press(page, "Yes, cancel")
    expect(part(page, ".appointment .headline")).to_have_text("This appointment is cancelled")
    assert [one["state"] for one in calls.bookings.values()] == ["cancelled"]
    offer(page, "book")
    press(page, "Back")
    expect(part(page, ".way.booked")).to_have_count(0)
