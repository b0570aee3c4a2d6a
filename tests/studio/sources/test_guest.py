"""Somebody far away as a source: there or not, seen, and heard as late as they are seen."""

import numpy as np

from studio.media.frames import Picture
from studio.media.mailbox import Mailbox
from studio.media.timed_ring import TimedRing
from studio.show.guest import ON_CALL
from studio.sources.base import Report, SourceContext
from studio.sources.guest import GuestSettings, GuestSource
from studio.sources.guest_book import GuestBook
from tests.fakes import RED, solid


class Feed:
    """Somebody who shows a grey picture and hums."""

    def __init__(self) -> None:
        self.ring = TimedRing()
        self.picture: Mailbox[Picture] = Mailbox()
        self.later = 480
        self.shows = True


def made(name: str = "a") -> tuple[GuestBook, GuestSource, list[Report]]:
    book = GuestBook()
    reports: list[Report] = []
    source = GuestSource(GuestSettings(guest=name), SourceContext(guests=book, report=reports.append))
    source.start()
    return book, source, reports


def status(reports: list[Report]) -> str | None:
    return reports[-1].status


def test_who_is_not_there_is_said_to_be_away_until_they_come() -> None:
    book, source, reports = made()
    assert (reports[-1].status, reports[-1].reason) == ("failed", "The guest is not here")
    assert source.picture(0) is None
    assert not source.ring.read(0, 10).any()
    feed = Feed()
    book.put("a", feed)
    assert status(reports) == "starting"
    feed.picture.put(solid(64, 36, RED))
    source.check(0)
    assert [report.size for report in reports if report.size] == [(64, 36)]
    assert status(reports) == "live"
    assert source.picture(0) is feed.picture.peek()
    source.check(4_000_000_000)
    assert status(reports) == "stale"
    feed.shows = False
    source.check(4_100_000_000)
    assert source.picture(0) is None, "the last picture of a camera that was turned off"
    assert reports[-1].reason == "They show no picture now"
    book.put("a", None)
    assert reports[-1].status == "failed"
    assert source.picture(0) is None


def test_a_call_that_is_not_on_air_says_so() -> None:
    _, _, reports = made(ON_CALL)
    assert reports[-1].reason == "The customer is not on air"


def test_sound_is_read_as_late_as_the_picture_is_shown() -> None:
    book, source, _ = made()
    feed = Feed()
    book.put("a", feed)
    feed.ring.write(1000, np.full((100, 2), 0.5, np.float32))
    assert source.ring.end == 1100 + 480
    block = source.ring.read(1000 + 480 - 10, 20)
    assert not block[:10].any()
    assert (block[10:] == 0.5).all()
    assert source.ring.ahead(0) is None


def test_nobody_is_told_after_the_end() -> None:
    book, source, reports = made()
    source.close()
    count = len(reports)
    book.put("a", Feed())
    assert len(reports) == count
