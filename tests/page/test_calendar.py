"""Our calendar files as Thunderbird's parser reads them (ical.js)."""

import base64
from pathlib import Path
from typing import Any

import pytest

from studio.bench.browser import chromium
from studio.show.booking import Booking, BookingState, calendar_file

ICAL = Path(__file__).parent / "node_modules" / "ical.js" / "dist" / "ical.js"
READ = """async ([source, text]) => {
  const { default: ICAL } = await import(source);
  const calendar = new ICAL.Component(ICAL.parse(text));
  const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent'));
  return {
    method: calendar.getFirstPropertyValue('method'),
    uid: event.uid, sequence: event.sequence, organizer: event.organizer, summary: event.summary,
    begins: event.startDate.toUnixTime(), ends: event.endDate.toUnixTime(),
    attendees: event.attendees.map((one) => [one.getFirstValue(), one.getParameter('partstat')]),
    alarms: event.component.getAllSubcomponents('valarm').length,
    status: event.component.getFirstPropertyValue('status'),
  };
}"""


@pytest.mark.skipif(not ICAL.exists(), reason="npm ci --prefix tests/page has not run")
@pytest.mark.parametrize(
    ("state", "method", "status", "sequence", "alarms"),
    [("booked", "REQUEST", "CONFIRMED", 0, 1), ("cancelled", "CANCEL", "CANCELLED", 1, 0)],
)
def test_an_invitation_and_its_cancellation(state: BookingState, method: str, status: str, sequence: int, alarms: int) -> None:
    booking = Booking(id="b7", begins_ms=1_800_000_000_000, ends_ms=1_800_001_800_000, contact="kunde@example.com", state=state)
    text = calendar_file(
        booking, title="Opkald: hud, hår; æøå 🌷", url="https://x.example/c?a=1,2;3", host="calls.example", language="da",
        now_ms=1_799_000_000_000, organizer="Sandø <hej@sandoe.example>", mailed=True,
    )  # fmt: skip
    with chromium(sound=False, light=True) as browser:
        page = browser.new_context().new_page()
        source = "data:text/javascript;base64," + base64.b64encode(ICAL.read_bytes()).decode()
        found: dict[str, Any] = page.evaluate(READ, [source, text])
    assert found == {
        "method": method,
        "uid": "b7@calls.example",
        "sequence": sequence,
        "organizer": "mailto:hej@sandoe.example",
        "summary": "Opkald: hud, hår; æøå 🌷",
        "begins": 1_800_000_000,
        "ends": 1_800_001_800,
        "attendees": [["mailto:kunde@example.com", "ACCEPTED"]],
        "alarms": alarms,
        "status": status,
    }
