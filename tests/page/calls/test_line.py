"""In line one knows where one stands, can write and change one's mind, and is not interrupted by the answer."""

from playwright.sync_api import Page, expect

from tests.page.calls.customer import CALL, in_line, part, press
from tests.page.fake_calls import FakeCalls
from tests.page.fake_show import until

EVENTS = "window.heard = []; document.addEventListener('vitrine:call', (event) => heard.push(event.detail.state))"


def test_in_line_one_knows_where_one_stands(calls: FakeCalls, page: Page) -> None:
    page.add_init_script(EVENTS)
    in_line(calls, page)
    told = part(page, ".told[role=status]")
    expect(told).to_contain_text("You are number 2 in line")
    expect(told).to_contain_text("about 3 minutes")
    calls.update(place=1, wait_s=20)
    expect(told).to_contain_text("You are next")
    expect(told).to_contain_text("less than a minute")
    calls.update(state="ringing", wait_s=None)
    expect(told).to_contain_text("It is ringing at an advisor")
    page.keyboard.press("Escape")
    expect(part(page, ".panel")).to_be_hidden()
    expect(part(page, ".launcher")).to_contain_text("You are next")
    calls.answer()
    expect(part(page, ".panel")).to_be_visible()
    assert page.evaluate("heard") == ["waiting", "ringing", "live"]
    assert page.evaluate(f"{CALL}.state") == "live"


def test_the_answer_does_not_take_the_keyboard_from_who_writes(calls: FakeCalls, page: Page) -> None:
    in_line(calls, page)
    part(page, ".talk textarea").fill("While I wait")
    calls.answer()
    part(page, ".panel[data-view=room]").wait_for()
    page.keyboard.press("Enter")
    until(page, lambda: [said["text"] for said in calls.told("say")] == ["While I wait"], "the line")


def test_an_answer_takes_the_keyboard_from_nobody_who_writes(calls: FakeCalls, page: Page) -> None:
    calls.body = "<input id='address'><vitrine-call></vitrine-call>"
    in_line(calls, page)
    page.keyboard.press("Escape")
    page.locator("#address").focus()
    calls.answer()
    part(page, ".panel[data-view=room]").wait_for()
    expect(page.locator("#address")).to_be_focused()


def test_one_may_change_ones_mind_in_line(calls: FakeCalls, page: Page) -> None:
    in_line(calls, page, "sound")
    assert page.evaluate(f"{CALL}.session.legs.spare.connection.signalingState") == "have-local-offer", "made while one waits"
    press(page, "Talk in another way")
    part(page, ".ask .way[data-kind=video]").click()
    part(page, ".waiting .preview video").wait_for()
    assert [word["kind"] for word in calls.told("kind")] == ["video"]
    press(page, "Leave the line")
    expect(part(page, ".after .headline")).to_have_text("You have left the line")
    expect(part(page, ".rating")).to_be_hidden()
    assert page.evaluate(f"{CALL}.session.media.devices.tracks") == {"camera": None, "microphone": None}


def test_what_is_written_in_line_is_kept(calls: FakeCalls, page: Page) -> None:
    in_line(calls, page)
    part(page, ".write textarea").fill("Does it help dry skin?")
    page.keyboard.press("Enter")
    expect(part(page, ".line.ours:not(.sending) .said")).to_have_text("Does it help dry skin?")
    calls.answer()
    calls.line("advisor", "It does: https://shop.test/oil.")
    expect(part(page, ".line.theirs a")).to_have_attribute("href", "https://shop.test/oil")
    assert part(page, ".lines .said").all_inner_texts() == ["Does it help dry skin?", "It does: https://shop.test/oil."]


def test_the_cards_permissions_are_kept_up_to_date(calls: FakeCalls, page: Page) -> None:
    in_line(calls, page)
    assert calls.told("ring")[0]["card"]["camera"] in ("prompt", "granted")
    page.evaluate(f"{CALL}.session.permissions.learn('camera', 'missing')")
    until(page, lambda: bool(calls.told("card")), "the card")
    assert calls.told("card")[-1]["card"]["camera"] == "missing"
