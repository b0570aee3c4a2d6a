"""The line: who is rung for, in which order, and what happens when pages, desktops and servers go away."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from studio import wire
from studio.commands.call import CallAnswer, CallAvailable, CallPass
from studio.errors import StudioError
from studio.events import CallEntered
from studio.server.app import ShowServer
from studio.server.db.calls import CallRow
from tests.fakes import until
from tests.server.calls.conftest import Caller, MovedClock, answered, available, caller, rung
from tests.server.conftest import BOTH_DATABASES, MakeDesktop, StartServer
from tests.server.fakes import Desktop

Passes = Callable[[float], Awaitable[None]]


async def test_a_customer_rings_and_an_advisor_answers(customer: Caller, advisor: Desktop) -> None:
    assert (await customer.next("welcome"))["desk"]["open"]
    assert await customer.ring("video", name="Camilla", language="da") == {"t": "answer", "n": 1, "ok": True}
    told = await rung(advisor)
    assert (told["call"]["name"], told["call"]["language"], told["call"]["kind"]) == ("Camilla", "da", "video")
    assert told["call"]["until_ms"] - told["call"]["since_ms"] == 20_000
    call = await answered(advisor, customer)
    (person,) = call["people"]
    assert (call["name"], person["name"], call["place"]) == ("Ida", "Ida", None)
    ice = await advisor.told(wire.Signal)
    assert ice.data["self"] == person["peer"]


@BOTH_DATABASES
async def test_of_two_who_answer_one_has_the_call(
    server: ShowServer, customer: Caller, advisor: Desktop, make_desktop: MakeDesktop
) -> None:
    other = await available(make_desktop(client="bo-1", show=""), name="Bo")
    await customer.ring()
    got = await asyncio.gather(
        *(desktop.do(CallAnswer(call=customer.id)) for desktop in (advisor, other)), return_exceptions=True
    )
    assert sorted(isinstance(one, StudioError) for one in got) == [False, True]
    call = await customer.call(state="live")
    assert len(call["people"]) == 1
    winner = "Ida" if got[0] == customer.id else "Bo"
    assert call["name"] == winner


async def test_of_two_servers_one_has_the_call(
    start_server: StartServer, server: ShowServer, http: aiohttp.ClientSession, customer: Caller, advisor: Desktop
) -> None:
    await customer.ring()
    await rung(advisor)
    second = await start_server()
    assert customer.id in second.calls.desk.queue.rows, "it waits again there: what rings elsewhere is not known"
    bo = Desktop(http, second.url, client="bo-1", name="Bo", show="")
    try:
        await available(bo)
        got = await asyncio.gather(
            *(desktop.do(CallAnswer(call=customer.id)) for desktop in (advisor, bo)), return_exceptions=True
        )
        assert sorted(isinstance(one, StudioError) for one in got) == [False, True]
    finally:
        await bo.close()


async def test_what_another_server_has_changed_is_read_anew(
    start_server: StartServer, server: ShowServer, customer: Caller, advisor: Desktop
) -> None:
    await customer.ring()
    await rung(advisor)
    second = await start_server()
    assert await server.calls.desk.queue.change(customer.id, ["ringing", "waiting"], state="ended") is not None
    assert customer.id in second.calls.desk.queue.rows
    assert await second.calls.desk.queue.change(customer.id, ["waiting"], state="ringing") is None
    assert customer.id not in second.calls.desk.queue.rows, "it is over"


async def test_who_could_not_answer_is_as_free_or_off_as_before(
    monkeypatch: pytest.MonkeyPatch, server: ShowServer, customer: Caller, advisor: Desktop, make_desktop: MakeDesktop
) -> None:
    await customer.ring()
    await rung(advisor)
    bo = await available(make_desktop(client="bo-1", show=""), on=False)

    async def fails(*_: object, **__: object) -> CallRow | None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(server.calls.desk.queue, "change", fails)
        with pytest.raises(StudioError):
            await bo.do(CallAnswer(call=customer.id))
    assert (server.calls.desk.seats["bo-1"].status, server.calls.desk.seats["bo-1"].call) == ("off", None)
    await bo.do(CallAnswer(call=customer.id))
    await customer.call(state="live")


async def test_who_does_not_answer_is_set_to_off_and_the_next_is_rung(
    customer: Caller, advisor: Desktop, make_desktop: MakeDesktop, passes: Passes
) -> None:
    await customer.ring()
    await rung(advisor)
    entered = (await advisor.branch("calls", lambda c: c["queue"]))["queue"][0]["entered_ms"]
    bo = await available(make_desktop(client="bo-1", show=""), name="Bo")
    await passes(21)
    missed = await advisor.branch("advising", lambda a: a.get("why") == "missed")
    assert missed["status"] == "off"
    told = await rung(bo)
    assert told["call"]["entered_ms"] == entered, "it kept its place"
    await answered(bo, customer)


async def test_a_call_can_be_passed_on_and_comes_back_when_all_have_passed(
    customer: Caller, advisor: Desktop, make_desktop: MakeDesktop, passes: Passes
) -> None:
    bo = await available(make_desktop(client="bo-1", show=""), name="Bo")
    await customer.ring()
    await rung(advisor)
    await advisor.do(CallPass())
    await rung(bo)
    advisor.inbox.forget()
    await bo.do(CallPass())
    await passes(0)
    await rung(advisor)


async def test_the_line_is_fair(server: ShowServer, http: aiohttp.ClientSession, advisor: Desktop, passes: Passes) -> None:
    async with caller(http, server) as first, caller(http, server) as second, caller(http, server) as third:
        for one in (first, second, third):
            await one.ring("text")
        assert (await third.call(place=3))["wait_s"] is not None
        await rung(advisor, first.id)
        await first.send(t="hang_up")
        await first.call(state="ended", ending="left")
        await rung(advisor, second.id)
        await third.call(place=2)


@BOTH_DATABASES
async def test_a_server_that_was_started_anew_knows_the_line(
    start_server: StartServer, server: ShowServer, http: aiohttp.ClientSession, customer: Caller, advisor: Desktop
) -> None:
    await customer.ring(name="Anne")
    await rung(advisor)
    entered = server.calls.desk.queue.rows[customer.id].entered_ms
    second = await start_server()
    assert second.calls.desk.queue.rows[customer.id].state == "waiting"
    async with caller(http, second, call=customer.id, secret=customer.secret) as back:
        call = (await back.next("welcome"))["call"]
        assert (call["state"], call["place"]) == ("waiting", 1)
        assert second.calls.desk.queue.rows[customer.id].entered_ms == entered


async def test_a_call_outlives_its_server(
    start_server: StartServer, server: ShowServer, http: aiohttp.ClientSession, customer: Caller, advisor: Desktop
) -> None:
    await customer.ring()
    await answered(advisor, customer)
    await customer.ask(t="say", text="Hej")
    second = await start_server()
    ida = Desktop(http, second.url, client="ida-1", name="Ida", show="", token="the-supporter's-token")
    try:
        await ida.connect()
        told = await ida.branch("advising", lambda a: a["status"] == "busy")
        assert told["call"]["id"] == customer.id
        async with caller(http, second, call=customer.id, secret=customer.secret) as back:
            call = (await back.next("welcome"))["call"]
            assert (call["state"], call["name"], call["lines"][0]["text"]) == ("live", "Ida", "Hej")
    finally:
        await ida.close()


async def test_a_page_that_is_gone_may_come_back_to_the_same_advisor(
    server: ShowServer, http: aiohttp.ClientSession, customer: Caller, advisor: Desktop, passes: Passes
) -> None:
    await customer.ring()
    await answered(advisor, customer)
    await customer.close()
    away = await advisor.branch("advising", lambda a: a["call"] and a["call"]["state"] == "away")
    assert away["call"]["until_ms"] - away["call"]["since_ms"] == 180_000
    await passes(170)
    async with caller(http, server, call=customer.id, secret=customer.secret) as back:
        assert (await back.next("welcome"))["call"]["state"] == "live"
        advisor.inbox.forget()
        await back.close()
        await advisor.branch("advising", lambda a: a["call"]["state"] == "away")
    await passes(181)
    over = await advisor.branch("advising", lambda a: a["call"]["state"] == "ended")
    assert (over["status"], over["call"]["ending"]) == ("wrap_up", "left")


async def test_a_place_in_line_is_kept_for_a_page_that_is_gone(
    server: ShowServer, http: aiohttp.ClientSession, passes: Passes, make_desktop: MakeDesktop, advisor: Desktop
) -> None:
    async with caller(http, server) as first, caller(http, server) as second:
        await first.ring("text")
        await rung(advisor, first.id)
        await second.ring("text")
        await second.close()
        await until(lambda: second.id in server.calls.desk.absent)
        bo = await available(make_desktop(client="bo-1", show=""), name="Bo")
        await passes(0)
        assert server.calls.desk.seats["bo-1"].status == "free", "nobody is rung for who is not there"
        async with caller(http, server, call=second.id, secret=second.secret):
            await rung(bo, second.id)
    await until(lambda: len(server.calls.desk.absent) == 2)
    await passes(181)
    assert server.calls.desk.queue.rows == {}


async def test_an_advisor_who_is_gone_gives_the_customer_back(
    server: ShowServer, customer: Caller, advisor: Desktop, make_desktop: MakeDesktop, passes: Passes
) -> None:
    await customer.ring()
    await answered(advisor, customer)
    await advisor.close()
    await until(lambda: server.calls.desk.seats["ida-1"].gone_ms)
    await passes(10)
    bo = await available(make_desktop(client="bo-1", show=""), name="Bo")
    await passes(11)
    again = await customer.call(state="waiting", again=True)
    assert again["place"] == 1
    assert (await rung(bo))["call"]["again"]


async def test_nobody_waits_for_ever(customer: Caller, advisor: Desktop, passes: Passes) -> None:
    await customer.ring()
    await rung(advisor)
    await passes(21)
    await customer.call(state="waiting")
    await passes(900)
    assert (await customer.call(state="ended"))["ending"] in ("no_answer", "closed")


async def test_topics_and_languages_find_who_knows_them(
    server: ShowServer, http: aiohttp.ClientSession, make_desktop: MakeDesktop, passes: Passes
) -> None:
    english = await available(make_desktop(client="en-1", show=""), languages=("en",), name="Bo")
    danish = await available(make_desktop(client="da-1", show=""), languages=("da",), name="Ida")
    async with caller(http, server) as one, caller(http, server) as other:
        await one.ring("text", language="da")
        await rung(danish, one.id)
        await other.ring("text", language="da")
        await passes(0)
        assert server.calls.desk.seats["en-1"].status == "free"
        await danish.do(CallAvailable(on=False))
        await english.do(CallAvailable(on=True))
        await rung(english)


async def test_a_desk_where_nobody_answers_is_closed(server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with caller(http, server) as page:
        assert not (await page.next("welcome"))["desk"]["open"]
        assert (await page.ring())["refused"] == "closed"
    async with http.get(f"{server.url}/api/calls/desk") as response:
        assert (await response.json())["open"] is False


async def test_one_visitor_has_one_call(server: ShowServer, http: aiohttp.ClientSession, customer: Caller) -> None:
    async with caller(http, server, visitor=customer.visitor) as same:
        answers = await asyncio.gather(customer.ring(), same.ring())
        assert sorted("ok" in answer for answer in answers) == [False, True]
        assert {"again"} == {answer["refused"] for answer in answers if "refused" in answer}


async def test_another_page_takes_a_call_over(server: ShowServer, http: aiohttp.ClientSession, customer: Caller) -> None:
    await customer.ring()
    async with caller(http, server, visitor=customer.visitor, call=customer.id, secret=customer.secret) as same:
        assert (await same.next("welcome"))["call"]["id"] == customer.id
        assert await customer.inbox.end() == 4001
        await until(lambda: server.calls.desk.customers[customer.id].visitor)
        assert customer.id not in server.calls.desk.absent


@pytest.mark.parametrize(("call", "secret"), [("", ""), ("0000", "x"), (None, "wrong"), (None, "")])
async def test_a_call_is_only_its_own_customers(
    server: ShowServer, http: aiohttp.ClientSession, customer: Caller, call: str | None, secret: str
) -> None:
    await customer.ring()
    wanted = customer.id if call is None else call
    async with caller(http, server, call=wanted, secret=secret) as stranger:
        assert (await stranger.next("welcome"))["call"] is None
        await stranger.send(t="hang_up")
        await stranger.send(t="signal", peer="customer", data={"type": "offer"})
        await stranger.ask(t="say", text="Hi")
    assert server.calls.desk.queue.rows[customer.id].state in ("waiting", "ringing")


async def test_five_hundred_wait_in_order(
    server: ShowServer, http: aiohttp.ClientSession, advisor: Desktop, clock: MovedClock
) -> None:

    line, now_ms = server.calls.desk.queue, clock.wall_ms()
    for number in range(500):
        row = CallRow(f"c{number}", "", "waiting", "text", now_ms + number, now_ms, now_ms)
        await line.add(row, CallEntered(call=row.id, kind="text", topic="", consent="---"))
    assert [row.id for row in line.waiting] == [f"c{number}" for number in range(500)]
    for number in (0, 1, 2):
        await server.calls.desk.tick()
        await rung(advisor, f"c{number}")
        await line.change(f"c{number}", ["ringing"], state="ended", ended_ms=now_ms)
        server.calls.desk.free(server.calls.desk.seats["ida-1"], "free")
    told = await advisor.branch("calls", lambda c: c["waiting"] >= 497)
    assert len(told["queue"]) == 50
