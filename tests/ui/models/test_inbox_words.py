"""Ids of topics, addresses of strangers, and messages in words."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import i18n
from studio.show.booking import Booking
from studio.show.call import Topic
from studio.show.call_message import CallMessage
from studio.state import Calls
from ui.models.contact import contact_url
from ui.models.inbox_words import called, first_words, in_order, message_facts, of_today, state_words, when
from ui.models.topic_ids import topic_id

NOW_MS = int(datetime(2026, 11, 22, 14, 0).timestamp() * 1000)
HOUR_MS = 3_600_000


@given(st.text(max_size=60), st.sets(st.text(alphabet="abc-2", min_size=1, max_size=24), max_size=20))
def test_an_id_fits_whatever_the_name(name: str, taken: set[str]) -> None:
    for others in (set(), taken):
        made = topic_id(name, others)
        assert re.fullmatch(r"[a-z0-9_-]{1,24}", made)
        assert made not in others
        assert topic_id(name, others | {made}) not in others | {made}


def test_ids_are_readable() -> None:
    assert topic_id("Hudpleje & rødme", ()) == "hudpleje-roedme"
    assert topic_id("Crème brûlée", ()) == "creme-brulee"
    assert topic_id("彩妆", ()) == "topic"
    assert topic_id("Makeup", {"makeup", "makeup-2"}) == "makeup-3"
    assert topic_id("Å" * 30, {"aa" * 12}) == "aa" * 11 + "-2"


@pytest.mark.parametrize(
    ("contact", "url"),
    [
        ("anne@example.com", "mailto:anne@example.com"),
        (" anne.b+shop@mail.example.dk ", "mailto:anne.b+shop@mail.example.dk"),
        ("+45 12 34 56 78", "tel:+4512345678"),
        ("(020) 7946-0018", "tel:02079460018"),
        ("", ""),
        ("anne@example.com?body=x", ""),
        ("anne%0aBcc:eve@example.com", ""),
        ("anne@example.com, eve@example.com", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("call 12345678", ""),
        ("12345", ""),
        ("1" * 16, ""),
        ("٤٥١٢٣٤٥٦٧٨", ""),
        ("*#06#123456", ""),
    ],
)
def test_only_what_plainly_is_an_address_is_opened(contact: str, url: str) -> None:
    assert contact_url(contact) == url


@given(st.text(max_size=80))
def test_an_address_carries_nothing_else(contact: str) -> None:
    assert re.fullmatch(r"(mailto:[A-Za-z0-9._+@-]+|tel:\+?[0-9]+)?", contact_url(contact))


def message(identity: str, hours_ago: float, **more: object) -> CallMessage:
    return CallMessage(id=identity, at_ms=NOW_MS - int(hours_ago * HOUR_MS), kind="text", **more)  # type: ignore[arg-type]


def test_new_ones_come_first() -> None:
    left = [message("a", 1, state="done"), message("b", 9), message("c", 2), message("d", 5, state="done")]
    assert [one.id for one in in_order(left)] == ["c", "b", "a", "d"]


def test_words() -> None:
    i18n.use("en")
    calls = Calls(topics=(Topic(id="skin", name="Skin care"),))
    spoken = CallMessage(id="m", at_ms=NOW_MS, kind="sound", topic="skin", language="da", size=412_300)
    assert message_facts(spoken, calls, NOW_MS) == "Voice message · 14:00 · Skin care · Danish · 412 kB"
    assert when(NOW_MS - 24 * HOUR_MS, NOW_MS) == "21 Nov 14:00"
    assert when(NOW_MS - 400 * 24 * HOUR_MS, NOW_MS).startswith("18 Oct 2025")
    assert called(" Anne\n B ", "m") == "Anne B"
    assert called("", "m").startswith("Guest ")
    assert first_words(message("m", 0, text="word " * 40)) == ("word " * 40)[:80] + "…"
    assert [state_words(message("m", 0, state=state, by=by)) for state, by in (("new", ""), ("done", "Mette"), ("done", ""))] == [
        "New",
        "Seen to by Mette",
        "Seen to",
    ]


def test_appointments_of_today() -> None:
    def booked(identity: str, hours: float, state: str = "booked") -> Booking:
        begins = NOW_MS + int(hours * HOUR_MS)
        return Booking(id=identity, begins_ms=begins, ends_ms=begins + 1_200_000, state=state)  # type: ignore[arg-type]

    given_ = [booked("late", 6), booked("now", -0.1), booked("over", -1), booked("tomorrow", 20), booked("off", 1, "cancelled")]
    assert [one.id for one in of_today(given_, NOW_MS)] == ["now", "late"]
