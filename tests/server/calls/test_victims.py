"""Limits on whom it would hit: nobody's mailbox is written to without end, and strangers leave others their times and room."""

import shutil
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from sqlalchemy import update

from studio.commands.call import BookingCancel, CallRulesSet, MessageDone
from studio.server import faults
from studio.server.app import ShowServer
from studio.server.calls import bookings, inbox
from studio.server.calls.inbox import LEFT_AN_HOUR
from studio.server.config import Mail
from studio.server.db import tables
from studio.show.booking import MINUTE_MS
from studio.show.call_rules import CallRules
from studio.show.opening_hours import DAY_MS, OpeningHours, Span
from tests.fakes import until
from tests.server.calls.conftest import MovedClock
from tests.server.calls.test_bookings import until_sent
from tests.server.calls.test_inbox import WEBM, files, form
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import Desktop
from tests.server.mail_server import MailServer

pytestmark = pytest.mark.usefixtures("home")
ALWAYS = OpeningHours(week=((Span(0, 1440),),) * 7)
PROXY = ("127.0.0.1",)
MANY = "203.0.113.{}"
"""Addresses: one for each who asks."""


@pytest.fixture
async def server(start_server: StartServer, clock: MovedClock) -> ShowServer:
    """A brand's server without letters, behind a proxy."""
    return await start_server(clock, embedded=False, proxies=PROXY)


@pytest.fixture
async def mailing(start_server: StartServer, clock: MovedClock, mail_server: MailServer) -> ShowServer:
    """One that sends letters."""
    mail = Mail(host="127.0.0.1", port=mail_server.port, security="none", sender="Sandø <hej@sandoe.example>")
    return await start_server(clock, embedded=False, proxies=PROXY, mail=mail)


@pytest.fixture
async def host(http: aiohttp.ClientSession) -> AsyncIterator[Callable[[ShowServer], Any]]:
    """Opens the desk of a server; the desktop that did."""
    made: list[Desktop] = []

    async def open_desk(server: ShowServer) -> Desktop:
        made.append(await Desktop(http, server.url, show="").connect())
        await made[-1].do(CallRulesSet(rules=CallRules(hours=ALWAYS, bookings=True, minutes=30)))
        return made[-1]

    yield open_desk
    for desktop in made:
        await desktop.close()


class Asker:
    """Books and calls off, each time from where it says."""

    def __init__(self, http: aiohttp.ClientSession, server: ShowServer) -> None:
        self._http, self._server = http, server
        self._slot = 3
        self.tokens: list[str] = []

    async def book(self, contact: str, address: str) -> int:
        """The status."""
        self._slot += 1
        slots = (await self._server.calls.bookings.slots())["slots"]
        wish = {"begins_ms": slots[self._slot], "contact": contact}
        headers = {"X-Forwarded-For": address}
        async with self._http.post(f"{self._server.url}/api/calls/bookings", json=wish, headers=headers) as response:
            if response.status == 200:
                self.tokens.append((await response.json())["token"])
            elif response.status == 429:
                assert int(response.headers["Retry-After"]) > 60
            return response.status

    async def call_off(self, token: str) -> int:
        """The same."""
        async with self._http.delete(f"{self._server.url}/calls/bookings/{token}") as response:
            return response.status


@pytest.fixture
def asker(http: aiohttp.ClientSession) -> Callable[[ShowServer], Asker]:
    return lambda server: Asker(http, server)


@BOTH_DATABASES
async def test_a_mailbox_has_three_calls_to_come_whoever_books_them(
    server: ShowServer, host: Callable[[ShowServer], Any], asker: Callable[[ShowServer], Asker]
) -> None:
    await host(server)
    someone = asker(server)
    boxes = ["birgit@example.com", "Birgit@Example.com", " birgit@example.com ", "BIRGIT@EXAMPLE.COM", "birgit@example.com"]
    statuses = [await someone.book(box, MANY.format(number)) for number, box in enumerate(boxes)]
    assert statuses == [200] * bookings.MAILBOX_OPEN + [429] * 2
    assert await someone.book("another@example.com", MANY.format(9)) == 200
    assert await someone.call_off(someone.tokens[0]) == 200
    assert await someone.book("birgit@example.com", MANY.format(10)) == 200, "one that was called off makes room"


async def test_a_mailbox_is_booked_for_five_times_a_day_however_many_are_called_off(
    server: ShowServer, host: Callable[[ShowServer], Any], asker: Callable[[ShowServer], Asker], clock: MovedClock
) -> None:
    await host(server)
    someone = asker(server)
    statuses = []
    for number in range(bookings.MAILBOX_A_DAY + 2):
        statuses.append(await someone.book("birgit@example.com", MANY.format(number)))
        if statuses[-1] == 200:
            await someone.call_off(someone.tokens[-1])
    assert statuses == [200] * bookings.MAILBOX_A_DAY + [429] * 2
    clock.later_ms += DAY_MS + MINUTE_MS
    assert await someone.book("birgit@example.com", MANY.format(99)) == 200


async def test_an_address_holds_five_times_that_nobody_has_confirmed(
    server: ShowServer, host: Callable[[ShowServer], Any], asker: Callable[[ShowServer], Asker]
) -> None:
    await host(server)
    someone = asker(server)
    statuses = [await someone.book(f"b{number}@example.com", MANY.format(1)) for number in range(bookings.HOUSE_OPEN + 2)]
    assert statuses == [200] * bookings.HOUSE_OPEN + [429] * 2
    assert await someone.book("other@example.com", MANY.format(2)) == 200, "and others have theirs"


async def test_the_next_letter_to_a_mailbox_waits_until_the_link_of_the_first_was_opened(
    mailing: ShowServer, host: Callable[[ShowServer], Any], asker: Callable[[ShowServer], Asker], mail_server: MailServer,
    http: aiohttp.ClientSession,
) -> None:  # fmt: skip
    await host(mailing)
    someone = asker(mailing)
    assert await someone.book("birgit@example.com", MANY.format(1)) == 200
    (letter,) = await until(lambda: mail_server.letters)
    assert await someone.book("birgit@example.com", MANY.format(2)) == 429
    async with http.get(f"{mailing.url}/api/calls/bookings/{someone.tokens[0]}") as response:
        assert response.status == 200
    assert await someone.book("birgit@example.com", MANY.format(3)) == 429, "what the page was told is no letter"
    body = letter.get_body()
    assert body is not None
    token = body.get_content().partition("vitrine-call=")[2].split()[0]
    assert token != someone.tokens[0]
    for forged in (
        f"{someone.tokens[0]}.",
        f"{someone.tokens[0]}.AAAAAAAAAAAA",
        f"{someone.tokens[0]}.{token.partition('.')[0]}",
    ):
        async with http.get(f"{mailing.url}/api/calls/bookings/{forged}") as response:
            assert response.status == 200
        assert await someone.book("birgit@example.com", MANY.format(4)) == 429
    async with http.get(f"{mailing.url}/api/calls/bookings/{token}") as response:
        assert response.status == 200
    assert await someone.book("birgit@example.com", MANY.format(5)) == 200


async def test_a_telephone_number_needs_no_letter(
    mailing: ShowServer, host: Callable[[ShowServer], Any], asker: Callable[[ShowServer], Asker]
) -> None:
    await host(mailing)
    someone = asker(mailing)
    assert [await someone.book("+45 12 34 56 78", MANY.format(number)) for number in range(4)] == [200, 200, 200, 429]


async def test_who_calls_off_within_minutes_has_one_letter_sent_and_no_more(
    mailing: ShowServer, host: Callable[[ShowServer], Any], asker: Callable[[ShowServer], Asker], mail_server: MailServer,
    clock: MovedClock,
) -> None:  # fmt: skip
    desktop = await host(mailing)
    someone = asker(mailing)
    await someone.book("birgit@example.com", MANY.format(1))
    await until(lambda: len(mail_server.letters) == 1)
    assert await someone.call_off(someone.tokens[0]) == 200
    assert await someone.call_off(someone.tokens[0]) == 409
    await until_sent(mailing)
    assert len(mail_server.letters) == 1
    await someone.book("gry@example.com", MANY.format(2))
    await until(lambda: len(mail_server.letters) == 2)
    (booking,) = mailing.calls.bookings.booked
    await desktop.do(BookingCancel(booking=booking.id))
    await until(lambda: len(mail_server.letters) == 3), "the shop always says so"
    await someone.book("ida@example.com", MANY.format(3))
    await until(lambda: len(mail_server.letters) == 4)
    clock.later_ms += bookings.CALLED_OFF_MS + MINUTE_MS
    await someone.call_off(someone.tokens[-1])
    await until(lambda: len(mail_server.letters) == 5)


async def test_a_desktops_own_server_limits_nobody(
    start_server: StartServer, host: Callable[[ShowServer], Any], asker: Callable[[ShowServer], Asker]
) -> None:
    server = await start_server()
    await host(server)
    someone = asker(server)
    assert {await someone.book("birgit@example.com", MANY.format(1)) for _ in range(12)} == {200}


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────


async def leave(http: aiohttp.ClientSession, server: ShowServer, address: str, recording: bytes | None = WEBM) -> int:
    headers = {"X-Forwarded-For": address}
    data = form({"contact": "a@b.example", "text": "Hi"}, recording)
    async with http.post(f"{server.url}/api/calls/messages", data=data, headers=headers) as response:
        await response.read()
        return response.status


@BOTH_DATABASES
async def test_one_address_has_a_share_of_the_messages(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "HOUSE_MESSAGES", 3)
    statuses = [await leave(http, server, MANY.format(1), None) for _ in range(5)]
    assert statuses == [200] * 3 + [503] * 2
    assert await leave(http, server, MANY.format(2), None) == 200


async def test_one_address_has_a_share_of_the_bytes(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "RECORDING_MAX", 2000)
    monkeypatch.setattr(inbox, "HOUSE_BYTES", 4000)
    statuses = [await leave(http, server, MANY.format(1)) for _ in range(4)]
    assert statuses == [200, 200, 503, 503]
    assert len(files(server)) == 2
    assert await leave(http, server, MANY.format(2)) == 200


async def test_an_hour_has_so_many_messages_of_an_address_whatever_its_browser(
    server: ShowServer, http: aiohttp.ClientSession
) -> None:
    statuses = []
    for number in range(LEFT_AN_HOUR + 2):
        headers = {"X-Forwarded-For": MANY.format(1), "User-Agent": f"browser {number}"}
        async with http.post(
            f"{server.url}/api/calls/messages", data=form({"contact": "a@b.dk", "text": "x"}), headers=headers
        ) as r:
            statuses.append(r.status)
    assert statuses == [200] * LEFT_AN_HOUR + [429] * 2


async def test_recordings_leave_a_floor_on_the_disk(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    free = faults.LEAST_FREE + inbox.RECORDING_MAX
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=free - 1))
    assert await leave(http, server, MANY.format(1)) == 507
    assert files(server) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=free))
    assert await leave(http, server, MANY.format(1)) == 200


async def test_a_disk_that_fills_while_a_recording_comes_ends_it(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    looked = 0

    def filling(path: object) -> Any:
        nonlocal looked
        looked += 1
        return usage._replace(free=(1 << 40) if looked == 1 else faults.LEAST_FREE - 1)

    monkeypatch.setattr(shutil, "disk_usage", filling)
    monkeypatch.setattr(inbox, "LOOK_BYTES", 100_000)
    assert await leave(http, server, MANY.format(1), WEBM + b"x" * 300_000) == 507
    assert files(server) == []
    assert server.calls.inbox.messages == ()


@BOTH_DATABASES
async def test_the_oldest_that_somebody_has_seen_to_makes_way(
    server: ShowServer, http: aiohttp.ClientSession, host: Callable[[ShowServer], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = await host(server)
    monkeypatch.setattr(inbox, "MESSAGES_MAX", 3)
    for number in range(3):
        assert await leave(http, server, MANY.format(number)) == 200
    assert await leave(http, server, MANY.format(9)) == 503, "what nobody has seen stays"
    assert server.tokens.engine is not None
    kept = [message.id for message in reversed(server.calls.inbox.messages)]
    async with server.tokens.engine.begin() as connection:  # so that they came one after the other
        for number, message in enumerate(kept):
            rows = tables.call_messages
            await connection.execute(update(rows).where(rows.c.id == message).values(at_ms=1000 + number))
    for message in (kept[2], kept[1]):
        await desktop.do(MessageDone(message=message))
    assert await leave(http, server, MANY.format(10)) == 200
    left = {message.id for message in server.calls.inbox.messages}
    assert (kept[0] in left, kept[1] in left, kept[2] in left) == (True, False, True)
    assert len(files(server)) == 3
