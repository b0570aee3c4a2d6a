"""What a customer can do when nobody answers: messages, booked times, and the link that comes back to one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from studio.bench.browser import chromium
from tests.fakes import TIMEOUT_MS
from tests.page.axe import AXE, wrong
from tests.page.calls.customer import CALL, in_line, part, press
from tests.page.devices import FLAGS, LET_GO, NO_DEVICES, REFUSE, TRACKS
from tests.page.fake_calls import OPEN, FakeCalls, booked
from tests.page.fake_show import BAD, HOME, until

NOW = 1_700_000_000_000
"""A Tuesday in November 2023, 23:13 in Copenhagen, and what the page's clock says."""
HOUR, DAY = 3_600_000, 86_400_000
TOMORROW = NOW + 11 * HOUR + 400_000
"""Wednesday, 10:20 in Copenhagen."""
CLOSED = OPEN | {"open": False, "change_ms": TOMORROW, "messages": True, "bookings": True}
TOKEN = "a-token-that-nobody-guesses"
WEBM = b"\x1a\x45\xdf\xa3"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(*FLAGS, sound=False, light=True) as running:
        yield running


Visitor = Callable[..., Any]


@pytest.fixture
def visitor(browser: Any) -> Iterator[Visitor]:
    """Makes one visitor's browser, whose pages must stay free of errors and keep to the policy."""
    made: list[Any] = []
    problems: list[str] = []

    def make(**settings: Any) -> Any:
        usual = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "timezone_id": "Europe/Copenhagen"}
        context = browser.new_context(**usual | settings)
        context.set_default_timeout(TIMEOUT_MS)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on("console", lambda message: problems.extend([message.text] if "Security Policy" in message.text else []))
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert problems == []


@pytest.fixture
def context(visitor: Visitor) -> Any:
    return visitor()


@pytest.fixture
def calls(context: Any) -> FakeCalls:
    return closed(context)


def closed(context: Any) -> FakeCalls:
    """A shop at night that takes messages and bookings."""
    calls = FakeCalls(context)
    calls.desk = dict(CLOSED)
    calls.slots["slots"] = [TOMORROW + day * DAY + place * 1_200_000 for day in (0, 2) for place in range(3)]
    return calls


@pytest.fixture
def page(context: Any) -> Any:
    return at_night(context)


def at_night(context: Any) -> Any:
    """A page whose clock stands at NOW, and goes."""
    made = context.new_page()
    made.clock.install(time=NOW / 1000)
    made.add_init_script(TRACKS)
    return made


def offer(page: Any, what: str) -> None:
    """Choose one of what can be done instead."""
    part(page, f".panel [data-what={what}]").click()
    part(page, f".panel[data-view={what}]").wait_for()


def begin(calls: FakeCalls, page: Any, what: str, path: str = "/") -> None:
    calls.open(page, path)
    part(page, ".launcher").click()
    offer(page, what)


def write_to(page: Any, contact: str = "anne@example.com") -> None:
    part(page, "#call-message-contact").fill(contact)


def speak(page: Any, kind: str) -> Any:
    """Record; the recording, once it goes on."""
    part(page, f".segment input[value={kind}]").check()
    recording = part(page, f".recording[data-kind={kind}]")
    if kind == "video":
        recording.get_by_role("button", name="Turn the camera on").click()
    recording.get_by_role("button", name="Record", exact=True).click()
    expect(recording).to_have_attribute("data-state", "recording")
    return recording


def stop(page: Any, recording: Any) -> None:
    page.wait_for_function(f"{CALL}.hours.part.recording.recorder.elapsed_ms > 700")
    recording.get_by_role("button", name="Stop", exact=True).click()
    expect(recording).to_have_attribute("data-state", "done")


def send(page: Any) -> None:
    press(page, "Send the message")


# A message


def test_a_written_message_arrives(calls: FakeCalls, page: Any) -> None:
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


def test_what_is_missing_is_said_where_it_is_missing(calls: FakeCalls, page: Any) -> None:
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
def test_only_what_the_shop_takes_is_offered(calls: FakeCalls, page: Any, messages: bool, bookings: bool) -> None:
    calls.desk |= {"messages": messages, "bookings": bookings}
    calls.open(page)
    part(page, ".launcher").click()
    expect(part(page, "[data-what=message]")).to_have_count(int(messages) * 1)
    expect(part(page, "[data-what=book]")).to_have_count(int(bookings) * 1)


@pytest.mark.parametrize(("kind", "mime"), [("voice", "audio/webm"), ("video", "video/webm")])
def test_a_recording_is_played_back_and_arrives(calls: FakeCalls, page: Any, kind: str, mime: str) -> None:
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


def test_who_is_seen_sees_themselves_first_as_in_a_mirror(calls: FakeCalls, page: Any) -> None:
    begin(calls, page, "message")
    part(page, ".segment input[value=video]").check()
    press(page, "Turn the camera on")
    preview = part(page, ".recording[data-kind=video][data-state=ready] .preview video.mirrored")
    preview.wait_for()
    page.wait_for_function(f"{CALL}.hours.part.recording.video.videoWidth === 640")
    press(page, "Back")
    page.wait_for_function(LET_GO)


def test_a_recording_can_be_made_again_and_thrown_away(calls: FakeCalls, page: Any) -> None:
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
def test_what_is_too_long_stops_by_itself(calls: FakeCalls, page: Any, kind: str, most_s: int) -> None:
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


def test_who_puts_the_panel_away_is_not_recorded_any_more(calls: FakeCalls, page: Any) -> None:
    begin(calls, page, "message")
    speak(page, "voice")
    page.wait_for_function(f"{CALL}.hours.part.recording.recorder.elapsed_ms > 1200")
    page.keyboard.press("Escape")
    page.wait_for_function(LET_GO)
    part(page, ".launcher").click()
    offer(page, "message")
    expect(part(page, ".recording[data-kind=voice]")).to_have_attribute("data-state", "done")
    page.evaluate(f"{CALL}.remove()")


def test_an_element_that_is_taken_away_lets_go(calls: FakeCalls, page: Any) -> None:
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
    calls: FakeCalls, page: Any, kind: str, camera: str, microphone: str, words: list[str]
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


def test_a_browser_that_records_nothing_lets_one_write(calls: FakeCalls, page: Any) -> None:
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
    calls: FakeCalls, page: Any, problem: dict[str, Any] | None, words: str
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


def test_it_says_how_far_it_is_and_can_be_stopped(calls: FakeCalls, page: Any) -> None:
    calls.held = []
    begin(calls, page, "message")
    part(page, "#call-message-text").fill("Hello")
    write_to(page)
    send(page)
    until(page, lambda: bool(calls.held), "the message")
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


def test_a_message_that_is_on_its_way_arrives_also_when_one_looks_at_something_else(calls: FakeCalls, page: Any) -> None:
    calls.held = []
    begin(calls, page, "message")
    part(page, "#call-message-text").fill("Hello")
    write_to(page)
    send(page)
    until(page, lambda: bool(calls.held), "the message")
    press(page, "Back")
    part(page, ".after-hours").wait_for()
    calls.held[0].fulfill(json={"ok": True, "id": "m1"})
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


# A time


def times(page: Any) -> list[str]:
    return list(part(page, ".time-choice").all_inner_texts())


def test_a_time_is_booked(calls: FakeCalls, page: Any) -> None:
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


def test_somebody_else_took_it(calls: FakeCalls, page: Any) -> None:
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


def test_a_shop_without_free_times_takes_a_message(calls: FakeCalls, page: Any) -> None:
    calls.slots["slots"] = []
    begin(calls, page, "book")
    expect(part(page, ".outcome")).to_contain_text("There are no free times right now")
    offer(page, "message")


def test_free_times_that_cannot_be_fetched_are_asked_for_again(calls: FakeCalls, page: Any) -> None:
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


def test_who_cannot_come_says_so(calls: FakeCalls, page: Any) -> None:
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


# The link


def follow(page: Any, path: str = "/cream?size=2&vitrine-call=", token: str = TOKEN) -> Any:
    """Come by a booked call's link; the panel, that opens by itself."""
    page.goto(f"{HOME}{path}{token}#top")
    card = part(page, ".panel .appointment")
    card.wait_for()
    return card


def test_the_link_opens_the_appointment_and_leaves_the_address(calls: FakeCalls, page: Any) -> None:
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


def test_before_its_time_it_counts_down_and_then_one_may_ring(calls: FakeCalls, page: Any) -> None:
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


def test_it_is_asked_again_when_somebody_looks(calls: FakeCalls, page: Any) -> None:
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
def test_a_ring_that_is_refused_shows_why(calls: FakeCalls, page: Any, refused: dict[str, Any], told: str, headline: str) -> None:
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


def test_after_the_check_one_can_go_back_to_it_and_another_call_is_not_booked(calls: FakeCalls, page: Any) -> None:
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
def test_what_is_over_says_so_and_offers_more(calls: FakeCalls, page: Any, changes: dict[str, Any], headline: str) -> None:
    calls.bookings[TOKEN] = booked(NOW + HOUR, **{"now_ms": NOW} | changes)
    card = follow(page)
    expect(card.locator(".headline")).to_have_text(headline)
    expect(card.get_by_role("button", name="Call now")).to_be_hidden()
    expect(card.get_by_role("button", name="I cannot come")).to_be_hidden()
    offer(page, "book")


@pytest.mark.parametrize("token", ["a-token-that-nobody-knows", "..%2f..%2fapi", "<b>", ""])
def test_a_link_that_nobody_knows_says_so(calls: FakeCalls, page: Any, token: str) -> None:
    card = follow(page, "/?vitrine-call=", token)
    expect(card.locator(".headline")).to_have_text("We cannot find this appointment")
    assert "vitrine-call" not in page.evaluate("location.href")
    assert calls.asked_bookings == (1 if token.startswith("a-") else 0)
    page.reload()
    part(page, ".launcher").wait_for()
    assert page.evaluate("sessionStorage.getItem('vitrine.booking')") is None


def test_an_appointment_that_cannot_be_looked_up_is_asked_for_again(calls: FakeCalls, page: Any) -> None:
    calls.bookings[TOKEN] = booked(NOW + HOUR, now_ms=NOW)
    calls.offline = True
    card = follow(page)
    expect(card.locator(".headline")).to_have_text("The appointment could not be looked up")
    calls.offline = False
    press(page, "Try again")
    expect(card.locator(".headline")).to_have_text("Your appointment")


def test_who_is_forgotten_has_no_appointment(calls: FakeCalls, page: Any) -> None:
    calls.bookings[TOKEN] = booked(NOW + HOUR, now_ms=NOW)
    card = follow(page)
    calls.bookings.clear()
    page.evaluate("import('/assets/viewer/store.js').then(({ store }) => store.forget())")
    expect(card.locator(".headline")).to_have_text("We cannot find this appointment")
    assert page.evaluate("sessionStorage.getItem('vitrine.booking')") is None


# Instead of waiting


def test_who_waits_long_may_leave_a_message_and_keeps_the_place_until_then(calls: FakeCalls, page: Any) -> None:
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


def test_a_long_wait_offers_a_time_at_once(calls: FakeCalls, page: Any) -> None:
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


def test_whoever_answers_comes_before_the_message(calls: FakeCalls, page: Any) -> None:
    calls.desk |= {"open": True, "change_ms": None}
    in_line(calls, page)
    calls.update(wait_s=400)
    press(page, "Leave a message instead")
    speak(page, "voice")
    calls.answer()
    part(page, ".panel[data-view=room]").wait_for()
    page.wait_for_function(LET_GO)


@pytest.mark.parametrize(("ending", "offered"), [("no_answer", 2), ("closed", 2), ("hung_up", 0), ("blocked", 0)])
def test_who_was_not_answered_has_other_ways(calls: FakeCalls, page: Any, ending: str, offered: int) -> None:
    calls.desk |= {"open": True, "change_ms": None}
    in_line(calls, page)
    calls.update(state="ended", ending=ending)
    part(page, ".after").wait_for()
    expect(part(page, ".after .way")).to_have_count(offered)
    if offered:
        offer(page, "message")
        press(page, "Back")
        part(page, ".after").wait_for()


# Everybody


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_nobody_is_shut_out(browser: Any, scheme: str, width: int) -> None:
    if not AXE.exists():
        pytest.skip("npm ci --prefix tests/page")
    where = {"locale": "en-GB", "timezone_id": "Europe/Copenhagen"}
    size = {"width": width, "height": 740}
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce", **where)
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
