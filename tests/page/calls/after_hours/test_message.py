"""A message, written or recorded, arrives whole: nothing is lost on the way, and nobody is recorded without seeing it."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.page.calls.after_hours.night import at_night, begin, closed, offer, send, speak, stop, write_to
from tests.page.calls.conftest import Visitor
from tests.page.calls.customer import CALL, part, press
from tests.page.devices import LET_GO, NO_DEVICES, REFUSE
from tests.page.fake_calls import FakeCalls
from tests.page.fake_show import until

WEBM = b"\x1a\x45\xdf\xa3"


def test_a_written_message_arrives(calls: FakeCalls, page: Page) -> None:
    calls.desk["topics"] = [{"id": "skin", "name": "Skin"}, {"id": "hair", "name": "Hair"}]
    begin(calls, page, "message")
    expect(part(page, ".names h2")).to_be_focused()
    part(page, "#call-message-text").fill("Does it help dry skin?")
    write_to(page, " anne@example.com ")
    part(page, "#call-message-name").fill("Anne")
    part(page, "#call-message-topic").select_option("hair")
    expect(part(page, ".message")).to_contain_text('"Forget me" deletes them again.')
    send(page)
    expect(part(page, ".outcome")).to_contain_text("We answer at anne@example.com.")
    [left] = calls.messages
    said = {"contact": "anne@example.com", "name": "Anne", "text": "Does it help dry skin?", "topic": "hair"}
    assert left == said | {"language": "en", "visitor": "v1"}
    part(page, ".message .primary:visible").click()
    expect(part(page, ".panel")).to_be_hidden()
    expect(part(page, ".launcher")).to_be_focused()
    part(page, ".launcher").click()
    offer(page, "message")
    expect(part(page, "#call-message-text")).to_have_value("")
    expect(part(page, "#call-message-contact")).to_have_value(" anne@example.com ")
    assert page.evaluate("JSON.parse(sessionStorage.getItem('vitrine')).name") == "Anne"


def test_what_is_missing_is_said_where_it_is_missing(calls: FakeCalls, page: Page) -> None:
    begin(calls, page, "message")
    send(page)
    text, contact = part(page, "#call-message-text"), part(page, "#call-message-contact")
    expect(text).to_be_focused()
    expect(text).to_have_accessible_description("Write your message first.")
    expect(contact).to_have_attribute("aria-invalid", "true")
    text.fill("Hello")
    expect(text).not_to_have_attribute("aria-invalid", "true")
    for bad in ("no", "anne@", "12 34", "x" * 20):
        contact.fill(bad)
        send(page)
        expect(contact).to_be_focused()
        expect(contact).to_have_accessible_description("Write an e-mail address or a phone number where we can answer you.")
    assert calls.messages == []
    contact.fill("+45 12 34 56 78")
    send(page)
    until(page, lambda: [left["contact"] for left in calls.messages] == ["+45 12 34 56 78"], "the message")


@pytest.mark.parametrize(("messages", "bookings"), [(True, False), (False, True)])
def test_only_what_the_shop_takes_is_offered(calls: FakeCalls, page: Page, messages: bool, bookings: bool) -> None:
    calls.desk |= {"messages": messages, "bookings": bookings}
    calls.open(page)
    part(page, ".launcher").click()
    expect(part(page, "[data-what=message]")).to_have_count(int(messages) * 1)
    expect(part(page, "[data-what=book]")).to_have_count(int(bookings) * 1)


@pytest.mark.parametrize(("kind", "mime"), [("voice", "audio/webm"), ("video", "video/webm")])
def test_a_recording_is_played_back_and_arrives(calls: FakeCalls, page: Page, kind: str, mime: str) -> None:
    begin(calls, page, "message")
    recording = speak(page, kind)
    expect(recording.locator("[role=timer]")).to_be_visible()
    expect(part(page, ".message .primary")).to_be_disabled()
    expect(recording.locator(".meter + .fine")).to_have_text("You can be heard.")
    stop(page, recording)
    page.wait_for_function(LET_GO)
    asked = page.evaluate("asked")
    assert bool(asked.get("video")) == (kind == "video")
    if kind == "video":
        assert (asked["video"]["width"]["max"], asked["video"]["height"]["max"]) == (640, 480)
    recording.get_by_role("button", name="Play").click()
    page.wait_for_function(f"{CALL}.hours.part.recording.playback.media.currentTime > 0.1")
    if kind == "video":
        assert page.evaluate(f"{CALL}.hours.part.recording.playback.media.videoWidth") == 640
    write_to(page)
    send(page)
    expect(part(page, ".outcome")).to_be_visible()
    [left] = calls.messages
    assert left["recording"][0] == mime
    assert left["recording"][1].startswith(WEBM)
    assert len(left["recording"][1]) > 1000
    assert left["text"] == ""


def test_who_is_seen_sees_themselves_first_as_in_a_mirror(calls: FakeCalls, page: Page) -> None:
    begin(calls, page, "message")
    part(page, ".segment input[value=video]").check()
    press(page, "Turn the camera on")
    preview = part(page, ".recording[data-kind=video][data-state=ready] .preview video.mirrored")
    preview.wait_for()
    page.wait_for_function(f"{CALL}.hours.part.recording.video.videoWidth === 640")
    press(page, "Back")
    page.wait_for_function(LET_GO)


def test_a_recording_can_be_made_again_and_thrown_away(calls: FakeCalls, page: Page) -> None:
    begin(calls, page, "message")
    recording = speak(page, "voice")
    stop(page, recording)
    expect(recording.get_by_role("button", name="Play")).to_be_focused()
    recording.get_by_role("button", name="Record again").click()
    expect(recording).to_have_attribute("data-state", "recording")
    stop(page, recording)
    recording.get_by_role("button", name="Discard").click()
    expect(recording).to_have_attribute("data-state", "empty")
    expect(recording.get_by_role("button", name="Record", exact=True)).to_be_focused()
    write_to(page)
    send(page)
    expect(part(page, ".message footer [role=alert]")).to_have_text("Record your message first, or choose to write it.")
    assert calls.messages == []


@pytest.mark.parametrize(("kind", "most_s"), [("voice", 180), ("video", 90)])
def test_what_is_too_long_stops_by_itself(calls: FakeCalls, page: Page, kind: str, most_s: int) -> None:
    begin(calls, page, "message")
    recording = speak(page, kind)
    page.wait_for_function(f"{CALL}.hours.part.recording.recorder.elapsed_ms > 700")
    page.clock.fast_forward((most_s - 6) * 1000)
    expect(recording.locator(".running")).to_contain_text("left")
    expect(recording.locator("[role=status]").last).to_contain_text("left")
    page.clock.fast_forward(10_000)
    expect(recording).to_have_attribute("data-state", "done")
    expect(recording).to_contain_text("The time was up. What you have said so far is kept.")
    expect(recording.locator(".playback")).to_contain_text(f"/ 0{most_s // 60}:{most_s % 60:02}")
    page.wait_for_function(LET_GO)


def test_who_puts_the_panel_away_is_not_recorded_any_more(calls: FakeCalls, page: Page) -> None:
    begin(calls, page, "message")
    speak(page, "voice")
    page.wait_for_function(f"{CALL}.hours.part.recording.recorder.elapsed_ms > 1200")
    page.keyboard.press("Escape")
    page.wait_for_function(LET_GO)
    part(page, ".launcher").click()
    offer(page, "message")
    expect(part(page, ".recording[data-kind=voice]")).to_have_attribute("data-state", "done")
    page.evaluate(f"{CALL}.remove()")


def test_an_element_that_is_taken_away_lets_go(calls: FakeCalls, page: Page) -> None:
    begin(calls, page, "message")
    speak(page, "video")
    page.evaluate(f"window.call = {CALL}; call.remove()")
    page.wait_for_function(LET_GO)
    assert page.evaluate("[call.hours.place, Object.keys(call.hours.parts).length]") == ["", 0]


@pytest.mark.parametrize(
    ("kind", "camera", "microphone", "words"),
    [
        ("voice", "", "NotAllowedError", ["The microphone is blocked for this page."]),
        ("video", "NotFoundError", "", ["The camera was not found."]),
        (
            "video",
            "NotAllowedError",
            "NotAllowedError",
            ["The microphone is blocked for this page.", "The camera is blocked for this page."],
        ),
    ],
)
def test_who_has_no_camera_or_microphone_is_helped_and_can_write(
    calls: FakeCalls, page: Page, kind: str, camera: str, microphone: str, words: list[str]
) -> None:
    states = {"camera_state": "denied", "microphone_state": "denied"}
    page.add_init_script(NO_DEVICES.format(**states) + REFUSE.format(camera=camera, microphone=microphone))
    begin(calls, page, "message")
    part(page, f".segment input[value={kind}]").check()
    recording = part(page, f".recording[data-kind={kind}]")
    recording.locator(".row button:visible").click()
    recording.locator(".trouble").first.wait_for()
    assert recording.locator(".trouble .what").all_inner_texts() == words
    expect(recording).to_contain_text("Try again")
    recording.get_by_role("button", name="Write instead").click()
    expect(part(page, "#call-message-text")).to_be_focused()
    part(page, "#call-message-text").fill("Hello")
    write_to(page)
    send(page)
    expect(part(page, ".outcome")).to_be_visible()
    assert "recording" not in calls.messages[0]


def test_a_browser_that_records_nothing_lets_one_write(calls: FakeCalls, page: Page) -> None:
    page.add_init_script("delete window.MediaRecorder")
    begin(calls, page, "message")
    expect(part(page, ".segments")).to_be_hidden()
    expect(part(page, "#call-message-text")).to_be_visible()


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (None, "The shop cannot be reached right now."),
        ({"status": 500, "title": "internal"}, "It could not be sent. Everything is kept here: try again."),
        ({"status": 429, "title": "too_many", "retry": 170}, "Try again in 3 minutes: everything is kept here."),
        ({"status": 429, "title": "too_many"}, "Try again in a minute: everything is kept here."),
        ({"status": 409, "title": "wrong_state"}, "This is not possible right now."),
    ],
)
def test_what_does_not_arrive_is_kept_and_sent_again(
    calls: FakeCalls, page: Page, problem: dict[str, Any] | None, words: str
) -> None:
    begin(calls, page, "message")
    stop(page, speak(page, "voice"))
    part(page, "#call-message-text").fill("About the oil")
    write_to(page)
    calls.offline = problem is None
    calls.problems = [problem] if problem else []
    send(page)
    expect(part(page, ".message footer [role=alert]")).to_contain_text(words)
    assert calls.messages == []
    calls.offline = False
    expect(part(page, "#call-message-text")).to_have_value("About the oil")
    send(page)
    expect(part(page, ".outcome")).to_be_visible()
    [left] = calls.messages
    assert (left["text"], left["contact"]) == ("About the oil", "anne@example.com")
    assert left["recording"][1].startswith(WEBM)


def send_and_hold(calls: FakeCalls, page: Page) -> list[Route]:
    """A message that has left the page, and that the server has not answered yet: what waits for its answer."""
    held: list[Route] = []
    calls.held = held
    begin(calls, page, "message")
    part(page, "#call-message-text").fill("Hello")
    write_to(page)
    send(page)
    until(page, lambda: bool(held), "the message")
    return held


def test_it_says_how_far_it_is_and_can_be_stopped(calls: FakeCalls, page: Page) -> None:
    send_and_hold(calls, page)
    bar = part(page, "progress")
    expect(bar).to_be_visible()
    expect(bar).to_have_accessible_name("Sending …")
    progress = "new ProgressEvent('progress', { lengthComputable: true, loaded: 3, total: 4 })"
    page.evaluate(f"{CALL}.hours.part.upload.request.upload.dispatchEvent({progress})")
    expect(bar).to_have_js_property("value", 75)
    press(page, "Cancel")
    expect(bar).to_be_hidden()
    expect(part(page, "#call-message-text")).to_have_value("Hello")
    expect(part(page, ".message .primary")).to_be_focused()
    calls.held = None
    send(page)
    expect(part(page, ".outcome")).to_be_visible()


def test_a_message_that_is_on_its_way_arrives_also_when_one_looks_at_something_else(calls: FakeCalls, page: Page) -> None:
    held = send_and_hold(calls, page)
    press(page, "Back")
    part(page, ".after-hours").wait_for()
    held[0].fulfill(json={"ok": True, "id": "m1"})
    expect(part(page, ".panel > .note")).to_have_text("Thank you for your message")
    offer(page, "message")
    expect(part(page, "#call-message-text")).to_have_value("")


def test_in_danish(visitor: Visitor) -> None:
    context = visitor(locale="da-DK")
    calls, page = closed(context), at_night(context)
    calls.lang = "da"
    begin(calls, page, "message")
    part(page, "#call-message-text").fill("Hej")
    write_to(page)
    press(page, "Send beskeden")
    expect(part(page, ".outcome")).to_contain_text("Vi svarer på anne@example.com.")
    assert calls.messages[0]["language"] == "da"
