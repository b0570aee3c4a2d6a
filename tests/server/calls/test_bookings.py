"""Booked calls: who has which time, the link that brings a customer back, and the letters about it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from studio.commands.call import BookingCancel, CallAnswer, CallAvailable, CallRulesSet
from studio.server.app import ShowServer
from studio.server.config import Mail
from studio.server.db import tables
from studio.server.mail import queue
from studio.show.booking import MINUTE_MS
from studio.show.call_rules import CallRules
from studio.show.opening_hours import OpeningHours, Span
from tests.fakes import TIMEOUT_S, until
from tests.server.calls.conftest import MovedClock, answered, available, caller, rung
from tests.server.conftest import BOTH_DATABASES, MakeDesktop, StartServer
from tests.server.fakes import Desktop
from tests.server.mail_server import MailServer

Passes = Callable[[float], Awaitable[None]]
ALWAYS = OpeningHours(week=((Span(0, 1440),),) * 7)
SHOP = "https://shop.example"


@pytest.fixture
async def server(start_server: StartServer, clock: MovedClock, mail_server: MailServer) -> ShowServer:
    """A server that sends letters."""
    mail = Mail(
        host="127.0.0.1", port=mail_server.port, security="none", sender="Sandø <hej@sandoe.example>", inbox="us@sandoe.example"
    )
    return await start_server(clock, mail=mail, origins=(SHOP,))


@pytest.fixture
async def host(make_desktop: MakeDesktop) -> Desktop:
    host = await make_desktop(show="").connect()
    await host.do(CallRulesSet(rules=CallRules(hours=ALWAYS, bookings=True, minutes=30)))
    return host


async def book(http: aiohttp.ClientSession, server: ShowServer, slot: int = 3, **wish: Any) -> tuple[int, Any]:
    async with http.get(f"{server.url}/api/calls/slots") as response:
        begins_ms = (await response.json())["slots"][slot]
    wish = {"begins_ms": begins_ms, "contact": "birgit@example.com", "name": "Birgit", "page": f"{SHOP}/natcreme?a=1"} | wish
    async with http.post(f"{server.url}/api/calls/bookings", json=wish) as response:
        return response.status, await response.json()


async def told(http: aiohttp.ClientSession, server: ShowServer, token: str) -> Any:
    async with http.get(f"{server.url}/api/calls/bookings/{token}") as response:
        return await response.json() if response.status == 200 else response.status


async def waiting(server: ShowServer) -> int:
    """Letters that are not sent yet."""
    assert server.tokens.engine is not None
    async with server.tokens.engine.connect() as connection:
        return int((await connection.execute(select(func.count()).select_from(tables.mails))).scalar_one())


async def due_within(server: ShowServer, clock: MovedClock, seconds: float) -> bool:
    """Whether the next letter is tried by then."""
    assert server.tokens.engine is not None
    async with server.tokens.engine.connect() as connection:
        due_ms = (await connection.execute(select(func.min(tables.mails.c.due_ms)))).scalar_one()
    return bool(due_ms - clock.wall_ms() <= seconds * 1000)


async def until_sent(server: ShowServer) -> None:
    """Until none waits."""
    async with asyncio.timeout(TIMEOUT_S):
        while await waiting(server):
            server.mail.wake()


@BOTH_DATABASES
async def test_a_call_is_booked_once(server: ShowServer, http: aiohttp.ClientSession, host: Desktop, clock: MovedClock) -> None:
    async with http.get(f"{server.url}/api/calls/slots") as response:
        slots = (await response.json())["slots"]
    assert slots[0] >= clock.wall_ms() + 3_600_000
    answers = await asyncio.gather(book(http, server), book(http, server))
    assert sorted(status for status, _ in answers) == [200, 409]
    token = next(answer["token"] for status, answer in answers if status == 200)
    (booking,) = (await host.branch("calls", lambda calls: calls["bookings"]))["bookings"]
    assert (booking["name"], booking["ends_ms"] - booking["begins_ms"]) == ("Birgit", 1_800_000)
    async with http.get(f"{server.url}/calls/bookings/{token}.ics") as response:
        text = (await response.text()).replace("\r\n ", "")
        assert f"{SHOP}/natcreme?a=1&vitrine-call={token}" in text
        assert response.content_type == "text/calendar"
    assert (await told(http, server, token))["state"] == "booked"
    async with http.delete(f"{server.url}/calls/bookings/{token}") as response:
        assert response.status == 200
    await host.branch("calls", lambda calls: calls["bookings"] == [] and calls["rules"]["bookings"])
    assert (await told(http, server, token))["state"] == "cancelled"
    assert await told(http, server, "wrong") == 404
    async with http.get(f"{server.url}/calls/bookings/wrong.ics") as response:
        assert response.status == 404
    with pytest.raises(Exception, match="booked"):
        await host.do(BookingCancel(booking=booking["id"]))


async def test_a_booked_call_rings_at_its_time_before_all_others(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, advisor: Desktop, clock: MovedClock, passes: Passes
) -> None:
    _, booking = await book(http, server)
    async with caller(http, server) as early:
        answer = await early.ring("text", booking=booking["token"])
        assert answer["refused"] == "early"
        assert answer["wait_s"] * 1000 >= booking["begins_ms"] - 5 * MINUTE_MS - clock.wall_ms()
    await passes((booking["begins_ms"] - clock.wall_ms()) / 1000 - 240)
    assert (await told(http, server, booking["token"]))["may_ring"]
    async with caller(http, server) as other, caller(http, server) as booked:
        await advisor.do(CallAvailable(on=False))
        await other.ring("text")
        await booked.ring("text", booking=booking["token"])
        await booked.call(place=1)
        await advisor.do(CallAvailable())
        ringing = await rung(advisor, booked.id)
        assert (ringing["call"]["name"], ringing["call"]["booked_ms"]) == ("Birgit", booking["begins_ms"])
        await advisor.do(CallAnswer(call=booked.id))
        await booked.call(state="live")
    assert (await told(http, server, booking["token"]))["state"] == "held_call"


async def test_one_booking_is_one_call(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, advisor: Desktop, clock: MovedClock, passes: Passes
) -> None:
    _, booking = await book(http, server)
    await passes((booking["begins_ms"] - clock.wall_ms()) / 1000)
    async with caller(http, server) as first, caller(http, server) as second:
        await first.ring("text", booking=booking["token"])
        assert (await second.ring("text", booking=booking["token"]))["refused"] == "again"


async def test_a_booked_call_rings_while_the_desk_is_closed(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, clock: MovedClock, make_desktop: MakeDesktop, passes: Passes
) -> None:
    _, booking = await book(http, server)
    await passes((booking["begins_ms"] - clock.wall_ms()) / 1000)
    await host.do(CallRulesSet(rules=CallRules(hours=OpeningHours(week=((),) * 7), bookings=True)))
    advisor = await available(make_desktop(client="bo-1", show=""))
    async with caller(http, server) as page:
        assert (await page.ring("text"))["refused"] == "closed"
        await page.ring("text", booking=booking["token"])
        await answered(advisor, page)


async def test_a_link_that_is_no_booking_any_more_rings_nowhere(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, advisor: Desktop, clock: MovedClock
) -> None:
    _, booking = await book(http, server)
    async with caller(http, server) as page:
        assert (await page.ring("text", booking="wrong"))["refused"] == "booking"
        clock.later_ms += booking["ends_ms"] - clock.wall_ms()
        assert (await page.ring("text", booking=booking["token"]))["refused"] == "booking"


@BOTH_DATABASES
async def test_letters_confirm_remind_and_call_off(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, clock: MovedClock, mail_server: MailServer
) -> None:
    _, booking = await book(http, server, slot=10, language="da")
    (letter,) = await until(lambda: mail_server.letters)
    link = f"{SHOP}/natcreme?a=1&vitrine-call={booking['token']}"
    assert (letter["To"], letter["From"]) == ("birgit@example.com", "Sandø <hej@sandoe.example>")
    assert "booket" in letter["Subject"]
    body = letter.get_body()
    assert body is not None
    assert link in body.get_content()
    calendar = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    assert (calendar.get_param("method"), calendar.get_content_charset()) == ("REQUEST", "utf-8")
    assert "METHOD:REQUEST" in calendar.get_content()
    clock.later_ms += booking["begins_ms"] - clock.wall_ms() - 50 * MINUTE_MS
    server.mail.wake()
    reminder = (await until(lambda: len(mail_server.letters) == 2 and mail_server.letters))[1]
    body = reminder.get_body()
    assert body is not None
    assert link in body.get_content()
    async with http.delete(f"{server.url}/calls/bookings/{booking['token']}") as response:
        assert response.status == 200
    last = (await until(lambda: len(mail_server.letters) == 3 and mail_server.letters))[2]
    assert "aflyst" in last["Subject"]


async def test_a_call_that_is_called_off_is_not_reminded_of(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, clock: MovedClock, mail_server: MailServer
) -> None:
    _, booking = await book(http, server, slot=10)
    await until(lambda: len(mail_server.letters) == 1)
    clock.later_ms += 11 * MINUTE_MS
    async with http.delete(f"{server.url}/calls/bookings/{booking['token']}"):
        pass
    await until(lambda: len(mail_server.letters) == 2)
    await until_sent(server)


async def test_letters_wait_for_a_mail_server_that_is_away(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, clock: MovedClock, mail_server: MailServer
) -> None:
    mail_server.answer = "451 not now"
    await book(http, server, slot=3)
    await until(lambda: mail_server.tried == 1)
    assert await waiting(server) == 2
    mail_server.answer = "250 OK"
    async with asyncio.timeout(TIMEOUT_S):
        while not await due_within(server, clock, queue.TRIES_S[0]):  # it is being put back
            server.mail.wake()
    clock.later_ms += queue.TRIES_S[0] * 1000
    server.mail.wake()
    await until(lambda: len(mail_server.letters) == 1)


@pytest.mark.parametrize(
    ("page", "led"),
    [
        ("https://evil.example/login", False),
        ("javascript:alert(1)", False),
        (f"{SHOP}.evil.example/", False),
        (f"{SHOP}/a", True),
        (f"{SHOP}/a?q=<b>You have won</b> call +45 12345678", False),
        ("http://[::1", False),
    ],
)
async def test_letters_lead_to_the_brand_only(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, mail_server: MailServer, page: str, led: bool
) -> None:
    await book(http, server, page=page, name="Win a prize at https://evil.example")
    (letter,) = await until(lambda: mail_server.letters)
    text = letter.as_bytes().decode()
    assert "evil" not in text
    body = letter.get_body()
    assert body is not None
    assert ((SHOP if led else server.url) in body.get_content()) is True


@pytest.mark.parametrize("contact", ["a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "+45 12 34 56 78", "<a@b>"])
async def test_no_letter_goes_to_what_is_no_address(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, mail_server: MailServer, contact: str
) -> None:
    status, _ = await book(http, server, contact=contact)
    assert status == 200
    assert await waiting(server) == 0
    assert mail_server.letters == []


async def test_the_brand_is_told_of_a_message(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, mail_server: MailServer
) -> None:
    data = aiohttp.FormData(default_to_multipart=True)
    data.add_field("message", '{"contact": "a@b.dk", "text": "My secret"}', content_type="application/json")
    async with http.post(f"{server.url}/api/calls/messages", data=data) as response:
        assert response.status == 200
    (letter,) = await until(lambda: mail_server.letters)
    assert letter["To"] == "us@sandoe.example"
    assert "secret" not in letter.as_string()


async def test_forget_me_reaches_the_reminder(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, clock: MovedClock, mail_server: MailServer
) -> None:
    async with caller(http, server) as page:
        token = page.visitor
    await book(http, server, slot=10, visitor=token)
    await until(lambda: len(mail_server.letters) == 1)
    async with http.delete(f"{server.url}/api/visitor", headers={"Authorization": f"Visitor {token}"}) as response:
        assert response.status == 200
    assert await waiting(server) == 0
