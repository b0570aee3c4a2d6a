"""In the call: what both sides ask for, and what neither may."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from sqlalchemy import insert, update

from studio import wire
from studio.commands.call import (
    CallAnswer,
    CallAsk,
    CallBlock,
    CallCart,
    CallHangUp,
    CallHold,
    CallInvite,
    CallNotes,
    CallSay,
    CallShow,
    CallTransfer,
    CallWrapUp,
)
from studio.commands.show import ShowCreate
from studio.errors import StudioError, WrongState
from studio.server.app import ShowServer
from studio.server.calls import router as calls_router
from studio.server.calls import sockets as calls_sockets
from studio.server.db import calls as rows
from studio.server.db import tables
from studio.server.db.engine import writing
from studio.server.db.tables import BRAND
from tests.fakes import until
from tests.server.calls.conftest import Caller, answered, available, caller, rung
from tests.server.conftest import BOTH_DATABASES, MakeDesktop, StartServer
from tests.server.fakes import TOKEN, Desktop
from tests.server.shop.conftest import CREAM, OIL

Passes = Callable[[float], Awaitable[None]]
Talking = tuple[Caller, Desktop]


@pytest.fixture
async def talking(customer: Caller, advisor: Desktop) -> Talking:
    """A customer and an advisor in a call."""
    await customer.ring(name="Camilla")
    await answered(advisor, customer)
    return customer, advisor


@pytest.fixture
async def catalogue(make_desktop: MakeDesktop) -> None:
    """Two products that can be shown."""
    desktop = await make_desktop(show="shop").connect()
    await desktop.do(ShowCreate(id="shop", title="Aften", products=(OIL, CREAM)))


async def told(desktop: Desktop, fits: Callable[[Any], Any]) -> Any:
    return await desktop.branch("advising", fits)


async def events_of(server: ShowServer) -> list[str]:
    return [str(type(one.data).__struct_config__.tag) for one in await server.log.since(BRAND, 0)]


@BOTH_DATABASES
async def test_both_write_and_everything_is_kept(server: ShowServer, talking: Talking) -> None:
    customer, advisor = talking
    assert (await customer.ask(t="say", text=" <b>Hej</b> "))["ok"]
    await advisor.do(CallSay(text="Goddag"))
    line = (await customer.inbox.find(lambda m: m["t"] == "line" and m["line"]["author"] == "advisor"))["line"]
    assert (line["name"], line["text"]) == ("Ida", "Goddag")
    both = (await told(advisor, lambda a: len(a["lines"]) == 2))["lines"]
    assert [(one["author"], one["text"]) for one in both] == [("customer", "<b>Hej</b>"), ("advisor", "Goddag")]
    assert [one.text for one in await server.calls.desk.queue.lines(customer.id)] == ["<b>Hej</b>", "Goddag"]


async def test_a_product_is_shown_and_put_into_the_cart(catalogue: None, server: ShowServer, talking: Talking) -> None:
    customer, advisor = talking
    await advisor.do(CallShow(product="oil"))
    shown = (await customer.inbox.find(lambda m: m["t"] == "call" and m["shown"]))["shown"]
    assert (shown["id"], shown["title"], shown["price_minor"]) == ("oil", OIL.title, OIL.price_minor)
    doing = asyncio.create_task(advisor.do(CallCart(product="oil", quantity=2)))
    asked = await customer.next("cart")
    assert (asked["product"], asked["quantity"]) == ("oil", 2)
    await customer.send(t="carted", n=asked["n"], status="ok")
    assert await doing == "ok"
    customer.inbox.forget()
    doing = asyncio.create_task(advisor.do(CallCart(product="oil")))
    asked = await customer.next("cart")
    await customer.send(t="carted", n=asked["n"], status="out-of-stock")
    with pytest.raises(WrongState, match="out of stock"):
        await doing
    assert (await events_of(server))[-3:] == ["call.showed", "call.carted", "call.carted"]
    with pytest.raises(StudioError):
        await advisor.do(CallShow(product="nothing"))


async def test_hold_and_questions(talking: Talking) -> None:
    customer, advisor = talking
    await advisor.do(CallHold())
    await customer.call(held=True)
    await advisor.do(CallHold(on=False))
    await advisor.do(CallAsk(ask="recording"))
    await customer.call(asked=[{"ask": "recording", "yes": None}])
    await customer.send(t="agree", ask="recording", yes=True)
    await told(advisor, lambda a: a["asked"] == [{"ask": "recording", "yes": True}])
    await customer.send(t="agree", ask="recording", yes=False)
    await told(advisor, lambda a: a["asked"] == [{"ask": "recording", "yes": False}])
    await customer.send(t="agree", ask="air", yes=True)  # nobody asked
    await customer.send(t="kind", kind="sound")
    last = await told(advisor, lambda a: a["call"] and a["call"]["kind"] == "sound")
    assert last["asked"] == [{"ask": "recording", "yes": False}]


async def test_a_yes_is_taken_back_while_they_wait_again_and_beside_another_question(
    server: ShowServer, talking: Talking
) -> None:
    customer, advisor = talking
    await advisor.do(CallAsk(ask="recording"))
    await customer.send(t="agree", ask="recording", yes=True)
    await told(advisor, lambda a: a["asked"] == [{"ask": "recording", "yes": True}])
    await asyncio.gather(
        customer.send(t="agree", ask="recording", yes=False), advisor.do(CallAsk(ask="screen")), advisor.do(CallAsk(ask="camera"))
    )
    both = {"recording": False, "screen": None, "camera": None}
    await told(advisor, lambda a: {one["ask"]: one["yes"] for one in a["asked"]} == both)
    await customer.send(t="agree", ask="recording", yes=True)
    await until(lambda: [one.yes for one in server.calls.desk.queue.rows[customer.id].asked if one.ask == "recording"] == [True])
    await advisor.do(CallTransfer(topic="", advisor="", note="x"))
    await customer.call(state="waiting", again=True)
    await customer.send(t="agree", ask="recording", yes=False)
    await until(lambda: [one.yes for one in server.calls.desk.queue.rows[customer.id].asked if one.ask == "recording"] == [False])


async def test_the_call_ends_and_is_wrapped_up(server: ShowServer, talking: Talking) -> None:
    customer, advisor = talking
    await advisor.do(CallNotes(text="Dry skin in winter"))
    await advisor.do(CallHangUp())
    assert (await customer.call(state="ended"))["ending"] == "hung_up"
    over = await told(advisor, lambda a: a["status"] == "wrap_up")
    assert over["notes"] == "Dry skin in winter"
    await advisor.do(CallNotes(text="Dry skin"))
    await advisor.do(CallWrapUp(outcome="sold"))
    free = await told(advisor, lambda a: a["status"] == "free" and a["call"] is None)
    assert free["notes"] == ""
    assert (await customer.ask(t="rate", stars=5, text="Thanks"))["ok"]
    assert (await events_of(server)) == ["call.entered", "call.answered", "call.ended", "call.wrapped_up", "call.rated"]
    figures = (await advisor.branch("calls", lambda c: c["today"]["answered"]))["today"]
    assert (figures["answered"], figures["missed"], figures["wait_p50_s"]) == (1, 0, 0)


@BOTH_DATABASES
async def test_what_is_ordered_after_a_call_is_counted(
    catalogue: None, server: ShowServer, talking: Talking, passes: Passes
) -> None:
    customer, advisor = talking
    await advisor.do(CallHangUp())
    await told(advisor, lambda a: a["status"] == "wrap_up")
    await advisor.do(CallWrapUp(outcome="sold"))
    row = {"show": "shop", "media_ms": 0, "part": "live", "lines": "[]", "consent": "a--", "currency": "DKK"}
    now_ms = server._clock.wall_ms()
    bought: tuple[tuple[str, int, bool, int], ...] = (
        (server.visitors.who(customer.visitor), 24900, True, now_ms + 1000),
        (server.visitors.who(customer.visitor), 100, False, now_ms + 1000),
        (server.visitors.who(customer.visitor), 200, True, now_ms - 600_000),
        (server.visitors.who(customer.visitor), 400, True, now_ms + 90_000_000),
        ("", 800, True, now_ms + 1000),
    )
    assert server.tokens.engine is not None
    async with writing(server.tokens.engine).begin() as connection:
        for number, (visitor, minor, verified, at_ms) in enumerate(bought):
            one = {"number": str(number), "visitor": visitor, "value_minor": minor, "verified": verified, "at_ms": at_ms}
            await connection.execute(insert(tables.orders).values(row | one))
    await passes(61)
    figures = (await advisor.branch("calls", lambda c: c["today"]["sales"]))["today"]
    assert (figures["sold"], figures["sales"]) == (1, [{"currency": "DKK", "minor": 24900}])


async def test_a_call_is_passed_on_with_a_note(talking: Talking, make_desktop: MakeDesktop) -> None:
    customer, advisor = talking
    other = await available(make_desktop(client="al-1", show=""), name="Al")
    bo = await available(make_desktop(client="bo-1", show=""), name="Bo")
    await advisor.do(CallTransfer(advisor="bo-1", note="Wants the rose oil"))
    ringing = await rung(bo, customer.id)
    assert (ringing["call"]["note"], ringing["call"]["again"]) == ("Wants the rose oil", True)
    await told(advisor, lambda a: a["status"] == "wrap_up")
    call = await answered(bo, customer)
    assert [person["name"] for person in call["people"]] == ["Ida"]
    await customer.call(name="Bo")
    assert not any(getattr(m, "branch", "") == "advising" and m.value["status"] == "ringing" for m in other.inbox.all)


async def test_a_colleague_is_invited_and_leaves(talking: Talking, make_desktop: MakeDesktop) -> None:
    customer, advisor = talking
    bo = await available(make_desktop(client="bo-1", show=""), name="Bo")
    await advisor.do(CallInvite(advisor="bo-1"))
    await rung(bo, customer.id)
    await bo.do(CallAnswer(call=customer.id))
    call = await customer.inbox.find(lambda m: m["t"] == "call" and len(m["people"]) == 2)
    assert [person["name"] for person in call["people"]] == ["Ida", "Bo"]
    await bo.do(CallHangUp())
    await told(bo, lambda a: a["status"] == "wrap_up")
    customer.inbox.forget()
    await advisor.do(CallHold())
    assert [person["name"] for person in (await customer.call(held=True))["people"]] == ["Ida"]


async def test_two_colleagues_go_at_once(talking: Talking, make_desktop: MakeDesktop, passes: Passes, server: ShowServer) -> None:
    customer, advisor = talking
    for name in ("bo", "al"):
        other = await available(make_desktop(client=f"{name}-1", show=""), name=name)
        await advisor.do(CallInvite(advisor=f"{name}-1"))
        await rung(other, customer.id)
        await other.do(CallAnswer(call=customer.id))
        await other.close()
    await until(lambda: all(server.calls.desk.seats[f"{name}-1"].gone_ms for name in ("bo", "al")))
    customer.inbox.forget()
    await passes(21)
    call = await customer.inbox.find(lambda m: m["t"] == "call" and len(m["people"]) == 1)
    assert call["people"][0]["name"] == "Ida"
    assert (await events_of(server)).count("call.left") == 2


async def test_a_product_that_is_gone_is_no_hindrance_to_coming_back(
    catalogue: None, server: ShowServer, http: aiohttp.ClientSession, talking: Talking
) -> None:
    customer, advisor = talking
    await advisor.do(CallShow(product="oil"))
    await customer.inbox.find(lambda m: m["t"] == "call" and m["shown"])
    assert server.tokens.engine is not None
    async with writing(server.tokens.engine).begin() as connection:
        await connection.execute(update(tables.catalogue).where(tables.catalogue.c.id == "oil").values(gone_ms=1))
    server.calls.desk.look.known.clear()
    await customer.close()
    async with caller(http, server, call=customer.id, secret=customer.secret) as back:
        call = (await back.next("welcome"))["call"]
        assert (call["state"], call["shown"]) == ("live", None)


async def test_no_more_lines_than_a_call_may_have(monkeypatch: pytest.MonkeyPatch, customer: Caller, advisor: Desktop) -> None:
    monkeypatch.setattr(calls_router, "LINES_MAX", 2)
    await customer.ring("text")
    await rung(advisor, customer.id)
    said = [await customer.ask(t="say", text=str(number)) for number in range(3)]
    assert [one.get("ok") for one in said] == [True, True, None], "nobody has answered yet"
    await answered(advisor, customer)
    with pytest.raises(StudioError):
        await advisor.do(CallSay(text="x"))


async def test_signals_go_to_whom_they_are_for_and_to_nobody_else(
    server: ShowServer, http: aiohttp.ClientSession, talking: Talking, make_desktop: MakeDesktop
) -> None:
    customer, advisor = talking
    bo = await available(make_desktop(client="bo-1", show=""), name="Bo")
    peer = (await customer.call(state="live"))["people"][0]["peer"]
    await customer.send(t="signal", peer=peer, data={"type": "offer", "leg": 1, "sdp": "v=0"})
    heard = await advisor.inbox.find(lambda m: isinstance(m, wire.Signal) and m.data["type"] == "offer")
    assert (heard.call, heard.peer) == (customer.id, "customer")
    for stranger in (bo, advisor):
        await stranger.connection.send(
            wire.Signal(call=customer.id, peer="customer", data={"type": "answer", "of": stranger.client})
        )
    assert (await customer.next("signal"))["data"]["of"] == "ida-1", "not a stranger's"
    async with caller(http, server) as nosy:
        await nosy.ring("text")
        await nosy.send(t="signal", peer=peer, data={"type": "offer", "leg": 9})
        await nosy.ask(t="say", text="Hi")
    assert not any(isinstance(m, wire.Signal) and m.data.get("leg") == 9 for m in advisor.inbox.all)
    await customer.send(t="signal", peer=peer, data={"type": "ice", "servers": [{"urls": ["turn:evil.example"]}], "relay": False})
    await customer.send(t="signal", peer=peer, data={"type": "offer", "leg": 2, "sdp": "v=0"})
    await advisor.inbox.find(lambda m: isinstance(m, wire.Signal) and m.data.get("leg") == 2)
    ices = [m for m in advisor.inbox.all if isinstance(m, wire.Signal) and m.data["type"] == "ice"]
    assert "evil" not in str(ices), "how it is reached is not for a page to say"


@pytest.mark.parametrize(
    "word",
    [
        {"t": "ring", "n": 1, "kind": "film"},
        {"t": "ring", "n": 1, "kind": "text", "name": "x" * 41},
        {"t": "ring", "n": 1, "kind": "text", "card": {"seen": [{"id": "a"}] * 21}},
        {"t": "say", "n": 1, "text": ""},
        {"t": "signal", "peer": "x" * 25, "data": {}},
        {"t": "rate", "n": 1, "stars": 6},
        {"t": "answer", "call": "x"},
        {"t": "agree", "ask": "everything", "yes": True},
    ],
)
async def test_what_is_not_on_the_list_ends_the_socket(customer: Caller, word: dict[str, Any]) -> None:
    await customer.send(**word)
    assert await customer.inbox.end() == 1008


async def test_what_is_nested_without_end_ends_the_socket(customer: Caller) -> None:
    await customer.socket.send_str('{"t":"signal","peer":"x","data":' + '{"a":' * 15_000 + "1" + "}" * 15_001)
    assert await customer.inbox.end() == 1008


async def test_a_flood_or_a_huge_message_ends_the_socket(
    server: ShowServer, http: aiohttp.ClientSession, advisor: Desktop
) -> None:
    async with caller(http, server) as flood:
        for _ in range(calls_sockets.WORDS_A_SECOND + 5):
            await flood.send(t="ping", at=1)
        assert await flood.inbox.end() == 1008
    async with caller(http, server) as huge:
        await huge.send(t="signal", peer="x", data={"sdp": "x" * 200_000})
        assert await huge.inbox.end() == 1009


async def test_a_thousand_rings_from_one_address(start_server: StartServer, http: aiohttp.ClientSession) -> None:
    server = await start_server(embedded=False)
    desk = Desktop(http, server.url, client="ida-1", name="Ida", show="", token=TOKEN)
    try:
        await available(desk)
        refused = 0
        async with caller(http, server) as pest:
            for _ in range(14):
                answer = await pest.ask(t="ring", kind="text")
                refused += answer.get("refused") == "slow"
                await pest.send(t="hang_up")
        assert refused == 2
        async with caller(http, server) as other:
            assert (await other.ring("text"))["refused"] == "slow", "another page of the same network as well"
    finally:
        await desk.close()


async def test_who_was_blocked_finds_the_desk_closed(server: ShowServer, http: aiohttp.ClientSession, talking: Talking) -> None:
    customer, advisor = talking
    await advisor.do(CallBlock())
    assert (await customer.call(state="ended"))["ending"] == "blocked"
    await advisor.do(CallWrapUp(outcome="abuse"))
    async with caller(http, server, visitor=customer.visitor) as again:
        assert (await again.ring("text"))["refused"] == "closed"


async def test_the_card_tells_what_was_agreed_to(server: ShowServer, http: aiohttp.ClientSession, advisor: Desktop) -> None:
    card = {"page": "/natcreme", "seen": [{"id": "oil"}], "camera": "granted", "microphone": "denied", "extra": {"Skin": "dry"}}
    async with caller(http, server) as customer:
        await customer.ring("video", card=card)
        seen = (await rung(advisor, customer.id))["call"]["card"]
        assert (seen["page"], seen["seen"], seen["extra"]) == ("", [], {})
        assert (seen["camera"], seen["microphone"]) == ("granted", "denied")
        await customer.send(t="card", card=card | {"microphone": "granted"})
        await told(advisor, lambda a: a["call"] and a["call"]["card"]["microphone"] == "granted")


async def test_what_is_agreed_to_on_this_socket_opens_and_closes_the_card(
    server: ShowServer, http: aiohttp.ClientSession, advisor: Desktop
) -> None:
    card = {"page": "/natcreme", "camera": "granted"}
    async with caller(http, server) as customer:
        await customer.send(t="consent", personalisation=True)
        await customer.ring("text", card=card)
        ringing = (await rung(advisor, customer.id))["call"]
        assert (ringing["card"]["page"], ringing["consent"]) == ("/natcreme", "-p-")
        await customer.send(t="consent")
        shut = await told(advisor, lambda a: a["call"] and a["call"]["consent"] == "---")
        assert (shut["call"]["card"]["page"], shut["call"]["card"]["camera"]) == ("", "granted")


@BOTH_DATABASES
async def test_forget_me_reaches_the_calls(server: ShowServer, http: aiohttp.ClientSession, talking: Talking) -> None:
    customer, advisor = talking
    await customer.ask(t="say", text="My secret")
    await advisor.do(CallNotes(text="Her secret"))
    await customer.send(t="hang_up")
    await told(advisor, lambda a: a["status"] == "wrap_up")
    headers = {"Authorization": f"Visitor {customer.visitor}"}
    async with http.get(f"{server.url}/api/visitor", headers=headers) as response:
        (held,) = (await response.json())["calls"]
    assert (held["name"], held["notes"], held["lines"][0]["text"]) == ("Camilla", "Her secret", "My secret")
    async with http.delete(f"{server.url}/api/visitor", headers=headers) as response:
        assert response.status == 200
    assert server.tokens.engine is not None
    async with server.tokens.engine.connect() as connection:
        row = await rows.load(connection, customer.id)
        assert row is not None
        assert (row.name, row.notes, row.visitor, row.outcome, row.asked) == ("", "", "", "", ())
        assert await rows.lines(connection, customer.id) == []


async def test_nobody_in_no_call_may_do_anything(advisor: Desktop) -> None:
    for command in (CallHold(), CallHangUp(), CallSay(text="x"), CallNotes(text="x"), CallBlock(), CallWrapUp(outcome="sold")):
        with pytest.raises(WrongState):
            await advisor.do(command)
