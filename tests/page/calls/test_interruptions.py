"""A reload, a lost connection or a second tab neither ends a call nor repeats what was written."""

import json

from playwright.sync_api import Page, expect

from tests.page.calls.customer import COLOUR, in_call, part, press, talking
from tests.page.fake_calls import SECRET, FakeCalls
from tests.page.fake_show import HOME, turn, until


def test_a_reload_comes_back_to_the_call_with_everything(calls: FakeCalls, page: Page) -> None:
    other = talking(calls, page)
    press(page, "Mute the microphone")
    calls.line("advisor", "Hello")
    part(page, ".line.theirs").wait_for()
    page.goto(f"{HOME}/cream")
    part(page, ".tile[data-status=connected]").wait_for()
    hello = calls.told("hello")[-1]
    assert (hello["call"], hello["secret"], hello["visitor"]) == ("c1", SECRET, "v1")
    other.wait_for_function("leg === 2 && connection.connectionState === 'connected'")
    other.wait_for_function("heard.at(-1).picture && !heard.at(-1).sound")
    expect(part(page, ".line.theirs .said")).to_have_text("Hello")
    page.wait_for_function(COLOUR)
    assert SECRET not in page.content()


def test_a_lost_socket_comes_back_and_leaves_the_picture_alone(calls: FakeCalls, page: Page) -> None:
    other = talking(calls, page)
    calls.lost = True
    calls.drop()
    part(page, ".banner", has_text="The connection is lost").wait_for()
    part(page, ".write textarea").fill("Are you there?")
    page.keyboard.press("Enter")
    expect(part(page, ".line.waiting")).to_contain_text("Sent as soon as the connection is back")
    calls.lost = False
    expect(part(page, ".line.ours:not(.waiting) .said")).to_have_text("Are you there?")
    assert [word["text"] for word in calls.told("say")] == ["Are you there?"]
    assert other.evaluate("leg") == 1
    assert other.evaluate("connection.connectionState") == "connected"


def test_a_line_whose_answer_was_lost_is_not_written_twice(calls: FakeCalls, page: Page) -> None:
    in_call(calls, page)
    calls.silent = True
    part(page, ".write textarea").fill("Once")
    page.keyboard.press("Enter")
    until(page, lambda: bool(calls.told("say")), "the line")
    calls.lines.append({"id": "x", "at_ms": 1_700_000_000_000, "author": "customer", "name": "", "text": "Once", "product": ""})
    calls.silent = False
    calls.drop()
    until(page, lambda: len(calls.told("hello")) == 2, "the page comes back")
    expect(part(page, ".line.ours:not(.sending):not(.waiting) .said")).to_have_text("Once")
    turn(page)
    assert len(calls.told("say")) == 1


def test_a_call_that_is_gone_is_over(calls: FakeCalls, page: Page) -> None:
    in_call(calls, page)
    calls.call = None
    calls.drop()
    expect(part(page, ".after .headline")).to_have_text("The call has ended")
    assert page.evaluate("sessionStorage.getItem('vitrine.call')") is None
    page.reload()
    part(page, ".launcher").wait_for()
    assert len(calls.sockets) == 2, "nothing is remembered"


def test_a_duplicated_tab_leaves_the_call_where_it_is(calls: FakeCalls, page: Page) -> None:
    in_call(calls, page)
    kept = page.evaluate("sessionStorage.getItem('vitrine.call')")
    other = page.context.new_page()
    other.add_init_script(f"sessionStorage.setItem('vitrine.call', {json.dumps(kept)})")
    other.goto(f"{HOME}/cream")
    other.wait_for_function("sessionStorage.getItem('vitrine.call') === null")
    assert len(calls.sockets) == 1


def test_who_hangs_up_without_a_connection_is_heard_later(calls: FakeCalls, page: Page) -> None:
    in_call(calls, page)
    calls.lost = True
    calls.drop()
    press(page, "End")
    part(page, ".ask").get_by_role("button", name="End", exact=True).click()
    part(page, ".after").wait_for()
    assert calls.told("hang_up") == []
    calls.lost = False
    until(page, lambda: len(calls.told("hang_up")) == 1, "the goodbye")
