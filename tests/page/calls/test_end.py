"""A call ends when the customer means it, says why it is over, and leaves them what was written."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.page.calls.customer import CALL, in_call, in_line, part, press, talking
from tests.page.fake_calls import FakeCalls


def test_hanging_up_is_asked_twice(calls: FakeCalls, page: Page) -> None:
    talking(calls, page)
    part(page, ".end").click()
    expect(part(page, ".confirm")).to_be_visible()
    page.keyboard.press("Escape")
    expect(part(page, ".confirm")).to_be_hidden()
    assert calls.told("hang_up") == []
    part(page, ".end").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(part(page, ".after .headline")).to_have_text("Thank you for calling")
    assert len(calls.told("hang_up")) == 1
    assert page.evaluate(f"{CALL}.session.legs.partners.size") == 0


def test_how_it_was_and_what_was_written(calls: FakeCalls, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    in_call(calls, page)
    calls.line("customer", "Hello")
    calls.line("advisor", "Hello Anne")
    calls.line("advisor", "", "oil")
    part(page, ".line.product").wait_for()
    calls.update(state="ended", ending="hung_up")
    expect(part(page, ".after .headline")).to_have_text("Thank you for calling")
    part(page, ".star input").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(part(page, ".word")).to_have_text("Good")
    part(page, "#call-rate-text").fill("Kind and clear")
    press(page, "Send")
    expect(part(page, ".rating [role=status]")).to_have_text("Thank you.")
    [rate] = calls.told("rate")
    assert (rate["stars"], rate["text"]) == (4, "Kind and clear")
    press(page, "Copy")
    part(page, ".after button", has_text="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(
        "Talk to an advisor · 14 November 2023\n\n23:13 You: Hello\n23:14 Mette: Hello Anne\n23:15 Mette: Shown: oil"
    )
    with page.expect_download() as download:
        press(page, "Download")
    assert download.value.suggested_filename == "conversation.txt"
    assert Path(download.value.path()).read_text() == text
    part(page, ".after footer button").click()
    expect(part(page, ".panel")).to_be_hidden()
    expect(part(page, ".launcher")).to_be_focused()
    assert page.evaluate(f"{CALL}.state") == "none"


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("no_answer", "Nobody could answer"),
        ("closed", "We have closed"),
        ("blocked", "The call was ended"),
        ("left", "The call has ended"),
    ],
)
def test_every_end_has_its_words(calls: FakeCalls, page: Page, ending: str, words: str) -> None:
    in_line(calls, page)
    calls.update(state="ended", ending=ending)
    expect(part(page, ".after .headline")).to_have_text(words)
    expect(part(page, ".rating")).to_be_hidden()
