"""What a customer does when nobody answers: leaves a message, speaks one, books a time."""

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.page.calls.customer import CALL, part, press
from tests.page.devices import TRACKS
from tests.page.fake_calls import OPEN, FakeCalls

NOW = 1_700_000_000_000
"""A Tuesday in November 2023, 23:13 in Copenhagen, and what the page's clock says."""
HOUR, DAY = 3_600_000, 86_400_000
TOMORROW = NOW + 11 * HOUR + 400_000
"""Wednesday, 10:20 in Copenhagen."""
CLOSED = OPEN | {"open": False, "change_ms": TOMORROW, "messages": True, "bookings": True}


def closed(context: BrowserContext) -> FakeCalls:
    """A shop at night that takes messages and bookings."""
    calls = FakeCalls(context)
    calls.desk = dict(CLOSED)
    calls.slots["slots"] = [TOMORROW + day * DAY + place * 1_200_000 for day in (0, 2) for place in range(3)]
    return calls


def at_night(context: BrowserContext) -> Page:
    """A page whose clock stands at NOW, and goes."""
    made = context.new_page()
    made.clock.install(time=NOW / 1000)
    made.add_init_script(TRACKS)
    return made


def offer(page: Page, what: str) -> None:
    """Choose one of what can be done instead."""
    part(page, f".panel [data-what={what}]").click()
    part(page, f".panel[data-view={what}]").wait_for()


def begin(calls: FakeCalls, page: Page, what: str, path: str = "/") -> None:
    calls.open(page, path)
    part(page, ".launcher").click()
    offer(page, what)


def write_to(page: Page, contact: str = "anne@example.com") -> None:
    part(page, "#call-message-contact").fill(contact)


def speak(page: Page, kind: str) -> Locator:
    """Record; the recording, once it goes on."""
    part(page, f".segment input[value={kind}]").check()
    recording = part(page, f".recording[data-kind={kind}]")
    if kind == "video":
        recording.get_by_role("button", name="Turn the camera on").click()
    recording.get_by_role("button", name="Record", exact=True).click()
    expect(recording).to_have_attribute("data-state", "recording")
    return recording


def stop(page: Page, recording: Locator) -> None:
    page.wait_for_function(f"{CALL}.hours.part.recording.recorder.elapsed_ms > 700")
    recording.get_by_role("button", name="Stop", exact=True).click()
    expect(recording).to_have_attribute("data-state", "done")


def send(page: Page) -> None:
    press(page, "Send the message")
