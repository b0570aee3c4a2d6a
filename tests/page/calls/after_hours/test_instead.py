"""Whoever waits long, or is not answered, may leave a message or book a time instead. Everybody can use both."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page.axe import AXE, wrong
from tests.page.calls.after_hours.night import at_night, closed, offer, send, speak, stop, write_to
from tests.page.calls.customer import CALL, in_line, part, press
from tests.page.devices import LET_GO
from tests.page.fake_calls import FakeCalls
from tests.page.fake_show import until


def test_who_waits_long_may_leave_a_message_and_keeps_the_place_until_then(calls: FakeCalls, page: Page) -> None:
    calls.desk |= {"open": True, "change_ms": None}
    in_line(calls, page)
    expect(part(page, ".instead")).to_be_hidden()
    page.clock.fast_forward(61_000)
    part(page, ".instead").get_by_role("button", name="Leave a message instead").click()
    expect(part(page, ".message")).to_contain_text("You keep your place in line until the message is sent.")
    calls.update(state="ringing")
    expect(part(page, ".message")).to_be_visible()
    calls.update(state="waiting")
    part(page, "#call-message-text").fill("Hello")
    write_to(page)
    assert calls.told("hang_up") == []
    send(page)
    until(page, lambda: bool(calls.told("hang_up")), "out of the line")
    expect(part(page, ".outcome")).to_be_visible()
    assert len(calls.messages) == 1
    part(page, ".message .primary:visible").click()
    expect(part(page, ".panel")).to_be_hidden()
    assert page.evaluate(f"{CALL}.state") == "none"


def test_a_long_wait_offers_a_time_at_once(calls: FakeCalls, page: Page) -> None:
    calls.desk |= {"open": True, "change_ms": None, "messages": False}
    in_line(calls, page)
    calls.update(wait_s=400)
    press(page, "Book a time instead")
    press(page, "10:20")
    part(page, "#call-book-contact").fill("anne@example.com")
    assert calls.told("hang_up") == []
    press(page, "Book this time")
    expect(part(page, ".appointment .headline")).to_have_text("Your time is booked")
    until(page, lambda: bool(calls.told("hang_up")), "out of the line")


def test_whoever_answers_comes_before_the_message(calls: FakeCalls, page: Page) -> None:
    calls.desk |= {"open": True, "change_ms": None}
    in_line(calls, page)
    calls.update(wait_s=400)
    press(page, "Leave a message instead")
    speak(page, "voice")
    calls.answer()
    part(page, ".panel[data-view=room]").wait_for()
    page.wait_for_function(LET_GO)


@pytest.mark.parametrize(("ending", "offered"), [("no_answer", 2), ("closed", 2), ("hung_up", 0), ("blocked", 0)])
def test_who_was_not_answered_has_other_ways(calls: FakeCalls, page: Page, ending: str, offered: int) -> None:
    calls.desk |= {"open": True, "change_ms": None}
    in_line(calls, page)
    calls.update(state="ended", ending=ending)
    part(page, ".after").wait_for()
    expect(part(page, ".after .way")).to_have_count(offered)
    if offered:
        offer(page, "message")
        press(page, "Back")
        part(page, ".after").wait_for()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_nobody_is_shut_out(browser: Browser, scheme: Literal["light", "dark"], width: int) -> None:
    if not AXE.exists():
        pytest.skip("npm ci --prefix tests/page")
    context = browser.new_context(
        viewport={"width": width, "height": 740},
        locale="en-GB",
        timezone_id="Europe/Copenhagen",
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    calls, page = closed(context), at_night(context)
    calls.desk["topics"] = [{"id": "skin", "name": "Skin"}, {"id": "hair", "name": "Hair"}]
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found[name] = wrong(page)
        parts = part(page, ".panel .scroll").evaluate_all("(all) => all.map((one) => one.scrollWidth - one.clientWidth)")
        found[name] += [f"{wider} px wider than the panel" for wider in parts if wider > 1]

    calls.open(page)
    page.evaluate(AXE.read_text())
    part(page, ".launcher").click()
    part(page, ".way:visible").first.wait_for()
    look("closed")
    offer(page, "message")
    send(page)
    look("what is missing")
    recording = speak(page, "voice")
    look("recording")
    stop(page, recording)
    look("recorded")
    part(page, ".segment input[value=video]").check()
    press(page, "Turn the camera on")
    part(page, ".recording[data-state=ready]").wait_for()
    look("seen")
    part(page, ".segment input[value=voice]").check()
    write_to(page)
    send(page)
    part(page, ".outcome").wait_for()
    look("sent")
    press(page, "Back")
    offer(page, "book")
    part(page, ".time-choice").first.wait_for()
    look("times")
    press(page, "10:20")
    look("who")
    part(page, "#call-book-contact").fill("anne@example.com")
    press(page, "Book this time")
    part(page, ".appointment").wait_for()
    look("booked")
    press(page, "I cannot come")
    look("cancel?")
    press(page, "Yes, cancel")
    expect(part(page, ".appointment")).to_have_attribute("data-look", "cancelled")
    look("cancelled")
    context.close()
    assert {name: sentences for name, sentences in found.items() if sentences} == {}
