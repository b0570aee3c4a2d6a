"""What the advisor asks or sends: a yes is always in sight and can be taken back, and nothing becomes a part of the page."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.calls.customer import CALL, in_call, in_line, part, press, talking
from tests.page.devices import NO_DEVICES, REFUSE
from tests.page.fake_calls import OIL, FakeCalls
from tests.page.fake_show import BAD, until


@pytest.mark.parametrize("ask", ["recording", "air"])
def test_a_yes_is_always_in_sight_and_can_be_taken_back(calls: FakeCalls, page: Page, ask: str) -> None:
    talking(calls, page)
    calls.update(asked=[{"ask": ask, "yes": None}])
    dialog = part(page, "dialog.ask:modal")
    dialog.wait_for()
    dialog.get_by_role("button", name="Yes").click()
    pill = part(page, ".pill.air")
    pill.wait_for()
    assert calls.told("agree") == [{"t": "agree", "ask": ask, "yes": True}]
    press(page, "Make it small")
    expect(pill).to_be_visible()
    pill.get_by_role("button").click()
    expect(pill).to_be_hidden()
    assert calls.told("agree")[-1] == {"t": "agree", "ask": ask, "yes": False}


def test_on_air_is_unmistakable_and_can_be_ended(calls: FakeCalls, page: Page) -> None:
    other = talking(calls, page)
    said = f"{CALL}.agreed.said.textContent"
    calls.update(asked=[{"ask": "air", "yes": True}])
    pill = part(page, ".pill.air")
    expect(pill).to_contain_text("Ready for the show")
    expect(part(page, ".stage")).not_to_have_attribute("data-air", "")
    other.evaluate("say({ type: 'sends', picture: true, sound: true, screen: false, air: true })")
    expect(pill).to_contain_text("everybody sees and hears you")
    expect(part(page, ".stage")).to_have_attribute("data-air", "")
    assert page.evaluate(said) == "You are on air. Everybody who watches the show sees and hears you."
    press(page, "Take me off air")
    until(page, lambda: calls.told("agree") == [{"t": "agree", "ask": "air", "yes": False}], "the no")
    expect(pill).to_contain_text("ON AIR")  # it is over when the studio says so
    other.evaluate("say({ type: 'sends', picture: true, sound: true, screen: false, air: false })")
    expect(pill).to_have_count(0)
    assert page.evaluate(said) == "You are off air. The show does not see or hear you any more."


def test_a_recording_has_its_sign_and_its_end(calls: FakeCalls, page: Page) -> None:
    in_call(calls, page, "video", asked=[{"ask": "recording", "yes": True}])
    expect(part(page, ".pill.air")).to_contain_text("Recording")
    press(page, "Stop recording")
    until(page, lambda: calls.told("agree") == [{"t": "agree", "ask": "recording", "yes": False}], "the no")
    expect(part(page, ".pill.air")).to_have_count(0)


def test_a_no_is_a_no(calls: FakeCalls, page: Page) -> None:
    in_call(calls, page, asked=[{"ask": "recording", "yes": None}])
    part(page, "dialog.ask:modal").wait_for()
    page.keyboard.press("Escape")
    until(page, lambda: calls.told("agree") == [{"t": "agree", "ask": "recording", "yes": False}], "the no")
    expect(part(page, "dialog.ask:modal")).to_have_count(0)


def test_who_is_asked_for_their_camera_is_helped_with_it(calls: FakeCalls, page: Page) -> None:
    faults = NO_DEVICES.format(camera_state="denied", microphone_state="granted")
    page.add_init_script(faults + REFUSE.format(camera="NotAllowedError", microphone=""))
    in_call(calls, page, "sound", asked=[{"ask": "camera", "yes": None}])
    part(page, "dialog.ask").get_by_role("button", name="Turn the camera on").click()
    expect(part(page, "dialog.ask .trouble")).to_contain_text("The camera is blocked for this page.")
    assert calls.told("agree") == []
    page.evaluate("window.cured = true")
    press(page, "Try again")
    until(page, lambda: calls.told("agree") == [{"t": "agree", "ask": "camera", "yes": True}], "the yes")
    assert [word["kind"] for word in calls.told("kind")] == ["video"]
    part(page, ".own video").wait_for()


def test_nothing_that_is_told_becomes_a_part_of_the_page(calls: FakeCalls, page: Page) -> None:
    calls.desk["topics"] = [{"id": "a", "name": BAD}, {"id": "b", "name": "B"}, {"id": 3}, None]
    in_line(calls, page)
    shown = OIL | {"title": BAD, "url": "javascript:window.bad=1", "image": "javascript:window.bad=1"}
    calls.answer({"peer": "p1", "name": BAD}, shown=shown)
    calls.line("advisor", BAD + " javascript:alert(1) https://a.test/<b>")
    part(page, ".line.theirs").wait_for()
    expect(part(page, ".names h2")).to_have_text(BAD)
    expect(part(page, ".product .name")).to_have_text(BAD)
    expect(part(page, ".product a")).to_have_count(0)
    expect(part(page, ".line a")).to_have_count(1)
    calls.say(t="line", line={"id": 5})
    calls.say(t="signal", peer="nobody", data={"type": "answer", "leg": 1, "sdp": "x"})
    calls.say(t="signal", peer="p1", data=None)
    calls.say(t="unknown")
    calls.sockets[-1].send("not json")
    calls.update(shown={"id": "oil", "currency": "nonsense", "price_minor": 1})
    calls.update(asked=[{"ask": "passport", "yes": None}], shown=None)
    calls.line("advisor", "The end")
    part(page, ".line", has_text="The end").wait_for()
    assert not page.evaluate("window.bad")
    assert part(page, "script, img").count() == 0
